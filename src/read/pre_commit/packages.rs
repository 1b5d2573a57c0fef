//! Packages that hooks are installed with besides their own.

use super::MOST;
use crate::facts::{Include, Link};
use crate::pin::{Level, is_commit, numbers};
use crate::read::{File, Output};
use crate::syntax::Node;
use crate::value::Value;

/// The packages that one hook asks for; those without an exact version after the first follow it.
pub(super) fn note(file: &File<'_>, repository: &str, hook: Node<'_>, output: &mut Output) {
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
    if let Some(version) = exact.filter(|_| level == Level::Exact) {
        fact.reference = Value::written(version.trim().trim_start_matches('=').to_owned(), node.inner_span());
    }
    fact.owner = Value::derived(if repository == "local" { "this repository" } else { repository }.to_owned());
    Some(fact)
}
