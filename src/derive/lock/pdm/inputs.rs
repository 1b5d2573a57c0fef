//! The inputs that a pdm.lock may record in place of a digest (`freshness.py` of PDM 2.29.3, read 2026-11):
//! what is asked for without ranges must be the same, and every locked version must be in range.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::super::{Difference, Outcome};
use super::differences::Comparison;
use super::wish::{self, Line, Wish};
use super::{Member, marker_text};
use crate::python::canonical_json::{Json, Separators, hex};
use crate::python::name::normalize;
use crate::python::{Marker, PythonRange, Requirement, Specifier, Version};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Compares the recorded inputs with those of now.
pub(super) fn compare(comparison: &Comparison<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some((inputs, place)) = &comparison.record.inputs else { return outcome };
    let wishes: Vec<(Member<'_>, Wish<'_>)> =
        comparison.members.iter().map(|member| (*member, wish::read(member.tree.root()))).collect();
    if let Some((reason, span)) = wishes.iter().find_map(|(_, wish)| fault(wish)) {
        outcome.refusal = Some(Value::written(reason, span));
        return outcome;
    }
    let mut reading = Reading { comparison, place: *place, found: Vec::new(), undecided: Vec::new() };
    if is_volatile(inputs) {
        let explanation =
            "the lockfile records inputs that may change unseen, so that PDM always locks anew".to_owned();
        reading.tell(None, "setting", "lock_inputs", None, explanation);
    }
    for (member, wish) in &wishes {
        let recorded = if member.directory.is_empty() {
            inputs.get("project")
        } else {
            inputs.get("workspace").and_then(|workspace| workspace.get(member.directory))
        };
        match recorded {
            Some(recorded) => reading.project(member, wish, recorded),
            None => {
                let explanation = format!("the workspace member {} is not among the recorded inputs", member.directory);
                reading.tell(Some(member), "member", member.directory, None, explanation);
            }
        }
    }
    if let Some(Json::Map(recorded)) = inputs.get("workspace") {
        for gone in recorded.keys().filter(|key| !wishes.iter().any(|(member, _)| member.directory == &***key)) {
            let explanation = format!("the workspace member {gone} is among the recorded inputs and is none any more");
            reading.tell(None, "member", gone, None, explanation);
        }
    }
    if reading.found.is_empty() {
        for (member, wish) in &wishes {
            reading.ranges(member, wish);
        }
    }
    outcome.differences = reading.found;
    if outcome.differences.is_empty() {
        outcome.undecided = reading.undecided;
    }
    outcome
}

/// A range of interpreters as PDM prints it: clauses without spaces, sorted. `None` when it is no range.
pub(super) fn specifier_text(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == "*" {
        return Some(String::new());
    }
    Specifier::parse(text).ok()?;
    let clauses: BTreeSet<String> = text.split(',').map(|clause| clause.replace(char::is_whitespace, "")).collect();
    Some(clauses.into_iter().filter(|clause| !clause.is_empty()).collect::<Vec<_>>().join(","))
}

/// What PDM stops at when it reads the requirements.
pub(super) fn fault(wish: &Wish<'_>) -> Option<(String, Span)> {
    if let Some(fault) = &wish.fault {
        return Some(fault.clone());
    }
    let mut lines = wish.groups.values().flat_map(|group| &group.lines);
    let line = lines.find(|line| !is_elsewhere(line.text) && Requirement::parse(line.text).is_err())?;
    Some((format!("`{}` is not a requirement", line.text), line.span))
}

/// Whether a line names a path or an address, which is recorded as a digest only.
fn is_elsewhere(line: &str) -> bool {
    line.starts_with("-e ") || line.starts_with(['.', '/']) || line.contains("://") || line.contains(" @ ")
}

fn is_volatile(value: &Json) -> bool {
    match value {
        Json::Map(entries) => entries.get("volatile") == Some(&Json::Bool(true)) || entries.values().any(is_volatile),
        Json::List(items) => items.iter().any(is_volatile),
        _ => false,
    }
}

struct Reading<'a> {
    comparison: &'a Comparison<'a>,
    /// Where the lockfile records its inputs.
    place: Span,
    found: Vec<Difference>,
    undecided: Vec<String>,
}

