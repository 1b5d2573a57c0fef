//! CircleCI: its orbs, the images of its jobs and executors, and the commands they run.

use super::pipeline::{MOST, Running, Seen, Variables, document, image, run, unread};
use super::{Claim, File, Output, Reader, cache};
use crate::facts::{Include, Runner};
use crate::pin::{Level, numbers};
use crate::steps::Job;
use crate::syntax::Node;

/// Reads CircleCI definitions.
pub const READER: Reader = Reader { name: "circleci", role: "workflow", claims, read };

/// Commands inside commands are followed this far.
const DEEPEST: usize = 6;

fn claims(path: &str) -> Claim {
    let is_yaml = [".yml", ".yaml"].iter().any(|end| path.ends_with(end));
    let is_own = is_yaml && crate::path::file_name(crate::path::directory(path)) == ".circleci";
    if is_own { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    for entry in root.get("orbs").into_iter().flat_map(Node::entries).take(MOST) {
        if let Some(fact) = orb(file, entry.value) {
            output.facts.add(fact);
        }
    }
    let none = Variables::default();
    let pipeline = defaults(&none, "pipeline.parameters", root);
    for section in ["executors", "jobs"] {
        for entry in root.get(section).into_iter().flat_map(Node::entries).take(MOST) {
            let variables = defaults(&pipeline, "parameters", entry.value);
            machines(file, entry.key.scalar().unwrap_or(""), entry.value, &variables, output);
        }
    }
    let mut seen = Seen::default();
    for entry in root.get("jobs").into_iter().flat_map(Node::entries).take(MOST) {
        let Some(name) = entry.key.scalar() else { continue };
        let mut job = Job::new(file.path, "circleci", name, true).triggered(trigger(root, name));
        for (name, value) in none.and(entry.value.get("environment")).iter() {
            job.set(name, value);
        }
        let mut reading = Reading { file, root, job, directory: entry.value.get("working_directory"), on_windows: on_windows(entry.value) };
        reading.steps(entry.value.get("steps"), 0, output);
        seen.add(output, reading.job.finish());
    }
}

/// The defaults of the parameters that a part of the definition declares.
fn defaults(known: &Variables, context: &str, node: Node<'_>) -> Variables {
    let mut all = known.clone();
    for entry in node.get("parameters").into_iter().flat_map(Node::entries).take(MOST) {
        if let (Some(name), Some(value)) = (entry.key.scalar(), entry.value.get("default").and_then(Node::scalar)) {
            all = all.with(&format!("{context}.{name}"), value);
        }
    }
    all
}

/// A published orb cannot be changed, so three numbers are exact.
fn orb(file: &File<'_>, node: Node<'_>) -> Option<Include> {
    let text = node.scalar()?;
    let (source, reference) = text.split_once('@')?;
    let place = node.inner_span().part(source.len() + 1..text.len());
    let (count, rest) = numbers(reference);
    let level = if rest.is_empty() { Level::of_parts(count) } else { Level::Floating };
    let fact = Include::at(file.part(source, node.span()), "orb", source, reference, place).stated(level);
    Some(if reference.contains("<<") { fact.unresolved("the orb's version is a parameter") } else { fact })
}

fn machines(file: &File<'_>, name: &str, node: Node<'_>, none: &Variables, output: &mut Output) {
    for (at, container) in node.get("docker").into_iter().flat_map(Node::items).take(MOST).enumerate() {
        if let Some(text) = container.get("image") {
            let label = format!("{name}: {}", text.scalar().unwrap_or(""));
            image(file, output, &label, if at == 0 { "job" } else { "service" }, text, none);
        }
    }
    if let Some(node) = node.at(&["machine", "image"]) {
        machine(file, name, node, none, output);
    }
}

/// A virtual machine: `default`, or a system's release and the day of its build, which may be `current` or `edge`
/// (<https://circleci.com/developer/images?imageType=machine>, read 2026-11-30).
fn machine(file: &File<'_>, job: &str, node: Node<'_>, variables: &Variables, output: &mut Output) {
    let Some(label) = node.scalar().and_then(|text| variables.resolve(text).ok()) else { return };
    if output.facts.runners.iter().any(|known| known.label.known() == Some(&label)) {
        return;
    }
    let header = file.part(&format!("{job}: machine"), node.span());
    let mut fact = Runner::labelled(header, job, &label, node.inner_span());
    if label == "default" {
        fact = fact.stated(Level::Floating);
    } else if label.contains(':') {
        fact = fact.stated(Level::Minor);
    }
    output.facts.add(fact);
}

fn on_windows(job: Node<'_>) -> bool {
    let executor = job.get("executor").map(|node| node.get("name").unwrap_or(node)).and_then(Node::scalar).unwrap_or("");
    let machine = job.at(&["machine", "image"]).and_then(Node::scalar).unwrap_or("");
    executor.starts_with("win") || machine.starts_with("windows")
}

struct Reading<'f, 'd> {
    file: &'f File<'f>,
    root: Node<'d>,
    job: Job,
    directory: Option<Node<'d>>,
    on_windows: bool,
}

impl<'d> Reading<'_, 'd> {
    fn steps(&mut self, steps: Option<Node<'d>>, depth: usize, output: &mut Output) {
        for step in steps.into_iter().flat_map(Node::items).take(MOST) {
            if let Some(nested) = step.at(&["when", "steps"]).or_else(|| step.at(&["unless", "steps"])) {
                if depth < DEEPEST {
                    self.steps(Some(nested), depth + 1, output);
                }
                continue;
            }
            if let Some(node) = step.get("run") {
                self.run(node, output);
                continue;
            }
            if let Some(kept) = step.get("save_cache")
                && let (Some(key), Some(paths)) = (kept.get("key"), kept.get("paths"))
            {
                let text = key.scalar().unwrap_or("").to_owned();
                let job = self.job.name().to_owned();
                cache::note(self.file, output, &job, key, &[text], paths);
                continue;
            }
            let name = step.scalar().or_else(|| step.entries().first().and_then(|entry| entry.key.scalar()));
            let command = name.and_then(|name| self.root.at(&["commands", name, "steps"]));
            if command.is_some() && depth < DEEPEST {
                self.steps(command, depth + 1, output);
            }
        }
    }

    fn run(&mut self, node: Node<'d>, output: &mut Output) {
        let command = node.get("command").unwrap_or(node);
        let shell = node.get("shell").and_then(Node::scalar).unwrap_or("");
        let is_shell = if shell.is_empty() { !self.on_windows } else { shell.contains("sh") && !shell.contains("powershell") };
        if command.scalar().is_none() {
            return;
        }
        if !is_shell {
            return unread(self.file, &READER, output, "PowerShell", command.span());
        }
        let mut how = Running::within(node.get("working_directory").or(self.directory), &Variables::default());
        how.optional = node.get("when").and_then(Node::scalar) == Some("on_fail");
        run(self.file, &READER, output, &mut self.job, &[command], how);
    }
}

