//! Reads a JavaScript or TypeScript module that a handler names, or that an app of infrastructure consists of; only on
//! request.

use super::{Claim, File, Output, Reader, infrastructure};
use crate::facts::SourceModule;
use crate::jssource;
use crate::path;

/// Reads handler modules.
pub const READER: Reader = Reader { name: "node_module", role: "source", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let exports = jssource::exports(file.text);
    let script = infrastructure(file, output, jssource::script);
    for module in script.iter().flat_map(|script| &script.modules) {
        request(module, file, output);
    }
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
        script: script.map(Box::new),
    });
}

/// Asks for a module of the same app: `./stack` is `stack.ts`, `stack/index.ts`, or one of their kin.
fn request(module: &str, file: &File<'_>, output: &mut Output) {
    if !module.starts_with('.') {
        return;
    }
    let Some(named) = path::join(file.directory(), module) else { return };
    // TypeScript names a module as it will be called once it is compiled.
    let stem = named.strip_suffix(".js").or_else(|| named.strip_suffix(".mjs")).unwrap_or(&named);
    for ending in [".ts", ".js", ".mts", ".mjs", "/index.ts", "/index.js"] {
        output.request(format!("{stem}{ending}"), READER.name);
    }
}
