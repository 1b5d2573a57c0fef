//! Bitbucket Pipelines: images, services, pipes and scripts.

use super::pipeline::{MOST, Running, Seen, Variables, document, image, run};
use super::{Claim, File, Output, Reader};
use crate::facts::{Image, Include};
use crate::pin::{self, Level, numbers};
use crate::steps::{Job, Purpose, of_name};
use crate::syntax::Node;

/// Reads Bitbucket pipelines.
pub const READER: Reader = Reader { name: "bitbucket", role: "workflow", claims, read };

/// Stages and parallel steps inside one another are followed this far.
const DEEPEST: usize = 8;

fn claims(path: &str) -> Claim {
    let is_own = matches!(crate::path::file_name(path), "bitbucket-pipelines.yml" | "bitbucket-pipelines.yaml");
    if is_own { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    let none = Variables::default();
    if let Some(node) = root.get("image") {
        image(file, output, "all steps: image", "job", node.get("name").unwrap_or(node), &none);
    }
    for entry in root.at(&["definitions", "services"]).into_iter().flat_map(Node::entries).take(MOST) {
        if let (Some(name), Some(node)) = (entry.key.scalar(), entry.value.get("image")) {
            image(file, output, &format!("service {name}"), "service", node.get("name").unwrap_or(node), &none);
        }
    }
    let mut reading = Reading { file, seen: Seen::default() };
    for entry in root.get("pipelines").into_iter().flat_map(Node::entries).take(MOST) {
        let name = entry.key.scalar().unwrap_or("");
        if entry.value.is_list() {
            reading.list(name, entry.value, 0, output);
        }
        for inner in entry.value.entries().into_iter().take(MOST) {
            let label = format!("{name}/{}", inner.key.scalar().unwrap_or(""));
            reading.list(&label, inner.value, 0, output);
        }
    }
}

struct Reading<'f> {
    file: &'f File<'f>,
    seen: Seen,
}

impl Reading<'_> {
    fn list(&mut self, pipeline: &str, list: Node<'_>, depth: usize, output: &mut Output) {
        if depth > DEEPEST {
            return;
        }
        for item in list.items().take(MOST) {
            if let Some(step) = item.get("step") {
                self.step(pipeline, step, output);
            }
            for key in ["parallel", "stage"] {
                if let Some(inner) = item.get(key) {
                    self.list(pipeline, inner.get("steps").unwrap_or(inner), depth + 1, output);
                }
            }
        }
    }

    fn step(&mut self, pipeline: &str, step: Node<'_>, output: &mut Output) {
        let title = step.get("name").and_then(Node::scalar).unwrap_or("step");
        let name = format!("{pipeline}: {title}");
        if let Some(node) = step.get("image") {
            image(self.file, output, &format!("{name}: image"), "job", node.get("name").unwrap_or(node), &Variables::default());
        }
        let mut job = Job::new(self.file.path, "bitbucket", &name, true);
        job.is_named(title);
        if step.get("deployment").is_some_and(|node| of_name(node.scalar().unwrap_or("")) != Purpose::Check || node.scalar() == Some("production")) {
            job.is_for(Purpose::Release);
        }
        let mut lines = Vec::new();
        for item in step.get("script").into_iter().flat_map(Node::items).take(MOST) {
            if let Some(pipe) = item.get("pipe") {
                self.pipe(pipe, output);
            } else if item.scalar().is_some() {
                lines.push(item);
            }
        }
        run(self.file, &READER, output, &mut job, &lines, Running::at_root());
        self.seen.add(output, job.finish());
    }

    fn pipe(&self, node: Node<'_>, output: &mut Output) {
        let Some(text) = node.scalar() else { return };
        let is_known = |span| output.facts.includes.iter().any(|known| known.header.span == span);
        if is_known(node.span()) || output.facts.images.iter().any(|known| known.header.span == node.span()) {
            return;
        }
        let place = node.inner_span();
        if let Some(name) = text.strip_prefix("docker://") {
            let place = place.part("docker://".len()..text.len());
            output.facts.add(Image::named(self.file.part(text, node.span()), "tool", name, place));
            return;
        }
        let parsed = pin::image::parse(text);
        let header = self.file.part(parsed.repository, node.span());
        let Some(tag) = parsed.tag else {
            output.facts.add(Include::unstated(header, "pipe", text, Level::Floating, place));
            return;
        };
        let (count, rest) = numbers(tag);
        let level = if rest.is_empty() { Level::of_parts(count) } else { pin::action::level(tag) };
        let place = place.part(text.len() - tag.len()..text.len());
        output.facts.add(Include::at(header, "pipe", parsed.repository, tag, place).stated(level));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_pipeline_becomes_facts() {
        let text = "image: node:20\ndefinitions:\n  services:\n    db: { image: postgres }\n  steps:\n    - step: &test\n        name: Test\n        script:\n          - cd web\n          - npm install\npipelines:\n  default:\n    - step: *test\n    - parallel:\n        - step:\n            name: Deploy\n            script:\n              - pipe: atlassian/aws-s3-deploy:1.1.0\n              - pipe: docker://acme/tool:latest\n  branches:\n    main:\n      - step: *test\n";
        let facts = read_alone(&READER, "bitbucket-pipelines.yml", text).facts;
        assert!(facts.problems.is_empty());
        let images: Vec<_> = facts.images.iter().map(|one| (one.role.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(images, [("job", Some(2)), ("service", Some(1)), ("tool", Some(1))]);
        let pipes: Vec<_> = facts.includes.iter().map(|one| (one.source.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(pipes, [("atlassian/aws-s3-deploy", Some(4))]);
        let steps: Vec<_> = facts.steps.iter().map(|step| (step.directory.known().map_or("?", |text| text), step.shadow)).collect();
        assert_eq!(steps, [("web", false), ("web", true)]);
    }
}
