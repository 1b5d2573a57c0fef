//! `.github/workflows/actions.lock`: the commits that GitHub runs the actions of a workflow at.
//!
//! The format is that of `gh actions-lock`, version v0.0.2, read from its repository on 2026-11-24.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::syntax::yaml;

/// Reads the lockfile of GitHub's actions.
pub const READER: Reader = Reader { name: "actions_lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if path == ".github/workflows/actions.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    let mut fact = Settings::new(file.header(&**file.path, file.span(0..0)), "actions-lock");
    fact.document = Some(Arc::new(document));
    output.facts.add(fact);
}
