//! Names what is out of step when the digest differs: what the lockfile lacks or has too much
//! first, then the one edit that gives the digest, else that only words changed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::asked::Locked;
use super::super::gaps::Gaps;
use super::super::tell::Teller;
use super::super::undo::{Edit, Search};
use super::super::{Difference, Seen};
use super::asked::Wish;
use super::places::{Places, steps};
use crate::facts::recorded::PoetryRecord;
use crate::facts::{Link, LockedPackage, Lockfile, Manifest};
use crate::python::PythonRange;
use crate::python::canonical_json::{Json, Separators};
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

const REMEDY: &str = "poetry lock";

/// A lockfile, its manifest, and what both say.
pub(super) struct Comparison<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) lockfile: Link<Lockfile>,
    pub(super) manifest: Link<Manifest>,
    pub(super) root: Node<'a>,
    pub(super) record: &'a PoetryRecord,
    pub(super) wish: &'a Wish<'a>,
    pub(super) locked: &'a Locked<'a>,
    pub(super) python: &'a PythonRange,
}

impl Comparison<'_> {
    /// What differs. `hashed` are the documents that the lockfile's digest may be of; never empty.
    pub(super) fn differences(&self, hashed: &[(Json, bool)]) -> Vec<Difference> {
        let recorded = &self.seen.facts[self.lockfile].recorded_digest;
        let Some(target) = recorded.known() else {
            return vec![self.teller().undigested("content-hash")];
        };
        let project = [&["project", "name"][..], &["tool", "poetry", "name"]];
        let own = project.into_iter().find_map(|path| self.root.at(path)).and_then(Node::text).map(normalize);
        let gaps = Gaps {
            teller: self.teller(),
            locked: self.locked,
            asked: &self.wish.asked,
            groups: &self.wish.groups,
            main: "main",
            recorded: &self.groups(),
            python: self.python,
            own: own.as_deref(),
        };
        let mut found = gaps.missing();
        found.extend(self.settings());
        found.extend(gaps.left_over());
        let edit = hashed.iter().rev().find_map(|(document, groups)| self.undo(document, *groups, target));
        if found.is_empty() && edit.is_none() {
            let place = self.wish.groups.get("main").copied();
            return vec![self.teller().unexplained("content-hash", "pyproject.toml", place, recorded.clone())];
        }
        Teller::settled(found, edit.map(|edit| self.teller().edited(edit)))
    }

    /// The interpreter and the extras, as they were asked for and as they are.
    fn settings(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        if let (Some(now), Some(before)) = (&self.wish.python, &self.record.python_versions)
            && now.text != &*before.text
        {
            let explanation = format!("python was asked for as `{}`, now as `{}`", before.text, now.text);
            let recorded = Value::written(before.text.to_string(), before.span);
            let mut difference = self.teller().difference("setting", "python", Some(now.span), recorded, explanation);
            difference.asked = Value::written(now.text.to_owned(), now.span);
            found.push(difference);
        }
        let recorded: BTreeMap<String, (BTreeSet<String>, Span)> = self
            .record
            .extras
            .iter()
            .map(|(name, brought)| {
                (normalize(&name.text), (brought.iter().map(|name| normalize(name)).collect(), name.span))
            })
            .collect();
        for (name, (brought, span)) in &self.wish.extras {
            let place = Some(*span);
            match recorded.get(name) {
                // Poetry writes an extra that brings nothing, too.
                None => {
                    let explanation = format!("the extra {name} is not in the lockfile");
                    found.push(self.teller().difference("setting", name, place, Value::absent(), explanation));
                }
                Some((before, at)) if before != brought => {
                    let changed: Vec<&str> = brought.symmetric_difference(before).map(String::as_str).collect();
                    let explanation = format!("the extra {name} brings something else: {}", changed.join(", "));
                    let recorded = Value::written(join(before), *at);
                    let mut difference = self.teller().difference("setting", name, place, recorded, explanation);
                    difference.asked = Value::written(join(brought), *span);
                    found.push(difference);
                }
                Some(_) => {}
            }
        }
        for (name, (_, at)) in recorded.iter().filter(|(name, _)| !self.wish.extras.contains_key(*name)) {
            let explanation = format!("the extra {name} is in the lockfile and no longer in pyproject.toml");
            let place = self.wish.groups.get("main").copied();
            found.push(self.teller().difference(
                "setting",
                name,
                place,
                Value::written(name.clone(), *at),
                explanation,
            ));
        }
        found
    }

    /// The groups that each package is locked for; empty before format 2.1.
    fn groups(&self) -> BTreeMap<Link<LockedPackage>, BTreeSet<String>> {
        if self.record.groups.iter().all(Vec::is_empty) {
            return BTreeMap::new();
        }
        let packages = self.seen.lookup.packages(self.lockfile);
        packages
            .zip(&self.record.groups)
            .map(|(link, groups)| (link, groups.iter().map(|name| normalize(name)).collect()))
            .collect()
    }

    fn undo(&self, document: &Json, groups: bool, target: &str) -> Option<Edit> {
        let nested = document.get("tool").is_some_and(|tool| tool.get("poetry").is_some());
        let poetry = if nested { steps(&["tool", "poetry"]) } else { Vec::new() };
        let asked: BTreeSet<&str> = self.wish.asked.iter().map(|asked| &*asked.name).collect();
        let unasked = self.locked.all().map(|link| self.locked.package(link).contents.package.clone());
        let sources = self.root.at(&["tool", "poetry", "source"]).into_iter().flat_map(Node::items);
        let mut places = Places {
            locked: self.locked,
            record: self.record,
            poetry,
            unasked: unasked.filter(|name| !asked.contains(&**name)).collect(),
            sources: sources.filter_map(|source| Some(source.get("name")?.text()?.to_owned())).collect(),
            slots: Vec::new(),
        };
        places.read(self.root, groups);
        places.forms(self.root, document);
        Search::new(document, Separators::Spaced, target).find(&places.slots)
    }

    fn teller(&self) -> Teller {
        Teller { manifest: self.manifest, remedy: REMEDY }
    }
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
