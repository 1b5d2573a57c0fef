//! Pins of a compiled requirements file that nothing asks for any more, as its comments tell.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Difference, Outcome};
use super::{Comparison, Pin, UNSAFE};
use crate::facts::{Link, Manifest};
use crate::python::name::normalize;
use crate::python::requirement_line::Target;
use crate::source::Span;
use crate::value::Value;

impl Comparison<'_> {
    /// Pins that nothing asks for any more.
    pub(super) fn left_over(&self, outcome: &mut Outcome) {
        let counting = self.wish.asked.iter().filter(|asked| self.counts(&asked.marker));
        let asked: BTreeSet<&str> = counting.map(|asked| asked.name.as_str()).collect();
        let is_unnamed = |pin: &Pin<'_>| matches!(pin.target, Target::Path(_) | Target::Address { .. });
        let mut reached: BTreeSet<&str> = self
            .pins
            .iter()
            .filter(|pin| asked.contains(pin.name.as_str()) || self.pins_of_unnamed(pin) || is_for_build(pin))
            .map(|pin| pin.name.as_str())
            .collect();
        if self.pins.iter().all(|pin| pin.line.via.is_empty()) {
            let strangers =
                self.pins.iter().filter(|pin| !asked.contains(pin.name.as_str()) && !is_unnamed(pin)).count();
            // What nothing asks for was brought by what is asked for; without that it is left over.
            if strangers > 0 && reached.is_empty() {
                outcome.differences.extend(self.pins.iter().map(|pin| self.orphan(pin)));
            } else if strangers > 0 {
                outcome.undecided.push("nothing in it says what pins are for, so left-overs cannot be told".to_owned());
            }
            return;
        }
        let mut brought: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for pin in &self.pins {
            for via in pin.line.via.iter().filter(|via| !is_root(via)) {
                brought.entry(via_name(via)).or_default().push(&pin.name);
            }
        }
        // What is left out on purpose has no pin, and brings in others all the same.
        let pinned: BTreeSet<&str> = self.pins.iter().map(|pin| pin.name.as_str()).collect();
        let left_out =
            brought.keys().map(String::as_str).filter(|name| !pinned.contains(name) && self.is_left_out(name));
        let mut pending: Vec<&str> = reached.iter().copied().chain(left_out).collect();
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
            outcome.differences.push(self.orphan(pin));
        }
        let all = self.pins.iter().filter(|pin| !left_names.contains(pin.name.as_str()));
        outcome.reachable.extend(all.map(|pin| (pin.link, Value::derived(true))));
    }

    /// The pin that is left over, placed where it was asked for once, as far as that can be told.
    fn orphan(&self, pin: &Pin<'_>) -> Difference {
        let recorded = Value::written(pin.line.text.clone(), self.facts[pin.link].header.span);
        let idle = self.wish.asked.iter().find(|asked| asked.name == pin.name);
        if let Some(asked) = idle {
            let explanation =
                format!("{} is pinned, and the condition under which it is asked for does not hold", pin.name);
            return self.difference("orphan", asked, recorded, explanation);
        }
        let explanation = match &*self.wish.missing_extras {
            [] => format!("{} is pinned, and no input asks for it any more", pin.name),
            [(extra, _), ..] => {
                format!("{} is pinned, and no input asks for it any more: there is no extra {extra}", pin.name)
            }
        };
        let root = self.root_of(pin).or_else(|| self.wish.roots.first().copied());
        let place = self.wish.missing_extras.first().map(|(_, span)| *span).or(root.map(|(_, span)| span));
        let mut difference = self.plain("orphan", &pin.name, explanation);
        difference.recorded = recorded;
        difference.manifest = root.map(|(manifest, _)| manifest);
        difference.asked = Value { span: place, ..Value::absent() };
        difference
    }

    /// The input that asked for a pin, as its comment says.
    fn root_of(&self, pin: &Pin<'_>) -> Option<(Link<Manifest>, Span)> {
        let named = pin.line.via.iter().filter_map(|via| via.strip_prefix("-r "));
        let mut named = named.map(|name| name.trim().trim_start_matches("./"));
        let ends =
            |path: &str, name: &str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        named.find_map(|name| {
            let is_it = |(manifest, _): &&(Link<Manifest>, Span)| ends(&self.facts[*manifest].header.path, name);
            self.wish.roots.iter().find(is_it).copied()
        })
    }

    /// Whether a project that the inputs name by its path or address alone is the pin or brings it in. The compiled
    /// file knows the name of such a project; a line that holds only its place does not.
    fn pins_of_unnamed(&self, pin: &Pin<'_>) -> bool {
        if self.wish.unnamed.is_empty() {
            return false;
        }
        let is_local = |name: &str| {
            let mut named = self.pins.iter().filter(|other| other.name == name).peekable();
            named.peek().is_none() || named.any(|other| other.target.url().is_some_and(|url| url.starts_with("file:")))
        };
        let mut brought_by = pin.line.via.iter().filter(|via| !is_root(via));
        self.wish.unnamed.iter().any(|unnamed| unnamed.is_pinned_by(pin))
            || pin.target.url().is_some_and(|url| url.starts_with("file:"))
            || brought_by.any(|via| is_local(&via_name(via)))
    }
}

/// Whether the build of the project asks for a pin, as `pip-compile --all-build-deps` notes it: a part of that is known only when it builds.
fn is_for_build(pin: &Pin<'_>) -> bool {
    pin.line.via.iter().any(|via| via.contains("::build-system."))
}

/// Whether a `via` names an input rather than a package.
pub(super) fn is_root(via: &str) -> bool {
    via.starts_with('-') || via.contains('(')
}

fn via_name(via: &str) -> String {
    if is_root(via) { String::new() } else { normalize(via.split('[').next().unwrap_or(via)) }
}
