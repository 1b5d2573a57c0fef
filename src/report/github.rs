//! GitHub annotations: workflow commands, the worst first, within what GitHub shows.
//!
//! GitHub keeps ten errors, ten warnings and ten notices of a step
//! (docs.github.com, "Workflow commands for GitHub Actions", read 2026-11-23).

use std::io::{self, Write};

use super::{Look, Report};
use crate::finding::Finding;
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::Sources;
use crate::words::counted;

/// Annotations of one severity that GitHub shows for one step.
const SHOWN: usize = 10;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    for severity in Severity::ALL {
        let all: Vec<&Finding> = report.shown().filter(|finding| finding.severity == severity).collect();
        let room = if all.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        for finding in all.iter().take(room) {
            writeln!(out, "{}", annotation(finding, sources))?;
        }
        if all.len() > room {
            let more = counted(all.len() - room, &format!("more {}", severity.word()));
            writeln!(out, "::{} title=reproof::{more} in the summary", command(severity))?;
        }
    }
    Ok(())
}

fn annotation(finding: &Finding, sources: &Sources) -> String {
    let place = sources.location(finding.primary.span);
    let mut end = format!(",endLine={}", place.end.line);
    // GitHub refuses columns on annotations of several lines.
    if place.end.line == place.start.line {
        end = format!("{end},col={},endColumn={}", place.start.column, place.end.column.max(place.start.column));
    }
    let message = printable(&finding.message);
    let text = if finding.help.is_empty() {
        message.into_owned()
    } else {
        format!("{message}\n{}", printable(finding.help.trim()))
    };
    format!(
        "::{} file={},line={}{end},title={}::{}",
        command(finding.severity),
        property(&printable(&place.path)),
        place.start.line,
        property(&format!("reproof: {}", finding.rule)),
        data(&text)
    )
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, where commas and colons end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_from_a_repository_can_begin_a_command() {
        assert_eq!(data("a\n::error::b%"), "a%0A::error::b%25");
        assert_eq!(property("a,b:c\r"), "a%2Cb%3Ac%0D");
    }
}
