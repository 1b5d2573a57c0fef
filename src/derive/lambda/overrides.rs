//! Parameters that `samconfig` gives to the stack of a template, over all its environments.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloudformation::Overrides;
use crate::syntax::Node;

/// Names that `sam` looks for when none is given (SAM CLI, `get_or_default_template_file_name`, read 2026-11-23).
const USUAL_TEMPLATES: &[&str] = &["template.yaml", "template.yml", "template.json"];

/// The values of each parameter in all environments that deploy the template called `file_name`.
pub(super) fn read(settings: &crate::syntax::Document, file_name: &str) -> Overrides {
    let mut environments: Vec<BTreeMap<String, String>> = Vec::new();
    for environment in settings.root().entries() {
        let of = |command: &str, key: &str| environment.value.at(&[command, "parameters", key]);
        let named = |key: &str| ["deploy", "build", "global"].into_iter().find_map(|command| of(command, key));
        let template = named("template_file").or_else(|| named("template")).and_then(Node::scalar);
        let is_ours = match template {
            Some(path) => path.rsplit('/').next() == Some(file_name),
            None => USUAL_TEMPLATES.contains(&file_name),
        };
        let is_environment =
            environment.value.entries().iter().any(|command| command.value.get("parameters").is_some());
        if !is_ours || !is_environment {
            continue;
        }
        let given = of("deploy", "parameter_overrides").or_else(|| of("global", "parameter_overrides"));
        environments.push(given.map(pairs).unwrap_or_default());
    }
    let names: BTreeSet<&String> = environments.iter().flat_map(BTreeMap::keys).collect();
    let values = |name: &String| {
        let mut values: Vec<Option<String>> = Vec::new();
        for environment in &environments {
            let value = environment.get(name).cloned();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    };
    names.into_iter().map(|name| (name.clone(), values(name))).collect()
}

/// `A=b "C=d e"`, `ParameterKey=A,ParameterValue=b`, or a list or map of them.
fn pairs(node: Node<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in node.own_entries() {
        if let (Some(name), Some(value)) = (entry.key.scalar(), entry.value.scalar()) {
            found.insert(name.to_owned(), value.to_owned());
        }
    }
    let texts = node.scalar().into_iter().chain(node.items().filter_map(Node::scalar));
    for word in texts.flat_map(words) {
        let pair = match word.strip_prefix("ParameterKey=") {
            Some(rest) => rest.split_once(",ParameterValue="),
            None => word.split_once('='),
        };
        if let Some((name, value)) = pair {
            found.insert(name.to_owned(), value.to_owned());
        }
    }
    found
}

/// The words of a text, quotes taken off.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for letter in text.chars() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None, _) if letter.is_whitespace() => words.push(std::mem::take(&mut word)),
            _ => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn every_environment_counts() {
        let text = r#"
version = 0.1
[default.deploy.parameters]
parameter_overrides = "Timeout=30 Name=\"a b\""
[prod.deploy.parameters]
parameter_overrides = ["ParameterKey=Timeout,ParameterValue=60"]
[other.deploy.parameters]
template_file = "other.yaml"
parameter_overrides = "Timeout=900"
"#;
        let document = crate::syntax::toml::parse(SourceId::FIRST, &text.into()).expect("it is TOML");
        let found = read(&document, "template.yaml");
        let of = |name: &str| found[name].iter().map(|value| value.as_deref()).collect::<Vec<_>>();
        assert_eq!(of("Timeout"), [Some("30"), Some("60")]);
        assert_eq!(of("Name"), [Some("a b"), None]);
        assert_eq!(read(&document, "other.yaml")["Timeout"].len(), 1);
    }
}
