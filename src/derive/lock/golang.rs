//! go.sum and vendor/modules.txt against go.mod, as `go build` checks them.
//!
//! Which packages the sources import is not looked at: a module that is required directly is
//! taken to be imported. Modules that only other modules need may be in no build at all.

use std::collections::BTreeMap;

use super::{Difference, Lookup, Outcome, Pairing, Seen, Tool};
use crate::facts::recorded::{GoSum, Recorded};
use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::golang::{GoMod, Replace, Require, Vendored, Word};
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// Go.
pub(super) const TOOL: Tool =
    Tool { name: "go", ecosystem: "go", files: &["go.sum"], pairing: Pairing::By(manifests), compare };

/// The go.mod beside a go.sum, or above a vendor directory.
fn manifests(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let directory = path::directory(&facts[lockfile].header.path);
    let directory = match facts[lockfile].recorded {
        Recorded::GoVendor(_) => path::directory(directory),
        _ => directory,
    };
    lookup.manifests_in(facts, directory, "go-mod").take(1).collect()
}

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let mut outcome = Outcome::default();
    if !facts[lockfile].refusal.is_absent() {
        return outcome;
    }
    let Some(manifest) = facts[lockfile].manifests.first().copied() else { return outcome };
    let Some(module) = facts[manifest].go.as_deref() else { return outcome };
    let comparison = Comparison { facts, manifest, module };
    match &facts[lockfile].recorded {
        Recorded::GoSum(sums) => {
            outcome.locked = comparison.locked(seen, lockfile);
            // What is vendored is not looked up in go.sum.
            let is_vendored = |link: &Link<Lockfile>| matches!(facts[*link].recorded, Recorded::GoVendor(_));
            if !(module.is_from(1, 14) && facts[manifest].lockfiles.iter().any(is_vendored)) {
                comparison.sums(sums, &mut outcome);
                let directory = path::directory(&facts[manifest].header.path);
                let in_workspace = path::ancestors(directory)
                    .filter_map(|above| path::join(above, "go.work"))
                    .any(|path| seen.around.files.has(&path));
                if in_workspace && !outcome.differences.is_empty() {
                    outcome.differences.clear();
                    outcome.undecided.push("the go.work above it may bring the hashes that it lacks".to_owned());
                }
            }
        }
        Recorded::GoVendor(modules) => comparison.vendored(modules, lockfile, &mut outcome),
        _ => {}
    }
    outcome
}

struct Comparison<'a> {
    facts: &'a Facts,
    manifest: Link<Manifest>,
    module: &'a GoMod,
}

