//! What the formats of the weekly report say of a row, in the same words.

use crate::number::Hundredths;
use crate::release::Step;
use crate::updates::{Delta, Group, Overview, Row, SpreadRow};
use crate::words::counted;

/// `2 to act on now, 31 free, 9 majors`: the groups that are not empty, and what is in none.
pub(super) fn groups(overview: &Overview) -> String {
    let words = |group: Group| {
        let count = overview.by_group.get(group.title()).copied().unwrap_or(0);
        let what = match group {
            Group::ActNow => "to act on now",
            Group::Free => "free",
            Group::Planned => "to plan",
            Group::Majors => "major",
            Group::Stuck => "stuck",
            Group::Cooling => "cooling",
        };
        (count > 0).then(|| format!("{count} {what}"))
    };
    let along = (overview.moving_along > 0).then(|| format!("{} that come along", overview.moving_along));
    let unknown = (overview.unknown > 0).then(|| format!("{} not known", overview.unknown));
    let parts: Vec<String> = Group::ALL.into_iter().filter_map(words).chain(along).chain(unknown).collect();
    if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
}

/// The numbers of the week, in one sentence.
pub(super) fn numbers(overview: &Overview) -> String {
    let compared = overview.packages - overview.unknown;
    if compared == 0 && overview.unknown > 0 {
        return format!(
            "nothing could be compared: the registries did not answer for any of {}",
            counted(overview.unknown, "package")
        );
    }
    let age = overview.median_age_days.map(|days| format!("; half of them are older than {}", counted_days(days)));
    format!(
        "{} of {} outdated ({} %), {} years of lag, {} libyears{}",
        overview.outdated,
        counted(compared, "package"),
        overview.outdated_percent.short(),
        overview.lag_years.short(),
        overview.libyears.short(),
        age.unwrap_or_default()
    )
}

/// What changed since the last report, in one sentence.
pub(super) fn since(delta: &Delta, overview: &Overview) -> String {
    let change = |now: Hundredths, then: Hundredths| {
        let by = Hundredths(now.0 - then.0);
        if by.0 > 0 { format!("+{}", by.short()) } else { by.short() }
    };
    format!(
        "since {}: {} moved, {} newly outdated, lag {} years, libyears {}{}",
        delta.since,
        delta.moved.len(),
        delta.newly_outdated,
        change(overview.lag_years, delta.lag_years_before),
        change(overview.libyears, delta.libyears_before),
        if delta.new_act_now.is_empty() {
            String::new()
        } else {
            format!(", {} newly urgent", delta.new_act_now.len())
        }
    )
}

/// Whether a group is about the step beyond what the ranges allow now, which is in another group or none.
fn is_beyond(row: &Row, group: Group) -> bool {
    match group {
        Group::Majors => true,
        Group::Planned => row.groups.contains(&Group::Free) || row.wanted.as_deref() == Some(&row.locked),
        _ => false,
    }
}

/// Where a package is to go in a group: what the ranges allow now, or the newest.
pub(super) fn target(row: &Row, group: Group) -> String {
    let latest = || row.latest.clone().unwrap_or_default();
    let wanted = row.wanted.clone().filter(|wanted| *wanted != row.locked);
    match group {
        Group::ActNow => row.nearest_fix.clone().unwrap_or_default(),
        Group::Free | Group::Planned if wanted.is_some() && !is_beyond(row, group) => wanted.unwrap_or_default(),
        Group::Cooling => row.cooling.last().cloned().unwrap_or_default(),
        _ if row.latest.as_ref() == Some(&row.locked) => String::new(),
        // The ranges of its dependents are told nowhere, so that the tool may have to choose less.
        Group::Free | Group::Planned if row.wanted.is_none() => format!("up to {}", latest()),
        _ => latest(),
    }
}

