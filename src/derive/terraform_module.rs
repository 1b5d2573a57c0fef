//! Terraform modules: the files of a directory are one module. What one of them demands holds for all, and all together tell what it is for.

use std::collections::{BTreeMap, BTreeSet};

use super::terragrunt;
use crate::facts::{Facts, Step};
use crate::path;
use crate::value::{Origin, Value};

/// Gives each manifest of a module the version of Terraform that another file of its directory demands.
pub(super) fn share_demands(facts: &mut Facts) {
    let mut demanded = terragrunt::demands(facts);
    tell_roles(facts);
    look_beside_units(facts);
    for problem in facts.problems.iter().filter(|problem| problem.header.path.ends_with(".tf")) {
        let reason = format!("{} is not understood and may demand one", path::file_name(&problem.header.path));
        demanded.insert(path::directory(&problem.header.path).to_owned(), Value::unknown(reason, None));
    }
    let modules = || facts.manifests.iter().filter(|manifest| manifest.format == "terraform");
    // What is written overrides what a workspace elsewhere may say.
    let unknown = modules().filter(|manifest| manifest.runtime_constraint.known().is_none());
    let known = modules().filter(|manifest| manifest.runtime_constraint.known().is_some());
    for manifest in unknown.chain(known).filter(|manifest| !manifest.runtime_constraint.is_absent()) {
        let value = Value { origin: Origin::Inherited, ..manifest.runtime_constraint.clone() };
        demanded.insert(path::directory(&manifest.header.path).to_owned(), value);
    }
    for manifest in facts.manifests.iter_mut().filter(|manifest| manifest.format == "terraform") {
        if let Some(value) = demanded.get(path::directory(&manifest.header.path))
            && manifest.runtime_constraint.known().is_none()
        {
            manifest.runtime_constraint = value.clone();
        }
    }
}

/// Says of modules whose lockfiles may lie beside Terragrunt's files that nothing tells which tool locks them here.
fn look_beside_units(facts: &mut Facts) {
    let locked = terragrunt::Locked::of(facts);
    for manifest in facts.manifests.iter_mut().filter(|manifest| manifest.format == "terraform") {
        if let Some(unit) = locked.beside(path::directory(&manifest.header.path)) {
            manifest.lock_tool = Value::unknown(format!("its lockfile may lie beside {unit}"), None);
        }
    }
}

/// The blocks of a directory's files.
type Blocks<'a> = BTreeSet<&'a str>;

/// Says of modules that take variables, give outputs and configure no provider that others call them: root modules configure
/// their providers and where their state is kept (Terraform's documentation on providers within modules, read 2026-11-30).
/// Of others that show no sign of it, nothing tells whether anybody applies them.
fn tell_roles(facts: &mut Facts) {
    let applied = applied(facts);
    let mut blocks: BTreeMap<&str, Blocks<'_>> = BTreeMap::new();
    for fragment in facts.fragments.iter().filter(|fragment| fragment.role == "terraform") {
        let own = blocks.entry(path::directory(&fragment.header.path)).or_default();
        if fragment.header.path.ends_with(".tfvars") {
            own.insert("tfvars");
        }
        for entry in fragment.document.root().own_entries() {
            own.extend(entry.key.text());
            let is_kept_elsewhere = |name| entry.key.text() == Some("terraform") && entry.value.get(name).is_some();
            own.extend(["backend", "cloud"].into_iter().filter(|name| is_kept_elsewhere(name)));
        }
    }
    let is_root = |blocks: &Blocks<'_>| ROOT.iter().any(|name| blocks.contains(name));
    let is_called = |blocks: &Blocks<'_>| {
        let has = |name: &str| blocks.contains(name);
        !is_root(blocks) && has("variable") && (has("output") || !has("resource"))
    };
    let mut roles: BTreeMap<String, Value<String>> = BTreeMap::new();
    for (directory, blocks) in &blocks {
        if is_called(blocks) {
            roles.insert((*directory).to_owned(), Value::derived("library".to_owned()));
        } else if !is_root(blocks)
            && !is_named(directory)
            && !applied.by_all
            && !applied.directories.contains(*directory)
        {
            let reason = "no name, backend, provider, values, lockfile or command tells that it is applied";
            roles.insert((*directory).to_owned(), Value::unknown(reason, None));
        }
    }
    for manifest in facts.manifests.iter_mut().filter(|manifest| manifest.format == "terraform") {
        if let Some(role) = roles.get(path::directory(&manifest.header.path))
            && manifest.role.known().is_some_and(|known| known == "application")
        {
            manifest.role = role.clone();
        }
    }
}

/// What root modules have and others have not.
const ROOT: &[&str] = &["provider", "backend", "cloud", "tfvars"];

/// Words in the names of directories from which something is applied.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "infra", "infrastructure", "terraform", "tf", "tofu", "iac", "deploy", "deployment", "deployments", "stack", "stacks", "env", "envs",
    "environment", "environments", "live", "account", "accounts", "prod", "production", "staging",
];

/// Whether a directory is the root of the repository, or bears the name of what is applied.
fn is_named(directory: &str) -> bool {
    let mut words = directory.split(['/', '-', '_']);
    directory.is_empty() || words.any(|word| NAMED.contains(&word))
}

/// Directories that somebody applies, by their lockfiles and by commands.
struct Applied {
    directories: BTreeSet<String>,
    /// Whether a command applies directories that only the run tells.
    by_all: bool,
}

fn applied(facts: &Facts) -> Applied {
    let lockfiles =
        facts.lockfiles.iter().filter(|lockfile| matches!(lockfile.tool.as_str(), "terraform" | "opentofu"));
    // One that cannot be read is one all the same.
    let broken = facts.problems.iter().filter(|problem| problem.header.path.ends_with(".terraform.lock.hcl"));
    let headers = lockfiles.map(|lockfile| &lockfile.header).chain(broken.map(|problem| &problem.header));
    let locked = headers.map(|header| path::directory(&header.path).to_owned());
    let is_command = |step: &&Step| COMMANDS.iter().any(|program| step.command.starts_with(program));
    let commands = || facts.steps.iter().filter(is_command).map(|step| step.directory.known());
    let by_all = commands().any(|directory| directory.is_none());
    Applied { directories: locked.chain(commands().flatten().cloned()).collect(), by_all }
}

/// Beginnings of the commands that apply a directory, or prepare for it.
const COMMANDS: &[&str] = &[
    "terraform init",
    "terraform plan",
    "terraform apply",
    "tofu init",
    "tofu plan",
    "tofu apply",
    "terraform -",
    "tofu -",
];
