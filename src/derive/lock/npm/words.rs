//! Says in words what npm would repair, and what keeps it from loading a lockfile at all.

use std::collections::HashSet;

use super::REMEDY;
use super::compare::{Broken, Compared};
use super::overrides::replaced;
use super::tree::{Edge, Kind, ROOT, Tree};
use crate::derive::lock::{Difference, Outcome, Seen, Weight};
use crate::facts::{Link, Manifest};
use crate::node::manifest;
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
    Difference {
        manifest: None,
        asked_in: None,
        aspect: "file",
        subject: "the lockfile".to_owned(),
        asked: Value::absent(),
        recorded: Value { span: Some(span), ..Value::absent() },
        weight: Weight::Resolution,
        explanation: explanation.to_owned(),
        remedy: REMEDY.to_owned(),
    }
}

/// A requirement whose value is no text stops npm.
pub(super) fn odd_value(tree: &Tree<'_>, seen: Seen<'_>) -> Option<Value<String>> {
    let documents = tree.nodes.iter().filter_map(|node| seen.facts[node.manifest?].document.as_deref());
    let mut stated = documents.flat_map(|document| manifest::dependencies(document.root()));
    let odd = stated.find(|one| one.text.is_none())?;
    Some(Value::written(format!("what is asked of {} is no text", odd.name), odd.value.span()))
}

/// What keeps npm from loading the locked tree at all, which it calls out of step.
pub(super) fn load_faults(compared: &Compared<'_, '_>, manifest: Link<Manifest>) -> Vec<Difference> {
    let Compared { seen, tree, root, .. } = compared;
    let mut found = Vec::new();
    let mut add = |aspect, subject: &str, asked: Value<String>, explanation: String, file: Option<Link<Manifest>>| {
        let recorded = Value::absent();
        found.push(Difference {
            manifest: file,
            asked_in: None,
            aspect,
            subject: subject.to_owned(),
            asked,
            recorded,
            weight: Weight::Resolution,
            explanation,
            remedy: REMEDY.to_owned(),
        });
    };
    if let Some(node) = root.get("workspaces").filter(|_| manifest::workspaces(*root).is_none()) {
        let asked = Value { span: Some(node.span()), ..Value::absent() };
        add("setting", "workspaces", asked, "`workspaces` is no list of directories".to_owned(), Some(manifest));
    }
    let members = tree.nodes[ROOT].edges.iter().filter(|edge| edge.kind == Kind::Workspace);
    let mut names: HashSet<&str> = HashSet::new();
    for edge in members.filter(|edge| !names.insert(edge.name)) {
        let asked = Value::written(edge.name.to_owned(), edge.span);
        let explanation = format!("two members of the workspace are called {}", edge.name);
        add("member", edge.name, asked, explanation, member(seen, edge, manifest));
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
            asked_in: None,
            aspect: if node.parent.is_some() { "edge" } else { "requirement" },
            subject: edge.name.to_owned(),
            asked: Value::written(shown(text).to_owned(), edge.span),
            recorded: held(locked),
            weight: Weight::Resolution,
            explanation: format!("{asking}{wish}{ending}"),
            remedy: REMEDY.to_owned(),
        };
        if edge.kind == Kind::Workspace {
            difference.aspect = "member";
            difference.manifest = root.and_then(|root| member(&self.seen, edge, root));
            difference.asked = Value::written(edge.name.to_owned(), edge.span);
            difference.recorded = Value::absent();
            difference.explanation = format!("member {} in {} is not in the lockfile", edge.name, edge.text);
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
