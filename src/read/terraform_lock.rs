//! .terraform.lock.hcl: which providers are locked, with which hashes.

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

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
    let mut seen = std::collections::BTreeSet::new();
    let mut counts = [0_i64; 2];
    let mut refusal = None;
    for block in document.root().own_entries() {
        if block.key.text() != Some("provider") {
            if block.key.text() != Some("module") {
                refusal.get_or_insert(("only providers may be locked".to_owned(), block.key.span()));
            }
            continue;
        }
        for provider in block.value.own_entries() {
            let address = provider.key.text().unwrap_or("");
            if !seen.insert(address) {
                refusal.get_or_insert((format!("{address} is locked twice"), provider.key.span()));
            }
            let Some(version) = provider.value.get("version") else {
                refusal.get_or_insert((format!("{address} has no version"), provider.key.span()));
                continue;
            };
            let fact = package(file, link, (address, provider.key.span()), version, provider.value);
            counts[0] += 1;
            counts[1] += i64::from(fact.unhashed_count.known() == Some(&Count(0)));
            output.facts.add(fact);
        }
    }
    let fact = &mut output.facts[link];
    fact.package_count = Count(counts[0]);
    fact.hashable_count = Count(counts[0]);
    fact.hashed_count = Count(counts[1]);
    if let Some((message, span)) = refusal {
        fact.refusal = Value::written(message, span);
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
    let mut package = LockedPackage {
        version: Value::written(version.text().unwrap_or("").to_owned(), version.span()),
        source: "registry",
        host: Value::written(host.into(), place),
        scheme: Value::derived("https".into()),
        artifact_count: Count(1),
        unhashed_count: Value::written(Count(i64::from(hashes == 0)), place),
        hash_algorithm: if hashes == 0 { Value::absent() } else { Value::derived("sha256".into()) },
        reachable: Value::unknown("modules from elsewhere may need it", None),
        ..LockedPackage::new(file.part(address, place), lockfile, "terraform", address)
    };
    // `h1:` differs from platform to platform, `zh:` stands for the archives of all.
    let all = || listed().map(|node| Listed { file: "", hash: node.text(), span: node.span() });
    note_artifacts(&mut package, all());
    note_artifacts(&mut package, all().filter(|one| one.hash.is_some_and(|hash| hash.starts_with("zh:"))));
    package
}

fn lockfile(file: &File<'_>) -> Lockfile {
    let header = file.header(&**file.path, file.span(0..0));
    Lockfile::new(header, "terraform", "terraform")
}
