//! The document that Poetry hashes.
//!
//! Poetry 2.5 hashes parts of `[project]` and `[tool.poetry]`, since 2.3 `[dependency-groups]`
//! too; a project without the first is hashed as Poetry 1 did (`Locker._get_content_hash`, read 2026-11).

use crate::python::canonical_json::{DateError, Json};
use crate::syntax::Node;

const PROJECT_KEYS: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];
const POETRY_KEYS: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

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
        let absent = POETRY_KEYS.iter().filter(|key| !own.iter().any(|(known, _)| known == *key));
        let absent: Vec<_> = absent.map(|key| ((*key).to_owned(), Json::Null)).collect();
        own.extend(absent);
        return Ok(Json::map(own));
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
