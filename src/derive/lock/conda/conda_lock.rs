//! conda-lock.yml against its sources, as `conda-lock lock --check-input-hash` compares them: by a digest a platform.

use std::collections::BTreeMap;

use super::environment_file::{Asked, asked};
use super::{are_channels, difference, digest, written};
use crate::conda::{Version, VersionSpec};
use crate::derive::lock::{Outcome, Seen};
use crate::facts::recorded::{CondaPackage, CondaPlatform, CondaRecord, Recorded};
use crate::facts::{Link, Lockfile, Manifest};
use crate::path;
use crate::pnpm::beside;
use crate::python::Specifier;
use crate::source::Span;
use crate::syntax::{Document, Node};
use crate::value::Value;

/// The command that brings a lockfile into step.
const REMEDY: &str = "conda-lock lock";

/// Files that say what machines have; the digest depends on them.
const MACHINES: &[&str] = &["virtual-packages.yml", "virtual-packages.yaml"];

/// A source that is read, with its tree.
type Source<'a> = (Link<Manifest>, &'a Document);

struct Comparison<'a> {
    record: &'a CondaRecord,
    sources: Vec<Source<'a>>,
    /// Whether every source is one that is read.
    is_whole: bool,
    outcome: Outcome,
}

pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let fact = &seen.facts[lockfile];
    let Recorded::Conda(record) = &fact.recorded else { return Outcome::default() };
    let directory = path::directory(&fact.header.path);
    let environments = fact.manifests.iter().filter(|link| seen.facts[**link].format == "conda-environment");
    let sources: Vec<Source<'_>> =
        environments.filter_map(|link| Some((*link, seen.facts[*link].document.as_deref()?))).collect();
    let is_whole = sources.len() == record.sources.len();
    let mut comparison = Comparison { record, sources, is_whole, outcome: Outcome::default() };
    for source in &record.sources {
        let lost = path::join(directory, &source.text).filter(|path| !seen.around.files.can_follow(path));
        if lost.is_some() {
            let message = format!("{} is not there", source.text);
            comparison.outcome.refusal.get_or_insert(Value::written(message, source.span));
        }
    }
    // conda-lock looks where it is started: at the root, or beside the lockfile.
    let beside = [directory, ""].into_iter().flat_map(|at| MACHINES.iter().map(move |name| beside(at, name)));
    let machines = beside.into_iter().find(|path| seen.around.files.can_follow(path));
    comparison.run(machines.as_deref());
    comparison.outcome
}

impl<'a> Comparison<'a> {
    fn run(&mut self, machines: Option<&str>) {
        let record = self.record;
        let Some(locked) = record.environments.first() else { return };
        self.platforms(&locked.platforms);
        let channels = self.channels();
        for platform in &locked.platforms {
            let Some(asked) = self.asked(&platform.name.text) else { continue };
            let digest =
                record.digests.iter().find(|(name, _)| **name == *platform.name.text).map(|(_, digest)| digest);
            if self.is_whole
                && digest.is_some_and(|own| digest::is_of(&own.text, &platform.name.text, &channels, &own_last(&asked)))
            {
                continue;
            }
            let before = self.outcome.differences.len();
            self.packages(platform, &asked);
            if self.outcome.differences.len() > before || !self.is_whole || !self.outcome.undecided.is_empty() {
                continue;
            }
            match (digest, machines) {
                (Some(_), Some(file)) => {
                    self.undecided(format!("the digest depends on {file}, which is not followed"));
                }
                (Some(own), None) => self.other_digest(platform, written(own)),
                (None, _) => self.undecided(format!("it records no digest for {}", platform.name.text)),
            }
        }
        self.channel_list(&channels);
        if !self.is_whole {
            self.undecided("its digest is of sources that are not read".to_owned());
        }
    }

    fn undecided(&mut self, reason: String) {
        if !self.outcome.undecided.contains(&reason) {
            self.outcome.undecided.push(reason);
        }
    }

    fn differ(
        &mut self,
        manifest: Link<Manifest>,
        what: (&'static str, &str),
        asked: Value<String>,
        recorded: Value<String>,
        words: String,
    ) {
        let told = difference((manifest, REMEDY), what, asked, recorded, words);
        // A requirement is told once, not for each platform.
        let place = |one: &Value<String>| one.span;
        let known = self
            .outcome
            .differences
            .iter()
            .any(|one| one.subject == told.subject && place(&one.asked) == place(&told.asked));
        if !known {
            self.outcome.differences.push(told);
        }
    }

    /// What all sources ask for on a platform; `None` where one of them is not read.
    fn asked(&mut self, platform: &str) -> Option<Vec<Asked<'a>>> {
        let mut all = Vec::new();
        for (_, document) in self.sources.clone() {
            match asked(document.root(), document.text(), platform) {
                Ok(mut own) => all.append(&mut own),
                Err(what) => {
                    self.undecided(format!("`{what}` is not read, so that the digest cannot be made"));
                    return None;
                }
            }
        }
        Some(all)
    }

