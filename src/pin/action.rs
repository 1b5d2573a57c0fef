//! Levels of `uses:` references to actions and reusable workflows.

use super::{Level, is_commit, numbers};

/// What a `uses:` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses<'a> {
    /// A path of the same repository: `./x`, or `$/x`.
    Own(&'a str),
    /// A container image: `docker://...`.
    Image(&'a str),
    /// An action or workflow of a repository.
    Remote(Remote<'a>),
    /// Not understood.
    Unknown,
}

/// An action or workflow of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote<'a> {
    /// The owner of the repository.
    pub owner: &'a str,
    /// Owner, repository and the path below it.
    pub action: &'a str,
    /// What follows `@`; `None` when nothing does.
    pub reference: Option<&'a str>,
}

/// Takes a `uses:` apart.
pub fn parse(uses: &str) -> Uses<'_> {
    let uses = uses.trim();
    if uses.starts_with("./") || uses.starts_with("../") || uses.starts_with("$/") {
        return Uses::Own(uses);
    }
    if let Some(image) = uses.strip_prefix("docker://") {
        return Uses::Image(image);
    }
    let (action, reference) = match uses.split_once('@') {
        Some((action, reference)) => (action, Some(reference.trim())),
        None => (uses, None),
    };
    let mut parts = action.split('/');
    match (parts.next(), parts.next()) {
        (Some(owner), Some(name)) if !owner.is_empty() && !name.is_empty() => {
            Uses::Remote(Remote { owner, action, reference })
        }
        _ => Uses::Unknown,
    }
}

/// The level of the reference after `@`.
///
/// A short commit is a name for git's servers, so it floats; a tag can be pointed elsewhere.
pub fn level(reference: &str) -> Level {
    if is_commit(reference) {
        return Level::Content;
    }
    // Monorepos tag `name/v1.2.3`; `release/v1` is a branch by custom.
    let whole = reference.rsplit(['/', '@']).next().unwrap_or(reference);
    let has_prefix = whole.len() < reference.len();
    let (count, rest) = numbers(whole);
    let ends = rest.is_empty() || rest.starts_with(['-', '+', '.', '_']);
    match count {
        _ if is_dated(reference) => Level::Exact,
        0 => trailing_version(whole),
        _ if !ends || (has_prefix && count < 3) => Level::Floating,
        count => Level::of_parts(count),
    }
}

/// `nightly-2026-06-12` and the like: a channel of one day.
fn is_dated(text: &str) -> bool {
    let digits: Vec<&str> =
        text.split(['-', '.']).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).collect();
    digits.windows(3).any(|day| day[0].len() == 4 && day[1].len() == 2 && day[2].len() == 2)
}

/// `tool-v1.2.3` is a tag; anything else without a number in front is a branch.
fn trailing_version(text: &str) -> Level {
    let tail = text.rsplit('-').next().unwrap_or("");
    match numbers(tail) {
        (count, "") if count >= 3 => Level::Exact,
        _ => Level::Floating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let cases = [
            ("main", Level::Floating),
            ("release/v1", Level::Floating),
            ("stable", Level::Floating),
            ("a81bbbf", Level::Floating),
            ("8e5e7e5a", Level::Floating),
            ("v4", Level::Major),
            ("4", Level::Major),
            ("v4.1", Level::Minor),
            ("v4.1.2", Level::Exact),
            ("v4.1.2-beta.1", Level::Exact),
            ("1.95.0", Level::Exact),
            ("nightly-2026-06-12", Level::Exact),
            ("2024.06.01", Level::Exact),
            ("cargo-llvm-cov", Level::Floating),
            ("toolkit/v1.2.3", Level::Exact),
            ("toolkit-v1.2.3", Level::Exact),
            ("0123456789abcdef0123456789abcdef01234567", Level::Content),
        ];
        for (reference, expected) in cases {
            assert_eq!(level(reference), expected, "{reference}");
        }
    }

    #[test]
    fn kinds_of_uses() {
        assert_eq!(parse("./.github/actions/x"), Uses::Own("./.github/actions/x"));
        assert_eq!(parse("$/actions/x"), Uses::Own("$/actions/x"));
        assert_eq!(parse("docker://alpine:3.20"), Uses::Image("alpine:3.20"));
        assert_eq!(parse("checkout"), Uses::Unknown);
        let workflow = Remote { owner: "o", action: "o/r/.github/workflows/x.yml", reference: Some("v1") };
        assert_eq!(parse("o/r/.github/workflows/x.yml@v1"), Uses::Remote(workflow));
    }
}
