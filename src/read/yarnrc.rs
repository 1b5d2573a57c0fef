//! .yarnrc.yml: settings of Yarn 2 and later. Kept as a tree for the comparison of lockfiles.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::{path, syntax};

/// The reader of Yarn's settings.
pub const READER: Reader = Reader { name: "yarnrc", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if path::file_name(path) == ".yarnrc.yml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if let Some(document) = output.tree(file, &READER, syntax::yaml::parse) {
        let header = file.header(&**file.path, file.span(0..0));
        output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, "yarn") });
    }
}
