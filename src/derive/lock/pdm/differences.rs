//! Names what is out of step when the digest differs: what the lockfile lacks or has too much
//! first, then the one edit that gives the digest, else that only words changed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::asked::{Asked, Locked, Wanted};
use super::super::gaps::Gaps;
use super::super::integrity::Integrity;
use super::super::tell::Teller;
use super::super::undo::{Edit, Search};
use super::super::{Difference, Outcome, Seen};
use super::document::{Form, document};
use super::places::Places;
use super::{Member, has_workspace, joined, wish};
use crate::facts::recorded::PdmRecord;
use crate::facts::{Link, LockedPackage, Lockfile};
use crate::python::Specifier;
use crate::python::canonical_json::Separators;
use crate::python::name::normalize;
use crate::syntax::Node;
use crate::value::Value;

/// A lockfile, its manifests, and what they say.
pub(super) struct Comparison<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) lockfile: Link<Lockfile>,
    pub(super) teller: Teller,
    pub(super) record: &'a PdmRecord,
    pub(super) members: &'a [Member<'a>],
    pub(super) locked: &'a Locked<'a>,
}

impl Comparison<'_> {
    /// What lies between the packages, where they were locked for machines of every kind.
    pub(super) fn integrity(&self) -> Outcome {
        let Some(root) = self.members.first().filter(|_| self.record.is_universal) else { return Outcome::default() };
        let resolution = root.tree.root().at(&["tool", "pdm", "resolution"]);
        let part = |key: &str| resolution.and_then(|table| table.get(key));
        let overridden =
            part("overrides").into_iter().flat_map(Node::own_entries).filter_map(|entry| entry.key.scalar());
        let excluded = part("excludes").into_iter().flat_map(Node::items).filter_map(Node::text);
        let set_aside = overridden.chain(excluded).map(normalize).collect();
        let groups = self.record.locked_groups();
        let main: BTreeSet<String> = ["default".to_owned()].into();
        let chosen = |member: &Member<'_>| if member.directory.is_empty() { &groups } else { &main };
        let asked: Vec<Asked> = self
            .members
            .iter()
            .flat_map(|member| wish::read(member.tree.root()).asked(member.manifest, chosen(member)))
            .collect();
        let reached = self.locked.reached(asked.iter());
        let integrity = Integrity {
            locked: self.locked,
            reached: &reached,
            asked: &asked,
            python: &wish::python_range(root.tree.root()),
            set_aside: &set_aside,
            wanted: |range| Some(Wanted::Specifier(Specifier::parse(range).ok()?)),
        };
        let mut outcome = integrity.measure();
        // Projects of the workspace and directories are there of themselves, with what they need.
        if self.locked.all().any(|link| matches!(self.locked.package(link).contents.source, "path" | "own")) {
            outcome.reachable.clear();
        }
        outcome
    }

    /// What differs; `target` is the digest in the lockfile.
    pub(super) fn differences(&self, target: &str) -> Vec<Difference> {
        let mut found = self.membership();
        if found.is_empty() {
            found = self.unreadable();
        }
        if !found.is_empty() {
            return found;
        }
        found = self.gaps();
        found.extend(self.python());
        let proof =
            self.undo(target).map(|(member, edit)| Teller { manifest: member.manifest, ..self.teller }.edited(edit));
        if found.is_empty() && proof.is_none() {
            let recorded = self.seen.facts[self.lockfile].recorded_digest.clone();
            let root = self.members.first().map(|root| root.tree.root());
            let place =
                root.and_then(|root| root.at(&["project"])?.entry("dependencies")).map(|entry| entry.key.span());
            return vec![self.teller.unexplained("content_hash", "pyproject.toml", place, recorded)];
        }
        Teller::settled(found, proof)
    }

    /// Requirements that cannot be read; PDM notices only that they are new.
    fn unreadable(&self) -> Vec<Difference> {
        let each = self.members.iter().filter_map(|member| {
            let (reason, span) = super::inputs::fault(&wish::read(member.tree.root()))?;
            let teller = Teller { manifest: member.manifest, ..self.teller };
            let is_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
            let subject: String = reason.trim_start_matches('`').chars().take_while(|c| is_name(*c)).collect();
            Some(teller.difference("requirement", &subject, Some(span), Value::absent(), reason))
        });
        each.collect()
    }

    /// Members that are not locked, and packages that were members.
    pub(super) fn membership(&self) -> Vec<Difference> {
        let Some(root) = self.members.first().map(|root| root.tree.root()) else { return Vec::new() };
        let packages = self.seen.lookup.packages(self.lockfile).zip(&self.record.packages);
        let own: BTreeMap<&str, Link<LockedPackage>> = packages
            .filter_map(|(link, recorded)| Some((recorded.path.as_deref()?.trim_start_matches("./"), link)))
            .collect();
        let members: BTreeSet<&str> = self.members.iter().map(|member| member.directory).collect();
        let mut found = Vec::new();
        let workspace = root.at(&["tool", "pdm"]).and_then(|pdm| pdm.entry("workspace"));
        let place = workspace.map(|entry| entry.key.span());
        for member in self.members.iter().filter(|member| !member.directory.is_empty()) {
            if is_locked_member(member) && !own.contains_key(member.directory) {
                let name = member.tree.root().at(&["project", "name"]).and_then(Node::text).unwrap_or_default();
                let explanation = format!("the workspace member {name} in {} is not in the lockfile", member.directory);
                let teller = Teller { manifest: member.manifest, ..self.teller };
                found.push(teller.difference("member", member.directory, None, Value::absent(), explanation));
            }
        }
        let wish = wish::read(root);
        let lines: Vec<&str> = wish.groups.values().flat_map(|group| &group.lines).map(|line| line.text).collect();
        let asked = |path: &str| lines.iter().any(|line| line.contains(path));
        for (path, link) in own.iter().filter(|(path, _)| !path.is_empty() && !members.contains(*path) && !asked(path))
        {
            let package = self.locked.package(*link);
            let missing = if has_workspace(root) { "is none any more" } else { "there is no [tool.pdm.workspace]" };
            let explanation =
                format!("{} in {path} is locked as a member of the workspace, and {missing}", package.contents.package);
            let recorded = Value::written(package.contents.package.clone(), package.header.span);
            let place =
                place.or_else(|| root.get("tool").and_then(|tool| tool.entry("pdm")).map(|entry| entry.key.span()));
            found.push(self.teller.difference("member", &package.contents.package, place, recorded, explanation));
        }
        found
    }

    /// Requirements of all members against the packages.
    pub(super) fn gaps(&self) -> Vec<Difference> {
        let groups = self.record.locked_groups();
        let main: BTreeSet<String> = ["default".to_owned()].into();
        let recorded = self.recorded_groups();
        let mut asked = Vec::new();
        for member in self.members {
            // Of members only their own dependencies are locked.
            let chosen = if member.directory.is_empty() { &groups } else { &main };
            asked.extend(wish::read(member.tree.root()).asked(member.manifest, chosen));
        }
        let own: BTreeSet<String> = self.own_names();
        let mut found = Vec::new();
        for member in self.members {
            let root = member.tree.root();
            let wish = wish::read(root);
            let teller = Teller { manifest: member.manifest, ..self.teller };
            let python = wish::python_range(root);
            let places = wish.places();
            let mine: Vec<_> = asked.iter().filter(|asked| asked.manifest == member.manifest).cloned().collect();
            let gaps = Gaps {
                teller,
                locked: self.locked,
                asked: &mine,
                groups: &places,
                main: "default",
                recorded: &recorded,
                python: &python,
                own: wish.own.as_deref(),
            };
            found.extend(gaps.missing());
            if member.directory.is_empty() {
                let all = Gaps { asked: &asked, ..gaps };
                found.extend(all.left_over().into_iter().filter(|gap| !own.contains(&gap.subject)));
            }
        }
        found
    }

    /// The projects of the workspace by name: packages that nothing needs to ask for.
    fn own_names(&self) -> BTreeSet<String> {
        let name =
            |member: &Member<'_>| member.tree.root().at(&["project", "name"]).and_then(Node::text).map(normalize);
        self.members.iter().filter_map(name).collect()
    }

    fn recorded_groups(&self) -> BTreeMap<Link<LockedPackage>, BTreeSet<String>> {
        let packages = self.seen.lookup.packages(self.lockfile).zip(&self.record.packages);
        packages.map(|(link, recorded)| (link, recorded.groups.iter().map(|name| normalize(name)).collect())).collect()
    }

    fn recorded_markers(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (link, recorded) in self.seen.lookup.packages(self.lockfile).zip(&self.record.packages) {
            if let Some(marker) = &recorded.marker {
                found.entry(self.locked.package(link).contents.package.clone()).or_default().push(marker.to_string());
            }
        }
        found
    }

    /// The interpreters, which the lockfile records where it was resolved for all of them at once.
    fn python(&self) -> Option<Difference> {
        let root = self.members.first()?.tree.root();
        let [before] = &self.record.pythons[..] else { return None };
        let entry = root.get("project")?.entry("requires-python")?;
        let now = super::inputs::specifier_text(entry.value.text()?)?;
        if now == super::inputs::specifier_text(&before.text)? || self.members.len() > 1 {
            return None;
        }
        let explanation = format!("requires-python was `{}`, now it is `{now}`", before.text);
        let recorded = Value::written(before.text.to_string(), before.span);
        let asked = (now, entry.value.inner_span());
        Some(self.teller.asked("setting", "requires-python", asked, recorded, explanation))
    }

    /// The one edit of one manifest that explains the digest.
    fn undo(&self, target: &str) -> Option<(Member<'_>, Edit)> {
        let documents: Vec<_> =
            self.members.iter().map(|member| document(member.tree.root(), Form::Now).ok()).collect::<Option<_>>()?;
        let digests: Vec<String> = documents.iter().map(|document| document.digest(Separators::Spaced)).collect();
        let asked: BTreeSet<String> = self
            .members
            .iter()
            .flat_map(|member| wish::read(member.tree.root()).asked(member.manifest, &self.record.locked_groups()))
            .map(|asked| asked.name)
            .collect();
        let markers = self.recorded_markers();
        self.members.iter().zip(&documents).enumerate().find_map(|(index, (member, document))| {
            let root = member.tree.root();
            let unasked = self.locked.all().map(|link| self.locked.package(link).contents.package.clone());
            let groups = root.get("dependency-groups").into_iter().flat_map(Node::own_entries);
            let mut places = Places {
                record: self.record,
                locked: self.locked,
                markers: &markers,
                unasked: unasked.filter(|name| !asked.contains(name)).collect(),
                groups: groups.filter_map(|entry| entry.key.scalar().map(str::to_owned)).collect(),
                slots: Vec::new(),
            };
            places.read(root);
            let whole = |digest: &str| {
                let mut digests = digests.clone();
                digest.clone_into(&mut digests[index]);
                joined(self.members, &digests)
            };
            let edit = Search::new(document, Separators::Spaced, target).through(&whole).find(&places.slots)?;
            Some((*member, edit))
        })
    }
}

/// Whether PDM locks a member: one with a name that is a distribution.
fn is_locked_member(member: &Member<'_>) -> bool {
    let root = member.tree.root();
    let pdm = root.at(&["tool", "pdm"]);
    let is_library = pdm.and_then(|pdm| pdm.get("package-type")).map(|kind| kind.text() == Some("library"));
    let distribution = pdm.and_then(|pdm| pdm.get("distribution")).and_then(Node::bool);
    root.at(&["project", "name"]).is_some() && is_library.or(distribution).unwrap_or(true)
}
