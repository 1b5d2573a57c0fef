//! Cargo.toml: the package, what it asks for, and the compiler it demands.
//!
//! What is inherited from a workspace root stays unknown here; the derivation that knows the
//! root fills it in. Version 1.95 of Cargo is the measure.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::cargo::manifest::{self, Field, Origin, Stated};
use crate::cargo::source::reference_word;
use crate::facts::{Count, Dependency, Link, Manifest, Toolchain};
use crate::syntax::{self, Document, Node};
use crate::value::Value;

/// The reader of Cargo.toml.
pub const READER: Reader = Reader { name: "cargo", role: "manifest", claims, read };

/// Why a field of a member is not known before its root is.
const INHERITED: &str = "it is inherited from the workspace root";

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "Cargo.toml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let document = Arc::new(document);
    let root = document.root();
    if root.get("package").or_else(|| root.get("project")).or_else(|| root.get("workspace")).is_none() {
        let message = "it has neither [package] nor [workspace]".to_owned();
        return output.problem(file, &READER, "unsupported", message, file.span(0..0));
    }
    let stated = manifest::dependencies(root);
    let manifest = output.facts.add(manifest_fact(file, &document, stated.len()));
    for one in &stated {
        let fact = dependency(file, manifest, *one, one.when.group());
        output.facts.add(fact);
    }
    let shared = root.at(&["workspace", "dependencies"]);
    for entry in shared.into_iter().flat_map(Node::own_entries) {
        let one = Stated { key: entry.key, value: entry.value, when: manifest::When::Normal };
        let fact = dependency(file, manifest, one, "workspace");
        output.facts.add(fact);
    }
    for path in manifest::near(root) {
        if let Some(directory) = crate::path::join(file.directory(), path) {
            output.request(format!("{directory}/Cargo.toml"), READER.name);
        }
    }
    if let Some(toolchain) = toolchain(file, root) {
        output.facts.add(toolchain);
    }
}

fn manifest_fact(file: &File<'_>, document: &Arc<Document>, dependency_count: usize) -> Manifest {
    let root = document.root();
    let text = |node: Node<'_>| node.text().map_or_else(Value::absent, |text| Value::written(text.to_owned(), node.span()));
    let fact = |name: &str| match manifest::field(root, name) {
        Field::Absent => Value::absent(),
        Field::Written(node) => text(node),
        Field::Inherited(node) => Value::unknown(INHERITED, Some(node.span())).inherited(),
    };
    let header = root.entry("package").or_else(|| root.entry("workspace")).map(|entry| entry.key.span());
    let header = file.header(&**file.path, header.unwrap_or_else(|| file.span(0..0)));
    Manifest {
        project: manifest::package_name(root).map_or_else(Value::absent, text),
        version: fact("version"),
        dependency_count: Count(i64::try_from(dependency_count).unwrap_or(i64::MAX)),
        runtime_constraint: fact("rust-version"),
        role: match root.at(&["package", "publish"]).and_then(Node::bool) {
            Some(false) => Value::derived("application".to_owned()),
            _ => Value::unknown("a crate may be a program, a library or both", None),
        },
        lock_tool: Value::derived("cargo".to_owned()),
        document: Some(Arc::clone(document)),
        ..Manifest::new(header, "cargo", "rust")
    }
}

fn dependency(file: &File<'_>, manifest: Link<Manifest>, stated: Stated<'_>, group: &str) -> Dependency {
    let called = stated.key.scalar().unwrap_or("");
    let base = Dependency {
        header: file.part(&format!("{group}.{called}"), stated.key.span()),
        manifest,
        package: called.to_owned(),
        ecosystem: "rust".to_owned(),
        group: group.to_owned(),
        requirement: Value::absent(),
        bound: Value::absent(),
        source: "workspace".to_owned(),
        git_reference: Value::absent(),
        locked: Vec::new(),
    };
    let Ok(requirement) = manifest::requirement(stated, file.directory(), None) else {
        let unknown = || Value::unknown(INHERITED, Some(stated.value.span())).inherited();
        return Dependency { requirement: unknown(), bound: unknown(), ..base };
    };
    let (source, git_reference) = match &requirement.origin {
        Origin::Git { reference, place, .. } => {
            ("git", Value::written(reference_word(reference).0.to_owned(), place.span()))
        }
        Origin::Path { .. } => ("path", Value::absent()),
        _ => ("registry", Value::absent()),
    };
    let (range, bound) = requirement.range();
    Dependency {
        package: requirement.package.to_owned(),
        requirement: range,
        bound,
        source: source.to_owned(),
        git_reference,
        ..base
    }
}

fn toolchain(file: &File<'_>, root: Node<'_>) -> Option<Toolchain> {
    let own = root.at(&["package", "rust-version"]).filter(|node| node.text().is_some());
    let node = own.or_else(|| root.at(&["workspace", "package", "rust-version"]))?;
    let place = node.inner_span();
    let header = file.part("rust-version", node.span());
    Some(Toolchain { surface: "rust-version".to_owned(), ..Toolchain::constraining(header, "rust", node.text()?, place) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::read::read_alone;

    #[test]
    fn requirements_become_facts() {
        let text = r#"
[package]
name = "billing"
version.workspace = true
rust-version = "1.83"

[dependencies]
serde = "1.0"
any = "*"
renamed = { package = "real", version = ">=2" }
tool = { git = "https://git.example.com/tool", branch = "main" }
near = { path = "../near" }
shared = { workspace = true }

[target.'cfg(unix)'.dev-dependencies]
probe = { version = "=1.2.3", registry = "internal" }
"#;
        let output = read_alone(&READER, "svc/Cargo.toml", text);
        let rows: Vec<String> = output
            .facts
            .dependencies
            .iter()
            .map(|one| {
                use crate::read::known as word;
                let (bound, git) = (word(&one.bound), word(&one.git_reference));
                format!("{} {} {} {bound} {git}", one.package, one.group, one.source)
            })
            .collect();
        assert_eq!(
            rows,
            [
                "serde main registry range -",
                "any main registry none -",
                "real main registry floor -",
                "tool main git - branch",
                "near main path - -",
                "shared main workspace - -",
                "probe dev registry exact -",
            ]
        );
        let manifest = &output.facts.manifests[0];
        assert_eq!(manifest.project.known().unwrap(), "billing");
        assert!(manifest.version.known().is_none() && manifest.version.is_written());
        assert_eq!(output.facts.toolchains[0].level.known(), Some(&Count(1)));
    }

    #[test]
    fn what_is_no_manifest_is_a_problem() {
        for (text, trouble) in [
            ("[dependencies]\n", "unsupported"),
            ("[package\n", "syntax"),
            ("<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n", "merge-conflict"),
        ] {
            let output = read_alone(&READER, "Cargo.toml", text);
            assert_eq!(output.facts.problems[0].trouble, trouble, "{text}");
            assert!(output.facts.manifests.is_empty());
        }
    }
}
