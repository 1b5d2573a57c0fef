//! Files whose text a package tool hashes into its lockfile: patches, and pnpm's file of hooks.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;

/// The reader of files that lockfiles hold a hash of. Patches are read when a lockfile asks for them.
pub const READER: Reader = Reader { name: "hashed-file", role: "other", claims, read };

fn claims(path: &str) -> Claim {
    if matches!(crate::path::file_name(path), ".pnpmfile.cjs" | ".pnpmfile.mjs") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Settings { text: Some(Arc::clone(file.text)), ..Settings::new(header, "hashed-file") });
}
