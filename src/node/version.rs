//! Versions as node-semver reads them, in its strict and its loose mode.

pub use semver::Version;

/// Longer texts are no versions (node-semver's own limit).
const LONGEST: usize = 256;

/// The greatest number a version may hold: JavaScript's greatest safe integer.
const GREATEST: u64 = 9_007_199_254_740_991;

/// How much a reader puts up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The semver grammar.
    Strict,
    /// Also leading zeros, `=`, several `v`, a pre-release without its hyphen; in ranges, words that are none are passed over.
    Loose,
}

/// Reads a version.
pub fn parse(text: &str, mode: Mode) -> Option<Version> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim();
    let core = match mode {
        Mode::Strict => text.strip_prefix('v').unwrap_or(text),
        Mode::Loose => text.trim_start_matches(is_lead),
    };
    let (version, rest) = plain(core, mode)?;
    rest.is_empty().then_some(version)
}

/// What may stand before a version in loose mode.
pub(super) fn is_lead(c: char) -> bool {
    c == 'v' || c == '=' || c.is_whitespace()
}

/// Reads `1.2.3-pre+build` at the start of a text; gives the rest too.
fn plain(text: &str, mode: Mode) -> Option<(Version, &str)> {
    let (major, rest) = number(text, mode)?;
    let (minor, rest) = number(rest.strip_prefix('.')?, mode)?;
    let (patch, rest) = number(rest.strip_prefix('.')?, mode)?;
    let (pre, rest) = tail(rest, mode)?;
    Some((Version { major, minor, patch, pre, build: semver::BuildMetadata::EMPTY }, rest))
}

/// Reads a number of at most [`GREATEST`].
pub(super) fn number(text: &str, mode: Mode) -> Option<(u64, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let digits = &text[..end];
    if mode == Mode::Strict && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    let value = digits.parse().ok().filter(|value| *value <= GREATEST)?;
    Some((value, &text[end..]))
}

/// Reads `-pre+build`, both optional; the build part counts for nothing.
pub(super) fn tail(text: &str, mode: Mode) -> Option<(semver::Prerelease, &str)> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let end = |text: &str| text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len());
    let written = &text[..end(text)];
    let rest = &text[written.len()..];
    let pre = match (written.strip_prefix('-'), mode) {
        // A lone hyphen is a pre-release called `-` in loose mode.
        (Some(""), Mode::Loose) => "-",
        (Some(pre), _) => pre,
        (None, Mode::Loose) => written,
        (None, Mode::Strict) if written.is_empty() => "",
        (None, Mode::Strict) => return None,
    };
    if written == "-" && mode == Mode::Strict {
        return None;
    }
    let pre = prerelease(pre, mode)?;
    let Some(build) = rest.strip_prefix('+') else { return Some((pre, rest)) };
    let length = end(build);
    build[..length].split('.').all(|part| !part.is_empty()).then_some((pre, &build[length..]))
}

fn prerelease(text: &str, mode: Mode) -> Option<semver::Prerelease> {
    if text.is_empty() {
        return Some(semver::Prerelease::EMPTY);
    }
    if let Ok(pre) = semver::Prerelease::new(text) {
        return Some(pre);
    }
    // Leading zeros of numbers are all that the loose grammar allows beyond the strict one.
    let bare = |part: &str| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        let bare = part.trim_start_matches('0');
        if !is_number || part.is_empty() {
            part.to_owned()
        } else if bare.is_empty() {
            "0".to_owned()
        } else {
            bare.to_owned()
        }
    };
    let parts: Vec<String> = text.split('.').map(bare).collect();
    (mode == Mode::Loose).then(|| semver::Prerelease::new(&parts.join(".")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_modes() {
        // Text, strict, loose.
        let cases = [
            ("1.2.3", "1.2.3", "1.2.3"),
            ("v1.2.3", "1.2.3", "1.2.3"),
            ("=v 1.2.3", "-", "1.2.3"),
            ("01.2.3", "-", "1.2.3"),
            ("1.2.3-rc.1+build.5", "1.2.3-rc.1", "1.2.3-rc.1"),
            ("1.2.3beta", "-", "1.2.3-beta"),
            ("1.2.3-01", "-", "1.2.3-1"),
            ("1.2.3-", "-", "1.2.3--"),
            ("1.2.3-a..b", "-", "-"),
            ("1.2.3.4", "-", "-"),
            ("1.2.3+", "-", "-"),
            ("1.2", "-", "-"),
            ("", "-", "-"),
            ("9007199254740991.0.0", "9007199254740991.0.0", "9007199254740991.0.0"),
            ("9007199254740992.0.0", "-", "-"),
            ("99999999999999999999999.0.0", "-", "-"),
            ("1.2.3 é", "-", "-"),
        ];
        for (text, strict, loose) in cases {
            let shown = |mode| parse(text, mode).map_or_else(|| "-".to_owned(), |version| version.to_string());
            assert_eq!((shown(Mode::Strict).as_str(), shown(Mode::Loose).as_str()), (strict, loose), "{text}");
        }
    }
}
