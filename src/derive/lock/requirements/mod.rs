//! Compiled requirements files against their inputs.
//!
//! pip-compile and `uv pip compile` have no check: the verdict is what compiling again would
//! say. They keep pins that still do, so only what no pin answers, what a pin no longer
//! satisfies and what nothing asks for any more makes a difference.

mod export;
mod inputs;
mod left_over;
mod machine;
mod wish;

use std::collections::BTreeMap;

pub(super) use self::export::compare as compare_export;
pub(super) use self::inputs::{adopt, unreadable_input};
use self::machine::Machine;
use self::wish::{Unnamed, Wish};
use super::asked::Asked;
use super::{Difference, Outcome, Pairing, Seen, Tool};
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Link, LockedPackage, Lockfile};
use crate::pin::is_commit;
use crate::python::compile_command::Writer;
use crate::python::marker::wording;
use crate::python::name::normalize;
use crate::python::requirement_line::Target;
use crate::python::requirements_file::Line;
use crate::python::{Marker, PythonRange};
use crate::source::Span;
use crate::value::Value;

/// pip-compile.
pub(super) const PIP_TOOLS: Tool = Tool {
    name: "pip-tools",
    ecosystem: "python",
    files: &["requirements.txt"],
    pairing: Pairing::By(inputs::manifests),
    compare,
};

/// `uv pip compile`.
pub(super) const UV_PIP: Tool = Tool { name: "uv-pip", ..PIP_TOOLS };

/// pylock.toml, whoever wrote it.
pub(super) const PYLOCK: Tool = Tool { name: "pylock", files: &["pylock.toml"], ..PIP_TOOLS };

/// A requirements file that was made of another lockfile.
pub(super) const EXPORT: Tool = Tool { name: "export", ..PIP_TOOLS };

/// Packages that pip-compile leaves out unless told otherwise.
const UNSAFE: &[&str] = &["setuptools", "pip", "distribute"];

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let Recorded::Requirements(record) = &seen.facts[lockfile].recorded else { return Outcome::default() };
    let mut outcome = Outcome::default();
    if let Some(input) = unreadable_input(seen.facts, lockfile) {
        outcome.refusal = Some(Value::derived(format!("{input} cannot be read")));
        return outcome;
    }
    let wish = wish::read(seen.facts, seen.lookup, lockfile, record);
    if let Some((reason, span)) = wish.refusals.first() {
        outcome.refusal = Some(Value::written(reason.clone(), *span));
        return outcome;
    }
    let pins = pins(seen, lockfile, record);
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, pin) in pins.iter().enumerate() {
        by_name.entry(pin.name.clone()).or_default().push(index);
    }
    let mut comparison =
        Comparison { facts: seen.facts, record, wish: &wish, pins, by_name, machine: Machine::default() };
    let invalid = comparison.pins.iter().find(|pin| matches!(pin.target, Target::Invalid(_)));
    if let Some(pin) = invalid {
        let message = format!("`{}` is not a requirement", pin.line.text);
        outcome.refusal = Some(Value::written(message, seen.facts[pin.link].header.span));
        return outcome;
    }
    outcome = comparison.best();
    outcome.undecided.extend(wish.undecided.iter().cloned());
    outcome
}

/// A line of the compiled file.
struct Pin<'a> {
    link: Link<LockedPackage>,
    name: String,
    target: Target,
    line: &'a Line,
}

fn pins<'a>(seen: Seen<'_>, lockfile: Link<Lockfile>, record: &'a RequirementsRecord) -> Vec<Pin<'a>> {
    let pin = |(link, line): (Link<LockedPackage>, &'a Line)| Pin {
        link,
        name: seen.facts[link].contents.package.clone(),
        target: Target::of(line),
        line,
    };
    seen.lookup.packages(lockfile).zip(&record.file.requirements).map(pin).collect()
}

struct Comparison<'a> {
    facts: &'a Facts,
    record: &'a RequirementsRecord,
    wish: &'a Wish,
    pins: Vec<Pin<'a>>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// The machine on which the file is taken to have been compiled.
    machine: Machine,
}

