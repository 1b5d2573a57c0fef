//! Lockfiles once more, for their hashes: text to [`Locked`].
//!
//! The inventory keeps short digests only, because a repository may lock half a million files; a rehearsal needs
//! them whole, for one revision at a time.

mod node;
mod pins;
mod python;
mod rust;

use std::sync::Arc;

use super::locked::Locked;
use crate::source::SourceId;
use crate::syntax::{self, Document, SyntaxError};

/// Reads the lockfile of a tool. Tools whose registries cannot be asked give packages without files.
///
/// # Errors
/// Why the packages cannot be told, as a phrase.
pub fn read(tool: &str, source: SourceId, text: &Arc<str>) -> Result<Vec<Locked>, String> {
    let toml = || tree(syntax::toml::parse(source, text));
    let yaml = || tree(syntax::yaml::parse(source, text));
    match tool {
        "uv" => Ok(python::uv(&toml()?)),
        "poetry" => Ok(python::poetry(&toml()?)),
        "pdm" => Ok(python::pdm(&toml()?)),
        "pylock" => Ok(python::pylock(&toml()?)),
        "pipenv" => Ok(pins::pipenv(&tree(syntax::json::parse(source, text))?)),
        "pip-tools" | "uv-pip" | "export" => Ok(pins::requirements(source, text)),
        "cargo" => rust::cargo(&toml()?),
        "npm" => Ok(node::npm(&tree(syntax::json::parse(source, text))?)),
        "pnpm" => Ok(node::pnpm(&yaml()?)),
        "yarn" if text.contains("\n__metadata:") => Ok(node::berry(&yaml()?)),
        "yarn" => node::yarn(source, text),
        "bun" => node::bun(&tree(syntax::json::parse_with_comments(source, text))?),
        _ => Err(format!("lockfiles of {tool} are not rehearsed")),
    }
}

fn tree(parsed: Result<Document, SyntaxError>) -> Result<Document, String> {
    parsed.map_err(|error| error.message)
}

#[cfg(test)]
mod tests;
