//! pyproject.toml to one manifest, its dependencies and its statements about Python and tools.
//!
//! PEP 621 `[project]`, PEP 735 `[dependency-groups]`, and the tables of uv, Poetry and PDM.
//! A file with none of these (only `[tool.ruff]`, say) is no manifest.

mod poetry;
mod standard;
mod toolchains;

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Link, Manifest};
use crate::python::name;
use crate::syntax::{self, Node};
use crate::value::Value;

/// The reader of pyproject.toml.
pub const READER: Reader = Reader { name: "pyproject", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "pyproject.toml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let root = document.root();
    toolchains::read(file, root, output);
    let tool = |name: &str| root.at(&["tool", name]).filter(|node| node.is_map());
    let is_manifest = root.get("project").is_some()
        || root.get("dependency-groups").is_some()
        || ["uv", "poetry", "pdm"].into_iter().any(|name| tool(name).is_some());
    if !is_manifest {
        return;
    }
    let link = output.facts.add(manifest(file, root));
    standard::dependencies(file, root, link, output);
    if let Some(poetry) = tool("poetry") {
        poetry::dependencies(file, poetry, link, output);
    }
    let count = output.facts.dependencies.iter().filter(|dependency| dependency.group != "build").count();
    output.facts[link].dependency_count = Count(i64::try_from(count).unwrap_or(i64::MAX));
    output.facts[link].document = Some(Arc::new(document));
}

fn manifest(file: &File<'_>, root: Node<'_>) -> Manifest {
    let place = ["project", "dependency-groups"].into_iter().find_map(|key| root.entry(key));
    let place = place.or_else(|| root.get("tool").and_then(|tools| ["poetry", "uv", "pdm"].into_iter().find_map(|key| tools.entry(key))));
    let span = place.map_or_else(|| file.span(0..0), |entry| entry.key.span());
    let from = |path: &[&str]| root.at(path).and_then(written);
    let project = from(&["project", "name"]).or_else(|| from(&["tool", "poetry", "name"]));
    let mut fact = Manifest::new(file.header(&**file.path, span), "pyproject", "python");
    fact.project = project.unwrap_or_default();
    fact.version = version(root);
    fact.runtime_constraint = from(&["project", "requires-python"])
        .or_else(|| from(&["tool", "poetry", "dependencies", "python"]))
        .unwrap_or_default();
    fact.role = role(root);
    fact.lock_tool = lock_tool(root);
    fact
}

fn written(node: Node<'_>) -> Option<Value<String>> {
    node.text().map(|text| Value::written(text.to_owned(), node.inner_span()))
}

fn version(root: Node<'_>) -> Value<String> {
    let stated = [&["project", "version"][..], &["tool", "poetry", "version"]];
    if let Some(version) = stated.into_iter().find_map(|path| root.at(path).and_then(written)) {
        return version;
    }
    let dynamic = root.at(&["project", "dynamic"]);
    let is_dynamic = |item: &Node<'_>| item.text() == Some("version");
    match dynamic.and_then(|list| list.items().find(is_dynamic)) {
        Some(item) => Value::unknown("the version is worked out when the project is built", Some(item.span())),
        None => Value::absent(),
    }
}

/// What says that the project is never published, or that it is made to be.
fn role(root: Node<'_>) -> Value<String> {
    let word = |word: &str, node: Node<'_>| Value::written(word.to_owned(), node.span());
    for path in [&["tool", "poetry", "package-mode"][..], &["tool", "uv", "package"], &["tool", "pdm", "distribution"]] {
        if let Some(node) = root.at(path).filter(|node| node.bool() == Some(false)) {
            return word("application", node);
        }
    }
    let project = root.get("project");
    let classifiers = [project, root.at(&["tool", "poetry"])].into_iter().flatten().filter_map(|of| of.get("classifiers"));
    let mut is_classified = false;
    for item in classifiers.flat_map(Node::items) {
        if item.text().is_some_and(|text| text.starts_with("Private ::")) {
            return word("application", item);
        }
        is_classified = true;
    }
    if root.get("build-system").is_none() && root.at(&["tool", "uv", "package"]).is_none() {
        return Value::derived("application".to_owned());
    }
    let has = |key: &str| project.is_some_and(|project| project.get(key).is_some());
    if is_classified || has("urls") || has("license") || has("keywords") {
        return Value::derived("library".to_owned());
    }
    if has("scripts") || root.at(&["tool", "poetry", "scripts"]).is_some() {
        return Value::derived("application".to_owned());
    }
    Value::unknown("nothing tells whether it is an application or a library", None)
}

