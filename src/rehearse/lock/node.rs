//! package-lock.json, yarn.lock of both kinds, pnpm-lock.yaml and bun.lock.

use std::sync::Arc;

use crate::bun;
use crate::node::lock::folder_name;
use crate::node::yarn_lock;
use crate::pnpm::key;
use crate::rehearse::locked::{Locked, LockedFile, Machines, Source};
use crate::source::{SourceId, Span};
use crate::syntax::{Document, Entry, Node};
use crate::upstream::{Algorithm, Hash};

fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key).and_then(Node::scalar)
}

fn is_true(node: Node<'_>, key: &str) -> bool {
    node.get(key).and_then(Node::bool) == Some(true)
}

fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    match node.get(key) {
        Some(list) if list.is_list() => list.items().filter_map(Node::scalar).map(str::to_owned).collect(),
        Some(one) => one.scalar().map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    }
}

fn machines(node: Node<'_>, is_optional: bool) -> Machines {
    Machines { is_optional, os: texts(node, "os"), cpu: texts(node, "cpu"), libc: texts(node, "libc") }
}

fn archive(name: &str, version: &str, hashes: Vec<Hash>) -> Vec<LockedFile> {
    let last = name.rsplit('/').next().unwrap_or(name);
    vec![LockedFile::named(&format!("{last}-{version}.tgz"), hashes)]
}

/// Where a `resolved` address leads.
fn source(resolved: &str, name: &str) -> Source {
    let is_git = resolved.starts_with("git") || resolved.starts_with("ssh:");
    if let Some(path) = resolved.strip_prefix("file:") {
        return Source::Path(path.to_owned());
    }
    if is_git {
        return match resolved.rsplit_once('#') {
            Some((at, commit)) => Source::Git(at.to_owned(), Some(commit.to_owned())),
            None => Source::Git(resolved.to_owned(), None),
        };
    }
    match registry_of(resolved, name) {
        Some(registry) => Source::Registry(Some(registry)),
        None => Source::Address(resolved.to_owned()),
    }
}

/// The registry in `https://host/path/NAME/-/NAME-1.0.0.tgz`, however the scope is spelled.
fn registry_of(resolved: &str, name: &str) -> Option<String> {
    let (front, _) = resolved.split_once("/-/")?;
    let spelled = [name.to_owned(), name.replace('/', "%2f"), name.replace('/', "%2F")];
    let base = spelled.iter().find_map(|name| front.strip_suffix(name.as_str()))?;
    Some(base.trim_end_matches('/').to_owned())
}

/// package-lock.json and npm-shrinkwrap.json, versions 1 to 3.
pub(super) fn npm(document: &Document) -> Vec<Locked> {
    let root = document.root();
    let Some(packages) = root.get("packages") else { return npm_legacy(root) };
    let mut all = Vec::new();
    for entry in packages.entries() {
        let Some(location) = entry.key.scalar() else { continue };
        if location.is_empty() || is_true(entry.value, "link") {
            continue;
        }
        let is_installed = location.starts_with("node_modules/") || location.contains("/node_modules/");
        let name = text(entry.value, "name").unwrap_or_else(|| folder_name(location));
        all.push(place(entry, name, is_installed));
    }
    all
}

fn place(entry: Entry<'_>, name: &str, is_installed: bool) -> Locked {
    let node = entry.value;
    let version = text(node, "version").unwrap_or_default();
    let mut locked = Locked::new(name, version, entry.key.span());
    let is_url_version = version.contains(':');
    locked.source = match text(node, "resolved") {
        _ if !is_installed => Source::Own,
        _ if is_true(node, "inBundle") || is_true(node, "bundled") => Source::Bundled,
        Some(resolved) => source(resolved, name),
        // Version 1 writes the address of what is no release as its version.
        None if is_url_version => source(version, name),
        None => Source::Registry(None),
    };
    if is_url_version && matches!(locked.source, Source::Registry(Some(_))) {
        version_of_address(version).clone_into(&mut locked.version);
    }
    locked.machines = machines(node, is_true(node, "optional") || is_true(node, "devOptional"));
    locked.files = archive(name, &locked.version, text(node, "integrity").map(Hash::integrity).unwrap_or_default());
    locked
}

