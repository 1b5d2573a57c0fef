//! Compiled requirements files against their inputs.
//!
//! pip-compile and `uv pip compile` have no check: the verdict is what compiling again would
//! say. They keep pins that still do, so only what no pin answers, what a pin no longer
//! satisfies and what nothing asks for any more makes a difference.

mod inputs;
mod wish;

use std::collections::{BTreeMap, BTreeSet};

use self::wish::Wish;
use super::asked::Asked;
use super::{Difference, Outcome, Pairing, Seen, Tool, Weight};
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Link, LockedPackage, Lockfile};
use crate::python::compile_command::Writer;
use crate::python::name::normalize;
use crate::python::requirement_line::Target;
use crate::python::requirements_file::Line;
use crate::python::{Environment, Marker, PythonRange, Specifier, Version};
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

/// Packages that pip-compile leaves out unless told otherwise.
const UNSAFE: &[&str] = &["setuptools", "pip", "distribute"];

/// Interpreters on which a condition is tried when the file does not tell for which one it was compiled.
const MINORS: std::ops::RangeInclusive<u64> = 8..=14;

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let Recorded::Requirements(record) = &seen.facts[lockfile].recorded else { return Outcome::default() };
    let wish = wish::read(seen.facts, seen.lookup, lockfile, record);
    let mut outcome = Outcome::default();
    if let Some((reason, span)) = wish.refusals.first() {
        outcome.refusal = Some(Value::written(reason.clone(), *span));
        return outcome;
    }
    let pins = pins(seen, lockfile, record);
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, pin) in pins.iter().enumerate() {
        by_name.entry(pin.name.clone()).or_default().push(index);
    }
    let comparison = Comparison { facts: seen.facts, record, wish: &wish, pins, by_name };
    comparison.requirements(&mut outcome);
    comparison.constraints(&mut outcome);
    comparison.left_over(&mut outcome);
    comparison.hashes(&mut outcome);
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
        name: seen.facts[link].package.clone(),
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
}

