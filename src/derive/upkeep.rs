//! Which ecosystems of a repository an update bot looks at, and in which directories it does not.

use std::collections::{BTreeMap, BTreeSet};

use globset::Glob;

use crate::facts::{CandidateEdit, EditName, Facts, Header, Lockfile, UpdateEntry, Upkeep};
use crate::path;
use crate::sample::is_sample;
use crate::source::Span;
use crate::value::Value;

/// Tools of lockfiles, the ecosystem of Dependabot that moves them, and others that do so too.
const TOOLS: &[(&str, &str, &[&str])] = &[
    ("uv", "uv", &["pip"]),
    ("poetry", "pip", &[]),
    ("pdm", "pip", &[]),
    ("pipenv", "pip", &[]),
    ("pip-tools", "pip", &["uv"]),
    ("uv-pip", "pip", &["uv"]),
    ("npm", "npm", &[]),
    ("yarn", "npm", &[]),
    ("pnpm", "npm", &[]),
    ("bun", "bun", &["npm"]),
    ("cargo", "cargo", &[]),
    ("go", "gomod", &[]),
    ("terraform", "terraform", &["opentofu"]),
    ("bundler", "bundler", &[]),
    ("composer", "composer", &[]),
];

/// What Renovate calls the managers of an ecosystem.
const MANAGERS: &[(&str, &[&str])] = &[
    ("uv", &["pep621"]),
    ("pip", &["pip_requirements", "pip_setup", "pip-compile", "pipenv", "poetry", "pep621", "setup-cfg"]),
    ("bun", &["npm", "bun"]),
    ("docker", &["dockerfile"]),
    ("docker-compose", &["docker-compose"]),
    ("terraform", &["terraform"]),
];

/// Files of one ecosystem, by directory: a file of each, and its place.
type Places = BTreeMap<String, (String, Span)>;

/// Notes each ecosystem with the directories that no entry looks at.
pub(super) fn cover(facts: &mut Facts) {
    let mut found = Vec::new();
    for (ecosystem, places) in updatable(facts) {
        found.extend(upkeep(facts, &ecosystem, &places));
    }
    facts.upkeeps.extend(found);
    if facts.lockfiles.is_empty() {
        for entry in &mut facts.update_entries {
            entry.maintains_lock = Value::absent();
        }
    }
}

fn updatable(facts: &Facts) -> BTreeMap<String, Places> {
    let mut all: BTreeMap<String, Places> = BTreeMap::new();
    let mut note = |ecosystem: &str, directory: &str, header: &Header| {
        let places = all.entry(ecosystem.to_owned()).or_default();
        places.entry(directory.to_owned()).or_insert_with(|| (header.path.to_string(), header.span));
    };
    for lockfile in facts.lockfiles.iter().filter(|one| counts(one)) {
        if let Some((_, ecosystem, _)) = TOOLS.iter().find(|(tool, ..)| *tool == lockfile.tool) {
            note(ecosystem, path::directory(&lockfile.header.path), &lockfile.header);
        }
    }
    for image in facts.images.iter().filter(|one| !is_sample(&one.header.path)) {
        let directory = path::directory(&image.header.path);
        match image.role.as_str() {
            "base" | "build" => note("docker", directory, &image.header),
            "service" if path::file_name(&image.header.path).contains("compose") => {
                note("docker-compose", directory, &image.header)
            }
            _ => {}
        }
    }
    for hook in &facts.hooks {
        note("pre-commit", path::directory(&hook.header.path), &hook.header);
    }
    for action in facts.actions.iter().filter(|one| !is_sample(&one.header.path)) {
        let directory = path::directory(&action.header.path);
        note("github-actions", if directory == ".github/workflows" { "" } else { directory }, &action.header);
    }
    all
}

/// A lockfile that a tool uses; those of samples and of workspace members do not count.
fn counts(lockfile: &Lockfile) -> bool {
    lockfile.ruled_by.is_none() && !is_sample(&lockfile.header.path)
}

