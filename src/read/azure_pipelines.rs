//! Azure Pipelines: tasks, machines, images, repositories, the tools that tasks install, and scripts.

use super::pipeline::{MOST, Running, Seen, Variables, document, image, run, unread};
use super::{Claim, File, Output, Reader, cache};
use crate::facts::{Include, Runner, Toolchain};
use crate::path;
use crate::pin::{Level, action};
use crate::steps::{Job, Purpose};
use crate::syntax::Node;

/// Reads Azure Pipelines definitions.
pub const READER: Reader = Reader { name: "azure_pipelines", role: "workflow", claims, read };

/// Stages, jobs and conditions inside one another are followed this far.
const DEEPEST: usize = 16;

/// Tasks that install a tool: the task, the tool, the input with the version.
const SETUPS: &[(&str, &str, &[&str])] = &[
    ("UsePythonVersion", "python", &["versionSpec"]),
    ("NodeTool", "node", &["versionSpec"]),
    ("UseNode", "node", &["version"]),
    ("GoTool", "go", &["version"]),
    ("UseRubyVersion", "ruby", &["versionSpec"]),
    ("UseDotNet", "dotnet", &["version"]),
    ("JavaToolInstaller", "java", &["versionSpec"]),
    ("TerraformInstaller", "terraform", &["terraformVersion"]),
];

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let stem = name.split('.').next().unwrap_or("");
    let inside = path::directory(path).split('/').any(|part| matches!(part, ".azure-pipelines" | "azure-pipelines" | ".azuredevops"));
    match () {
        () if is_yaml && (stem.starts_with("azure-pipelines") || stem.starts_with("azure_pipelines") || name == ".azure-pipelines.yml") => Claim::Yes,
        () if is_yaml && inside => Claim::IfContains(&["steps:", "jobs:", "stages:"]),
        () => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    for item in root.at(&["resources", "repositories"]).into_iter().flat_map(Node::items).take(MOST) {
        if let Some(fact) = repository(file, item) {
            output.facts.add(fact);
        }
    }
    for item in root.at(&["resources", "containers"]).into_iter().flat_map(Node::items).take(MOST) {
        if let Some(node) = item.get("image") {
            image(file, output, &format!("container {}", node.scalar().unwrap_or("")), "job", node, &Variables::default());
        }
    }
    let trigger = trigger(root);
    let mut reading = Reading { file, variables: variables(root), seen: Seen::default(), trigger };
    reading.job("", root, false, output);
    reading.walk(root, is_windows(root, false), 0, output);
}

/// A repository of pipeline code: without a reference it follows its default branch.
fn repository(file: &File<'_>, item: Node<'_>) -> Option<Include> {
    let name = item.get("name").or_else(|| item.get("repository"))?;
    let source = name.scalar()?;
    let header = file.part(source, name.span());
    let Some(node) = item.get("ref") else {
        return Some(Include::unstated(header, "repository", source, Level::Floating, name.inner_span()));
    };
    let text = node.scalar()?;
    let fact = Include::at(header, "repository", source, text, node.inner_span());
    Some(match text.strip_prefix("refs/tags/") {
        Some(tag) => fact.stated(action::level(tag).max(Level::Major)),
        None if text.starts_with("refs/heads/") => fact.stated(Level::Floating),
        None if text.contains("${{") || text.contains("$(") => fact.unresolved("the reference is a parameter"),
        None => fact.stated(action::level(text)),
    })
}

fn variables(node: Node<'_>) -> Variables {
    let mut all = Variables::default().and(node.get("variables"));
    for item in node.get("variables").into_iter().flat_map(Node::items).take(MOST) {
        if let (Some(name), Some(value)) = (item.get("name").and_then(Node::scalar), item.get("value").and_then(Node::scalar)) {
            all = all.with(name, value);
        }
    }
    for item in node.get("parameters").into_iter().flat_map(Node::items).take(MOST) {
        if let (Some(name), Some(value)) = (item.get("name").and_then(Node::scalar), item.get("default").and_then(Node::scalar)) {
            all = all.with(&format!("parameters.{name}"), value);
        }
    }
    all
}

