#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::upstream::tie;

/// A home with files, and what the repository holds.
struct Case<'a> {
    variables: &'a [(&'a str, &'a str)],
    home: &'a [(&'a str, &'a str)],
    tree: &'a [(&'a str, &'a str)],
    python: Option<&'a str>,
}

const NOTHING: Case<'_> = Case { variables: &[], home: &[], tree: &[], python: None };

fn settings(case: &Case<'_>) -> Settings {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in case.home {
        let file = directory.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let home = Home::of(case.variables, Some(directory.path().to_path_buf()));
    let config = Registries { python: case.python.map(str::to_owned), ..Registries::default() };
    Settings::new(&home, Arc::new(Tree::memory(case.tree.iter().copied())), config)
}

fn asked(settings: &Settings, ecosystem: Ecosystem, tool: &str, stated: Option<&str>, name: &str) -> Vec<String> {
    let origin = Origin { ecosystem, tool, lockfile: "app/some.lock", stated };
    let subjects = settings.subjects(&origin, name);
    subjects
        .into_iter()
        .map(|subject| subject.registry.map_or_else(|| "none".to_owned(), |at| at.to_string()))
        .collect()
}

#[test]
fn python_indexes_are_found() {
    let pip = "[global]\nindex-url = https://u:p@pip.example.com/simple/\nextra-index-url =\n  https://more.example.com/simple\n";
    let uv = "[[index]]\nname = 'x'\nurl = 'https://uv.example.com/simple'\ndefault = true\n";
    let pdm = "[[tool.pdm.source]]\nname = 'pypi'\nurl = 'https://pdm.example.com/simple'\n";
    let cases = [
        (Case { ..NOTHING }, "poetry", None, vec!["none"]),
        (
            Case { python: Some("https://set.example.com/simple"), ..NOTHING },
            "poetry",
            None,
            vec!["https://set.example.com/simple"],
        ),
        (
            Case { home: &[(".config/pip/pip.conf", pip)], python: Some("https://set.example.com"), ..NOTHING },
            "poetry",
            None,
            vec!["https://pip.example.com/simple", "https://more.example.com/simple"],
        ),
        (
            Case { home: &[(".config/pip/pip.conf", pip), (".config/uv/uv.toml", uv)], ..NOTHING },
            "uv",
            Some("https://lock.example.com/simple"),
            vec!["https://lock.example.com/simple"],
        ),
        (
            Case {
                variables: &[("PIP_INDEX_URL", "https://env.example.com/simple")],
                home: &[(".config/uv/uv.toml", uv)],
                ..NOTHING
            },
            "requirements",
            None,
            vec!["https://env.example.com/simple"],
        ),
        (
            Case { home: &[(".config/uv/uv.toml", uv)], ..NOTHING },
            "requirements",
            None,
            vec!["https://uv.example.com/simple"],
        ),
        (
            Case { tree: &[("app/pyproject.toml", pdm)], python: Some("https://set.example.com"), ..NOTHING },
            "pdm",
            None,
            vec!["https://pdm.example.com/simple"],
        ),
        // A repository's pip.conf, a folder, and an address with a variable are no registries.
        (Case { tree: &[("pip.conf", pip)], ..NOTHING }, "poetry", None, vec!["none"]),
        (Case { ..NOTHING }, "uv", Some("../wheels"), vec!["none"]),
        (
            Case { variables: &[("TOKEN", "secret")], ..NOTHING },
            "requirements",
            Some("https://x.example.com/${TOKEN}/simple"),
            vec!["none"],
        ),
    ];
    for (case, tool, stated, expected) in cases {
        assert_eq!(
            asked(&settings(&case), Ecosystem::Python, tool, stated, "a"),
            expected,
            "{tool} {stated:?} {:?}",
            case.tree
        );
    }
}

#[test]
fn node_registries_are_found() {
    let rc = "registry=https://user.example.com/npm/\n@shop:registry=https://shop.example.com\n";
    let default = npmrc_config_rs::registry::DEFAULT_REGISTRY.trim_end_matches('/');
    let project = "registry = https://project.example.com\n//project.example.com/:_authToken=${NPM_TOKEN}\n";
    let yarn = "npmRegistryServer: https://yarn.example.com\nnpmScopes:\n  corp:\n    npmRegistryServer: https://corp.example.com\n";
    let cases = [
        (Case { ..NOTHING }, None, "a", default),
        (Case { home: &[(".npmrc", rc)], ..NOTHING }, None, "a", "https://user.example.com/npm"),
        (Case { home: &[(".npmrc", rc)], ..NOTHING }, None, "@shop/a", "https://shop.example.com"),
        (Case { home: &[(".npmrc", rc)], ..NOTHING }, Some(default), "a", "https://user.example.com/npm"),
        (
            Case { home: &[(".npmrc", rc)], ..NOTHING },
            Some("https://lock.example.com"),
            "a",
            "https://lock.example.com",
        ),
        (
            Case { home: &[(".npmrc", rc)], tree: &[("app/.npmrc", project)], ..NOTHING },
            None,
            "a",
            "https://project.example.com",
        ),
        (
            Case {
                variables: &[("NPM_CONFIG_REGISTRY", "https://env.example.com")],
                tree: &[(".npmrc", project)],
                ..NOTHING
            },
            None,
            "a",
            "https://env.example.com",
        ),
        (Case { tree: &[(".yarnrc.yml", yarn)], ..NOTHING }, None, "@corp/a", "https://corp.example.com"),
        (Case { tree: &[(".npmrc", "registry=https://evil.example.org/${NPM_TOKEN}/")], ..NOTHING }, None, "a", "none"),
    ];
    for (case, stated, name, expected) in cases {
        assert_eq!(
            asked(&settings(&case), Ecosystem::Node, "npm", stated, name),
            [expected],
            "{stated:?} {name} {:?}",
            case.tree
        );
    }
}

