//! Gemfile.lock against its Gemfile, as `bundle install` compares them when frozen.
//!
//! The Gemfile is a program: what it asks for only sometimes, and what a gemspec brings, is
//! not told, and then nothing is called left over.

use super::{Difference, Outcome, Pairing, Seen, Tool, no_workspaces};
use crate::bundler::gemfile::{Gem, Gemfile, Origin};
use crate::bundler::platform::is_for;
use crate::bundler::requirement::{Version, admits, are_same};
use crate::facts::recorded::{GemDependency, GemRecord, GemSection, Recorded};
use crate::facts::{Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// Bundler.
pub(super) const TOOL: Tool = Tool {
    name: "bundler",
    ecosystem: "ruby",
    files: &["Gemfile.lock", "gems.locked"],
    pairing: Pairing::Beside { formats: &["gemfile"], workspaces: no_workspaces },
    compare,
};

const REMEDY: &str = "bundle lock";

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let mut outcome = Outcome::default();
    let Recorded::Gems(record) = &facts[lockfile].recorded else { return outcome };
    if !facts[lockfile].refusal.is_absent() {
        return outcome;
    }
    let Some(manifest) = facts[lockfile].manifests.first().copied() else { return outcome };
    let Some(gemfile) = facts[manifest].gemfile.as_deref() else { return outcome };
    let packages: Vec<(Link<LockedPackage>, &LockedPackage)> =
        seen.lookup.packages(lockfile).map(|link| (link, &facts[link])).collect();
    let comparison = Comparison { facts, manifest, gemfile, record, packages };
    for gem in &gemfile.gems {
        comparison.gem(gem, &mut outcome);
    }
    comparison.left_over(&mut outcome);
    comparison.sources(&mut outcome);
    comparison.platforms(&mut outcome);
    comparison.packages(&mut outcome);
    outcome.undecided.extend(gemfile.uncertain.iter().map(|(reason, _)| format!("{reason} in the Gemfile")));
    if !gemfile.gemspecs.is_empty() {
        outcome.undecided.push("a gemspec says what else is asked for, and it is a program".to_owned());
    }
    let doubtful = gemfile.gems.iter().filter(|gem| gem.is_uncertain);
    outcome.undecided.extend(doubtful.map(|gem| format!("the Gemfile works out what it asks of {}", gem.name)));
    outcome
}

struct Comparison<'a> {
    facts: &'a Facts,
    manifest: Link<Manifest>,
    gemfile: &'a Gemfile,
    record: &'a GemRecord,
    packages: Vec<(Link<LockedPackage>, &'a LockedPackage)>,
}

impl<'a> Comparison<'a> {
    fn gem(&self, gem: &Gem, outcome: &mut Outcome) {
        if gem.is_uncertain {
            return;
        }
        let Some(known) = self.record.dependencies.iter().find(|one| *one.name == *gem.name) else {
            let explanation = format!("{} is not in the lockfile", shown(&gem.name, &gem.requirements));
            outcome.differences.push(self.difference("requirement", gem, Value::absent(), explanation));
            return;
        };
        // A name may be asked for twice; the requirement is the one that is written out.
        let is_repeated = self.gemfile.gems.iter().filter(|one| one.name == gem.name).count() > 1;
        if !are_same(&gem.requirements, &known.requirements) && !is_repeated && gem.range.end > 0 {
            let recorded = shown(&known.name, &known.requirements);
            let explanation =
                format!("{} is asked for, {recorded} was when it was locked", shown(&gem.name, &gem.requirements));
            outcome.differences.push(self.difference(
                "requirement",
                gem,
                Value::written(recorded, known.span),
                explanation,
            ));
            return;
        }
        if let Some((recorded, explanation)) = self.origin(gem, known) {
            outcome.differences.push(self.difference("source", gem, recorded, explanation));
        }
    }

