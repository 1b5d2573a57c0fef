//! Reads the configuration of a Chalice project and asks for the module that declares its functions.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::chalice;
use crate::facts::Template;
use crate::path;
use crate::syntax;
use crate::syntax::shape::{Part, Shape, misfits};

/// Reads `.chalice/config.json`.
pub const READER: Reader = Reader { name: "chalice", role: "template", claims, read };

/// The parts that Chalice reads as maps and lists (its documentation of the configuration file, read 2026-12-01).
const PARTS: &[Part] = &[
    (&[], Shape::Map),
    (&["environment_variables"], Shape::Map),
    (&["lambda_functions"], Shape::Map),
    (&["lambda_functions", "*"], Shape::Map),
    (&["layers"], Shape::List),
    (&["stages"], Shape::Map),
    (&["stages", "*"], Shape::Map),
    (&["stages", "*", "environment_variables"], Shape::Map),
    (&["stages", "*", "lambda_functions"], Shape::Map),
];

fn claims(path: &str) -> Claim {
    if path == ".chalice/config.json" || path.ends_with("/.chalice/config.json") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    output.misfits(file, &READER, misfits(document.root(), PARTS, &|_| false));
    if !chalice::is_project(&document) {
        return;
    }
    if let Some(app) = path::join(chalice::home(file.path), "app.py") {
        output.request(app, "python_module");
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Template::new(header, "chalice", Arc::new(document)));
}
