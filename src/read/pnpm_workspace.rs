//! pnpm-workspace.yaml: members, catalogs and settings. Kept as a tree for the comparison of lockfiles.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::syntax::{self, Node};
use crate::{path, pnpm};

/// The reader of pnpm's workspace file.
pub const READER: Reader = Reader { name: "pnpm-workspace", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if path::file_name(path) == "pnpm-workspace.yaml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse) else { return };
    for pattern in document.root().get("packages").into_iter().flat_map(Node::items).filter_map(Node::text) {
        if !pattern.contains(['*', '!', '{', '['])
            && let Some(directory) = path::join(file.directory(), pattern)
        {
            output.request(pnpm::beside(&directory, "package.json"), "package_json");
        }
    }
    // From pnpm 11 on the lockfile does not say where the patches are.
    for entry in document.root().get("patchedDependencies").into_iter().flat_map(Node::own_entries) {
        if let Some(path) = entry.value.text().and_then(|text| path::join(file.directory(), text)) {
            output.request(path, "hashed-file");
        }
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, "pnpm") });
}
