//! uv.lock against pyproject.toml, as `uv lock --check` compares them.

use super::{Lookup, Outcome, Pairing, Seen, Tool, Workspace};
use crate::facts::{Facts, Link, Lockfile};

/// uv.
pub(super) const TOOL: Tool = Tool {
    name: "uv",
    ecosystem: "python",
    files: &["uv.lock"],
    pairing: Pairing::Beside { format: "pyproject", workspaces },
    compare,
};

fn workspaces(_facts: &Facts, _lookup: &Lookup) -> Vec<Workspace> {
    Vec::new()
}

fn compare(_seen: Seen<'_>, _lockfile: Link<Lockfile>) -> Outcome {
    Outcome::default()
}
