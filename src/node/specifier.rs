//! What a requirement of package.json asks for: a range, a tag, an alias, git, an archive, a directory.
//!
//! The order of the tests is that of npm's `npm-package-arg` 13; the protocols that only
//! other tools know (`workspace:`, `catalog:`, `portal:`, `patch:`) are told apart first.

use super::range::Range;
use super::version::Mode;

/// A requirement, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Specifier<'t> {
    /// A version or a range of the registry; the text is empty for any.
    Range(&'t str),
    /// A name that the registry points somewhere: `latest`.
    Tag(&'t str),
    /// `npm:other@^1`: another package under this name. The rest is empty for any version.
    Alias {
        /// The package.
        package: &'t str,
        /// What is asked of it: a range or a tag.
        wanted: &'t str,
    },
    /// A repository, in full or as `owner/name`.
    Git {
        /// Its address, as written.
        address: &'t str,
        /// What follows `#`; empty for the default branch.
        reference: &'t str,
    },
    /// An archive that is fetched from an address.
    Archive(&'t str),
    /// A directory or an archive on disk, without `file:`.
    File(&'t str),
    /// A directory that is linked (`link:`, `portal:`), without the protocol.
    Link(&'t str),
    /// A member of the workspace, with the range after `workspace:`.
    Workspace(&'t str),
    /// An entry of a catalog, by the catalog's name; empty for the default one.
    Catalog(&'t str),
    /// A patched package: all after `patch:`.
    Patch(&'t str),
    /// No tool knows the protocol, or the text is no tag.
    Unknown,
}

/// Hosts that have a short form of their own.
const HOSTED: &[&str] = &["github:", "gitlab:", "bitbucket:", "gist:", "sourcehut:"];

/// Hosts whose web addresses stand for repositories.
const HOST_NAMES: &[&str] =
    &["github.com", "www.github.com", "gitlab.com", "www.gitlab.com", "bitbucket.org", "git.sr.ht"];

impl<'t> Specifier<'t> {
    /// Takes the value of a requirement apart.
    pub fn of(text: &'t str) -> Self {
        let text = text.trim();
        if let Some(found) = by_protocol(text) {
            return found;
        }
        if is_path(text) {
            return Self::File(text);
        }
        if let Some(git) = hosted(text) {
            return git;
        }
        if let Some((protocol, rest)) = text.split_once(':')
            && !protocol.is_empty()
            && protocol.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'+')
        {
            return match protocol.to_ascii_lowercase().as_str() {
                "http" | "https" if rest.starts_with("//") => Self::Archive(text),
                "git" | "git+http" | "git+https" | "git+ssh" | "git+file" | "git+rsync" | "git+ftp" | "ssh" => {
                    git(text)
                }
                _ => Self::Unknown,
            };
        }
        let lower = text.to_ascii_lowercase();
        if text.contains(['/', '\\']) || [".tgz", ".tar.gz", ".tar"].iter().any(|end| lower.ends_with(end)) {
            return Self::File(text);
        }
        of_registry(text)
    }

    /// What it asks of the registry, when that is where it looks: the range or tag, also of an alias.
    pub fn wanted(self) -> Option<&'t str> {
        match self {
            Self::Range(text) | Self::Tag(text) | Self::Alias { wanted: text, .. } => Some(text),
            _ => None,
        }
    }
}

fn by_protocol(text: &str) -> Option<Specifier<'_>> {
    let (protocol, rest) = text.split_once(':')?;
    Some(match protocol.to_ascii_lowercase().as_str() {
        "npm" => {
            let at = rest.get(1..).and_then(|name| name.find('@')).map(|at| at + 1);
            let (package, wanted) = at.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
            Specifier::Alias { package, wanted }
        }
        "file" => Specifier::File(without_slashes(rest)),
        "link" | "portal" => Specifier::Link(rest),
        "workspace" => Specifier::Workspace(rest),
        "catalog" => Specifier::Catalog(rest),
        "patch" => Specifier::Patch(rest),
        _ => return None,
    })
}

/// `file:///a` is `/a`, and `file://../a` is `../a`.
fn without_slashes(rest: &str) -> &str {
    match rest.strip_prefix("//") {
        Some(after) if after.starts_with('/') || after.starts_with('.') || after.starts_with('~') => after,
        _ => rest,
    }
}

fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.starts_with('.')
        || text.starts_with('/')
        || text.starts_with("~/")
        || matches!(bytes, [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// `owner/name`, `github:owner/name`, `git@host:path`, or the web address of a repository at a known host.
fn hosted(text: &str) -> Option<Specifier<'_>> {
    let bare = text.split('#').next().unwrap_or("");
    if HOSTED.iter().any(|prefix| bare.starts_with(prefix)) || bare.starts_with("git@") {
        return Some(git(text));
    }
    if let Some(rest) = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")) {
        let mut parts = rest.trim_end_matches('/').split('/');
        let host = parts.next().and_then(|host| host.rsplit('@').next()).unwrap_or("");
        let names: Vec<&str> = parts.collect();
        let is_repository = names.len() == 2 && names.iter().all(|name| !name.is_empty());
        return (HOST_NAMES.contains(&host) && is_repository).then(|| git(text));
    }
    let (owner, name) = bare.split_once('/')?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(['/', ':', '@', ' ', '\\']) && !word.starts_with('.');
    (is_word(owner) && is_word(name)).then(|| git(text))
}

fn git(text: &str) -> Specifier<'_> {
    let (address, reference) = text.split_once('#').unwrap_or((text, ""));
    Specifier::Git { address, reference }
}

fn of_registry(text: &str) -> Specifier<'_> {
    if Range::parse(text, Mode::Loose).is_some() {
        return Specifier::Range(text);
    }
    // What `encodeURIComponent` leaves alone may be the name of a tag.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    if text.bytes().all(is_plain) { Specifier::Tag(text) } else { Specifier::Unknown }
}

/// The word for what a git requirement follows, of `Dependency.git_reference`: several when the text does not tell.
pub fn git_words(reference: &str) -> &'static [&'static str] {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bare = reference.strip_prefix('v').unwrap_or(reference);
    match reference {
        "" => &["default-branch"],
        _ if reference.len() == 40 && is_hex(reference) => &["rev"],
        _ if reference.starts_with("semver:") => &["tag"],
        _ if super::version::parse(bare, Mode::Loose).is_some() => &["tag"],
        _ if reference.len() >= 7 && is_hex(reference) => &["short-rev"],
        "main" | "master" | "develop" => &["branch"],
        _ => &["branch", "tag"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_taken_apart() {
        use Specifier::{Alias, Archive, Catalog, File, Git, Link, Patch, Range, Tag, Unknown, Workspace};
        let cases = [
            ("^1.2.3", Range("^1.2.3")),
            ("", Range("")),
            (" 1 - 2 ", Range("1 - 2")),
            ("*", Range("*")),
            ("latest", Tag("latest")),
            ("X.1", Tag("X.1")),
            ("not a range!!", Unknown),
            ("npm:other@^1", Alias { package: "other", wanted: "^1" }),
            ("npm:@scope/other@^1", Alias { package: "@scope/other", wanted: "^1" }),
            ("npm:@scope/other", Alias { package: "@scope/other", wanted: "" }),
            ("file:../near", File("../near")),
            ("file:near.tgz", File("near.tgz")),
            ("file:///srv/near", File("/srv/near")),
            ("../near", File("../near")),
            ("./near.tgz", File("./near.tgz")),
            ("near.tgz", File("near.tgz")),
            ("link:../near", Link("../near")),
            ("portal:../near", Link("../near")),
            ("workspace:^", Workspace("^")),
            ("catalog:", Catalog("")),
            ("catalog:react18", Catalog("react18")),
            ("patch:ms@npm%3A2.0.0#fix.patch", Patch("ms@npm%3A2.0.0#fix.patch")),
            ("owner/name", Git { address: "owner/name", reference: "" }),
            ("owner/name#v1.2.3", Git { address: "owner/name", reference: "v1.2.3" }),
            ("github:owner/name#semver:^1", Git { address: "github:owner/name", reference: "semver:^1" }),
            (
                "git+https://git.example.com/a.git#main",
                Git { address: "git+https://git.example.com/a.git", reference: "main" },
            ),
            (
                "git+ssh://git@git.example.com/a.git",
                Git { address: "git+ssh://git@git.example.com/a.git", reference: "" },
            ),
            ("git@git.example.com:a/b.git", Git { address: "git@git.example.com:a/b.git", reference: "" }),
            ("https://files.example.com/a-1.0.0.tgz", Archive("https://files.example.com/a-1.0.0.tgz")),
            ("a/b/c", File("a/b/c")),
            ("jsr:@a/b", Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(Specifier::of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_git_follows() {
        let commit = "a".repeat(40);
        let cases: [(&str, &[&str]); 7] = [
            ("", &["default-branch"]),
            (&commit, &["rev"]),
            ("abcdef1", &["short-rev"]),
            ("v1.2.3", &["tag"]),
            ("semver:^1", &["tag"]),
            ("main", &["branch"]),
            ("next", &["branch", "tag"]),
        ];
        for (reference, words) in cases {
            assert_eq!(git_words(reference), words, "{reference}");
        }
    }
}
