//! composer.lock: which packages of PHP are locked, from where, and what needs what.

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::composer::is_platform;
use crate::day::Day;
use crate::facts::recorded::{ComposerPackage, ComposerRecord, Edge, Noted, Recorded};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads composer.lock.
pub const READER: Reader = Reader { name: "composer-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "composer.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "composer", "php"));
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    let root = document.root();
    let mut record = ComposerRecord {
        minimum_stability: noted(root, "minimum-stability"),
        prefer_stable: root.get("prefer-stable").and_then(Node::bool),
        whole_digest: noted(root, "hash"),
        ..ComposerRecord::default()
    };
    for (key, is_dev) in [("packages", false), ("packages-dev", true)] {
        for item in root.get(key).into_iter().flat_map(Node::items) {
            let Some(fact) = package(file, link, item) else { continue };
            record.packages.push(passes_for(item, is_dev, root, &fact));
            output.facts.add(fact);
        }
    }
    for key in ["platform", "platform-dev"] {
        for entry in root.get(key).into_iter().flat_map(Node::own_entries) {
            if let (Some(name), Some(constraint)) = (entry.key.text(), entry.value.text()) {
                let name = Noted { text: name.to_ascii_lowercase().into(), span: entry.value.inner_span() };
                record.platform.push((name, constraint.into()));
            }
        }
    }
    for entry in root.get("platform-overrides").into_iter().flat_map(Node::own_entries) {
        if let (Some(name), Some(version)) = (entry.key.text(), entry.value.scalar()) {
            record.overrides.push((Noted { text: name.into(), span: entry.value.span() }, version.into()));
        }
    }
    let lockfile = &mut output.facts[link];
    lockfile.package_count = Count(i64::try_from(record.packages.len()).unwrap_or(i64::MAX));
    lockfile.recorded_digest = text(root, "content-hash");
    if root.get("packages").is_none() {
        lockfile.refusal = Value::written("it has no packages".to_owned(), root.span());
    }
    lockfile.recorded = Recorded::Composer(Arc::new(record));
}

fn text(node: Node<'_>, key: &str) -> Value<String> {
    noted(node, key).map_or_else(Value::absent, |noted| Value::written(noted.text.into(), noted.span))
}

fn noted(node: Node<'_>, key: &str) -> Option<Noted> {
    let value = node.get(key)?;
    Some(Noted { text: value.text()?.into(), span: value.inner_span() })
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, item: Node<'_>) -> Option<LockedPackage> {
    let name = noted(item, "name")?;
    let lower = name.text.to_ascii_lowercase();
    let mut fact = LockedPackage::new(file.part(&lower, name.span), lockfile, "php", lower);
    fact.contents.version = text(item, "version");
    let (dist, source) = (item.get("dist"), item.get("source"));
    let kind = dist.or(source).and_then(|from| from.get("type")).and_then(Node::text);
    fact.contents.source = match (kind, dist) {
        (Some("path"), _) => "path",
        (_, Some(_)) => "registry",
        (Some("git" | "hg" | "svn"), None) => "git",
        _ => "registry",
    };
    let url = dist.and_then(|dist| noted(dist, "url")).or_else(|| source.and_then(|source| noted(source, "url")));
    if let Some(url) = url {
        if let Some(address) = address::parse(&url.text) {
            fact.contents.host = Value::written(address.host, url.span);
            fact.contents.scheme = Value::written(address.scheme, url.span);
        }
        fact.contents.location = Some(url.text.clone());
    }
    if fact.contents.source == "git" {
        let reference = source.map_or_else(Value::absent, |source| text(source, "reference"));
        fact.rare.commit = reference;
    }
    fact.contents.artifact_count = Count(i64::from(dist.is_some()));
    note_archive(&mut fact, dist, source);
    fact.contents.uploaded = noted(item, "time").and_then(|time| Day::parse(&time.text));
    let edge = |entry: syntax::Entry<'_>| {
        let name = entry.key.text().filter(|name| !is_platform(name))?;
        Some(Edge {
            package: name.to_ascii_lowercase().into(),
            version: None,
            marker: None,
            group: None,
            extras: Vec::new(),
            requirement: entry.value.text().map(Box::from),
            span: entry.key.inner_span(),
        })
    };
    fact.contents.edges = item.get("require").into_iter().flat_map(Node::own_entries).filter_map(edge).collect();
    Some(fact)
}

