//! Reads a JavaScript or TypeScript module that a handler names; only on request.

use super::{Claim, File, Output, Reader};
use crate::facts::SourceModule;
use crate::jssource::exports;

/// Reads handler modules.
pub const READER: Reader = Reader { name: "node_module", role: "source", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let exports = exports(file.text);
    let is_typed = [".ts", ".mts", ".cts", ".tsx"].iter().any(|ending| file.path.ends_with(ending));
    output.facts.add(SourceModule {
        header: file.header(&**file.path, file.span(0..0)),
        language: if is_typed { "typescript" } else { "javascript" }.to_owned(),
        defines: exports.names.into_iter().collect(),
        imports: Vec::new(),
        signs: Vec::new(),
        opaque: exports.opaque,
        functions: Vec::new(),
        imported: Vec::new(),
        deeds: crate::pysource::Deeds::default(),
    });
}
