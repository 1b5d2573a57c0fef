//! Sample events to the templates they lie beside and the functions they are meant for.

use std::collections::BTreeMap;

use crate::facts::{EventFixture, Facts, Lambda, Link, Template};
use crate::path;
use crate::value::Value;

/// How many directories above a sample event its template may stand.
const ABOVE: usize = 3;

/// Links each sample event, and says whether its shape fits what calls the function.
pub(super) fn link(facts: &mut Facts) {
    let mut templates: BTreeMap<&str, Vec<Link<Template>>> = BTreeMap::new();
    for (link, template) in facts.all::<Template>() {
        if !template.lambdas.is_empty() && !template.generated {
            templates.entry(path::directory(&template.header.path)).or_default().push(link);
        }
    }
    let mut found = Vec::new();
    for (link, fixture) in facts.all::<EventFixture>() {
        let own = path::directory(&fixture.header.path);
        let Some(beside) = path::ancestors(own).take(ABOVE).find_map(|above| templates.get(above)) else { continue };
        let Some(template) = beside.first() else { continue };
        let lambdas = meant(facts, fixture, beside);
        let fits = fits(facts, fixture, &lambdas);
        found.push((link, *template, lambdas, fits));
    }
    for (link, template, lambdas, fits) in found {
        for lambda in &lambdas {
            facts[*lambda].event_fixtures.push(link);
        }
        facts[template].event_fixtures.push(link);
        let fixture = &mut facts[link];
        fixture.template = Some(template);
        fixture.lambdas = lambdas;
        fixture.fits = fits;
    }
}

/// The function that a sample event is named after, else all of the templates beside it.
fn meant(facts: &Facts, fixture: &EventFixture, templates: &[Link<Template>]) -> Vec<Link<Lambda>> {
    let all: Vec<Link<Lambda>> = templates.iter().flat_map(|template| facts[*template].lambdas.clone()).collect();
    let stem = path::file_name(&fixture.header.path).trim_end_matches(".json");
    let room = path::file_name(path::directory(&fixture.header.path));
    let is_named = |lambda: &Link<Lambda>| {
        let name = plain(&facts[*lambda].logical_name);
        let name = name.strip_suffix("function").filter(|rest| rest.len() > 3).unwrap_or(&name);
        name.len() > 2 && (plain(stem).contains(name) || plain(room) == name)
    };
    let named: Vec<Link<Lambda>> = all.iter().filter(|lambda| is_named(lambda)).copied().collect();
    if named.is_empty() { all } else { named }
}

/// A name without what people write differently: `hello-world` and `HelloWorld`.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn fits(facts: &Facts, fixture: &EventFixture, lambdas: &[Link<Lambda>]) -> Value<bool> {
    if fixture.senders.is_empty() {
        return Value::unknown("it looks like no event of a known source", None);
    }
    let sources = || lambdas.iter().flat_map(|lambda| &facts[*lambda].event_sources).map(|link| &facts[*link]);
    if sources().any(|source| fixture.senders.contains(&source.source.as_str())) {
        return Value::derived(true);
    }
    let is_open = |lambda: &Link<Lambda>| facts[*lambda].event_sources.is_empty();
    if lambdas.iter().any(is_open) || sources().any(|source| matches!(source.source.as_str(), "other" | "appsync")) {
        return Value::unknown("a function that it may be meant for is called by something else too", None);
    }
    Value::derived(false)
}
