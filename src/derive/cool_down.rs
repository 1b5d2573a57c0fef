//! How old a package must be before a project takes it, where the project says so.

use crate::day::Day;
use crate::facts::{Days, Facts, Lockfile};
use crate::path;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Sets the cool-down of each lockfile whose tool has one: uv's `exclude-newer`.
pub(super) fn measure(facts: &mut Facts, today: Day) {
    let mut found = Vec::new();
    for (link, lockfile) in facts.all::<Lockfile>().filter(|(_, lockfile)| lockfile.tool == "uv") {
        if let Some((text, span)) = exclude_newer(facts, lockfile)
            && let Some(days) = days(text, today)
        {
            found.push((link, Value::written(Days(days), span)));
        }
    }
    for (link, value) in found {
        facts[link].cool_down = value;
    }
}

/// The setting of uv.toml beside the root, else that of its manifest.
fn exclude_newer<'f>(facts: &'f Facts, lockfile: &Lockfile) -> Option<(&'f str, Span)> {
    let directory = path::directory(&lockfile.header.path);
    let own = path::join(directory, "uv.toml")?;
    let settings = facts.settings.iter().find(|settings| *settings.header.path == *own);
    let node = match settings {
        Some(settings) => settings.document.as_ref()?.root().get("exclude-newer")?,
        None => {
            let root = facts[*lockfile.manifests.first()?].document.as_ref()?.root();
            root.at(&["tool", "uv", "exclude-newer"])?
        }
    };
    Some((node.text().or_else(|| Node::scalar(node))?, node.inner_span()))
}

/// Days before today: of a date, or of a span of time (`7 days`, `1 week`, `P7D`). Parts of a day do not count.
fn days(text: &str, today: Day) -> Option<i64> {
    if let Some(day) = Day::parse(text) {
        return Some(today.since(day));
    }
    let short = text.trim().strip_prefix('P').filter(|rest| !rest.contains('T'));
    let text = short.unwrap_or(text).trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..end].parse().ok()?;
    let hours = match text[end..].trim().trim_end_matches('s').to_ascii_lowercase().as_str() {
        "week" | "w" | "wk" => 24 * 7,
        "day" | "d" => 24,
        "hour" | "h" | "hr" => 1,
        _ => return None,
    };
    Some(number.checked_mul(hours)? / 24)
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
            ("P14D", Some(14)),
            ("36 hours", Some(1)),
            ("soon", None),
            ("3 fortnights", None),
        ] {
            assert_eq!(days(text, today), expected, "{text}");
        }
    }
}
