//! Reads a Python module that a handler names; only on request.

use super::{Claim, File, Output, Reader, infrastructure};
use crate::facts::SourceModule;
use crate::handler;
use crate::pysource;

/// Reads handler modules.
pub const READER: Reader = Reader { name: "python_module", role: "source", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let outline = pysource::outline(file.text);
    let script = infrastructure(file, output, pysource::script);
    for import in &outline.imported {
        for path in handler::imported_files(file.path, None, import.level, &import.module, &import.names) {
            output.request(path, READER.name);
        }
    }
    // What follows a fault may be anything, and so may the functions around it.
    let is_broken = outline.error.is_some();
    if let Some((place, message)) = outline.error {
        output.problem(file, &READER, "syntax", format!("it is not Python 3: {message}"), file.span(place));
    }
    output.facts.add(SourceModule {
        header: file.header(&**file.path, file.span(0..0)),
        language: "python".to_owned(),
        defines: outline.defines.into_iter().collect(),
        imports: outline.imports.into_iter().collect(),
        signs: outline.signs.into_iter().map(str::to_owned).collect(),
        opaque: outline.opaque || is_broken,
        functions: if is_broken { Vec::new() } else { outline.functions },
        imported: outline.imported,
        deeds: outline.deeds,
        script: script.map(Box::new),
    });
}
