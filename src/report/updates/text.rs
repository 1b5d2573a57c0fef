//! The weekly report for a terminal: the numbers, then the groups in the order of work.

use std::io::{self, Write};

use colored::Colorize;

use super::{rows_of, words};
use crate::printable::printable;
use crate::report::Look;
use crate::updates::{Group, Row, Updates};
use crate::words::counted;

/// Rows of one group that are shown; the JSON report has all.
const SHOWN: usize = 25;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(updates: &Updates, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let overview = &updates.overview;
    writeln!(out, "{} {}: {}", "updates of".bold(), overview.date.bold(), words::groups(overview))?;
    writeln!(out, "{}", words::numbers(overview))?;
    if let Some(delta) = &overview.since {
        writeln!(out, "{}", words::since(delta, overview))?;
        for urgent in &delta.new_act_now {
            writeln!(out, "  new: {}", printable(urgent))?;
        }
    }
    for group in Group::ALL {
        // What cools beside another step is said there.
        let rows = rows_of(updates, group);
        if !rows.is_empty() {
            section(group, &rows, look, out)?;
        }
    }
    batches(updates, out)?;
    spreads(updates, look, out)?;
    environment(updates, out)?;
    runtimes(updates, out)?;
    writeln!(out, "\n{}", "not known or not checked".bold())?;
    for gap in words::gaps(overview) {
        writeln!(out, "  {}", printable(&gap))?;
    }
    for registry in &overview.registries {
        let cached = if registry.cached > 0 { format!(", {} from the cache", registry.cached) } else { String::new() };
        let names = counted(registry.names, "name");
        writeln!(out, "  {}: {names}{cached}, asked {} or later", printable(&registry.registry), registry.oldest)?;
    }
    Ok(())
}

fn section(group: Group, rows: &[&Row], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} ({})", group.title().to_lowercase(), rows.len());
    let title = if group == Group::ActNow { title.red().bold() } else { title.bold() };
    writeln!(out, "\n{title}  {}", group.about())?;
    let most = if look.stats { usize::MAX } else { SHOWN };
    // Direct dependencies are what a team decides about.
    let (direct, others): (Vec<&Row>, Vec<&Row>) = rows.iter().copied().partition(|row| row.direct);
    let shown: Vec<&Row> = if group == Group::ActNow { rows.to_vec() } else { direct };
    let cells: Vec<[String; 4]> = shown.iter().take(most).map(|row| cells(row, group)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut lockfile = "";
    for (row, [name, step, lag, notes]) in shown.iter().take(most).zip(&cells) {
        if row.lockfile != lockfile {
            lockfile = &row.lockfile;
            writeln!(out, "  {}", printable(lockfile).underline())?;
        }
        let [a, b, c] = widths;
        let line = format!("    {name:<a$}  {step:<b$}  {lag:>c$}  {notes}");
        writeln!(out, "{}", printable(line.trim_end()))?;
    }
    if shown.len() > most {
        writeln!(
            out,
            "    and {} (--stats shows all)",
            counted(shown.len() - most, "more direct dependency").replace("dependencys", "dependencies")
        )?;
    }
    if group != Group::ActNow && !others.is_empty() {
        let names: Vec<String> = others.iter().map(|row| row.name.clone()).collect();
        let names = printable(&words::shortened(&names)).into_owned();
        writeln!(out, "    and {}: {names}", counted(others.len(), "indirect one"))?;
    }
    Ok(())
}

fn cells(row: &Row, group: Group) -> [String; 4] {
    let to = words::target(row, group);
    let name = if to.is_empty() || to == row.locked {
        format!("{} {}", row.name, row.locked)
    } else {
        format!("{} {} -> {to}", row.name, row.locked)
    };
    [name, words::step(row, group).to_owned(), words::lag(row), words::notes(row, group).join("; ")]
}

fn batches(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    let projects: Vec<_> = updates.projects.iter().filter(|project| !project.batch.is_empty()).collect();
    if projects.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}  one small batch a project", "this week".bold())?;
    for project in projects {
        let later = if project.deferred > 0 { format!(", {} later", project.deferred) } else { String::new() };
        let weeks = project
            .weeks_since_change
            .map(|weeks| format!(", last changed {} ago", counted(usize::try_from(weeks).unwrap_or(0), "week")));
        let batch = counted(project.batch.len(), "package");
        writeln!(out, "  {}: {batch}{later}{}", printable(&project.lockfile), weeks.unwrap_or_default())?;
        if let Some(command) = &project.command {
            writeln!(out, "    {}", printable(command))?;
        }
    }
    Ok(())
}

fn spreads(updates: &Updates, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let shown: Vec<_> = updates.spreads.iter().filter(|row| row.direct).collect();
    if updates.spreads.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{}  one name, several versions in this repository",
        format!("drift ({})", updates.spreads.len()).bold()
    )?;
    let most = if look.stats { usize::MAX } else { SHOWN };
    for row in shown.iter().take(most) {
        let name = if row.what == "package" { row.name.clone() } else { format!("{} {}", row.what, row.name) };
        writeln!(out, "    {}", printable(&format!("{name}: {}", words::versions(row))))?;
    }
    let left = updates.spreads.len() - shown.len().min(most);
    if left > 0 {
        writeln!(out, "    and {left} more, most of them indirect (--format json lists all)")?;
    }
    Ok(())
}

fn environment(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    let Some(rows) = &updates.environment else { return Ok(()) };
    writeln!(out, "\n{}  what is installed against what is locked", format!("environment ({})", rows.len()).bold())?;
    for row in rows {
        let (locked, installed) = (row.locked.join(", "), row.installed.join(", "));
        let words = match row.difference {
            "missing" => format!("{} {locked} is not installed", row.name),
            "extra" => format!("{} {installed} is installed and not locked", row.name),
            _ => format!("{} {installed} is installed, {locked} is locked", row.name),
        };
        writeln!(out, "    {}", printable(&words))?;
    }
    if rows.is_empty() {
        writeln!(out, "    no difference")?;
    }
    Ok(())
}

fn runtimes(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    let old: Vec<_> = updates.platform.iter().filter(|row| row.status == "deprecated").collect();
    if old.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}  without patches from their provider", format!("runtimes ({})", old.len()).bold())?;
    for row in old {
        let since = row.ends.as_deref().unwrap_or("");
        let places = words::shortened(&row.paths);
        writeln!(out, "    {}", printable(&format!("{} since {since}: {places}", row.stated)))?;
    }
    Ok(())
}
