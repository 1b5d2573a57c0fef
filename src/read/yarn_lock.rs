//! yarn.lock of Yarn 1: which packages are locked, and for which patterns. Later lockfiles of that name have a reader of their own.

use std::sync::Arc;

use super::{Claim, File, Output, Reader, Tarball, note_tarball};
use crate::address;
use crate::facts::recorded::Recorded;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::node::archive::is_of_registry;
use crate::node::specifier::Specifier;
use crate::node::yarn_lock::{self, Entry, YarnLock, pattern};
use crate::source::Span;
use crate::value::Value;

/// The reader of the lockfile of Yarn 1.
pub const READER: Reader = Reader { name: "yarn-1", role: "lockfile", claims, read };

/// What only a lockfile of Yarn 2 or later holds.
const LATER: [&str; 2] = ["__metadata:", "languageName:"];

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "yarn.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if LATER.iter().any(|sign| memchr::memmem::find(file.text.as_bytes(), sign.as_bytes()).is_some()) {
        return;
    }
    let link = output.facts.add(Lockfile::new(file.header(&**file.path, file.span(0..0)), "yarn", "node"));
    output.facts[link].format_version = Value::derived("1".to_owned());
    if output.conflict(file, &READER) {
        output.facts[link].recorded = Recorded::Yarn(Arc::new(YarnLock { has_conflict: true, ..YarnLock::default() }));
        return;
    }
    let lock = match yarn_lock::read(file.source, file.text) {
        Ok(lock) => lock,
        Err(fault) => {
            let span = file.span(fault.at..fault.at);
            return output.problem(file, &READER, "syntax", fault.message, span);
        }
    };
    let mut seen = std::collections::HashSet::new();
    for key in lock.entries.iter().flat_map(|entry| &entry.keys).filter(|key| !seen.insert(&*key.text)) {
        output.problem(file, &READER, "duplicate-key", format!("the key `{}` stands twice", key.text), key.span);
    }
    let mut counts = [0_i64; 3];
    for entry in &lock.entries {
        let fact = package(file, link, entry);
        let is_hashable = fact.contents.unhashed_count.known().is_some();
        counts[0] += 1;
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    let fact = &mut output.facts[link];
    [fact.package_count, fact.hashable_count, fact.hashed_count] = counts.map(Count);
    fact.recorded = Recorded::Yarn(Arc::new(lock));
}

fn package(file: &File<'_>, link: Link<Lockfile>, entry: &Entry) -> LockedPackage {
    let key = entry.keys.first();
    let span = key.map_or_else(|| file.span(0..0), |key| key.span);
    let (name, range) = key.map_or(("", None), |key| pattern(&key.text));
    let specifier = Specifier::of(range.unwrap_or(""));
    let name = match specifier {
        Specifier::Alias { package, .. } => package,
        _ => name,
    };
    let part = key.map_or("", |key| &key.text);
    let mut fact = LockedPackage::new(file.part(part, span), link, "node", name);
    if let Some(version) = &entry.version {
        fact.contents.version = Value::written(version.text.to_string(), version.span);
    }
    let resolved = entry.resolved.as_ref().map_or("", |of| &*of.text);
    let version = entry.version.as_ref().map_or("", |of| &*of.text);
    fact.contents.source = source(specifier, resolved, name, version);
    if let Some(of) = &entry.resolved {
        origin(&mut fact, resolved, of.span);
    }
    if matches!(fact.contents.source, "registry" | "url") {
        let address = entry.resolved.as_ref().map(|of| (&*of.text, of.span));
        let integrity = entry.integrity.as_ref().map(|of| (&*of.text, of.span));
        note_tarball(&mut fact, Tarball { address, integrity, place: span });
    }
    fact.reachable = Value::unknown("the lockfile was not compared with its manifest", None);
    fact
}

fn source(specifier: Specifier<'_>, resolved: &str, name: &str, version: &str) -> &'static str {
    match specifier {
        Specifier::File(_) | Specifier::Link(_) => "path",
        Specifier::Git { .. } => "git",
        Specifier::Archive(address) if address.contains(".git") => "git",
        _ if resolved.starts_with("git") => "git",
        // Without a scheme it is a file of Yarn's own mirror.
        _ if !resolved.contains("://") || is_of_registry(resolved, name, version) => "registry",
        _ => "url",
    }
}

fn origin(fact: &mut LockedPackage, resolved: &str, span: Span) {
    fact.contents.location = Some(resolved.into());
    if let Some(address) = address::parse(resolved) {
        fact.contents.host = Value::written(address.host, span);
        fact.contents.scheme = Value::written(address.scheme, span);
    }
    if fact.contents.source == "git"
        && let Some((_, commit)) = resolved.rsplit_once('#')
    {
        fact.rare.commit = Value::written(commit.to_owned(), span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn entries_become_facts() {
        let text = "# yarn lockfile v1\n\nms@2.0.0:\n  version \"2.0.0\"\n  resolved \"https://npm.example.com/ms/-/ms-2.0.0.tgz#0123456789012345678901234567890123456789\"\n\n\"odd@npm:is-odd@^3\":\n  version \"3.0.1\"\n  resolved \"https://npm.example.com/is-odd/-/is-odd-3.0.1.tgz#0123456789012345678901234567890123456789\"\n  integrity sha512-aa\n\n\"near@file:near\":\n  version \"1.0.0\"\n\n\"gone@git+https://git.example.com/gone.git\":\n  version \"1.0.0\"\n  resolved \"git+https://git.example.com/gone.git#abc\"\n\nbare@1:\n  version \"1.0.0\"\n";
        let output = read_alone(&READER, "yarn.lock", text);
        use crate::read::known as word;
        let shown: Vec<String> = output
            .facts
            .locked_packages
            .iter()
            .map(|of| {
                let unhashed = of.contents.unhashed_count.known().map_or("-".to_owned(), |count| count.0.to_string());
                format!("{} {} {} {unhashed} {}", of.contents.package, of.contents.source, word(&of.contents.host), word(&of.contents.hash_algorithm))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        ms registry npm.example.com 0 sha1
        is-odd registry npm.example.com 0 sha512
        near path - - -
        gone git git.example.com - -
        bare registry - 1 -
        ");
    }

    #[test]
    fn other_files_of_that_name() {
        let cases = [
            ("", 1, ""),
            ("__metadata:\n  version: 8\n", 0, ""),
            ("a@1:\n  version \"1\n", 1, "syntax"),
            ("<<<<<<< a\na@1:\n=======\nb@1:\n>>>>>>> b\n", 1, "merge-conflict"),
        ];
        for (text, lockfiles, trouble) in cases {
            let output = read_alone(&READER, "yarn.lock", text);
            let found = output.facts.problems.first().map_or("", |problem| &problem.trouble);
            assert_eq!((output.facts.lockfiles.len(), found), (lockfiles, trouble), "{text}");
        }
    }
}
