//! Spans of time as settings write them, in full days. Parts of a day do not count.

use crate::day::Day;

/// Days before today: of a date, or of a span of time (`7 days`, `1 week`, `P7D`, `2w`).
pub(super) fn before(text: &str, today: Day) -> Option<i64> {
    Day::parse(text).map(|day| today.since(day)).or_else(|| days(text))
}

/// Days of a span of time.
pub(super) fn days(text: &str) -> Option<i64> {
    let short = text.trim().strip_prefix('P').filter(|rest| !rest.contains('T'));
    let text = short.unwrap_or(text).trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..end].parse().ok()?;
    let word = text[end..].trim().to_ascii_lowercase();
    let minutes = match word.strip_suffix('s').filter(|word| !word.is_empty()).unwrap_or(&word) {
        "month" => 60 * 24 * 30,
        "week" | "w" | "wk" => 60 * 24 * 7,
        "day" | "d" => 60 * 24,
        "hour" | "h" | "hr" => 60,
        "minute" | "min" | "m" => 1,
        "s" | "second" | "sec" | "ms" => 0,
        _ => return None,
    };
    Some(number.checked_mul(minutes)? / (60 * 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_spans() {
        let today = Day::parse("2026-11-23").expect("a day");
        for (text, expected) in [
            ("2026-11-01", Some(22)),
            ("2026-11-01T00:00:00Z", Some(22)),
            ("7 days", Some(7)),
            ("1 week", Some(7)),
            ("2w", Some(14)),
            ("P14D", Some(14)),
            ("36 hours", Some(1)),
            ("2880m", Some(2)),
            ("20s", Some(0)),
            ("soon", None),
            ("3 fortnights", None),
            ("99999999999999999 weeks", None),
        ] {
            assert_eq!(before(text, today), expected, "{text}");
        }
    }
}
