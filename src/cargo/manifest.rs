//! A view of a Cargo.toml tree: its package, its requirements, its features, its workspace.
//!
//! Inheritance is followed when the root's tree is given; places stay those of the text that
//! states a thing. Names of keys follow Cargo 1.95, older spellings with underscores included.

use cargo_lock::package::GitReference;
use semver::{Comparator, Op, VersionReq};

use super::source::{self, Source};
use crate::path;
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// The registry that is meant by this name in `[patch.NAME]` tables.
pub const DEFAULT_REGISTRY_NAME: &str = "crates-io";

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// To build and run the crate.
    Normal,
    /// To run its build script.
    Build,
    /// For its tests, examples and benchmarks.
    Dev,
}

impl When {
    /// The group in facts.
    pub fn group(self) -> &'static str {
        match self {
            Self::Normal => "main",
            Self::Build => "build",
            Self::Dev => "dev",
        }
    }
}

/// One key of a dependency table.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'d> {
    /// The key: the name by which the crate calls it.
    pub key: Node<'d>,
    /// What stands there: a requirement, or a table.
    pub value: Node<'d>,
    /// When it is needed.
    pub when: When,
}

const TABLES: [(&str, When); 5] = [
    ("dependencies", When::Normal),
    ("build-dependencies", When::Build),
    ("build_dependencies", When::Build),
    ("dev-dependencies", When::Dev),
    ("dev_dependencies", When::Dev),
];

/// All dependencies that a manifest states, those of its targets included, in the order of the tables.
pub fn dependencies(root: Node<'_>) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    tables_of(root, &mut all);
    for target in root.get("target").into_iter().flat_map(|targets| targets.own_entries()) {
        tables_of(target.value, &mut all);
    }
    all
}

fn tables_of<'d>(holder: Node<'d>, all: &mut Vec<Stated<'d>>) {
    for (name, when) in TABLES {
        // The older spelling counts where the newer one is not there.
        let is_passed_over = name.contains('_') && holder.get(&name.replace('_', "-")).is_some();
        let Some(table) = holder.get(name).filter(|_| !is_passed_over) else { continue };
        all.extend(table.own_entries().map(|Entry { key, value }| Stated { key, value, when }));
    }
}

/// A field of `[package]` that may be inherited from the workspace root.
#[derive(Debug, Clone, Copy)]
pub enum Field<'d> {
    /// It is not there.
    Absent,
    /// It is written here.
    Written(Node<'d>),
    /// It says `workspace = true`; the place of the field.
    Inherited(Node<'d>),
}

/// A field of `[package]`.
pub fn field<'d>(root: Node<'d>, name: &str) -> Field<'d> {
    match root.at(&["package", name]).or_else(|| root.at(&["project", name])) {
        None => Field::Absent,
        Some(node) if node.get("workspace").is_some() => Field::Inherited(node),
        Some(node) => Field::Written(node),
    }
}

/// The name of the package; `None` for a virtual manifest.
pub fn package_name(root: Node<'_>) -> Option<Node<'_>> {
    match field(root, "name") {
        Field::Written(node) if node.text().is_some() => Some(node),
        _ => None,
    }
}

/// What a manifest asks for after inheritance, in one shape.
#[derive(Debug, Clone)]
pub struct Requirement<'d> {
    /// The key in the manifest that asks.
    pub key: Node<'d>,
    /// What that manifest says there.
    pub own: Node<'d>,
    /// The value in `[workspace.dependencies]`, when it is inherited.
    pub inherited: Option<Node<'d>>,
    /// The crate's real name.
    pub package: &'d str,
    /// The version requirement, where one is written.
    pub version: Option<Node<'d>>,
    /// Where it comes from.
    pub origin: Origin<'d>,
    /// Features asked of it.
    pub features: Vec<&'d str>,
    /// Whether its default features are asked of it.
    pub default_features: bool,
    /// Whether only a feature asks for it.
    pub optional: bool,
    /// When it is needed.
    pub when: When,
}

/// Where a requirement says its crate comes from, before names are looked up.
#[derive(Debug, Clone)]
pub enum Origin<'d> {
    /// The registry that is used when nothing is said.
    DefaultRegistry,
    /// A registry by its name in the settings.
    Registry(Node<'d>),
    /// A registry by the address of its index.
    RegistryIndex(Node<'d>),
    /// A directory, seen from the directory that is given.
    Path {
        /// The path as written.
        node: Node<'d>,
        /// The directory it is relative to, from the root of the repository.
        from: String,
    },
    /// A git repository.
    Git {
        /// Its address.
        node: Node<'d>,
        /// What is followed there.
        reference: GitReference,
        /// The place of what is followed; the address when nothing is said.
        place: Node<'d>,
    },
}

/// What `[workspace.dependencies]` says and from where its paths count.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'d, 'p> {
    /// The table.
    pub table: Option<Node<'d>>,
    /// The directory of the workspace root.
    pub directory: &'p str,
}

