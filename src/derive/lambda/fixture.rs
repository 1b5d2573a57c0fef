//! Sample events to the templates they lie beside and the functions they are meant for.

use std::collections::BTreeMap;

use super::meant;
use crate::facts::{EventFixture, EventSource, Facts, Lambda, Link, Template};
use crate::path;
use crate::value::Value;

/// How many directories above a sample event its template may stand.
const ABOVE: usize = 3;

/// What is known of one sample event.
struct Found {
    fixture: Link<EventFixture>,
    template: Link<Template>,
    meant: Vec<Link<Lambda>>,
    possible: Vec<Link<Lambda>>,
    callers: Vec<String>,
    fits: Value<bool>,
}

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
        let near = path::ancestors(own).take(ABOVE);
        let Some((top, beside)) = near.filter_map(|above| templates.get_key_value(above)).next() else { continue };
        let Some(template) = beside.first() else { continue };
        let all: Vec<Link<Lambda>> = beside.iter().flat_map(|template| facts[*template].lambdas.clone()).collect();
        let meant = meant::functions(facts, fixture, top, &all);
        let fits = fits(facts, fixture, &meant);
        let mut callers: Vec<String> = sources(facts, &meant).map(|source| source.source.clone()).collect();
        callers.sort();
        callers.dedup();
        let possible = if meant.is_empty() { all } else { meant.clone() };
        found.push(Found { fixture: link, template: *template, meant, possible, callers, fits });
    }
    for one in found {
        for lambda in one.possible {
            facts[lambda].event_fixtures.push(one.fixture);
        }
        facts[one.template].event_fixtures.push(one.fixture);
        let fixture = &mut facts[one.fixture];
        fixture.template = Some(one.template);
        fixture.lambda = one.meant.first().copied();
        fixture.callers = one.callers;
        fixture.fits = one.fits;
    }
}

fn sources<'f>(facts: &'f Facts, lambdas: &'f [Link<Lambda>]) -> impl Iterator<Item = &'f EventSource> {
    lambdas.iter().flat_map(|lambda| &facts[*lambda].event_sources).map(|link| &facts[*link])
}

fn fits(facts: &Facts, fixture: &EventFixture, meant: &[Link<Lambda>]) -> Value<bool> {
    let Some(sender) = fixture.senders.first() else {
        return Value::unknown("it looks like no event of a known source", None);
    };
    if meant.is_empty() {
        return Value::unknown("its name does not say for which function it is", None);
    }
    if sources(facts, meant).any(|source| fixture.senders.contains(&source.source.as_str())) {
        return Value::derived(true);
    }
    let is_open = |lambda: &Link<Lambda>| facts[*lambda].event_sources.is_empty();
    let is_other = |source: &EventSource| matches!(source.source.as_str(), "other" | "appsync" | "sfn" | "pipe");
    if meant.iter().any(is_open) || sources(facts, meant).any(is_other) {
        return Value::unknown("a function that it may be meant for is called by something else too", None);
    }
    if meant.iter().any(|lambda| facts[*lambda].handler_function.known().is_none()) {
        return Value::unknown("its handler is not seen, which may read its event as one of this kind", None);
    }
    let reads = |lambda: &Link<Lambda>| facts[*lambda].event_keys.iter().any(|key| fixture.keys.contains(key));
    if meant.iter().any(reads) && sources(facts, meant).all(|source| shape(&source.source) != shape(sender)) {
        return Value::unknown("the handler reads its event as one of this kind, whatever the template says", None);
    }
    Value::derived(false)
}

/// Kinds of source whose events have the same keys at the top.
fn shape(source: &str) -> &str {
    match source {
        "rest" | "http" | "url" | "alb" | "websocket" => "request",
        "sqs" | "sns" | "s3" | "kinesis" | "dynamodb" | "edge-viewer" | "edge-origin" => "records",
        "eventbridge" | "schedule" => "detail",
        other => other,
    }
}
