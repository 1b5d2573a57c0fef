//! Source files that configuration points at: handler modules and what they import.

use super::table::fact;

fact! {
    /// A source file that a template points at, as far as its text tells without running it.
    SourceModule {
        /// The language: python, javascript, typescript.
        language: String,
        /// Names bound at the top level, or exported, sorted.
        defines: Vec<String>,
        /// Modules it imports, as written, sorted.
        imports: Vec<String>,
        /// What its text mentions, sorted: batch-failures, deadline, idempotency, print, structured-logs, version.
        signs: Vec<String>,
        /// Whether it may bind names that its text does not show: a star import, `globals()`, a syntax error.
        opaque: bool,
    }
    carried {
        /// Its functions as their `def` shows them.
        functions: Vec<crate::pysource::Function>,
        /// Its imports one by one.
        imported: Vec<crate::pysource::Import>,
        /// What its functions call and change.
        deeds: crate::pysource::Deeds,
        /// What it makes, for a module that is a program of infrastructure.
        script: Option<Box<crate::literal::Script>>,
    }
}
