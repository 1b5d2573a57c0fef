//! Buildkite: the commands of its steps, the plugins they use and the images these run in
//! (<https://buildkite.com/docs/pipelines/configure/step-types/command-step>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, image, lines, run};
use super::{Claim, File, Output, Reader};
use crate::facts::Include;
use crate::pin::{Level, action};
use crate::steps::Job;
use crate::syntax::Node;

/// Reads the pipelines of Buildkite.
pub const READER: Reader = Reader { name: "buildkite", role: "workflow", claims, read };

/// Groups inside groups are followed this far.
const DEEPEST: usize = 4;

fn claims(path: &str) -> Claim {
    let is_yaml = [".yml", ".yaml"].iter().any(|end| path.ends_with(end));
    let is_placed = path.starts_with(".buildkite/") || path == "buildkite.yml";
    if is_yaml && is_placed { Claim::IfContains(&["steps:"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    let variables = Variables::default().and(root.get("env"));
    steps(file, root.get("steps"), &variables, 0, output);
}

fn steps(file: &File<'_>, list: Option<Node<'_>>, variables: &Variables, depth: usize, output: &mut Output) {
    for (at, step) in list.into_iter().flat_map(Node::items).take(MOST).enumerate() {
        if step.get("group").is_some() && depth < DEEPEST {
            steps(file, step.get("steps"), variables, depth + 1, output);
            continue;
        }
        let title = ["key", "label", "name"].iter().find_map(|key| step.get(key).and_then(Node::scalar));
        let name = title.map_or_else(|| format!("step {}", at + 1), ToOwned::to_owned);
        let variables = variables.and(step.get("env"));
        plugins(file, &name, step, &variables, output);
        let mut job = Job::new(file.path, "buildkite", &name, true);
        job.is_named(step.get("label").and_then(Node::scalar).unwrap_or(""));
        for (variable, value) in variables.iter() {
            job.set(variable, value);
        }
        let mut nodes = Vec::new();
        for key in ["command", "commands"] {
            step.get(key).into_iter().for_each(|node| lines(node, &mut nodes));
        }
        let mut how = Running::at_root();
        how.optional = step.get("soft_fail").is_some_and(|may| may.bool() != Some(false)) || step.get("if").is_some();
        run(file, &READER, output, &mut job, &nodes, how);
        output.facts.steps.extend(job.finish());
    }
}

/// `name#v1.2.3`, alone or with settings; `image` among them is what the commands run in.
fn plugins(file: &File<'_>, name: &str, step: Node<'_>, variables: &Variables, output: &mut Output) {
    let listed = step.get("plugins");
    let mut used: Vec<(Node<'_>, Option<Node<'_>>)> = Vec::new();
    for item in listed.into_iter().flat_map(Node::items).take(MOST) {
        used.extend(item.scalar().map(|_| (item, None)));
        used.extend(item.entries().into_iter().map(|entry| (entry.key, Some(entry.value))));
    }
    used.extend(listed.into_iter().flat_map(Node::entries).map(|entry| (entry.key, Some(entry.value))));
    for (node, settings) in used {
        let Some(text) = node.scalar() else { continue };
        if !text.starts_with('.') && !output.facts.includes.iter().any(|known| known.header.name.ends_with(text)) {
            output.facts.add(plugin(file, text, node));
        }
        if let Some(own) = settings.and_then(|settings| settings.get("image")) {
            image(file, output, &format!("{name}: image"), "job", own, variables);
        }
    }
}

fn plugin(file: &File<'_>, text: &str, node: Node<'_>) -> Include {
    let header = file.part(text, node.span());
    let place = node.inner_span();
    match text.rsplit_once('#') {
        Some((source, reference)) => {
            let fact = Include::at(header, "plugin", source, reference, place.part(source.len() + 1..text.len()));
            if reference.contains('$') { fact.unresolved("the version is a variable") } else { fact.stated(action::level(reference)) }
        }
        None => Include::unstated(header, "plugin", text, Level::Floating, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn steps_plugins_and_images() {
        let text = "env: { UV_LOCKED: '1' }\nsteps:\n  - label: test\n    commands: [uv sync, npm install]\n    plugins:\n      - docker#v5.11.0: { image: 'python:3.12' }\n      - cache\n  - wait\n  - group: ship\n    steps:\n      - { label: deploy, command: cargo build --release }\n";
        let facts = read_alone(&READER, ".buildkite/pipeline.yml", text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let mut rows: Vec<String> = facts.includes.iter().map(|one| format!("{} {} {}", one.form, one.source, level(&one.level))).collect();
        rows.extend(facts.images.iter().map(|one| format!("{} {}", one.role, known(&one.reference))));
        rows.extend(facts.toolchains.iter().map(|one| format!("{} {} {}", one.phase, one.tool, known(&one.stated))));
        rows.extend(facts.steps.iter().map(|one| format!("{}: {} {} for {}", one.job, one.command, known(&one.lock_use), one.purpose)));
        assert_eq!(
            rows,
            [
                "plugin docker 4",
                "plugin cache 1",
                "job python:3.12",
                "ci python 3.12",
                "test: uv sync proves for check",
                "test: npm install may-rewrite for check",
                "deploy: cargo build --release may-rewrite for release",
            ]
        );
    }
}
