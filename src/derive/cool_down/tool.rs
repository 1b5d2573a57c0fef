//! The settings of the tools themselves. Names and units as uv 0.13, Poetry 2.5, PDM 2.29, npm 11, pnpm 10, Yarn 4.18
//! and bun 1.4 read them (looked up 2026-11).

use super::{Seen, Wait, span};
use crate::facts::Lockfile;
use crate::path;
use crate::syntax::Node;

/// The wait that the tool of a lockfile keeps by itself.
pub(super) fn wait(seen: &Seen<'_>, lockfile: &Lockfile) -> Option<Wait> {
    let at = path::directory(&lockfile.header.path);
    match lockfile.tool.as_str() {
        "uv" => uv(seen, at, lockfile),
        "poetry" => {
            let solver = seen.settings(at, "poetry.toml")?.get("solver")?;
            let node = solver.get("min-release-age")?;
            found(node, node.int(), texts(solver.get("min-release-age-exclude")))
        }
        "pdm" => pdm(seen, at, lockfile),
        "npm" => npm(seen, at),
        "pnpm" => pnpm(seen, at),
        "yarn" => {
            let root = seen.settings(at, ".yarnrc.yml")?;
            let node = root.get("npmMinimalAgeGate")?;
            // A bare number counts minutes.
            let text = node.scalar()?;
            let days = text.parse::<i64>().ok().map(|minutes| minutes / (60 * 24)).or_else(|| span::days(text));
            found(node, days, texts(root.get("npmPreapprovedPackages")))
        }
        "bun" => {
            let install = seen.settings(at, "bunfig.toml")?.get("install")?;
            let node = install.get("minimumReleaseAge")?;
            let days = node.int().map(|seconds| seconds / (60 * 60 * 24));
            found(node, days, texts(install.get("minimumReleaseAgeExcludes")))
        }
        _ => None,
    }
}

fn found(node: Node<'_>, days: Option<i64>, exempt: Vec<String>) -> Option<Wait> {
    Some(Wait { days: days?, span: node.inner_span(), exempt })
}

/// The texts of a list, or one text, in which commas separate several.
fn texts(node: Option<Node<'_>>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let words =
        |text: &str| text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
    match node.scalar() {
        Some(text) => words(text),
        None => node.items().filter_map(Node::scalar).map(str::to_owned).collect(),
    }
}

/// The names that a table gives a wait of their own, or none.
fn keys(node: Option<Node<'_>>) -> Vec<String> {
    node.into_iter().flat_map(Node::own_entries).filter_map(|entry| Some(entry.key.scalar()?.to_owned())).collect()
}

/// uv.toml beside the root takes the place of the table in its manifest.
fn uv(seen: &Seen<'_>, at: &str, lockfile: &Lockfile) -> Option<Wait> {
    let own = seen.settings(at, "uv.toml");
    let root = own.or_else(|| seen.manifest(lockfile)?.at(&["tool", "uv"]))?;
    let node = root.get("exclude-newer")?;
    let days = node.scalar().and_then(|text| span::before(text, seen.today));
    found(node, days, keys(root.get("exclude-newer-package")))
}

/// The manifest goes before pdm.toml.
fn pdm(seen: &Seen<'_>, at: &str, lockfile: &Lockfile) -> Option<Wait> {
    let resolution = seen.manifest(lockfile).and_then(|root| root.at(&["tool", "pdm", "resolution"]));
    let own = resolution.and_then(|table| table.get("exclude-newer"));
    let node = own.or_else(|| seen.settings(at, "pdm.toml")?.at(&["strategy", "exclude-newer"]))?;
    let days = node.scalar().and_then(|text| span::before(text, seen.today));
    found(node, days, keys(resolution.and_then(|table| table.get("exclude-newer-override"))))
}

/// Of the two settings in one file the day wins.
fn npm(seen: &Seen<'_>, at: &str) -> Option<Wait> {
    let root = seen.settings(at, ".npmrc")?;
    let lists = root.own_entries().filter(|entry| entry.key.scalar() == Some("min-release-age-exclude[]"));
    let mut exempt: Vec<String> = lists.flat_map(|entry| texts(Some(entry.value))).collect();
    exempt.extend(texts(root.get("min-release-age-exclude")));
    if let Some(node) = root.get("before") {
        return found(node, node.scalar().and_then(|text| span::before(text, seen.today)), exempt);
    }
    let node = root.get("min-release-age")?;
    found(node, node.scalar().and_then(|text| text.parse().ok()), exempt)
}

/// Minutes, in pnpm-workspace.yaml or, for releases before, in .npmrc.
fn pnpm(seen: &Seen<'_>, at: &str) -> Option<Wait> {
    let days = |node: Node<'_>| Some(node.scalar()?.parse::<i64>().ok()? / (60 * 24));
    let workspace = seen.settings(at, "pnpm-workspace.yaml");
    if let Some((root, node)) = workspace.and_then(|root| Some((root, root.get("minimumReleaseAge")?))) {
        return found(node, days(node), texts(root.get("minimumReleaseAgeExclude")));
    }
    let node = seen.settings(at, ".npmrc")?.get("minimum-release-age")?;
    found(node, days(node), Vec::new())
}
