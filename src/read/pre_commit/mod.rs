//! `.pre-commit-config.yaml`: the repositories whose hooks it takes, and at which reference; what its own hooks run.

mod local;
mod packages;

use crate::cadence;
use crate::facts::{Days, Hook, UpdateEntry};
use crate::path;
use crate::read::{Claim, File, Output, Reader};
use crate::syntax::{Node, yaml};
use crate::value::Value;

/// Reads the configuration of pre-commit.
pub const READER: Reader = Reader { name: "pre_commit", role: "configuration", claims, read };

/// More repositories than this are not written by people.
const MOST: usize = 1_000;

fn claims(path: &str) -> Claim {
    let is_named = matches!(path::file_name(path), ".pre-commit-config.yaml" | ".pre-commit-config.yml");
    if is_named { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    for entry in document.root().get("repos").into_iter().flat_map(Node::items).take(MOST) {
        let (Some(repository), Some(rev)) = (entry.get("repo").and_then(Node::scalar), entry.get("rev")) else { continue };
        let Some(reference) = rev.scalar() else { continue };
        let header = file.part(repository, rev.span());
        let mut fact = Hook::at(header, repository, reference, rev.inner_span());
        let rest = file.text[rev.span().range().end..].lines().next().unwrap_or("");
        fact.frozen = rest.split_once("frozen:").map(|(_, release)| release.trim().to_owned());
        output.facts.add(fact);
    }
    if let Some(ci) = document.root().entry("ci") {
        output.facts.add(service(file, ci.key, ci.value));
    }
    local::default_versions(file, document.root(), output);
    for entry in document.root().get("repos").into_iter().flat_map(Node::items).take(MOST) {
        let repository = entry.get("repo").and_then(Node::scalar).unwrap_or("");
        for hook in entry.get("hooks").into_iter().flat_map(Node::items).take(MOST) {
            packages::note(file, repository, hook, output);
            local::version(file, hook, output);
            if repository == "local" {
                local::entry(file, hook, output);
            }
        }
    }
}

/// The `ci` block says that pre-commit.ci moves the hooks, weekly unless it says otherwise.
fn service(file: &File<'_>, key: Node<'_>, ci: Node<'_>) -> UpdateEntry {
    let mut fact = UpdateEntry::new(file.part("ci", key.span()), "pre-commit.ci");
    fact.ecosystem = Value::derived("pre-commit".to_owned());
    fact.cadence = match ci.get("autoupdate_schedule").and_then(|node| Some((node, node.scalar()?))) {
        Some((node, word)) => match cadence::of_word(word) {
            Some(days) => Value::written(Days(days), node.inner_span()),
            None => Value::unknown(format!("`{word}` is not a schedule"), Some(node.span())),
        },
        None => Value::default_of(Days(7)),
    };
    fact
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn references_of_hooks() {
        let cases = [
            ("v5.0.0", 4),
            ("23.1", 4),
            ("main", 1),
            ("v1", 2),
            ("stable", 1),
            ("99d01d5", 4),
            ("0123456789abcdef0123456789abcdef01234567", 5),
            ("v3.0.0-alpha.9-for-vscode", 4),
        ];
        for (rev, level) in cases {
            let text = format!("repos:\n  - repo: https://example.com/hooks\n    rev: {rev}\n  - repo: local\n");
            let facts = read_alone(&READER, ".pre-commit-config.yaml", &text).facts;
            let levels: Vec<_> = facts.hooks.iter().map(|hook| hook.level.known().map(|level| level.0)).collect();
            assert_eq!(levels, [Some(level)], "{rev}");
        }
    }

    #[test]
    fn hooks_of_the_repository_itself() {
        let text = "default_language_version: { python: python3.12, node: 20.1.0 }\nrepos:\n  - repo: local\n    hooks:\n      - { id: types, language: system, entry: uv run mypy, args: [src] }\n      - { id: own, language: script, entry: ./check.sh }\n      - { id: lint, language: docker_image, entry: hadolint/hadolint:latest hadolint }\n      - { id: py, language: python, entry: pip install x, language_version: '3.11' }\n  - repo: https://example.com/m\n    rev: v1.0.0\n    hooks: [{ id: x, entry: npm install }]\n";
        let facts = read_alone(&READER, ".pre-commit-config.yaml", text).facts;
        let steps: Vec<_> = facts.steps.iter().map(|step| format!("{}: {} {} {}", step.job, step.command, step.trigger, step.purpose)).collect();
        assert_eq!(
            steps,
            ["types: uv run mypy src commit develop", "types: mypy src commit develop", "own: check.sh commit develop"]
        );
        let images: Vec<_> = facts.images.iter().filter_map(|image| image.reference.known()).collect();
        assert_eq!(images, ["hadolint/hadolint:latest"]);
        let versions: Vec<_> = facts.toolchains.iter().map(|fact| format!("{} {:?} {}", fact.tool, fact.level.known().map(|level| level.0), fact.phase)).collect();
        assert_eq!(versions, ["python Some(3) hook", "node Some(4) hook", "python Some(3) hook"]);
    }

    #[test]
    fn packages_of_hooks() {
        let text = "repos:\n  - repo: https://example.com/m\n    rev: v1.0.0\n    hooks:\n      - id: mypy\n        additional_dependencies: ['types-x', 'a==1.2', 'b[c]>=1; python_version > \"3\"', 'eslint@9.1.0', '@s/p@9', './own', 'rust@sha']\n";
        let facts = read_alone(&READER, ".pre-commit-config.yaml", text).facts;
        let rows: Vec<_> = facts.includes.iter().map(|one| (one.source.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(
            rows,
            [("types-x", Some(1)), ("a", Some(4)), ("b", Some(1)), ("eslint", Some(4)), ("@s/p", Some(2)), ("rust", Some(1))]
        );
    }
}
