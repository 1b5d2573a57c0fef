//! AWS CodeBuild: the runtimes, commands and images of a buildspec, wherever in the repository it lies.
//!
//! The commands of all phases run in one shell, at the root of the source
//! (<https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, image, run, unread};
use super::{Claim, File, Output, Reader, cache};
use crate::facts::Toolchain;
use crate::path;
use crate::steps::Job;
use crate::syntax::Node;

/// Reads buildspecs of AWS CodeBuild.
pub const READER: Reader = Reader { name: "codebuild", role: "workflow", claims, read };

/// The phases, in the order in which they run.
const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];

fn claims(path: &str) -> Claim {
    let name = path::file_name(path).to_ascii_lowercase();
    let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    if is_yaml && name.contains("buildspec") { Claim::IfContains(&["phases:", "batch:"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    let phases: Vec<Node<'_>> = PHASES.iter().filter_map(|name| root.at(&["phases", name])).collect();
    for phase in &phases {
        runtimes(file, *phase, output);
    }
    images(file, root, output);
    let name = file.file_name().rsplit_once('.').map_or("build", |(stem, _)| stem);
    if let Some(kept) = root.get("cache")
        && let (Some(key), Some(paths)) = (kept.get("key"), kept.get("paths"))
    {
        cache::note(file, output, name, key, &[key.scalar().unwrap_or("").to_owned()], paths);
    }
    commands(file, root, &phases, name, output);
}

/// `runtime-versions`: a text even where YAML would read a number, as the service takes it.
fn runtimes(file: &File<'_>, phase: Node<'_>, output: &mut Output) {
    for entry in phase.get("runtime-versions").into_iter().flat_map(Node::entries).take(MOST) {
        let (Some(tool), Some(text)) = (entry.key.scalar(), entry.value.scalar()) else { continue };
        let version = text.strip_prefix("corretto").unwrap_or(text);
        let header = file.part(&format!("runtime-versions {tool}"), entry.value.span());
        let fact = if version.contains('$') {
            Toolchain::unresolved(header, tool, "the version is a variable of the build", entry.value.inner_span())
        } else {
            Toolchain::selecting(header, tool, version, entry.value.inner_span())
        };
        let surface = "runtime-versions".to_owned();
        output.facts.add(Toolchain { phase: "ci".to_owned(), surface, scope: String::new(), ..fact });
    }
}

/// The images of a batch: of its builds, of the nodes of its graph, of its matrix.
fn images(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let variables = Variables::default().and(root.at(&["env", "variables"]));
    let listed = ["build-list", "build-graph"].into_iter().filter_map(|list| root.at(&["batch", list]));
    let own = listed.flat_map(Node::items).filter_map(|build| build.at(&["env", "image"]));
    let matrix = ["static", "dynamic"].into_iter().filter_map(|part| root.at(&["batch", "build-matrix", part, "env", "image"]));
    let all = matrix.flat_map(|node| node.items().chain([node]).collect::<Vec<_>>());
    for node in own.chain(all).take(MOST) {
        image(file, output, &format!("image {}", node.scalar().unwrap_or("")), "job", node, &variables);
    }
}

fn commands(file: &File<'_>, root: Node<'_>, phases: &[Node<'_>], name: &str, output: &mut Output) {
    let mut job = Job::new(file.path, "codebuild", name, true);
    job.is_named(name);
    for (variable, value) in Variables::default().and(root.at(&["env", "variables"])).iter() {
        job.set(variable, value);
    }
    let lists = phases.iter().flat_map(|phase| ["commands", "finally"].map(|list| phase.get(list)));
    let lines: Vec<Node<'_>> = lists.flatten().flat_map(Node::items).filter(|item| item.scalar().is_some()).take(MOST).collect();
    let Some(first) = lines.first() else { return };
    let shell = root.at(&["env", "shell"]).and_then(Node::scalar).unwrap_or("sh");
    if shell.contains("powershell") || shell.contains("cmd") {
        return unread(file, &READER, output, shell, first.span());
    }
    let goes_on = |phase: &Node<'_>| phase.get("on-failure").and_then(Node::scalar) == Some("CONTINUE");
    let how = Running { optional: phases.iter().any(goes_on), ..Running::at_root() };
    run(file, &READER, output, &mut job, &lines, how);
    output.facts.steps.extend(job.finish());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    const TEXT: &str = r#"version: 0.2
env:
  variables:
    UV_LOCKED: "1"
phases:
  install:
    runtime-versions:
      python: 3.10
      nodejs: 20.x
      java: corretto21
    commands:
      - cd services/billing
  build:
    commands:
      - uv sync
      - |
        npm install
        sam deploy
    finally:
      - pip install awscli
cache:
  key: node-$(codebuild-hash-files package-lock.json)
  paths:
    - node_modules/**/*
batch:
  build-list:
    - identifier: a
      env:
        image: aws/codebuild/standard:latest
  build-matrix:
    dynamic:
      env:
        image: ["aws/codebuild/standard:7.0"]
"#;

    #[test]
    fn a_buildspec_becomes_facts() {
        let facts = read_alone(&READER, "ci/buildspec-test.yml", TEXT).facts;
        assert!(facts.problems.is_empty());
        let toolchains: Vec<_> =
            facts.toolchains.iter().map(|one| format!("{} {} {} {}", one.tool, known(&one.stated), one.phase, level(&one.level))).collect();
        assert_eq!(toolchains, ["python 3.10 ci 3", "node 20.x ci 2", "java 21 ci 2"]);
        let steps: Vec<_> = facts
            .steps
            .iter()
            .map(|one| format!("{} {} in {} for {}", one.command, known(&one.lock_use), known(&one.directory), one.purpose))
            .collect();
        assert_eq!(
            steps,
            [
                "uv sync proves in services/billing for release",
                "npm install may-rewrite in services/billing for release",
                "sam deploy none in services/billing for release",
                "pip install awscli installs in services/billing for release",
            ]
        );
        let images: Vec<_> = facts.images.iter().map(|one| format!("{} {}", known(&one.reference), level(&one.level))).collect();
        assert_eq!(images, ["aws/codebuild/standard:latest 1", "aws/codebuild/standard:7.0 3"]);
        assert_eq!(facts.caches.iter().map(|one| level(&one.lock_count)).collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    fn what_is_not_read_is_said() {
        let text = "version: 0.2\nenv:\n  shell: powershell.exe\nphases:\n  build:\n    commands:\n      - npm install\n";
        let facts = read_alone(&READER, "buildspec.yml", text).facts;
        assert_eq!(facts.problems.iter().map(|one| one.trouble.as_str()).collect::<Vec<_>>(), ["shell"]);
        assert!(facts.steps.is_empty());
    }
}
