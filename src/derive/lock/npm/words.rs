//! Says in words what npm would repair, and what keeps it from loading a lockfile at all.

use std::collections::HashSet;

use super::REMEDY;
use super::compare::{Broken, Compared};
use super::overrides::replaced;
use super::tree::{Edge, Kind, ROOT};
use crate::derive::lock::{Difference, Outcome, Seen};
use crate::facts::{Link, Manifest, Problem};
use crate::node::manifest;
use crate::node::workspace::Patterns;
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// The outcome for a lockfile that npm passes over in favour of another one.
pub(super) fn passed_over(other: Outcome, span: Span) -> Outcome {
    let refusal = other.refusal;
    let stale = !other.differences.is_empty();
    let why = "npm reads npm-shrinkwrap.json instead, which is out of step";
    Outcome { refusal, differences: if stale { vec![whole(why, span)] } else { Vec::new() }, ..Outcome::default() }
}

pub(super) fn whole(explanation: &str, span: Span) -> Difference {
    let recorded = Value { span: Some(span), ..Value::absent() };
    Difference { recorded, ..Difference::whole(explanation, REMEDY) }
}

/// What keeps npm from loading the locked tree at all, which it calls out of step.
pub(super) fn load_faults(compared: &Compared<'_, '_>, manifest: Link<Manifest>) -> Vec<Difference> {
    let Compared { seen, tree, root, .. } = compared;
    let mut found = Vec::new();
    let mut add = |aspect, subject: &str, asked: Value<String>, explanation: String, file: Option<Link<Manifest>>| {
        let recorded = Value::absent();
        found.push(Difference {
            manifest: file,
            asked,
            recorded,
            ..Difference::of(aspect, subject, explanation, REMEDY)
        });
    };
    if let Some(node) = root.get("workspaces").filter(|_| manifest::workspaces(*root).is_none()) {
        let asked = Value { span: Some(node.span()), ..Value::absent() };
        add("setting", "workspaces", asked, "`workspaces` is not a list of directories".to_owned(), Some(manifest));
    }
    let members = tree.nodes[ROOT].edges.iter().filter(|edge| edge.kind == Kind::Workspace);
    let mut names: HashSet<&str> = HashSet::new();
    for edge in members.filter(|edge| !names.insert(edge.name)) {
        let asked = Value::written(edge.name.to_owned(), edge.span);
        let explanation = format!("two members of the workspace are called {}", edge.name);
        add("member", edge.name, asked, explanation, member(seen, edge, manifest));
    }
    for (message, span, file) in odd_values(compared) {
        add("requirement", "package.json", Value { span: Some(span), ..Value::absent() }, message, Some(file));
    }
    for problem in broken_members(compared, manifest) {
        let asked = Value { span: Some(problem.header.span), ..Value::absent() };
        add("member", &problem.header.path, asked, format!("{} cannot be read", problem.header.path), None);
    }
    for (key, span) in compared.overrides.into_iter().flat_map(|overrides| overrides.unreadable(tree)) {
        let asked = Value::written(key.to_owned(), span);
        let explanation = format!("the override `{key}` names no package and range that npm reads");
        add("setting", key, asked, explanation, Some(manifest));
    }
    for place in &tree.lost {
        let to = place.resolved.as_ref().map_or("nothing", |of| &of.text);
        let explanation = format!("{} leads to {to}, which the lockfile does not have", place.location);
        add("source", place.package(), Value { span: Some(place.span), ..Value::absent() }, explanation, None);
    }
    for edge in &tree.nodes[ROOT].edges {
        let Some(rule) = compared.rule(ROOT, edge) else { continue };
        let Ok(text) = replaced(rule, edge, &[*root]) else { continue };
        if edge.kind != Kind::Workspace && text != edge.text {
            let explanation =
                format!("the override {} {text} contradicts the requirement {}", edge.name, shown(edge.text));
            add("requirement", edge.name, Value::written(text.to_owned(), rule.span), explanation, Some(manifest));
        }
    }
    found
}

/// Requirements whose value is no text, and groups of requirements that are no table.
fn odd_values<'a>(compared: &Compared<'a, '_>) -> Vec<(String, Span, Link<Manifest>)> {
    let mut found = Vec::new();
    for file in compared.tree.nodes.iter().filter_map(|node| node.manifest) {
        let Some(document) = compared.seen.facts[file].document.as_deref() else { continue };
        for one in manifest::dependencies(document.root()).into_iter().filter(|one| one.text.is_none()) {
            found.push((format!("what is asked of {} is not a string", one.name), one.value.span(), file));
        }
        for group in manifest::GROUPS {
            let Some(node) = document.root().get(group.key()) else { continue };
            let is_filled = node.items().next().is_some() || node.text().is_some_and(|text| !text.is_empty());
            if !node.is_map() && is_filled {
                found.push((format!("`{}` is not a table of requirements", group.key()), node.span(), file));
            }
        }
    }
    found
}

