//! Reads what templates include (on request) and `samconfig` files, and keeps them as trees.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Fragment;
use crate::syntax;

/// Reads the companions of templates.
pub const READER: Reader = Reader { name: "include", role: "configuration", claims, read };

const PARAMETERS: &[&str] = &["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

fn claims(path: &str) -> Claim {
    if PARAMETERS.contains(&crate::path::file_name(path)) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let parse = match file.path.rsplit('.').next() {
        Some("toml") => syntax::toml::parse,
        Some("json") => syntax::json::parse,
        _ => syntax::yaml::parse,
    };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    let role = if PARAMETERS.contains(&file.file_name()) { "samconfig" } else { "include" };
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Fragment { header, role: role.to_owned(), document: Arc::new(document) });
}
