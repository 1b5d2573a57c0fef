//! Gemfile.lock and gems.locked: which gems are locked, from where, and what needs what.

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::facts::recorded::{Edge, GemDependency, GemRecord, GemSection, Noted, Recorded};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::value::Value;

/// Reads Gemfile.lock.
pub const READER: Reader = Reader { name: "gemfile-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if matches!(crate::path::file_name(path), "Gemfile.lock" | "gems.locked") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "bundler", "ruby"));
    if output.conflict(file, &READER) {
        return;
    }
    let mut reading = Reading { file, link, record: GemRecord::default(), packages: Vec::new(), section: String::new(), has_specs: false, stray: None };
    let mut at = 0;
    for raw in file.text.split_inclusive('\n') {
        let line = raw.trim_end();
        let body = line.trim_start();
        if !body.is_empty() {
            let indent = line.len() - body.len();
            reading.line(indent, body, file.span(at + indent..at + line.len()));
        }
        at += raw.len();
    }
    let Reading { record, mut packages, stray, .. } = reading;
    if let Some(span) = stray {
        output.facts[link].refusal = Value::written("a gem stands before `specs:`".to_owned(), span);
    }
    check_sums(&record, &mut packages);
    let hashable = packages.iter().filter(|package| package.contents.source == "registry").count();
    let hashed = packages.iter().filter(|package| package.contents.unhashed_count.known() == Some(&Count(0))).count();
    let count = |number: usize| Count(i64::try_from(number).unwrap_or(i64::MAX));
    let lockfile = &mut output.facts[link];
    lockfile.package_count = count(packages.len());
    lockfile.hashable_count = count(hashable);
    lockfile.hashed_count = count(hashed);
    lockfile.recorded = Recorded::Gems(Arc::new(record));
    for package in packages {
        output.facts.add(package);
    }
}

struct Reading<'a> {
    file: &'a File<'a>,
    link: Link<Lockfile>,
    record: GemRecord,
    packages: Vec<LockedPackage>,
    /// The heading that the lines belong to.
    section: String,
    /// Whether `specs:` was met below the heading.
    has_specs: bool,
    /// A gem before `specs:`, which Bundler stops at.
    stray: Option<Span>,
}

impl Reading<'_> {
    fn line(&mut self, indent: usize, body: &str, span: Span) {
        if indent == 0 {
            body.clone_into(&mut self.section);
            self.has_specs = false;
            let first = self.packages.len();
            match body {
                "GEM" | "GIT" | "PATH" | "PLUGIN SOURCE" => {
                    let section = GemSection { kind: body.into(), packages: first..first, ..GemSection::default() };
                    self.record.sections.push(section);
                }
                "CHECKSUMS" => self.record.checksums = Some(Vec::new()),
                _ => {}
            }
            return;
        }
        let noted = |text: &str| Noted { text: text.into(), span };
        match (&*self.section, indent) {
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 2) if body == "specs:" => self.has_specs = true,
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 4) if !self.has_specs => {
                self.stray.get_or_insert(span);
            }
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 2) => self.option(body, span),
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 4) => self.package(body, span),
            ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 6) => self.edge(body, span),
            ("PLATFORMS", 2) => self.record.platforms.push(noted(body)),
            ("DEPENDENCIES", 2) => {
                let (name, is_pinned) = body.strip_suffix('!').map_or((body, false), |name| (name, true));
                let (name, requirement) = named(name);
                let requirements = requirement.split(", ").filter(|clause| !clause.is_empty()).map(Box::from).collect();
                let dependency = GemDependency { name: name.into(), requirements, is_pinned, span };
                self.record.dependencies.push(dependency);
            }
            ("CHECKSUMS", 2) => {
                let (front, sum) = body.split_once(") ").map_or((body, ""), |(front, sum)| (front, sum));
                let front = format!("{})", front.trim_end_matches(')'));
                self.record.checksums.get_or_insert_default().push((front.into(), noted(sum.trim())));
            }
            ("RUBY VERSION", _) => self.record.ruby = Some(noted(body)),
            _ => {}
        }
    }

    fn option(&mut self, body: &str, span: Span) {
        let Some(section) = self.record.sections.last_mut() else { return };
        let Some((key, value)) = body.split_once(": ") else { return };
        let noted = Noted { text: value.into(), span };
        match key {
            "remote" => section.remotes.push(noted),
            "revision" => section.revision = Some(noted),
            _ => {
                section.follows.take(key, value);
            }
        }
    }

    /// `name (1.2-x86_64-linux)`.
    fn package(&mut self, body: &str, span: Span) {
        let Some(section) = self.record.sections.last_mut() else { return };
        let (name, version) = named(body);
        let mut package = LockedPackage::new(self.file.part(body, span), self.link, "ruby", name);
        // A platform follows the first hyphen; versions have none.
        let version = version.split('-').next().unwrap_or_default();
        if !version.is_empty() {
            package.contents.version = Value::written(version.to_owned(), span);
        }
        package.contents.source = match &*section.kind {
            "GIT" => "git",
            "PATH" if section.remotes.iter().any(|remote| *remote.text == *".") => "own",
            "PATH" => "path",
            _ => "registry",
        };
        // With several addresses nobody knows which one serves a gem.
        if let [remote] = section.remotes.as_slice() {
            package.contents.location = Some(remote.text.clone());
            if let Some(address) = address::parse(&remote.text) {
                package.contents.host = Value::written(address.host, remote.span);
                package.contents.scheme = Value::written(address.scheme, remote.span);
            }
        }
        if package.contents.source == "git" {
            let commit = section.revision.as_ref();
            package.rare.commit = commit.map_or_else(Value::absent, |commit| Value::written(commit.text.to_string(), commit.span));
            package.rare.git_reference = Value::derived(section.follows.form().to_owned());
        }
        self.packages.push(package);
        section.packages.end = self.packages.len();
    }

    fn edge(&mut self, body: &str, span: Span) {
        let Some(package) = self.packages.last_mut() else { return };
        let (name, requirement) = named(body.trim_end_matches('!'));
        package.contents.edges.push(Edge {
            package: name.into(),
            version: None,
            marker: None,
            group: None,
            extras: Vec::new(),
            requirement: (!requirement.is_empty()).then(|| requirement.into()),
            span,
        });
    }
}

