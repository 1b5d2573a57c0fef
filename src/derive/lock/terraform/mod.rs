//! .terraform.lock.hcl against the providers that its root module and local modules require.
//!
//! As `terraform init -lockfile=readonly` compares them: every required provider must be locked at
//! a version that all constraints admit, and nothing else may be locked. Where a module comes from
//! elsewhere, what is locked besides may be its need, and is not told. Proved against Terraform 1.11.

mod compare;

pub(super) use compare::compare_unstated;

use std::collections::{BTreeMap, BTreeSet};

use super::{Lookup, Pairing, Tool};
use crate::facts::{Dependency, Facts, Link, Lockfile, Manifest};
use crate::path;

/// Terraform.
pub(super) const TOOL: Tool = Tool {
    name: "terraform",
    ecosystem: "terraform",
    files: &[".terraform.lock.hcl"],
    pairing: Pairing::By(manifests),
    compare: compare::compare,
};

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use crate::derive::lock::tests::scanned;

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
        let found = scanned(&edited);
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

    /// What stops Terraform, and what cannot be told, with some more files.
    fn doubts(more: &[(&str, &str)]) -> (&'static str, String) {
        let own = [("versions.tf", VERSIONS), ("main.tf", MAIN), (".terraform.lock.hcl", LOCK)];
        let files: Vec<(&str, &str)> = own.iter().chain(more).copied().collect();
        let found = scanned(&files);
        crate::derive::lock::tests::lines(&found, &found.facts.lockfiles[0])
    }

    #[test]
    fn modules_that_are_not_there() {
        type Files = &'static [(&'static str, &'static str)];
        let cases: [(Files, &str, &str); 6] = [
            (&[("queue/main.tf", "")], "fresh", ""),
            (&[], "error", "there is no directory ./queue for the module queue"),
            (
                &[(".gitignore", "queue/\n")],
                "undecidable",
                "git ignores queue, so that something else puts it there: what the module queue requires is not seen",
            ),
            (&[(".gitignore", "other/\n")], "error", "there is no directory ./queue for the module queue"),
            (
                &[(".gitmodules", "")],
                "undecidable",
                "queue may be in a git submodule that is not checked out: what the module queue requires is not seen",
            ),
            (
                &[("queue/main.tf", ""), ("terragrunt.hcl", "terraform {\n}\n")],
                "undecidable",
                "terragrunt.hcl may put files beside the module, and what these require is not seen",
            ),
        ];
        for (more, expected, words) in cases {
            assert_eq!(doubts(more), (expected, words.to_owned()), "{more:?}");
        }
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
                "versions.tf:5 hashicorp/archive is not in the lockfile",
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
            (
                "main.tf",
                "module",
                "resource \"null_x\" \"y\" {}\nmodule",
                "main.tf:1 hashicorp/null is not in the lockfile",
            ),
            (
                "main.tf",
                "module",
                "provider \"aws\" {\n  version = \"< 5\"\n}\nmodule",
                "main.tf:2 hashicorp/aws < 5 is asked for, the lockfile has 5.77.0",
            ),
            ("main.tf", "module", "data \"null_x\" \"y\" {\n  provider = aws.east\n}\nmodule", ""),
            ("versions.tf", "hashicorp/aws", "acme/aws", "versions.tf:5 acme/aws ~> 5.70 is not in the lockfile"),
            ("main.tf", "module", "resource \"terraform_data\" \"y\" {}\nmodule", ""),
            ("queue/versions.tf", "\">= 5\"", "var.x", "error: the version of aws is not a literal text"),
            ("queue/versions.tf", "aws =", "aws = { news = 1 }\n    more =", "error: news says nothing of a provider"),
            (
                ".terraform.lock.hcl",
                "provider",
                "provider \"registry.example.com/hashicorp/null\" {\n  version = \"3.0.0\"\n}\nprovider",
                "versions.tf:3 hashicorp/null is locked, but no module requires it",
            ),
            (
                ".terraform.lock.hcl",
                "\"5.77.0\"",
                "\"5.77\"",
                "error: Terraform writes the version 5.77 as 5.77.0, and reads nothing else",
            ),
            (
                ".terraform.lock.hcl",
                "~> 5.70",
                ">=5",
                "error: Terraform writes the constraints >=5 as >= 5.0.0, and reads nothing else",
            ),
            (".terraform.lock.hcl", "h1:aaaa", "aaaa", "error: aaaa does not say what kind of hash it is"),
            (
                ".terraform.lock.hcl",
                "  version",
                "  news = 1\n  version",
                "error: news says nothing of a locked provider",
            ),
        ];
        for (path, old, new, expected) in cases {
            assert_eq!(verdict(path, old, new), expected, "{path}: {old} -> {new}");
        }
    }
}