/// Works out one requirement of the manifest in `directory`.
///
/// # Errors
/// What Cargo would refuse the manifest for, as a sentence part.
pub fn requirement<'d>(
    stated: Stated<'d>,
    directory: &str,
    shared: Option<Shared<'d, '_>>,
) -> Result<Requirement<'d>, String> {
    let key = stated.key.scalar().unwrap_or("");
    let own = stated.value;
    let Some(switch) = own.get("workspace") else {
        return Ok(from_parts(stated, own, None, own, directory.to_owned()));
    };
    if switch.bool() != Some(true) {
        return Err(format!("{key} is inherited or not, and `workspace` cannot be false"));
    }
    let table = shared.and_then(|shared| shared.table);
    let (Some(shared), Some(value)) = (shared, table.and_then(|table| table.get(key))) else {
        return Err(format!("{key} is inherited, but the workspace root does not state it"));
    };
    Ok(from_parts(stated, value, Some(value), own, shared.directory.to_owned()))
}

/// One entry of a `[patch]` or `[replace]` table.
pub fn patch_entry<'d>(entry: Entry<'d>, directory: &str) -> Requirement<'d> {
    let stated = Stated { key: entry.key, value: entry.value, when: When::Normal };
    from_parts(stated, entry.value, None, entry.value, directory.to_owned())
}

fn from_parts<'d>(
    stated: Stated<'d>,
    value: Node<'d>,
    inherited: Option<Node<'d>>,
    own: Node<'d>,
    from: String,
) -> Requirement<'d> {
    let version = if value.is_map() { value.get("version").filter(|node| node.text().is_some()) } else { Some(value) };
    let mut features: Vec<&str> = texts(value.get("features"));
    if inherited.is_some() {
        features.extend(texts(own.get("features")));
    }
    let default_of =
        |node: Node<'d>| node.get("default-features").or_else(|| node.get("default_features")).and_then(Node::bool);
    let default_features = match (default_of(value), inherited.and(default_of(own))) {
        (Some(false), Some(true)) => true,
        (stated, _) => stated.unwrap_or(true),
    };
    let package = value.get("package").and_then(Node::text).or_else(|| stated.key.scalar()).unwrap_or("");
    let optional = own.get("optional").and_then(Node::bool).unwrap_or(false);
    let (key, when) = (stated.key, stated.when);
    let origin = origin(value, from);
    Requirement { key, own, inherited, package, version, origin, features, default_features, optional, when }
}