impl Comparison<'_> {
    fn named(&self, name: &str) -> impl Iterator<Item = &Pin<'_>> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.pins[*index])
    }

    fn writer(&self) -> Option<Writer> {
        self.record.compile.as_ref().map(|compile| compile.writer)
    }

    /// Each requirement of the inputs has a pin, and the pin satisfies it.
    fn requirements(&self, outcome: &mut Outcome) {
        let mut asked_once: BTreeMap<&str, usize> = BTreeMap::new();
        for asked in &self.wish.asked {
            *asked_once.entry(&asked.name).or_default() += 1;
        }
        for asked in &self.wish.asked {
            let pinned: Vec<&Pin<'_>> = self.named(&asked.name).collect();
            match self.counts(&asked.marker) {
                Some(false) => continue,
                None if pinned.is_empty() => {
                    outcome
                        .undecided
                        .push(format!("whether {} is wanted depends on where it is compiled", asked.shown()));
                    continue;
                }
                _ => {}
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
        for (name, span, manifest) in &self.wish.unnamed {
            let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
            let is_pinned = self.pins.iter().any(|pin| {
                let known = pin.target.url().unwrap_or(&pin.line.text);
                last(known) == last(name) || (last(name) == "." && matches!(pin.target, Target::Path(_)))
            });
            if !is_pinned {
                let mut difference = self.plain("requirement", name, format!("{name} has no pin"));
                difference.manifest = Some(*manifest);
                difference.asked = Value::written(name.clone(), *span);
                outcome.differences.push(difference);
            }
        }
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
            if !is_path && (!is_same || pinned.iter().all(|pin| pin.target.url().is_none())) {
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
        if self.writer() == Some(Writer::PipCompile) && alone {
            return self.copied(asked, first).map(|explanation| (recorded, explanation));
        }
        None
    }

    /// pip-compile copies conditions, and extras unless told otherwise, from the input to the pin.
    fn copied(&self, asked: &Asked, pin: &Pin<'_>) -> Option<String> {
        let Target::Package(requirement) = &pin.target else { return None };
        if pin.line.via.iter().any(|via| !is_root(via)) {
            return None;
        }
        let strips = self.record.compile.as_ref().is_some_and(|compile| compile.strips_extras);
        if !strips && requirement.extras != asked.extras {
            return Some(format!("{} is asked for with other extras than the pin has", asked.name));
        }
        let is_same = requirement.marker.is_same(&asked.marker, &PythonRange::all()).unwrap_or(true);
        (!is_same).then(|| format!("{} is asked for under another condition than the pin has", asked.name))
    }

    /// Constraints bind every pin of their name.
    fn constraints(&self, outcome: &mut Outcome) {
        for constraint in &self.wish.constraints {
            let pinned: Vec<&Pin<'_>> = self.named(&constraint.name).collect();
            if pinned.is_empty() || self.counts(&constraint.marker) == Some(false) {
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

    /// Pins that nothing asks for any more.
    fn left_over(&self, outcome: &mut Outcome) {
        let counting = self.wish.asked.iter().filter(|asked| self.counts(&asked.marker) != Some(false));
        let asked: BTreeSet<&str> = counting.map(|asked| asked.name.as_str()).collect();
        let is_unnamed = |pin: &Pin<'_>| matches!(pin.target, Target::Path(_) | Target::Address { .. });
        let mut reached: BTreeSet<&str> = self
            .pins
            .iter()
            .filter(|pin| asked.contains(pin.name.as_str()) || self.pins_of_unnamed(pin))
            .map(|pin| pin.name.as_str())
            .collect();
        if self.pins.iter().all(|pin| pin.line.via.is_empty()) {
            let strangers =
                self.pins.iter().filter(|pin| !asked.contains(pin.name.as_str()) && !is_unnamed(pin)).count();
            if strangers > 0 {
                outcome
                    .undecided
                    .push("its comments do not say what pins are for, so left-overs cannot be told".to_owned());
            }
            return;
        }
        let mut brought: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for pin in &self.pins {
            for via in pin.line.via.iter().filter(|via| !is_root(via)) {
                brought.entry(via_name(via)).or_default().push(&pin.name);
            }
        }
        let mut pending: Vec<&str> = reached.iter().copied().collect();
        while let Some(name) = pending.pop() {
            pending.extend(brought.get(name).into_iter().flatten().filter(|name| reached.insert(name)));
        }
        let is_own = |pin: &Pin<'_>| {
            is_unnamed(pin) || self.pins_of_unnamed(pin) || UNSAFE.contains(&&*pin.name) && pin.line.via.is_empty()
        };
        let left: Vec<&Pin<'_>> =
            self.pins.iter().filter(|pin| !reached.contains(pin.name.as_str()) && !is_own(pin)).collect();
        let left_names: BTreeSet<&str> = left.iter().map(|pin| pin.name.as_str()).collect();
        for pin in &left {
            outcome.reachable.push((pin.link, Value::derived(false)));
            // What is left over only because of another left-over goes with it.
            if pin.line.via.iter().any(|via| left_names.contains(via_name(via).as_str()) && via_name(via) != pin.name) {
                continue;
            }
            let explanation = format!("{} is pinned, and no input asks for it any more", pin.name);
            let mut difference = self.plain("orphan", &pin.name, explanation);
            difference.recorded = Value::written(pin.line.text.clone(), self.facts[pin.link].header.span);
            difference.manifest = self.wish.roots.first().map(|(manifest, _)| *manifest);
            difference.asked = Value { span: self.wish.roots.first().map(|(_, span)| *span), ..Value::absent() };
            outcome.differences.push(difference);
        }
        let all = self.pins.iter().filter(|pin| !left_names.contains(pin.name.as_str()));
        outcome.reachable.extend(all.map(|pin| (pin.link, Value::derived(true))));
    }

    /// Whether a local project that the inputs name by its path brings the pin in. The compiled
    /// file knows the name of such a project; a line that holds only its path does not.
    fn pins_of_unnamed(&self, pin: &Pin<'_>) -> bool {
        if self.wish.unnamed.is_empty() {
            return false;
        }
        let is_local = |name: &str| {
            let mut named = self.pins.iter().filter(|other| other.name == name).peekable();
            named.peek().is_none() || named.any(|other| other.target.url().is_some_and(|url| url.starts_with("file:")))
        };
        let mut brought_by = pin.line.via.iter().filter(|via| !is_root(via));
        pin.target.url().is_some_and(|url| url.starts_with("file:")) || brought_by.any(|via| is_local(&via_name(via)))
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

    /// Whether a condition holds where the file is compiled; `None` when that cannot be told.
    fn counts(&self, marker: &Marker) -> Option<bool> {
        if marker.is_always() {
            return Some(true);
        }
        let compile = self.record.compile.as_ref();
        let python = compile.and_then(|compile| compile.python.as_deref()).map(|python| format!("=={python}.*"));
        if compile.is_some_and(|compile| compile.universal) {
            let at_least = compile.and_then(|compile| compile.python.as_deref()).map(|python| format!(">={python}"));
            let range =
                at_least.and_then(|text| Specifier::parse(&text).ok()).and_then(|python| PythonRange::of([&python]));
            return marker.is_never(&range.unwrap_or_else(PythonRange::all)).ok().map(|never| !never);
        }
        let minors: Vec<u64> = match python.as_deref().and_then(|text| text.strip_prefix("==3.")) {
            Some(rest) => rest.split('.').next().and_then(|minor| minor.parse().ok()).into_iter().collect(),
            None => MINORS.collect(),
        };
        let mut answers = BTreeSet::new();
        for minor in minors {
            for machine in ["x86_64", "aarch64"] {
                let environment = Environment::linux(Version::new([3, minor, 0]), machine);
                answers.insert(marker.evaluate(&environment)?);
            }
        }
        (answers.len() == 1).then(|| answers.contains(&true))
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
            recorded,
            ..self.plain(aspect, &asked.name, explanation)
        }
    }

    fn plain(&self, aspect: &'static str, subject: &str, explanation: String) -> Difference {
        let remedy = self.record.file.command.as_ref().map(|command| command.words.join(" "));
        Difference {
            manifest: None,
            asked_in: None,
            aspect,
            subject: subject.to_owned(),
            asked: Value::absent(),
            recorded: Value::absent(),
            weight: Weight::Resolution,
            explanation,
            remedy: remedy.unwrap_or_else(|| "pip-compile".to_owned()),
        }
    }
}

/// Whether a pin's version satisfies a requirement; addresses and paths satisfy any.
fn admits(pin: &Pin<'_>, asked: &Asked) -> bool {
    pin.target.pin().is_none_or(|version| asked.wanted.admits(version))
}

/// Whether a `via` names an input rather than a package.
fn is_root(via: &str) -> bool {
    via.starts_with('-') || via.contains('(')
}

fn via_name(via: &str) -> String {
    if is_root(via) { String::new() } else { normalize(via.split('[').next().unwrap_or(via)) }
}

/// The place of the first line of a file.
fn top(span: Span) -> Span {
    Span { start: 0, end: 0, ..span }
}

#[cfg(test)]
mod tests;
