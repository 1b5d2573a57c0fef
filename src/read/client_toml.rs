//! Settings of clients that are one TOML file: bunfig.toml, poetry.toml, pdm.toml. Kept as trees for derivations.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::{path, syntax};

/// The reader of these settings.
pub const READER: Reader = Reader { name: "client-toml", role: "configuration", claims, read };

/// Files, and whose they are.
const FILES: &[(&str, &str)] = &[("bunfig.toml", "bun"), ("pdm.toml", "pdm"), ("poetry.toml", "poetry")];

fn claims(path: &str) -> Claim {
    if FILES.iter().any(|(name, _)| path::file_name(path) == *name) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let tool = FILES.iter().find(|(name, _)| file.file_name() == *name).map_or("", |(_, tool)| tool);
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, tool) });
}
