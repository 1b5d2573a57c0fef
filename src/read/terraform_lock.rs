//! .terraform.lock.hcl: which providers are locked, with which hashes.

use std::collections::BTreeSet;

use super::{Claim, File, Listed, Output, Reader, digests, note_artifacts};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::syntax::{self, Entry, Node};
use crate::terraform::{self, Constraints};
use crate::value::Value;

/// Host, namespace and type.
const ADDRESS_PARTS: usize = 3;

/// The reader of Terraform's lockfile.
pub const READER: Reader = Reader { name: "terraform-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == ".terraform.lock.hcl" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let link = output.facts.add(lockfile(file));
    if output.conflict(file, &READER) {
        return;
    }
    let document = match syntax::hcl::parse(file.source, file.text) {
        Ok(document) => document,
        Err(error) => return output.syntax_error(file, &READER, &error),
    };
    let mut seen = BTreeSet::new();
    let mut counts = [0_i64; 2];
    let mut refusals = Vec::new();
    for block in document.root().own_entries() {
        let kind = block.key.text().unwrap_or("");
        if kind != "provider" || !block.value.is_map() {
            if kind != "module" {
                refusals.push(("only providers may be locked".to_owned(), block.key.span()));
            }
            continue;
        }
        for provider in block.value.own_entries() {
            let address = provider.key.text().unwrap_or("");
            if !seen.insert(address) {
                refusals.push((format!("{address} is locked twice"), provider.key.span()));
            }
            refusals.extend(fault(address, &provider));
            let Some(version) = provider.value.get("version") else { continue };
            let fact = package(file, link, (address, provider.key.span()), version, provider.value);
            counts[0] += 1;
            counts[1] += i64::from(fact.contents.unhashed_count.known() == Some(&Count(0)));
            output.facts.add(fact);
        }
    }
    let fact = &mut output.facts[link];
    fact.package_count = Count(counts[0]);
    fact.hashable_count = Count(counts[0]);
    fact.hashed_count = Count(counts[1]);
    if let Some((message, span)) = refusals.into_iter().next() {
        fact.refusal = Value::written(message, span);
    }
}

/// What Terraform stops at in a locked provider: it reads only what it writes itself, but any text as a hash.
fn fault(address: &str, provider: &Entry<'_>) -> Option<(String, Span)> {
    let is_full = address.split('/').count() == ADDRESS_PARTS && !address.chars().any(char::is_uppercase);
    if !is_full {
        return Some((format!("{address} is not the full address of a provider"), provider.key.span()));
    }
    let known = ["version", "constraints", "hashes"];
    if let Some(odd) =
        provider.value.own_entries().find(|entry| !entry.key.text().is_some_and(|key| known.contains(&key)))
    {
        return Some((format!("{} says nothing of a locked provider", odd.key.text().unwrap_or("")), odd.key.span()));
    }
    let Some(version) = provider.value.get("version") else {
        return Some((format!("{address} has no version"), provider.key.span()));
    };
    let text = version.text().unwrap_or("");
    match terraform::normal_version(text) {
        None => return Some((format!("{text} is not a version"), version.span())),
        Some(normal) if normal != text => {
            return Some((
                format!("Terraform writes the version {text} as {normal}, and reads nothing else"),
                version.span(),
            ));
        }
        Some(_) => {}
    }
    if let Some(node) = provider.value.get("constraints") {
        let text = node.text().unwrap_or("");
        let normal = Constraints::read(text).map(|constraints| constraints.normal());
        if normal.as_deref() != Some(text) {
            let words = normal.map_or_else(
                || format!("{text} is not a version constraint"),
                |normal| format!("Terraform writes the constraints {text} as {normal}, and reads nothing else"),
            );
            return Some((words, node.span()));
        }
    }
    let hashes = provider.value.get("hashes")?;
    let has_scheme = |node: &Node<'_>| node.scalar().is_some_and(|text| text.find(':').is_some_and(|at| at > 0));
    match hashes.items().find(|node| !has_scheme(node)) {
        Some(odd) => Some((format!("{} does not say what kind of hash it is", odd.scalar().unwrap_or("")), odd.span())),
        None if hashes.items().next().is_none() => Some(("the list of hashes is empty".to_owned(), hashes.span())),
        None => None,
    }
}

fn package(
    file: &File<'_>,
    lockfile: Link<Lockfile>,
    (address, place): (&str, Span),
    version: Node<'_>,
    value: Node<'_>,
) -> LockedPackage {
    let listed = || value.get("hashes").into_iter().flat_map(Node::items).filter(|node| node.text().is_some());
    let hashes = listed().count();
    let host = address.split('/').next().unwrap_or("").to_lowercase();
    let mut package = LockedPackage::new(file.part(address, place), lockfile, "terraform", address);
    package.contents.version = Value::written(version.text().unwrap_or("").to_owned(), version.span());
    package.contents.source = "registry";
    package.contents.host = Value::written(host.into(), place);
    package.contents.scheme = Value::derived("https".into());
    package.contents.artifact_count = Count(1);
    package.contents.unhashed_count = Value::written(Count(i64::from(hashes == 0)), place);
    package.contents.hash_algorithm = if hashes == 0 { Value::absent() } else { Value::derived("sha256".into()) };
    package.reachable = Value::unknown("modules from elsewhere may need it", None);
    let all = || listed().map(|node| Listed { file: "", hash: node.text(), span: node.span() });
    note_artifacts(&mut package, all());
    // `h1:` differs from platform to platform, `zh:` stands for the archives of all.
    package.contents.digests = digests(all().filter(|one| one.hash.is_some_and(|hash| hash.starts_with("zh:"))));
    package
}

fn lockfile(file: &File<'_>) -> Lockfile {
    let header = file.header(&**file.path, file.span(0..0));
    Lockfile::new(header, "terraform", "terraform")
}