impl Comparison<'_> {
    /// The file does not tell all of the machine it was compiled on: the one is taken that explains it best, by what its
    /// comments say was asked for, then by what would be written anew. Where the comments contradict every machine, an
    /// unusual one that needs fewer changes is no better.
    fn best(&mut self) -> Outcome {
        let mut best: Option<((usize, bool, usize), Outcome)> = None;
        for machine in machine::candidates(self.record, self.wish) {
            // Other systems than Linux need a sign that they were meant.
            let has_sign =
                best.as_ref().is_none_or(|(.., outcome)| outcome.differences.iter().any(|one| one.aspect == "orphan"));
            if machine.is_unusual() && !has_sign {
                continue;
            }
            self.machine = machine;
            let mut outcome = Outcome::default();
            self.requirements(&mut outcome);
            self.constraints(&mut outcome);
            self.left_over(&mut outcome);
            self.conditions(&mut outcome);
            self.hashes(&mut outcome);
            let contradictions = self.contradictions();
            let key = (contradictions, contradictions > 0 && self.machine.is_unusual(), outcome.differences.len());
            if best.as_ref().is_none_or(|(known, _)| key < *known) {
                best = Some((key, outcome));
            }
            if key == (0, false, 0) {
                break;
            }
        }
        best.map(|(.., outcome)| outcome).unwrap_or_default()
    }

    /// How many conditions contradict the comments of the pins, which name the inputs that asked for each.
    fn contradictions(&self) -> usize {
        let conditional = self.wish.asked.iter().filter(|asked| !asked.marker.is_always());
        conditional.filter(|asked| self.is_told(asked).is_some_and(|told| told != self.counts(&asked.marker))).count()
    }

    /// Whether the comments of the pins say that this input asked for its package; `None` when they say nothing, or when
    /// the input asks for it more than once.
    fn is_told(&self, asked: &Asked) -> Option<bool> {
        let same = |other: &&Asked| other.name == asked.name && other.span.source == asked.span.source;
        let path = self.wish.paths.get(&asked.span.source)?;
        let mut pinned = self.named(&asked.name).filter(|pin| !pin.line.via.is_empty()).peekable();
        if pinned.peek().is_none() || self.wish.asked.iter().filter(same).count() > 1 {
            return None;
        }
        let is_file = |via: &String| {
            let name = via.strip_prefix("-r ").map(|name| name.trim().trim_start_matches("./"));
            name.is_some_and(|name| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
        };
        Some(pinned.any(|pin| pin.line.via.iter().any(is_file)))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Pin<'_>> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.pins[*index])
    }

    fn writer(&self) -> Option<Writer> {
        self.record.compile.as_ref().map(|compile| compile.writer)
    }

    /// Each requirement of the inputs has a pin, and the pin satisfies it.
    fn requirements(&self, outcome: &mut Outcome) {
        let mut asked_once: BTreeMap<&str, usize> = BTreeMap::new();
        for asked in self.wish.asked.iter().filter(|asked| self.counts(&asked.marker)) {
            *asked_once.entry(&asked.name).or_default() += 1;
        }
        for asked in &self.wish.asked {
            let pinned: Vec<&Pin<'_>> = self.named(&asked.name).collect();
            if !self.counts(&asked.marker) {
                continue;
            }
            if pinned.is_empty() {
                if !self.is_left_out(&asked.name) {
                    let explanation = format!("{} has no pin", asked.shown());
                    outcome.differences.push(self.difference("requirement", asked, Value::absent(), explanation));
                }
                continue;
            }
            if let Some((recorded, explanation)) = self.fault(asked, &pinned, asked_once[asked.name.as_str()] == 1) {
                outcome.differences.push(self.difference("requirement", asked, recorded, explanation));
            }
            if !pinned.iter().any(|pin| admits(pin, asked)) {
                let shown = Value::written(asked.shown(), asked.span);
                outcome.violated.extend(pinned.iter().map(|pin| (pin.link, shown.clone())));
            }
        }
        for unnamed in &self.wish.unnamed {
            self.unnamed(unnamed, outcome);
        }
    }

    /// What is out of step about a path or address that tells no name.
    fn unnamed(&self, unnamed: &Unnamed, outcome: &mut Outcome) {
        let name = &unnamed.text;
        let pinned: Vec<&Pin<'_>> = self.pins.iter().filter(|pin| unnamed.is_pinned_by(pin)).collect();
        let explanation = if pinned.is_empty() && self.writer() == Some(Writer::Custom) {
            // The line of a project itself holds a path of one machine.
            let reason = format!("a command of the project's own wrote it, which may leave out the line of {name}");
            return outcome.undecided.push(reason);
        } else if pinned.is_empty() {
            format!("{name} has no pin")
        } else if pinned.iter().all(|pin| pin.line.editable != unnamed.editable) {
            let (now, then) = if unnamed.editable { ("editable", "not") } else { ("not editable", "editable") };
            format!("{name} is {now} now, its pin is {then}")
        } else {
            return;
        };
        let mut difference = self.plain("requirement", name, explanation);
        difference.manifest = Some(unnamed.manifest);
        difference.asked = Value::written(name.clone(), unnamed.span);
        difference.asked_in = self.wish.paths.get(&unnamed.span.source).cloned();
        outcome.differences.push(difference);
    }

    /// Why the pins of a name would be written anew.
    fn fault(&self, asked: &Asked, pinned: &[&Pin<'_>], alone: bool) -> Option<(Value<String>, String)> {
        let first = pinned.first()?;
        let recorded = Value::written(first.line.text.clone(), self.facts[first.link].header.span);
        let is_addressed = |pin: &&&Pin<'_>| pin.target.url().is_some() || matches!(pin.target, Target::Path(_));
        if let Some(url) = &asked.url {
            let is_same = pinned
                .iter()
                .any(|pin| pin.target.url().is_none_or(|known| known.split('#').next() == url.split('#').next()));
            let is_path = url.starts_with("file:") || !url.contains("://");
            let is_resolved = self.writer() == Some(Writer::UvPipCompile)
                && pinned.iter().any(|pin| pin.target.url().is_some_and(|known| is_commit_of(known, url)));
            if !is_path && !is_resolved && (!is_same || pinned.iter().all(|pin| pin.target.url().is_none())) {
                return Some((
                    recorded,
                    format!("{} is asked for from {url}, the pin is `{}`", asked.name, first.line.text),
                ));
            }
            return None;
        }
        if pinned.iter().all(|pin| pin.target.pin().is_none() && !is_addressed(&pin)) {
            return Some((recorded, format!("{} has no exact version in the compiled file", asked.name)));
        }
        if !pinned.iter().any(|pin| admits(pin, asked)) {
            return Some((recorded, format!("{} does not admit the pin {}", asked.shown(), first.line.text)));
        }
        let explanation = match self.writer() {
            Some(Writer::PipCompile) if alone => self.copied(asked, first),
            Some(Writer::UvPipCompile) => self.carried_over(asked, pinned),
            _ => None,
        };
        explanation.map(|explanation| (recorded, explanation))
    }

    /// pip-compile copies extras, unless told otherwise, and the sign `===` from the input to the pin.
    fn copied(&self, asked: &Asked, pin: &Pin<'_>) -> Option<String> {
        let Target::Package(requirement) = &pin.target else { return None };
        if pin.line.via.iter().any(|via| !left_over::is_root(via)) {
            return None;
        }
        let strips = self.record.compile.as_ref().is_some_and(|compile| compile.strips_extras);
        if !strips && requirement.extras != asked.extras {
            return Some(format!("{} is asked for with other extras than the pin has", asked.name));
        }
        let pinned = requirement.specifier_text(&pin.line.text).unwrap_or_default();
        let is_literal = |range: &str| range.starts_with("===");
        let names_it = is_literal(&asked.range)
            && asked.range.trim_start_matches('=').trim() == pinned.trim_start_matches('=').trim();
        (is_literal(pinned) != names_it)
            .then(|| format!("{} is pinned by `{pinned}`, which is not how it is asked for", asked.name))
    }

    /// pip-compile copies to each pin the condition of the last line for its name that has one and counts on the machine.
    fn conditions(&self, outcome: &mut Outcome) {
        if self.writer() != Some(Writer::PipCompile) {
            return;
        }
        for pin in &self.pins {
            let Target::Package(requirement) = &pin.target else { continue };
            let written = requirement.marker_range.clone().and_then(|range| wording(&pin.line.text[range]));
            let stated = self.wish.conditions.get(&pin.name).into_iter().flatten();
            let wanted = stated.rev().find(|one| self.counts(&one.marker));
            if written.as_deref() == wanted.map(|one| one.wording.as_str()) {
                continue;
            }
            let own = |asked: &&Asked| asked.name == pin.name && wanted.is_none_or(|one| asked.span == one.span);
            let Some(asked) = self.wish.asked.iter().chain(&self.wish.constraints).find(own) else { continue };
            let marker = wanted.map_or_else(Marker::always, |one| one.marker.clone());
            let is_same = requirement.marker.is_same(&marker, &PythonRange::all()).unwrap_or(true);
            let explanation = if is_same {
                format!("the condition of {} is worded otherwise than that of its pin", pin.name)
            } else {
                format!("{} is asked for under another condition than the pin has", pin.name)
            };
            let recorded = Value::written(pin.line.text.clone(), self.facts[pin.link].header.span);
            if !outcome.differences.iter().any(|known| known.subject == pin.name) {
                outcome.differences.push(self.difference("requirement", asked, recorded, explanation));
            }
        }
    }

    /// `uv pip compile --universal` writes each pin with the conditions under which it is asked for, unless the interpreters
    /// it is compiled for make them idle.
    fn carried_over(&self, asked: &Asked, pinned: &[&Pin<'_>]) -> Option<String> {
        let python = self.machine.range()?;
        if pinned.iter().any(|pin| pin.line.via.is_empty() || pin.line.via.iter().any(|via| !left_over::is_root(via))) {
            return None;
        }
        let any = |markers: &mut dyn Iterator<Item = Marker>| markers.fold(Marker::never(), |all, one| all.or(&one));
        let same = self.wish.asked.iter().filter(|other| other.name == asked.name);
        let wanted = any(&mut same.map(|other| other.marker.clone()));
        let written = any(&mut pinned.iter().filter_map(|pin| match &pin.target {
            Target::Package(requirement) => Some(requirement.marker.clone()),
            _ => None,
        }));
        let is_same = wanted.is_same(&written, python).unwrap_or(true);
        (!is_same).then(|| format!("{} is asked for under another condition than the pin has", asked.name))
    }

    /// Constraints bind every pin of their name.
    fn constraints(&self, outcome: &mut Outcome) {
        for constraint in &self.wish.constraints {
            let pinned: Vec<&Pin<'_>> = self.named(&constraint.name).collect();
            if pinned.is_empty() || !self.counts(&constraint.marker) {
                continue;
            }
            if !pinned.iter().any(|pin| admits(pin, constraint)) {
                let recorded = Value::written(pinned[0].line.text.clone(), self.facts[pinned[0].link].header.span);
                let explanation =
                    format!("the constraint {} does not admit the pin {}", constraint.shown(), pinned[0].line.text);
                outcome.differences.push(self.difference("requirement", constraint, recorded, explanation));
            }
        }
    }

    /// Hashes that were asked for and are not there.
    fn hashes(&self, outcome: &mut Outcome) {
        if !self.record.compile.as_ref().is_some_and(|compile| compile.hashes) {
            return;
        }
        for pin in self.pins.iter().filter(|pin| pin.target.pin().is_some() && pin.line.hashes.is_empty()) {
            let explanation = format!("{} has no hash, and the file is compiled with hashes", pin.name);
            let mut difference = self.plain("setting", &pin.name, explanation);
            difference.recorded = Value::written(pin.line.text.clone(), self.facts[pin.link].header.span);
            outcome.differences.push(difference);
        }
    }

    fn is_left_out(&self, name: &str) -> bool {
        let compile = self.record.compile.as_ref();
        let allows_unsafe = compile.is_some_and(|compile| compile.allows_unsafe);
        let named = compile.is_some_and(|compile| compile.left_out.iter().any(|left| normalize(left) == name));
        named || (!allows_unsafe && UNSAFE.contains(&name))
    }

    /// Whether a condition holds where the file is compiled.
    fn counts(&self, marker: &Marker) -> bool {
        marker.is_always() || self.machine.meets(marker)
    }

    fn difference(
        &self,
        aspect: &'static str,
        asked: &Asked,
        recorded: Value<String>,
        explanation: String,
    ) -> Difference {
        Difference {
            manifest: Some(asked.manifest),
            asked: Value::written(asked.shown(), asked.span),
            asked_in: self.wish.paths.get(&asked.span.source).cloned(),
            cause: Value::absent(),
            recorded,
            ..self.plain(aspect, &asked.name, explanation)
        }
    }

    fn plain(&self, aspect: &'static str, subject: &str, explanation: String) -> Difference {
        let remedy = self.record.file.command.as_ref().map(|command| command.words.join(" "));
        Difference::of(aspect, subject, explanation, remedy.unwrap_or_else(|| "pip-compile".to_owned()))
    }
}

/// Whether `known` is `url` at a commit: `uv pip compile` writes the commit that a tag or branch had.
fn is_commit_of(known: &str, url: &str) -> bool {
    // The user before the host is no reference.
    let split = |url: &str| {
        let plain = url.split('#').next().unwrap_or(url);
        plain.rsplit_once('@').filter(|(_, reference)| !reference.contains('/')).map_or_else(
            || (plain.to_owned(), String::new()),
            |(place, reference)| (place.to_owned(), reference.to_owned()),
        )
    };
    let ((place, commit), (asked, reference)) = (split(known), split(url));
    place == asked && is_commit(&commit) && !is_commit(&reference) && place.starts_with("git+")
}

/// Whether a pin's version satisfies a requirement; addresses and paths satisfy any.
fn admits(pin: &Pin<'_>, asked: &Asked) -> bool {
    pin.target.pin().is_none_or(|version| asked.wanted.admits(version))
}

/// The place of the first line of a file.
fn top(span: Span) -> Span {
    Span { start: 0, end: 0, ..span }
}

#[cfg(test)]
mod tests;
