//! Ranges of versions in the languages of the ecosystems, as intervals.
//!
//! Only release numbers count: pre-releases, build metadata and epochs are cut off, which
//! is enough to tell whether two statements can name the same release.

use super::{Intervals, Release};

/// Longer texts are no ranges that people write.
const LONGEST: usize = 500;

/// More alternatives or comparators than this are not worked out.
const MOST_PARTS: usize = 64;

/// Whose rules a range is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// node-semver, also used by the version inputs of the setup actions.
    Npm,
    /// Python version specifiers (PEP 440).
    Pep440,
    /// Poetry's constraints: PEP 440 with `^`, `~`, `||` and bare versions.
    Poetry,
    /// Terraform and Ruby: comma-separated, `~>`, bare versions exact.
    Pessimistic,
    /// Composer: `~1.2` reaches to 2, a single `|` is an alternative.
    Composer,
}

/// A version in a comparator: `1.2.x` has two parts and is a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Partial {
    parts: Release,
    wildcard: bool,
}

/// The releases a range admits; `None` when the text is no range of the dialect.
pub fn parse(dialect: Dialect, text: &str) -> Option<Intervals> {
    let text = text.trim();
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let alternatives: Vec<&str> = match dialect {
        Dialect::Npm => text.split("||").collect(),
        Dialect::Poetry | Dialect::Composer => text.split('|').filter(|part| !part.trim().is_empty()).collect(),
        Dialect::Pep440 | Dialect::Pessimistic => vec![text],
    };
    if alternatives.len() > MOST_PARTS {
        return None;
    }
    let mut admitted = Intervals::default();
    for alternative in alternatives {
        admitted = admitted.or(&conjunction(dialect, alternative.trim())?);
    }
    Some(admitted)
}

fn conjunction(dialect: Dialect, text: &str) -> Option<Intervals> {
    if matches!(dialect, Dialect::Npm | Dialect::Composer)
        && let Some((from, to)) = text.split_once(" - ")
    {
        let from = partial(from.trim())?;
        return Some(Intervals::at_least(&from.parts).and(&up_to(dialect, &partial(to.trim())?)));
    }
    let mut admitted = Intervals::all();
    let parts = comparators(dialect, text);
    if parts.len() > MOST_PARTS {
        return None;
    }
    for part in parts {
        admitted = admitted.and(&comparator(dialect, &part)?);
    }
    Some(admitted)
}

