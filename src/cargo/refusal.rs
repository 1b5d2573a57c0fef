//! What Cargo refuses a manifest for before it looks at a lockfile, beside faults of single requirements and features.
//!
//! Follows the reader of manifests in Cargo 1.95 (`TomlManifest`, `to_real_manifest`,
//! `to_virtual_manifest`, the inference of targets). What only warns is left out.

use std::collections::BTreeSet;
use std::str::FromStr;

use cargo_platform::Platform;

use super::kinds;
use super::manifest::{self, Field};
use crate::source::Span;
use crate::syntax::Node;

/// A manifest and what is around it.
#[derive(Clone, Copy)]
pub struct Seen<'d, 'f> {
    /// The tree of the manifest.
    pub root: Node<'d>,
    /// The tree of the workspace root's manifest, when there is one.
    pub workspace: Option<Node<'d>>,
    /// Whether there is a file, by its path from the directory of the manifest.
    pub has: &'f dyn Fn(&str) -> bool,
    /// Names of the files and directories in `src/bin`.
    pub binaries: &'f [&'f str],
    /// Whether any source is there: a tree of manifests alone is an excerpt, whose sources say nothing.
    pub has_sources: bool,
}

/// What is wrong, as a sentence part, and where.
pub type Refusal = (String, Span);

const EDITIONS: &[&str] = &["2015", "2018", "2021", "2024"];
const RESOLVERS: &[&str] = &["1", "2", "3"];

/// Sections that need a package.
const OF_PACKAGES: &[&str] = &[
    "lib",
    "bin",
    "example",
    "test",
    "bench",
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
    "features",
    "target",
    "lints",
    "badges",
];

/// Fields of `[package]` that a member may inherit.
const INHERITABLE: &[&str] = &[
    "authors",
    "categories",
    "description",
    "documentation",
    "edition",
    "exclude",
    "homepage",
    "include",
    "keywords",
    "license",
    "license-file",
    "publish",
    "readme",
    "repository",
    "rust-version",
    "version",
];

/// Why Cargo refuses the manifest; `None` when it reads it.
pub fn refusal(seen: Seen<'_, '_>) -> Option<Refusal> {
    let is_package = seen.root.get("package").or_else(|| seen.root.get("project")).is_some();
    let own = if is_package { package(seen) } else { virtual_root(seen.root) };
    own.or_else(|| kinds::refusal(seen.root))
        .or_else(|| workspace_table(seen.root))
        .or_else(|| platforms(seen.root))
        .or_else(|| patches(seen.root))
}

fn refuse(message: String, node: Node<'_>) -> Option<Refusal> {
    Some((message, node.span()))
}

fn package(seen: Seen<'_, '_>) -> Option<Refusal> {
    let table = seen.root.get("package").or_else(|| seen.root.get("project"))?;
    name(table)
        .or_else(|| inherited_fields(seen, table))
        .or_else(|| one_of(seen, "edition", EDITIONS))
        .or_else(|| rust_version(seen))
        .or_else(|| roots(seen.root, table))
        .or_else(|| inherited_lints(seen))
        .or_else(|| underscores(seen))
        .or_else(|| if seen.has_sources { targets(seen, table).or_else(|| links(seen, table)) } else { None })
}

fn name(table: Node<'_>) -> Option<Refusal> {
    let node = table.get("name")?;
    let text = node.text()?;
    let is_word = |part: &str| {
        let starts = part.starts_with(|first: char| first.is_alphabetic() || first == '_');
        starts && part.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'))
    };
    if text.split("::").all(is_word) { None } else { refuse(format!("{text} is not a name for a package"), node) }
}

/// Fields that say `workspace = true` must stand in the workspace root, and nothing else may be said there.
fn inherited_fields(seen: Seen<'_, '_>, table: Node<'_>) -> Option<Refusal> {
    INHERITABLE.iter().find_map(|name| {
        let node = table.get(name)?;
        let switch = node.get("workspace")?;
        if switch.bool() != Some(true) {
            return refuse(format!("{name} is inherited or not, and `workspace` cannot be false"), switch);
        }
        let stated = seen.workspace.and_then(|root| root.at(&["workspace", "package", name]));
        if stated.is_some() {
            None
        } else {
            refuse(format!("{name} is inherited, but the workspace root has none"), node)
        }
    })
}

