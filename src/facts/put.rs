//! What commands put where.

use super::table::fact;
use crate::value::Value;

/// What a command does with files, as its words name them: seen from its directory, or from a place that only the run
/// tells (`$ROOT/a`, `~/a`, `/srv/a`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// What it does.
    pub how: How,
    /// What it takes: files and directories, lists of requirements, packages, or the manifest of a build.
    pub from: Vec<String>,
    /// Where it puts them; for a build, where it looks for code. Empty where it does not say.
    pub to: String,
}

/// What a command does with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Makes a directory.
    Makes,
    /// Copies or moves.
    Copies,
    /// Unpacks an archive.
    Unpacks,
    /// Installs packages of Python.
    Installs,
    /// Builds what a SAM template names.
    Builds,
}

fact! {
    /// A command of a script, a recipe or a document that puts files together. Scripts are looked at for such commands whether anything runs them or not.
    Assembly {
        /// The command.
        command: String,
        /// The directory it runs in, as far as its file says.
        directory: Value<String>,
    }
    carried {
        /// What it puts where.
        puts: Vec<Put>,
    }
}
