//! The document that pipenv hashes (`Pipfile.calculate_hash`, release 2026.10.3, read 2026-11).

use super::{categories, hashed_name};
use crate::facts::recorded::PipenvSource;
use crate::python::canonical_json::{DateError, Json};
use crate::syntax::{Entry, Node};

/// What pipenv hashes of a Pipfile. Where it names no source, those that the lockfile was made with are implied.
pub(super) fn document(root: Node<'_>, implied: &[PipenvSource], is_normal: bool) -> Result<Json, DateError> {
    let whole = |key: &str| root.get(key).map(Json::of).transpose();
    let empty = || Json::Map(std::collections::BTreeMap::new());
    let sources =
        if needs_implicit_source(root) { implicit(root, implied)? } else { whole("source")?.unwrap_or_else(empty) };
    let requires = whole("requires")?.unwrap_or_else(empty);
    let mut parts = vec![
        ("_meta".to_owned(), Json::map([("sources", sources), ("requires", requires)])),
        ("default".to_owned(), empty()),
        ("develop".to_owned(), empty()),
    ];
    for category in categories(root) {
        let mut packages = Vec::new();
        for entry in category.entry.value.own_entries() {
            packages.push((hashed_name(entry.key.scalar().unwrap_or_default(), is_normal), Json::of(entry.value)?));
        }
        parts.push((category.name.to_owned(), Json::map(packages)));
    }
    Ok(Json::map(parts))
}

/// Whether the Pipfile names no source.
pub(super) fn needs_implicit_source(root: Node<'_>) -> bool {
    root.get("source").is_none()
}

/// pipenv puts the text of the implied source before that of the Pipfile, so that what stands there
/// before the first table becomes part of it.
fn implicit(root: Node<'_>, implied: &[PipenvSource]) -> Result<Json, DateError> {
    let mut sources: Vec<Json> = implied.iter().map(|source| source.value.clone()).collect();
    for entry in root.own_entries().filter(|entry| is_bare(*entry)) {
        let value = Json::of(entry.value)?;
        if let Some(Json::Map(last)) = sources.last_mut() {
            last.insert(entry.key.scalar().unwrap_or_default().into(), value);
        }
    }
    Ok(Json::List(sources))
}

/// Whether a top-level entry is written as `key = value`, not under a header.
pub(super) fn is_bare(entry: Entry<'_>) -> bool {
    let text = entry.key.document().text();
    let before = text.get(..entry.key.span().range().start).unwrap_or_default();
    let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
    !line.contains('[')
}
