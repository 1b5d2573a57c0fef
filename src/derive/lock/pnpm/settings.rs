//! The settings that pnpm-lock.yaml records against those in force now.

use std::collections::{BTreeMap, BTreeSet};

use super::Checking;
use super::config::Written;
use super::overrides::Override;
use crate::facts::{Facts, Settings};
use crate::pnpm::hash;
use crate::pnpm::lock::Noted;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// The name of pnpm's file of hooks.
pub(super) const HOOKS: &str = ".pnpmfile.cjs";

/// Single settings with their default, and the releases that compare them.
const FLAGS: [(&str, bool, u32, bool); 4] = [
    ("autoInstallPeers", true, 8, false),
    ("excludeLinksFromLockfile", false, 8, false),
    ("injectWorkspacePackages", false, 10, true),
    ("dedupePeers", false, 10, true),
];

/// Compares all settings.
pub(super) fn compare(checking: &mut Checking<'_>, overrides: &[Override]) {
    catalogs(checking);
    self::overrides(checking, overrides);
    extensions(checking);
    lists(checking);
    patches(checking);
    flags(checking);
    hooks(checking);
}

fn catalogs(checking: &mut Checking<'_>) {
    if checking.major < 10 {
        return;
    }
    let now = checking.sources.catalogs();
    for entry in checking.lock.catalogs.clone() {
        let asked = now.get(&(entry.catalog.to_string(), entry.alias.text.to_string())).cloned();
        if asked.as_ref().is_some_and(|asked| *asked.text == *entry.specifier.text) {
            continue;
        }
        let recorded = format!("{} {} of catalogs.{}", entry.alias.text, entry.specifier.text, entry.catalog);
        let says = match &asked {
            Some(asked) => format!("the workspace says {}", asked.text),
            None => "the workspace has no such entry".to_owned(),
        };
        let explanation = format!("the lockfile records {recorded}, {says}");
        let elsewhere = now.iter().find(|((_, alias), _)| *alias == *entry.alias.text).map(|(_, written)| written);
        let place = elsewhere
            .map(|written| (std::sync::Arc::clone(&written.file), written.span))
            .or_else(|| catalog_place(checking, &entry.catalog));
        let subject = format!("catalogs.{}.{}", entry.catalog, entry.alias.text);
        checking.setting(&subject, asked, place, Some(entry.specifier), explanation);
    }
}

/// Where an entry of a catalog would stand.
fn catalog_place(checking: &Checking<'_>, catalog: &str) -> Option<super::Place> {
    let source = checking.sources.workspace.as_ref()?;
    let named = source.root().get("catalogs").and_then(|all| all.entry(catalog));
    let table = if catalog == "default" { "catalog" } else { "catalogs" };
    let entry = named.or_else(|| source.root().entry(table));
    let span = entry.map(|entry| entry.key.span());
    span.map(|span| (std::sync::Arc::clone(&source.file), span)).or_else(|| checking.workspace_place())
}

fn overrides(checking: &mut Checking<'_>, now: &[Override]) {
    let asked: BTreeMap<&str, &Override> = now.iter().map(|one| (one.selector.as_str(), one)).collect();
    let recorded = checking.lock.overrides.clone();
    let selectors: BTreeSet<&str> = asked.keys().copied().chain(recorded.keys().map(|key| &**key)).collect();
    for selector in selectors {
        let (one, old) = (asked.get(selector), recorded.get(selector));
        let explanation = match (one, old) {
            (Some(one), Some(old)) if *one.value == *old.text => continue,
            (Some(one), Some(old)) => {
                format!("{selector} is overridden with {}, in the lockfile with {}", one.value, old.text)
            }
            (Some(one), None) => format!("{selector} is overridden with {}, not so in the lockfile", one.value),
            (None, Some(old)) => format!("the lockfile overrides {selector} with {}, the workspace does not", old.text),
            (None, None) => continue,
        };
        let asked = one.map(|one| Written { text: one.value.clone(), ..one.written.clone() });
        let place = checking.table_place("overrides").or_else(|| checking.direct_place(selector));
        checking.setting(selector, asked, place, old.cloned(), explanation);
    }
}

