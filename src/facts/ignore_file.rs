//! What git is told to pass over.

use super::table::fact;

fact! {
    /// A `.gitignore` in a directory of a template or above it.
    IgnoreFile {
        /// Its patterns, in order.
        patterns: Vec<String>,
    }
}
