//! The batches of the week as lines for a shell. Nothing is executed.

use std::io::{self, Write};

use crate::printable::printable;
use crate::updates::Updates;
use crate::words::counted;

/// Writes the lines.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    for project in updates.projects.iter().filter(|project| !project.batch.is_empty()) {
        let batch = printable(&project.batch.join(", ")).into_owned();
        writeln!(out, "# {}: {batch}", printable(&project.lockfile))?;
        match &project.command {
            Some(command) => writeln!(out, "{}", printable(command))?,
            None => writeln!(out, "# no command of {} takes single packages", printable(&project.tool))?,
        }
        if project.deferred > 0 {
            writeln!(out, "# {} for another week", counted(project.deferred, "free update"))?;
        }
    }
    Ok(())
}
