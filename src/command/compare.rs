//! `reproof compare`: why two builds of one source differ.

use std::path::Path;

use anyhow::bail;

use super::progress::Progress;
use super::{CLEAN, FINDINGS, Undetermined};
use crate::artifact::{Artifact, Form, Refusal, open};
use crate::cli::{Compare as Arguments, CompareFormat, Sameness};
use crate::compare::{Level, compare, document, text};

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let progress = Progress::new("reading");
    let (a, b) = rayon::join(|| read(&arguments.a), || read(&arguments.b));
    let (mut a, mut b) = (a?, b?);
    progress.now("comparing");
    let names = (arguments.a.display().to_string(), arguments.b.display().to_string());
    let comparison = compare(&mut a, &mut b).map_err(|refusal| Undetermined(refusal.to_string()))?;
    let required = required(arguments.require, a.form, b.form);
    let names = (names.0.as_str(), names.1.as_str());
    let mut out = match arguments.format {
        CompareFormat::Text => text(&comparison, &a, &b, names).into_bytes(),
        CompareFormat::Json => serde_json::to_vec_pretty(&document(&comparison, &a, &b, names, required))?,
    };
    if arguments.format == CompareFormat::Json {
        out.push(b'\n');
    }
    drop(progress);
    super::print(&out)?;
    Ok(if comparison.level <= required { CLEAN } else { FINDINGS })
}

/// Reads a build. A single file is called by one name on both sides.
fn read(path: &Path) -> anyhow::Result<Artifact> {
    match open(path, "the file") {
        Ok(artifact) => Ok(artifact),
        Err(Refusal::Missing(why)) => bail!("{}: {why}", path.display()),
        Err(Refusal::Unreadable(why)) => Err(Undetermined(format!("{} is not compared: {why}", path.display())).into()),
    }
}

/// What is required for exit code 0. Files on disk have times of their own, and other forms other bytes.
fn required(given: Option<Sameness>, a: Form, b: Form) -> Level {
    match given {
        Some(Sameness::Bytes) => Level::SameBytes,
        Some(Sameness::Entries) => Level::SameEntries,
        Some(Sameness::Contents) => Level::SameContents,
        Some(Sameness::Known) => Level::SameButForKnownCauses,
        None if a == b && a != Form::Directory => Level::SameBytes,
        None => Level::SameContents,
    }
}
