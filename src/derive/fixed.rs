//! What another file fixes: actions that GitHub's lockfile lists, and parts of a build whose tool
//! keeps a lockfile beside the file that names them.

use std::collections::{BTreeMap, BTreeSet};

use super::Surroundings;
use crate::facts::{Action, Count, Facts, Include};
use crate::path;
use crate::pin::{Level, action};
use crate::syntax::Node;
use crate::value::{State, Value};

/// What every entry of `actions.lock` has; an entry without one of them makes GitHub refuse the file.
const ENTRY: &[&str] = &["ref", "commit", "owner_id", "repo_id"];

/// Raises what is fixed elsewhere to the level of content.
pub(super) fn raise(facts: &mut Facts, around: Surroundings<'_>) {
    for link in facts.links::<Include>() {
        let fact = &facts[link];
        let lock = fact.lock_name.and_then(|name| path::join(path::directory(&fact.header.path), name));
        if lock.is_some_and(|lock| around.files.has(&lock)) {
            facts[link].level.state = State::Known(Count(Level::Content.number()));
        }
    }
    actions(facts);
}

fn actions(facts: &mut Facts) {
    let Some(document) =
        facts.settings.iter().find(|one| one.tool == "actions-lock").and_then(|one| one.document.clone())
    else {
        return;
    };
    let root = document.root();
    let whole: BTreeSet<&str> = root
        .get("dependencies")
        .map(Node::entries)
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| ENTRY.iter().all(|key| entry.value.get(key).is_some()))
        .filter_map(|entry| entry.key.scalar())
        .collect();
    let workflows: BTreeMap<&str, BTreeSet<&str>> = root
        .get("workflows")
        .map(Node::entries)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entry| Some((entry.key.scalar()?, entry.value.items().filter_map(Node::scalar).collect())))
        .collect();
    for link in facts.links::<Action>() {
        let fact = &facts[link];
        let Some(listed) = workflows.get(&*fact.header.path) else { continue };
        let Some(name) = key(&fact.uses) else { continue };
        let is_listed = listed.contains(name.as_str()) && whole.contains(name.as_str());
        let place = fact.reference.span;
        let fact = &mut facts[link];
        fact.listed = Value { span: place, ..Value::derived(is_listed) };
        if is_listed {
            fact.level.state = State::Known(Count(Level::Content.number()));
        }
    }
}

/// The name under which the lockfile lists an action: its repository and its reference. How it lists reusable
/// workflows is not known here.
fn key(uses: &str) -> Option<String> {
    let action::Uses::Remote(remote) = action::parse(uses) else { return None };
    if remote.action.contains("/.github/workflows/") {
        return None;
    }
    let repository: Vec<&str> = remote.action.split('/').take(2).collect();
    Some(format!("{}@{}", repository.join("/"), remote.reference?))
}
