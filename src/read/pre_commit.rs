//! `.pre-commit-config.yaml`: the repositories whose hooks it takes, and at which reference.

use crate::facts::{Days, Hook, Include, Link, UpdateEntry};
use crate::cadence;
use crate::value::Value;
use crate::path;
use crate::pin::{Level, is_commit, numbers};
use crate::read::{Claim, File, Output, Reader};
use crate::syntax::{Node, yaml};

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
    for entry in document.root().get("repos").into_iter().flat_map(Node::items).take(MOST) {
        let repository = entry.get("repo").and_then(Node::scalar).unwrap_or("");
        for hook in entry.get("hooks").into_iter().flat_map(Node::items).take(MOST) {
            packages(file, repository, hook, output);
        }
    }
}

/// The packages that one hook asks for; those without an exact version after the first follow it.
fn packages(file: &File<'_>, repository: &str, hook: Node<'_>, output: &mut Output) {
    let id = hook.get("id").and_then(Node::scalar).unwrap_or("");
    let mut first: Option<Link<Include>> = None;
    for node in hook.get("additional_dependencies").into_iter().flat_map(Node::items).take(MOST) {
        let Some(mut fact) = package(file, repository, id, node) else { continue };
        let is_loose = fact.level.known().is_some_and(|level| level.0 < Level::Exact.number());
        fact.follows = first.filter(|_| is_loose);
        let link = output.facts.add(fact);
        match first {
            Some(first) if is_loose => output.facts[first].followed_by.push(link),
            None if is_loose => first = Some(link),
            _ => {}
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

/// A package that a hook is installed with, in the notation of its language.
fn package(file: &File<'_>, repository: &str, hook: &str, node: Node<'_>) -> Option<Include> {
    let text = node.scalar()?.trim();
    if text.is_empty() || text.starts_with(['.', '/', '-', '$']) || text.starts_with("file:") {
        return None;
    }
    let bare = text.split(';').next().unwrap_or(text).trim();
    let start = usize::from(bare.starts_with('@'));
    let end = bare[start..].find(['=', '<', '>', '~', '!', '@', '[', ':', ' ']).map_or(bare.len(), |at| start + at);
    let name = &bare[..end];
    let version = bare[end..].split_once(']').map_or(&bare[end..], |(_, rest)| rest).trim();
    let exact = version.strip_prefix("==").or_else(|| version.strip_prefix('@')).or_else(|| version.strip_prefix(':'));
    let level = match exact.map(|exact| (exact, numbers(exact.trim()))) {
        _ if bare.contains("://") && bare.split(['@', '#', '/']).any(is_commit) => Level::Content,
        _ if bare.contains("://") => Level::Floating,
        Some((exact, (count, _))) if version.starts_with("==") && count > 0 && !exact.contains('*') => Level::Exact,
        Some((_, (count, rest))) if rest.is_empty() || rest.starts_with(['-', '+', '.', 'a', 'b', 'r']) => Level::of_parts(count),
        _ => Level::Floating,
    };
    let header = file.part(&format!("{hook}: {name}"), node.span());
    let mut fact = Include::unstated(header, "hook-package", if bare.contains("://") { bare } else { name }, level, node.inner_span());
    fact.owner = Value::derived(if repository == "local" { "this repository" } else { repository }.to_owned());
    Some(fact)
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