/// The node of a field, in the workspace root when it is inherited.
fn stated<'d>(seen: Seen<'d, '_>, name: &str) -> Option<Node<'d>> {
    match manifest::field(seen.root, name) {
        Field::Absent => None,
        Field::Written(node) => Some(node),
        Field::Inherited(_) => seen.workspace?.at(&["workspace", "package", name]),
    }
}

fn one_of(seen: Seen<'_, '_>, name: &str, known: &[&str]) -> Option<Refusal> {
    let node = stated(seen, name)?;
    let text = node.text().unwrap_or("");
    if known.contains(&text) { None } else { refuse(format!("{name} {text} is none of {}", known.join(", ")), node) }
}

fn rust_version(seen: Seen<'_, '_>) -> Option<Refusal> {
    let node = stated(seen, "rust-version")?;
    let text = node.text().unwrap_or("");
    let is_number = |part: &str| {
        let is_plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_plain && (part.len() == 1 || !part.starts_with('0'))
    };
    let parts = text.split('.').count();
    let is_version = parts <= 3 && text.split('.').all(is_number);
    if is_version { None } else { refuse(format!("rust-version {text} is not a version such as 1.85"), node) }
}

/// Which workspace and which resolver are said once.
fn roots(root: Node<'_>, table: Node<'_>) -> Option<Refusal> {
    let workspace = root.get("workspace");
    let (pointer, own) = (table.get("workspace"), table.get("resolver"));
    if let (Some(pointer), Some(_)) = (pointer, workspace) {
        return refuse("the manifest is a workspace root and points to another".to_owned(), pointer);
    }
    if let (Some(own), Some(_)) = (own, workspace.and_then(|table| table.get("resolver"))) {
        return refuse("the resolver is chosen in [package] and in [workspace]".to_owned(), own);
    }
    own.and_then(resolver)
}

fn resolver(node: Node<'_>) -> Option<Refusal> {
    let text = node.text().unwrap_or("");
    if RESOLVERS.contains(&text) {
        None
    } else {
        refuse(format!("resolver {text} is none of {}", RESOLVERS.join(", ")), node)
    }
}

fn inherited_lints(seen: Seen<'_, '_>) -> Option<Refusal> {
    let lints = seen.root.get("lints")?;
    let switch = lints.get("workspace").filter(|node| node.bool() == Some(true))?;
    if lints.own_entries().count() > 1 {
        return refuse("lints are inherited and stated at once".to_owned(), switch);
    }
    let stated = seen.workspace.and_then(|root| root.at(&["workspace", "lints"]));
    if stated.is_some() {
        None
    } else {
        refuse("lints are inherited, but the workspace root has none".to_owned(), switch)
    }
}

/// Spellings that edition 2024 took away.
fn underscores(seen: Seen<'_, '_>) -> Option<Refusal> {
    if stated(seen, "edition").and_then(Node::text) != Some("2024") {
        return None;
    }
    if let Some(entry) = seen.root.entry("project") {
        return refuse("[project] is not read from edition 2024 on".to_owned(), entry.key);
    }
    let targets = seen.root.get("target").into_iter().flat_map(Node::own_entries).map(|target| target.value);
    let old = std::iter::once(seen.root).chain(targets).find_map(|holder| {
        ["dev_dependencies", "build_dependencies"].into_iter().find_map(|name| Some((name, holder.entry(name)?)))
    });
    if let Some((name, entry)) = old {
        return refuse(format!("{name} is not read from edition 2024 on"), entry.key);
    }
    let dependencies = manifest::dependencies(seen.root);
    let entry = dependencies.iter().find_map(|one| one.value.entry("default_features"))?;
    refuse("default_features is not read from edition 2024 on".to_owned(), entry.key)
}

