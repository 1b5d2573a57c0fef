//! Settings of services that build or run a project: Read the Docs, Google App Engine, Netlify, Render. What each
//! says about versions of runtimes.

use super::pipeline::{MOST, loaded_as};
use super::{Claim, File, Output, Reader};
use crate::facts::Toolchain;
use crate::path;
use crate::source::Span;
use crate::syntax::{Node, toml, yaml};

/// Reads settings of hosting services.
pub const READER: Reader = Reader { name: "hosting", role: "configuration", claims, read };

/// Variables by which builds are told a version (Netlify's and Render's documentation, read 2026-11-30).
const VARIABLES: &[(&str, &str)] = &[
    ("NODE_VERSION", "node"),
    ("PYTHON_VERSION", "python"),
    ("RUBY_VERSION", "ruby"),
    ("GO_VERSION", "go"),
    ("PHP_VERSION", "php"),
];

/// Runtimes of App Engine: the word before the digits, the tool, and whether the first digit is the major version
/// (<https://cloud.google.com/appengine/docs/standard/runtimes>, read 2026-11-30).
const RUNTIMES: &[(&str, &str, bool)] = &[
    ("python", "python", true),
    ("go", "go", true),
    ("php", "php", true),
    ("ruby", "ruby", true),
    ("nodejs", "node", false),
    ("java", "java", false),
];

