//! The weekly report in its own formats: for a terminal, an issue, a browser, a shell.

mod commands;
mod html;
mod markdown;
mod text;
mod words;

use std::io::{self, Write};

use super::{Look, Report};
use crate::cli::UpdatesFormat;
use crate::source::Sources;
use crate::updates::Updates;

/// Writes the weekly report of a run in one format.
///
/// # Errors
/// When the output cannot be written.
pub fn write_updates(
    format: UpdatesFormat,
    report: &Report,
    sources: &Sources,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let updates = report.updates.as_ref().expect("the verb that writes these formats computes updates");
    match format {
        UpdatesFormat::Text => text::write(updates, look, out),
        UpdatesFormat::Markdown => markdown::write(updates, out),
        UpdatesFormat::Html => html::write(updates, out),
        UpdatesFormat::Json => super::json::write(report, sources, look, out),
        UpdatesFormat::Commands => commands::write(updates, out),
    }
}

/// The rows of a group, in their order.
fn rows_of(updates: &Updates, group: crate::updates::Group) -> Vec<&crate::updates::Row> {
    updates.rows.iter().filter(|row| row.groups.contains(&group)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{Look, commands, html, markdown, text};
    use crate::updates::sample;

    #[test]
    fn the_week_in_all_formats() {
        colored::control::set_override(false);
        let mut week = sample::week();
        let rows = crate::drift::InstalledRow {
            lockfile: "services/shop/uv.lock".to_owned(),
            name: "ipdb".to_owned(),
            difference: "extra",
            locked: Vec::new(),
            installed: vec!["0.13".to_owned()],
        };
        week.environment = Some(vec![rows]);
        let shown = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            write(&mut out);
            String::from_utf8(out).unwrap()
        };
        insta::assert_snapshot!("week-text", shown(&|out| text::write(&week, Look::default(), out).unwrap()));
        insta::assert_snapshot!("week-markdown", shown(&|out| markdown::write(&week, out).unwrap()));
        insta::assert_snapshot!("week-html", shown(&|out| html::write(&week, out).unwrap()));
        insta::assert_snapshot!("week-commands", shown(&|out| commands::write(&week, out).unwrap()));
    }
}
