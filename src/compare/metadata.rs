//! Order, times, modes and owners of entries that stand for each other.

use super::cause::{MODES, ORDER, OWNERS, TIME_ROUNDING, TIME_ZONE, TIMES};
use super::ladder::Skipped;
use super::notes::Notes;
use super::pairs::Pairs;
use crate::artifact::{Artifact, Entry, Form, Kind};
use crate::day::Day;

const SECOND: i64 = 1_000_000_000;

/// Takes note of what is said differently about the same entries.
pub(super) fn compare(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes, skipped: &mut Vec<Skipped>) {
    let mut skip = |what: &str, why: &str| skipped.push(Skipped { what: what.to_owned(), why: why.to_owned() });
    let is_directory = [a.form, b.form].contains(&Form::Directory);
    if [a.form, b.form].contains(&Form::File) {
        return;
    }
    if is_directory {
        skip("order", "files of a directory have no order");
    } else {
        order(a, b, pairs, notes);
    }
    match (a.form, b.form) {
        (Form::Zip, Form::Zip) | (Form::Tar(_), Form::Tar(_)) | (Form::Directory, Form::Directory) => {
            times(a, b, pairs, notes);
        }
        (Form::Directory, _) | (_, Form::Directory) => {
            skip("times", "the files of a directory say when it was unpacked, not when it was built");
        }
        _ => skip("times", "zip archives hold times without a zone, tar archives with one"),
    }
    match (a.form, b.form) {
        (Form::Tar(_), Form::Tar(_)) => owners(a, b, pairs, notes),
        _ if a.form != b.form => skip("owners", "only tar archives say whose files they are"),
        _ => {}
    }
    modes(a, b, pairs, notes);
}

fn order(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes) {
    let mut by_a = pairs.same.clone();
    by_a.sort_by_key(|pair| pair.a);
    let mut by_b = pairs.same.clone();
    by_b.sort_by_key(|pair| pair.b);
    let Some((own, other)) = by_a.iter().zip(&by_b).find(|(own, other)| own != other) else { return };
    let (first, second) = (&a.entries[own.a].path, &b.entries[other.b].path);
    let sorted = |artifact: &Artifact| artifact.entries.is_sorted_by(|one, next| one.path <= next.path);
    let say = |artifact: &Artifact| if sorted(artifact) { "sorted" } else { "not sorted" };
    notes.whole(ORDER, format!("A ({}) has `{first}` where B ({}) has `{second}`", say(a), say(b)));
}

fn times(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes) {
    let mut found: Vec<(&Entry, &Entry, i64)> = Vec::new();
    for pair in &pairs.same {
        let (own, other) = (&a.entries[pair.a], &b.entries[pair.b]);
        if let (Some(x), Some(y)) = (own.time, other.time)
            && x != y
        {
            found.push((own, other, y.saturating_sub(x)));
        }
    }
    let exact = |own: &Entry, other: &Entry| {
        let unix = |entry: &Entry| entry.packed.as_ref().and_then(|packed| packed.unix_time);
        unix(own).zip(unix(other))
    };
    if found.is_empty() {
        for pair in &pairs.same {
            let (own, other) = (&a.entries[pair.a], &b.entries[pair.b]);
            if let Some((x, y)) = exact(own, other).filter(|(x, y)| x != y) {
                let seen = format!("`{}`: {} in A, {} in B", own.path, moment(x * SECOND), moment(y * SECOND));
                let kind = if x.abs_diff(y) <= 2 { TIME_ROUNDING } else { TIMES };
                notes.add(kind, &own.path, Some(seen));
            }
        }
        return;
    }
    let offset = found[0].2;
    let is_zone = offset % (900 * SECOND) == 0
        // By a day or more another day was meant, not another clock.
        && offset.abs() < 24 * 3600 * SECOND
        && found.len() > 1
        && found.iter().all(|(own, other, delta)| *delta == offset && exact(own, other).is_none_or(|(x, y)| x == y));
    let is_rounding = found.iter().all(|(_, _, delta)| delta.abs() <= 2 * SECOND);
    let kind = match (is_zone, is_rounding) {
        (true, _) => TIME_ZONE,
        (_, true) => TIME_ROUNDING,
        _ => TIMES,
    };
    for (own, other, _) in found {
        let say = |entry: &Entry| entry.time.map_or_else(String::new, moment);
        notes.add(kind, &own.path, Some(format!("`{}`: {} in A, {} in B", own.path, say(own), say(other))));
    }
}

/// Nanoseconds since 1970 as a date and a time of day.
fn moment(time: i64) -> String {
    let seconds = time.div_euclid(SECOND);
    let fraction = time.rem_euclid(SECOND);
    let of_day = seconds.rem_euclid(86_400);
    let clock = format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:09}") };
    format!("{} {clock}{fraction}", Day::of_unix(seconds))
}

fn modes(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes) {
    for pair in &pairs.same {
        let (own, other) = (&a.entries[pair.a], &b.entries[pair.b]);
        // A link's own mode is one of the system it was made on.
        if own.kind != other.kind || matches!(own.kind, Kind::Link(_)) || own.is_executable() != other.is_executable() {
            continue;
        }
        if let (Some(x), Some(y)) = (own.mode, other.mode)
            && x != y
        {
            notes.add(MODES, &own.path, Some(format!("`{}`: {x:04o} in A, {y:04o} in B", own.path)));
        }
    }
}

fn owners(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes) {
    for pair in &pairs.same {
        let (own, other) = (&a.entries[pair.a], &b.entries[pair.b]);
        if let (Some(x), Some(y)) = (&own.owner, &other.owner)
            && x != y
        {
            let say = |owner: &crate::artifact::Owner| {
                format!("{}:{} ({}:{})", owner.user, owner.group, owner.user_name, owner.group_name)
            };
            notes.add(OWNERS, &own.path, Some(format!("`{}`: {} in A, {} in B", own.path, say(x), say(y))));
        }
    }
}
