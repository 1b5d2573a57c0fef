//! Actions that build images: what they call them, and the Dockerfiles they build.

use super::expression::Lookup;
use crate::lock_use::{Images, dockerfile};
use crate::syntax::Node;

/// Whether an action keeps what it makes on the machine: docker/build-push-action pushes only where it is told to (its manual, read 2026-12-01).
pub(super) fn is_kept(action: &str, with: Option<Node<'_>>) -> bool {
    let input = |name: &str| with.and_then(|with| with.get(name));
    match input("push") {
        Some(push) => push.bool() == Some(false),
        None => {
            let outputs = input("outputs").and_then(Node::text).unwrap_or("");
            let sends = ["registry", "push", "${{"].iter().any(|word| outputs.contains(word));
            action.eq_ignore_ascii_case("docker/build-push-action") && !sends
        }
    }
}

/// What an action makes; `None` for others.
pub(super) fn images<'d>(action: &str, with: Option<Node<'d>>, lookup: &Lookup<'d>) -> Option<Images> {
    let input = |name: &str| with.and_then(|with| with.get(name));
    let lines = |name: &str| {
        let text = input(name).and_then(Node::text).unwrap_or("");
        text.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
    };
    match action.to_ascii_lowercase().as_str() {
        // What it makes stands in a file of its own.
        "docker/bake-action" => Some(Images { files: vec!["$".to_owned()], ..Images::default() }),
        "docker/metadata-action" => Some(Images { builds: lines("images"), ..Images::default() }),
        "docker/build-push-action" => {
            // What only the run tells stays an expression.
            let texts = |name: &str| -> Vec<String> {
                let Some(node) = input(name) else { return Vec::new() };
                let known = lookup.values(node).map(|values| values.into_iter().map(|stated| stated.text).collect());
                known.unwrap_or_else(|_| node.scalar().map(ToOwned::to_owned).into_iter().collect())
            };
            let (named, contexts) = (texts("file"), texts("context"));
            let files = match named.is_empty() {
                false => named,
                true if contexts.is_empty() => vec![dockerfile(None, "")],
                true => contexts.iter().map(|context| dockerfile(None, context)).collect(),
            };
            Some(Images { builds: lines("tags"), files, ..Images::default() })
        }
        _ => None,
    }
}
