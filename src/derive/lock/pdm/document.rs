//! The document that PDM hashes (`PyProject.content_hash`, release 2.29.3, read 2026-11), and its older forms.

use std::collections::BTreeMap;

use crate::python::canonical_json::Json;
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::Node;

/// The releases that hash in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Since 2.20.
    Now,
    /// 2.16 to 2.19: only the groups of `[tool.pdm.dev-dependencies]`, under their own names.
    OwnGroups,
    /// Before 2.16: of the resolution only its overrides.
    Overrides,
}

impl Form {
    /// The older forms, the latest first, each with the release that gave it up.
    pub(super) const OLDER: [(Self, [u64; 2]); 2] = [(Self::OwnGroups, [2, 20]), (Self::Overrides, [2, 16])];
}

/// Why there is nothing to hash, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unhashable {
    pub(super) message: String,
    pub(super) span: Span,
}

/// What PDM hashes of a manifest.
pub(super) fn document(root: Node<'_>, form: Form) -> Result<Json, Unhashable> {
    let part = |path: &[&str], absent: Json| match root.at(path) {
        Some(node) => json(node),
        None => Ok(absent),
    };
    let list = || Json::List(Vec::new());
    let table = || Json::Map(BTreeMap::new());
    let dev = match form {
        Form::Now => groups(root)?,
        Form::OwnGroups | Form::Overrides => part(&["tool", "pdm", "dev-dependencies"], table())?,
    };
    let resolution = match form {
        Form::Overrides => ("overrides", part(&["tool", "pdm", "resolution", "overrides"], table())?),
        Form::Now | Form::OwnGroups => ("resolution", part(&["tool", "pdm", "resolution"], table())?),
    };
    Ok(Json::map([
        ("sources", part(&["tool", "pdm", "source"], list())?),
        ("dependencies", part(&["project", "dependencies"], list())?),
        ("dev-dependencies", dev),
        ("optional-dependencies", part(&["project", "optional-dependencies"], table())?),
        ("requires-python", part(&["project", "requires-python"], Json::text(""))?),
        resolution,
    ]))
}

/// The standard's groups under their normal names, each with what PDM's own table adds to it.
fn groups(root: Node<'_>) -> Result<Json, Unhashable> {
    let mut groups: BTreeMap<Box<str>, Json> = BTreeMap::new();
    for entry in root.get("dependency-groups").into_iter().flat_map(Node::own_entries) {
        let name = normalize(entry.key.scalar().unwrap_or_default());
        if groups.insert(name.as_str().into(), json(entry.value)?).is_some() {
            let message = format!("the group {name} stands twice in [dependency-groups]");
            return Err(Unhashable { message, span: entry.key.span() });
        }
    }
    for entry in root.at(&["tool", "pdm", "dev-dependencies"]).into_iter().flat_map(Node::own_entries) {
        let name = normalize(entry.key.scalar().unwrap_or_default());
        let own = json(entry.value)?;
        match (groups.get_mut(name.as_str()), own) {
            (Some(Json::List(items)), Json::List(more)) => items.extend(more),
            (Some(_), _) => {}
            (None, own) => drop(groups.insert(name.as_str().into(), own)),
        }
    }
    Ok(Json::Map(groups))
}

fn json(node: Node<'_>) -> Result<Json, Unhashable> {
    Json::of(node).map_err(|date| Unhashable { message: "PDM cannot hash a date".to_owned(), span: date.span })
}
