//! Lockfiles that are broken in every way that happens: a clear finding each, and the others still judged.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const HASH: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A format: file, good text, manifest and its text, the line that tells the version and what to make of it.
struct Format {
    lock: &'static str,
    text: String,
    manifest: &'static str,
    asks: &'static str,
    version: (&'static str, &'static str),
}

const PACKAGE: &str = r#"{ "name": "web", "version": "1.0.0", "dependencies": { "amber": "^1.0.0" } }"#;
const PROJECT: &str =
    "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.12\"\ndependencies = [\"amber>=1\"]\n";

fn formats() -> Vec<Format> {
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let uv = format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"amber\"\nversion = \"1.2.0\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\n\
         wheels = [\n    {{ url = \"https://files.example.com/amber-1.2.0-py3-none-any.whl\", hash = \"{HASH}\", size = 1 }},\n]\n\n\
         [[package]]\nname = \"shop\"\nversion = \"1.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n    {{ name = \"amber\" }},\n]\n\n\
         [package.metadata]\nrequires-dist = [{{ name = \"amber\", specifier = \">=1\" }}]\n"
    );
    let poetry = format!(
        "[[package]]\nname = \"amber\"\nversion = \"1.2.0\"\ndescription = \"\"\noptional = false\npython-versions = \">=3.9\"\ngroups = [\"main\"]\n\
         files = [\n    {{file = \"amber-1.2.0-py3-none-any.whl\", hash = \"{HASH}\"}},\n]\n\n[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.12\"\ncontent-hash = \"0\"\n"
    );
    let cargo = "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"1.0.0\"\n".to_owned();
    let npm = format!(
        "{{\n  \"name\": \"web\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ \"name\": \"web\", \"version\": \"1.0.0\", \"dependencies\": {{ \"amber\": \"^1.0.0\" }} }},\n\
         \x20   \"node_modules/amber\": {{\n      \"version\": \"1.2.0\",\n      \"resolved\": \"https://npm.example.com/amber/-/amber-1.2.0.tgz\",\n      \"integrity\": \"{integrity}\"\n    }}\n  }}\n}}\n"
    );
    let yarn = format!(
        "# yarn lockfile v1\n\n\namber@^1.0.0:\n  version \"1.2.0\"\n  resolved \"https://npm.example.com/amber/-/amber-1.2.0.tgz\"\n  integrity {integrity}\n"
    );
    let pnpm = format!(
        "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .:\n    dependencies:\n      amber:\n        specifier: ^1.0.0\n        version: 1.2.0\n\n\
         packages:\n\n  amber@1.2.0:\n    resolution: {{integrity: {integrity}}}\n\nsnapshots:\n\n  amber@1.2.0: {{}}\n"
    );
    let bun = format!(
        "{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{ \"name\": \"web\", \"dependencies\": {{ \"amber\": \"^1.0.0\" }} }}\n  }},\n  \"packages\": {{\n    \"amber\": [\"amber@1.2.0\", \"\", {{}}, \"{integrity}\"]\n  }}\n}}\n"
    );
    let composer = "{\n    \"content-hash\": \"0\",\n    \"packages\": [\n        {\n            \"name\": \"shop/amber\",\n            \"version\": \"1.2.0\"\n        }\n    ],\n    \"packages-dev\": []\n}\n".to_owned();
    let make = |lock, text, manifest, asks, version| Format { lock, text, manifest, asks, version };
    vec![
        make("uv.lock", uv, "pyproject.toml", PROJECT, ("version = 1\n", "version = 99\n")),
        make("poetry.lock", poetry, "pyproject.toml", PROJECT, ("lock-version = \"2.1\"", "lock-version = \"99.0\"")),
        make(
            "Cargo.lock",
            cargo,
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n",
            ("version = 4\n", "version = 99\n"),
        ),
        make("package-lock.json", npm, "package.json", PACKAGE, ("\"lockfileVersion\": 3", "\"lockfileVersion\": 99")),
        make("yarn.lock", yarn, "package.json", PACKAGE, ("# yarn lockfile v1", "# yarn lockfile v99")),
        make("pnpm-lock.yaml", pnpm, "package.json", PACKAGE, ("'9.0'", "'99.0'")),
        make("bun.lock", bun, "package.json", PACKAGE, ("\"lockfileVersion\": 1", "\"lockfileVersion\": 99")),
        make(
            "composer.lock",
            composer,
            "composer.json",
            "{ \"require\": { \"shop/amber\": \"^1.0\" } }",
            ("\"content-hash\"", "\"unknown\""),
        ),
    ]
}

