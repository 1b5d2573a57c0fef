//! Statements that take their version from another file get what that file says.

use crate::discover::Listing;
use crate::facts::{Count, Facts, Link, Toolchain};
use crate::path;
use crate::sample::is_sample;
use crate::value::{Origin, State, Value};

/// Tools that setup actions install in their newest version when a file says nothing of them.
const NEWEST: &[&str] = &["uv", "bun", "rust"];

/// Gives each delegating statement the version of the first of its files that exists.
pub(super) fn follow(facts: &mut Facts, files: &Listing) {
    for link in facts.links::<Toolchain>() {
        if facts[link].role == "delegate" {
            one(facts, link, files);
        }
    }
    repeated(facts);
    unread(facts);
}

/// Notes for jobs that are told no version which version file says one: the nearest above the job's directory, or the only one there is.
fn unread(facts: &mut Facts) {
    let says = |fact: &Toolchain| {
        fact.phase == "dev" && fact.role == "select" && fact.level.known().is_some_and(|level| level.0 > 0)
    };
    let files: Vec<_> = facts
        .all::<Toolchain>()
        .filter(|(_, fact)| says(fact) && !is_sample(&fact.header.path))
        .map(|(link, _)| link)
        .collect();
    for link in facts.links::<Toolchain>() {
        let fact = &facts[link];
        if fact.phase != "ci" || fact.role != "select" || fact.level.known() != Some(&Count(0)) {
            continue;
        }
        let of_tool: Vec<_> = files.iter().copied().filter(|file| facts[*file].tool == fact.tool).collect();
        let above =
            path::ancestors(&fact.scope).find_map(|above| of_tool.iter().find(|file| facts[**file].scope == above));
        let only = of_tool.first().filter(|_| of_tool.len() == 1);
        facts[link].unread = above.or(only).copied();
    }
}

/// Notes which version file at the root says the same as a job does.
fn repeated(facts: &mut Facts) {
    let files: Vec<(String, String, String)> = facts
        .toolchains
        .iter()
        .filter(|fact| ROOT_FILES.contains(&&*fact.header.path) && !fact.enumerated)
        .filter_map(|fact| Some((fact.tool.clone(), fact.stated.known()?.clone(), fact.header.path.to_string())))
        .collect();
    for fact in
        facts.toolchains.iter_mut().filter(|fact| fact.phase == "ci" && fact.role == "select" && !fact.enumerated)
    {
        let Some(stated) = fact.stated.known() else { continue };
        if let Some((.., path)) = files.iter().find(|(tool, text, _)| *tool == fact.tool && text == stated) {
            fact.repeats = Value { span: fact.stated.span, ..Value::derived(path.clone()) };
        }
    }
}

/// Version files at the root that setup actions read.
const ROOT_FILES: &[&str] = &[".python-version", ".nvmrc"];

fn one(facts: &mut Facts, link: Link<Toolchain>, files: &Listing) {
    let fact = &facts[link];
    let candidates: Vec<String> = fact.delegate.possible().to_vec();
    let is_asked = fact.delegate.origin == Origin::Written;
    let place = fact.delegate.span;
    let found = candidates.iter().find_map(|file| {
        let near = path::join(&fact.scope, file).filter(|near| !fact.scope.is_empty() && files.has(near));
        near.or_else(|| files.has(file).then(|| file.clone()))
    });
    let Some(file) = found else {
        let fact = &mut facts[link];
        if fact.by_caller {
            fact.delegate_exists = Value::unknown("the repository that calls it may have the file", place);
            return;
        }
        let made =
            candidates.iter().map(|file| path::directory(file)).find(|directory| !files.has_directory(directory));
        if let Some(made) = made.filter(|made| !made.is_empty() && is_asked) {
            fact.delegate_exists = Value::unknown(format!("{made} is no directory here: the job may make it"), place);
            return;
        }
        fact.delegate_exists = Value { span: place, ..Value::derived(false) };
        if !is_asked {
            unstated(fact);
        }
        return;
    };
    let said = facts.all::<Toolchain>().find(|(_, other)| {
        *other.header.path == file && other.tool == fact.tool && other.role != "target" && !other.enumerated
    });
    let count = facts.toolchains.iter().filter(|other| {
        *other.header.path == file && other.tool == fact.tool && matches!(other.role.as_str(), "select" | "constrain")
    });
    let count = Count(i64::try_from(count.count()).unwrap_or(i64::MAX));
    let said = said.map(|(_, other)| (other.level.clone(), other.versions.clone(), other.stated.clone()));
    let fact = &mut facts[link];
    fact.delegate = Value { span: place, ..Value::derived(file) };
    fact.delegate_exists = Value { span: place, ..Value::derived(true) };
    fact.delegate_count = Value { span: place, ..Value::derived(count) };
    match said {
        Some((level, versions, stated)) => {
            fact.level = Value { span: place, ..level };
            fact.versions = versions;
            fact.stated = stated;
        }
        None if !is_asked => unstated(fact),
        None => {}
    }
}

/// No file says a version: the machine decides, or the action takes the newest.
fn unstated(fact: &mut Toolchain) {
    let level = i64::from(NEWEST.contains(&fact.tool.as_str()));
    let place = fact.delegate.span;
    "select".clone_into(&mut fact.role);
    fact.level = Value { state: State::Known(Count(level)), origin: Origin::Default, span: place };
    fact.stated = Value { span: place, ..Value::absent() };
}
