//! uv.toml: settings of the resolver. Kept as a tree for the comparison of lockfiles.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Settings, Toolchain};
use crate::{path, syntax};

/// The reader of uv's settings.
pub const READER: Reader = Reader { name: "uv-toml", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if path::file_name(path) == "uv.toml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let document = output.tree(file, &READER, syntax::toml::parse).map(Arc::new);
    if let Some(node) = document.as_ref().and_then(|document| document.root().get("required-version"))
        && let Some(text) = node.text()
    {
        let header = file.part("required-version", node.span());
        let mut fact = Toolchain::constraining(header, "uv", text, node.inner_span());
        fact.surface = "uv.toml required-version".to_owned();
        output.facts.add(fact);
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Settings { document, ..Settings::new(header, "uv") });
}
