//! How often something happens: words, cron lines and the schedules of update bots as days.

use std::collections::BTreeSet;

/// Lengths of the months of a year of 365 days.
const MONTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Names of days that cron and Renovate know, Sunday first.
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Names of months.
const MONTH_NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The longest time between two runs of an interval of Dependabot, in days, by its documentation of 2026-11.
pub fn of_word(word: &str) -> Option<i64> {
    Some(match word {
        // Weekdays only.
        "daily" => 3,
        "weekly" => 7,
        "monthly" => 31,
        "quarterly" => 92,
        "semiannually" => 184,
        "yearly" => 366,
        _ => return None,
    })
}

/// The longest time between two runs of a cron line, in days; `None` when it is none.
pub fn of_cron(line: &str) -> Option<i64> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, _, day, month, weekday] = fields.as_slice() else { return None };
    let days = values(day, 1, 31, &[])?;
    let months = values(month, 1, 12, &MONTH_NAMES)?;
    let weekdays: BTreeSet<u32> = values(weekday, 0, 7, &DAYS)?.into_iter().map(|day| day % 7).collect();
    // When both are restricted, either one is enough.
    let (any_day, any_weekday) = (day.starts_with('*'), weekday.starts_with('*'));
    let mut runs = Vec::new();
    let mut number: i64 = 0;
    for _year in 0..2 {
        for (at, length) in MONTHS.iter().enumerate() {
            for date in 1..=*length {
                let by_day = days.contains(&date);
                let by_weekday = weekdays.contains(&u32::try_from(number % 7).unwrap_or(0));
                let fits = match (any_day, any_weekday) {
                    (false, false) => by_day || by_weekday,
                    _ => by_day && by_weekday,
                };
                if fits && months.contains(&u32::try_from(at + 1).unwrap_or(0)) {
                    runs.push(number);
                }
                number += 1;
            }
        }
    }
    let gap = runs.windows(2).map(|pair| pair[1] - pair[0]).max();
    gap.or_else(|| (!runs.is_empty()).then_some(366))
}

/// The values of a field of cron: `*`, `*/2`, `1-5`, `1,3`, names.
fn values(field: &str, least: u32, most: u32, names: &[&str]) -> Option<BTreeSet<u32>> {
    let number = |text: &str| {
        let first = u32::from(names.len() == 12);
        let named = names.iter().position(|name| text.to_ascii_lowercase().starts_with(name));
        named.and_then(|at| u32::try_from(at).ok()).map(|at| at + first).or_else(|| text.parse().ok())
    };
    let mut all = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*", _) => (least, most),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (one, None) => (number(one)?, if step > 1 { most } else { number(one)? }),
        };
        if from < least || to > most || from > to {
            return None;
        }
        all.extend((from..=to).step_by(step as usize));
    }
    Some(all)
}

/// The longest time between two runs of a schedule of Renovate, in days: a line of cron, a preset, or its own words.
pub fn of_renovate(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    if let Some(gap) = of_cron(&lower) {
        return Some(gap);
    }
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Some(match () {
        () if has(&["every 3 months", "quarterly"]) => 92,
        () if has(&["every 6 months"]) => 184,
        () if has(&["yearly", "every 12 months"]) => 366,
        () if has(&["every 2 weeks", "every two weeks"]) => 14,
        () if has(&["month"]) => 31,
        () if has(&["week", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]) => 7,
        () if has(&["daily", "every day", "nonofficehours", "officehours", "at any time", "before ", "after "]) => 1,
        () => return None,
    })
}

/// A number of days in Renovate's words: `14 days`, `2 weeks`.
pub fn days(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    Some(match unit.trim_end_matches('s') {
        "day" => number,
        "week" => number.checked_mul(7)?,
        "month" => number.checked_mul(30)?,
        "hour" => number / 24,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps() {
        let cases = [
            ("0 4 * * 1", Some(7)),
            ("0 4 * * mon-fri", Some(3)),
            ("* 0-3 1 * *", Some(31)),
            ("0 0 1 */3 *", Some(92)),
            ("0 0 */2 * *", Some(2)),
            ("0 0 1 1 *", Some(365)),
            ("0 0 1,15 * *", Some(17)),
            ("0 0 31 2 *", None),
            ("0 0 1 * 1", Some(7)),
            ("0 0 0 * *", None),
            ("monthly", None),
        ];
        for (line, expected) in cases {
            assert_eq!(of_cron(line), expected, "{line}");
        }
        for (text, expected) in [
            ("before 4am on monday", Some(7)),
            ("before 3am on the first day of the month", Some(31)),
            ("schedule:weekly", Some(7)),
            ("every weekend", Some(7)),
            ("after 10pm every weekday", Some(7)),
            ("before 5am", Some(1)),
            ("* * * * 0,6", Some(6)),
            ("whenever", None),
        ] {
            assert_eq!(of_renovate(text), expected, "{text}");
        }
        assert_eq!((days("14 days"), days("2 weeks"), days("x")), (Some(14), Some(14), None));
    }
}
