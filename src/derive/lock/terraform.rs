//! .terraform.lock.hcl against the providers that its root module and local modules require.
//!
//! As `terraform init -lockfile=readonly` compares them: every required provider must be
//! locked at a version that all constraints admit. Providers that nothing seen requires are
//! not told: modules from elsewhere, and resources whose prefix names a provider, may need them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Difference, Lookup, Outcome, Pairing, Seen, Tool, Weight};
use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::terraform::{self, Constraints};
use crate::value::Value;

/// Terraform.
pub(super) const TOOL: Tool = Tool {
    name: "terraform",
    ecosystem: "terraform",
    files: &[".terraform.lock.hcl"],
    pairing: Pairing::By(manifests),
    compare,
};

const REMEDY: &str = "terraform init";

/// Chooses the file that stands for each root module: the one that states its providers. The
/// others, and the modules that a root calls, are covered by the root's lockfile.
pub(super) fn arrange(facts: &mut Facts) {
    let mut states: BTreeSet<Link<Manifest>> = BTreeSet::new();
    let mut called: BTreeSet<String> = BTreeSet::new();
    for dependency in facts.dependencies.iter().filter(|one| one.ecosystem == "terraform") {
        if dependency.group == "providers" {
            states.insert(dependency.manifest);
        } else if let Some(to) = called_directory(dependency) {
            called.insert(to);
        }
    }
    let mut chosen: BTreeMap<String, Link<Manifest>> = BTreeMap::new();
    for (link, manifest) in facts.all::<Manifest>().filter(|(_, manifest)| manifest.format == "terraform") {
        let known = chosen.entry(path::directory(&manifest.header.path).to_owned()).or_insert(link);
        if states.contains(&link) && !states.contains(known) {
            *known = link;
        }
    }
    for link in facts.links::<Manifest>().collect::<Vec<_>>() {
        let directory = path::directory(&facts[link].header.path).to_owned();
        let is_other = chosen.get(&directory).is_some_and(|chosen| *chosen != link);
        if facts[link].format == "terraform" && (is_other || called.contains(&directory)) {
            facts[link].workspace_member = true;
        }
    }
}

fn called_directory(dependency: &Dependency) -> Option<String> {
    let is_local = dependency.group == "modules" && dependency.source == "path";
    is_local.then(|| path::join(path::directory(&dependency.header.path), &dependency.package)).flatten()
}

/// The files of the root module, the one that stands for it first, and those of the local modules it calls.
fn manifests(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![path::directory(&facts[lockfile].header.path).to_owned()];
    while let Some(directory) = pending.pop() {
        if !seen.insert(directory.clone()) {
            continue;
        }
        let mut own: Vec<_> = lookup.manifests_in(facts, &directory, "terraform").collect();
        own.sort_by_key(|link| facts[*link].workspace_member);
        for link in &own {
            pending.extend(lookup.dependencies(*link).filter_map(|one| called_directory(&facts[one])));
        }
        found.extend(own);
    }
    found
}

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let mut outcome = Outcome::default();
    for manifest in &facts[lockfile].manifests {
        for dependency in seen.lookup.dependencies(*manifest) {
            let asked = &facts[dependency];
            if asked.group != "providers" {
                continue;
            }
            let mut locked = seen
                .lookup
                .packages(lockfile)
                .filter(|one| terraform::is_provider(&facts[*one].package, &asked.package));
            match locked.next() {
                Some(package) => {
                    outcome.locked.push((dependency, vec![package]));
                    hold(facts, *manifest, asked, package, &mut outcome);
                }
                None => {
                    let explanation = format!("{} is not in the lockfile", wanted(asked));
                    outcome.differences.push(difference(*manifest, asked, Value::absent(), explanation));
                }
            }
        }
    }
    outcome
}

fn hold(
    facts: &Facts,
    manifest: Link<Manifest>,
    asked: &Dependency,
    package: Link<LockedPackage>,
    outcome: &mut Outcome,
) {
    let Some(text) = asked.requirement.known() else { return };
    let locked = &facts[package].version;
    let version = locked.known().map_or("", String::as_str);
    match Constraints::read(text).map(|constraints| constraints.admits(version)) {
        Some(Some(true)) => {}
        Some(Some(false)) => {
            let explanation = format!("{} is asked for, the lockfile has {version}", wanted(asked));
            outcome.violated.push((package, asked.requirement.clone()));
            outcome.differences.push(difference(manifest, asked, locked.clone(), explanation));
        }
        Some(None) => {
            outcome
                .refusal
                .get_or_insert(Value { span: locked.span, ..Value::derived(format!("{version} is not a version")) });
        }
        None => {
            let message = format!("{text} is not a version constraint");
            outcome.refusal.get_or_insert(Value { span: asked.requirement.span, ..Value::derived(message) });
        }
    }
}

