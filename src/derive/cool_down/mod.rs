//! How old a package must be before a project takes it, where the tool of a lockfile or a bot that keeps it is told so.
//!
//! Where several say so the longest wait counts. Whether a locked package is too young can be told only where its
//! lockfile holds dates: those of uv and Composer, pylock.toml, pixi.lock, and pnpm's where it has a `time` section.

mod bot;
mod span;
mod tool;

use std::collections::BTreeMap;

use crate::day::Day;
use crate::facts::{Days, Facts, LockedPackage, Lockfile, Settings};
use crate::path;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// A wait as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wait {
    /// Full days.
    days: i64,
    /// Its place.
    span: Span,
    /// Patterns for packages that need not wait.
    exempt: Vec<String>,
}

/// Where settings are, and what day it is.
#[derive(Debug)]
struct Seen<'f> {
    facts: &'f Facts,
    by_path: BTreeMap<&'f str, &'f Settings>,
    today: Day,
}

impl<'f> Seen<'f> {
    /// The settings file of this name in a directory.
    fn settings(&self, directory: &str, name: &str) -> Option<Node<'f>> {
        let settings = self.by_path.get(path::join(directory, name)?.as_str())?;
        Some(settings.document.as_ref()?.root())
    }

    /// The manifest that a lockfile answers for.
    fn manifest(&self, lockfile: &Lockfile) -> Option<Node<'f>> {
        Some(self.facts[*lockfile.manifests.first()?].document.as_ref()?.root())
    }
}

/// Sets the wait of each lockfile, and the packages in it that need not wait.
pub(super) fn measure(facts: &mut Facts, today: Day) {
    let by_path = facts.settings.iter().map(|settings| (&*settings.header.path, settings)).collect();
    let seen = Seen { facts, by_path, today };
    let mut found = Vec::new();
    let mut exempt: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (link, lockfile) in facts.all::<Lockfile>() {
        let waits = tool::wait(&seen, lockfile).into_iter().chain(bot::waits(&seen, lockfile));
        // The first of those that are equally long.
        if let Some(wait) = waits.reduce(|longest, wait| if wait.days > longest.days { wait } else { longest }) {
            exempt.extend((!wait.exempt.is_empty()).then(|| (link.index(), wait.exempt)));
            found.push((link, Value::written(Days(wait.days), wait.span)));
        }
    }
    let mut names: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    if !exempt.is_empty() {
        for (_, package) in facts.all::<LockedPackage>() {
            let patterns = exempt.get(&package.lockfile.index()).map(Vec::as_slice).unwrap_or_default();
            if patterns.iter().any(|pattern| fits(pattern, &package.contents.package)) {
                names.entry(package.lockfile.index()).or_default().push(package.contents.package.to_string());
            }
        }
    }
    for (link, value) in found {
        let fact = &mut facts[link];
        fact.cool_down = value;
        fact.cool_down_exempt = names.remove(&link.index()).unwrap_or_default();
    }
}