/// `1.0.0` of `https://host/name/-/name-1.0.0.tgz`.
fn version_of_address(address: &str) -> &str {
    let last = address.rsplit('/').next().unwrap_or(address).trim_end_matches(".tgz");
    let at = last.match_indices('-').find(|(at, _)| last[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    at.map_or(last, |(at, _)| &last[at + 1..])
}

fn npm_legacy(root: Node<'_>) -> Vec<Locked> {
    let mut all = Vec::new();
    let mut pending: Vec<Node<'_>> = root.get("dependencies").into_iter().collect();
    while let Some(dependencies) = pending.pop() {
        for entry in dependencies.entries() {
            let Some(name) = entry.key.scalar() else { continue };
            // `npm:real@1.0.0` stands for a package of another name.
            let alias = text(entry.value, "version").and_then(|version| version.strip_prefix("npm:"));
            let mut locked = place(entry, alias.map_or(name, |alias| yarn_lock::pattern(alias).0), true);
            if let Some(version) = alias.and_then(|alias| yarn_lock::pattern(alias).1) {
                let hashes = locked.files.drain(..).flat_map(|file| file.hashes).collect();
                locked.files = archive(&locked.name, version, hashes);
                locked = Locked { version: version.to_owned(), source: Source::Registry(None), ..locked };
            }
            all.push(locked);
            pending.extend(entry.value.get("dependencies").filter(|inner| inner.is_map()));
        }
    }
    all
}

/// yarn.lock of Yarn 1.
pub(super) fn yarn(file: SourceId, text: &Arc<str>) -> Result<Vec<Locked>, String> {
    let lock = yarn_lock::read(file, text).map_err(|fault| fault.message)?;
    if lock.has_conflict {
        return Err("git left a merge conflict in it".to_owned());
    }
    let mut all = Vec::new();
    for entry in &lock.entries {
        let Some(key) = entry.keys.first() else { continue };
        let (name, range) = yarn_lock::pattern(&key.text);
        let alias = range.and_then(|range| range.strip_prefix("npm:")).map(|alias| yarn_lock::pattern(alias).0);
        let name = alias.filter(|alias| !alias.is_empty()).unwrap_or(name);
        let version = entry.version.as_ref().map(|version| version.text.to_string()).unwrap_or_default();
        let mut locked = Locked::new(name, version, key.span);
        let mut hashes = entry.integrity.as_ref().map(|one| Hash::integrity(&one.text)).unwrap_or_default();
        locked.source = match entry.resolved.as_ref() {
            Some(resolved) => {
                let (address, digits) = resolved.text.rsplit_once('#').unwrap_or((&resolved.text, ""));
                // Yarn puts the SHA-1 after an archive's address, git the commit.
                hashes.extend(Hash::from_hex(Algorithm::Sha1, digits).filter(|_| address.ends_with(".tgz")));
                let is_archive = address.contains("/-/");
                source(if is_archive { address } else { &resolved.text }, name)
            }
            None => match range.and_then(|range| range.strip_prefix("file:").or_else(|| range.strip_prefix("link:"))) {
                Some(path) => Source::Path(path.to_owned()),
                None => Source::Registry(None),
            },
        };
        locked.files = archive(name, &locked.version, hashes);
        all.push(locked);
    }
    Ok(all)
}

/// yarn.lock of Yarn 2 and later. Its checksums are of archives that Yarn makes itself.
pub(super) fn berry(document: &Document) -> Vec<Locked> {
    let mut all = Vec::new();
    for entry in document.root().entries() {
        let Some(resolution) = text(entry.value, "resolution") else { continue };
        let (name, reference) = yarn_lock::pattern(resolution);
        let reference = reference.unwrap_or_default();
        let version = text(entry.value, "version").unwrap_or_default();
        let mut locked = Locked::new(name, version, entry.key.span());
        let (protocol, rest) = reference.split_once(':').unwrap_or(("", reference));
        locked.source = match protocol {
            "npm" => Source::Registry(None),
            "workspace" => Source::Own,
            // The patched package stands in an entry of its own.
            "patch" => Source::Bundled,
            "file" | "link" | "portal" => Source::Path(rest.split(['#', ':']).next().unwrap_or(rest).to_owned()),
            _ => match reference.rsplit_once("#commit=") {
                Some((at, commit)) => Source::Git(at.to_owned(), Some(commit.to_owned())),
                None => Source::Address(reference.to_owned()),
            },
        };
        locked.files = archive(name, version, Vec::new());
        let has_checksum = text(entry.value, "checksum").is_some();
        locked.files.iter_mut().for_each(|file| file.own_checksum = has_checksum);
        let conditions = text(entry.value, "conditions").unwrap_or_default();
        let of = |key: &str| -> Vec<String> {
            let words = conditions.split('&').filter_map(|word| word.trim().strip_prefix(key)?.strip_prefix('='));
            words.map(str::to_owned).collect()
        };
        locked.machines =
            Machines { is_optional: !conditions.is_empty(), os: of("os"), cpu: of("cpu"), libc: of("libc") };
        all.push(locked);
    }
    all
}

/// pnpm-lock.yaml, formats 5 to 9.
pub(super) fn pnpm(document: &Document) -> Vec<Locked> {
    let root = document.root();
    let format = text(root, "lockfileVersion").unwrap_or_default();
    let major: u32 = format.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(9);
    let mut all = Vec::new();
    for entry in root.get("packages").map(Node::entries).unwrap_or_default() {
        let Some(full) = entry.key.scalar() else { continue };
        let (name, version) = key::parts(major, full).unwrap_or((full, ""));
        let (name, version) =
            (text(entry.value, "name").unwrap_or(name), text(entry.value, "version").unwrap_or(version));
        let mut locked = Locked::new(name, version, entry.key.span());
        let resolution = entry.value.get("resolution").unwrap_or(entry.value);
        let tarball = text(resolution, "tarball");
        locked.source = match (text(resolution, "type"), tarball) {
            (Some("git"), _) => Source::Git(
                text(resolution, "repo").unwrap_or_default().to_owned(),
                text(resolution, "commit").map(str::to_owned),
            ),
            (Some("directory"), _) => Source::Path(text(resolution, "directory").unwrap_or_default().to_owned()),
            (_, Some(at)) if at.starts_with("file:") => Source::Path(at.trim_start_matches("file:").to_owned()),
            (_, Some(at)) if semver::Version::parse(version).is_ok() => match registry_of(at, name) {
                Some(registry) => Source::Registry(Some(registry)),
                None => Source::Address(at.to_owned()),
            },
            (_, Some(at)) => Source::Address(at.to_owned()),
            _ => Source::Registry(None),
        };
        let hashes = text(resolution, "integrity").map(Hash::integrity).unwrap_or_default();
        locked.files = archive(name, version, hashes);
        let is_optional = is_true(entry.value, "optional");
        locked.machines = machines(entry.value, is_optional || entry.value.get("os").is_some());
        all.push(locked);
    }
    all
}

/// bun.lock.
pub(super) fn bun(document: &Document) -> Result<Vec<Locked>, String> {
    let lock = bun::lock::read(document).map_err(|fault| fault.message)?;
    let mut all = Vec::new();
    for package in lock.order.iter().filter_map(|place| lock.packages.get(place)) {
        all.push(bun_package(package, package.span));
    }
    Ok(all)
}

fn bun_package(package: &bun::lock::Package, span: Span) -> Locked {
    let version = package.version();
    let mut locked = Locked::new(package.name(), version, span);
    let is_git =
        ["git+", "git:", "github:", "git@", "gitlab:", "bitbucket:"].iter().any(|start| version.starts_with(start));
    locked.source = match version {
        _ if version.starts_with("workspace:") || version.starts_with("root:") => Source::Own,
        _ if is_git => match version.rsplit_once('#') {
            Some((at, commit)) => Source::Git(at.to_owned(), Some(commit.to_owned())),
            None => Source::Git(version.to_owned(), None),
        },
        _ if semver::Version::parse(version).is_ok() => {
            let registry = package.registry.as_ref().map(|registry| registry.text.to_string());
            Source::Registry(registry.filter(|registry| !registry.is_empty()))
        }
        _ if version.contains("://") => Source::Address(version.to_owned()),
        _ => Source::Path(version.trim_start_matches("file:").to_owned()),
    };
    let hashes = package.integrity.as_ref().map(|one| Hash::integrity(&one.text)).unwrap_or_default();
    locked.files = archive(package.name(), version, hashes);
    locked
}
