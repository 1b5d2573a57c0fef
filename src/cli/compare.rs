//! The arguments of `reproof compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `reproof compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// A build: zip, wheel, jar, tar (plain, gzip, xz, Zstandard), directory or file.
    pub a: PathBuf,
    /// Another build of the same source.
    pub b: PathBuf,
    /// What must be the same for exit code 0 [default: bytes for two archives of one form, else contents]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub require: Option<Sameness>,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub format: CompareFormat,
}

/// What must be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sameness {
    /// Every byte.
    Bytes,
    /// The entries, in their order, with times and modes.
    Entries,
    /// Paths and contents.
    Contents,
    /// Contents, but for known causes.
    Known,
}

/// Formats of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Sentences, for people.
    Text,
    /// The JSON document `reproof-compare/1`.
    Json,
}