/// The formats of Python's other tools, Go, Ruby, Terraform and pixi.
fn more_formats() -> Vec<Format> {
    let pdm = format!(
        "[metadata]\ngroups = [\"default\"]\nstrategy = []\nlock_version = \"4.5.0\"\ncontent_hash = \"sha256:0\"\n\n\
         [[package]]\nname = \"amber\"\nversion = \"1.2.0\"\nfiles = [\n    {{file = \"amber-1.2.0-py3-none-any.whl\", hash = \"{HASH}\"}},\n]\n"
    );
    let pipfile = format!(
        "{{\n    \"_meta\": {{\n        \"hash\": {{ \"sha256\": \"0\" }},\n        \"pipfile-spec\": 6,\n        \"requires\": {{}},\n        \"sources\": []\n    }},\n\
         \x20   \"default\": {{\n        \"amber\": {{ \"hashes\": [\"{HASH}\"], \"version\": \"==1.2.0\" }}\n    }},\n    \"develop\": {{}}\n}}\n"
    );
    let pins = format!(
        "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile --generate-hashes requirements.in\n#\n\
         amber==1.2.0 \\\n    --hash={HASH}\n    # via -r requirements.in\n"
    );
    let sums = "go.example.com/amber v1.2.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ngo.example.com/amber v1.2.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_owned();
    let gems = "GEM\n  remote: https://gems.example.com/\n  specs:\n    amber (1.2.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  amber\n\nBUNDLED WITH\n   2.3.27\n".to_owned();
    let providers = "provider \"tf.example.com/acme/amber\" {\n  version = \"1.2.0\"\n  hashes = [\n    \"h1:U1nJHf5mph9chy+hvtLRonKqKkGZXBYAVC3nhzGcV80=\",\n  ]\n}\n".to_owned();
    let pixi = "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://conda.example.com/main/\n    packages:\n      linux-64:\n      - conda: https://conda.example.com/main/linux-64/amber-1.2-h0_0.conda\npackages:\n- conda: https://conda.example.com/main/linux-64/amber-1.2-h0_0.conda\n  sha256: aa\n".to_owned();
    let make = |lock, text, manifest, asks, version| Format { lock, text, manifest, asks, version };
    vec![
        make("pdm.lock", pdm, "pyproject.toml", PROJECT, ("\"4.5.0\"", "\"99.0\"")),
        make(
            "Pipfile.lock",
            pipfile,
            "Pipfile",
            "[packages]\namber = \"*\"\n",
            ("\"pipfile-spec\": 6", "\"pipfile-spec\": 99"),
        ),
        make("requirements.txt", pins, "requirements.in", "amber\n", ("==1.2.0", "==1.2.x")),
        make(
            "go.sum",
            sums,
            "go.mod",
            "module go.example.com/shop\n\ngo 1.21\n\nrequire go.example.com/amber v1.2.0\n",
            ("h1:47DE", "h9:47DE"),
        ),
        make(
            "Gemfile.lock",
            gems,
            "Gemfile",
            "source \"https://gems.example.com\"\ngem \"amber\"\n",
            ("   2.3.27", "   99.0"),
        ),
        make(
            ".terraform.lock.hcl",
            providers,
            "main.tf",
            "terraform {\n  required_providers {\n    amber = {\n      source = \"tf.example.com/acme/amber\"\n    }\n  }\n}\n",
            ("\"1.2.0\"", "\"1.2\""),
        ),
        make(
            "pixi.lock",
            pixi,
            "pixi.toml",
            "[workspace]\nname = \"shop\"\nchannels = [\"main\"]\nplatforms = [\"linux-64\"]\n\n[dependencies]\namber = \"*\"\n",
            ("version: 6", "version: 99"),
        ),
    ]
}