/// How far that is.
pub(super) fn step(row: &Row, group: Group) -> &'static str {
    let step = match group {
        Group::ActNow => return "",
        Group::Free | Group::Planned if !is_beyond(row, group) => {
            row.wanted_kind.filter(|step| *step != Step::None).or(row.kind)
        }
        Group::Cooling => return "",
        _ => row.kind,
    };
    step.filter(|step| *step != Step::None).map_or("", Step::word)
}

/// What else is to be known of a row in a group, a phrase each.
pub(super) fn notes(row: &Row, group: Group) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    if !row.status.is_empty() {
        let reasons = row.status_reasons.join("; ");
        let words = row.status.join(", ");
        notes.push(if reasons.is_empty() { words } else { format!("{words}: {reasons}") });
    }
    for advisory in row.advisories.iter().flatten() {
        let fix =
            advisory.fixed_in.as_ref().map_or_else(|| "no fix yet".to_owned(), |fixed| format!("fixed in {fixed}"));
        notes.push(format!("{} ({}), {fix}", advisory.id, advisory.severity));
    }
    if matches!(group, Group::Stuck) && !row.blocked_by.is_empty() {
        notes.push(format!("held by {}", shortened(&row.blocked_by)));
    }
    if is_beyond(row, group) && row.edit == "manifest+lock" {
        notes.push("needs a change of the manifest".to_owned());
    }
    if group == Group::ActNow && row.nearest_fix.is_none() {
        notes.push("no other version can be taken".to_owned());
    }
    if matches!(group, Group::Free | Group::Planned)
        && !is_beyond(row, group)
        && let (Some(wanted), Some(latest)) = (&row.wanted, &row.latest)
        && wanted != latest
        && wanted != &row.locked
    {
        notes.push(format!("then {latest}"));
    }
    if matches!(group, Group::Cooling)
        && let Some(until) = &row.cooldown_until
    {
        notes.push(format!("from {until}"));
    }
    if row.scope == "dev" {
        notes.push("dev".to_owned());
    }
    notes
}

/// The first few of a list, and how many more.
pub(super) fn shortened(list: &[String]) -> String {
    let shown = list.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if list.len() > 3 { format!("{shown} and {} more", list.len() - 3) } else { shown }
}

/// `55 days`, or nothing when it is not known or none.
pub(super) fn lag(row: &Row) -> String {
    match row.lag_days {
        Some(0) => String::new(),
        Some(days) => counted_days(days),
        None => "unknown".to_owned(),
    }
}

pub(super) fn counted_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// `3.10 (4), 3.9 (1)`: versions of a name with how many files use each.
pub(super) fn versions(row: &SpreadRow) -> String {
    let shown = row.versions.iter().map(|one| format!("{} ({})", one.version, one.paths.len()));
    shown.collect::<Vec<_>>().join(", ")
}

/// What was not looked at, and why, a phrase each.
pub(super) fn gaps(overview: &Overview) -> Vec<String> {
    let mut gaps: Vec<String> = overview
        .unknown_reasons
        .iter()
        .map(|(reason, count)| format!("{}: {reason}", counted(*count, "package")))
        .collect();
    gaps.extend(overview.not_checked.iter().cloned());
    gaps.push(format!("advisories: {}", overview.advisories_from));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::updates::sample;

    #[test]
    fn each_group_shows_its_own_step() {
        let mut row = sample::week().rows.swap_remove(0);
        (row.wanted, row.wanted_kind) = (Some("1.0.1".to_owned()), Some(Step::Patch));
        (row.latest, row.kind, row.edit) = (Some("1.1.0".to_owned()), Some(Step::Minor), "manifest+lock");
        row.locked = "1.0.0".to_owned();
        row.groups = vec![Group::Free, Group::Planned];
        let shown = |group| (target(&row, group), step(&row, group), notes(&row, group).last().cloned());
        assert_eq!(shown(Group::Free), ("1.0.1".to_owned(), "patch", Some("then 1.1.0".to_owned())));
        let needs = Some("needs a change of the manifest".to_owned());
        assert_eq!(shown(Group::Planned), ("1.1.0".to_owned(), "minor", needs));
    }
}
