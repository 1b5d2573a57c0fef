//! Templates, modules and builds that are broken or hostile: each is said once and plainly, no verdict rests on what is not
//! known, and the function beside it is still judged.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A function that is always at fault: 901 s.
const LATE: &str = "  Late:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: src/, Timeout: 901}\n";

const HEAD: &str = "Transform: AWS::Serverless-2016-10-31\nResources:\n";

const MODULE: &str = "def handler(event, context):\n    return 1\n";

/// Files by path.
type Files = Vec<(String, Vec<u8>)>;

/// A template of some resources beside the function that is at fault, with its module.
fn service(resources: &str, more: &[(&str, &str)]) -> Files {
    let own = [("svc/template.yaml", format!("{HEAD}{resources}{LATE}")), ("svc/src/app.py", MODULE.to_owned())];
    let more = more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    own.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).chain(more).collect()
}

fn write(root: &Path, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn report(root: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .args(["check", "--format", "json", "--now", "2026-11-23"])
        .current_dir(root)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

/// The findings of a rule, as subjects' messages.
fn found(report: &Value, rule: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|one| one["rule"] == rule).map(|one| one["message"].as_str().unwrap().to_owned()).collect()
}

fn problems(report: &Value) -> Vec<String> {
    let problems = report["coverage"]["problems"].as_array().unwrap().iter();
    problems.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
}

/// An archive of names and claimed sizes alone.
fn archive(entries: &[(&str, u32)]) -> Vec<u8> {
    let mut central = Vec::new();
    for (name, size) in entries {
        central.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0\0\0\0\0");
        central.extend(size.to_le_bytes());
        central.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        central.extend([0; 16]);
        central.extend(name.as_bytes());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let length = u32::try_from(central.len()).unwrap().to_le_bytes();
    let mut file = central;
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend(length);
    file.extend([0; 6]);
    file
}

#[test]
fn what_is_broken_is_said_once_and_the_rest_is_judged() {
    let function =
        |properties: &str| format!("  F:\n    Type: AWS::Serverless::Function\n    Properties: {properties}\n");
    let cases: Vec<(&str, Files, &str)> = vec![
        (
            "Python 2",
            service("", &[("svc/src/app.py", "def handler(event, context):\n    print \"x\"\n")]),
            "it is not Python 3: ",
        ),
        ("no module", service("", &[("svc/src/app.py", "def handler(:\n")]), "it is not Python 3: "),
        (
            "a key twice",
            service(
                &function("{Handler: app.handler, Runtime: python3.13, CodeUri: src/, Timeout: 3, Timeout: 4}"),
                &[],
            ),
            "the key `Timeout` stands twice",
        ),
        (
            "an include outside",
            service(
                "  Api:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: x, DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../../other.yml}}}}\n",
                &[],
            ),
            "../../other.yml leads out of the repository",
        ),
        (
            "a project template",
            service(
                "",
                &[(
                    "svc/{{cookiecutter.name}}/template.yaml",
                    "Resources:\n{% if x %}\n  G:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: {{cookiecutter.runtime}}}\n{% endif %}\n",
                )],
            ),
            "it is a project template with placeholders",
        ),
    ];
    for (name, files, expected) in cases {
        let root = TempDir::new().unwrap();
        write(root.path(), &files);
        let report = report(root.path());
        let problems = problems(&report);
        assert_eq!(problems.iter().filter(|problem| problem.starts_with(expected)).count(), 1, "{name}: {problems:?}");
        assert_eq!(found(&report, "timeout-out-of-range").len(), 1, "{name}");
        assert!(found(&report, "uncallable-handler").is_empty(), "{name}");
    }
}

#[test]
fn what_is_no_setting_is_no_verdict() {
    let function =
        |name: &str, properties: &str| format!("  {name}:\n    Type: AWS::Serverless::Function\n{properties}");
    let strange = "    Properties: {Handler: [a], Runtime: {b: c}, Timeout: [1], MemorySize: {x: y}, Layers: 3, Events: 5, Environment: x}\n";
    let resources = [
        function("Bare", ""),
        function("Hollow", "    Properties:\n"),
        function("Strange", strange),
        function(
            "Circle",
            "    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: src/, Timeout: !Ref A}\n",
        ),
        "  Number: 5\n  List: [1]\n".to_owned(),
    ];
    let root = TempDir::new().unwrap();
    let mut files = service(&resources.concat(), &[]);
    let parameters = b"Parameters:\n  A: {Type: Number, Default: !Ref A}\nConditions:\n  C: !Not [!Condition C]\n";
    files[0].1.splice(0..0, parameters.iter().copied());
    write(root.path(), &files);
    let report = report(root.path());
    assert_eq!(found(&report, "timeout-out-of-range"), ["Late asks for 901 s, Lambda accepts 1 s to 900 s"]);
    let states: Vec<(String, String)> = report["lambdas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap().to_owned(), one["timeout_s"]["origin"].as_str().unwrap().to_owned()))
        .collect();
    let state = |name: &str| states.iter().find(|(known, _)| known == name).map(|(_, state)| state.as_str());
    for (name, expected) in [("Bare", "default"), ("Hollow", "default"), ("Strange", "unknown"), ("Circle", "unknown")]
    {
        assert_eq!(state(name), Some(expected), "{name}");
    }
}

#[test]
fn hostile_and_large_builds_are_told() {
    let root = TempDir::new().unwrap();
    let mut files = service("", &[]);
    files.push(("svc/dist/bomb.zip".to_owned(), archive(&[("a", u32::MAX)])));
    files.push(("svc/dist/out.zip".to_owned(), archive(&[("/etc/passwd", 1), ("../x", 1)])));
    write(root.path(), &files);
    let build = root.path().join("svc/.aws-sam/build/Late");
    fs::create_dir_all(&build).unwrap();
    // Sparse: it takes up no room on disk.
    fs::File::create(build.join("weights.bin")).unwrap().set_len(300 * 1024 * 1024).unwrap();
    let report = report(root.path());
    assert_eq!(found(&report, "unmeasured-build").len(), 1);
    assert_eq!(
        found(&report, "unsafe-archive-path"),
        ["svc/dist/out.zip holds /etc/passwd, a path outside of the package"]
    );
    let oversized =
        "the package of Late unzips to 314.6 MB or more (build 314.6 MB), 52.4 MB above what Lambda accepts";
    assert_eq!(found(&report, "oversized-package"), [oversized]);
    assert_eq!(found(&report, "timeout-out-of-range").len(), 1);
}

#[test]
fn a_handler_that_leaves_its_code_is_missing_and_nothing_outside_is_read() {
    let root = TempDir::new().unwrap();
    let outside = "  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: ../../../x.handler, Runtime: python3.13, CodeUri: src/, Timeout: 3}\n";
    write(&root.path().join("in"), &service(outside, &[]));
    fs::write(root.path().join("x.py"), MODULE).unwrap();
    let report = report(&root.path().join("in"));
    assert_eq!(found(&report, "missing-handler"), ["F starts at ../../../x.handler, and svc/src has no such module"]);
    assert_eq!(found(&report, "timeout-out-of-range").len(), 1);
}
