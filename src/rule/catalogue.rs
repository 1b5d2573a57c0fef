//! The rules as a page: `docs/rules.md`.

use std::fmt::Write as _;

use super::{Rule, RuleSet};
use crate::config::Profile;

/// The page that documents rules, by group.
pub fn catalogue(rules: &RuleSet) -> String {
    let mut page = String::from(
        "# Rules\n\n\
         Printed from the files in `rules/`; `just print` rewrites this page. `reproof rules explain RULE` shows the same \
         in the terminal, offline.\n",
    );
    let mut group = "";
    for rule in rules.rules() {
        // Writing to a String cannot fail.
        if rule.group != group {
            group = &rule.group;
            let _infallible = write!(page, "\n## {group}\n");
        }
        let _infallible = write!(page, "\n{}", section(rule));
    }
    page
}

fn section(rule: &Rule) -> String {
    let severity = match (rule.severity, rule.profile) {
        (None, _) => "off by default".to_owned(),
        (Some(severity), Profile::Default) => severity.word().to_owned(),
        (Some(severity), Profile::Strict) => format!("{}, in the strict profile", severity.word()),
    };
    let mut text = format!("### {}\n\n{} ({severity}). Judges each `{}`.\n", rule.id, rule.title, rule.kind.name());
    let params: Vec<String> = rule.params.iter().map(|(name, value)| format!("`{name} = {value}`")).collect();
    if !params.is_empty() {
        let _infallible = write!(text, "\nParameters: {}.\n", params.join(", "));
    }
    for (title, prose) in [("Why", &rule.why), ("Fix", &rule.fix)] {
        let _infallible = write!(text, "\n{title}: {}\n", prose.trim());
    }
    text
}
