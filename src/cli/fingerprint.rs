//! The arguments of `reproof fingerprint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `reproof fingerprint`.
#[derive(Debug, Args)]
pub struct Fingerprint {
    /// What was built: archives, directories or files. Without any, the record holds the inputs alone.
    pub artifacts: Vec<PathBuf>,
    /// The project that was built [default: the current directory]
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// A tool that built and its version, as the tool prints it: `--tool "python=$(python3 -V)"` (repeatable)
    #[arg(long = "tool", value_name = "NAME=VERSION")]
    pub tools: Vec<String>,
    /// The digest of the image that the build ran in.
    #[arg(long, value_name = "sha256:DIGEST")]
    pub image: Option<String>,
    /// Who built [default: by the variables of CI]
    #[arg(long, value_enum)]
    pub class: Option<BuilderClass>,
    /// Append the record to a file instead of printing it.
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
    /// Append the record to the git note of the commit, in refs/notes/reproof.
    #[arg(long)]
    pub notes: bool,
}

/// Who built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BuilderClass {
    /// A job of CI.
    Ci,
    /// A developer's machine.
    Dev,
}
