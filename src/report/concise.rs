//! One line a finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::{Look, Report};
use crate::printable::printable;
use crate::source::Sources;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.shown() {
        let place = sources.location(finding.primary.span);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            printable(&place.path),
            place.start.line,
            place.start.column,
            finding.severity.word(),
            finding.rule,
            printable(&finding.message)
        )?;
    }
    Ok(())
}