/// Manifests of members that are no JSON.
fn broken_members<'a>(compared: &Compared<'a, '_>, root: Link<Manifest>) -> Vec<&'a Problem> {
    let written = manifest::workspaces(compared.root).unwrap_or_default();
    if written.is_empty() {
        return Vec::new();
    }
    let patterns = Patterns::new(written.into_iter().filter_map(crate::syntax::Node::text));
    let directory = path::directory(&compared.seen.facts[root].header.path);
    let is_member = |problem: &&Problem| {
        let own = path::relative_to(path::directory(&problem.header.path), directory);
        path::file_name(&problem.header.path) == "package.json" && own.is_some_and(|own| patterns.hold(own))
    };
    compared.seen.facts.problems.iter().filter(is_member).collect()
}

fn member(seen: &Seen<'_>, edge: &Edge<'_>, root: Link<Manifest>) -> Option<Link<Manifest>> {
    let directory = path::directory(&seen.facts[root].header.path);
    let path = path::join(directory, &format!("{}/package.json", edge.text))?;
    seen.lookup.manifest_at(seen.facts, &path)
}

/// A range as people say it.
pub(super) fn shown(text: &str) -> &str {
    if text.is_empty() { "*" } else { text }
}

impl Compared<'_, '_> {
    pub(super) fn difference(&self, broken: &Broken<'_>) -> Difference {
        let Broken { from, edge, text, rule } = broken;
        let node = &self.tree.nodes[*from];
        let root = self.tree.nodes[ROOT].manifest;
        let locked = edge.to.and_then(|to| self.tree.version(to));
        let held = |found: Option<(&str, Option<Span>)>| match found {
            Some((version, Some(span))) => Value::written(version.to_owned(), span),
            Some((version, None)) => Value::derived(version.to_owned()),
            None => Value::absent(),
        };
        let wish = format!("{} {}", edge.name, shown(text));
        let asking = if node.parent.is_some() { format!("{} asks for ", node.name) } else { String::new() };
        let ending = match (edge.to, locked) {
            (None, _) if asking.is_empty() => " is not in the lockfile".to_owned(),
            (None, _) => ", which is not in the lockfile".to_owned(),
            (Some(_), Some((version, _))) if asking.is_empty() => format!(" is asked for, {version} is locked"),
            (Some(_), Some((version, _))) => format!(", {version} is locked"),
            (Some(_), None) => ", another source is locked".to_owned(),
        };
        let mut difference = Difference {
            manifest: node.manifest,
            asked: Value::written(shown(text).to_owned(), edge.span),
            recorded: held(locked),
            ..Difference::of(
                if node.parent.is_some() { "edge" } else { "requirement" },
                edge.name,
                format!("{asking}{wish}{ending}"),
                REMEDY,
            )
        };
        if edge.kind == Kind::Workspace {
            difference.aspect = "member";
            difference.manifest = root.and_then(|root| member(&self.seen, edge, root));
            difference.asked = Value::written(edge.name.to_owned(), edge.span);
            difference.recorded = Value::absent();
            difference.explanation = format!("member {} in {} is not in the lockfile", edge.name, edge.text);
            difference.cause = taken_in(self.root, edge.text);
        } else if let Some(span) = rule {
            difference.manifest = root;
            difference.asked = Value::written((*text).to_owned(), *span);
            difference.explanation =
                format!("an override asks for {wish} below {}{ending}", node.name).replace(" is asked for,", ",");
        } else if node.manifest.is_none() {
            // What the lockfile itself says stands there.
            difference.recorded = Value::written(shown(text).to_owned(), edge.span);
            difference.asked = Value::absent();
        }
        difference
    }
}

/// The pattern of `workspaces` that takes a directory in.
fn taken_in(root: crate::syntax::Node<'_>, directory: &str) -> Value<String> {
    let written = manifest::workspaces(root).unwrap_or_default();
    let takes = |node: &crate::syntax::Node<'_>| Patterns::new(node.text()).hold(directory);
    match written.into_iter().find(takes) {
        Some(node) => {
            let text = node.text().unwrap_or_default();
            Value::written(format!("{text} takes {directory} into the workspace"), node.span())
        }
        None => Value::absent(),
    }
}
