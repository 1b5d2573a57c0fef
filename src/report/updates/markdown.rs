//! The weekly report as the body of an issue: urgent rows first, what is long folded, never longer than an issue may be.

use std::io::{self, Write};

use super::super::markup::{Limited, code, plain};
use super::{rows_of, words};
use crate::updates::{Group, ProjectRow, Row, Updates};
use crate::words::counted;

/// Bodies of issues and comments of GitHub take 65,536 characters (read 2026-11-23); a marker and a link need room.
const LIMIT: usize = 64_000;

/// What a caller finds the issue by.
const MARKER: &str = "<!-- reproof updates -->";

const HEAD: &str = "| package | locked | to | step | lag | |\n| --- | --- | --- | --- | ---: | --- |\n";

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(body(updates, LIMIT).as_bytes())
}

fn body(updates: &Updates, limit: usize) -> String {
    let overview = &updates.overview;
    // What stands at the end is short and must not be cut.
    let end = ending(updates);
    let mut text = Limited::new(limit.saturating_sub(end.chars().count() + 300));
    text.add(&format!("{MARKER}\n## Dependency updates, {}\n\n", overview.date), 0);
    text.add(&format!("**{}**\n\n{}\n", words::groups(overview), words::numbers(overview)), 0);
    if let Some(delta) = &overview.since {
        text.add(&format!("\n{}\n", words::since(delta, overview)), 0);
        for urgent in &delta.new_act_now {
            text.add(&format!("- new: {}\n", plain(urgent)), 0);
        }
    }
    for group in Group::ALL {
        let rows = rows_of(updates, group);
        if !rows.is_empty() {
            section(&mut text, group, &rows);
        }
        if group == Group::ActNow {
            week(&mut text, updates);
        }
    }
    spreads(&mut text, updates);
    environment(&mut text, updates);
    runtimes(&mut text, updates);
    let body = text.end(|left_out| {
        format!(
            "\n**{} did not fit here:** the HTML and JSON reports of the run have them.\n",
            counted(left_out, "row")
        )
    });
    body + &end
}

/// What is to be done this week, project by project.
fn week(text: &mut Limited, updates: &Updates) {
    let projects: Vec<&ProjectRow> = updates.projects.iter().filter(|project| !project.batch.is_empty()).collect();
    if projects.is_empty() {
        return;
    }
    text.add("\n### This week\n\nOne small batch a project, the most urgent first.\n\n", 0);
    text.add("| lockfile | batch | later | lag | last change |\n| --- | ---: | ---: | ---: | --- |\n", 0);
    for project in &projects {
        let weeks = project.weeks_since_change.map_or_else(
            || "unknown".to_owned(),
            |weeks| format!("{} ago", counted(usize::try_from(weeks).unwrap_or(0), "week")),
        );
        let row = format!(
            "| {} | {} | {} | {} years | {weeks} |\n",
            code(&project.lockfile),
            project.batch.len(),
            project.deferred,
            project.lag_years.short()
        );
        text.add(&row, 1);
    }
    text.add("\n<details><summary>Commands</summary>\n\n```sh\n", 0);
    for command in projects.iter().filter_map(|project| project.command.as_deref()) {
        // A fence cannot end inside of a line that holds no backtick.
        text.add(&format!("{}\n", crate::printable::printable(command).replace('`', "'")), 0);
    }
    text.add("```\n", 0);
    text.close_details();
}

fn section(text: &mut Limited, group: Group, rows: &[&Row]) {
    text.add(&format!("\n### {} ({})\n\n{}\n\n", group.title(), rows.len(), sentence(group.about())), 0);
    if group == Group::ActNow {
        text.add(HEAD, 0);
        rows.iter().for_each(|row| text.add(&line(row, group), 1));
        return;
    }
    let (direct, others): (Vec<&Row>, Vec<&Row>) = rows.iter().copied().partition(|row| row.direct);
    if !direct.is_empty() {
        text.add(HEAD, 0);
        direct.iter().for_each(|row| text.add(&line(row, group), 1));
    }
    if !others.is_empty() {
        let packages = counted(others.len(), "indirect package");
        text.add(&format!("\n<details><summary>{packages}</summary>\n\n{HEAD}"), 0);
        others.iter().for_each(|row| text.add(&line(row, group), 1));
        text.close_details();
    }
}