fn extensions(checking: &mut Checking<'_>) {
    let name = "packageExtensions";
    let table = checking.sources.table(name, checking.major);
    let table = table.filter(|(_, node)| node.own_entries().next().is_some());
    let now = table.and_then(|(source, node)| {
        let text = hash::of_extensions(&hash::value(node), checking.major);
        Some(Written { text, file: std::sync::Arc::clone(&source.file), span: key_of(source.root(), name)? })
    });
    let explanation = "packageExtensions are not those that the lockfile was made with";
    checking.checksum(name, now, checking.lock.extensions.clone(), explanation);
}

/// Lists that are compared without regard to their order.
fn lists(checking: &mut Checking<'_>) {
    let major = checking.major;
    let lock = checking.lock;
    let mut compared: Vec<(&str, Vec<Noted>, bool)> = Vec::new();
    if major >= 9 {
        compared.push(("ignoredOptionalDependencies", lock.ignored_optional.clone(), false));
    } else {
        compared.push(("neverBuiltDependencies", lock.never_built.clone().unwrap_or_default(), false));
        let is_set = checking.sources.table("onlyBuiltDependencies", major).is_some();
        let differs = is_set != lock.only_built.is_some();
        compared.push(("onlyBuiltDependencies", lock.only_built.clone().unwrap_or_default(), differs));
    }
    for (name, recorded, differs) in compared {
        let now = checking.sources.table(name, major);
        let items = |node: Node<'_>| node.items().filter_map(Node::scalar).map(str::to_owned).collect::<Vec<_>>();
        let mut asked = now.map(|(_, node)| items(node)).unwrap_or_default();
        let mut old: Vec<String> = recorded.iter().map(|one| one.text.to_string()).collect();
        asked.sort();
        old.sort();
        if asked == old && !differs {
            continue;
        }
        let list = |names: &[String]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let explanation = format!("{name} lists {}, in the lockfile {}", list(&asked), list(&old));
        let written = now.and_then(|(source, node)| {
            let file = std::sync::Arc::clone(&source.file);
            let key = key_of(source.root(), name)?;
            Some(Written { text: list(&asked), file, span: Span { end: node.span().end, ..key } })
        });
        let recorded = recorded.first().map(|one| Noted { text: list(&old).into(), span: one.span });
        let place = checking.table_place("");
        checking.setting(name, written, place, recorded, explanation);
    }
}

fn patches(checking: &mut Checking<'_>) {
    let table = checking.sources.table("patchedDependencies", checking.major);
    let now: BTreeMap<String, Written> =
        table.map(|(source, node)| super::config::entries(source, Some(node)).collect()).unwrap_or_default();
    let recorded: BTreeMap<String, _> =
        checking.lock.patches.iter().map(|patch| (patch.key.text.to_string(), patch.clone())).collect();
    let keys: BTreeSet<&String> = now.keys().chain(recorded.keys()).collect();
    for key in keys {
        let (asked, old) = (now.get(key), recorded.get(key));
        let path = asked.and_then(|asked| checking.sources.at(&asked.text));
        if let (Some(asked), Some(path)) = (asked, &path)
            && !checking.seen.around.files.can_follow(path)
        {
            checking.refuse(format!("the patch {} of {key} is not there", asked.text), Some(asked.span));
            continue;
        }
        let hashed = path.as_deref().and_then(|path| hashed(checking, path));
        let hash = hashed.map(|text| hash::of_patch(text, checking.major));
        let explanation = match (asked, old) {
            (Some(asked), Some(old)) => {
                let same_path = old.path.is_empty() || checking.sources.at(&old.path) == path;
                match &hash {
                    Some(hash) if same_path && **hash == *old.hash => continue,
                    None if same_path => {
                        checking.undecided(format!("the patch {} of {key} was not read", asked.text));
                        continue;
                    }
                    Some(_) if same_path => {
                        format!("the patch of {key} is not the one that the lockfile was made with")
                    }
                    _ => format!("{key} is patched with {}, in the lockfile with {}", asked.text, old.path),
                }
            }
            (Some(asked), None) => format!("{key} is patched with {}, not so in the lockfile", asked.text),
            (None, _) => format!("the lockfile has a patch of {key}, the workspace does not"),
        };
        let place = checking.table_place("patchedDependencies");
        checking.setting(key, asked.cloned(), place, old.map(|old| old.key.clone()), explanation);
        if let (Some(path), Some(told)) = (path, checking.outcome.differences.last_mut())
            && let Some(file) = hashed_file(checking.seen.facts, &path)
        {
            told.cause = Value::written(format!("{path} is another one"), file.header.span);
        }
    }
}

