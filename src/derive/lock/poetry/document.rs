//! The document that Poetry hashes.
//!
//! Poetry 2.5 hashes parts of `[project]` and `[tool.poetry]`, since 2.3 `[dependency-groups]`
//! too; a project without the first is hashed as Poetry 1 did (`Locker._get_content_hash`, read 2026-11).

use crate::python::canonical_json::{DateError, Json};
use crate::syntax::Node;

const PROJECT_KEYS: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];
const POETRY_KEYS: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

/// What Poetry 1 hashes of a manifest: nothing but `[tool.poetry]`.
pub(super) fn old_document(root: Node<'_>) -> Result<Json, DateError> {
    let poetry = root.at(&["tool", "poetry"]);
    let value = |key: &str| poetry.and_then(|poetry| poetry.get(key));
    let keys = POETRY_KEYS.iter().chain(value("group").map(|_| &"group"));
    let parts: Result<Vec<_>, _> = keys.map(|key| Ok((*key, value(key).map_or(Ok(Json::Null), Json::of)?))).collect();
    Ok(Json::map(parts?))
}

/// What Poetry hashes of a manifest. Without `groups`, as Poetry did before 2.3.
pub(super) fn document(root: Node<'_>, groups: bool) -> Result<Json, DateError> {
    let part = |node: Option<Node<'_>>, keys: &[&str]| -> Result<Vec<(String, Json)>, DateError> {
        let found = keys.iter().filter_map(|key| Some((*key, node?.get(key)?)));
        found.map(|(key, value)| Ok((key.to_owned(), Json::of(value)?))).collect()
    };
    let project = part(root.get("project"), &PROJECT_KEYS)?;
    let table = root.get("dependency-groups").filter(|_| groups).map(Json::of).transpose()?;
    let table = table.filter(|table| !table.is_empty());
    let poetry = root.at(&["tool", "poetry"]);
    let mut own = part(poetry, &POETRY_KEYS)?;
    own.extend(part(poetry, &["group"])?);
    if project.is_empty() && table.is_none() {
        return old_document(root);
    }
    let mut parts = vec![("tool", Json::map([("poetry", Json::map(own))]))];
    if !project.is_empty() {
        parts.push(("project", Json::map(project)));
    }
    if let Some(table) = table {
        parts.push(("dependency-groups", table));
    }
    Ok(Json::map(parts))
}