/// The text with a conflict around its middle line, both sides of which are that line.
fn rarer_formats() -> Vec<Format> {
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let pylock = format!(
        "# This file was autogenerated by uv via the following command:\n#    uv pip compile requirements.in -o pylock.toml\nlock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \">=3.12\"\n\n\
         [[packages]]\nname = \"amber\"\nversion = \"1.2.0\"\nwheels = [{{ name = \"amber-1.2.0-py3-none-any.whl\", url = \"https://files.example.com/amber-1.2.0-py3-none-any.whl\", hashes = {{ sha256 = \"{}\" }} }}]\n",
        &HASH[7..]
    );
    let shrinkwrap = format!(
        "{{\n  \"name\": \"web\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ \"name\": \"web\", \"version\": \"1.0.0\", \"dependencies\": {{ \"amber\": \"^1.0.0\" }} }},\n\
         \x20   \"node_modules/amber\": {{\n      \"version\": \"1.2.0\",\n      \"resolved\": \"https://npm.example.com/amber/-/amber-1.2.0.tgz\",\n      \"integrity\": \"{integrity}\"\n    }}\n  }}\n}}\n"
    );
    let conda = "version: 1\nmetadata:\n  content_hash:\n    linux-64: aa\n  channels:\n  - url: main\n  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage:\n\
                 - name: amber\n  version: '1.2'\n  manager: conda\n  platform: linux-64\n  url: https://conda.example.com/main/linux-64/amber-1.2-h0_0.conda\n  hash:\n    sha256: aa\n".to_owned();
    let berry = format!(
        "# This file is generated by running \"yarn install\" inside your project.\n# Manual changes might be lost - proceed with caution!\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\
         \"amber@npm:^1.0.0\":\n  version: 1.2.0\n  resolution: \"amber@npm:1.2.0\"\n  checksum: 10c0/{}\n  languageName: node\n  linkType: hard\n\n\
         \"web@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"web@workspace:.\"\n  dependencies:\n    amber: \"npm:^1.0.0\"\n  languageName: unknown\n  linkType: soft\n",
        "0".repeat(128)
    );
    let environment = "name: shop\nchannels: [main]\nplatforms: [linux-64]\ndependencies:\n  - amber\n";
    let make = |lock, text, manifest, asks, version| Format { lock, text, manifest, asks, version };
    vec![
        make(
            "pylock.toml",
            pylock,
            "requirements.in",
            "amber\n",
            ("lock-version = \"1.0\"", "lock-version = \"99.0\""),
        ),
        make(
            "npm-shrinkwrap.json",
            shrinkwrap,
            "package.json",
            PACKAGE,
            ("\"lockfileVersion\": 3", "\"lockfileVersion\": 99"),
        ),
        make("conda-lock.yml", conda, "environment.yml", environment, ("version: 1\n", "version: 99\n")),
        make("yarn.lock", berry, "package.json", PACKAGE, ("version: 8", "version: 99")),
    ]
}

fn conflicted(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (before, after) = lines.split_at(lines.len() / 2);
    let middle = after[0];
    format!("{}<<<<<<< HEAD\n{middle}=======\n{middle}>>>>>>> theirs\n{}", before.concat(), after[1..].concat())
}

/// The text with its second key written again at the same level.
fn doubled(text: &str, lock: &str) -> String {
    match lock {
        "yarn.lock" if text.contains("__metadata") => format!("{text}\n__metadata:\n  version: 8\n"),
        "yarn.lock" => format!("{text}\n{}", text.split_once("\n\n\n").map_or("", |(_, rest)| rest)),
        "pnpm-lock.yaml" => format!("{text}packages: {{}}\n"),
        "pixi.lock" => format!("{text}version: 6\n"),
        "conda-lock.yml" => format!("{text}version: 1\n"),
        "pylock.toml" => format!("{text}name = \"amber\"\n"),
        _ if text.starts_with('{') => text.replacen("{\n", "{\n  \"packages\": {},\n", 1),
        _ => format!("version = 1\n{text}").replacen(
            "version = 1\n[[package]]",
            "[extra]\na = 1\na = 2\n\n[[package]]",
            1,
        ),
    }
}

