//! Manifests that a job changes by a command that knows nothing of lockfiles: what locks afterwards has to lock anew.

use crate::lock_use::Invocation;
use crate::path;
use crate::shell::Command;

/// Manifests, and the tools that lock what they ask for.
const MANIFESTS: &[(&str, &[&str])] = &[
    ("pyproject.toml", &["uv", "poetry", "pdm"]),
    ("package.json", &["npm", "yarn", "pnpm", "bun"]),
    ("Cargo.toml", &["cargo"]),
    ("Gemfile", &["bundler"]),
    ("Pipfile", &["pipenv"]),
];

/// Programs that change the files they are told, with the option that has them do so.
const EDITORS: &[(&str, &[&str])] = &[
    ("sed", &["-i", "--in-place"]),
    ("gsed", &["-i", "--in-place"]),
    ("perl", &["-i", "-pi"]),
    ("yq", &["-i", "--inplace"]),
];

/// The manifest that a command changes, by its name.
pub(super) fn edited(command: &Command, invocation: &Invocation) -> Option<&'static str> {
    let words = || invocation.arguments.iter().map(|word| word.text.as_str());
    let is_editor = EDITORS.iter().any(|(program, options)| {
        let edits = |word: &str| options.iter().any(|option| word.starts_with(option));
        invocation.program == *program && words().any(edits)
    });
    let moved = words().next_back().filter(|_| matches!(invocation.program.as_str(), "mv" | "cp"));
    let written = command.writes.iter().map(|word| word.text.as_str());
    let files = words().filter(|_| is_editor).chain(written).chain(moved);
    files.filter_map(|file| MANIFESTS.iter().map(|(name, _)| *name).find(|name| *name == path::file_name(file))).next()
}

/// The manifest of those that a job has changed which a tool locks.
pub(super) fn of_tool(edited: &[&'static str], tool: &str) -> Option<&'static str> {
    let locks = |manifest: &&&str| MANIFESTS.iter().any(|(name, tools)| *name == **manifest && tools.contains(&tool));
    edited.iter().find(locks).copied()
}
