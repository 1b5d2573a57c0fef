//! GitLab CI: what it includes, the images its jobs run in, and their scripts.
//!
//! `extends`, `default` and `!reference` are followed inside the file. Files of the repository that it includes are read
//! by themselves; what other repositories bring is not known here.

use std::collections::BTreeSet;

use super::pipeline::{MOST, Running, Seen, Variables, document, image, lines, run};
use super::{Claim, File, Output, Reader, cache};
use crate::facts::Include;
use crate::pin::{Level, action, is_commit};
use crate::steps::Job;
use crate::syntax::{Node, NodeId};

/// Reads GitLab CI definitions.
pub const READER: Reader = Reader { name: "gitlab", role: "workflow", claims, read };

/// Keys of the file that are no jobs.
const RESERVED: &[&str] = &[
    "default", "include", "stages", "variables", "workflow", "image", "services", "before_script", "after_script",
    "cache", "spec", "types",
];

/// `extends` is followed this far, as GitLab does.
const DEEPEST: usize = 11;

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let is_part = crate::path::directory(path).split('/').any(|part| part == ".gitlab");
    match name {
        ".gitlab-ci.yml" | ".gitlab-ci.yaml" => Claim::Yes,
        _ if is_yaml && name.ends_with("gitlab-ci.yml") => Claim::Yes,
        _ if is_yaml && is_part => Claim::IfContains(&["script:", "include:"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    for root in tree.roots() {
        let reading = Reading { file, root, variables: Variables::default().and(root.get("variables")) };
        reading.includes(output);
        for section in [Some(root), root.get("default")].into_iter().flatten() {
            reading.images("all jobs", section, output);
            reading.caches("all jobs", section, output);
        }
        let mut seen = Seen::default();
        for entry in root.entries().into_iter().take(MOST) {
            let Some(name) = entry.key.scalar().filter(|name| !RESERVED.contains(name)) else { continue };
            if entry.value.is_map() {
                reading.images(name, entry.value, output);
                reading.caches(name, entry.value, output);
                reading.job(name, entry.value, &mut seen, output);
            }
        }
    }
}

struct Reading<'f, 'd> {
    file: &'f File<'f>,
    root: Node<'d>,
    variables: Variables,
}

impl<'d> Reading<'_, 'd> {
    fn includes(&self, output: &mut Output) {
        let Some(include) = self.root.get("include") else { return };
        let items: Vec<Node<'d>> = if include.is_list() { include.items().collect() } else { vec![include] };
        for item in items.into_iter().take(MOST) {
            if let Some(path) = self.local(item) {
                output.request(path, READER.name);
            }
            if let Some(fact) = self.include(item) {
                output.facts.add(fact);
            }
        }
    }

    /// The file of this repository that an item takes in, by its path from the root. Patterns are left alone.
    fn local(&self, item: Node<'d>) -> Option<String> {
        let text = item.get("local").unwrap_or(item).scalar().filter(|text| !text.contains("://"))?;
        let path = self.variables.resolve(text).ok().filter(|path| !path.contains('*'))?;
        crate::path::join("", path.trim_start_matches('/'))
    }

    fn include(&self, item: Node<'d>) -> Option<Include> {
        if let Some(text) = item.scalar() {
            return text.contains("://").then(|| self.remote(item, item));
        }
        if let Some(node) = item.get("remote") {
            return Some(self.remote(item, node));
        }
        if let Some(node) = item.get("template") {
            let header = self.file.part(node.scalar()?, node.span());
            return Some(Include::unstated(header, "template", node.scalar()?, Level::Unstated, node.inner_span()));
        }
        if let Some(node) = item.get("component") {
            let (source, reference) = node.scalar()?.rsplit_once('@')?;
            let place = node.inner_span().part(source.len() + 1..source.len() + 1 + reference.len());
            let fact = Include::at(self.file.part(source, node.span()), "component", source, reference, place);
            return Some(self.doubted(fact, reference));
        }
        let node = item.get("project")?;
        let source = node.scalar()?;
        let header = self.file.part(source, node.span());
        match item.get("ref").and_then(|reference| Some((reference, reference.scalar()?))) {
            Some((reference, text)) => {
                let fact = Include::at(header, "project", source, text, reference.inner_span());
                Some(self.doubted(fact, text))
            }
            None => Some(Include::unstated(header, "project", source, Level::Floating, node.inner_span())),
        }
    }

    /// A reference with a variable that the file does not set is not known.
    fn doubted(&self, fact: Include, reference: &str) -> Include {
        match self.variables.resolve(reference) {
            Ok(known) => fact.stated(action::level(&known)),
            Err(reason) => fact.unresolved(&reason),
        }
    }

    fn remote(&self, item: Node<'d>, node: Node<'d>) -> Include {
        let url = node.scalar().unwrap_or("");
        let is_fixed = item.get("integrity").is_some() || url.split(['/', '=', '?']).any(is_commit);
        let level = if is_fixed { Level::Content } else { Level::Floating };
        Include::unstated(self.file.part(url, node.span()), "remote", url, level, node.inner_span())
    }

    fn images(&self, name: &str, section: Node<'d>, output: &mut Output) {
        let variables = self.variables.and(section.get("variables"));
        if let Some(node) = section.get("image") {
            image(self.file, output, &format!("{name}: image"), "job", node.get("name").unwrap_or(node), &variables);
        }
        for item in section.get("services").into_iter().flat_map(Node::items).take(MOST) {
            let node = item.get("name").unwrap_or(item);
            let label = format!("{name}: service {}", node.scalar().unwrap_or(""));
            image(self.file, output, &label, "service", node, &variables);
        }
    }

    /// One cache or a list of them; the key may be a list of files.
    fn caches(&self, name: &str, section: Node<'d>, output: &mut Output) {
        let Some(cache) = section.get("cache") else { return };
        let own = cache.is_map().then_some(cache);
        for one in own.into_iter().chain(cache.items()).take(MOST) {
            let Some(paths) = one.get("paths") else { continue };
            let key = one.get("key").unwrap_or(paths);
            let files = key.get("files").into_iter().flat_map(Node::items).filter_map(Node::scalar);
            let text = one.get("key").and_then(Node::scalar);
            let keyed_by: Vec<String> = files.chain(text).map(ToOwned::to_owned).collect();
            cache::note(self.file, output, name, key, &keyed_by, paths);
        }
    }

    fn job(&self, name: &str, node: Node<'d>, seen: &mut Seen, output: &mut Output) {
        let Some(script) = self.inherited(node, "script") else { return };
        if name.starts_with('.') && self.is_extended(name) {
            return;
        }
        let mut job = Job::new(self.file.path, "gitlab", name, true).triggered(trigger(node));
        for word in [node.get("stage"), node.at(&["environment", "name"]), node.get("environment")].into_iter().flatten() {
            job.is_named(word.scalar().unwrap_or(""));
        }
        for (name, value) in self.variables.and(node.get("variables")).iter() {
            job.set(name, value);
        }
        let (mut left, mut all) = (MOST, Vec::new());
        for part in [self.inherited(node, "before_script"), Some(script)].into_iter().flatten() {
            self.flat(part, 0, &mut left, &mut all);
        }
        let optional = node.get("allow_failure").is_some_and(|may| may.bool() != Some(false));
        run(self.file, &READER, output, &mut job, &all, Running { optional, ..Running::at_root() });
        seen.add(output, job.finish());
    }

    fn is_extended(&self, name: &str) -> bool {
        let is_it = |node: Node<'_>| node.scalar() == Some(name) || node.items().any(|item| item.scalar() == Some(name));
        self.root.entries().into_iter().take(MOST).any(|entry| entry.value.get("extends").is_some_and(is_it))
    }

    /// A key of a job, of what it extends, or of the defaults.
    fn inherited(&self, job: Node<'d>, key: &str) -> Option<Node<'d>> {
        let default = || self.root.at(&["default", key]).or_else(|| self.root.get(key));
        self.stated(job, key, 0, &mut BTreeSet::new()).or_else(default)
    }

    /// A key of a job or of what it extends, the last of several first. A job that was looked at says nothing more.
    fn stated(&self, job: Node<'d>, key: &str, depth: usize, seen: &mut BTreeSet<NodeId>) -> Option<Node<'d>> {
        if let Some(own) = job.get(key) {
            return Some(own);
        }
        if depth == DEEPEST || !seen.insert(job.id()) {
            return None;
        }
        let parents = job.get("extends")?;
        let names: Vec<&str> = parents.scalar().into_iter().chain(parents.items().filter_map(Node::scalar)).collect();
        names.iter().rev().find_map(|name| self.stated(self.root.get(name)?, key, depth + 1, seen))
    }

    /// The lines of a script, `!reference [job, key]` followed.
    fn flat(&self, node: Node<'d>, depth: usize, left: &mut usize, found: &mut Vec<Node<'d>>) {
        if depth > DEEPEST || *left == 0 {
            return;
        }
        *left -= 1;
        if node.tag() == Some("!reference") {
            let path: Vec<&str> = node.items().filter_map(Node::scalar).collect();
            if let Some(target) = self.root.at(&path).filter(|_| !path.is_empty()) {
                self.flat(target, depth + 1, left, found);
            }
        } else if node.is_list() {
            for item in node.items() {
                self.flat(item, depth + 1, left, found);
            }
        } else {
            lines(node, found);
        }
    }
}

/// A job whose only condition is a schedule runs on schedules only.
fn trigger(node: Node<'_>) -> &'static str {
    let is_scheduled = |text: &str| text.contains("CI_PIPELINE_SOURCE") && text.contains("\"schedule\"") && text.contains("==");
    let mut rules = node.get("rules").into_iter().flat_map(Node::items).filter(|rule| rule.get("when").and_then(Node::scalar) != Some("never")).peekable();
    let by_rules = rules.peek().is_some() && rules.all(|rule| rule.get("if").and_then(Node::scalar).is_some_and(is_scheduled));
    let only: Vec<&str> = node.get("only").into_iter().flat_map(|only| only.get("refs").unwrap_or(only).items()).filter_map(Node::scalar).collect();
    if by_rules || only == ["schedules"] { "schedule" } else { "change" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    const TEXT: &str = "include:\n  - local: /ci/x.yml\n  - project: team/ci\n    file: a.yml\n  - project: team/ci\n    ref: v1.2.3\n    file: b.yml\n  - component: $CI_SERVER_FQDN/team/scan@1.0\n  - template: Jobs/SAST.gitlab-ci.yml\n  - https://example.com/ci.yml\nvariables:\n  PY: '3.12'\ndefault:\n  image: python:$PY-slim\n  before_script:\n    - pip install tox\n.base:\n  services: [postgres:16, {name: $UNSET}]\n  script:\n    - uv sync\ntest:\n  extends: .base\nlint:\n  script:\n    - !reference [.base, script]\n    - cd app && npm install\nnightly:\n  only: [schedules]\n  script: cargo update\n";

    #[test]
    fn a_pipeline_becomes_facts() {
        let facts = read_alone(&READER, ".gitlab-ci.yml", TEXT).facts;
        let includes: Vec<String> =
            facts.includes.iter().map(|one| format!("{} {} {:?}", one.form, one.source, one.level.known().map(|level| level.0))).collect();
        assert_eq!(
            includes,
            [
                "project team/ci Some(1)",
                "project team/ci Some(4)",
                "component $CI_SERVER_FQDN/team/scan Some(3)",
                "template Jobs/SAST.gitlab-ci.yml Some(0)",
                "remote https://example.com/ci.yml Some(1)",
            ]
        );
        let images: Vec<Option<&String>> = facts.images.iter().map(|one| one.reference.known()).collect();
        assert_eq!(images, [Some(&"python:3.12-slim".to_owned()), Some(&"postgres:16".to_owned()), None]);
        let steps: Vec<String> = facts
            .steps
            .iter()
            .map(|step| format!("{} `{}` {} {}", step.job, step.command, step.trigger, if step.shadow { "again" } else { "" }))
            .collect();
        assert_eq!(
            steps,
            [
                "test `pip install tox` change ",
                "test `uv sync` change ",
                "lint `pip install tox` change again",
                "lint `uv sync` change again",
                "lint `npm install` change ",
                "nightly `pip install tox` schedule again",
                "nightly `cargo update` schedule ",
            ]
        );
        let place = facts.steps[4].header.span.range();
        assert_eq!(&TEXT[place], "npm install");
    }

    #[test]
    fn what_is_no_pipeline() {
        for (text, trouble) in [
            ("a: {{ x }}\n  b: 1\n", Some("template")),
            ("{% if a %}\njob: 1\n", Some("template")),
            ("job: [", Some("syntax")),
            ("[]", None),
            ("a: &a\n  extends: a\n  script: [*a]\n", Some("syntax")),
            ("a:\n  extends: b\nb:\n  extends: [a, a]\n  image: {}\ninclude: 1\nservices: {}\n", None),
        ] {
            let found = read_alone(&READER, ".gitlab-ci.yml", text).facts;
            assert_eq!(found.problems.first().map(|one| one.trouble.as_str()), trouble, "{text}");
            assert!(found.steps.is_empty());
        }
    }
}
