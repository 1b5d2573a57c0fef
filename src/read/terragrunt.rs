//! Terragrunt's files: which modules they apply, and what they demand of Terraform or write beside those modules.
//!
//! `terragrunt.hcl` is a unit, any other name may be included by one (Terragrunt's reference of its configuration blocks and
//! attributes, read 2026-12-01).

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Fragment;
use crate::syntax;

/// The reader of Terragrunt's files.
pub const READER: Reader = Reader { name: "terragrunt", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "terragrunt.hcl" => Claim::Yes,
        ".terraform.lock.hcl" => Claim::No,
        name if name.ends_with(".hcl") => Claim::IfContains(&["generate \"", "terraform_version_constraint"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    match syntax::hcl::parse(file.source, file.text) {
        Ok(document) => {
            let header = file.header(&**file.path, file.span(0..0));
            output.facts.add(Fragment { header, role: READER.name.to_owned(), document: Arc::new(document) });
        }
        Err(error) => output.syntax_error(file, &READER, &error),
    }
}
