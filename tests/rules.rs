//! Every built-in rule against its own examples, through the real readers.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use reproof::config::{self, Config, Profile};
use reproof::day::Day;
use reproof::discover::Listing;
use reproof::engine::example::{self, Judged};
use reproof::engine::{Settings, judge};
use reproof::facts::Kind;
use reproof::rule::example::Example;
use reproof::rule::{Rule, RuleSet};
use reproof::source::{SourceId, Sources};
use reproof::tree::Tree;
use reproof::{scan, suppress, syntax};

/// The day on which examples are judged that do not name one.
const TODAY: &str = "2026-11-23";

#[test]
fn examples_of_built_in_rules_hold() {
    let mut sources = Sources::default();
    let rules = RuleSet::load(&[], &mut sources);
    let mut report = String::new();
    for rule in rules.rules() {
        for failure in example::run(rule, &|rule, example| judged(&rules, rule, example)) {
            let at = sources.location(failure.span);
            writeln!(report, "{}:{}: {}", at.path, at.start.line, failure.message).unwrap();
        }
    }
    assert!(report.is_empty(), "examples that do not hold:\n{report}");
}

fn judged(rules: &RuleSet, rule: &Rule, example: &Example) -> Judged {
    let files = &example.files;
    let tree = Arc::new(Tree::memory(files.iter().map(|file| (file.path.clone(), file.text.clone()))));
    let of = |ignored: bool| files.iter().filter(move |file| file.ignored == ignored).map(|file| file.path.clone());
    let tracked: BTreeSet<String> = of(false).collect();
    let listing =
        Listing { paths: tracked.iter().cloned().collect(), ignored: of(true).collect(), tracked: Some(tracked) };
    let today = example.today.unwrap_or_else(|| Day::parse(TODAY).unwrap());
    let mut inventory = scan::scan_files(&tree, listing, today, Sources::default());
    let settings = Settings::alone(rule, example.params.clone());
    if rule.kind == Kind::Suppression {
        suppressed(rules, example, &mut inventory, today);
    }
    (judge(&[rule], &settings, &inventory.facts, &inventory.sources), inventory.sources)
}

/// Counts what the suppressions hide of all that the other rules find.
fn suppressed(rules: &RuleSet, example: &Example, inventory: &mut reproof::inventory::Inventory, today: Day) {
    let config = configuration(example, &mut inventory.sources);
    suppress::add_entries(&mut inventory.facts, &config, today);
    for suppression in &mut inventory.facts.suppressions {
        suppression.known = rules.knows(&suppression.rule);
    }
    let settings = Settings::new(rules, Profile::Strict);
    let others: Vec<&Rule> = rules.rules().iter().filter(|rule| rule.kind != Kind::Suppression).collect();
    let mut found = judge(&others, &settings, &inventory.facts, &inventory.sources).findings;
    suppress::apply(&mut found, &mut inventory.facts, &inventory.sources, &config);
}

fn configuration(example: &Example, sources: &mut Sources) -> Config {
    let Some(file) = example.files.iter().find(|file| file.path == config::FILE_NAME) else { return Config::default() };
    let source: SourceId = sources.add_whole(&file.path, &file.text);
    let document = syntax::toml::parse(source, &file.text.as_str().into()).unwrap();
    let (config, problems) = config::read(&file.path, document.root());
    assert_eq!(problems, [], "{}", file.path);
    config
}
