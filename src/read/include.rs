//! Reads what templates include (on request) and `samconfig` files, and keeps them as trees.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Assembly, Fragment, How, Put};
use crate::handler::module_files;
use crate::path;
use crate::syntax::shape::{Part, Shape, misfits};
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads the companions of templates.
pub const READER: Reader = Reader { name: "include", role: "configuration", claims, read };

const PARAMETERS: &[&str] = &["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// The parts of a `samconfig` that SAM reads as maps; environments but the usual one may have any name.
const PARTS: &[Part] = &[(&[], Shape::Map), (&["default"], Shape::Map), (&["*", "*", "parameters"], Shape::Map)];

/// More handlers of one file are not looked up.
const HANDLERS: usize = 500;

fn claims(path: &str) -> Claim {
    if PARAMETERS.contains(&path::file_name(path)) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let parse = match file.path.rsplit('.').next() {
        Some("toml") => syntax::toml::parse,
        Some("json") => syntax::json::parse,
        _ => syntax::yaml::parse,
    };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    request_handlers(file, document.root(), output);
    let role = if PARAMETERS.contains(&file.file_name()) { "samconfig" } else { "include" };
    if role == "samconfig" {
        output.misfits(file, &READER, misfits(document.root(), PARTS, &|_| false));
        builds(file, document.root(), output);
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Fragment { header, role: role.to_owned(), document: Arc::new(document) });
}

/// Notes what the options `--manifest` and `--base-dir` of `sam build` are set to.
fn builds(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    for environment in root.entries().into_iter().take(HANDLERS) {
        let given = |key: &str| {
            let of = |command: &str| environment.value.at(&[command, "parameters", key]);
            of("build").or_else(|| of("global")).filter(|node| node.scalar().is_some_and(|text| !text.is_empty()))
        };
        let (manifest, base) = (given("manifest"), given("base_dir"));
        let Some(place) = manifest.or(base) else { continue };
        let text = |node: Node<'_>| node.scalar().unwrap_or_default().to_owned();
        output.facts.add(Assembly {
            header: file.part("build", place.span()),
            command: format!("sam build, as {} says,", file.file_name()),
            directory: Value::derived(file.directory().to_owned()),
            puts: vec![Put {
                how: How::Builds,
                from: manifest.map(text).into_iter().collect(),
                to: base.map(text).unwrap_or_default(),
            }],
        });
    }
}

/// Asks for the modules of functions that a service keeps in files of their own. Their handlers start at the
/// directory of the service, which is this one or one above.
fn request_handlers<'d>(file: &File<'_>, root: Node<'d>, output: &mut Output) {
    let runtimes = ["python", "nodejs"].map(str::to_owned);
    let homes: Vec<String> = path::ancestors(file.directory()).map(str::to_owned).collect();
    let below = |node: Node<'d>| node.entries().into_iter().map(|entry| entry.value).collect::<Vec<_>>();
    let outer = below(root);
    let inner = outer.iter().flat_map(|node| below(*node));
    let functions = std::iter::once(root).chain(outer.iter().copied()).chain(inner);
    let handlers = functions.filter_map(|function| function.get("handler").and_then(Node::scalar));
    for handler in handlers.take(HANDLERS) {
        for (path, reader) in module_files(&runtimes, &[handler.to_owned()], &homes) {
            output.request(path, reader);
        }
    }
}
