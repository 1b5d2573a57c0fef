#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::rehearse::locked::Source;
use crate::source::Sources;

/// Each package in one line: name, version, where from, files with the algorithms of their hashes.
fn words(tool: &str, text: &str) -> Vec<String> {
    let locked = read(tool, Sources::default().next_id(), &text.into()).unwrap();
    let line = |one: &Locked| {
        let source = match &one.source {
            Source::Registry(at) => at.clone().unwrap_or_else(|| "-".to_owned()),
            Source::Git(at, commit) => format!("git {at} {}", commit.as_deref().unwrap_or("?")),
            Source::Address(at) => format!("url {at}"),
            Source::Path(at) => format!("path {at}"),
            Source::Links => "find-links".to_owned(),
            Source::Own => "own".to_owned(),
            Source::Bundled => "bundled".to_owned(),
        };
        let files = one.files.iter().map(|file| {
            let hashes: Vec<&str> = file.hashes.iter().map(|hash| hash.algorithm.word()).collect();
            format!("{}:{}", file.name.as_deref().unwrap_or("?"), hashes.join("+"))
        });
        format!("{} {} {source} [{}]", one.name, one.version, files.collect::<Vec<_>>().join(" "))
    };
    locked.iter().map(line).collect()
}

const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SHA1: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";

#[test]
fn python_lockfiles() {
    let cases = [
        (
            "uv",
            format!(
                "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = {{ registry = \"https://i.example.com/simple\" }}\nsdist = {{ url = \"https://f.example.com/a-1%2Bx.tar.gz\", hash = \"sha256:{SUM}\" }}\n[[package]]\nname = \"b\"\nversion = \"1\"\nsource = {{ git = \"https://g.example.com/b?rev=x#abc\" }}\n"
            ),
            vec![
                "a 1 https://i.example.com/simple [a-1+x.tar.gz:sha256]",
                "b 1 git https://g.example.com/b?rev=x abc []",
            ],
        ),
        (
            "poetry",
            format!(
                "[[package]]\nname = \"A.B\"\nversion = \"1\"\nfiles = [{{file = \"a_b-1.tar.gz\", hash = \"sha256:{SUM}\"}}, {{file = \"x.whl\", hash = \"md5:00\"}}]\n[package.source]\ntype = \"legacy\"\nurl = \"https://i.example.com/simple\"\nreference = \"corp\"\n"
            ),
            vec!["a-b 1 https://i.example.com/simple [a_b-1.tar.gz:sha256 x.whl:]"],
        ),
        (
            "pdm",
            format!(
                "[[package]]\nname = \"a\"\nversion = \"1\"\n[[package]]\nname = \"a\"\nversion = \"1\"\nextras = [\"x\"]\n[[package]]\nname = \"b\"\nversion = \"1\"\ngit = \"https://g.example.com/b\"\nrevision = \"abc\"\n[metadata.files]\n\"a 1\" = [{{url = \"https://f.example.com/a-1.tar.gz\", hash = \"sha256:{SUM}\"}}]\n"
            ),
            vec!["a 1 - [a-1.tar.gz:sha256]", "b 1 git https://g.example.com/b abc []"],
        ),
        (
            "export",
            format!(
                "--index-url https://i.example.com/simple\na[x]==1.0 ; sys_platform == 'linux' \\\n  --hash=sha256:{SUM}\nb @ git+https://g.example.com/b@abc#egg=b\nc @ https://f.example.com/c-1.tar.gz\n-e .\n"
            ),
            vec![
                "a 1.0 https://i.example.com/simple [?:sha256]",
                "b  git https://g.example.com/b abc []",
                "c  url https://f.example.com/c-1.tar.gz []",
                ".  own []",
            ],
        ),
        (
            "pipenv",
            format!(
                "{{\"_meta\": {{\"sources\": [{{\"name\": \"i\", \"url\": \"https://i.example.com/simple\"}}]}}, \"default\": {{\"A\": {{\"version\": \"==1\", \"hashes\": [\"sha256:{SUM}\"]}}, \"b\": {{\"path\": \".\"}}}}}}"
            ),
            vec!["a 1 https://i.example.com/simple [?:sha256]", "b  own []"],
        ),
    ];
    for (tool, text, expected) in cases {
        assert_eq!(words(tool, &text), expected, "{tool}");
    }
}

#[test]
fn node_lockfiles() {
    let cases = [
        ("npm", format!("{{\"packages\": {{\"\": {{}}, \"node_modules/@s/a\": {{\"version\": \"1.0.0\", \"resolved\": \"https://r.example.com/npm/@s/a/-/a-1.0.0.tgz\", \"integrity\": \"{SHA1}\"}}, \"node_modules/b\": {{\"resolved\": \"lib\", \"link\": true}}, \"lib\": {{\"version\": \"1.0.0\"}}, \"node_modules/c\": {{\"version\": \"1.0.0\", \"resolved\": \"https://x.example.com/c.tgz\"}}}}}}"),
            vec!["@s/a 1.0.0 https://r.example.com/npm [a-1.0.0.tgz:sha1]", "lib 1.0.0 own [lib-1.0.0.tgz:]", "c 1.0.0 url https://x.example.com/c.tgz [c-1.0.0.tgz:]"]),
        ("npm", format!("{{\"lockfileVersion\": 1, \"dependencies\": {{\"a\": {{\"version\": \"npm:b@2.0.0\", \"integrity\": \"{SHA1}\", \"dependencies\": {{\"c\": {{\"version\": \"1.0.0\", \"bundled\": true}}}}}}}}}}"),
            vec!["b 2.0.0 - [b-2.0.0.tgz:sha1]", "c 1.0.0 bundled [c-1.0.0.tgz:]"]),
        ("yarn", "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  checksum: 10/x\n\"b@workspace:.\":\n  version: 0.0.0\n  resolution: \"b@workspace:.\"\n\"c@https://g.example.com/c.git\":\n  version: 1.0.0\n  resolution: \"c@https://g.example.com/c.git#commit=abc\"\n".to_owned(),
            vec!["a 1.0.0 - [a-1.0.0.tgz:]", "b 0.0.0 own [b-0.0.0.tgz:]", "c 1.0.0 git https://g.example.com/c.git abc [c-1.0.0.tgz:]"]),
        ("pnpm", format!("lockfileVersion: '6.0'\npackages:\n  /@s/a@1.0.0(b@2.0.0):\n    resolution: {{integrity: {SHA1}}}\n  file:lib:\n    resolution: {{directory: lib, type: directory}}\n    name: lib\n    version: 1.0.0\n"),
            vec!["@s/a 1.0.0 - [a-1.0.0.tgz:sha1]", "lib 1.0.0 path lib [lib-1.0.0.tgz:]"]),
    ];
    for (tool, text, expected) in cases {
        let text = if tool == "yarn" { format!("# x\n\n{text}") } else { text };
        assert_eq!(words(tool, &text), expected, "{tool}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    for (tool, text) in [("uv", "["), ("npm", "{"), ("cargo", "["), ("go", ""), ("bun", "{}")] {
        assert!(read(tool, Sources::default().next_id(), &text.into()).is_err(), "{tool}");
    }
}