fn upkeep(facts: &Facts, ecosystem: &str, places: &Places) -> Option<Upkeep> {
    let (first_path, first) = places.values().next()?;
    let also: &[&str] = TOOLS.iter().find(|(_, own, _)| *own == ecosystem).map_or(&[], |(.., also)| also);
    let entries: Vec<&UpdateEntry> = facts.update_entries.iter().filter(|entry| entry.refusal.is_absent()).collect();
    let is_covered = |directory: &str| entries.iter().any(|entry| looks_at(entry, ecosystem, also, directory));
    let uncovered: Vec<String> = places.keys().filter(|directory| !is_covered(directory)).cloned().collect();
    let example = uncovered.first().and_then(|directory| places.get(directory));
    let last = facts.update_entries.iter().rev().find(|entry| entry.bot != "pre-commit.ci");
    let beyond = entries.iter().find_map(|entry| entry.beyond.clone());
    let (path, span) = match last {
        Some(entry) => (entry.header.path.to_string(), entry.header.span),
        None => (first_path.clone(), *first),
    };
    let mut header = Header::new(&path.as_str().into(), format!("{path}#{ecosystem}"), span);
    if let Some(sibling) = last.and_then(|entry| entry.sibling.as_ref())
        && !uncovered.is_empty()
    {
        let text = addition(ecosystem, &uncovered, &sibling.indent, &sibling.settings);
        header.edits.extend([CandidateEdit { name: EditName::Cover, span: sibling.at, text }]);
    }
    Some(Upkeep {
        header,
        ecosystem: ecosystem.to_owned(),
        directories: places.keys().map(|directory| format!("/{directory}")).collect(),
        bot: match (last, beyond) {
            (_, Some(reason)) => Value::unknown(reason, None),
            (Some(entry), None) => Value::derived(entry.bot.clone()),
            (None, None) => Value::absent(),
        },
        example: example
            .map_or_else(Value::absent, |(path, span)| Value { span: Some(*span), ..Value::derived(path.clone()) }),
        uncovered: uncovered.into_iter().map(|directory| format!("/{directory}")).collect(),
    })
}

fn looks_at(entry: &UpdateEntry, ecosystem: &str, also: &[&str], directory: &str) -> bool {
    let is_own = match entry.ecosystem.known() {
        Some(own) => own == ecosystem || also.contains(&own.as_str()),
        None => entry.only.as_ref().is_none_or(|only| {
            let managers =
                MANAGERS.iter().find(|(name, _)| *name == ecosystem).map_or(&[][..], |(_, managers)| managers);
            only.iter().any(|manager| manager == ecosystem || managers.contains(&manager.as_str()))
        }),
    };
    let is_excluded = entry.excluded.iter().any(|pattern| matches(pattern.trim_matches('/'), directory));
    // Pre-commit and renovate look everywhere; a root entry of the actions covers the workflows only.
    let is_there = entry.directories.is_empty() || entry.directories.iter().any(|pattern| matches(pattern, directory));
    let by_workspace =
        matches!(ecosystem, "npm" | "cargo" | "uv") && entry.directories.iter().any(|own| own == directory);
    is_own && (is_there || by_workspace) && !is_excluded
}

fn matches(pattern: &str, directory: &str) -> bool {
    let pattern = pattern.trim_start_matches("./");
    let pattern = if pattern == "." { "" } else { pattern };
    if pattern == directory {
        return true;
    }
    if pattern == "**" || pattern == "**/*" {
        return true;
    }
    Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(directory))
}

/// An entry for the directories, after the last one and like it.
fn addition(ecosystem: &str, directories: &[String], indent: &str, settings: &str) -> String {
    let unique: BTreeSet<&String> = directories.iter().collect();
    let quoted: Vec<String> = unique.iter().map(|directory| format!("\"/{directory}\"")).collect();
    let place = match quoted.as_slice() {
        [one] => format!("directory: {one}"),
        several => format!("directories: [{}]", several.join(", ")),
    };
    format!("\n{indent}- package-ecosystem: {ecosystem}\n{indent}  {place}{settings}")
}