fn wanted(asked: &Dependency) -> String {
    match asked.requirement.known() {
        Some(range) => format!("{} {range}", asked.package),
        None => asked.package.clone(),
    }
}

fn difference(
    manifest: Link<Manifest>,
    asked: &Dependency,
    recorded: Value<String>,
    explanation: String,
) -> Difference {
    let place = asked.requirement.span.or(Some(asked.header.span));
    Difference {
        manifest: Some(manifest),
        asked_in: None,
        aspect: "requirement",
        subject: asked.package.clone(),
        asked: Value { span: place, ..Value::derived(wanted(asked)) },
        recorded,
        weight: Weight::Resolution,
        explanation,
        remedy: REMEDY.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use crate::day::Day;
    use crate::discover::Listing;
    use crate::scan::scan_files;
    use crate::source::Sources;
    use crate::tree::Tree;

    const VERSIONS: &str = "terraform {\n  required_version = \"= 1.9.8\"\n  required_providers {\n    aws = {\n      \
                            source  = \"hashicorp/aws\"\n      version = \"~> 5.70\"\n    }\n  }\n}\n";
    const MAIN: &str = "module \"queue\" {\n  source = \"./queue\"\n}\n";
    const QUEUE: &str = "terraform {\n  required_providers {\n    aws = \">= 5\"\n  }\n}\n";
    const LOCK: &str = "provider \"registry.example.com/hashicorp/aws\" {\n  version     = \"5.77.0\"\n  \
                        constraints = \"~> 5.70\"\n  hashes = [\n    \"h1:aaaa\",\n  ]\n}\n";

    fn verdict(path: &str, old: &str, new: &str) -> String {
        let files =
            [("versions.tf", VERSIONS), ("main.tf", MAIN), ("queue/versions.tf", QUEUE), (".terraform.lock.hcl", LOCK)];
        let edited =
            files.map(|(name, text)| (name, if name == path { text.replace(old, new) } else { text.to_owned() }));
        let paths = edited.iter().map(|(name, _)| (*name).to_owned()).collect::<std::collections::BTreeSet<_>>();
        let listing = Listing { paths: paths.into_iter().collect(), ..Listing::default() };
        let found = scan_files(&Arc::new(Tree::memory(edited)), listing, Day(20_000), Sources::default());
        let members: Vec<&str> = found
            .facts
            .manifests
            .iter()
            .filter(|manifest| !manifest.workspace_member)
            .map(|manifest| &*manifest.header.path)
            .collect();
        assert_eq!(members, ["versions.tf"], "one file stands for the root module");
        let lock = &found.facts.lockfiles[0];
        if let Some(refusal) = lock.refusal.known() {
            return format!("error: {refusal}");
        }
        let told = lock.mismatches.iter().map(|link| {
            let one = &found.facts[*link];
            format!("{}:{} {}", one.header.path, found.sources.location(one.header.span).start.line, one.explanation)
        });
        told.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn edits() {
        let stale = "versions.tf:6 hashicorp/aws ~> 6.0 is asked for, the lockfile has 5.77.0";
        let cases = [
            ("main.tf", "", "", ""),
            ("versions.tf", "~> 5.70", ">= 5.0, < 6.0", ""),
            ("versions.tf", "~> 5.70", "~> 6.0", stale),
            ("versions.tf", "~> 5.70", "newest", "error: newest is not a version constraint"),
            (
                "versions.tf",
                "    aws = {",
                "    archive = {\n      source = \"hashicorp/archive\"\n    }\n    aws = {",
                "versions.tf:4 hashicorp/archive is not in the lockfile",
            ),
            (
                "queue/versions.tf",
                ">= 5",
                "< 5",
                "queue/versions.tf:3 hashicorp/aws < 5 is asked for, the lockfile has 5.77.0",
            ),
            (
                ".terraform.lock.hcl",
                "  version     = \"5.77.0\"\n",
                "",
                "error: registry.example.com/hashicorp/aws has no version",
            ),
        ];
        for (path, old, new, expected) in cases {
            assert_eq!(verdict(path, old, new), expected, "{path}: {old} -> {new}");
        }
    }
}
