//! The binary on bad input: what it says and how it ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A directory with some files.
pub(crate) fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (path, text) in files {
        let full = directory.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    directory
}

fn reproof(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

/// Exit code, standard output and standard error of a run, with the directory's own name replaced.
pub(crate) fn outcome(directory: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = reproof(directory.path(), arguments);
    let own = directory.path().canonicalize().unwrap().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&own, "[ROOT]");
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A project that gives no finding.
const CLEAN: &[(&str, &str)] = &[(".python-version", "3.12.7\n"), ("reproof.toml", "")];

#[test]
fn the_readme_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).unwrap().split("\n```").next().unwrap();
    let output = reproof(&root.join("fixtures/sam-stale-poetry"), &["check", "--now", "2026-11-23"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    for part in shown.split("\n\n") {
        assert!(printed.contains(part), "{part}\n\nis not in\n\n{printed}");
    }
}

#[test]
fn a_path_that_does_not_exist() {
    let (code, out, err) = outcome(&directory(&[]), &["check", "nowhere"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "error: nowhere: there is no such file or directory\n");
}

#[test]
fn a_directory_of_samples_that_is_asked_for_is_read() {
    let image = "FROM debian:12\n";
    let files = [
        ("fixtures/app/Dockerfile", image),
        ("fixtures/app/testdata/Dockerfile", image),
        ("fixtures/other/Dockerfile", image),
        ("reproof.toml", ""),
    ];
    let checked = |arguments: &[&str]| {
        let arguments = [&["check", "--format", "json"], arguments].concat();
        let report: serde_json::Value =
            serde_json::from_str(&outcome(&directory(&files), &arguments).1).unwrap_or_default();
        report["coverage"]["files_read"].as_u64()
    };
    assert_eq!(checked(&["fixtures/app"]), Some(1));
    assert_eq!(checked(&["fixtures"]), Some(2));
    assert_eq!(checked(&["fixtures/app/testdata"]), Some(1));
    assert_eq!(checked(&["fixtures/app/Dockerfile"]), None);
    assert_eq!(checked(&[]), None);
}

#[test]
fn nothing_to_check() {
    let (code, _, err) = outcome(&directory(&[("notes.txt", "hello")]), &["check"]);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "error: nothing was checked: [ROOT] has 1 file, none of them a manifest, lockfile, template, workflow, Dockerfile or version file\n"
    );
}

#[test]
fn a_broken_configuration() {
    let mut files = CLEAN.to_vec();
    files[1].1 = "profil = \"strict\"\n\n[rules.defalt-timeout]\nseverity = \"loud\"\n";
    let (code, out, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2, "{out}{err}");
    insta::assert_snapshot!(err);
}

#[test]
fn an_ignored_rule_that_does_not_exist() {
    let mut files = CLEAN.to_vec();
    files[1].1 = "[[ignore]]\nrule = \"floating-imag\"\nreason = \"r\"\n";
    let (code, _, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: there is no rule called `floating-imag`\n --> reproof.toml:2:8\n"), "{err}");
    assert!(err.contains("did you mean `floating-image`?"), "{err}");
}

#[test]
fn a_configuration_that_is_no_toml() {
    let mut files = CLEAN.to_vec();
    files[1].1 = "profile = \n";
    let (code, _, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn an_own_rule_with_a_misspelt_field() {
    let rule = "title = \"No timeout\"\nseverity = \"warning\"\nfor = \"lambda\"\nwhen = \"lambda.timout > 10\"\nmessage = \"{lambda.name}\"\nwhy = \"w\"\nfix = \"f\"\n";
    let mut files = CLEAN.to_vec();
    files[1].1 = "rules = [\"policy/*.toml\"]\n";
    files.push(("policy/no-timeout.toml", rule));
    let (code, _, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn a_lockfile_with_conflict_markers() {
    let files = [
        (
            "pyproject.toml",
            "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = []\n",
        ),
        (
            "uv.lock",
            "version = 1\nrequires-python = \">=3.12\"\n<<<<<<< HEAD\nrevision = 3\n=======\nrevision = 2\n>>>>>>> main\n",
        ),
        ("reproof.toml", ""),
    ];
    let (code, out, _) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn a_file_that_is_not_utf8() {
    let directory = directory(CLEAN);
    fs::write(directory.path().join("pyproject.toml"), b"[project]\nname = \"caf\xE9\"\n").unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "pyproject.toml:2:12: error[unreadable-file] pyproject.toml cannot be read: it is not UTF-8 from byte 21 on\n"
    );
}

#[test]
fn files_that_are_no_text_or_too_large() {
    let directory = directory(&[("reproof.toml", "")]);
    let at = |name: &str| directory.path().join(name);
    fs::write(at("Cargo.toml"), b"\xFF\xFE[\0p\0").unwrap();
    fs::write(at(".nvmrc"), b"20\0").unwrap();
    fs::File::create(at("uv.lock")).unwrap().set_len(200_000_000).unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        ".nvmrc:1:3: error[unreadable-file] .nvmrc cannot be read: it has a NUL byte at byte 2, so it is not text\n\
         Cargo.toml:1:1: error[unreadable-file] Cargo.toml cannot be read: it is UTF-16; save it as UTF-8\n\
         uv.lock:1:1: error[unreadable-file] uv.lock cannot be read: it has 200 MB, more than the 67 MB that are read\n"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let directory = directory(&[("reproof.toml", ""), ("pyproject.toml", "[project]\nname = \"a\"\n")]);
    let file = directory.path().join("pyproject.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproof"));
    command.current_dir(directory.path()).args(["check", "--format", "concise"]);
    if fs::read(&file).is_ok() {
        // The superuser may read everything.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    // Where nobody may run what was built, there is nothing to see.
    let Ok(output) = command.output() else { return };
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "pyproject.toml:1:1: error[unreadable-file] pyproject.toml cannot be read: permission denied\n"
    );
}

#[test]
fn suppressions_hide_findings_and_are_judged_themselves() {
    let template = "Resources:\n  # reproof: ignore[default-timeout] a probe, 3 s is meant\n  Probe:\n    Type: AWS::Serverless::Function\n    Properties:\n      InlineCode: ''\n      Handler: index.handler\n      Runtime: python3.13\n      MemorySize: 128\n";
    let config = "[[ignore]]\nrule = \"default-timeout\"\npaths = [\"other/**\"]\nreason = \"never used\"\n";
    let directory = directory(&[("template.yaml", template), ("reproof.toml", config)]);
    let arguments =
        ["check", "--format", "concise", "--now", "2026-11-23", "--rule", "default-timeout", "--rule", "suppression"];
    let (code, out, _) = outcome(&directory, &arguments);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "reproof.toml:2:8: note[unused-suppression] default-timeout finds nothing here, so there is nothing to suppress\n"
        )
    );
    let (_, out, _) =
        outcome(&directory, &["check", "--format", "concise", "--rule", "default-timeout", "--no-ignore"]);
    assert!(out.starts_with("template.yaml:3:3: warning[default-timeout]"), "{out}");
}

#[test]
fn stages_show_without_failing_or_only_count() {
    let template =
        "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Runtime: python3.13}\n";
    let run = |stage: &str| {
        let config = format!(
            "[[scope]]\npaths = [\"svc/**\"]\nstage = \"{stage}\"\nrules.default-timeout.severity = \"error\"\n"
        );
        let directory = directory(&[("svc/template.yaml", template), ("reproof.toml", &config)]);
        let (code, out, _) = outcome(&directory, &["check", "--format", "concise", "--rule", "default-timeout"]);
        (code, out.lines().count())
    };
    assert_eq!([run("enforce"), run("warn"), run("observe")], [(1, 1), (0, 1), (0, 0)]);
}

#[test]
fn what_is_staged_is_what_is_read() {
    let directory = directory(&[("uv.lock", "version = 1\n<<<<<<< a\n=======\n>>>>>>> b\n"), (".nvmrc", "20.1.0\n")]);
    let git = |arguments: &[&str]| {
        let done = Command::new("git").current_dir(directory.path()).args(arguments).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    git(&["add", ".nvmrc"]);
    let (code, out, err) = outcome(&directory, &["check", "--staged", "--format", "concise"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    git(&["add", "uv.lock"]);
    fs::write(directory.path().join("uv.lock"), "version = 1\n").unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--staged", "--format", "concise"]);
    assert_eq!(code, 1);
    assert!(out.contains("uv.lock:2:1: error[merge-conflict]"), "{out}");
}

#[test]
fn what_git_tracks_is_read_although_a_pattern_ignores_it() {
    let manifest = "[package]\nname = \"a\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n";
    let files = [("Cargo.toml", manifest), ("src/main.rs", ""), ("Cargo.lock", lock), (".gitignore", "Cargo.lock\n")];
    let directory = directory(&files);
    let git = |arguments: &[&str]| crate::bench::git(directory.path(), arguments);
    git(&["init", "-q"]);
    git(&["add", "."]);
    let check = || outcome(&directory, &["check", "--format", "concise", "--rule", "lockfile"]).1;
    assert!(check().contains("error[ignored-lockfile] Cargo.lock exists on this machine only"), "{}", check());
    git(&["add", "-f", "Cargo.lock"]);
    assert_eq!(check(), "");
}

#[test]
fn a_lock_of_terraform_that_git_ignores_is_on_this_machine_only() {
    let stack = "terraform {\n  backend \"s3\" {}\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      \
                 version = \"~> 5.0\"\n    }\n  }\n}\n";
    let files = [("infra/main.tf", stack), ("infra/.terraform.lock.hcl", ""), (".gitignore", ".terraform.lock.hcl\n")];
    let directory = directory(&files);
    let found = outcome(&directory, &["check", "--format", "concise", "--rule", "lockfile"]).1;
    assert!(found.contains("error[ignored-lockfile] infra/.terraform.lock.hcl exists on this machine only"), "{found}");
    assert!(!found.contains("missing-lockfile"), "{found}");
}

#[test]
fn a_file_for_search_tools_hides_nothing() {
    let manifest = "[package]\nname = \"a\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n";
    let files = [("Cargo.toml", manifest), ("src/main.rs", ""), ("Cargo.lock", lock), (".ignore", "Cargo.lock\n")];
    let found = outcome(&directory(&files), &["check", "--format", "concise", "--rule", "lockfile"]).1;
    assert_eq!(found, "");
}

#[test]
fn without_git_the_index_cannot_be_asked() {
    let (code, _, err) = outcome(&directory(CLEAN), &["check", "--tracked"]);
    assert_eq!(code, 2);
    assert!(err.contains("is in no git repository"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_that_goes_round_and_one_that_leads_out() {
    let directory = directory(CLEAN);
    std::os::unix::fs::symlink("pyproject.toml", directory.path().join("pyproject.toml")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", directory.path().join(".nvmrc")).unwrap();
    std::os::unix::fs::symlink("template.yaml", directory.path().join("template.yaml")).unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        ".nvmrc:1:1: error[unreadable-file] .nvmrc cannot be read: it is a symbolic link that leads out of the repository\n\
         pyproject.toml:1:1: error[unreadable-file] pyproject.toml cannot be read: its symbolic links go round in a circle\n\
         template.yaml:1:1: error[unreadable-file] template.yaml cannot be read: its symbolic links go round in a circle\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_and_a_name_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let directory = directory(CLEAN);
    let pipe = directory.path().join("yarn.lock");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let folder = directory.path().join(std::ffi::OsStr::from_bytes(b"caf\xE9"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("pyproject.toml"), "[project]\n").unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "caf\u{FFFD}/pyproject.toml:1:1: error[unreadable-file] caf\u{FFFD}/pyproject.toml cannot be read: its name is not UTF-8\n\
         yarn.lock:1:1: error[unreadable-file] yarn.lock cannot be read: it is not a regular file\n"
    );
}

#[test]
fn only_what_is_reported_on_is_counted() {
    let files = [
        ("reproof.toml", ""),
        (
            "a/pyproject.toml",
            "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"b>=1\"]\n",
        ),
        (
            "b/pyproject.toml",
            "[project]\nname = \"b\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"c>=1\"]\n",
        ),
        ("docs/index.txt", "hello"),
    ];
    let directory = directory(&files);
    let json = |path: &str| -> serde_json::Value {
        serde_json::from_str(&outcome(&directory, &["check", path, "--format", "json"]).1).unwrap()
    };
    for (path, services) in [("a", vec!["a"]), ("a/pyproject.toml", vec!["a"]), (".", vec!["a", "b"])] {
        let report = json(path);
        let shown: Vec<&str> =
            report["services"].as_array().unwrap().iter().filter_map(|row| row["path"].as_str()).collect();
        assert_eq!(shown, services, "{path}");
    }
    let (_, stats, _) = outcome(&directory, &["check", "a", "--stats"]);
    assert!(stats.contains("enforce  a ") && !stats.contains("enforce  b "), "{stats}");
    let (code, _, err) = outcome(&directory, &["check", "docs"]);
    assert_eq!(
        (code, err.as_str()),
        (
            2,
            "error: nothing was checked: docs has 1 file, none of them a manifest, lockfile, template, workflow, Dockerfile or version file\n"
        )
    );
}

#[test]
fn a_lockfile_that_is_a_directory_is_told() {
    let directory = directory(CLEAN);
    fs::create_dir(directory.path().join("uv.lock")).unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.starts_with("uv.lock:1:1: error[unreadable-file] uv.lock cannot be read: it is a directory"), "{out}");
}

#[test]
fn the_same_tree_gives_the_same_bytes_on_any_number_of_threads() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sam-stale-poetry");
    let report = |jobs: &str| {
        let arguments = ["check", "--format", "json", "--reproducible", "--now", "2026-11-23", "--jobs", jobs, fixture];
        reproof(Path::new("."), &arguments).stdout
    };
    let one = report("1");
    assert!(!one.is_empty());
    assert_eq!(one, report("2"));
    assert_eq!(one, report("7"));
}

#[test]
fn an_unknown_rule_on_the_command_line() {
    let (code, _, err) = outcome(&directory(CLEAN), &["check", "--rule", "defalt-timeout"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: there is no rule called `defalt-timeout`; did you mean `default-timeout`?\n");
}

#[test]
fn examples_of_a_folder_of_own_rules() {
    let rule = "title = \"Python floats\"\nseverity = \"note\"\nfor = \"toolchain\"\nwhen = \"toolchain.level < 4\"\nmessage = \"{toolchain.tool} floats\"\nwhy = \"w\"\nfix = \"f\"\n\n[[bad]]\nline = 1\n\".python-version\" = '3.12'\n\n[[good]]\n\".python-version\" = '3.12.7'\n";
    let directory = directory(&[("policy/team/floats.toml", rule), ("policy/notes.md", "no rule")]);
    let (code, out, err) = outcome(&directory, &["rules", "test", "policy"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "1 rule, 2 examples, 0 failed\n", ""));
    let (code, _, err) = outcome(&directory, &["rules", "test", "."]);
    assert_eq!(code, 0, "{err}");
    fs::remove_file(directory.path().join("policy/team/floats.toml")).unwrap();
    let (code, _, err) = outcome(&directory, &["rules", "test", "policy"]);
    assert_eq!((code, err.as_str()), (2, "error: policy holds no rule file (*.toml)\n"));
}

#[test]
fn places_beyond_the_first_few_are_named_in_one_line() {
    let manifests: Vec<String> = (1..=9).map(|number| format!("services/s{number}/pyproject.toml")).collect();
    let text = "[project]\nname = \"one\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n";
    let mut files: Vec<(&str, &str)> = manifests.iter().map(|path| (path.as_str(), text)).collect();
    files.push((".tool-versions", "python 3.11.4\n"));
    let (code, out, _) = outcome(&directory(&files), &["check", ".tool-versions", "--rule", "toolchain"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}
