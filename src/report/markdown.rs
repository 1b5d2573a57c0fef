//! Markdown for job summaries, comments and issues: what was found, the worst first, in one table.

use std::io::{self, Write};

use super::{Look, Report};
use crate::finding::Finding;
use crate::printable::printable;
use crate::source::Sources;
use crate::words::counted;

/// Comments and issues of GitHub take 65,536 characters (read 2026-11-23); what a caller puts round the table needs room.
const LIMIT: usize = 60_000;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut text = format!("### reproof: {}\n\n", report.headline());
    let mut findings: Vec<&Finding> = report.shown().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if !findings.is_empty() {
        text.push_str("| | where | what breaks | what to do |\n| --- | --- | --- | --- |\n");
    }
    let mut length = text.chars().count();
    for (index, finding) in findings.iter().enumerate() {
        let row = row(finding, sources);
        length += row.chars().count();
        if length > LIMIT {
            text.push_str(&format!("\n{} in the report.\n", counted(findings.len() - index, "more finding")));
            break;
        }
        text.push_str(&row);
    }
    if !report.problems.is_empty() {
        text.push_str(&format!("\n{} not understood:\n", counted(report.problems.len(), "file")));
        for problem in report.problems.iter().take(20) {
            let path = code(sources.path(problem.span.source));
            text.push_str(&format!("- {path}: {}\n", plain(&problem.explanation)));
        }
    }
    out.write_all(text.as_bytes())
}

fn row(finding: &Finding, sources: &Sources) -> String {
    let place = sources.location(finding.primary.span);
    let at = code(&format!("{}:{}", place.path, place.start.line));
    let rule = code(&finding.rule);
    format!("| {} {rule} | {at} | {} | {} |\n", finding.severity.word(), plain(&finding.message), plain(&finding.help))
}

/// Text in which nothing is markup, a mention or a cell's end.
fn plain(text: &str) -> String {
    let mut safe = String::new();
    for letter in printable(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '~' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            letter => safe.push(letter),
        }
    }
    safe.replace("://", "&#58;//")
}

/// Text as code. Backticks and cell ends cannot stand in it.
fn code(text: &str) -> String {
    format!("`{}`", printable(text).replace('`', "'").replace('|', "¦"))
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn nothing_from_a_repository_is_markup() {
        assert_eq!(
            plain("<img> @team a|b [x](https://e) `c`\n# d"),
            "&lt;img&gt; &#64;team a\\|b \\[x\\](https&#58;//e) \\`c\\`\u{FFFD}&#35; d"
        );
        assert_eq!(code("a`b|c\u{1b}"), "`a'b¦c\u{FFFD}`");
    }
}
