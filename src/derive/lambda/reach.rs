//! Paths in commands, seen from where the commands may run: builds are started in the directory of their script, in the one
//! above it or at the root, and say `$ROOT/a` or `~/shop/a` where only the run tells the rest.

use crate::discover::Listing;
use crate::path;

/// The directories that a command may run in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homes<'f> {
    /// The one that its file tells.
    pub(super) run: Option<&'f str>,
    /// That of its file.
    pub(super) written: &'f str,
}

impl Homes<'_> {
    fn all(&self) -> impl Iterator<Item = &str> {
        let above = path::directory(self.written);
        self.run.into_iter().chain([self.written, above, ""])
    }

    /// The directories that a command's path may mean, whether they are in the repository or not.
    pub(super) fn bases(&self, named: &str) -> Vec<String> {
        self.all().filter_map(|home| path::join(home, named)).collect()
    }

    /// Whether a command's path may be a directory or something in it.
    pub(super) fn is_below(&self, named: &str, directory: &str) -> bool {
        match open_end(named.trim_end_matches('/')) {
            Some(end) => (1..=end.len()).any(|length| agree(&end[..length], directory)),
            None => self.bases(named).iter().any(|path| path::is_below(path, directory)),
        }
    }

    /// The paths that a command's path may mean, among `wanted` and the directories above it.
    pub(super) fn places_around(&self, named: &str, wanted: &str) -> Vec<String> {
        let named = named.trim_end_matches('/');
        let around = |path: &str| path::ancestors(wanted).find(|around| is_same(path, around)).map(str::to_owned);
        match open_end(named) {
            Some(end) => path::ancestors(wanted)
                .filter(|around| !around.is_empty() && agree(&end, around))
                .map(str::to_owned)
                .collect(),
            None if named.is_empty() => Vec::new(),
            None => {
                let mut found: Vec<String> =
                    self.all().filter_map(|home| path::join(home, named)).filter_map(|path| around(&path)).collect();
                found.dedup();
                found
            }
        }
    }

    /// The directories of the repository, and files, that a command's path may mean, the likeliest first.
    pub(super) fn directories(&self, named: &str, files: &Listing) -> Vec<String> {
        let named = named.trim_end_matches('/');
        let is_there = |path: &String| !path.is_empty() && (files.has_directory(path) || files.has(path));
        match open_end(named) {
            Some(end) => {
                let ends = (0..end.len()).map(|from| end[from..].join("/"));
                ends.filter(is_there).collect()
            }
            None => self.all().filter_map(|home| path::join(home, named)).filter(is_there).collect(),
        }
    }
}

/// What follows a beginning that only the run tells: `a`, `b` of `$ROOT/a/b` and `/srv/a/b`.
fn open_end(named: &str) -> Option<Vec<&str>> {
    if !named.starts_with(['/', '~', '$']) {
        return None;
    }
    let parts = named.split('/').skip(1).filter(|part| !part.is_empty() && *part != ".");
    Some(parts.skip_while(|part| *part == "..").collect())
}

/// Whether a path ends as `end` does, as far as both of them go. Names of which only the run tells anything agree with all.
fn agree(end: &[&str], path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let mut pairs = end.iter().rev().zip(parts.iter().rev());
    let is_told = pairs.clone().any(|(named, _)| !named.starts_with(is_open));
    is_told && pairs.all(|(named, part)| is_like(named, part))
}

/// Whether a path with words that only the run tells may be another.
fn is_same(named: &str, path: &str) -> bool {
    let (mut parts, mut others) = (named.split('/'), path.split('/'));
    loop {
        match (parts.next(), others.next()) {
            (None, None) => return true,
            (Some(named), Some(part)) if is_like(named, part) => {}
            _ => return false,
        }
    }
}

/// Whether a sign stands for what only the run tells.
fn is_open(c: char) -> bool {
    matches!(c, '*' | '?' | '$' | '{' | '}' | '`' | '[' | ']' | '(' | ')')
}

/// Whether a name in which signs stand for what only the run tells may be another: `*.py` and `app.py`.
pub(super) fn is_like(named: &str, name: &str) -> bool {
    match (named.find(is_open), named.rfind('*')) {
        (None, _) => named == name,
        (Some(start), Some(last)) if !named[last + 1..].contains(is_open) => {
            name.starts_with(&named[..start]) && name.ends_with(&named[last + 1..])
        }
        (Some(start), _) => name.starts_with(&named[..start]),
    }
}

/// What is copied of a source, and whether it is what the source holds: `a/*`, `a/.` and `.`.
pub(super) fn contents(from: &str) -> (&str, bool) {
    match from {
        "." | "./" | "*" | "./*" => (".", true),
        _ => match from.strip_suffix("/*").or_else(|| from.strip_suffix("/.")) {
            Some(directory) => (directory, true),
            None => (from, false),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_a_path_may_mean() {
        let homes = Homes { run: None, written: "scripts" };
        for (named, wanted, expected) in [
            ("a/b", "a/b/c", "a/b"),
            ("../a", "a/b", "a"),
            ("b", "a/b", ""),
            ("$ROOT/b", "a/b", "a/b"),
            ("~/shop/source/a", "a/b", "a"),
            ("$ROOT", "a/b", ""),
            ("$ROOT/$name", "a/b", ""),
            ("functions/$name", "functions/one/app.py", "functions/one"),
            ("here", "scripts/here/x", "scripts/here"),
        ] {
            assert_eq!(homes.places_around(named, wanted).join(" "), expected, "{named} {wanted}");
        }
    }

    #[test]
    fn names_with_signs() {
        for (named, name, expected) in [
            ("*.py", "app.py", true),
            ("*.py", "app.js", false),
            ("$x", "a", true),
            ("a", "b", false),
            ("fn-${x}", "fn-a", true),
        ] {
            assert_eq!(is_like(named, name), expected, "{named} {name}");
        }
        assert_eq!(contents("a/*"), ("a", true));
        assert_eq!(contents("a/"), ("a/", false));
    }
}