/// What the archive and the repository of a package tell of each other. Composer checks neither.
fn note_archive(fact: &mut LockedPackage, dist: Option<Node<'_>>, source: Option<Node<'_>>) {
    let of = |node: Option<Node<'_>>, key: &str| node.and_then(|node| noted(node, key)).filter(|noted| !noted.text.is_empty());
    let (reference, url) = (of(dist, "reference"), of(dist, "url"));
    let sum = of(dist, "shasum").map(|sum| (format!("sha1:{}", sum.text), sum.span));
    // A branch moves, a release does not.
    let is_release = fact.contents.version.known().is_some_and(|version| !version.starts_with("dev-") && !version.ends_with("-dev"));
    let tagged = reference.as_ref().or(url.as_ref()).filter(|_| is_release && reference.is_some());
    let listed = sum.iter().map(|(hash, span)| Listed { file: "archive", hash: Some(hash), span: *span });
    let commit = tagged.iter().map(|noted| Listed { file: "reference", hash: Some(&noted.text), span: noted.span });
    note_artifacts(fact, listed.chain(commit));
    let Some(url) = url else { return };
    let commit = of(source, "reference").or(reference);
    let named = url.text.split(['/', '=', '&', '?']).find(|part| crate::pin::is_commit(part));
    let is_other_commit = commit.is_some_and(|commit| named.is_some_and(|named| *named != *commit.text));
    let is_other_repository = of(source, "url").is_some_and(|source| is_elsewhere(&url.text, &source.text));
    if fact.contents.source == "registry" && (is_other_commit || is_other_repository) {
        fact.rare.misnamed_file = Value::written(url.text.to_string(), url.span);
    }
}

/// Whether a forge's archive is of another repository than the one that is named beside it.
fn is_elsewhere(archive: &str, repository: &str) -> bool {
    let (Some(from), Some(of)) = (address::parse(archive), address::parse(repository)) else { return false };
    if from.host != of.host && from.host.strip_prefix("api.") != Some(&*of.host) {
        return false;
    }
    let is_numbered = archive.split("/projects/").nth(1).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    if is_numbered {
        return false;
    }
    let path = repository.rsplit_once(of.host.as_str()).map_or("", |(_, path)| path);
    let path = path.trim_start_matches([':', '/']).trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
    let archive = archive.replace("%2F", "/").replace("%2f", "/").to_ascii_lowercase();
    !format!("{archive}/").contains(&format!("/{path}/"))
}

fn passes_for(item: Node<'_>, is_dev: bool, root: Node<'_>, fact: &LockedPackage) -> ComposerPackage {
    let version = fact.contents.version.known().map_or("", String::as_str);
    let branch = item.at(&["extra", "branch-alias"]).into_iter().flat_map(Node::own_entries);
    let of_branch = branch.filter(|entry| entry.key.text() == Some(version)).filter_map(|entry| entry.value.text());
    let listed = root.get("aliases").into_iter().flat_map(Node::items);
    let of_root = listed.filter(|alias| {
        let is_name = alias.get("package").and_then(Node::text).is_some_and(|name| name.eq_ignore_ascii_case(&fact.contents.package));
        is_name && alias.get("version").and_then(Node::text).is_some_and(|of| of == version || of.ends_with("-dev"))
    });
    let of_root = of_root.filter_map(|alias| alias.get("alias").and_then(Node::text));
    let is_default = item.get("default-branch").and_then(Node::bool) == Some(true);
    let aliases = of_branch.chain(of_root).chain(is_default.then_some("9999999-dev")).map(Box::from).collect();
    let names = ["provide", "replace"].into_iter().filter_map(|key| item.get(key)).flat_map(Node::own_entries);
    let provides = names.filter_map(|entry| entry.key.text()).map(|name| name.to_ascii_lowercase().into()).collect();
    ComposerPackage { is_dev, aliases, provides }
}
