//! `exclude-newer`: instants, days and spans of time, and when a lockfile made with one fits another.

use crate::day::Day;

/// A cut-off as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cutoff {
    /// Nanoseconds since 1970 UTC.
    Instant(i128),
    /// The end of a day in the time zone of whoever runs uv.
    EndOf(Day),
    /// Weeks, days, hours, minutes, seconds before the moment of locking.
    Span([i64; 5]),
}

const SECOND: i128 = 1_000_000_000;

/// No place on earth is further than this from UTC, in hours.
const MOST_OFFSET: i128 = 14;

impl Cutoff {
    /// Reads a cut-off; `None` for what uv may read and we do not.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(instant) = instant(text) {
            return Some(Self::Instant(instant));
        }
        if text.len() == 10
            && let Some(day) = Day::parse(text)
        {
            return Some(Self::EndOf(day));
        }
        span(text).map(Self::Span)
    }

    /// Whether a lockfile made with `recorded` serves this one; `None` when that depends on the
    /// time zone. `may_move_later`: uv 0.13 accepts a cut-off that was moved to a later time.
    pub(super) fn accepts(&self, recorded: &Self, may_move_later: bool) -> Option<bool> {
        match (self, recorded) {
            (Self::Span(asked), Self::Span(recorded)) => Some(asked == recorded),
            (Self::Span(_), _) | (_, Self::Span(_)) => Some(false),
            (Self::Instant(asked), Self::Instant(recorded)) => {
                Some(asked == recorded || (may_move_later && asked > recorded))
            }
            (Self::EndOf(asked), Self::Instant(recorded)) => {
                let utc = i128::from(asked.0 + 1) * 86_400 * SECOND;
                let distance = utc - recorded;
                if distance.abs() <= MOST_OFFSET * 3600 * SECOND {
                    // Locked with this very day, in some time zone.
                    Some(true)
                } else {
                    Some(may_move_later && distance > 0)
                }
            }
            (_, Self::EndOf(_)) => None,
        }
    }
}

/// `2026-03-01T01:00:00.5+01:00`.
fn instant(text: &str) -> Option<i128> {
    let day = Day::parse(text)?;
    let time = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = (digits.get(..2)?.parse::<i128>().ok()?, digits.get(2..4).unwrap_or("00"));
            sign * (hours * 60 + minutes.parse::<i128>().ok()?)
        }
    };
    let mut parts = clock.split(':');
    let hours: i128 = parts.next()?.parse().ok()?;
    let minutes: i128 = parts.next()?.parse().ok()?;
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let digits: String = format!("{fraction:0<9}").chars().take(9).collect();
            (whole.parse::<i128>().ok()?, digits.parse::<i128>().ok()?)
        }
    };
    let total = i128::from(day.0) * 86_400 + hours * 3600 + (minutes - offset) * 60 + seconds;
    Some(total * SECOND + fraction)
}

/// `P1W`, `PT24H`, `1 week`, `30 days`, `2d 12h`.
fn span(text: &str) -> Option<[i64; 5]> {
    let text = text.trim_start_matches(['+', '-']).trim().trim_end_matches(" ago");
    let lower = text.to_ascii_lowercase();
    let is_iso = lower.starts_with('p');
    let mut rest = if is_iso { &lower[1..] } else { &lower[..] };
    let mut span = [0_i64; 5];
    let mut is_time = false;
    let mut is_empty = true;
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if is_iso && let Some(time) = rest.strip_prefix('t') {
            is_time = true;
            rest = time;
        }
        if rest.is_empty() {
            return (!is_empty).then_some(span);
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (unit, after) = if is_iso { rest.split_at(letters.min(1)) } else { rest.split_at(letters) };
        let at = match unit {
            "w" | "wk" | "wks" | "week" | "weeks" => 0,
            "d" | "day" | "days" => 1,
            "h" | "hr" | "hrs" | "hour" | "hours" => 2,
            "m" if is_iso && !is_time => return None,
            "m" | "min" | "mins" | "minute" | "minutes" => 3,
            "s" | "sec" | "secs" | "second" | "seconds" => 4,
            _ => return None,
        };
        span[at] += number;
        is_empty = false;
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutoffs_fit_or_not() {
        for (asked, recorded, later, fits) in [
            ("2026-03-01T00:00:00Z", "2026-03-01T01:00:00+01:00", true, Some(true)),
            ("2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z", true, Some(true)),
            ("2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z", false, Some(false)),
            ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", true, Some(false)),
            ("1 week", "P1W", true, Some(true)),
            ("7 days", "P1W", true, Some(false)),
            ("PT24H", "24 hours", true, Some(true)),
            ("1 week", "2026-03-01T00:00:00Z", true, Some(false)),
            ("2026-03-01", "2026-03-02T00:00:00Z", false, Some(true)),
            ("2026-03-01", "2026-03-01T22:00:00Z", false, Some(true)),
            ("2026-02-01", "2026-03-02T00:00:00Z", true, Some(false)),
        ] {
            let (asked, recorded) = (Cutoff::parse(asked), Cutoff::parse(recorded));
            let found = asked.zip(recorded).and_then(|(asked, recorded)| asked.accepts(&recorded, later));
            assert_eq!(found, fits);
        }
        assert_eq!(Cutoff::parse("soon"), None);
    }
}
