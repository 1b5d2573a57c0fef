//! Places that hold what nothing asks for: `npm ci` looks at versions, never at names.

use std::collections::HashMap;

use super::compare::Compared;
use super::overrides::replaced;
use crate::derive::lock::Outcome;
use crate::derive::lock::unasked::Found;
use crate::facts::{Link, LockedPackage};

impl Compared<'_, '_> {
    /// Notes them.
    pub(super) fn unasked(&self, facts: &[(usize, Link<LockedPackage>)], outcome: &mut Outcome) {
        let nodes = &self.tree.nodes;
        let mut asked: HashMap<usize, Vec<&str>> = HashMap::new();
        for (from, node) in nodes.iter().enumerate() {
            for edge in &node.edges {
                if let Some(to) = edge.to {
                    let texts = asked.entry(to).or_default();
                    texts.push(edge.text);
                    let replaced = self.rule(from, edge).map(|rule| replaced(rule, edge, &[self.root]));
                    texts.extend(replaced.and_then(Result::ok));
                }
            }
        }
        for (index, link) in facts {
            let (node, fact) = (&nodes[*index], &self.seen.facts[*link]);
            let Some(place) = node.place.filter(|place| !place.is_bundled) else { continue };
            let Some(texts) = asked.get(index) else { continue };
            let found = Found { link: *link, fact, sought: node.name, span: place.span };
            outcome.unasked.extend(found.unasked(texts.iter().copied()));
        }
    }
}