/// `name (inside)`.
fn named(body: &str) -> (&str, &str) {
    match body.split_once(" (") {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (body, ""),
    }
}

/// Bundler 2.6 and later may list a checksum for each gem.
fn check_sums(record: &GemRecord, packages: &mut [LockedPackage]) {
    let Some(checksums) = &record.checksums else { return };
    let sums: std::collections::BTreeMap<&str, &Noted> = checksums.iter().map(|(name, sum)| (&**name, sum)).collect();
    for package in packages.iter_mut().filter(|package| package.contents.source == "registry") {
        let file = package.header.name.rsplit_once('#').map_or("", |(_, name)| name).to_owned();
        let sum = sums.get(&*file).filter(|sum| !sum.text.is_empty());
        package.contents.artifact_count = Count(1);
        package.contents.unhashed_count = Value::written(Count(i64::from(sum.is_none())), package.header.span);
        let Some(sum) = sum else { continue };
        let hashes: Vec<String> = sum.text.split(',').map(|hash| hash.replacen('=', ":", 1)).collect();
        let algorithms = hashes.iter().filter_map(|hash| hash.split_once(':')).map(|(algorithm, _)| algorithm);
        package.contents.hash_algorithm = super::weakest(algorithms)
            .map_or_else(Value::absent, |algorithm| Value::written(algorithm.into(), sum.span));
        // Gems of one version differ from platform to platform.
        note_artifacts(package, hashes.iter().map(|hash| Listed { file: &file, hash: Some(hash), span: sum.span }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    const LOCK: &str = "GIT\n  remote: https://git.example.com/edge.git\n  revision: 0123456789012345678901234567890123456789\n  branch: main\n  specs:\n    edge (1.0)\n      amber (>= 1, < 3)\n\n\
        PATH\n  remote: ../own\n  specs:\n    own (0.1.0)\n\n\
        GEM\n  remote: https://gems.example.com/\n  specs:\n    amber (2.1)\n    birch (1.2-x86_64-linux)\n\n\
        PLATFORMS\n  ruby\n\nDEPENDENCIES\n  amber (~> 2.0, >= 2.0.1)\n  edge!\n  own!\n\nCHECKSUMS\n  amber (2.1) sha256=aa\n  birch (1.2-x86_64-linux)\n\nRUBY VERSION\n   ruby 3.2.1p31\n\nBUNDLED WITH\n   2.6.1\n";

    #[test]
    fn sections_are_taken_apart() {
        let facts = read_alone(&READER, "Gemfile.lock", LOCK).facts;
        let shown: Vec<String> = facts
            .locked_packages
            .iter()
            .map(|package| {
                use crate::read::known;
                let edges: Vec<&str> = package.contents.edges.iter().filter_map(|edge| edge.requirement.as_deref()).collect();
                let unhashed = package.contents.unhashed_count.known().map_or("-".to_owned(), |count| count.0.to_string());
                format!("{} {} {} {} {unhashed} {edges:?}", package.contents.package, known(&package.contents.version), package.contents.source, known(&package.contents.host))
            })
            .collect();
        let expected = [
            "edge 1.0 git git.example.com - [\">= 1, < 3\"]",
            "own 0.1.0 path - - []",
            "amber 2.1 registry gems.example.com 0 []",
            "birch 1.2 registry gems.example.com 1 []",
        ];
        assert_eq!(shown, expected);
        let Recorded::Gems(record) = &facts.lockfiles[0].recorded else { panic!("no record") };
        let told: Vec<String> =
            record.dependencies.iter().map(|one| format!("{} {} {}", one.name, one.requirements.join(" & "), one.is_pinned)).collect();
        assert_eq!(told, ["amber ~> 2.0 & >= 2.0.1 false", "edge  true", "own  true"]);
        assert_eq!((facts.lockfiles[0].hashable_count, facts.lockfiles[0].hashed_count), (Count(2), Count(1)));
    }
}
