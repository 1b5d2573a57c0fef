//! GitHub workflows and actions: the actions, machines, images and toolchains they ask for,
//! and the commands they run.

mod build;
mod condition;
mod directory;
mod expression;
mod installs;
mod job;
mod matrix;
mod setup;
mod uses;
mod when;

use crate::read::{Claim, File, Output, Reader};
use crate::steps::Purpose;
use crate::syntax::{Node, yaml};

/// Reads GitHub workflows and the definitions of actions.
pub const READER: Reader = Reader { name: "github", role: "workflow", claims, read };

/// More jobs or steps than this in one file are not written by people.
const MOST: usize = 2_000;

/// Lists of steps inside lists of steps are read this far.
const DEEPEST: usize = 4;

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    let is_yaml = std::path::Path::new(name).extension().is_some_and(|end| end == "yml" || end == "yaml");
    match name {
        "action.yml" | "action.yaml" => Claim::IfContains(&["runs:"]),
        _ if is_yaml && crate::path::directory(path) == ".github/workflows" => Claim::Yes,
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    let mut actions = Vec::new();
    for root in document.roots() {
        let mut reading = Reading { file, output, root, actions };
        match root.get("jobs") {
            Some(jobs) if jobs.is_map() => workflow(&mut reading, root, jobs),
            _ => reading.composite(root),
        }
        actions = reading.actions;
    }
}

/// One file while it is read.
struct Reading<'r, 'f, 'd> {
    file: &'r File<'f>,
    output: &'r mut Output,
    root: Node<'d>,
    /// The actions that are noted already, as written.
    actions: Vec<String>,
}

/// What a workflow says about all of its jobs.
#[derive(Debug, Clone)]
struct Trigger<'d> {
    /// The events that start it; empty when other workflows do.
    events: Vec<&'d str>,
    word: &'static str,
    purpose: Purpose,
    /// Whether other workflows call it and nothing else starts it.
    only_called: bool,
}

fn workflow<'d>(reading: &mut Reading<'_, '_, 'd>, root: Node<'d>, jobs: Node<'d>) {
    let trigger = trigger(root.get("on"));
    for entry in jobs.entries().into_iter().take(MOST) {
        let Some(name) = entry.key.scalar() else { continue };
        if entry.value.is_map() {
            reading.job(name, entry.value, &trigger);
        }
    }
}

/// When a workflow runs: a word, a list or a map of events.
fn trigger(on: Option<Node<'_>>) -> Trigger<'_> {
    let Some(on) = on else {
        return Trigger { events: Vec::new(), word: "change", purpose: Purpose::Check, only_called: false };
    };
    let mut events: Vec<&str> = on.items().filter_map(Node::scalar).collect();
    events.extend(on.entries().into_iter().filter_map(|entry| entry.key.scalar()));
    events.extend(on.scalar());
    let by_hand = ["workflow_dispatch", "repository_dispatch"];
    let word = match () {
        () if events.iter().all(|event| by_hand.contains(event)) && !events.is_empty() => "manual",
        () if events.contains(&"schedule") && events.iter().all(|event| *event == "schedule" || by_hand.contains(event)) => {
            "schedule"
        }
        () => "change",
    };
    let only_tags = on.get("push").is_some_and(|push| push.get("tags").is_some() && push.get("branches").is_none());
    let others = events.iter().filter(|event| !by_hand.contains(event) && **event != "workflow_call");
    let is_release = others.clone().count() > 0
        && others.into_iter().all(|event| *event == "release" || (*event == "push" && only_tags));
    let is_called = |event: &&str| *event == "workflow_call" || by_hand.contains(event);
    let only_called = events.contains(&"workflow_call") && events.iter().all(is_called);
    let purpose = if is_release { Purpose::Release } else { Purpose::Check };
    // A called workflow is told the event of the one that calls it.
    let events = if events.contains(&"workflow_call") { Vec::new() } else { events };
    Trigger { events, word, purpose, only_called }
}

#[cfg(test)]
mod tests;