/// A job that only scheduled workflows name runs on schedules only.
fn trigger(root: Node<'_>, job: &str) -> &'static str {
    let names = |item: Node<'_>| item.scalar() == Some(job) || item.get(job).is_some();
    let workflows = root.get("workflows").map(Node::entries).unwrap_or_default();
    let mut running = workflows
        .iter()
        .take(MOST)
        .filter(|entry| entry.value.get("jobs").is_some_and(|jobs| jobs.items().any(names)))
        .map(|entry| entry.value.get("triggers").is_some_and(|triggers| triggers.items().any(|one| one.get("schedule").is_some())))
        .peekable();
    if running.peek().is_some() && running.all(|scheduled| scheduled) { "schedule" } else { "change" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_pipeline_becomes_facts() {
        let text = "version: 2.1\norbs:\n  node: circleci/node@5\n  own: {jobs: {}}\n  aws: circleci/aws-cli@volatile\n  x: o/x@1.2.3\nexecutors:\n  py:\n    docker:\n      - image: cimg/python:3.12\n      - image: postgres:16.4\ncommands:\n  deps:\n    steps:\n      - run: uv sync << parameters.flags >>\njobs:\n  test:\n    machine: {image: ubuntu-2404:current}\n    steps:\n      - checkout\n      - deps\n      - run: {command: npm install, working_directory: ~/project/web}\n  win:\n    executor: win/default\n    steps: [{run: npm install}]\n  weekly:\n    docker: [{image: << parameters.i >>}]\n    steps: [deps]\nworkflows:\n  a: {jobs: [test]}\n  b:\n    triggers: [{schedule: {cron: '0 0 * * 0'}}]\n    jobs: [weekly]\n";
        let facts = read_alone(&READER, ".circleci/config.yml", text).facts;
        let troubles: Vec<&str> = facts.problems.iter().map(|problem| problem.trouble.as_str()).collect();
        assert_eq!(troubles, ["shell"]);
        let orbs: Vec<_> = facts.includes.iter().map(|one| (one.source.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(orbs, [("circleci/node", Some(2)), ("circleci/aws-cli", Some(1)), ("o/x", Some(4))]);
        let images: Vec<_> = facts.images.iter().map(|one| (one.role.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(images, [("job", Some(3)), ("service", Some(3)), ("job", None)]);
        let machines: Vec<_> = facts.runners.iter().map(|one| (one.job.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(machines, [("test", Some(3))]);
        let steps: Vec<String> = facts
            .steps
            .iter()
            .map(|step| format!("{} `{}` {:?} {} {}", step.job, step.command, step.directory.known(), step.trigger, step.shadow))
            .collect();
        assert_eq!(
            steps,
            [
                "test `uv sync $xxxxxxxxxxxxxxxxxxxxx` Some(\"\") change false",
                "test `npm install` Some(\"web\") change false",
                "weekly `uv sync $xxxxxxxxxxxxxxxxxxxxx` Some(\"\") schedule true",
            ]
        );
    }
}
