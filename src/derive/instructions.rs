//! Tasks that documents tell people to run: whether they exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::task::MORE;
use crate::facts::{Facts, Instruction, Link};
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// Tells for each task that a document names whether it exists.
pub(super) fn look_up(facts: &mut Facts) {
    let mut tasks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for task in &facts.tasks {
        tasks.entry(task.header.path.to_string()).or_default().insert(task.task.clone());
    }
    // What a part of the repository is told to run may be meant from its directory.
    let elsewhere: BTreeSet<(String, String)> =
        facts.tasks.iter().map(|task| (path::file_name(&task.header.path).to_owned(), task.task.clone())).collect();
    let is_elsewhere = |fact: &Instruction| {
        fact.files.iter().any(|file| elsewhere.contains(&(path::file_name(file).to_owned(), fact.task.clone())))
    };
    for link in facts.links::<Instruction>() {
        let fact = &mut facts[link];
        let Some(known) = fact.files.iter().find_map(|file| tasks.get(file)) else { continue };
        fact.exists = match known.contains(&fact.task) {
            true => Value::derived(true),
            false if known.contains(MORE) => Value::unknown("the file takes in others", None),
            false if is_elsewhere(fact) => Value::unknown("a file of another directory has it", None),
            false => Value::derived(false),
        };
    }
    join(facts);
}

/// A command that names several tasks which do not exist is told once. Where it goes on with more of them behind one that
/// exists, it has gone on in words.
fn join(facts: &mut Facts) {
    let mut commands: BTreeMap<(Arc<str>, Span), Vec<Link<Instruction>>> = BTreeMap::new();
    for (link, fact) in facts.all::<Instruction>().filter(|(_, fact)| fact.exists.known().is_some()) {
        commands.entry((Arc::clone(&fact.header.path), fact.header.span)).or_default().push(link);
    }
    for links in commands.into_values() {
        let missing: Vec<_> =
            links.iter().copied().filter(|link| facts[*link].exists.known() == Some(&false)).collect();
        if missing.len() > 2 && !missing.contains(&links[0]) {
            for link in missing {
                facts[link].exists = Value::unknown("the line goes on in words", None);
            }
        } else if let [first, others @ ..] = missing.as_slice() {
            for other in others {
                let more = format!(", {}", facts[*other].task);
                facts[*first].task.push_str(&more);
                facts[*other].exists = Value::absent();
            }
        }
    }
}
