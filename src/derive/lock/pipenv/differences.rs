//! Names what is out of step when the digest differs: what the lockfile says otherwise first,
//! then the one edit that gives the digest, else that only words changed.

use std::collections::BTreeSet;

use super::super::asked::{Locked, Wanted};
use super::super::tell::Teller;
use super::super::undo::Search;
use super::super::{Difference, Seen};
use super::places::Places;
use super::{Category, categories, quoted};
use crate::facts::recorded::{PipenvPackage, PipenvRecord};
use crate::facts::{Link, LockedPackage, Lockfile};
use crate::python::canonical_json::{Json, Separators};
use crate::python::name::normalize;
use crate::python::{Specifier, Version};
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// A lockfile, its Pipfile, and what both say.
pub(super) struct Comparison<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) lockfile: Link<Lockfile>,
    pub(super) teller: Teller,
    pub(super) root: Node<'a>,
    pub(super) record: &'a PipenvRecord,
    pub(super) locked: &'a Locked<'a>,
}

impl Comparison<'_> {
    /// What differs; `recorded` is the digest in the lockfile.
    pub(super) fn differences(&self, document: &Json, recorded: &Value<String>) -> Vec<Difference> {
        let mut found = self.sources();
        found.extend(self.requires());
        found.extend(categories(self.root).flat_map(|category| self.category(category)));
        let packages = self.seen.lookup.packages(self.lockfile).collect();
        let mut places = Places { record: self.record, locked: self.locked, packages, slots: Vec::new() };
        places.read(self.root);
        let target = recorded.known().map_or("", String::as_str);
        let edit = Search::new(document, Separators::Compact, target).find(&places.slots);
        if found.is_empty() && edit.is_none() {
            let place = self.root.entry("packages").map(|entry| entry.key.span());
            return vec![self.teller.unexplained("digest", "the Pipfile", place, recorded.clone())];
        }
        Teller::settled(found, edit.map(|edit| self.teller.edited(edit)))
    }

    /// Sources by name: new ones, changed keys, and those that are gone.
    fn sources(&self) -> Vec<Difference> {
        let Some(entry) = self.root.entry("source") else { return Vec::new() };
        let mut found = Vec::new();
        let mut names = BTreeSet::new();
        for source in entry.value.items() {
            let name = source.get("name").and_then(quoted).unwrap_or_default();
            names.insert(name);
            let Some(recorded) = self.record.sources.iter().find(|source| &*source.name == name) else {
                let explanation = format!("the source {name} is not in the lockfile");
                found.push(self.teller.difference("source", name, Some(source.span()), Value::absent(), explanation));
                continue;
            };
            for entry in source.own_entries() {
                let key = entry.key.scalar().unwrap_or_default();
                let before = recorded.value.get(key);
                let (Ok(now), Some(before)) = (Json::of(entry.value), before) else { continue };
                if now != *before {
                    let (now, before) = (shown(&now), shown(before));
                    let explanation = format!("{key} of the source {name} was {before}, now it is {now}");
                    let recorded = Value::written(before, recorded.span);
                    found.push(self.teller.asked("source", name, (now, entry.key.span()), recorded, explanation));
                }
            }
        }
        for gone in self.record.sources.iter().filter(|source| !names.contains(&*source.name)) {
            let explanation = format!("the source {} is in the lockfile and no longer in the Pipfile", gone.name);
            let recorded = Value::written(gone.name.to_string(), gone.span);
            found.push(self.teller.difference("source", &gone.name, Some(entry.key.span()), recorded, explanation));
        }
        found
    }

    /// `[requires]`, key by key.
    fn requires(&self) -> Vec<Difference> {
        let now = self.root.get("requires");
        let mut found = Vec::new();
        for entry in now.into_iter().flat_map(Node::own_entries) {
            let (key, text) = (entry.key.scalar().unwrap_or_default(), entry.value.scalar().unwrap_or_default());
            let before = self.record.requires.iter().find(|(name, _)| **name == *key).map(|(_, noted)| noted);
            if before.is_some_and(|before| *before.text == *text) {
                continue;
            }
            let recorded =
                before.map_or_else(Value::absent, |noted| Value::written(noted.text.to_string(), noted.span));
            let was = before.map_or("not asked for", |before| &before.text);
            let explanation = format!("{key} was {was}, now it is {text}");
            found.push(self.teller.asked("setting", key, (text.to_owned(), entry.value.span()), recorded, explanation));
        }
        let has = |key: &str| now.is_some_and(|now| now.get(key).is_some());
        for (key, before) in self.record.requires.iter().filter(|(key, _)| !has(key)) {
            let explanation = format!("{key} was {} in [requires], and is gone", before.text);
            let recorded = Value::written(before.text.to_string(), before.span);
            let place = self.root.entry("requires").or_else(|| categories(self.root).last().map(|last| last.entry));
            found.push(self.teller.difference(
                "setting",
                key,
                place.map(|entry| entry.key.span()),
                recorded,
                explanation,
            ));
        }
        found
    }

    fn category(&self, category: Category<'_>) -> Vec<Difference> {
        let place = category.entry.key.span();
        let Some(index) = self.record.categories.iter().position(|known| &*known.text == category.name) else {
            let explanation = format!("the category {} is not in the lockfile", category.table);
            return vec![self.teller.difference("setting", category.table, Some(place), Value::absent(), explanation)];
        };
        let packages: Vec<(&LockedPackage, &PipenvPackage)> = self
            .seen
            .lookup
            .packages(self.lockfile)
            .map(|link| self.locked.package(link))
            .zip(&self.record.packages)
            .filter(|(_, recorded)| recorded.category == index)
            .collect();
        let asked: BTreeSet<String> =
            category.entry.value.own_entries().map(|entry| normalize(entry.key.scalar().unwrap_or_default())).collect();
        let entries = category.entry.value.own_entries();
        let mut found: Vec<Difference> =
            entries.filter_map(|entry| self.requirement(category, entry, &packages)).collect();
        // Only what the Pipfile names carries its index.
        let direct = packages.iter().filter(|(_, recorded)| recorded.index.is_some());
        for (package, _) in direct.filter(|(package, _)| !asked.contains(&package.contents.package)) {
            let version = package.contents.version.known().map_or("", String::as_str);
            let explanation = format!(
                "{} {version} is locked as asked for in [{}], where nothing asks for it any more",
                package.contents.package, category.table
            );
            let recorded = Value::written(format!("{} {version}", package.contents.package), package.header.span);
            found.push(self.teller.difference("orphan", &package.contents.package, Some(place), recorded, explanation));
        }
        found
    }

    /// A requirement that no package of its category answers, or one of another version or kind.
    fn requirement(
        &self,
        category: Category<'_>,
        entry: Entry<'_>,
        packages: &[(&LockedPackage, &PipenvPackage)],
    ) -> Option<Difference> {
        let name = normalize(entry.key.scalar()?);
        let range = entry.value.get("version").or(Some(entry.value)).and_then(quoted).filter(|range| *range != "*");
        let shown = range.map_or_else(|| name.clone(), |range| format!("{name} {range}"));
        let place = entry.key.span();
        let tell = |recorded: Value<String>, explanation: String| {
            Some(self.teller.asked("requirement", &name, (shown.clone(), place), recorded, explanation))
        };
        let Some((package, _)) = packages.iter().find(|(package, _)| package.contents.package == name) else {
            // What is asked for on other machines only is not locked.
            let is_conditional = entry.value.own_entries().any(|entry| entry.key.scalar().is_some_and(is_condition));
            let place = if category.name == "default" {
                "the lockfile".to_owned()
            } else {
                format!("{} of the lockfile", category.name)
            };
            return if is_conditional { None } else { tell(Value::absent(), format!("{shown} is not in {place}")) };
        };
        let kinds = ["git", "path", "file"];
        let kind = kinds.into_iter().find(|key| entry.value.get(key).is_some());
        let is_elsewhere = package.contents.source != "registry";
        if kind.is_some() != is_elsewhere {
            let asked = kind.map_or("an index", |kind| if kind == "git" { "git" } else { "a path or address" });
            let locked = if is_elsewhere { package.contents.source } else { "an index" };
            let explanation = format!("{name} is asked for from {asked}, and locked from {locked}");
            return tell(Value::written(locked.to_owned(), package.header.span), explanation);
        }
        let wanted = Wanted::Specifier(Specifier::parse(range?).ok()?);
        let version = package.contents.version.known()?;
        let is_admitted = version.parse::<Version>().map_or(true, |version| wanted.admits(&version));
        let explanation = format!("{shown} does not admit {version}, which is locked");
        if is_admitted { None } else { tell(package.version(), explanation) }
    }
}

/// Keys that say when a package is installed.
fn is_condition(key: &str) -> bool {
    const WORDS: [&str; 4] = ["python_", "platform_", "implementation_", "os_"];
    matches!(key, "markers" | "sys_platform") || WORDS.iter().any(|word| key.starts_with(word))
}

fn shown(value: &Json) -> String {
    match value {
        Json::Text(text) => text.to_string(),
        other => other.write(Separators::Spaced),
    }
}