fn claims(path: &str) -> Claim {
    match path::file_name(path) {
        ".readthedocs.yaml" | ".readthedocs.yml" | "readthedocs.yaml" | "readthedocs.yml" => Claim::IfContains(&["tools:"]),
        "app.yaml" | "app.yml" => Claim::IfContains(&["runtime:"]),
        "netlify.toml" => Claim::IfContains(&["_VERSION"]),
        "render.yaml" | "render.yml" => Claim::IfContains(&["_VERSION"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let parse = if file.path.ends_with(".toml") { toml::parse } else { yaml::parse };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    let root = document.root();
    match file.file_name() {
        "netlify.toml" => netlify(file, root, output),
        "render.yaml" | "render.yml" => render(file, root, output),
        "app.yaml" | "app.yml" => app_engine(file, root, output),
        _ => read_the_docs(file, root, output),
    }
}

/// `build.tools`; its `node` is called `nodejs` and its `go` `golang`.
fn read_the_docs(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    // Documentation for which lists of requirements are installed, and never the project.
    let mut installs = root.at(&["python", "install"]).into_iter().flat_map(Node::items).peekable();
    let is_apart = installs.peek().is_some() && installs.all(|item| item.get("path").is_none());
    for entry in root.at(&["build", "tools"]).into_iter().flat_map(Node::entries).take(MOST) {
        let (Some(tool), Some(text)) = (entry.key.scalar(), entry.value.scalar()) else { continue };
        let header = file.part(tool, entry.value.span());
        let mut fact = Toolchain::selecting(header, tool, text, entry.value.inner_span());
        fact.loaded_as = loaded_as(entry.value);
        output.facts.add(Toolchain { phase: "docs".to_owned(), apart: is_apart, ..fact });
    }
}

/// `runtime: python312`, or `runtime_config` of the flexible environment.
fn app_engine(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let Some((node, text)) = root.get("runtime").and_then(|node| Some((node, node.scalar()?))) else { return };
    let end = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let Some((_, tool, is_split)) = RUNTIMES.iter().find(|(word, ..)| *word == &text[..end]) else { return };
    let told = root.at(&["runtime_config", "runtime_version"]).and_then(|node| Some((node, node.scalar()?)));
    let digits = &text[end..];
    let (place, version) = match told {
        Some((node, version)) => (node, version.to_owned()),
        None if *is_split && digits.len() > 1 => (node, format!("{}.{}", &digits[..1], &digits[1..])),
        None if digits.is_empty() => return,
        None => (node, digits.to_owned()),
    };
    deployed(file, tool, &version, place.span(), place.inner_span(), output);
}

/// Contexts of Netlify in which nothing is deployed to production (its documentation, "Deploy contexts", read 2026-12-01).
const PREVIEWS: &[&str] = &["deploy-preview", "branch-deploy", "dev"];

fn netlify(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let contexts = root.get("context").map(Node::entries).unwrap_or_default();
    let is_deployed = |name: &str| !PREVIEWS.contains(&name);
    let contexts = contexts.into_iter().filter(|entry| entry.key.scalar().is_some_and(is_deployed));
    let contexts = contexts.filter_map(|entry| entry.value.get("environment"));
    let maps = root.at(&["build", "environment"]).into_iter().chain(contexts).take(MOST);
    let set: Vec<_> = maps.flat_map(Node::own_entries).take(MOST).map(|entry| (entry.key.scalar(), entry.value)).collect();
    for (at, (name, value)) in set.iter().enumerate() {
        // What several contexts say alike is said once, for the last of them.
        if !set[at + 1..].iter().any(|(later, same)| later == name && same.scalar() == value.scalar()) {
            variable(file, *name, *value, output);
        }
    }
    if let Some(scope) = published(file, root.get("build")) {
        for fact in &mut output.facts.toolchains {
            scope.clone_into(&mut fact.scope);
        }
    }
}

/// The directory that is published: `publish` seen from `base`.
fn published(file: &File<'_>, build: Option<Node<'_>>) -> Option<String> {
    let text = |name: &str| build.and_then(|build| build.get(name)).and_then(Node::scalar).map(|text| text.trim_start_matches('/'));
    let base = path::join(file.directory(), text("base").unwrap_or(""))?;
    path::join(&base, text("publish")?)
}

fn render(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    for service in root.get("services").into_iter().flat_map(Node::items).take(MOST) {
        for pair in service.get("envVars").into_iter().flat_map(Node::items).take(MOST) {
            if let Some(value) = pair.get("value") {
                variable(file, pair.get("key").and_then(Node::scalar), value, output);
            }
        }
    }
}

fn variable(file: &File<'_>, name: Option<&str>, value: Node<'_>, output: &mut Output) {
    let tool = VARIABLES.iter().find(|(variable, _)| name == Some(variable)).map(|(_, tool)| *tool);
    if let (Some(tool), Some(text)) = (tool, value.scalar()) {
        deployed(file, tool, text, value.span(), value.inner_span(), output);
    }
}

fn deployed(file: &File<'_>, tool: &str, text: &str, whole: Span, place: Span, output: &mut Output) {
    let fact = Toolchain::selecting(file.part(&format!("{tool} {text}"), whole), tool, text, place);
    output.facts.add(Toolchain { phase: "deploy".to_owned(), ..fact });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn versions_of_services() {
        for (path, text, expected) in [
            (
                ".readthedocs.yaml",
                "version: 2\nbuild:\n  os: ubuntu-24.04\n  tools:\n    python: 3.10\n    nodejs: '20'\n    rust: latest\n",
                vec!["python 3.10 docs 3 3.1", "node 20 docs 2 -", "rust latest docs 1 -"],
            ),
            ("app.yaml", "runtime: python312\n", vec!["python 3.12 deploy 3 -"]),
            ("app.yaml", "runtime: nodejs20\n", vec!["node 20 deploy 2 -"]),
            ("app.yaml", "runtime: python\nruntime_config:\n  runtime_version: '3.12'\n", vec!["python 3.12 deploy 3 -"]),
            ("app.yaml", "runtime: custom\n", vec![]),
            ("netlify.toml", "[build]\nbase = \"/\"\npublish = \"packages/web/dist\"\n[build.environment]\nNODE_VERSION = \"20\"\n", vec!["node 20 deploy 2 - packages/web/dist"]),
            ("netlify.toml", "[build]\npublish = \"dist\"\n[build.environment]\nNODE_VERSION = \"20\"\n", vec!["node 20 deploy 2 - dist"]),
            ("netlify.toml", "[build.environment]\nNODE_VERSION = \"20.11.1\"\nX = \"1\"\n", vec!["node 20.11.1 deploy 4 -"]),
            (
                "netlify.toml",
                "[context.production.environment]\nNODE_VERSION = \"20\"\n[context.main.environment]\nNODE_VERSION = \"20\"\n[context.deploy-preview.environment]\nNODE_VERSION = \"18\"\n",
                vec!["node 20 deploy 2 -"],
            ),
            ("render.yaml", "services:\n  - envVars:\n      - key: PYTHON_VERSION\n        value: 3.12.4\n", vec!["python 3.12.4 deploy 4 -"]),
        ] {
            let facts = read_alone(&READER, path, text).facts;
            let row = |fact: &Toolchain| {
                let line = [fact.tool.clone(), known(&fact.stated), fact.phase.clone(), level(&fact.level), known(&fact.loaded_as), fact.scope.clone()].join(" ");
                line.trim_end().to_owned()
            };
            assert_eq!(facts.toolchains.iter().map(row).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
