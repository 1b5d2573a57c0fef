//! What is said of single packages: true alarms, and the false ones that must not be raised.

use crate::bench::{
    Bench, LINUX, MAC, NODE, PROJECT, PURE, PYTHON, RUST, SHA1, SHASUM, SOURCE, cargo, npm, sha, simple, uv,
};
use crate::registry::{How, Page};

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