    /// The platforms that the sources name; without any, the command line may have named them.
    fn platforms(&mut self, locked: &[CondaPlatform]) {
        let lists: Vec<(Link<Manifest>, Node<'a>)> = self
            .sources
            .iter()
            .filter_map(|(link, document)| Some((*link, document.root().get("platforms")?)))
            .collect();
        let Some((manifest, list)) = lists.first().copied() else { return };
        let named: Vec<&str> = lists.iter().flat_map(|(_, list)| list.items()).filter_map(Node::text).collect();
        for name in named.iter().filter(|name| !locked.iter().any(|row| *row.name.text == ***name)) {
            let words = format!("the platform {name} is not in the lockfile");
            let asked = Value::written((*name).to_owned(), list.span());
            self.differ(manifest, ("setting", name), asked, Value::absent(), words);
        }
    }

    /// The channels of the sources: the longest list, of which the others are ends.
    fn channels(&self) -> Vec<&'a str> {
        let lists = self.sources.iter().map(|(_, document)| document.root().get("channels"));
        let named = lists.map(|list| {
            let names = list.into_iter().flat_map(Node::items).filter_map(Node::text);
            names.filter(|name| *name != "nodefaults").collect::<Vec<_>>()
        });
        named.max_by_key(Vec::len).unwrap_or_default()
    }

    fn channel_list(&mut self, channels: &[&str]) {
        let Some(locked) = self.record.environments.first() else { return };
        let is_same = are_channels(channels, locked.channels.iter().map(|one| &*one.text));
        let Some((manifest, place)) =
            self.sources.iter().find_map(|(link, document)| Some((*link, document.root().get("channels")?.span())))
        else {
            return;
        };
        if !is_same {
            let recorded: Vec<&str> = locked.channels.iter().map(|one| &*one.text).collect();
            let first: Option<Span> = locked.channels.first().map(|one| one.span);
            let recorded = Value { span: first, ..Value::derived(recorded.join(", ")) };
            let words = format!("the channels are {}, they were others when it was locked", channels.join(", "));
            let asked = Value { span: Some(place), ..Value::derived(channels.join(", ")) };
            self.outcome.differences.retain(|one| one.aspect != "digest");
            self.differ(manifest, ("setting", "channels"), asked, recorded, words);
        }
    }

    /// What is asked for is there, in a version that fits.
    fn packages(&mut self, platform: &CondaPlatform, asked: &[Asked<'_>]) {
        let own: BTreeMap<(bool, &str), &CondaPackage> = platform
            .packages
            .iter()
            .map(|at| &self.record.packages[*at])
            .map(|package| ((package.is_python, &*package.name), package))
            .collect();
        for one in asked {
            let Some((manifest, _)) = self.source_of(one.node) else { continue };
            let shown = format!("{} {}", one.name, one.version).trim().to_owned();
            let value = Value::written(shown.clone(), one.node.span());
            let Some(package) = own.get(&(one.is_python, one.name.as_str())) else {
                let words = format!("{shown} is not in the lockfile for {}", platform.name.text);
                self.differ(manifest, ("requirement", &one.name), value, Value::absent(), words);
                continue;
            };
            if fits(one, &package.version) == Some(false) {
                let words = format!("{shown} is asked for, {} is locked", package.version);
                let recorded = Value::written(package.version.to_string(), package.span);
                self.differ(manifest, ("requirement", &one.name), value, recorded, words);
            }
        }
    }

    /// The source that a requirement stands in.
    fn source_of(&self, node: Node<'_>) -> Option<Source<'a>> {
        self.sources.iter().copied().find(|(_, document)| document.root().span().source == node.span().source)
    }

    fn other_digest(&mut self, platform: &CondaPlatform, recorded: Value<String>) {
        let Some((manifest, document)) = self.sources.first().copied() else { return };
        let place = document.root().entry("dependencies").map(|entry| entry.key.span());
        let words = format!("what its sources ask for on {} is not what the recorded digest is of", platform.name.text);
        self.differ(manifest, ("digest", "the sources"), Value { span: place, ..Value::absent() }, recorded, words);
    }
}

/// Of two requirements of one name the last counts.
fn own_last<'s, 'a>(asked: &'s [Asked<'a>]) -> Vec<&'s Asked<'a>> {
    let is_last = |(at, one): &(usize, &'s Asked<'a>)| {
        !asked[at + 1..].iter().any(|later| (later.is_python, &later.name) == (one.is_python, &one.name))
    };
    asked.iter().enumerate().filter(is_last).map(|(_, one)| one).collect()
}

fn fits(one: &Asked<'_>, version: &str) -> Option<bool> {
    if one.version.is_empty() || one.version == "*" {
        return Some(true);
    }
    if one.is_python {
        return Some(Specifier::parse(&one.version).ok()?.admits(&version.parse().ok()?));
    }
    Some(VersionSpec::parse(&one.version)?.admits(&Version::parse(version)?))
}