/// Whether a pattern is of a package: its name, in which a star stands for anything, perhaps with versions after `@`.
fn fits(pattern: &str, package: &str) -> bool {
    let end = pattern.char_indices().skip(1).find(|(_, letter)| *letter == '@').map_or(pattern.len(), |(at, _)| at);
    let mut parts = pattern[..end].split('*');
    let Some(mut rest) = parts.next().and_then(|first| package.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::discover::Listing;
    use crate::scan::scan_files;
    use crate::source::Sources;
    use crate::tree::Tree;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, expected) in [
            ("amber", "amber", true),
            ("amber", "amber-dust", false),
            ("@shop/*", "@shop/amber", true),
            ("@shop/*", "@stop/amber", false),
            ("*", "amber", true),
            ("a*b*r", "amber", true),
            ("a*x*r", "amber", false),
            ("amber@1.0.0 || 2.0.0", "amber", true),
            ("@shop/amber@1", "@shop/amber", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    const PACKAGE_LOCK: &str = r#"{"lockfileVersion": 3, "packages": {"": {}, "node_modules/amber": {"version": "1.0.0"}, "node_modules/birch": {"version": "1.0.0"}}}"#;
    const POETRY: &str = "[[package]]\nname = \"amber\"\nversion = \"1.2\"\n\n[metadata]\nlock-version = \"2.1\"\n";
    const PROJECT: &str = "[project]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"amber\"]\n";

    #[test]
    fn each_tool_has_its_setting() {
        let berry = "__metadata:\n  version: 8\n\n\"amber@npm:1\":\n  version: 1.0.0\n  resolution: \"amber@npm:1.0.0\"\n  languageName: node\n  linkType: hard\n";
        let bun = r#"{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {"amber": ["amber@1.0.0", "", {}, "sha512-a"]}}"#;
        let pnpm = "lockfileVersion: '9.0'\nimporters:\n  .: {}\npackages:\n  amber@1.0.0:\n    resolution: {integrity: sha512-a}\n";
        let composer = r#"{"packages": [{"name": "shop/amber", "version": "1.0.0"}]}"#;
        let cases: &[(&[(&str, &str)], &str)] = &[
            (
                &[
                    ("package-lock.json", PACKAGE_LOCK),
                    (".npmrc", "min-release-age=7\nmin-release-age-exclude[]=am*\n"),
                ],
                "7 [amber]",
            ),
            (&[("package-lock.json", PACKAGE_LOCK), (".npmrc", "min-release-age=7\nbefore=2026-11-20\n")], "3 []"),
            (&[("package-lock.json", PACKAGE_LOCK), (".npmrc", "min-release-age=soon\n")], "-"),
            (
                &[
                    ("pnpm-lock.yaml", pnpm),
                    ("pnpm-workspace.yaml", "minimumReleaseAge: 4320\nminimumReleaseAgeExclude:\n  - amber\n"),
                ],
                "3 [amber]",
            ),
            (&[("pnpm-lock.yaml", pnpm), (".npmrc", "minimum-release-age=1440\n")], "1 []"),
            (&[("yarn.lock", berry), (".yarnrc.yml", "npmMinimalAgeGate: 3d\n")], "3 []"),
            (
                &[
                    ("yarn.lock", berry),
                    (".yarnrc.yml", "npmMinimalAgeGate: 2880\nnpmPreapprovedPackages: [\"amber@^1\"]\n"),
                ],
                "2 [amber]",
            ),
            (
                &[
                    ("bun.lock", bun),
                    ("bunfig.toml", "[install]\nminimumReleaseAge = 259200\nminimumReleaseAgeExcludes = [\"amber\"]\n"),
                ],
                "3 [amber]",
            ),
            (
                &[
                    ("poetry.lock", POETRY),
                    ("pyproject.toml", PROJECT),
                    ("poetry.toml", "[solver]\nmin-release-age = 5\n"),
                ],
                "5 []",
            ),
            (&[("pdm.lock", POETRY), ("pyproject.toml", "[tool.pdm.resolution]\nexclude-newer = \"2w\"\n")], "14 []"),
            (
                &[
                    ("pdm.lock", POETRY),
                    ("pyproject.toml", PROJECT),
                    ("pdm.toml", "[strategy]\nexclude-newer = \"3d\"\n"),
                ],
                "3 []",
            ),
            (&[("composer.lock", composer), ("renovate.json", r#"{"minimumReleaseAge": "3 days"}"#)], "3 []"),
            (
                &[
                    ("web/package-lock.json", PACKAGE_LOCK),
                    ("web/.npmrc", "min-release-age=7\n"),
                    (
                        ".github/dependabot.yml",
                        "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    cooldown: {default-days: 30}\n  - package-ecosystem: npm\n    directories: [\"/web\"]\n    cooldown: {default-days: 10, exclude: [birch]}\n",
                    ),
                ],
                "10 [birch]",
            ),
        ];
        for (files, expected) in cases {
            let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
            let listing = Listing { paths, ..Listing::default() };
            let files: Vec<(&str, &str)> = files.to_vec();
            let shown = format!("{files:?}");
            let today = Day::parse("2026-11-23").expect("a day");
            let found = scan_files(&Arc::new(Tree::memory(files)), listing, today, Sources::default());
            let lockfile = &found.facts.lockfiles[0];
            let told = lockfile
                .cool_down
                .known()
                .map_or("-".to_owned(), |days| format!("{} [{}]", days.0, lockfile.cool_down_exempt.join(" ")));
            assert_eq!(told, *expected, "{shown}");
        }
    }
}
