//! Suppression comments, in files of any format: `# reproof: ignore[rule] reason`.

use super::{File, Output};
use crate::facts::problem::Reach;
use crate::facts::{Count, Suppression};
use crate::source::position;
use crate::value::Value;

const MARK: &str = "reproof:";

/// What begins a comment in one of the formats that are read.
const SIGNS: &[&str] = &["#", "//", "<!--", ";", "--", "/*"];

/// Finds the suppression comments of a file. One that names no rule is kept too: it hides nothing, and that is said.
pub(crate) fn suppressions(file: &File<'_>, output: &mut Output) {
    let is_prose = file.path.ends_with(".md");
    for at in memchr::memmem::find_iter(file.text.as_bytes(), MARK) {
        if is_prose && is_quoted(file.text, at) {
            continue;
        }
        let Some(comment) = comment(file.text, at) else { continue };
        let mut rules: Vec<&str> = comment.rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()).collect();
        if rules.is_empty() {
            rules.push("");
        }
        for rule in rules {
            output.facts.add(suppression(file, rule, &comment));
        }
    }
}

/// Whether a place in Markdown lies in a code span of its line: prose that speaks of such comments has none.
fn is_quoted(text: &str, at: usize) -> bool {
    let before = text[..at].rsplit('\n').next().unwrap_or_default();
    before.matches('`').count() % 2 == 1
}

struct Comment<'t> {
    /// What stands in the brackets; empty without brackets.
    rules: &'t str,
    reason: &'t str,
    reach: Reach,
    range: std::ops::Range<usize>,
}

fn comment(text: &str, at: usize) -> Option<Comment<'_>> {
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
    let line_end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline);
    let before = text.get(line_start..at)?.trim_end();
    let sign = SIGNS.iter().find(|sign| before.ends_with(**sign))?;
    let rest = text.get(at + MARK.len()..line_end)?.trim_start().strip_prefix("ignore")?;
    let line = position(text, at).line;
    let (reach, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (Reach::File, rest),
        None if stands_alone(before[..before.len() - sign.len()].trim()) => {
            (Reach::Next(line + more_alone(&text[line_end..])), rest)
        }
        None => (Reach::Line(line), rest),
    };
    if rest.starts_with(|letter: char| letter != '[' && !letter.is_whitespace()) {
        return None;
    }
    let (rules, reason) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", rest));
    Some(Comment { rules, reason: without_ends(reason), reach, range: at..line_end })
}

/// How many suppression comments, each alone on its line, follow one another after a line: those above them are about
/// what stands below the last, as it is.
fn more_alone(rest: &str) -> u32 {
    const MOST: usize = 20;
    let is_alone = |line: &&str| {
        let parts = line.split_once(MARK).filter(|(_, after)| after.trim_start().starts_with("ignore["));
        let before = parts.map(|(before, _)| before.trim_end());
        let sign = before.and_then(|before| SIGNS.iter().find_map(|sign| before.strip_suffix(sign)));
        sign.is_some_and(|before| stands_alone(before.trim()))
    };
    let count = rest.split('\n').skip(1).take(MOST).take_while(is_alone).count();
    u32::try_from(count).unwrap_or(0)
}

/// Whether a comment is all there is on its line. JSON has none: a member such as `"//": "# ..."` stands in for one.
fn stands_alone(before: &str) -> bool {
    before.is_empty() || (before.starts_with('"') && before.ends_with('"'))
}

/// A reason without what ends its comment or begins another one.
fn without_ends(reason: &str) -> &str {
    let reason = reason
        .split(MARK)
        .next()
        .unwrap_or_default()
        .trim()
        .trim_end_matches(['"', ','])
        .trim_end_matches("-->")
        .trim_end_matches("*/");
    SIGNS.iter().fold(reason.trim(), |reason, sign| reason.strip_suffix(sign).unwrap_or(reason).trim_end())
}

fn suppression(file: &File<'_>, rule: &str, comment: &Comment<'_>) -> Suppression {
    let span = file.span(comment.range.clone());
    let reason =
        if comment.reason.is_empty() { Value::absent() } else { Value::written(comment.reason.to_owned(), span) };
    Suppression {
        header: file.part(&format!("ignore[{rule}]"), span),
        rule: rule.to_owned(),
        surface: "comment".to_owned(),
        reason,
        expired: Value::absent(),
        known: true,
        hits: Count(0),
        reach: comment.reach,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Output, Reader};
    use super::*;

    const ANY: Reader = Reader {
        name: "any",
        role: "other",
        claims: |_| super::super::Claim::Yes,
        read: suppressions as fn(&File<'_>, &mut Output),
    };

    #[test]
    fn prose_may_speak_of_comments() {
        let text = "Write `# reproof: ignore[a] why`, or\n`\"//\": \"# reproof: ignore[b]\"`.\n<!-- reproof: ignore[c] why -->\n\
                    ```sh\nmake `x` # reproof: ignore[d] why\n```\n";
        let rules = |path: &str| -> Vec<String> {
            let facts = super::super::read_alone(&ANY, path, text).facts;
            facts.suppressions.into_iter().map(|found| found.rule).collect()
        };
        assert_eq!(rules("docs/a.md"), ["c", "d"]);
        assert_eq!(rules("a.sh"), ["a", "b", "c", "d"]);
    }

    #[test]
    fn comments_of_all_formats() {
        let text = "a: 1 # reproof: ignore[x, y] moves with the migration\n// reproof:ignore-file[z]\n\
                    reproof: ignore[no] not a comment\n  <!-- reproof: ignore[h] why -->\n\
                    # reproof: ignored is another word\n# reproof: ignore all of it\n\
                    b: 2 # reproof: ignore[p] one # reproof: ignore[q] two\n\
                    \"//\": \"# reproof: ignore[j] why\"\n\
                    c: 3\n# reproof: ignore[s] one of two\n  # reproof: ignore[t] the other\nd: 4\n";
        let found: Vec<_> = super::super::read_alone(&ANY, "a.yml", text)
            .facts
            .suppressions
            .into_iter()
            .map(|found| (found.rule, found.reason.known().cloned().unwrap_or_default(), found.reach))
            .collect();
        let expected = [
            ("x", "moves with the migration", Reach::Line(1)),
            ("y", "moves with the migration", Reach::Line(1)),
            ("z", "", Reach::File),
            ("h", "why", Reach::Next(4)),
            ("", "all of it", Reach::Next(6)),
            ("p", "one", Reach::Line(7)),
            ("q", "two", Reach::Line(7)),
            ("j", "why", Reach::Next(8)),
            ("s", "one of two", Reach::Next(11)),
            ("t", "the other", Reach::Next(11)),
        ];
        assert_eq!(found, expected.map(|(rule, reason, reach)| (rule.to_owned(), reason.to_owned(), reach)));
    }
}
