//! Reads `cdk.json` and asks for the module that it starts the app with.

use std::sync::Arc;

use super::{Claim, File, Output, Reader, node_module, python_module};
use crate::facts::Fragment;
use crate::path;
use crate::syntax::{self, Node};

/// Reads `cdk.json`.
pub const READER: Reader = Reader { name: "cdk_app", role: "configuration", claims, read };

/// Endings of the modules that we read, and what is compiled to them.
const ENDINGS: &[(&str, &str)] = &[(".py", ".py"), (".ts", ".ts"), (".mts", ".mts"), (".js", ".ts"), (".mjs", ".mts")];

fn claims(path: &str) -> Claim {
    if path::file_name(path) == "cdk.json" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::json::parse_with_comments) else { return };
    let app = document.root().get("app").and_then(Node::scalar).unwrap_or_default();
    for word in app.split_ascii_whitespace().filter(|word| !word.starts_with('-')) {
        let word = word.trim_matches(['"', '\'']);
        for (ending, source) in ENDINGS {
            let Some(stem) = word.strip_suffix(ending) else { continue };
            let reader = if *ending == ".py" { python_module::READER.name } else { node_module::READER.name };
            for name in [word.to_owned(), format!("{stem}{source}")] {
                if let Some(path) = path::join(file.directory(), &name) {
                    output.request(path, reader);
                }
            }
        }
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Fragment { header, role: "cdk-app".to_owned(), document: Arc::new(document) });
}
