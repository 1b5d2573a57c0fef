//! Reads the `.gitignore` files that templates ask for: what git ignores, a build may make.

use super::{Claim, File, Output, Reader};
use crate::facts::IgnoreFile;

/// Reads `.gitignore`; only on request.
pub const READER: Reader = Reader { name: "git_ignore", role: "configuration", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    let is_pattern = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let patterns = file.text.lines().map(str::trim_end).filter(is_pattern).map(str::to_owned).collect();
    output.facts.add(IgnoreFile { header: file.header(&**file.path, file.span(0..0)), patterns });
}
