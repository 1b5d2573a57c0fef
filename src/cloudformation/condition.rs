//! Conditions of a template: true, false, or not to be decided from the template.

use super::evaluate::{Evaluator, known_texts, long_form};
use crate::syntax::Node;

/// Conditions nested deeper than this, or in a circle, are not decided.
const DEPTH: u8 = 32;

impl<'d> Evaluator<'d> {
    /// Whether the condition of a name holds; `None` when that cannot be decided.
    pub(super) fn condition(&self, name: &str, depth: u8) -> Option<bool> {
        self.decide(self.declared("Conditions", name)?, depth)
    }

    /// Whether the call of a condition function holds.
    pub(super) fn holds(&self, argument: Node<'d>, function: &str, depth: u8) -> Option<bool> {
        if depth > DEPTH || !self.step() {
            return None;
        }
        match function {
            "Condition" => self.condition(argument.scalar()?, depth + 1),
            "Not" => self.decide(argument.items().next()?, depth + 1).map(|answer| !answer),
            "And" => all(argument.items().map(|item| self.decide(item, depth + 1)), true),
            "Or" => all(argument.items().map(|item| self.decide(item, depth + 1)), false),
            "Equals" => {
                let mut items = argument.items();
                let left = known_texts(&self.eval(items.next()?, depth + 1))?;
                let right = known_texts(&self.eval(items.next()?, depth + 1))?;
                equal(&left, &right)
            }
            _ => None,
        }
    }

    fn decide(&self, node: Node<'d>, depth: u8) -> Option<bool> {
        if let Some(function) = node.tag().and_then(|tag| tag.strip_prefix('!')) {
            return self.holds(node, function, depth);
        }
        if let Some((function, argument)) = long_form(node) {
            return self.holds(argument, function, depth);
        }
        match node.get("Condition") {
            Some(name) if depth <= DEPTH => self.condition(name.scalar()?, depth + 1),
            Some(_) => None,
            None => node.scalar().and_then(|text| text.parse().ok()),
        }
    }
}

/// Kleene's conjunction (`unit` true) or disjunction (`unit` false).
fn all(answers: impl Iterator<Item = Option<bool>>, unit: bool) -> Option<bool> {
    let mut certain = true;
    for answer in answers {
        match answer {
            Some(answer) if answer != unit => return Some(answer),
            Some(_) => {}
            None => certain = false,
        }
    }
    certain.then_some(unit)
}

fn equal(left: &[String], right: &[String]) -> Option<bool> {
    let same = left.iter().flat_map(|left| right.iter().map(move |right| left == right));
    let (mut any, mut every) = (false, true);
    for is_same in same {
        any |= is_same;
        every &= is_same;
    }
    match (any, every) {
        (true, true) => Some(true),
        (false, _) => Some(false),
        _ => None,
    }
}