#[test]
fn sparse_indexes_are_found() {
    let default = tame_index::CRATES_IO_HTTP_INDEX.trim_start_matches("sparse+").trim_end_matches('/');
    let chain = "[source.crates-io]\nreplace-with = 'a'\n[source.a]\nreplace-with = 'b'\n[source.b]\nregistry = 'sparse+https://b.example.com/index/'\n";
    let circle = "[source.crates-io]\nreplace-with = 'a'\n[source.a]\nreplace-with = 'a'\n";
    let vendor = "[source.crates-io]\nreplace-with = 'v'\n[source.v]\ndirectory = 'vendor'\n";
    let named =
        "[source.crates-io]\nreplace-with = 'corp'\n[registries.corp]\nindex = 'sparse+https://corp.example.com/'\n";
    let lock = format!("registry+{}", cargo_lock::package::SourceId::default().url());
    let cases = [
        (Case { ..NOTHING }, Some(lock.as_str()), default),
        (Case { home: &[(".cargo/config.toml", chain)], ..NOTHING }, Some(&lock), "https://b.example.com/index"),
        (
            Case { tree: &[(".cargo/config.toml", named)], home: &[(".cargo/config.toml", chain)], ..NOTHING },
            Some(&lock),
            "https://corp.example.com",
        ),
        (Case { tree: &[("app/.cargo/config.toml", circle)], ..NOTHING }, Some(&lock), "none"),
        (Case { tree: &[(".cargo/config.toml", vendor)], ..NOTHING }, Some(&lock), "none"),
        (Case { ..NOTHING }, Some("sparse+https://own.example.com/index/"), "https://own.example.com/index"),
        (Case { ..NOTHING }, Some("registry+https://git.example.com/index"), "none"),
    ];
    for (case, stated, expected) in cases {
        assert_eq!(
            asked(&settings(&case), Ecosystem::Rust, "cargo", stated, "a"),
            [expected],
            "{stated:?} {:?}",
            case.tree
        );
    }
}

/// What would be sent to an address.
fn sent(settings: &Settings, address: &str) -> Option<String> {
    tie::header(settings.ties(), &Url::parse(address).unwrap()).map(str::to_owned)
}

#[test]
fn the_users_own_settings_tie_credentials() {
    let home: &[(&str, &str)] = &[
        (
            ".npmrc",
            "//npm.example.com/team/:_authToken=${NPM_TOKEN}\n//old.example.com/:username=u\n//old.example.com/:_password=cGFzcw==\n//gone.example.com/:_authToken=${UNSET}\n",
        ),
        (
            ".config/pip/pip.conf",
            "[global]\nindex-url = https://u:p%40@pip.example.com/simple\nextra-index-url = https://net.example.com/simple\n",
        ),
        (
            ".netrc",
            "machine net.example.com login n password w\nmachine git.example.com login g password h\ndefault login d password d\n",
        ),
        (".cargo/config.toml", "[registries.corp]\nindex = 'sparse+https://crates.example.com/index/'\n"),
        (".cargo/credentials.toml", "[registries.corp]\ntoken = 'Bearer c'\n"),
    ];
    let settings = settings(&Case { variables: &[("NPM_TOKEN", "t")], home, ..NOTHING });
    for (address, expected) in [
        ("https://npm.example.com/team/a", Some("Bearer t".to_owned())),
        ("https://npm.example.com/a", None),
        ("https://old.example.com/a", Some(tie::basic("u", "pass"))),
        ("https://gone.example.com/a", None),
        ("https://pip.example.com/simple/a/", Some(tie::basic("u", "p@"))),
        ("https://net.example.com/simple/a/", Some(tie::basic("n", "w"))),
        ("https://git.example.com/simple/a/", None),
        ("https://crates.example.com/index/se/rd/serde", Some("Bearer c".to_owned())),
    ] {
        assert_eq!(sent(&settings, address), expected, "{address}");
    }
}

