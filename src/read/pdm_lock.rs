//! pdm.lock, formats 4.0 to 4.5, and locks that `--lockfile` names `pdm.NAME.lock`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::facts::recorded::{Edge, Noted, PdmPackage, PdmRecord, Recorded, Wheel};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::python::Requirement;
use crate::python::canonical_json::Json;
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::{self, Entry, Node};
use crate::value::Value;

/// Reads pdm.lock.
pub const READER: Reader = Reader { name: "pdm-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    let is_named = name.starts_with("pdm.") && name.ends_with(".lock");
    if name == "pdm.lock" || is_named { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "pdm", "python"));
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let root = document.root();
    let metadata = root.get("metadata");
    let mut record = record(metadata);
    let listed = metadata.and_then(|metadata| metadata.get("files"));
    let mut files: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
    for entry in listed.into_iter().flat_map(Node::own_entries) {
        files.insert(entry.key.scalar().unwrap_or_default(), entry);
    }
    // `name[extra]` has an entry of its own, which holds the edges that the extra brings.
    let mut plain: BTreeMap<(String, &str), Link<LockedPackage>> = BTreeMap::new();
    let (extended, simple): (Vec<Node<'_>>, Vec<Node<'_>>) =
        root.get("package").into_iter().flat_map(Node::items).partition(|node| node.get("extras").is_some());
    for node in simple {
        let Some(name) = node.get("name").filter(|name| name.text().is_some()) else { continue };
        let normal = normalize(name.text().unwrap_or_default());
        let package = package(file, link, &normal, name, node, &files);
        record.packages.push(recorded(node));
        let version = node.get("version").and_then(Node::text).unwrap_or_default();
        plain.insert((normal, version), output.facts.add(package));
    }
    for node in extended {
        let name = normalize(node.get("name").and_then(Node::text).unwrap_or_default());
        let version = node.get("version").and_then(Node::text).unwrap_or_default();
        let Some(own) = plain.get(&(name.clone(), version)).copied() else { continue };
        for extra in texts(node.get("extras")) {
            let edges = edges(node, Some(&normalize(&extra)));
            output.facts[own].contents.edges.extend(edges.into_iter().filter(|edge| *edge.package != *name));
        }
    }
    count(output, link);
    let lockfile = &mut output.facts[link];
    let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)).filter(|node| node.text().is_some());
    let value = |node: Node<'_>| Value::written(node.text().unwrap_or_default().to_owned(), node.inner_span());
    let version = metadata.and_then(|metadata| metadata.get("lock_version"));
    lockfile.format_version = match version {
        Some(node) if node.text().is_none() => Value::unknown("the lock_version is no text", Some(node.span())),
        Some(node) => value(node),
        None => Value::absent(),
    };
    lockfile.recorded_digest = text("content_hash").map_or_else(Value::absent, value);
    lockfile.recorded = Recorded::Pdm(Arc::new(record));
}

fn count(output: &mut Output, link: Link<Lockfile>) {
    let unhashed = output.facts.locked_packages.iter().filter_map(|package| package.contents.unhashed_count.known());
    let (mut hashable, mut hashed) = (0, 0);
    for count in unhashed {
        hashable += 1;
        hashed += i64::from(count.0 == 0);
    }
    let own = output.facts.locked_packages.iter().filter(|package| package.contents.source != "own").count();
    let lockfile = &mut output.facts[link];
    lockfile.package_count = Count(i64::try_from(own).unwrap_or(i64::MAX));
    lockfile.hashable_count = Count(hashable);
    lockfile.hashed_count = Count(hashed);
}

fn record(metadata: Option<Node<'_>>) -> PdmRecord {
    let Some(metadata) = metadata else { return PdmRecord::default() };
    let targets: Vec<Node<'_>> = metadata.get("targets").into_iter().flat_map(Node::items).collect();
    let is_any = |target: &Node<'_>| target.own_entries().all(|entry| entry.key.scalar() == Some("requires_python"));
    let mut strategy = metadata.get("strategy").into_iter().flat_map(Node::items);
    let is_crossing = strategy.any(|item| item.text() == Some("cross_platform"));
    let is_universal = if targets.is_empty() { is_crossing } else { targets.iter().all(is_any) };
    let pythons = targets.iter().filter_map(|target| target.get("requires_python")).filter_map(noted);
    let inputs = metadata.entry("lock_inputs");
    PdmRecord {
        is_universal,
        groups: metadata.get("groups").map(|groups| groups.items().filter_map(noted).collect()),
        pythons: pythons.collect(),
        inputs: inputs.and_then(|entry| Some((Json::of(entry.value).ok()?, entry.key.span()))),
        packages: Vec::new(),
    }
}

fn noted(node: Node<'_>) -> Option<Noted> {
    Some(Noted { text: node.text()?.into(), span: node.inner_span() })
}

