//! Pipfile to one manifest, its dependencies and the Python it asks for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Link, Manifest, Toolchain};
use crate::python::{Specifier, name};
use crate::source::Span;
use crate::syntax::{self, Entry, Node};
use crate::value::Value;

/// The reader of Pipfile.
pub const READER: Reader = Reader { name: "pipfile", role: "manifest", claims, read };

/// Tables that hold no packages; all others do.
const OTHER_TABLES: &[&str] = &["source", "requires", "scripts", "pipfile", "pipenv"];

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "Pipfile" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let root = document.root();
    let link = output.facts.add(manifest(file, root));
    for entry in root.own_entries() {
        let table = entry.key.scalar().unwrap_or_default();
        if !OTHER_TABLES.contains(&table) {
            for package in entry.value.own_entries() {
                output.facts.add(dependency(file, link, table, package));
            }
        }
    }
    python(file, root, output);
    output.facts[link].dependency_count = Count(i64::try_from(output.facts.dependencies.len()).unwrap_or(i64::MAX));
    output.facts[link].document = Some(Arc::new(document));
}

fn manifest(file: &File<'_>, root: Node<'_>) -> Manifest {
    let place = ["packages", "dev-packages", "source"].into_iter().find_map(|key| root.entry(key));
    let span = place.map_or_else(|| Span::top(file.source), |entry| entry.key.span());
    let mut fact = Manifest::new(file.header(&**file.path, span), "pipfile", "python");
    fact.lock_tool = Value::derived("pipenv".to_owned());
    // A Pipfile describes an environment; nothing can be published from it.
    fact.role = Value::derived("application".to_owned());
    if let Some((text, span)) = interpreter(root) {
        fact.runtime_constraint = Value::written(format!("=={text}.*"), span);
    }
    fact
}

/// The version of Python that `[requires]` names, and its place.
fn interpreter(root: Node<'_>) -> Option<(&str, Span)> {
    let requires = root.get("requires")?;
    let node = ["python_full_version", "python_version"].into_iter().find_map(|key| requires.get(key))?;
    node.text().filter(|text| *text != "*").map(|text| (text, node.inner_span()))
}

fn python(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let Some((text, span)) = interpreter(root) else { return };
    let mut fact = Toolchain::selecting(file.part("requires", span), "python", text, span);
    fact.surface = "Pipfile [requires]".to_owned();
    output.facts.add(fact);
}

fn dependency(file: &File<'_>, manifest: Link<Manifest>, table: &str, entry: Entry<'_>) -> Dependency {
    let group = match table {
        "packages" => "main".to_owned(),
        "dev-packages" => "dev".to_owned(),
        other => format!("group:{}", name::normalize(other)),
    };
    let package = name::normalize(entry.key.scalar().unwrap_or_default());
    let header = file.part(&format!("{group}/{package}"), entry.key.span());
    let mut fact = Dependency { group, ..Dependency::new(header, manifest, "python", package) };
    let value = entry.value;
    let range = if value.is_map() { value.get("version") } else { Some(value) };
    fact.bound = Value::derived("none".to_owned());
    if let Some((node, text)) = range.and_then(|node| Some((node, node.text()?))).filter(|(_, text)| *text != "*") {
        fact.requirement = Value::written(text.to_owned(), node.inner_span());
        fact.bound = match Specifier::parse(text) {
            Ok(specifier) => Value::written(specifier.openness().word().to_owned(), node.inner_span()),
            Err(reason) => Value::unknown(reason, Some(node.inner_span())),
        };
    }
    fact.source = source(value).to_owned();
    if fact.source == "git" {
        fact.git_reference = match value.get("ref") {
            None => Value::written("default-branch".to_owned(), entry.key.span()),
            Some(node) if node.text().is_some_and(crate::pin::is_commit) => Value::written("rev".to_owned(), node.span()),
            // A name may be a branch or a tag; versions are tags by custom.
            Some(node) if node.text().is_some_and(looks_like_version) => Value::written("tag".to_owned(), node.span()),
            Some(node) => Value::written("branch".to_owned(), node.span()),
        };
    }
    fact
}

fn looks_like_version(text: &str) -> bool {
    text.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
}

/// Where a package comes from, by the key that says so.
fn source(value: Node<'_>) -> &'static str {
    let has = |key: &str| value.get(key).is_some();
    if ["git", "hg", "svn", "bzr"].into_iter().any(has) {
        return "git";
    }
    let is_url = |key: &str| value.get(key).and_then(Node::text).is_some_and(|text| text.contains("://"));
    match (has("path"), has("file")) {
        (true, _) => "path",
        (false, true) if is_url("file") => "url",
        (false, true) => "path",
        (false, false) => "registry",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_pipfile_becomes_facts() {
        let text = r#"
[[source]]
name = "main"
url = "https://index.example.com/simple"
verify_ssl = true

[packages]
"Markdown_It.Py" = {version = ">=2", markers = "python_version >= '3.8'"}
six = "*"
idna = "==3.4"
odd = "nonsense"
fork = {git = "https://git.example.com/fork.git", ref = "v1.2"}
here = {path = ".", editable = true}

[dev-packages]
pytest = "~=8.0"

[docs]
mdurl = {version = "*", index = "main"}

[requires]
python_version = "3.11"

[scripts]
hello = "echo hello"
"#;
        let output = read_alone(&READER, "svc/Pipfile", text);
        use crate::read::known;
        let line = |of: &Dependency| {
            format!("{} {} {} {} {} {}", of.group, of.package, known(&of.requirement), known(&of.bound), of.source, known(&of.git_reference))
        };
        let shown: Vec<String> = output.facts.dependencies.iter().map(line).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        main markdown-it-py >=2 floor registry -
        main six - none registry -
        main idna ==3.4 exact registry -
        main odd nonsense - registry -
        main fork - none git tag
        main here - none path -
        dev pytest ~=8.0 range registry -
        group:docs mdurl - none registry -
        ");
        let manifest = &output.facts.manifests[0];
        assert_eq!((known(&manifest.lock_tool), known(&manifest.runtime_constraint)), ("pipenv".into(), "==3.11.*".into()));
        assert_eq!(output.facts.toolchains.len(), 1);
    }

    #[test]
    fn odd_pipfiles_are_read_as_far_as_they_go() {
        for text in ["", "packages = 3", "[packages]\na = 1\nb = [1]\n", "[requires]\npython_version = 3.1\n", "note = 'x'"] {
            assert_eq!(read_alone(&READER, "Pipfile", text).facts.manifests.len(), 1, "{text}");
        }
        assert_eq!(read_alone(&READER, "Pipfile", "[packages\n").facts.problems.len(), 1);
    }
}
