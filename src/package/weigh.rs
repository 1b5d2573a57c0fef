//! What the files of a directory come to that a tool packs as they stand.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::discover::Listing;
use crate::facts::{Contents, Interval};
use crate::path;
use crate::tree::Tree;

/// More files than this are no package.
const FILES: usize = 100_000;

/// Bytes of the files that are packed of a directory, or of one file: those that git does not ignore, less what is left
/// out. Links are not followed, so nothing outside of the repository is weighed, and no circle is entered.
pub fn weigh(tree: &Tree, files: &Listing, contents: &Contents) -> Interval {
    if files.is_partial {
        return Interval::at_least(0, "only a part of the repository was looked at");
    }
    let left_out = match patterns(contents) {
        Ok(left_out) => left_out,
        Err(reason) => return Interval::at_least(0, reason),
    };
    let mut sum = Interval::NOTHING;
    let mut count = 0;
    for file in packed(files, &contents.path) {
        let inner = inside(file, &contents.path);
        if left_out.matched_path_or_any_parents(inner, false).is_ignore() {
            continue;
        }
        count += 1;
        if count > FILES {
            return Interval::at_least(sum.least, format!("it has more than {FILES} files"));
        }
        let own = match tree.weight(file) {
            Some(bytes) => Interval::exactly(bytes),
            None => Interval::at_least(0, format!("{file} is a link, or cannot be read")),
        };
        sum = sum.plus(&own);
    }
    if count == 0 {
        return Interval::at_least(0, format!("{} holds nothing that is packed", shown(&contents.path)));
    }
    sum
}

/// The files of a directory, also those that lie where samples and other people's code usually do; or the file itself.
fn packed<'a>(files: &'a Listing, path: &'a str) -> impl Iterator<Item = &'a str> {
    let itself = files.can_follow(path).then_some(path);
    itself.into_iter().chain(files.all_below(path))
}

fn inside<'a>(file: &'a str, directory: &str) -> &'a str {
    match file.strip_prefix(directory).map(|rest| rest.trim_start_matches('/')) {
        Some("") | None => path::file_name(file),
        Some(rest) => rest,
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the repository" } else { path }
}

fn patterns(contents: &Contents) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in contents.always_left_out.iter().copied().chain(contents.left_out.iter().map(String::as_str)) {
        builder.add_line(None, pattern).map_err(|_| format!("the pattern {pattern} is not understood"))?;
    }
    builder.build().map_err(|_| "the patterns of its package are not understood".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn weighed(files: &[(&str, usize)], path: &str, left_out: &[&str]) -> Interval {
        let tree = Tree::memory(files.iter().map(|(path, bytes)| (*path, "x".repeat(*bytes))));
        let mut paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        paths.sort_unstable();
        let (passed_over, paths) = paths.into_iter().partition(|path| path.contains("vendor/"));
        let listing = Listing { paths, passed_over, ..Listing::default() };
        let left_out = left_out.iter().map(|one| (*one).to_owned()).collect();
        weigh(&tree, &listing, &Contents { path: path.to_owned(), always_left_out: &["*.pyc", "venv"], left_out })
    }

    #[test]
    fn what_is_packed_is_weighed() {
        let files = [
            ("src/a.py", 10),
            ("src/b.pyc", 100),
            ("src/vendor/c.py", 3),
            ("src/venv/d.py", 1000),
            ("src/tests/e.py", 5),
            ("src/tests/keep.py", 7),
            ("srcs/f.py", 1),
        ];
        for (path, left_out, expected) in [
            ("src", &[][..], 25),
            ("src", &["/tests/**"], 13),
            ("src", &["/tests/**", "!/tests/keep.py"], 20),
            ("src", &["/*", "!/a.py", "!/vendor"], 13),
            ("src/a.py", &[], 10),
            ("", &[], 26),
        ] {
            assert_eq!(weighed(&files, path, left_out), Interval::exactly(expected), "{path} {left_out:?}");
        }
    }

    #[test]
    fn what_cannot_be_weighed_is_open() {
        assert_eq!(weighed(&[("a.py", 1)], "lib", &[]).most, Err("lib holds nothing that is packed".to_owned()));
        assert_eq!(
            weighed(&[("a.pyc", 1)], "", &[]).most,
            Err("the repository holds nothing that is packed".to_owned())
        );
        assert!(weighed(&[("a.py", 1)], "", &["[z-a]"]).most.is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("src")).unwrap();
        std::fs::write(directory.path().join("src/app.py"), "pass\n").unwrap();
        std::os::unix::fs::symlink(".", directory.path().join("src/circle")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", directory.path().join("src/other")).unwrap();
        let tree = Tree::working(directory.path());
        let listing = crate::discover::list(&tree, crate::discover::Names::Walked, &Default::default(), None).unwrap();
        let contents = Contents { path: "src".to_owned(), always_left_out: &[], left_out: Vec::new() };
        let weight = weigh(&tree, &listing, &contents);
        assert_eq!(weight, Interval::at_least(5, "src/circle is a link, or cannot be read"));
    }
}