fn recorded(node: Node<'_>) -> PdmPackage {
    PdmPackage {
        groups: texts(node.get("groups")),
        marker: node.get("marker").and_then(Node::text).map(Box::from),
        path: node.get("path").and_then(Node::text).map(Box::from),
    }
}

fn texts(node: Option<Node<'_>>) -> Vec<Box<str>> {
    node.into_iter().flat_map(Node::items).filter_map(Node::text).map(Box::from).collect()
}

fn package(
    file: &File<'_>,
    lockfile: Link<Lockfile>,
    normal: &str,
    name: Node<'_>,
    node: Node<'_>,
    files: &BTreeMap<&str, Entry<'_>>,
) -> LockedPackage {
    let mut package = LockedPackage::new(file.part(normal, name.inner_span()), lockfile, "python", normal);
    let text = |key: &str| node.get(key).and_then(|value| Some((value, value.text()?)));
    if let Some((version, text)) = text("version") {
        package.contents.version = Value::written(text.to_owned(), version.inner_span());
    }
    let address = ["git", "hg", "svn", "bzr", "path", "url"].into_iter().find_map(|key| Some((key, text(key)?)));
    package.contents.source = match address {
        None => "registry",
        Some(("path", (_, "." | "./."))) => "own",
        Some(("path", _)) => "path",
        Some(("url", _)) => "url",
        Some(_) => "git",
    };
    if let Some((_, (place, url))) = address {
        package.contents.location = Some(url.into());
        if let Some(address) = address::parse(url) {
            package.contents.host = Value::written(address.host, place.inner_span());
            package.contents.scheme = Value::written(address.scheme, place.inner_span());
        }
    }
    if package.contents.source == "git" {
        package.rare.commit = text("revision")
            .map_or_else(Value::absent, |(place, commit)| Value::written(commit.to_owned(), place.inner_span()));
        package.rare.git_reference = match text("ref") {
            None => Value::derived("default-branch".to_owned()),
            Some((place, text)) if crate::pin::is_commit(text) => Value::written("rev".to_owned(), place.inner_span()),
            Some((place, _)) => Value::unknown("pdm.lock does not tell a branch from a tag", Some(place.inner_span())),
        };
    }
    // Formats before 4.3 list all files in one table, under name and version.
    let key = format!("{} {}", name.text().unwrap_or_default(), package.contents.version.known().map_or("", String::as_str));
    let list = node.entry("files").or_else(|| files.get(key.as_str()).copied());
    set_files(&mut package, list);
    package.contents.edges = edges(node, None);
    package
}

/// Files and their hashes. A package of a directory or of git has none to hash.
fn set_files<'d>(package: &mut LockedPackage, list: Option<Entry<'d>>) {
    let items: Vec<Node<'d>> = list.into_iter().flat_map(|list| list.value.items()).collect();
    let hash = |item: &Node<'d>| item.get("hash").and_then(Node::text).filter(|hash| !hash.is_empty());
    package.contents.artifact_count = Count(i64::try_from(items.len()).unwrap_or(i64::MAX));
    // With the strategy `static_urls` an address stands in the place of the name.
    let url = |item: &Node<'d>| item.get("url").and_then(Node::text).map(|url| url.split(['#', '?']).next().unwrap_or(url));
    let name = |item: &Node<'d>| item.get("file").and_then(Node::text).or(url(item)).map(crate::path::file_name);
    package.contents.wheels = items
        .iter()
        .filter_map(name)
        .filter(|name| name.ends_with(".whl"))
        .map(|file| Wheel { file, size: None })
        .collect();
    let address = items.iter().find_map(|item| Some((item, address::parse(url(item)?)?)));
    if let Some((item, address)) = address.filter(|_| package.contents.host.known().is_none()) {
        package.contents.host = Value::written(address.host, item.span());
        package.contents.scheme = Value::written(address.scheme, item.span());
    }
    let plain = items.iter().find(|item| url(item).is_some_and(|url| url.starts_with("http://")));
    if let Some(item) = plain {
        package.contents.scheme = Value::written("http".into(), item.span());
    }
    let algorithms = items.iter().filter_map(|item| hash(item)?.split_once(':')).map(|(algorithm, _)| algorithm);
    package.contents.hash_algorithm =
        super::weakest(algorithms).map_or_else(Value::absent, |algorithm| Value::derived(algorithm.into()));
    if !matches!(package.contents.source, "registry" | "url") {
        return;
    }
    let listed = items.iter().map(|item| Listed { file: name(item).unwrap_or_default(), hash: hash(item), span: item.span() });
    note_artifacts(package, listed);
    let bare: Vec<&Node<'d>> = items.iter().filter(|item| hash(item).is_none()).collect();
    let place = bare.first().map(|item| item.span()).or_else(|| list.map(|list| list.key.span()));
    let count = if items.is_empty() { 1 } else { i64::try_from(bare.len()).unwrap_or(i64::MAX) };
    package.contents.unhashed_count = Value::written(Count(count), place.unwrap_or(package.header.span));
}