impl Comparison<'_> {
    /// The module and the version that a requirement comes to; `None` for a directory.
    fn wanted<'r>(&'r self, require: &'r Require) -> Option<(&'r str, &'r str)> {
        let (path, version) = (&require.path.text, &require.version.text);
        match self.module.replacement(path, version) {
            None => Some((path, version)),
            Some(replace) => Some((&replace.new.text, &replace.new_version.as_ref()?.text)),
        }
    }

    /// The packages that answer requirements. go.sum keeps other versions too, which nothing asks for any more.
    fn locked(&self, seen: Seen<'_>, lockfile: Link<Lockfile>) -> Vec<(Link<Dependency>, Vec<Link<LockedPackage>>)> {
        let contents = |link: &Link<LockedPackage>| &self.facts[*link].contents;
        let name =
            |link: &Link<LockedPackage>| (&*contents(link).package, contents(link).version.known().map(|of| &**of));
        let packages: BTreeMap<_, _> = seen.lookup.packages(lockfile).map(|link| (name(&link), link)).collect();
        let wanted: BTreeMap<&str, (&str, &str)> =
            self.module.requires.iter().filter_map(|one| Some((&*one.path.text, self.wanted(one)?))).collect();
        let answer = |dependency: Link<Dependency>| {
            let (path, version) = wanted.get(&*self.facts[dependency].package)?;
            packages.get(&(*path, Some(*version))).copied()
        };
        seen.lookup.dependencies(self.manifest).map(|link| (link, answer(link).into_iter().collect())).collect()
    }

    /// Each required module has the hash of its go.mod, and that of its content where it is imported.
    fn sums(&self, sums: &GoSum, outcome: &mut Outcome) {
        for require in &self.module.requires {
            let Some((path, version)) = self.wanted(require) else { continue };
            let has = |of_mod: bool| sums.lines.contains(&(path.into(), version.into(), of_mod));
            let explanation = if !has(true) {
                format!("go.sum has no hash for the go.mod of {path} {version}")
            } else if !require.is_indirect && !has(false) {
                format!("go.sum has no hash for {path} {version}")
            } else {
                continue;
            };
            outcome.differences.push(self.difference(
                "requirement",
                &require.path,
                &require.version,
                explanation,
                "go mod tidy",
            ));
        }
    }

    /// Requirements and replacements are those that were vendored, both ways.
    fn vendored(&self, modules: &[Vendored], lockfile: Link<Lockfile>, outcome: &mut Outcome) {
        let remedy = "go mod vendor";
        for require in &self.module.requires {
            let (path, wanted) = (&require.path.text, &require.version.text);
            let mut versions = modules.iter().filter(|one| one.path.text == *path && one.version.is_some());
            let is_wanted = |one: &&Vendored| one.version.as_ref().is_some_and(|version| version.text == *wanted);
            if versions.clone().filter(is_wanted).any(|one| one.is_explicit) {
                continue;
            }
            let known = versions.clone().find(is_wanted);
            let other = versions.rfind(|one| one.has_packages).filter(|one| !is_wanted(one)).or(known);
            let version = other.and_then(|one| one.version.as_ref());
            let explanation = match version {
                Some(version) if version.text != *wanted => {
                    format!("{path} {wanted} is required, {} is vendored", version.text)
                }
                // Before 1.14 the list did not say what go.mod requires, nor all that is replaced.
                _ if self.is_old() => continue,
                Some(_) => format!("{path} is not marked as explicit in vendor/modules.txt"),
                None => format!("{path} {wanted} is not in vendor/modules.txt"),
            };
            let mut difference = self.difference("requirement", &require.path, &require.version, explanation, remedy);
            difference.recorded = version.map_or_else(Value::absent, |version| self.in_lock(lockfile, version));
            outcome.differences.push(difference);
        }
        for known in modules.iter().filter(|known| known.is_explicit && known.has_packages) {
            if !self.module.requires.iter().any(|require| require.path.text == known.path.text) {
                let explanation = format!(
                    "{} is marked as explicit in vendor/modules.txt, and go.mod does not require it",
                    known.path.text
                );
                let mut difference = self.difference("orphan", &known.path, &known.path, explanation, remedy);
                difference.asked = Value::absent();
                difference.recorded = self.in_lock(lockfile, &known.path);
                outcome.differences.push(difference);
            }
        }
        self.replacements(modules, remedy, outcome);
    }

    /// Every replacement stands in the list as go.mod has it, with its version or without, and no other does.
    fn replacements(&self, modules: &[Vendored], remedy: &str, outcome: &mut Outcome) {
        let text = |word: &Option<Word>| word.as_ref().map(|word| word.text.clone());
        for replace in &self.module.replaces {
            let is_it = |known: &&Vendored| {
                known.path.text == replace.old.text && text(&known.version) == text(&replace.old_version)
            };
            let asked = match &replace.new_version {
                Some(version) => format!("{} {}", replace.new.text, version.text),
                None => replace.new.text.clone(),
            };
            let explanation = match modules.iter().find(is_it).and_then(|known| known.replaced_by.as_ref()) {
                Some(known) if *known == asked => continue,
                Some(known) => format!("{} is replaced by {asked}, {known} is vendored", replace.old.text),
                None if self.is_old() && !self.is_vendored(modules, replace) => continue,
                None => format!("{} is replaced, and vendor/modules.txt does not say so", replace.old.text),
            };
            outcome.differences.push(self.difference("source", &replace.old, &replace.new, explanation, remedy));
        }
        for known in modules.iter().filter(|known| known.replaced_by.is_some()) {
            let version = known.version.as_ref().map_or("", |version| &version.text);
            if self.module.replacement(&known.path.text, version).is_none() {
                let explanation = format!("{} is replaced in vendor/modules.txt, and not in go.mod", known.path.text);
                let mut difference = self.difference("source", &known.path, &known.path, explanation, remedy);
                difference.asked = Value::absent();
                outcome.differences.push(difference);
            }
        }
    }

    fn is_old(&self) -> bool {
        !self.module.is_from(1, 14)
    }

    /// Whether packages of the very version that is replaced are vendored.
    fn is_vendored(&self, modules: &[Vendored], replace: &Replace) -> bool {
        let is_it = |known: &Vendored| {
            known.path.text == replace.old.text
                && known.version.as_ref().map(|version| &version.text)
                    == replace.old_version.as_ref().map(|version| &version.text)
        };
        replace.old_version.is_some() && modules.iter().any(is_it)
    }

    fn in_lock(&self, lockfile: Link<Lockfile>, word: &Word) -> Value<String> {
        Value::written(word.text.clone(), Span::new(self.facts[lockfile].header.span.source, word.range.clone()))
    }

    fn difference(
        &self,
        aspect: &'static str,
        subject: &Word,
        asked: &Word,
        explanation: String,
        remedy: &str,
    ) -> Difference {
        let source = self.facts[self.manifest].header.span.source;
        Difference {
            manifest: Some(self.manifest),
            asked: Value::written(asked.text.clone(), Span::new(source, asked.range.clone())),
            ..Difference::of(aspect, subject.text.clone(), explanation, remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use crate::derive::lock::tests::{lines, lock_at, scanned};

    const MOD: &str = "module go.example.com/shop\n\ngo 1.21\n\nrequire (\n\tgo.example.com/a v1.0.0\n\tgo.example.com/b v1.1.0 // indirect\n\tgo.example.com/c v1.2.0\n)\n\nreplace go.example.com/c => ../c\n";
    const SUM: &str = "go.example.com/a v1.0.0 h1:1111111111111111111111111111111111111111111=\ngo.example.com/a v1.0.0/go.mod h1:2222222222222222222222222222222222222222222=\n\
        go.example.com/b v1.1.0/go.mod h1:3333333333333333333333333333333333333333333=\n";
    const VENDORED: &str = "# go.example.com/a v1.0.0\n## explicit; go 1.17\ngo.example.com/a\n# go.example.com/b v1.1.0\n## explicit\n# go.example.com/c v1.2.0 => ../c\n## explicit\n# go.example.com/c => ../c\n";

    fn verdict(files: &[(&str, String)], lock: &str) -> (&'static str, String) {
        let found = scanned(files);
        lines(&found, lock_at(&found, lock))
    }

    #[test]
    fn sums() {
        let cases = [
            ("", "", "", "", "fresh", ""),
            ("a v1.0.0", "a v1.0.1", "", "", "stale", "6 go.sum has no hash for the go.mod of go.example.com/a v1.0.1"),
            (
                "",
                "",
                "go.example.com/a v1.0.0 h1",
                "go.example.com/a v0.9.0 h1",
                "stale",
                "6 go.sum has no hash for go.example.com/a v1.0.0",
            ),
            ("b v1.1.0 // indirect", "b v1.1.0", "", "", "stale", "7 go.sum has no hash for go.example.com/b v1.1.0"),
            (
                "=> ../c",
                "=> go.example.com/d v1.0.0",
                "",
                "",
                "stale",
                "8 go.sum has no hash for the go.mod of go.example.com/d v1.0.0",
            ),
            ("", "", "go.example.com/b v1.1.0/go.mod", "words", "error", "a line has not three parts"),
            (
                "",
                "",
                "go.example.com/b v1.1.0/go.mod h1:3",
                "go.example.com/a v1.0.0 h1:3",
                "error",
                "go.example.com/a v1.0.0 has two different hashes",
            ),
        ];
        for (old, new, old_sum, new_sum, expected, words) in cases {
            let files = [("go.mod", MOD.replacen(old, new, 1)), ("go.sum", SUM.replacen(old_sum, new_sum, 1))];
            let (verdict, told) = verdict(&files, "go.sum");
            assert_eq!(
                (verdict, told.split("; ").next().unwrap()),
                (expected, words),
                "{old} -> {new}, {old_sum} -> {new_sum}"
            );
        }
    }

    #[test]
    fn a_requirement_is_answered_by_its_own_version() {
        for (asked, expected) in [("a v1.0.0", [1, 0, 0]), ("a v1.0.1", [0, 0, 0])] {
            let files = [("go.mod", MOD.replacen("a v1.0.0", asked, 1)), ("go.sum", SUM.to_owned())];
            let locked: Vec<usize> = scanned(&files).facts.dependencies.iter().map(|one| one.locked.len()).collect();
            assert_eq!(locked, expected, "{asked}");
        }
    }

    #[test]
    fn vendored_modules() {
        let cases = [
            ("", "", "", "", "fresh", ""),
            ("a v1.0.0", "a v1.0.1", "", "", "stale", "6 go.example.com/a v1.0.1 is required, v1.0.0 is vendored"),
            (
                "\tgo.example.com/a v1.0.0\n",
                "",
                "",
                "",
                "stale",
                "1 go.example.com/a is marked as explicit in vendor/modules.txt, and go.mod does not require it",
            ),
            (
                "",
                "",
                "## explicit; go 1.17\n",
                "",
                "stale",
                "6 go.example.com/a is not marked as explicit in vendor/modules.txt",
            ),
            ("=> ../c", "=> ../d", "", "", "stale", "11 go.example.com/c is replaced by ../d, ../c is vendored"),
            ("go 1.21", "go 1.13", "## explicit; go 1.17\n", "", "fresh", ""),
            (
                "go 1.21",
                "go 1.13",
                "# go.example.com/a v1.0.0\n## explicit; go 1.17",
                "# go.example.com/a v1.0.1\n## go 1.17",
                "stale",
                "6 go.example.com/a v1.0.0 is required, v1.0.1 is vendored",
            ),
            ("go 1.21", "go 1.13\n\nreplace go.example.com/x => ../x", "## explicit; go 1.17\n", "", "fresh", ""),
        ];
        for (old, new, old_list, new_list, expected, words) in cases {
            let files = [
                ("go.mod", MOD.replacen(old, new, 1)),
                ("go.sum", String::new()),
                ("vendor/modules.txt", VENDORED.replacen(old_list, new_list, 1)),
            ];
            let (verdict, told) = verdict(&files, "vendor/modules.txt");
            assert_eq!((verdict, told.split("; ").next().unwrap()), (expected, words), "{old} -> {new}");
        }
    }
}
