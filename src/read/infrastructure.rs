//! Modules of Python and Node that make infrastructure.

use super::{File, Output};
use crate::cdk;
use crate::handler::module_files;
use crate::literal::Script;

/// What reads a module as a program of infrastructure: `pysource::script` and its kin.
type ReadScript = fn(&str, &dyn Fn(&str) -> bool) -> Option<Script>;

/// What a module of an app makes, when it is one; asks for the handlers of its functions.
pub(super) fn infrastructure(file: &File<'_>, output: &mut Output, read: ReadScript) -> Option<Script> {
    if !cdk::is_part_of_app(file.text) {
        return None;
    }
    let script = read(file.text, &cdk::is_told)?;
    let runtimes = ["python", "nodejs"].map(str::to_owned);
    // Where the app is run is for others to say: in the module's directory or one above.
    for home in crate::path::ancestors(file.directory()) {
        let module = cdk::Module { path: file.path, source: file.source, script: &script, home: Some(home) };
        for lambda in module.functions() {
            for (path, reader) in module_files(&runtimes, lambda.handler.possible(), lambda.code.possible()) {
                output.request(path, reader);
            }
        }
    }
    Some(script)
}
