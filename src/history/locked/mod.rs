//! The packages of a lockfile as history compares them: name, version, source.
//!
//! Thousands of versions of a lockfile are read, so the common formats are read line by line here; a test holds these
//! against the readers, which serve for all others.

mod json;
mod pnpm;
mod requirements;
mod toml;
mod yarn;

use super::watched_reader;
use crate::read::read_alone;

/// A package at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// Its name.
    pub name: Box<str>,
    /// Its version.
    pub version: Box<str>,
    /// Where it comes from, as far as versions of one source can be compared.
    pub source: Box<str>,
}

impl Pin {
    /// The registry as the lockfile spells it, `""` where it names none; `None` for what comes from elsewhere.
    pub fn registry(&self) -> Option<&str> {
        let source = &*self.source;
        let quoted = source.strip_prefix("{ registry = \"").and_then(|rest| rest.split('"').next());
        let legacy = source.strip_prefix("legacy ").map(str::trim_end);
        let is_cargo = source.starts_with("registry+") || source.starts_with("sparse+");
        match source {
            "" | "registry" => Some(""),
            _ => quoted.or(legacy).or(is_cargo.then_some(source)),
        }
    }
}

/// The packages of a lockfile, the project's own apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The format: sets of two formats are not compared.
    pub shape: &'static str,
    /// The packages, sorted, each once.
    pub pins: Vec<Pin>,
}

impl Locked {
    fn new(shape: &'static str, mut pins: Vec<Pin>) -> Self {
        pins.sort_unstable();
        pins.dedup();
        Self { shape, pins }
    }

    /// The share of this lockfile's names that another one has too; 0 for an empty one.
    pub fn shared_with(&self, other: &Self) -> f64 {
        let names = |locked: &Self| -> std::collections::BTreeSet<Box<str>> {
            locked.pins.iter().map(|pin| pin.name.clone()).collect()
        };
        let (own, others) = (names(self), names(other));
        if own.is_empty() { 0.0 } else { own.intersection(&others).count() as f64 / own.len() as f64 }
    }
}

/// Reads a version of a lockfile.
///
/// # Errors
/// Why it has no packages that could be compared, as a phrase.
pub fn read(path: &str, text: &str) -> Result<Locked, String> {
    let Some(reader) = watched_reader(path) else { return Err("no reader knows the file".to_owned()) };
    if let Some(conflict) = crate::syntax::conflict::find(text) {
        let line = crate::source::position(text, conflict.begin.start).line;
        return Err(format!("it has a merge conflict at line {line}"));
    }
    match reader.name {
        "uv" => Ok(toml::read("uv", text)),
        "poetry-lock" => Ok(toml::read("poetry", text)),
        "cargo-lock" => Ok(toml::read("cargo", text)),
        "pdm-lock" => Ok(toml::read("pdm", text)),
        "package_lock" => json::npm(text),
        "pnpm-lock" => Ok(pnpm::read(text)),
        "yarn-1" | "yarn-berry" => Ok(yarn::read(text)),
        "requirements" => requirements::read(reader.name, text).map_or_else(|| by_reader(path, text), Ok),
        _ => by_reader(path, text),
    }
}

/// A format that is read rarely enough to be read whole.
fn by_reader(path: &str, text: &str) -> Result<Locked, String> {
    let reader = watched_reader(path).ok_or("no reader knows the file")?;
    let facts = read_alone(reader, path, text).facts;
    if let Some(problem) = facts.problems.iter().find(|problem| problem.trouble != "duplicate-key") {
        return Err(problem.explanation.clone());
    }
    if facts.lockfiles.is_empty() {
        return Err("it locks nothing".to_owned());
    }
    let pin = |package: &crate::facts::LockedPackage| {
        let version = package.contents.version.known()?;
        let is_own = matches!(package.contents.source, "own" | "path");
        let commit = package.rare.commit.known().map_or("", String::as_str);
        let source =
            if package.contents.source == "git" { format!("git {commit}") } else { package.contents.source.to_owned() };
        (!is_own).then(|| Pin {
            name: (*package.contents.package).into(),
            version: (**version).into(),
            source: source.into(),
        })
    };
    Ok(Locked::new(reader.name, facts.locked_packages.iter().filter_map(pin).collect()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn the_quick_way_finds_what_the_readers_find() {
        let mut compared = 0;
        for entry in walkdir::WalkDir::new("fixtures").into_iter().flatten().filter(|entry| entry.file_type().is_file())
        {
            let path = entry.path().to_str().unwrap();
            let is_lock = watched_reader(path).is_some_and(|reader| reader.role == "lockfile");
            let Ok(text) = fs::read_to_string(path) else { continue };
            if !is_lock {
                continue;
            }
            let (Ok(quick), Ok(whole)) = (read(path, &text), by_reader(path, &text)) else { continue };
            let names = |locked: &Locked| -> BTreeSet<(Box<str>, Box<str>)> {
                locked.pins.iter().map(|pin| (pin.name.clone(), pin.version.clone())).collect()
            };
            assert_eq!(names(&quick), names(&whole), "{path}");
            compared += 1;
        }
        assert!(compared > 10, "only {compared} lockfiles were compared");
    }
}
