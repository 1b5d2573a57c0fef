//! Functions that the source of CDK apps tells of, where what is synthesised does not tell of them already.

use std::collections::{BTreeMap, BTreeSet};

use crate::cdk;
use crate::facts::{Facts, Fragment, Header, Lambda, Problem, SourceModule};
use crate::path;
use crate::syntax::Node;

/// The role of the trees of `cdk.json`.
const APP: &str = "cdk-app";

/// The directory that an app is synthesised into.
const SYNTHESISED: &str = "cdk.out";

/// How many hexadecimal digits end the name of what is synthesised.
const DIGITS: usize = 8;

/// Adds the functions of every module that belongs to an app. Runs when templates are worked out.
pub(super) fn declare(facts: &mut Facts) {
    let synthesised = synthesised(facts);
    let homes: BTreeSet<String> = apps(facts).map(|app| path::directory(&app.header.path).to_owned()).collect();
    let mut found = Vec::new();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    for module in &facts.source_modules {
        let Some(script) = &module.script else { continue };
        let home = home(module, &homes);
        read.extend(home);
        let module = cdk::Module { path: &module.header.path, source: module.header.span.source, script, home };
        let known = home.and_then(|home| synthesised.get(home));
        found.extend(
            module.functions().into_iter().filter(|lambda| !known.is_some_and(|known| is_among(known, lambda))),
        );
    }
    let is_told = |home: &str| read.contains(home) || synthesised.contains_key(home);
    let unread: Vec<Problem> =
        apps(facts).filter(|app| !is_told(path::directory(&app.header.path))).map(problem).collect();
    for lambda in found {
        facts.add(lambda);
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

/// The names of the functions that were synthesised, by the directory of their app.
fn synthesised(facts: &Facts) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for template in facts.templates.iter().filter(|template| template.surface == "cdk") {
        let directory = path::directory(&template.header.path);
        let Some(home) = path::ancestors(directory).find(|above| path::file_name(above) == SYNTHESISED) else {
            continue;
        };
        let own = template.lambdas.iter().map(|link| facts[*link].logical_name.clone());
        names.entry(path::directory(home).to_owned()).or_default().extend(own);
    }
    names
}

/// Whether a function is among those that were synthesised: their names are the ids of the scopes around it and
/// its own, without signs, and a short digest. One whose id is worked out may be any of them.
fn is_among(synthesised: &[String], lambda: &Lambda) -> bool {
    let Some(id) = &lambda.construct else { return true };
    let plain: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = |name: &str| name.len().checked_sub(DIGITS).and_then(|end| name.get(..end)).unwrap_or(name).to_owned();
    // A singleton is called after its uuid.
    synthesised.iter().any(|name| stem(name).ends_with(&plain) || name.starts_with("SingletonLambda"))
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