/// The tool whose tables the file has; the build backend is the weaker sign.
fn lock_tool(root: Node<'_>) -> Value<String> {
    let tools = root.get("tool");
    // These two of PDM's keys configure its build backend, which projects of any tool may use.
    let is_backend_only = |node: Node<'_>| node.own_entries().all(|entry| matches!(entry.key.scalar(), Some("version" | "build")));
    for tool in ["uv", "poetry", "pdm"] {
        let Some(entry) = tools.and_then(|tools| tools.entry(tool)) else { continue };
        if tool != "pdm" || !is_backend_only(entry.value) {
            return Value::written(tool.to_owned(), entry.key.span());
        }
    }
    let Some(backend) = root.at(&["build-system", "build-backend"]) else { return Value::absent() };
    let tool = match backend.text() {
        Some("uv_build") => "uv",
        Some(text) if text.starts_with("poetry.") => "poetry",
        _ => return Value::absent(),
    };
    Value::written(tool.to_owned(), backend.inner_span())
}

/// A dependency of this file: its name in the report is the group and the package.
fn dependency(file: &File<'_>, manifest: Link<Manifest>, group: &str, package: &str, node: Node<'_>) -> Dependency {
    let package = name::normalize(package);
    let header = file.part(&format!("{group}/{package}"), node.span());
    Dependency { group: group.to_owned(), ..Dependency::new(header, manifest, "python", package) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    const PROJECT: &str = r#"
[project]
name = "Shop.Api"
version = "1.2"
requires-python = ">=3.11"
dependencies = [
    "Requests[socks]>=2.31,<3 ; python_version < '3.13'",
    "helper @ git+https://git.example.com/helper.git@main",
    "fork",
    "nonsense here",
]

[project.optional-dependencies]
Fast_Json = ["orjson~=3.10"]

[dependency-groups]
dev = ["pytest>=8", { include-group = "lint" }]
lint = ["ruff==0.6.1"]

[tool.uv]
required-version = ">=0.5"
package = false

[tool.uv.sources]
fork = { git = "https://git.example.com/fork.git", branch = "next" }

[tool.ruff]
target-version = "py311"
"#;

    #[test]
    fn a_project_becomes_facts() {
        let output = read_alone(&READER, "svc/pyproject.toml", PROJECT);
        let manifest = &output.facts.manifests[0];
        assert_eq!(manifest.project.known().map(String::as_str), Some("Shop.Api"));
        assert_eq!(manifest.lock_tool.known().map(String::as_str), Some("uv"));
        assert_eq!(manifest.role.known().map(String::as_str), Some("application"));
        let shown: Vec<String> = output
            .facts
            .dependencies
            .iter()
            .map(|of| {
                let known = |value: &Value<String>| value.known().cloned().unwrap_or_default();
                let (requirement, bound) = (known(&of.requirement), known(&of.bound));
                format!("{} {} {requirement:?} {bound} {} {}", of.group, of.package, of.source, known(&of.git_reference))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        main requests ">=2.31,<3" range registry 
        main helper "" none git branch
        main fork "" none git branch
        optional:fast-json orjson "~=3.10" range registry 
        group:dev pytest ">=8" floor registry 
        group:lint ruff "==0.6.1" exact registry
        "#);
        let toolchains: Vec<String> = output
            .facts
            .toolchains
            .iter()
            .map(|of| format!("{} {} {}", of.tool, of.role, of.stated.known().map_or("?", String::as_str)))
            .collect();
        assert_eq!(toolchains, ["python constrain >=3.11", "uv constrain >=0.5", "python target py311"]);
        assert_eq!(output.facts.problems.len(), 1, "the line that is not a requirement");
    }

    #[test]
    fn a_poetry_project_becomes_facts() {
        let text = r#"
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.11"
Requests = { version = "^2.31", extras = ["socks"] }
free = "*"
numpy = [{ version = "<2", python = "<3.12" }, { version = ">=2", python = ">=3.12" }]
local = { path = "../local" }
[tool.poetry.group.dev.dependencies]
pytest = "^8"
[tool.poetry.dev-dependencies]
black = ">=23"
"#;
        let output = read_alone(&READER, "pyproject.toml", text);
        let shown: Vec<String> = output
            .facts
            .dependencies
            .iter()
            .map(|of| {
                let known = |value: &Value<String>| value.known().cloned().unwrap_or_default();
                format!("{} {} {:?} {} {}", of.group, of.package, known(&of.requirement), known(&of.bound), of.source)
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        main requests "^2.31" range registry
        main free "*" none registry
        main numpy "<2" range registry
        main numpy ">=2" floor registry
        main local "" none path
        dev black ">=23" floor registry
        group:dev pytest "^8" range registry
        "#);
        assert_eq!(output.facts.toolchains.len(), 1);
    }

    #[test]
    fn a_file_of_settings_is_no_manifest() {
        let output = read_alone(&READER, "pyproject.toml", "[tool.ruff]\nline-length = 100\n");
        assert!(output.facts.manifests.is_empty() && output.facts.problems.is_empty());
    }
}
