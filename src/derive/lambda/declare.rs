//! Works out all templates, now that their parameters and included files are read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::overrides;
use crate::chalice;
use crate::cloudformation::{self, Declared, Overrides};
use crate::facts::{Facts, Lambda, Link, Template};
use crate::path;
use crate::serverless;
use crate::syntax::Document;
use crate::terraform::{self, Part};
use crate::value::Value;

/// The role of the trees of Terraform files.
const TERRAFORM: &str = "terraform";

/// Adds what every template declares, in the order of the templates.
pub(super) fn all(facts: &mut Facts) {
    let documents: Vec<(String, Arc<Document>)> = facts
        .fragments
        .iter()
        .filter(|fragment| fragment.role != TERRAFORM)
        .map(|fragment| (fragment.header.path.to_string(), Arc::clone(&fragment.document)))
        .collect();
    let included: BTreeMap<&str, &Document> =
        documents.iter().map(|(path, document)| (path.as_str(), &**document)).collect();
    let settings: BTreeMap<&str, &Document> = facts
        .fragments
        .iter()
        .filter(|fragment| fragment.role == "samconfig")
        .map(|fragment| (path::directory(&fragment.header.path), &*fragment.document))
        .collect();
    let own = |template: &Template| {
        let own = settings.get(path::directory(&template.header.path));
        own.map(|document| overrides::read(document, path::file_name(&template.header.path))).unwrap_or_default()
    };
    let mut given: BTreeMap<String, Overrides> = BTreeMap::new();
    for template in facts.templates.iter().filter(|template| template.surface != "serverless") {
        for (path, values) in cloudformation::nested(&view(template, own(template), &included)) {
            add(given.entry(path).or_default(), values);
        }
    }
    let declared: Vec<Declared> = facts
        .templates
        .par_iter()
        .map(|template| {
            let mut overrides = own(template);
            overrides.extend(given.get(&*template.header.path).cloned().unwrap_or_default());
            match template.surface.as_str() {
                "chalice" => chalice_project(facts, template),
                "serverless" => serverless::declared(&view(template, overrides, &included)),
                _ => cloudformation::declared(&view(template, overrides, &included)),
            }
        })
        .collect();
    let copies = copies(&facts.templates, &declared);
    let infrastructure = infrastructure(facts);
    facts.reserve(declared.iter().map(|declared| &declared.facts).chain([&infrastructure]));
    for (link, declared) in facts.links::<Template>().zip(declared) {
        if copies.contains(&link.index()) {
            facts[link].generated = true;
            continue;
        }
        let first = facts.lambdas.len();
        facts.append(declared.facts);
        facts[link].lambdas = (first..facts.lambdas.len()).map(Link::<Lambda>::new).collect();
        facts[link].alias = declared.alias;
    }
    facts.append(infrastructure);
}

/// A template as the front ends see it.
fn view<'d>(
    template: &'d Template,
    overrides: Overrides,
    included: &'d BTreeMap<&'d str, &'d Document>,
) -> cloudformation::Template<'d> {
    cloudformation::Template {
        path: Arc::clone(&template.header.path),
        document: &template.document,
        overrides,
        included,
    }
}

/// Joins what several stacks give to one template; a value that one of them leaves open is not known.
fn add(known: &mut Overrides, values: Overrides) {
    for (name, values) in values {
        match known.get_mut(&name) {
            None => {
                known.insert(name, values);
            }
            Some(before) if before.is_empty() || values.is_empty() => before.clear(),
            Some(before) => before.extend(values),
        }
    }
}

/// What a project of Chalice declares, in its configuration and in the module beside it.
fn chalice_project(facts: &Facts, template: &Template) -> Declared {
    let app = path::join(chalice::home(&template.header.path), "app.py");
    let module = facts.source_modules.iter().find(|module| Some(&*module.header.path) == app.as_deref());
    let facts = chalice::declared(&template.header.path, &template.document, module);
    Declared { facts, alias: Value::absent() }
}

/// What the Terraform modules of the repository declare: they are worked out together.
fn infrastructure(facts: &Facts) -> Facts {
    let kept = facts.fragments.iter().filter(|fragment| fragment.role == TERRAFORM);
    let parts: Vec<Part> = kept
        .map(|fragment| Part { path: Arc::clone(&fragment.header.path), document: Arc::clone(&fragment.document) })
        .collect();
    terraform::declared(&parts)
}

/// The templates that `sam package` or its like wrote: all their code is in S3, and another
/// template of the same directory declares the same functions with code that is not.
fn copies(templates: &[Template], declared: &[Declared]) -> BTreeSet<usize> {
    let names = |at: usize| -> BTreeSet<&str> {
        declared[at].facts.lambdas.iter().map(|lambda| lambda.logical_name.as_str()).collect()
    };
    let has_local_code = |at: usize| declared[at].facts.lambdas.iter().any(|lambda| !lambda.code.possible().is_empty());
    let mut by_directory: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, template) in templates.iter().enumerate() {
        by_directory.entry(path::directory(&template.header.path)).or_default().push(at);
    }
    let mut copies = BTreeSet::new();
    for together in by_directory.values().filter(|together| together.len() > 1) {
        let (sources, rest): (Vec<usize>, Vec<usize>) = together.iter().partition(|at| has_local_code(**at));
        for at in rest {
            let own = names(at);
            if !own.is_empty() && sources.iter().any(|source| own.is_subset(&names(*source))) {
                copies.insert(at);
            }
        }
    }
    copies
}
