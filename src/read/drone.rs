//! Drone and Woodpecker, which grew out of it: pipelines whose steps are images with commands
//! (<https://docs.drone.io/pipeline/docker/overview/>, <https://woodpecker-ci.org/docs/usage/workflow-syntax>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, image, lines, run};
use super::{Claim, File, Output, Reader};
use crate::steps::{Job, Purpose, of_name};
use crate::syntax::Node;

/// Reads the pipelines of Drone and Woodpecker.
pub const READER: Reader = Reader { name: "drone", role: "workflow", claims, read };

fn claims(path: &str) -> Claim {
    let is_yaml = [".yml", ".yaml"].iter().any(|end| path.ends_with(end));
    let is_named = path.rsplit_once('.').is_some_and(|(stem, _)| matches!(stem, ".drone" | ".woodpecker"));
    let is_placed = path.starts_with(".woodpecker/");
    if is_yaml && (is_named || is_placed) { Claim::IfContains(&["steps:", "pipeline:"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    for (at, root) in tree.roots().enumerate().take(MOST) {
        let own = root.get("name").and_then(Node::scalar);
        let stem = file.file_name().rsplit_once('.').map_or("", |(stem, _)| stem).trim_start_matches('.').to_owned();
        let name = own.map_or_else(|| if at == 0 { stem.clone() } else { format!("{stem} {}", at + 1) }, ToOwned::to_owned);
        pipeline(file, &name, root, output);
    }
}

/// One pipeline: its steps share a workspace and run one after the other.
fn pipeline(file: &File<'_>, name: &str, root: Node<'_>, output: &mut Output) {
    let variables = Variables::default().and(root.get("environment"));
    let mut job = Job::new(file.path, "drone", name, true).triggered(trigger(root));
    for (_, service) in named(root.get("services")) {
        if let Some(node) = service.get("image") {
            image(file, output, &format!("{name}: service {}", node.scalar().unwrap_or("")), "service", node, &variables);
        }
    }
    let steps = root.get("steps").or_else(|| root.get("pipeline"));
    for (title, step) in named(steps) {
        let mut nodes = Vec::new();
        step.get("commands").into_iter().for_each(|node| lines(node, &mut nodes));
        // A step without commands is a plugin: its image does what its settings say.
        let role = if nodes.is_empty() { "tool" } else { "job" };
        if let Some(node) = step.get("image") {
            image(file, output, &format!("{name}: {title}"), role, node, &variables);
        }
        if of_name(&title) == Purpose::Release {
            job.is_named(&title);
        }
        let mut how = Running::within(step.get("directory"), &variables);
        how.optional = step.get("failure").and_then(Node::scalar) == Some("ignore") || step.get("when").is_some();
        how.aside = is_for_requests(step);
        run(file, &READER, output, &mut job, &nodes, how);
    }
    output.facts.steps.extend(job.finish());
}

/// Steps and services are lists of maps with a name, or a map by name.
fn named(node: Option<Node<'_>>) -> Vec<(String, Node<'_>)> {
    let Some(node) = node else { return Vec::new() };
    let listed = node.items().map(|item| (item.get("name").and_then(Node::scalar).unwrap_or("step").to_owned(), item));
    let mapped = node.entries().into_iter().filter_map(|entry| Some((entry.key.scalar()?.to_owned(), entry.value)));
    listed.chain(mapped).take(MOST).collect()
}

/// The events that start a pipeline or a step: `trigger.event` of Drone, `when` of Woodpecker.
fn events(node: Node<'_>) -> Vec<&str> {
    let mut events = Vec::new();
    let conditions = node.get("when").into_iter().flat_map(|when| when.items().chain([when]).collect::<Vec<_>>());
    for condition in node.get("trigger").into_iter().chain(conditions) {
        for node in [condition.get("event"), condition.at(&["event", "include"])].into_iter().flatten() {
            lines(node, &mut events);
        }
    }
    events.iter().filter_map(|event| event.scalar()).collect()
}

fn trigger(root: Node<'_>) -> &'static str {
    let words = events(root);
    match () {
        () if words.is_empty() => "change",
        () if words.iter().all(|word| *word == "cron") => "schedule",
        () if words.iter().all(|word| matches!(*word, "custom" | "manual")) => "manual",
        () => "change",
    }
}

/// Whether a step runs for pull requests only: nothing is released then.
fn is_for_requests(step: Node<'_>) -> bool {
    let words = events(step);
    !words.is_empty() && words.iter().all(|word| word.starts_with("pull_request"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    fn rows(path: &str, text: &str) -> Vec<String> {
        let facts = read_alone(&READER, path, text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let mut rows: Vec<String> =
            facts.images.iter().map(|one| format!("{} {} {}", one.role, known(&one.reference), level(&one.level))).collect();
        rows.extend(facts.toolchains.iter().map(|one| format!("{} {} {}", one.phase, one.tool, known(&one.stated))));
        rows.extend(facts.steps.iter().map(|one| format!("{}: {} {} {}", one.job, one.command, known(&one.lock_use), one.trigger)));
        rows
    }

    #[test]
    fn steps_are_for_what_their_events_say() {
        let text = "steps:\n  build:\n    image: rust:1.95.0\n    commands: [cargo build]\n    when: [{ event: pull_request }]\n  ship:\n    image: rust:1.95.0\n    commands: [cargo publish]\n    when: [{ event: tag }]\n  both:\n    image: rust:1.95.0\n    commands: [cargo test]\n    when: { event: [tag, pull_request] }\n";
        let facts = read_alone(&READER, ".woodpecker.yml", text).facts;
        let purposes: Vec<_> = facts.steps.iter().map(|step| format!("{}: {}", step.command, step.purpose)).collect();
        assert_eq!(purposes, ["cargo build: check", "cargo publish: release", "cargo test: release"]);
    }

    #[test]
    fn pipelines_of_both() {
        let drone = "kind: pipeline\ntype: docker\nname: test\nsteps:\n  - name: unit\n    image: node:20\n    commands: [npm install]\n  - name: publish\n    image: plugins/docker\n    settings: { repo: a }\nservices:\n  - { name: db, image: 'postgres:16' }\n---\nkind: pipeline\nname: nightly\ntrigger: { event: [cron] }\nsteps:\n  - { name: a, image: 'rust:1.83.0', commands: [cargo build] }\n";
        assert_eq!(
            rows(".drone.yml", drone),
            [
                "service postgres:16 2",
                "job node:20 2",
                "tool plugins/docker 1",
                "job rust:1.83.0 4",
                "ci node 20",
                "ci rust 1.83.0",
                "test: npm install may-rewrite change",
                "nightly: cargo build may-rewrite schedule",
            ]
        );
        let woodpecker = "when:\n  - event: push\nsteps:\n  lint:\n    image: python:3.12\n    commands:\n      - uv sync --locked\n  more:\n    image: ${IMAGE}\n    commands: [uv run pytest]\n";
        assert_eq!(
            rows(".woodpecker/test.yml", woodpecker),
            [
                "job python:3.12 3",
                "job - -",
                "ci python 3.12",
                "test: uv sync --locked proves change",
                "test: uv run pytest may-rewrite change",
                "test: pytest none change",
            ]
        );
    }
}
