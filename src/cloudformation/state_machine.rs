//! State machines of Step Functions: the functions that their definitions name.

use std::collections::BTreeMap;

use super::Stack;
use super::caller::Call;
use super::evaluate::is_expression;
use super::event::blank;
use super::resource::Resource;
use super::term::{Piece, Term, alternatives, written};
use crate::facts::{Lambda, Link};
use crate::source::Span;
use crate::syntax::Node;

/// The functions that a state machine calls.
pub(super) fn calls<'d>(stack: &Stack<'d>, resource: &Resource<'d>) -> Vec<Call> {
    const KEYS: &[&str] = &["Definition", "DefinitionString", "DefinitionSubstitutions"];
    let own = resource.node.get("Properties");
    let definitions = KEYS.iter().filter_map(|key| own?.get(key)).collect();
    let call = |(function, span): (Link<Lambda>, Span)| {
        let name = format!("{}/{}", resource.id, stack.facts[function].logical_name);
        (blank(stack, &name, span, "sfn", "sync"), function)
    };
    stack.functions_in(definitions).into_iter().map(call).collect()
}

impl<'d> Stack<'d> {
    /// The functions that stand in a definition: by reference, by ARN, as the `FunctionName` of a call. Each with the
    /// place where it is named.
    pub(crate) fn functions_in(&self, definitions: Vec<Node<'d>>) -> BTreeMap<Link<Lambda>, Span> {
        let mut found = BTreeMap::new();
        let mut pending: Vec<(Node<'d>, bool)> = definitions.into_iter().map(|node| (node, false)).collect();
        while let Some((node, is_name)) = pending.pop() {
            let is_text = node.scalar().is_some_and(|text| is_name || text.contains("${") || text.contains(FUNCTION));
            if !is_text && !is_expression(node) {
                pending.extend(node.items().map(|item| (item, false)));
                let named = |key: Node<'_>| key.scalar() == Some("FunctionName");
                pending.extend(node.own_entries().map(|entry| (entry.value, named(entry.key))));
                continue;
            }
            for function in self.functions_named(&self.term(node), is_name) {
                found.entry(function).or_insert_with(|| node.span());
            }
        }
        found
    }

    /// All functions that a text names; the whole of it is a name where one is asked for.
    fn functions_named(&self, term: &Term<'d>, is_name: bool) -> Vec<Link<Lambda>> {
        let by_reference = term.resources().into_iter().filter_map(|id| {
            self.function_of(&Term::Text(vec![Piece::Resource { id: id.to_owned(), attribute: None }]))
        });
        let texts: Vec<String> = alternatives(term).iter().map(|pieces| written(pieces)).collect();
        let arns = texts.iter().flat_map(|text| text.match_indices(FUNCTION).map(|(at, _)| &text[at..]));
        let by_arn = arns.filter_map(|arn| {
            let name = arn[FUNCTION.len()..].split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').next()?;
            self.deployed_as(name)
        });
        let by_name = texts.iter().filter(|_| is_name).filter_map(|text| self.deployed_as(text));
        by_reference.chain(by_arn).chain(by_name).collect()
    }
}

/// What stands before the name in the ARN of a function.
const FUNCTION: &str = ":function:";