    /// The section of a package.
    fn section(&self, name: &str) -> Option<&'a GemSection> {
        let index = self.packages.iter().position(|(_, package)| package.contents.package == name)?;
        self.record.sections.iter().find(|section| section.packages.contains(&index))
    }

    /// Where the gem came from when it was locked, if that differs.
    fn origin(&self, gem: &Gem, known: &GemDependency) -> Option<(Value<String>, String)> {
        let section = self.section(&gem.name)?;
        let remote = section.remotes.first();
        let place = remote.map_or(known.span, |remote| remote.span);
        let recorded = remote.map_or_else(String::new, |remote| remote.text.to_string());
        let (asked, is_same) = match &gem.origin {
            Origin::Global => ("the Gemfile's own source".to_owned(), *section.kind == *"GEM"),
            Origin::Source(url) => {
                let same = |known: &crate::facts::recorded::Noted| slashed(&known.text) == slashed(url);
                (url.clone(), *section.kind == *"GEM" && section.remotes.iter().any(same))
            }
            Origin::Path(path) => {
                let same = |known: &crate::facts::recorded::Noted| plain(&known.text) == plain(path);
                (path.clone(), *section.kind == *"PATH" && section.remotes.iter().any(same))
            }
            Origin::Git(url, follows) => {
                let is_url = *section.kind == *"GIT" && section.remotes.iter().any(|known| *known.text == **url);
                (format!("{url} at {}", follows.shown()), is_url && follows.is_same(&section.follows))
            }
        };
        let explanation = format!("{} is asked for from {asked}, it was locked from {recorded}", gem.name);
        (!is_same).then(|| (Value::written(recorded, place), explanation))
    }

    /// What was asked for when it was locked, and is not any more.
    fn left_over(&self, outcome: &mut Outcome) {
        if !self.gemfile.is_whole() {
            return;
        }
        let place = self.gemfile.gems.first().map(|gem| gem.range.start..gem.range.start);
        for known in &self.record.dependencies {
            if self.gemfile.gems.iter().any(|gem| *gem.name == *known.name) {
                continue;
            }
            let mut difference = self.plain("orphan", &known.name);
            difference.explanation = format!("{} was asked for when it was locked, and is not any more", known.name);
            difference.recorded = Value::written(shown(&known.name, &known.requirements), known.span);
            difference.asked.span = place.clone().map(|range| self.span(range));
            outcome.differences.push(difference);
        }
    }

    /// The addresses of gems are those of the Gemfile.
    fn sources(&self, outcome: &mut Outcome) {
        if !self.gemfile.is_whole() || self.gemfile.sources.is_empty() {
            return;
        }
        let own = self.gemfile.gems.iter().filter_map(|gem| match &gem.origin {
            Origin::Source(url) => Some(slashed(url)),
            _ => None,
        });
        let asked: Vec<String> = self.gemfile.sources.iter().map(|(url, _)| slashed(url)).chain(own).collect();
        let (first, range) = &self.gemfile.sources[0];
        for section in self.record.sections.iter().filter(|section| *section.kind == *"GEM") {
            if section.remotes.is_empty() {
                let mut difference = self.plain("source", first);
                difference.explanation =
                    format!("the lockfile does not say where gems come from, the Gemfile names {first}");
                difference.asked = Value::written(first.clone(), self.span(range.clone()));
                outcome.differences.push(difference);
            }
            for remote in section.remotes.iter().filter(|remote| !asked.contains(&slashed(&remote.text))) {
                let mut difference = self.plain("source", &remote.text);
                difference.explanation = format!("gems were locked from {}, the Gemfile names {first}", remote.text);
                difference.asked = Value::written(first.clone(), self.span(range.clone()));
                difference.recorded = Value::written(remote.text.to_string(), remote.span);
                outcome.differences.push(difference);
            }
        }
    }

    /// Without any platform the one that it runs on is always new.
    fn platforms(&self, outcome: &mut Outcome) {
        if self.record.platforms.is_empty() && !self.record.sections.is_empty() {
            let mut difference = self.plain("setting", "PLATFORMS");
            "the lockfile names no platform".clone_into(&mut difference.explanation);
            outcome.differences.push(difference);
        }
    }

    /// Every edge leads to a gem that meets it.
    fn packages(&self, outcome: &mut Outcome) {
        let mut reached = std::collections::BTreeSet::new();
        let mut pending: Vec<&str> = self.record.dependencies.iter().map(|one| &*one.name).collect();
        while let Some(name) = pending.pop() {
            if reached.insert(name) {
                let edges = self
                    .packages
                    .iter()
                    .filter(|(_, package)| package.contents.package == name)
                    .flat_map(|(_, package)| &package.contents.edges);
                pending.extend(edges.map(|edge| &*edge.package));
            }
        }
        for (link, package) in &self.packages {
            outcome.reachable.push((*link, Value::derived(reached.contains(package.contents.package.as_str()))));
            // `bundler` is met by the program itself.
            for edge in package.contents.edges.iter().filter(|edge| *edge.package != *"bundler") {
                let named: Vec<_> =
                    self.packages.iter().filter(|(_, one)| *one.contents.package == *edge.package).collect();
                if named.is_empty() {
                    outcome.broken.push((*link, edge.package.to_string(), package.contents.place(edge.span)));
                    continue;
                }
                let clauses: Vec<&str> =
                    edge.requirement.as_deref().map(|text| text.split(", ").collect()).unwrap_or_default();
                let meets = |one: &LockedPackage| {
                    let version = one.contents.version.known().and_then(|version| Version::parse(version));
                    version.and_then(|version| admits(&clauses, &version)).unwrap_or(true)
                };
                if !named.iter().any(|(_, one)| meets(one)) {
                    let text = format!("{} {} of {}", edge.package, clauses.join(", "), package.contents.package);
                    outcome.violated.push((named[0].0, Value::written(text, package.contents.place(edge.span))));
                }
            }
        }
        self.unlocked(outcome);
    }

    /// What was asked for has a version, unless it is for other platforms than those that were locked.
    fn unlocked(&self, outcome: &mut Outcome) {
        let platforms: Vec<&str> = self.record.platforms.iter().map(|platform| &*platform.text).collect();
        for known in self.record.dependencies.iter().filter(|known| *known.name != *"bundler") {
            if self.packages.iter().any(|(_, package)| package.contents.package == *known.name) {
                continue;
            }
            let asking: Vec<&Gem> = self.gemfile.gems.iter().filter(|gem| *gem.name == *known.name).collect();
            let may_be_wanted = |gem: &&&Gem| {
                !gem.is_uncertain && gem.platforms.as_deref().is_none_or(|words| is_for(words, &platforms))
            };
            let wanted = asking.iter().find(may_be_wanted);
            if wanted.is_some_and(|gem| gem.platforms.is_none()) {
                outcome.undecided.push(format!("the Gemfile works out for which platforms {} is", known.name));
            } else if wanted.is_some() || asking.is_empty() {
                let mut difference = self.plain("requirement", &known.name);
                difference.explanation = format!("{} is asked for, and no version of it is locked", known.name);
                difference.recorded = Value::written(shown(&known.name, &known.requirements), known.span);
                difference.asked.span = wanted.map(|gem| self.span(gem.range.clone()));
                outcome.differences.push(difference);
            }
        }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.facts[self.manifest].header.span.source, range)
    }

    fn difference(&self, aspect: &'static str, gem: &Gem, recorded: Value<String>, explanation: String) -> Difference {
        let asked = Value::written(shown(&gem.name, &gem.requirements), self.span(gem.range.clone()));
        Difference { asked, recorded, explanation, ..self.plain(aspect, &gem.name) }
    }

    fn plain(&self, aspect: &'static str, subject: &str) -> Difference {
        Difference { manifest: Some(self.manifest), ..Difference::of(aspect, subject, "", REMEDY) }
    }
}

fn shown<S: AsRef<str>>(name: &str, requirements: &[S]) -> String {
    let clauses: Vec<&str> = requirements.iter().map(AsRef::as_ref).collect();
    if clauses.is_empty() { name.to_owned() } else { format!("{name} {}", clauses.join(", ")) }
}

/// Bundler writes addresses with a slash at the end.
fn slashed(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

fn plain(directory: &str) -> String {
    path::join("", directory).unwrap_or_else(|| directory.trim_start_matches("./").trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
