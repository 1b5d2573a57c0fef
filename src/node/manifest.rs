//! package.json as a tree: its groups of requirements, its workspaces, the tool it names.

use crate::syntax::Node;

/// A group of requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// `dependencies`.
    Main,
    /// `devDependencies`.
    Dev,
    /// `optionalDependencies`.
    Optional,
    /// `peerDependencies`.
    Peer,
}

/// All groups, in the order in which people write them.
pub const GROUPS: [Group; 4] = [Group::Main, Group::Dev, Group::Optional, Group::Peer];

impl Group {
    /// The key of package.json and of lockfiles.
    pub fn key(self) -> &'static str {
        match self {
            Self::Main => "dependencies",
            Self::Dev => "devDependencies",
            Self::Optional => "optionalDependencies",
            Self::Peer => "peerDependencies",
        }
    }

    /// The word of `Dependency.group`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Dev => "dev",
            Self::Optional => "optional",
            Self::Peer => "peer",
        }
    }
}

/// One requirement as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'d> {
    /// Its group.
    pub group: Group,
    /// The name it is installed under.
    pub name: &'d str,
    /// What is asked for; `None` when the value is no text.
    pub text: Option<&'d str>,
    /// The key.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

/// The requirements of one group; of a name written twice the last one.
pub fn group(root: Node<'_>, group: Group) -> Vec<Stated<'_>> {
    let mut stated: Vec<Stated<'_>> = Vec::new();
    let mut places: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for entry in root.get(group.key()).into_iter().flat_map(Node::own_entries) {
        let Some(name) = entry.key.scalar() else { continue };
        let one = Stated { group, name, text: entry.value.text(), key: entry.key, value: entry.value };
        match places.get(name) {
            Some(place) => stated[*place] = one,
            None => {
                places.insert(name, stated.len());
                stated.push(one);
            }
        }
    }
    stated
}

/// The requirements of all groups, group by group.
pub fn dependencies(root: Node<'_>) -> Vec<Stated<'_>> {
    GROUPS.into_iter().flat_map(|one| group(root, one)).collect()
}

/// Whether a peer may be missing.
pub fn is_optional_peer(root: Node<'_>, name: &str) -> bool {
    root.at(&["peerDependenciesMeta", name, "optional"]).and_then(Node::bool) == Some(true)
}

/// The patterns of `workspaces`, a list or an object with a list in `packages`; `None` when there is neither.
pub fn workspaces(root: Node<'_>) -> Option<Vec<Node<'_>>> {
    let written = root.get("workspaces")?;
    let list = if written.is_map() { written.get("packages")? } else { written };
    list.is_list().then(|| list.items().filter(|item| item.text().is_some()).collect())
}

/// The tool that the manifest says it is installed with, and the node that says so: `packageManager`,
/// `devEngines`, a section that one tool alone reads.
pub fn package_manager(root: Node<'_>) -> Option<(&str, Node<'_>)> {
    if let Some(node) = root.get("packageManager")
        && let Some(text) = node.text()
    {
        return Some((text.split('@').next().unwrap_or(text), node));
    }
    let named = root.at(&["devEngines", "packageManager"]);
    let named = named.map(|node| if node.is_list() { node.items().next().unwrap_or(node) } else { node });
    if let Some(node) = named.and_then(|node| node.get("name"))
        && let Some(text) = node.text()
    {
        return Some((text, node));
    }
    root.entry("pnpm").filter(|entry| entry.value.is_map()).map(|entry| ("pnpm", entry.key))
}

/// The package manager or runtime that `devEngines` demands where neither this tool nor Node is allowed, and its place.
/// What is to be done then is an error unless it says otherwise.
pub fn refused_engine<'d>(root: Node<'d>, tool: &str) -> Option<(&'d str, Node<'d>)> {
    [("packageManager", tool), ("runtime", "node")].into_iter().find_map(|(kind, own)| {
        let node = root.at(&["devEngines", kind])?;
        let all: Vec<Node<'_>> = if node.is_list() { node.items().collect() } else { vec![node] };
        let name = |one: &Node<'d>| one.get("name").and_then(Node::text);
        let stops = |one: &Node<'d>| one.get("onFail").and_then(Node::text).is_none_or(|word| word == "error");
        if all.iter().any(|one| name(one).is_none_or(|name| name == own)) {
            return None;
        }
        let last = all.last().copied().filter(stops)?;
        Some((name(&last)?, last))
    })
}

/// Keys besides name, version and requirements that npm copies from the manifest of the project into the lockfile as they are.
pub const COPIED: &[&str] = &["license", "engines", "os", "cpu", "workspaces", "peerDependenciesMeta"];

/// A value as JSON with sorted keys and without blanks, so that equal values have equal texts.
pub fn shape(node: Node<'_>) -> String {
    let mut text = String::new();
    write_shape(node, &mut text);
    text
}

/// Trees are no deeper than [`crate::syntax::MAX_DEPTH`], so this may recurse.
fn write_shape(node: Node<'_>, text: &mut String) {
    if node.is_map() {
        let entries: std::collections::BTreeMap<&str, Node<'_>> =
            node.own_entries().map(|entry| (entry.key.scalar().unwrap_or(""), entry.value)).collect();
        text.push('{');
        for (index, (key, value)) in entries.into_iter().enumerate() {
            text.push_str(if index == 0 { "" } else { "," });
            text.push_str(&quoted(key));
            text.push(':');
            write_shape(value, text);
        }
        text.push('}');
    } else if node.is_list() {
        text.push('[');
        for (index, item) in node.items().enumerate() {
            text.push_str(if index == 0 { "" } else { "," });
            write_shape(item, text);
        }
        text.push(']');
    } else if let Some(words) = node.text() {
        text.push_str(&quoted(words));
    } else {
        text.push_str(node.scalar().unwrap_or("null"));
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