/// What stands in the place of a file.
enum Thing {
    Text(String),
    Bytes(&'static [u8]),
    Directory,
    /// A file of 100 MB, which is never read: no text stands in it.
    Huge,
}

/// A project in `good/` whose lockfile is fresh, and these files.
fn tree(files: Vec<(String, Thing)>) -> TempDir {
    let directory = TempDir::new().unwrap();
    let uv = formats().remove(0).text;
    let good = [("good/pyproject.toml", PROJECT.to_owned()), ("good/uv.lock", uv)];
    let good = good.map(|(path, text)| (path.to_owned(), Thing::Text(text)));
    for (path, thing) in good.into_iter().chain(files) {
        let full = directory.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        match thing {
            Thing::Text(text) => fs::write(full, text).unwrap(),
            Thing::Bytes(bytes) => fs::write(full, bytes).unwrap(),
            Thing::Directory => fs::create_dir_all(full).unwrap(),
            Thing::Huge => fs::File::create(full).unwrap().set_len(100_000_000).unwrap(),
        }
    }
    directory
}

/// The report of a directory, in which the good lockfile is judged all the same.
fn report(directory: &Path) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(["check", "--format", "json", "--now", "2026-11-24"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let locks = report["lockfiles"].as_array().unwrap();
    let good = locks.iter().find(|lock| lock["path"] == "good/uv.lock").unwrap();
    assert_eq!(good["verdict"], "fresh", "the good lockfile is judged all the same");
    report
}

/// One line for each lockfile below a directory, then the findings about it.
fn judged(report: &serde_json::Value, below: &str) -> String {
    let list = |key: &str| report[key].as_array().unwrap().clone();
    let mut lines = Vec::new();
    for lock in list("lockfiles") {
        if let Some(path) = lock["path"].as_str().unwrap().strip_prefix(below) {
            lines.push(format!("  {path}: {}", lock["verdict"].as_str().unwrap()));
        }
    }
    for finding in list("findings") {
        let Some(path) = finding["location"]["path"].as_str().unwrap().strip_prefix(below) else { continue };
        let rule = finding["rule"].as_str().unwrap();
        let is_about_locks = finding["severity"] != "note" && !rule.starts_with("un");
        if is_about_locks || matches!(rule, "unreadable-file" | "undecided-lockfile" | "unknown-lock-format") {
            let message = finding["message"].as_str().unwrap().replace(below, "");
            lines.push(format!("  {path}:{} {rule}: {message}", finding["location"]["line"]));
        }
    }
    lines.join("\n")
}

#[test]
fn broken_lockfiles_are_told_and_the_others_judged() {
    let mut shown = Vec::new();
    for format in formats().into_iter().chain(more_formats()).chain(rarer_formats()) {
        let text = || format.text.clone();
        let half = format.text[..format.text.len() * 2 / 3].to_owned();
        let other = format.text.replace(format.version.0, format.version.1);
        let list = if format.text.starts_with('{') { "[]\n" } else { "- a\n" };
        let is_json = format.asks.starts_with('{');
        let asks = Some(format.asks);
        let cases = [
            ("conflict markers", Some(Thing::Text(conflicted(&format.text))), asks),
            ("truncated", Some(Thing::Text(half)), asks),
            ("unknown version", Some(Thing::Text(other)), asks),
            ("duplicate keys", Some(Thing::Text(doubled(&format.text, format.lock))), asks),
            ("a list", Some(Thing::Text(list.to_owned())), asks),
            ("empty", Some(Thing::Text(String::new())), asks),
            ("not UTF-8", Some(Thing::Bytes(b"name = \"\xff\"\n")), asks),
            ("100 MB", Some(Thing::Huge), asks),
            ("a directory", Some(Thing::Directory), asks),
            ("without a manifest", Some(Thing::Text(text())), None),
            ("beside a broken manifest", Some(Thing::Text(text())), Some("<<< no { manifest")),
            ("beside a list", is_json.then(|| Thing::Text(text())), Some("[]")),
        ];
        let mut names = Vec::new();
        let mut files = Vec::new();
        for (name, lock, manifest) in cases {
            let Some(lock) = lock else { continue };
            let directory = name.replace(' ', "-");
            files.push((format!("{directory}/{}", format.lock), lock));
            files.extend(
                manifest.map(|text| (format!("{directory}/{}", format.manifest), Thing::Text(text.to_owned()))),
            );
            names.push((name, format!("{directory}/")));
        }
        let report = report(tree(files).path());
        for (name, below) in names {
            let found = judged(&report, &below);
            assert!(!found.is_empty(), "{} {name} is passed over in silence", format.lock);
            shown.push(format!("{} {name}\n{found}", format.lock));
        }
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn two_lockfiles_that_claim_one_manifest() {
    let all = formats();
    let find = |name: &str| all.iter().find(|format| format.lock == name).unwrap();
    let mut shown = Vec::new();
    for (one, two) in [("package-lock.json", "yarn.lock"), ("uv.lock", "poetry.lock"), ("pnpm-lock.yaml", "bun.lock")] {
        let (one, two) = (find(one), find(two));
        let text = |path: &str, text: &str| (format!("bad/{path}"), Thing::Text(text.to_owned()));
        let files = vec![text(one.lock, &one.text), text(two.lock, &two.text), text(one.manifest, one.asks)];
        shown.push(format!("{} {}\n{}", one.lock, two.lock, judged(&report(tree(files).path()), "bad/")));
    }
    insta::assert_snapshot!(shown.join("\n"));
}
