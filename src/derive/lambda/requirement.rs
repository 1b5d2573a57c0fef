//! The file that a function's build installs packages from: whether it says which, and whether the lockfile agrees.

use std::collections::BTreeMap;

use crate::facts::{Facts, Lambda};
use crate::path;
use crate::python::name::normalize;
use crate::source::Span;
use crate::value::{State, Value};

/// The file that builders install from.
const INSTALLED_FROM: &str = "requirements.txt";

/// Tools whose lockfile says what a project was tested with.
const TOOLS: &[&str] = &["uv", "poetry", "pdm", "pipenv"];

/// A line of such a file.
struct Asked<'f> {
    package: &'f str,
    /// The range, for what comes from a registry. Absent when any version will do.
    range: &'f Value<String>,
    /// The only version that will do.
    version: Option<&'f str>,
    bound: &'f State<String>,
    place: Span,
}

/// Fills in the requirements that allow more than one version and those that differ from the lockfile.
pub(super) fn compare(facts: &mut Facts) {
    let by_file = asked(facts);
    let locks = locks(facts);
    let mut found = Vec::new();
    for (link, lambda) in facts.all::<Lambda>() {
        if !is_built_from_list(lambda, facts) {
            continue;
        }
        if let State::Unknown(reason) = &lambda.code.state {
            let unknown = || Value::unknown(reason.clone(), lambda.code.span);
            found.push((link, unknown(), Some((unknown(), Value::absent()))));
        }
        let Some(file) = lambda.code.known().and_then(|code| path::join(code, INSTALLED_FROM)) else { continue };
        if let Some(listed) = by_file.get(file.as_str()) {
            found.push((link, loose(listed), drifted(&locks, path::directory(&file), listed)));
        }
    }
    for (link, loose, drifted) in found {
        facts[link].loose_requirement = loose;
        if let Some((asked, locked)) = drifted {
            facts[link].drifted_requirement = asked;
            facts[link].drifted_locked = locked;
        }
    }
}

/// Whether the build of a function installs from a list of requirements, where its kind of template tells.
fn is_built_from_list(lambda: &Lambda, facts: &Facts) -> bool {
    let is_python = lambda.runtime.possible().first().is_some_and(|name| name.starts_with("python"));
    match lambda.surface.as_str() {
        "sam" => is_python && lambda.handler_doubt.is_none() && lambda.package_type == "zip",
        "chalice" => true,
        "serverless" => is_python && has_plugin(lambda, facts),
        _ => false,
    }
}

fn has_plugin(lambda: &Lambda, facts: &Facts) -> bool {
    let template = facts.templates.iter().find(|template| template.header.path == lambda.header.path);
    let plugins = template.and_then(|template| template.document.root().get("plugins"));
    plugins.is_some_and(|list| list.items().any(|item| item.scalar() == Some("serverless-python-requirements")))
}

/// What the files that builders install from ask for: lines that people wrote, and pins that a compiler wrote.
fn asked(facts: &Facts) -> BTreeMap<&str, Vec<Asked<'_>>> {
    static EXACT: State<String> = State::Absent;
    let mut by_file: BTreeMap<&str, Vec<Asked<'_>>> = BTreeMap::new();
    let is_installed = |path: &str| path::file_name(path) == INSTALLED_FROM;
    for one in facts.dependencies.iter().filter(|one| one.source == "registry" && is_installed(&one.header.path)) {
        let exact = one.requirement.known().and_then(|text| text.trim().strip_prefix("==")).map(str::trim);
        by_file.entry(&one.header.path).or_default().push(Asked {
            package: &one.package,
            range: &one.requirement,
            version: exact.filter(|version| !version.contains(['*', ',', ';'])),
            bound: &one.bound.state,
            place: one.requirement.span.unwrap_or(one.header.span),
        });
    }
    for one in
        facts.locked_packages.iter().filter(|one| one.contents.source == "registry" && is_installed(&one.header.path))
    {
        by_file.entry(&one.header.path).or_default().push(Asked {
            package: &one.contents.package,
            range: &one.contents.version,
            version: one.contents.version.known().map(String::as_str),
            bound: &EXACT,
            place: one.header.span,
        });
    }
    by_file
}

/// The first requirement that allows more than one version.
fn loose(listed: &[Asked<'_>]) -> Value<String> {
    let mut doubt = None;
    for one in listed {
        match one.bound {
            State::Known(bound) if bound != "exact" => {
                let text = one.range.known().map_or("", String::as_str);
                return Value { span: Some(one.place), ..Value::derived(format!("{}{text}", one.package)) };
            }
            State::Unknown(reason) => {
                doubt.get_or_insert_with(|| Value::unknown(reason.clone(), Some(one.place)));
            }
            _ => {}
        }
    }
    doubt.unwrap_or_else(Value::absent)
}

/// The versions that the lockfiles of projects hold, by their directory and package.
type Locks<'f> = BTreeMap<&'f str, BTreeMap<String, Vec<&'f str>>>;

fn locks(facts: &Facts) -> Locks<'_> {
    let mut locks: Locks<'_> = BTreeMap::new();
    for package in facts.locked_packages.iter().filter(|package| package.contents.ecosystem == "python") {
        let Some(version) = package.contents.version.known() else { continue };
        if TOOLS.contains(&facts[package.lockfile].tool.as_str()) {
            let home = path::directory(&package.header.path);
            locks.entry(home).or_default().entry(normalize(&package.contents.package)).or_default().push(version);
        }
    }
    locks
}

/// The first exact requirement at a version that the nearest lockfile above does not hold, and what it holds.
fn drifted(locks: &Locks<'_>, directory: &str, listed: &[Asked<'_>]) -> Option<(Value<String>, Value<String>)> {
    let versions = path::ancestors(directory).find_map(|above| locks.get(above))?;
    listed.iter().find_map(|one| {
        let version = one.version?;
        let known = versions.get(&normalize(one.package)).filter(|known| !known.contains(&version))?;
        let text = format!("{}=={version}", one.package);
        Some((Value { span: Some(one.place), ..Value::derived(text) }, Value::derived(known.join(" and "))))
    })
}