fn trigger(root: Node<'_>) -> &'static str {
    let is_off = |key: &str| root.get(key).is_some_and(|node| node.scalar() == Some("none"));
    let only_scheduled = root.get("schedules").is_some() && is_off("trigger") && is_off("pr");
    if only_scheduled { "schedule" } else { "change" }
}

fn is_windows(node: Node<'_>, above: bool) -> bool {
    match node.at(&["pool", "vmImage"]).and_then(Node::scalar) {
        Some(label) => label.starts_with("windows") || label.contains('$'),
        None => above,
    }
}

struct Reading<'f> {
    file: &'f File<'f>,
    variables: Variables,
    seen: Seen,
    trigger: &'static str,
}

impl Reading<'_> {
    /// Looks for stages and jobs; conditions (`${{ if }}`) are keys like others.
    fn walk(&mut self, node: Node<'_>, on_windows: bool, depth: usize, output: &mut Output) {
        if depth > DEEPEST {
            return;
        }
        self.machine(node, output);
        for key in ["stages", "jobs"] {
            for item in node.get(key).into_iter().flat_map(Node::items).take(MOST) {
                self.walk(item, is_windows(item, on_windows), depth + 1, output);
            }
        }
        for entry in node.own_entries().filter(|entry| entry.key.scalar().is_some_and(|key| key.starts_with("${{"))).take(MOST) {
            for item in entry.value.items().take(MOST) {
                self.walk(item, is_windows(item, on_windows), depth + 1, output);
            }
        }
        if let Some(name) = node.get("job").or_else(|| node.get("deployment")) {
            self.job(name.scalar().unwrap_or(""), node, is_windows(node, on_windows), output);
        }
    }

    fn machine(&self, node: Node<'_>, output: &mut Output) {
        let Some(label) = node.at(&["pool", "vmImage"]) else { return };
        let Some(text) = label.scalar().filter(|text| !text.contains('$')) else { return };
        if output.facts.runners.iter().any(|known| known.label.known().is_some_and(|known| known == text)) {
            return;
        }
        let job = node.get("job").and_then(Node::scalar).unwrap_or("all jobs");
        let header = self.file.part(&format!("{job}: {text}"), label.span());
        output.facts.add(Runner::labelled(header, job, text, label.inner_span()));
    }

    fn job(&mut self, name: &str, node: Node<'_>, on_windows: bool, output: &mut Output) {
        let mut job = Job::new(self.file.path, "azure-pipelines", name, false).triggered(self.trigger);
        job.set("CI", "true");
        job.is_named(node.get("displayName").and_then(Node::scalar).unwrap_or(""));
        if node.get("deployment").is_some() {
            job.is_for(Purpose::Release);
        }
        if let Some(container) = node.get("container") {
            let image_node = container.get("image").unwrap_or(container);
            // A bare word names a container of `resources`.
            if image_node.scalar().is_some_and(|text| text.contains([':', '/'])) {
                image(self.file, output, &format!("{name}: container"), "job", image_node, &self.variables);
            }
        }
        let on_windows = is_windows(node, on_windows);
        self.steps(node.get("steps"), &mut job, on_windows, 0, output);
        for entry in node.get("strategy").into_iter().flat_map(Node::entries).take(MOST) {
            for hook in entry.value.entries().into_iter().take(MOST) {
                self.steps(hook.value.get("steps"), &mut job, on_windows, 0, output);
            }
        }
        self.seen.add(output, job.finish());
    }

    fn steps(&self, steps: Option<Node<'_>>, job: &mut Job, on_windows: bool, depth: usize, output: &mut Output) {
        for step in steps.into_iter().flat_map(Node::items).take(MOST) {
            let nested = step.own_entries().filter(|entry| entry.key.scalar().is_some_and(|key| key.starts_with("${{")));
            for entry in nested.take(MOST) {
                if depth < DEEPEST {
                    self.steps(Some(entry.value), job, on_windows, depth + 1, output);
                }
            }
            if let Some(task) = step.get("task") {
                self.task(step, task, job, output);
            }
            let foreign = ["powershell", "pwsh"].iter().find_map(|key| step.get(key).map(|node| ("PowerShell", node)));
            if let Some((shell, node)) = foreign.or_else(|| step.get("script").filter(|_| on_windows).map(|node| ("cmd", node))) {
                unread(self.file, &READER, output, shell, node.span());
            }
            let script = step.get("bash").or_else(|| step.get("script").filter(|_| !on_windows));
            if let Some(script) = script.filter(|script| script.scalar().is_some()) {
                self.script(step, step.get("workingDirectory"), script, job, output);
            }
        }
    }

    fn script(&self, step: Node<'_>, directory: Option<Node<'_>>, script: Node<'_>, job: &mut Job, output: &mut Output) {
        let mut how = Running::within(directory, &self.variables);
        how.optional = step.get("condition").is_some() || step.get("continueOnError").is_some_and(|may| may.bool() != Some(false));
        run(self.file, &READER, output, job, &[script], how);
    }

    fn task(&self, step: Node<'_>, task: Node<'_>, job: &mut Job, output: &mut Output) {
        let Some((name, version)) = task.scalar().and_then(|text| text.split_once('@')) else { return };
        let inputs = step.get("inputs");
        let place = task.inner_span().part(name.len() + 1..name.len() + 1 + version.len());
        let known = output.facts.includes.iter().any(|known| known.form == "task" && known.source == name);
        if !known {
            let fact = Include::at(self.file.part(name, task.span()), "task", name, version, place).stated(Level::Major);
            output.facts.add(fact);
        }
        if let Some((_, tool, keys)) = SETUPS.iter().find(|(setup, ..)| *setup == name)
            && let Some(node) = keys.iter().find_map(|key| inputs?.get(key))
        {
            self.toolchain(name, tool, node, output);
        }
        if let (Some(key), Some(paths)) = (inputs.and_then(|inputs| inputs.get("key")), inputs.and_then(|inputs| inputs.get("path")))
            && name == "Cache"
        {
            let job = job.name().to_owned();
            cache::note(self.file, output, &job, key, &[key.scalar().unwrap_or("").to_owned()], paths);
        }
        let inline = inputs.filter(|_| name == "Bash").and_then(|inputs| inputs.get("script"));
        if let Some(script) = inline {
            self.script(step, inputs.and_then(|inputs| inputs.get("workingDirectory")), script, job, output);
        }
    }

    fn toolchain(&self, task: &str, tool: &str, node: Node<'_>, output: &mut Output) {
        let Some(text) = node.scalar() else { return };
        let header = self.file.part(&format!("{task} {text}"), node.span());
        let fact = match self.variables.resolve(text) {
            Ok(version) => Toolchain::selecting(header, tool, &version, node.inner_span()),
            Err(reason) => Toolchain::unresolved(header, tool, &reason, node.inner_span()),
        };
        output.facts.add(Toolchain { phase: "ci".to_owned(), surface: task.to_owned(), scope: String::new(), ..fact });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_pipeline_becomes_facts() {
        let text = "resources:\n  repositories:\n    - repository: t\n      name: team/templates\n    - repository: u\n      name: team/u\n      ref: refs/tags/v1.2.3\npool:\n  vmImage: ubuntu-latest\nstages:\n  - stage: test\n    jobs:\n      - job: a\n        container: python:3.12\n        steps:\n          - task: UsePythonVersion@0\n            inputs: { versionSpec: '3.x' }\n          - bash: npm install\n            workingDirectory: $(System.DefaultWorkingDirectory)/web\n          - ${{ if eq(1, 1) }}:\n            - script: uv sync\n      - job: w\n        pool: { vmImage: windows-2022 }\n        steps: [{ script: npm install }, { powershell: npm install }]\n      - deployment: d\n        strategy:\n          runOnce:\n            deploy:\n              steps: [{ script: pip install $(PKG) }]\n";
        let facts = read_alone(&READER, "azure-pipelines.yml", text).facts;
        let troubles: Vec<&str> = facts.problems.iter().map(|problem| problem.trouble.as_str()).collect();
        assert_eq!(troubles, ["shell"]);
        let includes: Vec<_> = facts.includes.iter().map(|one| (one.source.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(includes, [("team/templates", Some(1)), ("team/u", Some(4)), ("UsePythonVersion", Some(2))]);
        let steps: Vec<_> = facts.steps.iter().map(|step| (step.job.as_str(), step.command.as_str(), step.purpose.as_str())).collect();
        assert_eq!(steps, [("a", "npm install", "check"), ("a", "uv sync", "check"), ("d", "pip install $(PKG)", "release")]);
        assert_eq!(facts.steps[0].directory.known().map(String::as_str), Some("web"));
        assert_eq!(facts.runners.len(), 2);
        assert_eq!(facts.toolchains[0].tool, "python");
    }
}