fn line(row: &Row, group: Group) -> String {
    let notes = plain(&words::notes(row, group).join("; "));
    let notes = if notes.is_empty() { notes } else { format!("{notes}<br>") };
    format!(
        "| {} | {} | {} | {} | {} | {notes}<sub>{}</sub> |\n",
        code(&row.name),
        plain(&row.locked),
        plain(&words::target(row, group)),
        words::step(row, group),
        words::lag(row),
        plain(&row.lockfile)
    )
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn spreads(text: &mut Limited, updates: &Updates) {
    if updates.spreads.is_empty() {
        return;
    }
    let (direct, others): (Vec<_>, Vec<_>) = updates.spreads.iter().partition(|row| row.direct);
    let head = "| what | versions, with how many files use each |\n| --- | --- |\n";
    text.add(
        &format!("\n### Drift ({})\n\nOne name at several versions in this repository.\n\n", updates.spreads.len()),
        0,
    );
    let row = |row: &crate::updates::SpreadRow| {
        let what = if row.what == "package" { String::new() } else { format!("{} ", row.what) };
        format!("| {what}{} | {} |\n", code(&row.name), plain(&words::versions(row)))
    };
    if !direct.is_empty() {
        text.add(head, 0);
        direct.iter().for_each(|one| text.add(&row(one), 1));
    }
    if !others.is_empty() {
        text.add(&format!("\n<details><summary>{}</summary>\n\n{head}", counted(others.len(), "indirect package")), 0);
        others.iter().for_each(|one| text.add(&row(one), 1));
        text.close_details();
    }
}

fn environment(text: &mut Limited, updates: &Updates) {
    let Some(rows) = updates.environment.as_ref().filter(|rows| !rows.is_empty()) else { return };
    text.add(
        &format!(
            "\n### Installed environment ({})\n\n| package | locked | installed | |\n| --- | --- | --- | --- |\n",
            rows.len()
        ),
        0,
    );
    for row in rows {
        let [locked, installed] = [&row.locked, &row.installed].map(|versions| plain(&versions.join(", ")));
        text.add(&format!("| {} | {locked} | {installed} | {} |\n", code(&row.name), row.difference), 1);
    }
}

fn runtimes(text: &mut Limited, updates: &Updates) {
    let old: Vec<_> = updates.platform.iter().filter(|row| row.status == "deprecated").collect();
    if old.is_empty() {
        return;
    }
    text.add("\n### Runtimes without patches\n\n", 0);
    for row in old {
        let since = row.ends.as_deref().unwrap_or("");
        text.add(&format!("- {} since {since}: {}\n", code(&row.stated), plain(&words::shortened(&row.paths))), 1);
    }
}

/// What is not known, and what was asked.
fn ending(updates: &Updates) -> String {
    let overview = &updates.overview;
    let mut end = "\n### Not known or not checked\n\n".to_owned();
    for gap in words::gaps(overview).iter().take(12) {
        end += &format!("- {}\n", plain(gap));
    }
    for registry in overview.registries.iter().take(5) {
        let address = crate::address::without_credentials(&registry.registry);
        let host = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        end +=
            &format!("- asked {}: {}, on {} or later\n", plain(host), counted(registry.names, "name"), registry.oldest);
    }
    end
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::body;
    use crate::updates::sample;

    #[test]
    fn a_body_is_cut_by_group_and_stays_whole() {
        let updates = sample::many(3000);
        let text = body(&updates, 64_000);
        assert!(text.chars().count() < 65_536, "{}", text.chars().count());
        assert!(text.contains("did not fit here"));
        assert!(text.contains("advisories: not checked"));
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    }
}
