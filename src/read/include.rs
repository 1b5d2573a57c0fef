//! Reads what templates include (on request) and `samconfig` files, and keeps them as trees.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Fragment;
use crate::handler::module_files;
use crate::path;
use crate::syntax::{self, Node};

/// Reads the companions of templates.
pub const READER: Reader = Reader { name: "include", role: "configuration", claims, read };

const PARAMETERS: &[&str] = &["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

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
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Fragment { header, role: role.to_owned(), document: Arc::new(document) });
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
