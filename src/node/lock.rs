//! package-lock.json as npm 11 understands it: places of a `node_modules` tree, and what each asks for.
//!
//! Readers make it of any version of the format; comparisons walk it.

use super::manifest::Group;
use crate::source::Span;

/// A text of the lockfile with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}

/// One requirement of a locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The group it stands in.
    pub group: Group,
    /// Whether it is a peer that may be missing.
    pub is_optional_peer: bool,
    /// The name it is looked up by.
    pub name: Box<str>,
    /// What is asked for.
    pub text: Box<str>,
    /// The place of what is asked for.
    pub span: Span,
}

/// One entry: a package in its place, a link, or a directory of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it lies, from the root: `node_modules/a/node_modules/b`, `packages/a`; empty for the root.
    pub location: Box<str>,
    /// The key.
    pub span: Span,
    /// The package's name, where it is written because the location does not tell it.
    pub name: Option<Box<str>>,
    /// The locked version.
    pub version: Option<Written>,
    /// Where it is fetched from; for a link the directory it leads to.
    pub resolved: Option<Written>,
    /// The hashes of its archive, separated by spaces: `sha512-BASE64`.
    pub integrity: Option<Written>,
    /// Whether it is a link to a directory.
    pub is_link: bool,
    /// Whether it came inside the archive of another package.
    pub is_bundled: bool,
    /// Whether it brings its own npm-shrinkwrap.json.
    pub has_shrinkwrap: bool,
    /// Names of the dependencies that lie inside its own archive.
    pub bundles: Vec<Box<str>>,
    /// What it asks for.
    pub requires: Vec<Requirement>,
    /// For directories of the project: other keys that npm copies from the manifest, each with its [`shape`](super::manifest::shape).
    pub copied: Vec<(&'static str, Written)>,
}

/// A lockfile of npm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The version of the format; `None` when none is written.
    pub format: Option<i64>,
    /// Its entries, in the order of the file.
    pub places: Vec<Place>,
    /// Whether it is of version 1, which says nothing of the project's own requirements.
    pub is_legacy: bool,
}

impl Place {
    /// A place of which nothing is known but where it is.
    pub fn new(location: &str, span: Span) -> Self {
        Self {
            location: location.into(),
            span,
            name: None,
            version: None,
            resolved: None,
            integrity: None,
            is_link: false,
            is_bundled: false,
            has_shrinkwrap: false,
            bundles: Vec::new(),
            requires: Vec::new(),
            copied: Vec::new(),
        }
    }

    /// The name of the package: the written one, or that of its folder.
    pub fn package(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| folder_name(&self.location))
    }

    /// Whether it has a hash that npm would check.
    pub fn is_hashed(&self) -> bool {
        self.integrity.as_ref().is_some_and(|of| strongest_hash(&of.text).is_some())
    }

    /// Whether it lies in a `node_modules` folder.
    pub fn is_installed(&self) -> bool {
        split(&self.location).is_some()
    }
}

/// The strongest algorithm of an `integrity` text; `None` when it names none that is known.
pub fn strongest_hash(integrity: &str) -> Option<&'static str> {
    const ALGORITHMS: [&str; 5] = ["md5", "sha1", "sha256", "sha384", "sha512"];
    let strength = |word: &str| ALGORITHMS.iter().position(|known| word.split('-').next() == Some(known));
    integrity.split_whitespace().filter_map(strength).max().map(|strongest| ALGORITHMS[strongest])
}

/// The version in the name of a package's archive: `a-1.2.0.tgz`.
pub fn archive_version<'t>(address: &'t str, package: &str) -> Option<&'t str> {
    let file = crate::path::file_name(address.split(['?', '#']).next().unwrap_or(""));
    let bare = file.strip_suffix(".tgz").or_else(|| file.strip_suffix(".tar.gz"))?;
    bare.strip_prefix(crate::path::file_name(package))?.strip_prefix('-')
}

/// The location of the folder that holds the `node_modules` of a location, and the name in it; `None` for
/// what lies in none.
pub fn split(location: &str) -> Option<(&str, &str)> {
    let (parent, name) = match location.rfind("/node_modules/") {
        Some(at) => (&location[..at], &location[at + 14..]),
        None => ("", location.strip_prefix("node_modules/")?),
    };
    let slashes = name.bytes().filter(|byte| *byte == b'/').count();
    let allowed = usize::from(name.starts_with('@'));
    (slashes == allowed && !name.is_empty()).then_some((parent, name))
}

/// The name npm gives a folder: its last part, with the scope before it.
pub fn folder_name(path: &str) -> &str {
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let above = &path[..start.saturating_sub(1)];
    let scope = above.rfind('/').map_or(0, |at| at + 1);
    if above[scope..].starts_with('@') { &path[scope..] } else { &path[start..] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_taken_apart() {
        let cases = [
            ("node_modules/a", Some(("", "a")), "a"),
            ("node_modules/@s/a", Some(("", "@s/a")), "@s/a"),
            ("node_modules/a/node_modules/@s/b", Some(("node_modules/a", "@s/b")), "@s/b"),
            ("packages/a/node_modules/b", Some(("packages/a", "b")), "b"),
            ("packages/a", None, "a"),
            ("packages/@s/a", None, "@s/a"),
            ("node_modules/a/lib", None, "lib"),
            ("node_modules/", None, ""),
            ("", None, ""),
        ];
        for (location, parts, name) in cases {
            assert_eq!((split(location), folder_name(location)), (parts, name), "{location}");
        }
    }
}