#[test]
fn a_pull_request_cannot_make_a_credential_go_anywhere() {
    let variables: &[(&str, &str)] = &[
        ("NPM_TOKEN", "secret"),
        ("UV_INDEX_CORP_USERNAME", "secret"),
        ("UV_INDEX_CORP_PASSWORD", "secret"),
        ("POETRY_HTTP_BASIC_CORP_PASSWORD", "secret"),
        ("CARGO_REGISTRIES_CORP_TOKEN", "secret"),
    ];
    let home: &[(&str, &str)] = &[(".netrc", "machine evil.example.org login l password secret\n")];
    let pyproject = "[[tool.uv.index]]\nname = 'corp'\nurl = 'https://evil.example.org/simple'\n[[tool.poetry.source]]\nname = 'corp'\nurl = 'https://evil.example.org/simple'\n";
    let tree: &[(&str, &str)] = &[
        (".npmrc", "registry=https://evil.example.org/\n//evil.example.org/:_authToken=${NPM_TOKEN}\n"),
        ("pip.conf", "[global]\nindex-url = https://${NPM_TOKEN}@evil.example.org/simple\n"),
        (".venv/pip.conf", "[global]\nindex-url = https://evil.example.org/simple\n"),
        ("pyproject.toml", pyproject),
        ("uv.toml", "[[index]]\nname = 'corp'\nurl = 'https://evil.example.org/simple'\n"),
        (
            ".cargo/config.toml",
            "[registries.corp]\nindex = 'sparse+https://evil.example.org/'\n[source.crates-io]\nreplace-with = 'corp'\n",
        ),
        (".yarnrc.yml", "npmRegistryServer: https://evil.example.org\nnpmAuthToken: ${NPM_TOKEN}\n"),
    ];
    let hostile = settings(&Case { variables, home, tree, python: Some("https://evil.example.org/simple") });
    assert_eq!(hostile.ties(), []);
    assert_eq!(sent(&hostile, "https://evil.example.org/simple/a/"), None);
    assert_eq!(asked(&hostile, Ecosystem::Node, "npm", None, "a"), ["https://evil.example.org"]);
    // Where the user says that the host is theirs, what they keep for it may go there.
    let named = [variables, &[("REPROOF_TRUSTED_HOSTS", "other.example.com, evil.example.org")]].concat();
    let trusted = settings(&Case { variables: &named, home, tree, python: None });
    assert!(sent(&trusted, "https://evil.example.org/simple/a/").is_some());
    assert_eq!(sent(&trusted, "https://other.example.org/"), None);
}

/// A certificate that nobody uses.
const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

#[test]
fn authorities_come_from_the_users_own_settings_only() {
    let ca = ("ca.pem", AUTHORITY);
    let cases: &[(Case<'_>, usize, Option<&str>)] = &[
        (NOTHING, 0, None),
        (Case { home: &[ca, (".config/pip/pip.conf", "[global]\ncert = ~/ca.pem\n")], ..NOTHING }, 1, None),
        (
            Case {
                home: &[(".npmrc", "ca=\"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\"\n")],
                ..NOTHING
            },
            1,
            None,
        ),
        (Case { home: &[ca, (".npmrc", "cafile=~/ca.pem\nstrict-ssl=false\n")], ..NOTHING }, 1, Some("strict-ssl")),
        (Case { home: &[ca, (".cargo/config.toml", "[http]\ncainfo = '~/ca.pem'\n")], ..NOTHING }, 1, None),
        (
            Case {
                home: &[ca, ("two.pem", AUTHORITY)],
                variables: &[("PIP_CERT", "~/ca.pem"), ("NODE_EXTRA_CA_CERTS", "~/two.pem")],
                ..NOTHING
            },
            2,
            None,
        ),
        (
            Case {
                variables: &[("CARGO_HTTP_CAINFO", "/no/such/file"), ("PIP_TRUSTED_HOST", "x.example.com")],
                ..NOTHING
            },
            0,
            Some("PIP_TRUSTED_HOST"),
        ),
        // What a repository says of trust is not read.
        (
            Case {
                tree: &[
                    ca,
                    (".npmrc", "cafile=ca.pem\nstrict-ssl=false\n"),
                    ("pip.conf", "[global]\ncert = ca.pem\ntrusted-host = x\n"),
                    (".cargo/config.toml", "[http]\ncainfo = 'ca.pem'\n"),
                ],
                ..NOTHING
            },
            0,
            None,
        ),
    ];
    for (case, authorities, unfollowed) in cases {
        let settings = settings(case);
        let trust = settings.trust();
        assert_eq!(
            (trust.authorities.len(), trust.unfollowed),
            (*authorities, *unfollowed),
            "{:?} {:?}",
            case.home,
            case.variables
        );
    }
}