fn flags(checking: &mut Checking<'_>) {
    let major = checking.major;
    for (name, default, since, missing_counts) in FLAGS {
        let recorded = checking.lock.settings.get(name).cloned();
        if major < since || (recorded.is_none() && !missing_counts) {
            continue;
        }
        let now = checking.sources.is_on(name, major, default);
        let old = recorded.as_ref().map_or(default, |noted| &*noted.text == "true");
        if now != old {
            let explanation = format!("{} is {now}, in the lockfile {old}", checking.shown(name));
            let asked = checking.sources.value(name, major);
            let place = checking.setting_place(name);
            checking.setting(name, asked, place, recorded, explanation);
        }
    }
    let name = "peersSuffixMaxLength";
    let recorded = checking.lock.settings.get(name).cloned();
    let old = recorded.as_ref().map_or("1000", |noted| &*noted.text);
    let asked = checking.sources.value(name, major);
    let now = asked.as_ref().map_or("1000", |written| written.text.as_str());
    if major >= 9 && now != old {
        let explanation = format!("{} is {now}, in the lockfile {old}", checking.shown(name));
        let place = checking.setting_place(name);
        checking.setting(name, asked.clone(), place, recorded.clone(), explanation);
    }
}

fn hooks(checking: &mut Checking<'_>) {
    if checking.sources.is_on("ignorePnpmfile", checking.major, false) || checking.lock.major < 6 {
        return;
    }
    // Formats before 9 do not record it.
    if checking.major < 9 {
        return;
    }
    let at = checking.sources.at(HOOKS).unwrap_or_default();
    let now = checking.seen.facts.settings.iter().find(|one| one.tool == "hashed-file" && *one.header.path == *at);
    let now = now.and_then(|settings| {
        let text = settings.text.as_ref().filter(|text| text.contains("hooks"))?;
        let file = std::sync::Arc::clone(&settings.header.path);
        Some(Written { text: hash::of_hooks(text, checking.major), file, span: settings.header.span })
    });
    let explanation = format!("{HOOKS} is not the one that the lockfile was made with");
    checking.checksum(HOOKS, now, checking.lock.pnpmfile.clone(), &explanation);
}

/// The text of a file that is hashed.
fn hashed<'a>(checking: &Checking<'a>, path: &str) -> Option<&'a str> {
    hashed_file(checking.seen.facts, path)?.text.as_deref()
}

fn hashed_file<'a>(facts: &'a Facts, path: &str) -> Option<&'a Settings> {
    facts.settings.iter().find(|one| one.tool == "hashed-file" && *one.header.path == *path)
}

/// The place of the key of a setting, in package.json or pnpm-workspace.yaml.
fn key_of(root: Node<'_>, name: &str) -> Option<Span> {
    let own = root.get("pnpm").and_then(|node| node.entry(name));
    own.or_else(|| root.entry(name)).map(|entry| entry.key.span())
}

/// Whether a file of hooks may change what manifests say.
pub(super) fn rewrites_manifests(checking: &Checking<'_>) -> bool {
    let at = checking.sources.at(HOOKS).unwrap_or_default();
    hashed(checking, &at).is_some_and(|text| ["readPackage", "updateConfig"].iter().any(|word| text.contains(word)))
}

/// The name of what an override selects: `is-number` of `is-odd>is-number@6`.
pub(super) fn target(selector: &str) -> &str {
    let last = selector.rsplit('>').next().unwrap_or(selector);
    last.char_indices().skip(1).find(|(_, letter)| *letter == '@').map_or(last, |(at, _)| &last[..at])
}
