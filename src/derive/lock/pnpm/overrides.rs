//! `overrides`: which requirements of the projects they replace, and with what.

use std::collections::BTreeMap;

use super::config::{Sources, Written};
use crate::node::range::Range;
use crate::node::version::{self, Mode};
use crate::path;

/// One override.
#[derive(Debug, Clone)]
pub(super) struct Override {
    /// The selector as written.
    pub(super) selector: String,
    /// The package that must ask, with a range of its versions.
    parent: Option<(String, Option<String>)>,
    /// The package that is asked for.
    pub(super) target: String,
    /// The range that the requirement must touch.
    range: Option<String>,
    /// What takes the place of the requirement, references and catalogs resolved.
    pub(super) value: String,
    /// Where it is written.
    pub(super) written: Written,
}

/// Why pnpm would stop at an override, and where.
pub(super) type Stop = (String, crate::source::Span);

/// Reads the overrides of a workspace.
pub(super) fn read(sources: &Sources, major: u32) -> Result<Vec<Override>, Stop> {
    let catalogs = sources.catalogs();
    let mut all = Vec::new();
    for (selector, written) in sources.overrides(major) {
        let (parent, target) = match split(&selector) {
            Some((parent, child)) => (Some(package(parent)), package(child)),
            None => (None, package(&selector)),
        };
        if target.0.trim().is_empty() {
            return Err((format!("the override {selector} selects nothing"), written.span));
        }
        let value = resolve(sources, &catalogs, &target.0, &written, major)?;
        all.push(Override { selector, parent, target: target.0, range: target.1, value, written });
    }
    Ok(all)
}

/// Follows `$name` to a direct dependency of the root and `catalog:` to its entry.
fn resolve(
    sources: &Sources,
    catalogs: &BTreeMap<(String, String), Written>,
    target: &str,
    written: &Written,
    major: u32,
) -> Result<String, Stop> {
    let text = &written.text;
    if let Some(name) = text.strip_prefix('$') {
        let groups = ["optionalDependencies", "dependencies", "devDependencies"];
        let own = groups.iter().find_map(|group| sources.package()?.at(&[group, name])?.scalar());
        let missing = || (format!("the override {text} names no direct dependency"), written.span);
        return own.map(str::to_owned).ok_or_else(missing);
    }
    let Some(catalog) = text.strip_prefix("catalog:").filter(|_| major >= 9) else { return Ok(text.clone()) };
    let catalog = if catalog.trim().is_empty() { "default" } else { catalog.trim() };
    let found = catalogs.get(&(catalog.to_owned(), target.to_owned())).map(|entry| entry.text.clone());
    found.ok_or_else(|| (format!("the override of {target} names an entry that no catalog has"), written.span))
}

/// `parent>child`: the first `>` that does not stand after a space, a `|` or an `@`.
fn split(selector: &str) -> Option<(&str, &str)> {
    let bytes = selector.as_bytes();
    let at = (1..bytes.len()).find(|at| bytes[*at] == b'>' && !matches!(bytes[*at - 1], b' ' | b'|' | b'@'))?;
    Some((&selector[..at], &selector[at + 1..]))
}

/// `name@range`; the range may be missing.
fn package(text: &str) -> (String, Option<String>) {
    match text.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
        Some((at, _)) => (text[..at].to_owned(), Some(text[at + 1..].to_owned()).filter(|range| !range.is_empty())),
        None => (text.to_owned(), None),
    }
}

/// The project whose requirements are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// Its directory, from the root of the repository.
    pub(super) directory: &'a str,
}

/// What an override makes of a requirement: `None` takes it out.
pub(super) fn apply<'o>(
    all: &'o [Override],
    asker: Asker<'_>,
    name: &str,
    specifier: &str,
) -> Option<(&'o Override, Option<String>)> {
    let touches = |one: &&Override| one.target == name && touches(one.range.as_deref(), specifier);
    let counts = |one: &&Override| match &one.parent {
        Some((parent, range)) => {
            *parent == asker.name && range.as_deref().is_none_or(|range| admits(range, asker.version))
        }
        None => false,
    };
    let nested: Vec<&Override> = all.iter().filter(counts).filter(touches).collect();
    let plain = || all.iter().filter(|one| one.parent.is_none()).filter(touches).collect::<Vec<_>>();
    let chosen = narrowest(nested).or_else(|| narrowest(plain()))?;
    if chosen.value == "-" {
        return Some((chosen, None));
    }
    Some((chosen, Some(seen_from(asker.directory, chosen))))
}

/// A directory that an override names is written as seen from the project.
fn seen_from(directory: &str, one: &Override) -> String {
    let base = path::directory(&one.written.file);
    for protocol in ["link:", "file:"] {
        if let Some(target) = one.value.strip_prefix(protocol).and_then(|rest| path::join(base, rest)) {
            return format!("{protocol}{}", relative(directory, &target));
        }
    }
    one.value.clone()
}

fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from[same..].iter().map(|_| "..".to_owned());
    up.chain(to[same..].iter().cloned()).collect::<Vec<_>>().join("/")
}

/// The override that pnpm takes for the narrowest: it sorts them by whether their ranges meet.
fn narrowest(mut candidates: Vec<&Override>) -> Option<&Override> {
    let goes_before =
        |one: &Override, other: &Override| touches(other.range.as_deref(), one.range.as_deref().unwrap_or(""));
    for index in 1..candidates.len() {
        let (mut low, mut high) = (0, index);
        while low < high {
            let middle = usize::midpoint(low, high);
            if goes_before(candidates[index], candidates[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        candidates[low..=index].rotate_right(1);
    }
    candidates.into_iter().next()
}

fn touches(range: Option<&str>, specifier: &str) -> bool {
    let Some(range) = range.filter(|range| !range.is_empty()) else { return true };
    if range == specifier {
        return true;
    }
    match (Range::parse(range, Mode::Strict), Range::parse(specifier, Mode::Strict)) {
        (Some(one), Some(other)) => one.intersects(&other),
        _ => false,
    }
}

fn admits(range: &str, text: &str) -> bool {
    let range = Range::parse(range, Mode::Strict);
    range.zip(version::parse(text, Mode::Strict)).is_some_and(|(range, version)| range.admits(&version))
}
