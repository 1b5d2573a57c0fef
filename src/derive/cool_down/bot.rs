//! The waits of bots that open pull requests: Dependabot's `cooldown`, Renovate's `minimumReleaseAge`.
//!
//! Both let updates for security pass at once. Only what is said for all packages counts: Renovate's rules for some
//! packages and presets from elsewhere, and Dependabot's days by kind of release, are passed over.

use super::{Seen, Wait, span};
use crate::facts::Lockfile;
use crate::path;
use crate::syntax::Node;

/// Tools by Dependabot's names for them (its reference of options, read 2026-11).
const ECOSYSTEMS: &[(&str, &[&str])] = &[
    ("bun", &["bun"]),
    ("bundler", &["bundler"]),
    ("cargo", &["cargo"]),
    ("composer", &["composer"]),
    ("gomod", &["go"]),
    ("npm", &["npm", "pnpm", "yarn"]),
    ("pip", &["poetry", "pdm", "pipenv", "pip-tools", "uv-pip"]),
    ("terraform", &["terraform"]),
    ("uv", &["uv"]),
];

/// The waits of the bots that keep a lockfile.
pub(super) fn waits(seen: &Seen<'_>, lockfile: &Lockfile) -> Vec<Wait> {
    let mut waits = Vec::new();
    for settings in seen.by_path.values() {
        let Some(document) = settings.document.as_ref() else { continue };
        match settings.tool.as_str() {
            "dependabot" => waits.extend(dependabot(document.root(), lockfile)),
            "renovate" => {
                let node = document.root().get("minimumReleaseAge");
                let wait = node.and_then(|node| Some((node, span::days(node.scalar()?)?)));
                waits.extend(wait.map(|(node, days)| Wait { days, span: node.inner_span(), exempt: Vec::new() }));
            }
            _ => {}
        }
    }
    waits
}

fn dependabot(root: Node<'_>, lockfile: &Lockfile) -> Option<Wait> {
    let at = path::directory(&lockfile.header.path);
    let is_of = |update: &Node<'_>| {
        let name = update.get("package-ecosystem").and_then(Node::scalar).unwrap_or_default();
        let is_tool = ECOSYSTEMS.iter().any(|(known, tools)| *known == name && tools.contains(&lockfile.tool.as_str()));
        let listed = update.get("directories").into_iter().flat_map(Node::items).filter_map(Node::scalar);
        let mut directories = update.get("directory").and_then(Node::scalar).into_iter().chain(listed);
        is_tool && directories.any(|directory| super::fits(directory.trim_matches('/'), at))
    };
    let mut updates = root.get("updates").into_iter().flat_map(Node::items);
    let cooldown = updates.find(is_of)?.get("cooldown")?;
    // Named packages only: nothing holds for all.
    if cooldown.get("include").is_some() {
        return None;
    }
    let node = cooldown.get("default-days")?;
    let exempt = cooldown.get("exclude").into_iter().flat_map(Node::items).filter_map(Node::scalar);
    Some(Wait { days: node.int()?, span: node.inner_span(), exempt: exempt.map(str::to_owned).collect() })
}
