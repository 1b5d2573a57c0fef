//! One `[[package]]` of a uv.lock, before it becomes facts.

use super::Refusal;
use crate::facts::recorded::Edge;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// A text and where it stands, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Registry,
    Git,
    Url,
    Path,
    Directory,
    Editable,
    Virtual,
}

impl Kind {
    const KEYS: [(&'static str, Self); 7] = [
        ("registry", Self::Registry),
        ("git", Self::Git),
        ("url", Self::Url),
        ("path", Self::Path),
        ("directory", Self::Directory),
        ("editable", Self::Editable),
        ("virtual", Self::Virtual),
    ];

    /// The kind of a key in a `source` table.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::KEYS.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
    }

    /// Whether it is a directory with sources.
    pub(super) fn is_tree(self) -> bool {
        matches!(self, Self::Directory | Self::Editable | Self::Virtual)
    }

    /// Whether uv reads its metadata anew for each check: everything but registries and git.
    pub(super) fn is_mutable(self) -> bool {
        !matches!(self, Self::Registry | Self::Git)
    }
}

/// A wheel or a source archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Artifact<'t> {
    pub(super) is_wheel: bool,
    /// Its address, its path or its name alone. Source archives of git and url sources have none.
    pub(super) address: Option<Written<'t>>,
    /// The place of the whole entry.
    pub(super) span: Span,
    pub(super) hash: Option<&'t str>,
    pub(super) size: Option<u64>,
    pub(super) uploaded: Option<&'t str>,
}

impl<'t> Artifact<'t> {
    /// The file's name.
    pub(super) fn file(&self) -> &'t str {
        let address = self.address.map_or("", |address| address.text);
        let end = memchr::memchr2(b'?', b'#', address.as_bytes()).unwrap_or(address.len());
        let start = memchr::memrchr(b'/', &address.as_bytes()[..end]).map_or(0, |slash| slash + 1);
        &address[start..end]
    }
}

/// A package as the lockfile writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package<'t> {
    pub(super) name: Written<'t>,
    pub(super) version: Option<Written<'t>>,
    pub(super) kind: Kind,
    pub(super) location: Written<'t>,
    pub(super) artifacts: Vec<Artifact<'t>>,
    pub(super) edges: Vec<Edge>,
}

impl<'t> Package<'t> {
    /// Reads a package from its table.
    pub(super) fn of_node(node: Node<'t>) -> Result<Self, Refusal> {
        let name = written(node, "name").ok_or_else(|| refuse("a package has no name", node))?;
        let source = node.get("source").ok_or_else(|| refuse(&format!("{} has no source", name.text), node))?;
        let location = source.own_entries().find_map(|entry| {
            let kind = Kind::of_key(entry.key.scalar()?)?;
            Some((kind, Written { text: entry.value.text()?, span: entry.value.inner_span() }))
        });
        let Some((kind, location)) = location else {
            return Err(refuse(&format!("the source of {} is of no kind that uv knows", name.text), source));
        };
        let sdist = node.get("sdist").map(|node| artifact(node, false));
        let wheels = node.get("wheels").into_iter().flat_map(Node::items).map(|node| artifact(node, true));
        Ok(Self {
            name,
            version: written(node, "version"),
            kind,
            location,
            artifacts: sdist.into_iter().chain(wheels).collect(),
            edges: edges(node),
        })
    }

}

fn refuse(message: &str, node: Node<'_>) -> Refusal {
    Value::written(message.to_owned(), node.span())
}

fn written<'t>(node: Node<'t>, key: &str) -> Option<Written<'t>> {
    let value = node.get(key)?;
    Some(Written { text: value.text()?, span: value.inner_span() })
}

/// Reads an artifact in one pass over its keys: there are half a million in a large repository.
fn artifact(node: Node<'_>, is_wheel: bool) -> Artifact<'_> {
    let mut read = Artifact { is_wheel, address: None, span: node.span(), hash: None, size: None, uploaded: None };
    for entry in node.own_entries() {
        let value = entry.value;
        match entry.key.scalar() {
            Some("url" | "path" | "filename") => {
                read.address = value.text().map(|text| Written { text, span: value.inner_span() });
            }
            Some("hash") => read.hash = value.text(),
            Some("size") => read.size = value.int().and_then(|size| u64::try_from(size).ok()),
            Some("upload-time" | "upload_time") => read.uploaded = value.text(),
            _ => {}
        }
    }
    read
}

/// The edges of a package: plain ones, then those of extras and groups.
fn edges(node: Node<'_>) -> Vec<Edge> {
    let mut found: Vec<Edge> = Vec::new();
    let mut add = |list: Node<'_>, group: Option<&str>| found.extend(list.items().filter_map(|item| edge(item, group)));
    if let Some(list) = node.get("dependencies") {
        add(list, None);
    }
    for key in ["optional-dependencies", "dev-dependencies", "dependency-groups"] {
        for entry in node.get(key).into_iter().flat_map(Node::own_entries) {
            add(entry.value, entry.key.scalar());
        }
    }
    found
}

fn edge(item: Node<'_>, group: Option<&str>) -> Option<Edge> {
    let text = |key: &str| item.get(key).and_then(Node::text).map(Box::from);
    Some(Edge {
        package: text("name")?,
        version: text("version"),
        marker: text("marker"),
        group: group.map(Box::from),
        extras: item.get("extra").into_iter().flat_map(Node::items).filter_map(Node::text).map(Box::from).collect(),
        requirement: None,
        span: item.span(),
    })
}
