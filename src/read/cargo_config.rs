//! .cargo/config.toml: names of registries and patches. Kept as a tree for the comparison of lockfiles.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::{path, syntax};

/// The reader of Cargo's settings.
pub const READER: Reader = Reader { name: "cargo-config", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    let is_there = path::file_name(path::directory(path)) == ".cargo";
    if is_there && matches!(path::file_name(path), "config.toml" | "config") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if let Some(document) = output.tree(file, &READER, syntax::toml::parse) {
        let header = file.header(&**file.path, file.span(0..0));
        output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, "cargo") });
    }
}
