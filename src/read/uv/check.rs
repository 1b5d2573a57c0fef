//! What uv refuses when it reads a lockfile (uv-resolver, `Lock::try_from`, read at 0.12.5, tried on 0.13.9).

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use super::known::Known;
use super::package::{Kind, Package};
use super::{FORMAT, Refusal};
use crate::pin::is_commit;
use crate::python::Version;
use crate::python::wheel::WheelName;
use crate::source::Carry;
use crate::syntax::Node;
use crate::value::Value;

/// The head of the file: format and interpreters.
pub(super) fn head(root: Node<'_>) -> Result<(), Refusal> {
    let Some(version) = root.get("version") else {
        return Err(Value::derived("the lockfile does not say the version of its format".to_owned()));
    };
    if version.int() != Some(FORMAT) {
        let written = version.scalar().unwrap_or("of another type");
        let message = format!("its format is version {written}, uv reads version {FORMAT}");
        return Err(Value::written(message, version.span()));
    }
    if let Some(revision) = root.get("revision").filter(|revision| revision.int().is_none_or(|number| number < 0)) {
        return Err(Value::written("its revision is no number".to_owned(), revision.span()));
    }
    match root.get("requires-python") {
        None => Err(Value::derived("the lockfile does not say which Pythons it is for".to_owned())),
        Some(node) => match node.text().map(crate::python::Specifier::parse) {
            Some(Ok(_)) => Ok(()),
            Some(Err(reason)) => Err(Value::written(format!("`requires-python`: {reason}"), node.span())),
            None => Err(Value::written("`requires-python` is not a string".to_owned(), node.span())),
        },
    }
}

/// The packages: versions, wheels, duplicates, and edges that lead nowhere.
pub(super) fn packages(packages: &[(Arc<Known>, Carry)]) -> Result<(), Refusal> {
    let mut seen = HashSet::with_capacity(packages.len());
    for (known, to) in packages {
        if let Some(refusal) = &known.refusal {
            let mut refusal = refusal.clone();
            refusal.span = refusal.span.map(|span| to.span(span));
            return Err(refusal);
        }
        if !seen.insert((&known.name, &known.version, &known.location)) {
            let message = format!("{} is locked twice in one version", known.name);
            return Err(Value::written(message, to.span(known.name_span)));
        }
    }
    let mut by_name: Vec<&Known> = packages.iter().map(|(known, _)| &**known).collect();
    by_name.sort_by_key(|known| &known.name);
    for (known, to) in packages {
        for edge in &known.fact.contents.edges {
            let from = by_name.partition_point(|other| other.name < edge.package);
            let count = by_name[from..].iter().take_while(|other| other.name == edge.package).count();
            let candidates = &by_name[from..from + count];
            let fits = |candidate: &&Known| match (&edge.version, &candidate.version) {
                (Some(wanted), Some(version)) => wanted == version,
                (Some(_), None) => false,
                // Without a version the name alone must do, or lead to sources whose version is dynamic.
                (None, _) => count == 1 || candidate.kind.is_tree(),
            };
            if !candidates.iter().any(fits) {
                let version = edge.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
                let what = format!("{}{version}", edge.package);
                let fault = match count {
                    0 | 1 => "which is not in the lockfile",
                    _ if edge.version.is_none() => "of which the lockfile has several versions",
                    _ => "which is not in the lockfile",
                };
                let message = format!("{} requires {what}, {fault}", known.name);
                return Err(Value::written(message, to.span(edge.span)));
            }
        }
    }
    Ok(())
}

/// A package alone: its version, its wheels and their hashes.
pub(super) fn one(package: &Package<'_>) -> Result<(), Refusal> {
    let commit = package.location.text.rsplit_once('#').map_or("", |(_, commit)| commit);
    if package.kind == Kind::Git && !is_commit(commit) {
        let message = format!("the source of {} has no full commit, which uv demands", package.name.text);
        return Err(Value::written(message, package.location.span));
    }
    let Some(written) = package.version else {
        if package.kind == Kind::Registry {
            let message = format!("{} has no version", package.name.text);
            return Err(Value::written(message, package.name.span));
        }
        return Ok(());
    };
    let Ok(version) = Version::from_str(written.text) else {
        return Err(Value::written(format!("`{}` is not a version", written.text), written.span));
    };
    for wheel in package.artifacts.iter().filter(|artifact| artifact.is_wheel) {
        let (file, place) = (wheel.file(), wheel.address.map_or(wheel.span, |address| address.span));
        // Escapes of a URL stand for the `+` of local versions.
        let decoded = if file.contains('%') { file.replace("%2B", "+").replace("%2b", "+").into() } else { Cow::from(file) };
        let Some(name) = WheelName::parse(&decoded) else {
            return Err(Value::written(format!("{file} is not the name of a wheel"), place));
        };
        let named = name.version();
        let is_same = *named == *written.text
            || Version::from_str(&named)
                .is_ok_and(|of_wheel| of_wheel == version || of_wheel.without_local() == version);
        if !is_same {
            let message = format!("the wheel {file} is not of version {}", written.text);
            return Err(Value::written(message, place));
        }
    }
    requires_hash(package)
}

/// Archives by address or path must have a hash, sources of this repository must not.
fn requires_hash(package: &Package<'_>) -> Result<(), Refusal> {
    let expected = match package.kind {
        Kind::Url | Kind::Path => true,
        Kind::Directory | Kind::Editable | Kind::Virtual => false,
        Kind::Registry | Kind::Git => return Ok(()),
    };
    match package.artifacts.iter().find(|artifact| artifact.is_wheel && artifact.hash.is_some() != expected) {
        None => Ok(()),
        Some(wheel) => {
            let fault = if expected { "has no hash, which uv demands" } else { "has a hash, which uv does not expect" };
            Err(Value::written(format!("a wheel of {} {fault}", package.name.text), wheel.span))
        }
    }
}
