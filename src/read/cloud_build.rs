//! Google Cloud Build: the images of its steps, and what runs in them
//! (<https://cloud.google.com/build/docs/build-config-file-schema>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, image, run};
use super::{Claim, File, Output, Reader};
use crate::path;
use crate::pin;
use crate::shell::quoted;
use crate::steps::{Job, Purpose, Script};
use crate::syntax::Node;
use crate::syntax::places::Places;

/// Reads the definitions of Cloud Build.
pub const READER: Reader = Reader { name: "cloud_build", role: "workflow", claims, read };

fn claims(path: &str) -> Claim {
    let name = path::file_name(path).to_ascii_lowercase();
    let is_named = name.starts_with("cloudbuild") && [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    if is_named { Claim::IfContains(&["steps"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    let variables = Variables::default().and(root.get("substitutions"));
    // Outside of CI services that set `CI`, package managers are as lenient as at home.
    let mut job = Job::new(file.path, "cloud-build", "build", false);
    if root.get("images").is_some() || root.get("artifacts").is_some() {
        job.is_for(Purpose::Release);
    }
    for (at, step) in root.get("steps").into_iter().flat_map(Node::items).take(MOST).enumerate() {
        let Some(name) = step.get("name") else { continue };
        let label = step.get("id").and_then(Node::scalar).map_or_else(|| format!("step {}", at + 1), ToOwned::to_owned);
        image(file, output, &label, "job", name, &variables);
        command(file, step, &mut job, output);
    }
    output.facts.steps.extend(job.finish());
}

/// The script of a step, or its arguments behind the program that its image starts.
fn command(file: &File<'_>, step: Node<'_>, job: &mut Job, output: &mut Output) {
    let how = Running::within(step.get("dir"), &Variables::default());
    if let Some(script) = step.get("script") {
        return run(file, &READER, output, job, &[script], how);
    }
    let Some(arguments) = step.get("args") else { return };
    let words: Vec<Node<'_>> = arguments.items().take(MOST).collect();
    let Some(program) = program(step) else { return };
    if let ("bash" | "sh", [option, script, ..]) = (program, words.as_slice())
        && option.scalar().is_some_and(|option| option.starts_with('-') && option.ends_with('c'))
    {
        return run(file, &READER, output, job, &[*script], how);
    }
    let line: Vec<String> = words.iter().filter_map(|word| word.scalar().map(quoted)).collect();
    let text = format!("{program} {}", line.join(" "));
    let places = Places::verbatim(arguments.span(), 0, 0);
    if let Err(reason) = job.run(&Script::plain(&text, &places, how.directory)) {
        output.problem(file, &READER, "script", reason.to_owned(), arguments.span());
    }
}

/// `entrypoint`, or what the images of Cloud Build itself start: `gcr.io/cloud-builders/npm`.
fn program<'d>(step: Node<'d>) -> Option<&'d str> {
    if let Some(entrypoint) = step.get("entrypoint").and_then(Node::scalar) {
        return Some(path::file_name(entrypoint));
    }
    let repository = pin::image::parse(step.get("name")?.scalar()?).repository;
    let (before, last) = repository.rsplit_once('/')?;
    before.ends_with("cloud-builders").then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn images_and_commands_of_steps() {
        let text = "steps:\n  - name: node:22\n    entrypoint: npm\n    args: [install]\n    dir: web\n  - name: gcr.io/cloud-builders/npm\n    args: ['ci']\n  - name: python:3.12\n    entrypoint: /bin/bash\n    args: ['-c', 'uv sync && pytest']\n  - name: 'rust:${_RUST}'\n    script: |\n      cargo build\nsubstitutions: { _RUST: 1.83.0 }\nimages: [gcr.io/p/app]\n";
        let facts = read_alone(&READER, "cloudbuild.yaml", text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let mut rows: Vec<String> = facts.images.iter().map(|one| format!("{} {}", known(&one.reference), level(&one.level))).collect();
        rows.extend(facts.toolchains.iter().map(|one| format!("{} {} {}", one.phase, one.tool, known(&one.stated))));
        rows.extend(facts.steps.iter().map(|one| {
            format!("{} {} in {} for {}", one.command, known(&one.lock_use), known(&one.directory), one.purpose)
        }));
        assert_eq!(
            rows,
            [
                "node:22 2",
                "gcr.io/cloud-builders/npm 1",
                "python:3.12 3",
                "rust:1.83.0 4",
                "ci node 22",
                "ci python 3.12",
                "ci rust 1.83.0",
                "npm install may-rewrite in web for release",
                "npm ci proves in  for release",
                "uv sync may-rewrite in  for release",
                "pytest none in  for release",
                "cargo build may-rewrite in  for release",
            ]
        );
    }
}