/// The requirements of a package, each an edge.
fn edges(node: Node<'_>, extra: Option<&str>) -> Vec<Edge> {
    let items = node.get("dependencies").into_iter().flat_map(Node::items);
    items
        .filter_map(|item| {
            let text = item.text()?;
            let requirement = Requirement::parse(text).ok()?;
            Some(Edge {
                version: None,
                marker: requirement.marker_range.clone().and_then(|range| text.get(range)).map(Box::from),
                group: extra.map(Box::from),
                extras: requirement.extras.iter().map(|extra| Box::from(extra.as_str())).collect(),
                requirement: requirement.specifier_text(text).map(Box::from),
                package: requirement.name.into(),
                span: item.inner_span(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::read::read_alone;

    const LOCK: &str = r#"# This file is @generated by PDM.
[metadata]
groups = ["default", "dev"]
strategy = ["inherit_metadata"]
lock_version = "4.5.1"
content_hash = "sha256:deadbeef"

[[metadata.targets]]
requires_python = ">=3.10"

[[package]]
name = "Typing_Extensions"
version = "4.12.2"
requires_python = ">=3.8"
groups = ["default", "dev"]
files = [
    {file = "typing_extensions-4.12.2-py3-none-any.whl", hash = "sha256:aa"},
    {file = "typing_extensions-4.12.2.tar.gz", hash = "md5:bb"},
]

[[package]]
name = "httpx"
version = "0.28.1"
groups = ["default"]
dependencies = [
    "idna",
    "typing-extensions>=4; python_version < \"3.11\"",
]
files = [
    {url = "https://files.example.com/httpx-0.28.1-py3-none-any.whl#x", hash = "sha256:cc"},
]

[[package]]
name = "httpx"
version = "0.28.1"
extras = ["http2"]
groups = ["default"]
dependencies = [
    "h2<5,>=3",
    "httpx==0.28.1",
]

[[package]]
name = "from-git"
version = "0.1"
git = "https://git.example.com/a/b.git"
ref = "main"
revision = "0123456789012345678901234567890123456789"

[[package]]
name = "member"
version = "1.0"
editable = true
path = "./packages/member"

[[package]]
name = "bare"
version = "1"
"#;

    #[test]
    fn packages_become_facts() {
        let facts = read_alone(&READER, "a/pdm.lock", LOCK).facts;
        use crate::read::known;
        let line = |package: &LockedPackage| {
            let unhashed = package.contents.unhashed_count.known().map_or("-".to_owned(), |Count(count)| count.to_string());
            let edge = |edge: &Edge| {
                let group = edge.group.as_deref().map(|group| format!("[{group}]")).unwrap_or_default();
                format!("{group}{}{}", edge.package, edge.requirement.as_deref().unwrap_or_default())
            };
            let edges: Vec<String> = package.contents.edges.iter().map(edge).collect();
            format!(
                "{} {} {} {} files {} unhashed {unhashed} {} wheels {} -> {}",
                package.contents.package,
                known(&package.contents.version),
                package.contents.source,
                known(&package.contents.host),
                package.contents.artifact_count.0,
                known(&package.contents.hash_algorithm),
                package.contents.wheels.iter().count(),
                edges.join(" ")
            )
        };
        let shown: Vec<String> = facts.locked_packages.iter().map(line).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        typing-extensions 4.12.2 registry - files 2 unhashed 0 md5 wheels 1 -> 
        httpx 0.28.1 registry files.example.com files 1 unhashed 0 sha256 wheels 1 -> idna typing-extensions>=4 [http2]h2<5,>=3
        from-git 0.1 git git.example.com files 0 unhashed - - wheels 0 -> 
        member 1.0 path - files 0 unhashed - - wheels 0 -> 
        bare 1 registry - files 0 unhashed 1 - wheels 0 -> 
        ");
        let lockfile = &facts.lockfiles[0];
        assert_eq!((lockfile.package_count.0, lockfile.hashable_count.0, lockfile.hashed_count.0), (5, 3, 2));
        assert_eq!(known(&lockfile.recorded_digest), "sha256:deadbeef");
    }

    #[test]
    fn older_formats_list_files_apart() {
        let lock = "[[package]]\nname = \"A\"\nversion = \"1\"\n\n[metadata]\nlock_version = \"4.2\"\n\n[metadata.files]\n\"A 1\" = [\n    {file = \"a-1.tar.gz\", hash = \"sha256:00\"},\n]\n";
        let facts = read_alone(&READER, "pdm.lock", lock).facts;
        assert_eq!(facts.locked_packages[0].contents.artifact_count, Count(1));
    }

    #[test]
    fn odd_texts_are_lockfiles_all_the_same() {
        for text in ["", "package = 3", "metadata = []\npackage = [1, {}]", "[[package]]\nname = 1\n", "[[package]]\nextras = 1\ndependencies = [1]\nname='a'\nfiles = 3"] {
            assert_eq!(read_alone(&READER, "pdm.lock", text).facts.lockfiles.len(), 1, "{text}");
        }
    }
}
