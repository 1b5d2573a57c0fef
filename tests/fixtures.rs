//! Whole small repositories: what the check says of each, in every format, and how it ends.
//!
//! A fixture is a folder of `fixtures/`; this test finds it. Each one gets a snapshot of its
//! findings and of the rows of its JSON report.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TODAY: &str = "2026-11-23";

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn name(fixture: &Path) -> String {
    fixture.file_name().unwrap().to_string_lossy().into_owned()
}

fn check(fixture: &Path, format: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .args(["check", "--now", TODAY, "--reproducible", "--format", format])
        .arg(fixture)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}: {}", name(fixture), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// A JSON report without the commit of this repository, which moves.
fn report(fixture: &Path) -> serde_json::Value {
    let mut report: serde_json::Value = serde_json::from_str(&check(fixture, "json").1).unwrap();
    report["repository"]["commit"] = serde_json::Value::Null;
    report
}

#[test]
fn findings_of_every_fixture() {
    assert!(fixtures().len() >= 5);
    for fixture in fixtures() {
        let (code, text) = check(&fixture, "concise");
        insta::assert_snapshot!(format!("{}-findings", name(&fixture)), format!("exit {code}\n{text}"));
    }
}

#[test]
fn rows_of_every_fixture() {
    for fixture in fixtures() {
        let report = report(&fixture);
        let rows = serde_json::json!({
            "lockfiles": report["lockfiles"],
            "lambdas": report["lambdas"],
            "services": report["services"],
            "summary": report["summary"],
        });
        insta::assert_json_snapshot!(format!("{}-rows", name(&fixture)), rows);
    }
}

#[test]
fn reports_of_the_sam_fixture_in_all_formats() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sam-stale-poetry");
    for format in ["text", "concise", "github", "sarif", "gitlab", "junit", "markdown"] {
        let (code, text) = check(&fixture, format);
        assert_eq!(code, 1);
        insta::assert_snapshot!(format!("report-{format}"), text);
    }
    // The number of rules grows with every new one.
    let mut json = report(&fixture);
    json["coverage"]["rules_run"] = "moves".into();
    insta::assert_json_snapshot!("report-json", json);
}

#[test]
fn the_page_holds_its_findings_and_nothing_that_ends_them() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sam-stale-poetry");
    let (_, page) = check(&fixture, "html");
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let found = report(&fixture)["findings"].as_array().unwrap().len();
    assert_eq!(data["findings"].as_array().unwrap().len(), found);
    assert!(
        data["findings"][0].is_array()
            && data["texts"][0].is_string()
            && data["rules"].as_object().is_some_and(|rules| !rules.is_empty())
    );
}

#[test]
fn every_report_holds_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(&reproof::report::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for fixture in fixtures() {
        let errors: Vec<String> = validator.iter_errors(&report(&fixture)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", name(&fixture));
    }
}

#[test]
fn the_clean_fixtures_are_clean() {
    for clean in fixtures().iter().filter(|fixture| name(fixture).starts_with("clean")) {
        assert_eq!(check(clean, "concise"), (0, String::new()), "{}", name(clean));
    }
}