fn origin(value: Node<'_>, from: String) -> Origin<'_> {
    if let Some(node) = value.get("git") {
        let said = ["branch", "tag", "rev"].into_iter().find_map(|word| Some((word, value.get(word)?)));
        let (reference, place) = match said {
            Some(("branch", place)) => (GitReference::Branch(place.text().unwrap_or("").to_owned()), place),
            Some(("tag", place)) => (GitReference::Tag(place.text().unwrap_or("").to_owned()), place),
            Some((_, place)) => (GitReference::Rev(place.text().unwrap_or("").to_owned()), place),
            None => (GitReference::DefaultBranch, node),
        };
        return Origin::Git { node, reference, place };
    }
    if let Some(node) = value.get("path") {
        return Origin::Path { node, from };
    }
    if let Some(node) = value.get("registry") {
        return match node.text() {
            Some(DEFAULT_REGISTRY_NAME) => Origin::DefaultRegistry,
            _ => Origin::Registry(node),
        };
    }
    value.get("registry-index").map_or(Origin::DefaultRegistry, Origin::RegistryIndex)
}

impl<'d> Requirement<'d> {
    /// Where the requirement is stated: the version, else the source, else the key.
    pub fn place(&self) -> Node<'d> {
        self.version.unwrap_or(match &self.origin {
            Origin::Registry(node) | Origin::RegistryIndex(node) | Origin::Path { node, .. } => *node,
            Origin::Git { place, .. } => *place,
            Origin::DefaultRegistry => self.key,
        })
    }

    /// The requirement as written; empty when any version will do.
    pub fn written(&self) -> &'d str {
        self.version.and_then(Node::text).unwrap_or("")
    }

    /// Keys that Cargo does not accept together, as a sentence part.
    pub fn fault(&self) -> Option<String> {
        let value = self.inherited.unwrap_or(self.own);
        let name = self.called();
        let followed = ["branch", "tag", "rev"].into_iter().filter(|key| value.get(key).is_some()).count();
        let is_git = matches!(self.origin, Origin::Git { .. });
        if is_git && ["path", "registry", "registry-index"].into_iter().any(|key| value.get(key).is_some()) {
            return Some(format!("{name} is asked for from git and from another source"));
        }
        if ["registry", "registry-index"].into_iter().all(|key| value.get(key).is_some()) {
            return Some(format!("{name} is asked for from two registries"));
        }
        if followed > usize::from(is_git) {
            return Some(format!("{name} says what to follow in git, but not once and with a repository"));
        }
        if self.optional && self.when == When::Dev {
            return Some(format!("{name} is a dev-dependency and cannot be optional"));
        }
        let odd = self.features.iter().find(|feature| feature.contains('/') || feature.starts_with("dep:"))?;
        Some(format!("{name} is asked for with {odd}, which is not a feature of it"))
    }

    /// The range as facts tell it, and how it is open.
    pub fn range(&self) -> (Value<String>, Value<String>) {
        let Some((text, span)) = self.version.and_then(|node| Some((node.text()?, node.span()))) else {
            return (Value::absent(), Value::absent());
        };
        let bound = match VersionReq::parse(text) {
            Ok(parsed) => Value::written(bound(&parsed).to_owned(), span),
            Err(error) => Value::unknown(error.to_string(), Some(span)),
        };
        (Value::written(text.to_owned(), span), bound)
    }

    /// The directory of a path requirement; `None` for other origins and for paths that lead out of the repository.
    pub fn directory(&self) -> Option<String> {
        match &self.origin {
            Origin::Path { node, from } => path::join(from, node.text()?),
            _ => None,
        }
    }

    /// The key by which features name it.
    pub fn called(&self) -> &'d str {
        self.key.scalar().unwrap_or("")
    }

    /// Its source, with registries looked up by `registry`.
    ///
    /// # Errors
    /// What is wrong with its address, as a sentence part.
    pub fn source(&self, registry: impl Fn(&str) -> Option<Source>) -> Result<Source, String> {
        match &self.origin {
            Origin::DefaultRegistry => Ok(Source::DefaultRegistry),
            Origin::Registry(node) => {
                let name = node.text().unwrap_or("");
                Ok(registry(name).unwrap_or_else(|| Source::NamedRegistry(name.to_owned())))
            }
            Origin::RegistryIndex(node) => {
                let index = node.text().unwrap_or("");
                source::registry(index).ok_or_else(|| format!("{index} is not the address of a registry"))
            }
            Origin::Path { node, .. } => self
                .directory()
                .map(Source::Path)
                .ok_or_else(|| format!("{} lies outside the repository", node.text().unwrap_or(""))),
            Origin::Git { node, reference, .. } => {
                let url = node.text().unwrap_or("");
                source::git(url, reference.clone()).ok_or_else(|| format!("{url} is not an address that Cargo reads"))
            }
        }
    }
}

/// The paths of other crates that a manifest names: in its requirements, those it shares, and its patches.
pub fn near(root: Node<'_>) -> Vec<&str> {
    let mut values: Vec<Node<'_>> = dependencies(root).into_iter().map(|stated| stated.value).collect();
    let shared = root.at(&["workspace", "dependencies"]);
    let patches = root.get("patch").into_iter().flat_map(Node::own_entries).map(|table| table.value);
    for table in patches.chain(shared).chain(root.get("replace")) {
        values.extend(table.own_entries().map(|entry| entry.value));
    }
    values.into_iter().filter_map(|value| value.get("path")?.text()).collect()
}

/// The texts of a list; none for anything else.
pub fn texts(list: Option<Node<'_>>) -> Vec<&str> {
    list.into_iter().flat_map(Node::items).filter_map(Node::text).collect()
}

/// How a version requirement is open: `none`, `floor`, `range` or `exact`.
pub fn bound(requirement: &VersionReq) -> &'static str {
    let above = |part: &Comparator| matches!(part.op, Op::Greater | Op::GreaterEq);
    let exact = |part: &Comparator| part.op == Op::Exact && part.patch.is_some();
    match requirement.comparators.as_slice() {
        [] => "none",
        parts if parts.iter().any(exact) => "exact",
        parts if parts.iter().all(above) => "floor",
        _ => "range",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn bounds() {
        let cases = [
            ("*", "none"),
            ("1.*", "range"),
            ("1", "range"),
            ("~1.2", "range"),
            (">=1", "floor"),
            (">1, <3", "range"),
            ("<3", "range"),
            ("=1.2.3", "exact"),
            ("=1.2", "range"),
        ];
        for (text, expected) in cases {
            assert_eq!(bound(&VersionReq::parse(text).unwrap()), expected, "{text}");
        }
    }
}
