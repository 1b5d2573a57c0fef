//! Reads the configuration of a Chalice project and asks for the module that declares its functions.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::chalice;
use crate::facts::Template;
use crate::path;
use crate::syntax;

/// Reads `.chalice/config.json`.
pub const READER: Reader = Reader { name: "chalice", role: "template", claims, read };

fn claims(path: &str) -> Claim {
    if path == ".chalice/config.json" || path.ends_with("/.chalice/config.json") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    if !chalice::is_project(&document) {
        return;
    }
    if let Some(app) = path::join(chalice::home(file.path), "app.py") {
        output.request(app, "python_module");
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Template::new(header, "chalice", Arc::new(document)));
}
