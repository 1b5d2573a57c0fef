//! Runtimes of functions: their dates as seen from today, and what they say about toolchains.

use std::collections::BTreeSet;

use crate::day::Day;
use crate::facts::{Days, Facts, Header, Toolchain};
use crate::path;
use crate::runtimes::{Runtime, release, runtimes};
use crate::value::{State, Value};

/// Fills in how long ago each runtime was deprecated and blocked.
pub(super) fn date(facts: &mut Facts, today: Day) {
    let table = runtimes();
    let mut places = BTreeSet::new();
    for lambda in &mut facts.lambdas {
        lambda.runtime_shared = lambda.runtime.span.is_some_and(|place| !places.insert(place));
        let days = |pick: fn(&Runtime) -> Option<Day>| {
            let since = |name: String| match table.get(&name) {
                Some(runtime) => Ok(pick(runtime).map(|day| Days(today.since(day)))),
                None => Err(format!("{name} is not in the table of runtimes")),
            };
            flattened(lambda.runtime.clone().try_map(since))
        };
        let deprecated = days(|runtime| runtime.deprecated);
        let blocked = days(|runtime| runtime.update_blocked);
        lambda.runtime_deprecated = deprecated;
        lambda.runtime_update_blocked = blocked;
        lambda.runtime_known = lambda.runtime.clone().try_map(|name| table.knows(&name));
        if let Some(name) = lambda.runtime.known() {
            let deprecated = table.get(name).and_then(|runtime| runtime.deprecated);
            lambda.runtime_deprecated_on = deprecated.map_or_else(Value::absent, |day| Value::derived(day.to_string()));
            let near = (table.knows(name) == Ok(false)).then(|| table.nearest(name)).flatten();
            lambda.runtime_suggestion = near.map_or_else(Value::absent, |near| Value {
                span: lambda.runtime.span,
                ..Value::derived(near.to_owned())
            });
        }
        lambda.runtime_table = table.read.to_string();
    }
}

/// A value that is absent when what it holds is.
fn flattened(value: Value<Option<Days>>) -> Value<Days> {
    let state = match value.state {
        State::Known(Some(days)) => State::Known(days),
        State::Known(None) | State::Absent => State::Absent,
        State::OneOf(days) => match days.iter().copied().collect::<Option<Vec<Days>>>() {
            Some(days) => State::OneOf(days.into()),
            None => State::Unknown("one of its runtimes has no date".into()),
        },
        State::Unknown(reason) => State::Unknown(reason),
    };
    Value { state, origin: value.origin, span: value.span }
}

/// Adds a statement about the toolchain for each place that names a runtime.
pub(super) fn state(facts: &mut Facts) {
    let mut done = BTreeSet::new();
    let mut stated = Vec::new();
    for lambda in facts.lambdas.iter().filter(|lambda| lambda.owner == "user") {
        let (Some(name), Some(place)) = (lambda.runtime.known(), lambda.runtime.span) else { continue };
        let Some((tool, parts)) = release(name) else { continue };
        let scope = lambda.code.known().cloned().unwrap_or_else(|| path::directory(&lambda.header.path).to_owned());
        if !done.insert((place, scope.clone())) {
            continue;
        }
        let version = parts.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        let header = Header::new(&lambda.header.path, format!("{}/Runtime", lambda.header.name), place);
        let mut toolchain = Toolchain::selecting(header, tool, &version, place);
        toolchain.stated = Value::written(name.clone(), place);
        toolchain.phase = "deploy".to_owned();
        toolchain.surface = "Runtime".to_owned();
        toolchain.scope = scope;
        stated.push(toolchain);
    }
    facts.toolchains.extend(stated);
}
