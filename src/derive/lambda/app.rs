//! Functions, with what calls them, that the source of CDK apps tells of, where what is synthesised does not tell of them already.

use std::collections::{BTreeMap, BTreeSet};

use crate::cdk;
use crate::cloudformation::undigested;
use crate::facts::{Facts, Fragment, Header, Lambda, Problem, SourceModule};
use crate::path;
use crate::syntax::Node;

/// The role of the trees of `cdk.json`.
const APP: &str = "cdk-app";

/// The directory that an app is synthesised into.
const SYNTHESISED: &str = "cdk.out";

/// Adds the functions of every module that belongs to an app. Runs when templates are worked out.
pub(super) fn declare(facts: &mut Facts) {
    let homes: BTreeSet<String> = apps(facts).map(|app| path::directory(&app.header.path).to_owned()).collect();
    let synthesised = synthesised(facts, &homes);
    let mut found = Vec::new();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    for module in &facts.source_modules {
        let Some(script) = &module.script else { continue };
        let home = home(module, &homes);
        read.extend(home);
        let module = cdk::Module { path: &module.header.path, source: module.header.span.source, script, home };
        let known = home.and_then(|home| synthesised.get(home));
        found.push(module.declared(&|lambda| !known.is_some_and(|known| is_among(known, lambda))));
    }
    let is_told = |home: &str| read.contains(home) || synthesised.contains_key(home);
    let unread: Vec<Problem> =
        apps(facts).filter(|app| !is_told(path::directory(&app.header.path))).map(problem).collect();
    for declared in found {
        facts.append(declared);
    }
    for problem in unread {
        facts.add(problem);
    }
    facts.source_modules.iter_mut().for_each(|module| module.script = None);
}

fn apps(facts: &Facts) -> impl Iterator<Item = &Fragment> {
    facts.fragments.iter().filter(|fragment| fragment.role == APP)
}

/// The nearest directory above a module that an app is run in.
fn home<'h>(module: &SourceModule, homes: &'h BTreeSet<String>) -> Option<&'h str> {
    path::ancestors(path::directory(&module.header.path)).find_map(|above| homes.get(above)).map(String::as_str)
}

/// The names of the functions that were synthesised, by the directory of their app: into `cdk.out`, or into a
/// template that was kept beside the app.
fn synthesised(facts: &Facts, homes: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for template in &facts.templates {
        let directory = path::directory(&template.header.path);
        let home = path::ancestors(directory).find(|above| path::file_name(above) == SYNTHESISED).map(path::directory);
        let Some(home) = home.or_else(|| path::ancestors(directory).find(|above| homes.contains(*above))) else {
            continue;
        };
        let own =
            template.lambdas.iter().map(|link| &facts[*link].logical_name).filter(|name| undigested(name).is_some());
        let own: Vec<String> = own.cloned().collect();
        if template.surface == "cdk" || !own.is_empty() {
            names.entry(home.to_owned()).or_default().extend(own);
        }
    }
    names
}

/// Whether a function is among those that were synthesised: their names are the ids of the scopes around it and
/// its own, without signs, and a short digest. One whose id is worked out may be any of them.
fn is_among(synthesised: &[String], lambda: &Lambda) -> bool {
    let Some(id) = &lambda.construct else { return true };
    let plain: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    // A singleton is called after its uuid.
    let is_it = |name: &String| undigested(name).is_some_and(|stem| stem.ends_with(&plain));
    synthesised.iter().any(|name| is_it(name) || name.starts_with("SingletonLambda"))
}

/// Says that an app was not understood.
fn problem(app: &Fragment) -> Problem {
    let command = app.document.root().get("app");
    let explanation = match command.and_then(Node::scalar) {
        Some(command) => format!("no module that `{command}` starts could be read, and nothing is synthesised yet"),
        None => "it names no app, and nothing is synthesised yet".to_owned(),
    };
    let span = command.map_or(app.header.span, Node::span);
    Problem::new(
        Header::new(&app.header.path, app.header.path.to_string(), span),
        "program",
        "configuration",
        "cdk_app",
        explanation,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    #[test]
    fn what_was_synthesised_is_known_by_its_id() {
        let known = ["ApiHandler5E7490E8", "SingletonLambdaabc0A1B2C3D"].map(str::to_owned);
        let of = |id: Option<&str>| {
            let header = Header::new(&"app.py".into(), "app.py#f", Span::top(SourceId::FIRST));
            Lambda { construct: id.map(str::to_owned), ..Lambda::new(header, cdk::SURFACE, "f") }
        };
        for (id, expected) in
            [(Some("Handler"), true), (Some("Api-Handler"), true), (Some("Other"), false), (None, true)]
        {
            assert_eq!(is_among(&known[..1], &of(id)), expected, "{id:?}");
        }
        assert!(is_among(&known, &of(Some("Other"))));
    }
}
