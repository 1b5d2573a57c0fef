//! Documents that are printed from the code: each test fails when its page is out of date.
//!
//! `just print` sets `REPROOF_PRINT` and rewrites them; the diff is the review.

use std::fs;
use std::path::Path;

use reproof::rule::RuleSet;
use reproof::source::Sources;

fn holds(path: &str, printed: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("REPROOF_PRINT").is_some() {
        fs::write(&file, printed).unwrap();
        return;
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == printed,
        "{path} is out of date: run `just print` (REPROOF_PRINT=1 cargo test --test main printed)"
    );
}

#[test]
fn printed_facts() {
    holds("docs/facts.md", &reproof::facts::catalogue());
}

#[test]
fn printed_rules() {
    let rules = RuleSet::load(&[], &mut Sources::default());
    assert_eq!(rules.problems(), []);
    holds("docs/rules.md", &reproof::rule::catalogue(&rules));
}

#[test]
fn printed_report_schema() {
    holds("docs/report.schema.json", &(reproof::report::schema() + "\n"));
}

#[test]
fn printed_causes() {
    holds("docs/causes.md", &reproof::compare::catalogue());
}

#[test]
fn printed_compare_schema() {
    holds("docs/compare.schema.json", &(reproof::compare::schema() + "\n"));
}

#[test]
fn printed_fingerprint_schema() {
    holds("docs/fingerprint.schema.json", &(reproof::fingerprint::schema() + "\n"));
}