/// Splits at commas, and at blanks where the dialect allows them; `>= 1` stays one part.
fn comparators(dialect: Dialect, text: &str) -> Vec<String> {
    let by_blank = matches!(dialect, Dialect::Npm | Dialect::Poetry | Dialect::Composer);
    let mut parts: Vec<String> = Vec::new();
    for piece in text.split(',') {
        let mut operator = String::new();
        let mut whole = String::new();
        for word in piece.split_whitespace() {
            if by_blank && !word.starts_with(is_operator) && operator.is_empty() && !whole.is_empty() {
                parts.push(std::mem::take(&mut whole));
            }
            if by_blank && word.starts_with(is_operator) && !whole.is_empty() {
                parts.push(std::mem::take(&mut whole));
            }
            if word.chars().all(is_operator) {
                operator.push_str(word);
                continue;
            }
            whole.push_str(&std::mem::take(&mut operator));
            whole.push_str(word);
        }
        whole.push_str(&operator);
        parts.push(whole);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_operator(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '!' | '~' | '^')
}

fn comparator(dialect: Dialect, text: &str) -> Option<Intervals> {
    let version = text.trim_start_matches(is_operator);
    let operator = &text[..text.len() - version.len()];
    let version = partial(version)?;
    let parts = &version.parts;
    let is_python = matches!(dialect, Dialect::Pep440 | Dialect::Poetry);
    Some(match (operator, dialect) {
        ("", Dialect::Pep440) if !version.wildcard => return None,
        ("", Dialect::Npm) | ("=" | "==", Dialect::Npm) => Intervals::line(parts),
        ("" | "==" | "===", _) | ("=", Dialect::Poetry | Dialect::Pessimistic | Dialect::Composer) => exactly(&version),
        (">=", _) | ("=>", Dialect::Npm) => Intervals::at_least(parts),
        (">", _) => up_to(dialect, &version).complement(),
        ("<=", _) | ("=<", Dialect::Npm) => up_to(dialect, &version),
        ("<", _) => Intervals::below(parts),
        ("!=", _) => exactly(&version).complement(),
        ("~=", _) if is_python && parts.len() > 1 => pessimistic(parts),
        ("~" | "~>", Dialect::Npm) | ("~", Dialect::Poetry) => tilde(parts),
        ("~", Dialect::Composer) if parts.len() == 1 => Intervals::line(parts),
        ("~>", Dialect::Pessimistic) | ("~", Dialect::Composer) => pessimistic(parts),
        ("^", Dialect::Npm | Dialect::Poetry | Dialect::Composer) => caret(parts),
        _ => return None,
    })
}

fn exactly(version: &Partial) -> Intervals {
    if version.wildcard { Intervals::line(&version.parts) } else { Intervals::line(&padded(&version.parts)) }
}

/// Everything up to and with a version. npm takes `1.2` for the whole line here.
fn up_to(dialect: Dialect, version: &Partial) -> Intervals {
    let last = if dialect == Dialect::Npm || version.wildcard {
        Intervals::line(&version.parts)
    } else {
        Intervals::line(&padded(&version.parts))
    };
    Intervals::below(&version.parts).or(&last)
}

fn padded(parts: &[u64]) -> Release {
    let mut parts = parts.to_vec();
    while parts.len() < 3 {
        parts.push(0);
    }
    parts
}

fn tilde(parts: &[u64]) -> Intervals {
    Intervals::at_least(parts).and(&Intervals::line(&parts[..parts.len().min(2)]))
}

/// All parts but the last are fixed; a single part is only a floor.
fn pessimistic(parts: &[u64]) -> Intervals {
    Intervals::at_least(parts).and(&Intervals::line(&parts[..parts.len().saturating_sub(1)]))
}

/// The first part that is not 0 is fixed.
fn caret(parts: &[u64]) -> Intervals {
    let fixed = parts.iter().position(|part| *part != 0).map_or(parts.len(), |at| at + 1);
    Intervals::at_least(parts).and(&Intervals::line(&parts[..fixed]))
}

/// A version that may end in a wildcard; pre-release and build parts are cut off.
fn partial(text: &str) -> Option<Partial> {
    let text = text.trim().trim_start_matches(['v', 'V', '=']);
    let mut parts = Vec::new();
    if matches!(text, "" | "*" | "x" | "X") {
        return Some(Partial { parts, wildcard: true });
    }
    for piece in text.split('.') {
        if matches!(piece, "*" | "x" | "X") {
            return Some(Partial { parts, wildcard: true });
        }
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u32 = piece[..digits].parse().ok()?;
        parts.push(u64::from(number));
        let rest = &piece[digits..];
        if rest.is_empty() {
            continue;
        }
        let is_suffix = rest.starts_with(['-', '+', 'a', 'b', 'r', 'd', 'p', '!']);
        return is_suffix.then_some(Partial { parts, wildcard: false });
    }
    Some(Partial { parts, wildcard: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(dialect: Dialect, text: &str) -> String {
        let Some(intervals) = parse(dialect, text) else { return "none".to_owned() };
        intervals.to_string()
    }

    #[test]
    fn ranges_by_dialect() {
        use Dialect::{Composer, Npm, Pep440, Pessimistic, Poetry};
        let cases: &[(Dialect, &str, &str)] = &[
            (Npm, "^0.2", "[0.2, 0.3)"),
            (Npm, "^1.2.3", "[1.2.3, 2)"),
            (Npm, "^0.0.3", "[0.0.3, 0.0.4)"),
            (Npm, "~1.2.3", "[1.2.3, 1.3)"),
            (Npm, "~1", "[1, 2)"),
            (Npm, "20", "[20, 21)"),
            (Npm, "20.x || >=22", "[20, 21) [22, ..)"),
            (Npm, ">= 18 < 21", "[18, 21)"),
            (Npm, ">=18 <21", "[18, 21)"),
            (Npm, "16 - 20", "[16, 21)"),
            (Npm, ">20.1", "[20.2, ..)"),
            (Npm, "<=20", "[0, 21)"),
            (Npm, "*", "[0, ..)"),
            (Npm, "", "[0, ..)"),
            (Npm, "v20.11.1", "[20.11.1, 20.11.2)"),
            (Npm, "latest", "none"),
            (Pep440, ">=3.12,<3.13", "[3.12, 3.13)"),
            (Pep440, "~=3.9", "[3.9, 4)"),
            (Pep440, "~=3.9.1", "[3.9.1, 3.10)"),
            (Pep440, "==3.11.*", "[3.11, 3.12)"),
            (Pep440, ">=3.8, !=3.9.*", "[3.8, 3.9) [3.10, ..)"),
            (Pep440, ">3.8", "[3.8.1, ..)"),
            (Pep440, "<=3.12", "[0, 3.12.1)"),
            (Pep440, "3.12", "none"),
            (Pep440, ">=3.13.0rc1", "[3.13.0, ..)"),
            (Poetry, "^3.9", "[3.9, 4)"),
            (Poetry, "^3.9 || ^2.7", "[2.7, 3) [3.9, 4)"),
            (Poetry, ">=3.9,<3.13", "[3.9, 3.13)"),
            (Poetry, "~3.11", "[3.11, 3.12)"),
            (Poetry, "3.11.4", "[3.11.4, 3.11.5)"),
            (Composer, "^8.1|^9", "[8.1, 10)"),
            (Composer, "~8.1", "[8.1, 9)"),
            (Composer, "~8", "[8, 9)"),
            (Composer, "~8.1.0", "[8.1.0, 8.2)"),
            (Composer, ">=8.1 <8.4", "[8.1, 8.4)"),
            (Composer, "8.1.*", "[8.1, 8.2)"),
            (Pessimistic, "~> 1.9", "[1.9, 2)"),
            (Pessimistic, "~> 1.9.0", "[1.9.0, 1.10)"),
            (Pessimistic, "~> 1", "[1, ..)"),
            (Pessimistic, "= 1.9.8", "[1.9.8, 1.9.9)"),
            (Pessimistic, ">= 1.3, < 2.0", "[1.3, 2.0)"),
        ];
        for (dialect, text, expected) in cases {
            assert_eq!(shown(*dialect, text), *expected, "{dialect:?} {text:?}");
        }
    }

    #[test]
    fn hostile_ranges_are_refused() {
        let many = "1||".repeat(200);
        assert_eq!(parse(Dialect::Npm, &many), None);
        assert_eq!(parse(Dialect::Npm, "99999999999999999999"), None);
        assert_eq!(parse(Dialect::Pep440, ">=3.é"), None);
    }
}
