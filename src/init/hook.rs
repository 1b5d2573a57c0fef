//! The entry in `.pre-commit-config.yaml`: appended to the list of repositories, the file otherwise byte for byte.

use crate::source::SourceId;
use crate::syntax::{Node, yaml};

use super::Origin;

/// The hooks that are offered: built from source, so that they need no package registry but the compiler's.
const HOOKS: &[(&str, &str)] =
    &[("reproof-src", "what is staged"), ("reproof-src-all", "the whole repository, before a push")];

/// Why an entry cannot be appended. Each says what to do by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// It is no YAML.
    #[error("it is not YAML ({0}): mend it first")]
    Syntax(String),
    /// The list of repositories is missing or written in a form that cannot be appended to.
    #[error("its `repos` is not a list with one entry a line: add the entry by hand")]
    Form,
    /// There is an entry already.
    #[error("it has the hooks of {0} already")]
    There(String),
}

/// The configuration of pre-commit with reproof's hooks in it; `existing` is the file as it is, if there is one.
///
/// # Errors
/// When the entry is there, or when it cannot be appended without touching the rest.
pub fn add_hooks(existing: Option<&str>, origin: &Origin) -> Result<String, HookError> {
    let Some(text) = existing.filter(|text| !text.trim().is_empty()) else {
        return Ok(format!("repos:\n{}", entry(origin, "  ", "\n")));
    };
    let before = urls(text)?;
    if let Some(url) = before.iter().find(|url| is_ours(url, origin)) {
        return Err(HookError::There(url.clone()));
    }
    let (at, indent) = place(text)?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text[..at].ends_with('\n') { "" } else { end };
    let new = format!("{}{gap}{}{}", &text[..at], entry(origin, &indent, end), &text[at..]);
    // Seen to work, or not done: the same repositories, and ours behind them.
    let after = urls(&new)?;
    let is_appended =
        after.len() == before.len() + 1 && after.starts_with(&before) && after.last() == Some(&origin.url());
    if is_appended { Ok(new) } else { Err(HookError::Form) }
}

fn is_ours(url: &str, origin: &Origin) -> bool {
    let name = url.trim_end_matches('/').trim_end_matches(".git");
    url == origin.url() || name.ends_with("/reproof")
}

/// The addresses of the repositories in order.
fn urls(text: &str) -> Result<Vec<String>, HookError> {
    let document = parse(text)?;
    let repos = document.root().get("repos").filter(|repos| repos.is_list()).ok_or(HookError::Form)?;
    Ok(repos.items().map(|item| item.get("repo").and_then(Node::scalar).unwrap_or_default().to_owned()).collect())
}

fn parse(text: &str) -> Result<crate::syntax::Document, HookError> {
    yaml::parse(SourceId::FIRST, &text.into()).map_err(|error| HookError::Syntax(error.message))
}

/// The byte behind the last repository, and the indentation of the dashes.
fn place(text: &str) -> Result<(usize, String), HookError> {
    let document = parse(text)?;
    let last = document.root().get("repos").and_then(|repos| repos.items().last()).ok_or(HookError::Form)?;
    let start = text[..last.span().range().start].rfind('\n').map_or(0, |at| at + 1);
    let indent: String = text[start..].chars().take_while(|c| *c == ' ').collect();
    if !text[start + indent.len()..].starts_with("- ") {
        return Err(HookError::Form);
    }
    let deepest = deepest_end(text, last);
    let at = if text[..deepest].ends_with('\n') {
        deepest
    } else {
        text[deepest..].find('\n').map_or(text.len(), |end| deepest + end + 1)
    };
    Ok((at, indent))
}

/// Where the last thing that is written in a node ends: the end of a block takes in what follows it.
fn deepest_end(text: &str, node: Node<'_>) -> usize {
    let mut end = 0;
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let range = node.span().range();
        let is_block = (node.is_map() || node.is_list()) && !text[range.start..].starts_with(['[', '{']);
        if !is_block {
            end = end.max(range.end);
            continue;
        }
        pending.extend(node.items());
        pending.extend(node.own_entries().flat_map(|entry| [entry.key, entry.value]));
    }
    end
}

fn entry(origin: &Origin, indent: &str, end: &str) -> String {
    let mut lines = vec![
        format!("{indent}- repo: {}", origin.url()),
        format!("{indent}  rev: {}", origin.reference()),
        format!("{indent}  hooks:"),
    ];
    lines.extend(HOOKS.iter().map(|(id, what)| format!("{indent}    - id: {id} # {what}")));
    lines.iter().flat_map(|line| [line, end]).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ENTRY: &str = "- repo: https://github.com/acme/reproof\n  rev: v1\n  hooks:\n    - id: reproof-src # what is staged\n    - id: reproof-src-all # the whole repository, before a push\n";

    fn indented(by: usize) -> String {
        ENTRY.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
    }

    fn add(text: Option<&str>) -> Result<String, HookError> {
        add_hooks(text, &Origin::parse("acme/reproof@v1").unwrap())
    }

    #[test]
    fn an_entry_is_appended_and_the_rest_stays() {
        let black = "repo: https://example.com/black\n    rev: 24.1.0\n    hooks:\n      - id: black";
        for (before, after) in [
            (format!("repos:\n  - {black}\n"), ""),
            (format!("# top\nrepos:\n  - {black} # kept\n"), "# the end\n"),
            (format!("default_stages: [pre-commit]\nrepos:\n  - {black}\n"), "\nci:\n  autofix_prs: false\n"),
            (format!("repos:\n  - {black}\n        args: [--fast, --x]\n"), "fail_fast: true"),
            (format!("repos:\n  - {black}\n        entry: |\n          one\n          two\n"), "exclude: x\n"),
        ] {
            let done = add(Some(&format!("{before}{after}"))).unwrap();
            assert_eq!(done, format!("{before}{}{after}", indented(2)));
        }
        let flush = "repos:\n- repo: local\n  hooks:\n  - id: x\n    name: x\n    entry: x\n    language: system";
        assert_eq!(add(Some(flush)).unwrap(), format!("{flush}\n{ENTRY}"));
        let crlf = flush.replace('\n', "\r\n") + "\r\n";
        assert_eq!(add(Some(&crlf)).unwrap(), crlf.clone() + &ENTRY.replace('\n', "\r\n"));
        for nothing in [None, Some(""), Some("\n")] {
            assert_eq!(add(nothing).unwrap(), format!("repos:\n{}", indented(2)));
        }
    }

    #[test]
    fn what_cannot_be_appended_to_is_refused() {
        for text in ["repos: []\n", "repos: [{repo: local, hooks: []}]\n", "x: 1\n", "repos:\n", "- repo: local\n"] {
            assert_eq!(add(Some(text)), Err(HookError::Form), "{text}");
        }
        assert!(matches!(add(Some("repos: [\n")), Err(HookError::Syntax(_))));
        let there = add(None).unwrap();
        assert!(matches!(add(Some(&there)), Err(HookError::There(_))));
    }
}