impl Reading<'_> {
    fn tell(
        &mut self,
        member: Option<&Member<'_>>,
        aspect: &'static str,
        subject: &str,
        place: Option<Span>,
        explanation: String,
    ) {
        let own = self.comparison.teller;
        let teller = member.map_or(own, |member| super::Teller { manifest: member.manifest, ..own });
        let recorded = Value { span: Some(self.place), ..Value::absent() };
        self.found.push(teller.difference(aspect, subject, place, recorded, explanation));
    }

    fn project(&mut self, member: &Member<'_>, wish: &Wish<'_>, recorded: &Json) {
        let root = member.tree.root();
        self.python(member, root, recorded);
        self.settings(member, root, recorded);
        if !member.directory.is_empty() && recorded.get("package") != Some(&package(root)) {
            let explanation = format!("name, version or build of the member {} changed", member.directory);
            let place = root.entry("project").map(|entry| entry.key.span());
            self.tell(Some(member), "member", member.directory, place, explanation);
        }
        let empty = BTreeMap::new();
        let groups = match recorded.get("groups") {
            Some(Json::Map(groups)) => groups,
            _ => &empty,
        };
        for (name, group) in &wish.groups {
            match groups.get(name.as_str()) {
                Some(Json::List(lines)) => self.group(member, name, group, lines),
                _ => {
                    let explanation = format!("the group {name} is not among the recorded inputs");
                    self.tell(Some(member), "setting", name, Some(group.span), explanation);
                }
            }
        }
        let main = wish.groups.get("default").map(|group| group.span);
        for gone in groups.keys().filter(|name| !wish.groups.contains_key(&***name)) {
            let explanation = format!("the group {gone} is among the recorded inputs and is gone");
            self.tell(Some(member), "setting", gone, main, explanation);
        }
    }

    fn python(&mut self, member: &Member<'_>, root: Node<'_>, recorded: &Json) {
        let entry = root.get("project").and_then(|project| project.entry("requires-python"));
        let text = entry.and_then(|entry| entry.value.text()).unwrap_or_default();
        let now = specifier_text(text).unwrap_or_else(|| text.to_owned());
        let before = match recorded.get("requires-python") {
            Some(Json::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        if now != before {
            let explanation = format!("requires-python was `{before}`, now it is `{now}`");
            let place = entry.or_else(|| root.entry("project")).map(|entry| entry.key.span());
            self.tell(Some(member), "setting", "requires-python", place, explanation);
        }
    }

    /// Sources and the settings of the resolution.
    fn settings(&mut self, member: &Member<'_>, root: Node<'_>, recorded: &Json) {
        let pdm = root.at(&["tool", "pdm"]);
        let place = |key: &str| pdm.and_then(|pdm| pdm.entry(key)).map(|entry| entry.key.span());
        let Some(resolution) = resolution(root) else {
            self.undecided.push("PDM records dates of the resolution in its own form".to_owned());
            return;
        };
        let empty = BTreeMap::new();
        let before = match recorded.get("resolution") {
            Some(Json::Map(entries)) => entries,
            _ => &empty,
        };
        let keys: BTreeSet<&Box<str>> = before.keys().chain(resolution.keys()).collect();
        for key in keys.into_iter().filter(|key| before.get(*key) != resolution.get(*key)) {
            let shown =
                |value: Option<&Json>| value.map_or("not set".to_owned(), |value| value.write(Separators::Spaced));
            let (was, is) = (shown(before.get(key)), shown(resolution.get(key)));
            let entry = pdm.and_then(|pdm| pdm.get("resolution")).and_then(|table| table.entry(key));
            let place = entry.map(|entry| entry.key.span()).or_else(|| place("resolution"));
            let explanation = format!("{key} of the resolution was {was}, now it is {is}");
            self.tell(Some(member), "setting", key, place, explanation);
        }
        let now = sources(root);
        let before = match recorded.get("sources") {
            Some(Json::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        if now != before {
            let name = |source: &Json| match source.get("name") {
                Some(Json::Text(name)) => name.to_string(),
                _ => "without a name".to_owned(),
            };
            let differs = now.iter().find(|source| !before.contains(source));
            let differs = differs.or_else(|| before.iter().find(|source| !now.contains(source)));
            let subject = differs.map_or_else(|| "the order".to_owned(), name);
            let explanation = format!("the sources are others than those recorded: {subject}");
            self.tell(Some(member), "source", &subject, place("source"), explanation);
        }
    }

    /// The lines of a group against those recorded, as sets in which one line may stand more than once.
    fn group(&mut self, member: &Member<'_>, name: &str, group: &wish::Group<'_>, recorded: &[Json]) {
        let text = |line: &Json| match line {
            Json::Text(text) => text.to_string(),
            _ => String::new(),
        };
        let mut left: Vec<String> = recorded.iter().map(text).collect();
        let mut new: Vec<&Line<'_>> = Vec::new();
        for line in &group.lines {
            match left.iter().position(|recorded| is_same_line(line.text, recorded)) {
                Some(index) => drop(left.remove(index)),
                None => new.push(line),
            }
        }
        let opaque = left.iter().filter(|line| line.starts_with("url-sha256:")).count();
        let members = self.comparison.members.len() - 1;
        // The members of a workspace are recorded with the root's own dependencies.
        let implied = if name == "default" && member.directory.is_empty() { members } else { 0 };
        let elsewhere = new.iter().filter(|line| is_elsewhere(line.text)).count();
        if elsewhere + implied > 0 && opaque > 0 {
            if elsewhere > 0 {
                self.undecided.push(format!("paths and addresses in the group {name} are recorded as digests only"));
            }
            left.retain(|line| !line.starts_with("url-sha256:"));
            new.retain(|line| !is_elsewhere(line.text));
        }
        for line in new {
            let package = Requirement::parse(line.text).map_or_else(|_| line.text.to_owned(), |own| own.name);
            let same =
                left.iter().position(|recorded| Requirement::parse(recorded).is_ok_and(|own| own.name == package));
            let explanation = match same.map(|index| left.remove(index)) {
                Some(before) => format!("{package} was asked for as `{before}` in {name}, now as `{}`", line.text),
                None => format!("{} is not among the recorded inputs of {name}", line.text),
            };
            self.tell(Some(member), "requirement", &package, Some(line.span), explanation);
        }
        for gone in left {
            let package = Requirement::parse(&gone).map_or_else(|_| gone.clone(), |own| own.name);
            let explanation = format!("{gone} was asked for in {name}, and is gone");
            self.tell(Some(member), "requirement", &package, Some(group.span), explanation);
        }
    }

    /// Whether the locked versions are in the ranges of all groups that were locked.
    fn ranges(&mut self, member: &Member<'_>, wish: &Wish<'_>) {
        let groups = if member.directory.is_empty() {
            self.comparison.record.locked_groups()
        } else {
            ["default".to_owned()].into()
        };
        let root = member.tree.root();
        let settings = self.comparison.members.first().map_or(root, |own| own.tree.root());
        let resolution = settings.at(&["tool", "pdm", "resolution"]);
        let excluded: BTreeSet<String> = resolution
            .and_then(|table| table.get("excludes"))
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|item| item.text().map(normalize))
            .collect();
        let overrides: BTreeMap<String, &str> = resolution
            .and_then(|table| table.get("overrides"))
            .into_iter()
            .flat_map(Node::own_entries)
            .filter_map(|entry| Some((normalize(entry.key.scalar()?), entry.value.text()?)))
            .collect();
        if self.comparison.record.pythons.is_empty() {
            self.tell(Some(member), "setting", "targets", None, "the lockfile records no targets".to_owned());
            return;
        }
        for (name, group) in wish.groups.iter().filter(|(name, _)| groups.contains(*name)) {
            for line in group.lines.iter().filter(|line| !is_elsewhere(line.text)) {
                let Ok(requirement) = Requirement::parse(line.text) else { continue };
                if excluded.contains(&requirement.name) {
                    continue;
                }
                let range = overrides.get(&requirement.name).map(|text| overridden(text));
                if let Some(explanation) = self.unanswered(&requirement, range, name, line.text) {
                    self.tell(Some(member), "requirement", &requirement.name, Some(line.span), explanation);
                }
            }
        }
    }

    /// Why the locked packages do not answer a requirement, if they do not.
    fn unanswered(
        &self,
        requirement: &Requirement,
        overridden: Option<Specifier>,
        group: &str,
        text: &str,
    ) -> Option<String> {
        let specifier = overridden.unwrap_or_else(|| requirement.specifier.clone());
        let record = self.comparison.record;
        let pythons = record.pythons.iter().filter_map(|noted| Specifier::parse(&noted.text).ok());
        let pythons: Vec<PythonRange> = pythons.filter_map(|python| PythonRange::of([&python])).collect();
        let counts = |marker: &Marker| pythons.iter().any(|python| !marker.is_never(python).unwrap_or(false));
        if !counts(&requirement.marker) {
            return None;
        }
        let packages = self.comparison.seen.lookup.packages(self.comparison.lockfile).zip(&record.packages);
        let mut covered = Marker::never();
        for (link, recorded) in packages {
            let package = self.comparison.locked.package(link);
            let is_of_group = recorded.groups.is_empty() || recorded.groups.iter().any(|name| normalize(name) == group);
            let marker = recorded.marker.as_deref().and_then(|text| Marker::parse(text).ok());
            let marker = marker.unwrap_or_else(Marker::always);
            if package.contents.package != requirement.name || !is_of_group || !counts(&requirement.marker.and(&marker))
            {
                continue;
            }
            let version = package.contents.version.known().and_then(|version| version.parse::<Version>().ok());
            if version.as_ref().is_some_and(|version| !specifier.admits(version)) {
                let version = package.contents.version.known().map_or("", String::as_str);
                return Some(format!("{text} does not admit {version}, which is locked"));
            }
            covered = covered.or(&marker);
        }
        let open = requirement.marker.and(&covered.negate());
        counts(&open).then(|| format!("{text} is not locked for the group {group}"))
    }
}

/// An override: a range, or the one version.
fn overridden(text: &str) -> Specifier {
    let is_range = text.starts_with(['<', '>', '=', '!', '~']);
    let range = if is_range { text.to_owned() } else { format!("=={text}") };
    Specifier::parse(&range).unwrap_or_default()
}

/// Whether a line of the manifest is a recorded line, ranges left out.
fn is_same_line(now: &str, recorded: &str) -> bool {
    if let Some(digest) = recorded.strip_prefix("url-sha256:") {
        return hex(&Sha256::digest(now)) == digest;
    }
    let (Ok(one), Ok(other)) = (Requirement::parse(now), Requirement::parse(recorded)) else { return false };
    let name = |requirement: &Requirement, text: &str| dashed(&text[requirement.name_range.clone()]);
    let marker = |requirement: &Requirement, text: &str| {
        requirement.marker_range.clone().map_or_else(String::new, |range| text[range].to_owned())
    };
    one.url.is_none()
        && name(&one, now) == name(&other, recorded)
        && one.extras == other.extras
        && marker_text::is_same(&marker(&one, now), &marker(&other, recorded))
}

/// A name with its separators made one dash; its case counts.
fn dashed(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(part);
    }
    out
}

/// `[tool.pdm.resolution]` as it is recorded; `None` when a date is in it.
fn resolution(root: Node<'_>) -> Option<BTreeMap<Box<str>, Json>> {
    let Some(table) = root.at(&["tool", "pdm", "resolution"]) else { return Some(BTreeMap::new()) };
    let Json::Map(mut entries) = concealed(Json::of(table).ok()?) else { return Some(BTreeMap::new()) };
    entries.remove("lock_inputs");
    Some(entries)
}

/// The sources as they are recorded: without credentials, addresses as digests.
fn sources(root: Node<'_>) -> Vec<Json> {
    let items = root.at(&["tool", "pdm", "source"]).into_iter().flat_map(Node::items);
    items
        .filter_map(|item| Json::of(item).ok())
        .map(|mut source| {
            if let Json::Map(entries) = &mut source {
                entries.remove("username");
                entries.remove("password");
                if let Some(Json::Text(url)) = entries.get("url").filter(|url| !url.is_empty()) {
                    let url = Json::text(&fingerprint(url));
                    entries.insert("url".into(), url);
                }
                for key in ["include_packages", "exclude_packages"] {
                    if let Some(Json::List(items)) = entries.get_mut(key) {
                        items.sort();
                    }
                }
            }
            concealed(source)
        })
        .collect()
}

/// What is recorded of a member beside its requirements.
fn package(root: Node<'_>) -> Json {
    let project = root.get("project");
    let text =
        |key: &str| Json::text(project.and_then(|project| project.get(key)).and_then(Node::text).unwrap_or_default());
    let build = root.get("build-system").and_then(|table| Json::of(table).ok()).map(concealed);
    let dynamic = project.and_then(|project| project.get("dynamic")).into_iter().flat_map(Node::items);
    let mut dynamic: Vec<Json> = dynamic.filter_map(Node::text).map(Json::text).collect();
    dynamic.sort();
    let pdm = root.at(&["tool", "pdm"]);
    let is_library = pdm.and_then(|pdm| pdm.get("package-type")).map(|kind| kind.text() == Some("library"));
    let distribution = is_library.or_else(|| pdm?.get("distribution")?.bool()).unwrap_or(true);
    Json::map([
        ("build-system", build.unwrap_or_else(|| Json::Map(BTreeMap::new()))),
        ("distribution", Json::Bool(distribution && project.is_some_and(|project| project.get("name").is_some()))),
        ("dynamic", Json::List(dynamic)),
        ("name", text("name")),
        ("version", text("version")),
    ])
}

/// Texts with an address in them become digests.
fn concealed(value: Json) -> Json {
    match value {
        Json::Text(text) if has_address(&text) => Json::text(&fingerprint(&text)),
        Json::List(items) => Json::List(items.into_iter().map(concealed).collect()),
        Json::Map(entries) => Json::Map(entries.into_iter().map(|(key, value)| (key, concealed(value))).collect()),
        other => other,
    }
}

fn fingerprint(text: &str) -> String {
    format!("sha256:{}", hex(&Sha256::digest(text)))
}

fn has_address(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| scheme.ends_with(|c: char| c.is_ascii_alphanumeric() || "+.-".contains(c)))
}