/// What is built: something must be, and each part has its file or says where it is.
fn targets(seen: Seen<'_, '_>, table: Node<'_>) -> Option<Refusal> {
    let is_on = |name: &str| table.get(name).and_then(Node::bool) != Some(false);
    let library = seen.root.get("lib");
    let has_library = (seen.has)("src/lib.rs");
    if let Some(library) = library
        && library.get("path").is_none()
        && !has_library
    {
        return refuse("[lib] names no path and there is no src/lib.rs".to_owned(), library);
    }
    if let Some(node) = library.and_then(|library| library.get("name"))
        && node.text().is_some_and(|text| text.contains('-') || text.is_empty())
    {
        return refuse("the name of a library has no hyphens".to_owned(), node);
    }
    let own = table.get("name").and_then(Node::text).unwrap_or("");
    let mut inferred: BTreeSet<&str> = seen.binaries.iter().copied().collect();
    if (seen.has)("src/main.rs") {
        inferred.insert(own);
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for binary in seen.root.get("bin").into_iter().flat_map(Node::items) {
        let name = binary.get("name").and_then(Node::text).unwrap_or("");
        if name.is_empty() {
            return refuse("a [[bin]] has no name".to_owned(), binary);
        }
        if !names.insert(name) {
            return refuse(format!("two binaries are named {name}"), binary);
        }
        if binary.get("path").is_none() && !inferred.contains(name) {
            return refuse(format!("there is no file for the binary {name}"), binary);
        }
    }
    if is_on("autobins") {
        names.extend(inferred);
    }
    if let Some(node) = table.get("default-run")
        && !node.text().is_some_and(|name| names.contains(name))
    {
        return refuse(format!("the binary {} is not there", node.text().unwrap_or("")), node);
    }
    let has_some = library.is_some() || (has_library && is_on("autolib")) || !names.is_empty();
    if has_some {
        None
    } else {
        refuse("there is nothing to build: no src/lib.rs and no src/main.rs".to_owned(), table)
    }
}

/// A crate that links to a native library has a build script.
fn links(seen: Seen<'_, '_>, table: Node<'_>) -> Option<Refusal> {
    let node = table.get("links")?;
    let has_script = match table.get("build") {
        Some(build) => build.bool() != Some(false),
        None => (seen.has)("build.rs"),
    };
    if has_script { None } else { refuse("the crate links to a library, but has no build script".to_owned(), node) }
}

fn virtual_root(root: Node<'_>) -> Option<Refusal> {
    let entry = OF_PACKAGES.iter().find_map(|name| root.entry(name))?;
    let section = entry.key.scalar().unwrap_or("");
    refuse(format!("[{section}] has no meaning without a package"), entry.key)
}

fn workspace_table(root: Node<'_>) -> Option<Refusal> {
    let workspace = root.get("workspace")?;
    if let Some(wrong) = workspace.get("resolver").and_then(resolver) {
        return Some(wrong);
    }
    workspace.get("dependencies").into_iter().flat_map(Node::own_entries).find_map(|entry| {
        let word =
            ["optional", "public"].into_iter().find(|word| entry.value.get(word).and_then(Node::bool) == Some(true))?;
        let name = entry.key.scalar().unwrap_or("");
        refuse(format!("{name} is {word}, which dependencies of a workspace cannot be"), entry.value)
    })
}

fn platforms(root: Node<'_>) -> Option<Refusal> {
    root.get("target").into_iter().flat_map(Node::own_entries).find_map(|entry| {
        let text = entry.key.scalar()?;
        Platform::from_str(text).err()?;
        refuse(format!("{text} is not a platform that Cargo reads"), entry.key)
    })
}

fn patches(root: Node<'_>) -> Option<Refusal> {
    let replaced = root.get("replace").into_iter().flat_map(Node::own_entries);
    let versionless = replaced.into_iter().find(|entry| {
        let spec = entry.key.scalar().unwrap_or_default();
        let name = spec.rsplit(['/', '#']).next().unwrap_or_default();
        !name.contains([':', '@']) && !spec.contains('#')
    });
    if let Some(entry) = versionless {
        return refuse("a crate in [replace] is named without a version".to_owned(), entry.key);
    }
    let filled = |name: &str| root.entry(name).filter(|entry| entry.value.own_entries().next().is_some());
    let (replace, _) = filled("replace").zip(filled("patch"))?;
    refuse("[replace] and [patch] exclude each other".to_owned(), replace.key)
}
