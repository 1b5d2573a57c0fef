//! Packages named on a command line: which of them are named without a version.

use crate::pin::{is_commit, numbers};
use crate::shell::Word;

/// The names of Python requirements that do not say one exact version.
pub(super) fn unpinned_python(words: &[&Word]) -> Vec<String> {
    words.iter().filter_map(|word| python(word)).collect()
}

/// Installers that a plain `pip install` brings up to date before the real work; their
/// version does not decide what is installed after them.
const BOOTSTRAP: &[&str] = &["pip", "setuptools", "wheel"];

fn python(word: &Word) -> Option<String> {
    let text = word.text.trim();
    if is_local(text) {
        return None;
    }
    if text.contains("://") || text.starts_with("git+") {
        return url(text);
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() || BOOTSTRAP.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let rest = rest.split(';').next().unwrap_or("").trim();
    let exact = rest.strip_prefix("===").or_else(|| rest.strip_prefix("=="));
    let exact = exact.is_some_and(|version| !version.contains(['*', ',']));
    let dynamic = word.dynamic && (rest.starts_with(['$', '`', '=']) || rest.is_empty());
    (!exact && !dynamic).then(|| name.to_owned())
}

/// Names of packages of the Node world that do not say one exact version.
pub(super) fn unpinned_node(words: &[&Word]) -> Vec<String> {
    words.iter().filter_map(|word| node(word)).collect()
}

fn node(word: &Word) -> Option<String> {
    let text = word.text.as_str();
    let is_archive = text.ends_with(".tgz") || text.ends_with(".tar.gz");
    if is_local(text) || text.starts_with("file:") || text.starts_with("link:") || (is_archive && !text.contains("://"))
    {
        return None;
    }
    if text.contains("://") || text.contains('#') || text.starts_with("git") {
        return url(text);
    }
    let name = without_version(text);
    let version = text[name.len()..].trim_start_matches('@');
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/-_.".contains(&byte));
    if !is_name || name.is_empty() || name.matches('/').count() > usize::from(name.starts_with('@')) {
        return None;
    }
    let exact = is_exact(version.strip_prefix("npm:").map_or(version, |alias| alias.rsplit('@').next().unwrap_or("")));
    (!exact && !word.dynamic).then(|| name.to_owned())
}

/// The name of a package of the Node world: `@scope/name` of `@scope/name@1.2.3`.
pub fn without_version(text: &str) -> &str {
    let start = usize::from(text.starts_with('@'));
    text[start..].find('@').map_or(text, |at| &text[..start + at])
}

/// Programs that a package of another name brings.
const PROGRAMS: &[(&str, &str)] = &[
    ("playwright", "@playwright/test"),
    ("tsc", "typescript"),
    ("ng", "@angular/cli"),
    ("nest", "@nestjs/cli"),
    ("cdk", "aws-cdk"),
    ("sls", "serverless"),
    ("biome", "@biomejs/biome"),
    ("changeset", "@changesets/cli"),
    ("commitlint", "@commitlint/cli"),
    ("babel", "@babel/cli"),
    ("graphql-codegen", "@graphql-codegen/cli"),
];

/// The package of the Node world that brings a program, as far as it has another name.
pub fn package_of(program: &str) -> &str {
    PROGRAMS.iter().find(|(name, _)| *name == program).map_or(program, |(_, package)| package)
}

/// The name of a tool with its version behind `@`, as `uvx`, `go install` and `cargo binstall` take it.
pub(super) fn unpinned_at(word: &Word) -> Option<String> {
    let text = word.text.as_str();
    if is_local(text) {
        return None;
    }
    if text.contains("==") || text.contains("://") {
        return python(word);
    }
    let (name, version) = text.rsplit_once('@').unwrap_or((text, ""));
    // `tox@.` is what lies in the directory.
    let is_here = !version.is_empty() && is_local(version);
    let pinned = is_exact(version) || is_commit(version) || is_here || word.dynamic;
    (!pinned && !name.is_empty()).then(|| name.split('[').next().unwrap_or(name).to_owned())
}

/// Whether a text is one exact version: three numbers or more, or one that only looks exact
/// to tools (`v1.2.3`, `=1.2.3`).
pub(super) fn is_exact(version: &str) -> bool {
    let version = version.strip_prefix('=').unwrap_or(version);
    let (count, rest) = numbers(version);
    count >= 3 && (rest.is_empty() || rest.starts_with(['-', '+', '.', 'a', 'b', 'r']))
}

/// A commit in a URL fixes what it names; so does a version in the name of an archive.
fn url(text: &str) -> Option<String> {
    let has_commit = text.split(['@', '#', '/', '&', '=']).any(is_commit);
    let file = text.split(['#', '?']).next().unwrap_or("").rsplit('/').next().unwrap_or("");
    let is_archive = [".whl", ".tar.gz", ".zip", ".tgz"].iter().any(|end| file.ends_with(end));
    let is_versioned = is_archive && file.split('-').any(|part| numbers(part).0 >= 2);
    (!has_commit && !is_versioned && !text.contains('$')).then(|| text.to_owned())
}

/// Whether a word names a file or directory and not a package.
pub(super) fn is_local(text: &str) -> bool {
    let path = text.split('[').next().unwrap_or(text);
    let archive = [".whl", ".tar.gz", ".zip"].iter().any(|end| path.ends_with(end)) && !text.contains("://");
    path.starts_with(['.', '/', '~']) || archive || path.is_empty() || path.ends_with('/')
}
