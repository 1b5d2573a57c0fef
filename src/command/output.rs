//! Reports on standard output and, with `--output FORMAT=FILE`, in files.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, anyhow};
use clap::ValueEnum;

use crate::write;

/// A further report that was asked for.
#[derive(Debug)]
pub(super) struct Output<F> {
    format: F,
    path: String,
}

/// The further reports that `--output FORMAT=FILE` asks for.
pub(super) fn asked<F: ValueEnum>(given: &[String]) -> anyhow::Result<Vec<Output<F>>> {
    let parse = |text: &String| {
        let (format, path) = text.split_once('=').ok_or_else(|| anyhow!("--output takes FORMAT=FILE, not `{text}`"))?;
        let format = F::from_str(format, false)
            .map_err(|_| anyhow!("there is no format called `{format}`; known: {}", names::<F>()))?;
        Ok(Output { format, path: path.to_owned() })
    };
    given.iter().map(parse).collect()
}

fn names<F: ValueEnum>() -> String {
    let name = |format: &F| format.to_possible_value().map(|value| value.get_name().to_owned());
    F::value_variants().iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// Where a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Standard output.
    Screen,
    /// A file.
    File,
}

/// Writes a report in every format that was asked for, those in files whole or not at all. One that cannot be written
/// keeps no other from being so.
///
/// # Errors
/// What came of the first that could not be written; that nobody reads standard output any more is none.
pub(super) fn write_all<F: Copy>(
    screen: F,
    files: &[Output<F>],
    write: impl Fn(F, Place, &mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let to_file = |output: &Output<F>| {
        let mut bytes = Vec::new();
        write(output.format, Place::File, &mut bytes)?;
        write::put(Path::new(&output.path), &bytes)
    };
    let failed =
        files.iter().map(|output| to_file(output).with_context(|| format!("{} cannot be written", output.path)));
    let failed: Vec<anyhow::Error> = failed.filter_map(Result::err).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    match write(screen, Place::Screen, &mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow!("the report cannot be written: {error}"))
        }
        _ => failed.into_iter().next().map_or(Ok(()), Err),
    }
}
