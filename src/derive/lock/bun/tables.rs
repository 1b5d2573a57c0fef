//! What is compared before any requirement: overrides, catalogs, workspaces, and what makes bun stop.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compare::Checking;
use crate::bun::lock::{Noted, catalogs};
use crate::node::manifest as package_json;
use crate::path;
use crate::source::Span;
use crate::syntax::Node;

impl Checking<'_> {
    /// Requirements inside the lockfile that lead nowhere: bun cannot read it then.
    pub(super) fn torn(&mut self) {
        let lock = self.lock;
        for member in lock.members.iter() {
            let place = if member.0.is_empty() { "" } else { member.1.name.as_ref().map_or("", |name| &name.text) };
            for ((group, name), wanted) in &member.1.asked {
                if *group != 2 && lock.find(place, name).is_none() {
                    self.refuse(format!("{name} of a workspace has no package in it"), wanted.span);
                }
            }
        }
        for (place, package) in &lock.packages {
            for need in package.needs.iter().filter(|need| !need.can_do_without) {
                if lock.find(place, &need.name).is_none() {
                    let (name, wanted) = (&need.name, &need.wanted);
                    self.refuse(format!("{name}, which {} needs, has no package in it", package.id.text), wanted.span);
                }
            }
        }
    }

    /// Workspaces and patches that package.json names and that are not there.
    pub(super) fn not_there(&mut self) {
        let document = Arc::clone(&self.projects[0].document);
        let root = document.root();
        let base = path::directory(&self.seen.facts[self.projects[0].manifest].header.path);
        for node in package_json::workspaces(root).unwrap_or_default() {
            let Some(text) = node.text().filter(|text| !text.contains(['*', '?', '[', '{', '!'])) else { continue };
            let is_there = path::join(base, text)
                .is_none_or(|at| self.seen.lookup.manifests_in(self.seen.facts, &at, "package-json").next().is_some());
            if !is_there {
                self.refuse(format!("there is no workspace in {text}"), node.span());
            }
        }
        for entry in root.get("patchedDependencies").into_iter().flat_map(Node::own_entries) {
            let Some(text) = entry.value.text() else { continue };
            if path::join(base, text).is_some_and(|at| !self.seen.around.files.can_follow(&at)) {
                self.refuse(format!("the patch {text} is not there"), entry.value.span());
            }
        }
    }

    /// Overrides and catalogs, which are compared literally.
    pub(super) fn tables(&mut self) {
        let document = Arc::clone(&self.projects[0].document);
        let root = document.root();
        let table = root.entry("overrides").or_else(|| root.entry("resolutions"));
        let mut now: BTreeMap<Box<str>, Noted> = BTreeMap::new();
        for entry in table.into_iter().flat_map(|table| table.value.own_entries()) {
            if let (Some(name), Some(text)) = (entry.key.text(), entry.value.text()) {
                let span = Span { end: entry.value.span().end, ..entry.key.span() };
                now.insert(name.into(), Noted { text: text.into(), span });
            }
        }
        self.overrides = now.iter().map(|(name, one)| (name.to_string(), one.text.to_string())).collect();
        let key = table.map(|table| table.key.span());
        let old = self.lock.overrides.clone();
        self.literal("overridden", key, &now, &old);
        let inner = root.get("workspaces").filter(|node| node.is_map());
        let mut entries = catalogs(root);
        entries.extend(inner.map(catalogs).unwrap_or_default());
        let named = |all: &BTreeMap<(Box<str>, Box<str>), Noted>| {
            let name = |catalog: &str, name: &str| {
                if catalog.is_empty() { name.into() } else { format!("{name} of {catalog}").into() }
            };
            all.iter()
                .map(|((catalog, entry), one)| (name(catalog, entry), one.clone()))
                .collect::<BTreeMap<Box<str>, Noted>>()
        };
        let (now, old) = (named(&entries), named(&self.lock.catalogs));
        let key = root.entry("workspaces").map(|entry| entry.key.span());
        self.literal("in the catalog", key, &now, &old);
        self.catalogs = entries;
    }

    fn literal(
        &mut self,
        what: &str,
        key: Option<Span>,
        now: &BTreeMap<Box<str>, Noted>,
        old: &BTreeMap<Box<str>, Noted>,
    ) {
        let names: BTreeSet<&str> = now.keys().chain(old.keys()).map(|name| &**name).collect();
        for name in names {
            let (asked, recorded) = (now.get(name), old.get(name));
            let explanation = match (asked, recorded) {
                (Some(asked), Some(recorded)) if asked.text == recorded.text => continue,
                (Some(asked), Some(old)) => {
                    format!("{name} is {what} as {}, in the lockfile as {}", asked.text, old.text)
                }
                (Some(asked), None) => format!("{name} is {what} as {}, not so in the lockfile", asked.text),
                (None, _) => format!("{name} is {what} in the lockfile, not in package.json"),
            };
            let span = asked.map(|asked| asked.span).or(key);
            let text = asked.map(|asked| asked.text.to_string());
            self.differ(0, "setting", name, text, span, recorded, explanation);
        }
    }

    /// Workspaces that are new or renamed, and those that no pattern takes in any more.
    pub(super) fn members(&mut self) {
        for at in 0..self.projects.len() {
            let project = &self.projects[at];
            let (name, directory) = (project.name.clone(), project.directory.clone());
            let entry = project.document.root().entry("name");
            let span = entry.map(|entry| entry.value.span());
            match self.lock.members.get(directory.as_str()) {
                None => {
                    let explanation = format!("the workspace {name} is not in the lockfile");
                    self.differ(at, "member", &name, Some(name.clone()), span, None, explanation);
                }
                Some(member) if !directory.is_empty() && member.name.as_ref().is_none_or(|old| *old.text != *name) => {
                    let old = member.name.clone();
                    let shown = old.as_ref().map_or("unnamed", |old| &old.text).to_owned();
                    let explanation = format!("the workspace in {directory} is called {name}, in the lockfile {shown}");
                    self.differ(at, "member", &name, Some(name.clone()), span, old.as_ref(), explanation);
                }
                Some(_) => {}
            }
        }
        let root = path::directory(&self.seen.facts[self.projects[0].manifest].header.path).to_owned();
        let document = Arc::clone(&self.projects[0].document);
        let key =
            document.root().entry("workspaces").map(|entry| Span { end: entry.value.span().end, ..entry.key.span() });
        for (directory, member) in &self.lock.members {
            let is_known = self.projects.iter().any(|project| *project.directory == **directory);
            let at = path::join(&root, directory).unwrap_or_default();
            if !is_known && self.seen.lookup.manifests_in(self.seen.facts, &at, "package-json").next().is_some() {
                let name = member.name.as_ref().map_or("", |name| &name.text).to_owned();
                let explanation = format!("the lockfile has the workspace {name}, no pattern takes it in any more");
                self.differ(0, "member", &name, None, key, member.name.as_ref(), explanation);
            }
        }
    }
}
