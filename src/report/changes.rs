//! What lockfiles and packages became since the base: for the terminal and for a pull request.

use std::io::{self, Write};

use super::functions::tenths;
use super::markup::{Limited, code, plain};
use super::{Changes, Report};
use crate::drift::{Change, LockChangeRow, PackageChange, SizeChangeRow};
use crate::printable::printable;
use crate::words::counted;

/// Packages of one lockfile that a terminal is shown; the JSON report has all.
const SHOWN: usize = 40;

/// Writes what changed; nothing when nothing did.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn text(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(changes) = changed(report) else { return Ok(()) };
    writeln!(out, "changed since {}", base(report))?;
    for lock in &changes.locks {
        writeln!(out, "  {} ({})", printable(&lock.path), sums(lock))?;
        let width = lock.packages.iter().take(SHOWN).map(|package| package.name.chars().count()).max().unwrap_or(0);
        for package in lock.packages.iter().take(SHOWN) {
            let name = format!("{:<width$}", printable(&package.name));
            writeln!(out, "    {}", printable(format!("{name}  {}", words(package)).trim_end()))?;
        }
        if lock.packages.len() > SHOWN {
            let more = lock.packages.len() - SHOWN;
            writeln!(out, "    {} (--format json lists all)", counted(more, "more package"))?;
        }
    }
    for size in &changes.sizes {
        let name = format!("{} {}", size.path, size.function);
        writeln!(out, "  {}: {}", printable(&name), size_words(size))?;
    }
    writeln!(out)
}

/// The same as tables of at most `limit` characters.
pub(super) fn markdown(report: &Report, limit: usize) -> String {
    let Some(changes) = changed(report) else { return String::new() };
    let mut table = Limited::new(limit.saturating_sub(200));
    if !changes.sizes.is_empty() {
        let since = code(base(report));
        table.add(&format!("#### Package sizes since {since}\n\n| function | before | now | limit |\n| --- | ---: | ---: | ---: |\n"), 0);
        for size in &changes.sizes {
            let name = plain(&format!("{} ({})", size.function, size.path));
            let [before, now] = [size.base_bytes, size.bytes].map(megabytes);
            table.add(
                &format!("| {name} | {before} | {now} {} | {} |\n", size.how, megabytes(Some(size.limit_bytes))),
                1,
            );
        }
    }
    if !changes.sizes.is_empty() && !changes.locks.is_empty() {
        table.add("\n", 0);
    }
    if !changes.locks.is_empty() {
        table.add(&format!("#### Lockfiles since {}\n", code(base(report))), 0);
    }
    for lock in &changes.locks {
        table.add(&format!("\n<details><summary>{}: {}</summary>\n\n", plain(&lock.path), sums(lock)), 0);
        if !lock.packages.is_empty() {
            table.add("| package | before | now | |\n| --- | --- | --- | --- |\n", 0);
        }
        for package in &lock.packages {
            table.add(&row(package), 1);
        }
        table.close_details();
    }
    table.end(|left_out| format!("\n{} in the JSON report.\n", counted(left_out, "more row")))
}

/// What changed, when anything did.
fn changed(report: &Report) -> Option<&Changes> {
    report.changes.as_ref().filter(|changes| !changes.locks.is_empty() || !changes.sizes.is_empty())
}

fn base(report: &Report) -> &str {
    let commit = report.repository.base.as_deref().unwrap_or("the base");
    commit.get(..10).unwrap_or(commit)
}

fn sums(lock: &LockChangeRow) -> String {
    match lock.change {
        "added" => return format!("new, {}", counted(lock.added, "package")),
        "removed" => return format!("gone, {}", counted(lock.removed, "package")),
        _ => {}
    }
    let parts = [(lock.changed, "changed"), (lock.added, "added"), (lock.removed, "removed")];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// `1.2 -> 1.3, direct`.
fn words(package: &PackageChange) -> String {
    let versions = match package.change {
        Change::Added | Change::Removed => format!("{} {}", package.change.words(), one_side(package)),
        _ => format!("{} -> {}", package.from.join(", "), package.to.join(", ")),
    };
    let told = match package.change {
        Change::Added | Change::Removed | Change::Up => String::new(),
        change => format!(", {}", change.words()),
    };
    format!("{versions}{told}{}", if package.direct { ", direct" } else { "" })
}

fn one_side(package: &PackageChange) -> String {
    let versions = if package.from.is_empty() { &package.to } else { &package.from };
    versions.join(", ")
}

fn row(package: &PackageChange) -> String {
    let mark = if package.direct { "direct" } else { "" };
    let change = match package.change {
        Change::Hash | Change::Source | Change::Down => format!("**{}** ", package.change.words()),
        change => format!("{} ", change.words()),
    };
    let [from, to] = [&package.from, &package.to].map(|versions| plain(&versions.join(", ")));
    format!("| {} | {from} | {to} | {change}{mark} |\n", code(&package.name))
}

fn size_words(size: &SizeChangeRow) -> String {
    let [before, now, limit] = [size.base_bytes, size.bytes, Some(size.limit_bytes)].map(megabytes);
    format!("{before} -> {now} of {limit} {}", size.how)
}

fn megabytes(bytes: Option<i64>) -> String {
    bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{} MB", tenths(bytes)))
}
