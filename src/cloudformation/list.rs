//! The functions that take lists apart and put them together: `Join`, `FindInMap`, `Select`, `Length`, `Split`.

use super::evaluate::{ALTERNATIVES, Evaluator, known_texts, malformed};
use super::substitute::append;
use super::term::{Piece, Term, alternatives};
use crate::syntax::Node;

impl<'d> Evaluator<'d> {
    pub(super) fn join(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let mut arguments = node.items();
        let (Some(delimiter), Some(list)) = (arguments.next(), arguments.next()) else { return malformed("Join") };
        let Some(delimiter) = delimiter.scalar().or_else(|| delimiter.is_null().then_some("")) else {
            return malformed("Join");
        };
        let items = match self.eval(list, depth + 1) {
            Term::Node(list) if list.is_list() => list.items().map(|item| self.eval(item, depth + 1)).collect(),
            Term::List(items) => items,
            Term::Unknown(reason) => return Term::Unknown(reason),
            _ => return Term::Unknown("the list it joins is not known".to_owned()),
        };
        let mut built: Vec<Vec<Piece>> = vec![Vec::new()];
        for (index, item) in items.iter().filter(|item| !matches!(item, Term::Absent)).enumerate() {
            if index > 0 {
                append(&mut built, &[vec![Piece::Text(delimiter.to_owned())]]);
            }
            if !append(&mut built, &alternatives(item)) {
                return Term::Unknown("it may have too many values".to_owned());
            }
        }
        Term::one_of(built.into_iter().map(Term::pieces).collect())
    }

    pub(super) fn find_in_map(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let arguments: Vec<Node<'d>> = node.items().take(4).collect();
        let [map, first, second, options @ ..] = arguments.as_slice() else { return malformed("FindInMap") };
        let keys = |node: &Node<'d>| known_texts(&self.eval(*node, depth + 1));
        let Some(names) = keys(map) else { return Term::Unknown("which mapping it reads is not known".to_owned()) };
        let (first, second) = (keys(first), keys(second));
        let certain = first.is_some() && second.is_some();
        let mut found = Vec::new();
        for name in &names {
            let Some(mapping) = self.declared("Mappings", name) else { continue };
            for row in chosen(mapping, first.as_deref()) {
                found.extend(chosen(row, second.as_deref()));
            }
        }
        let default = options.first().and_then(|options| options.get("DefaultValue"));
        let default = default.filter(|_| found.is_empty() || !certain).map(|default| self.eval(default, depth + 1));
        let found = found.into_iter().take(ALTERNATIVES + 1).map(|node| self.untagged(node, depth + 1));
        let possible: Vec<Term<'d>> = found.chain(default).collect();
        match possible.as_slice() {
            [] if certain => Term::Unknown("the mapping has no such entry".to_owned()),
            [] => Term::Unknown("the key it reads is not known".to_owned()),
            _ => Term::one_of(possible),
        }
    }

    pub(super) fn select(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let mut arguments = node.items();
        let (Some(index), Some(list)) = (arguments.next(), arguments.next()) else { return malformed("Select") };
        let index = known_texts(&self.eval(index, depth + 1));
        let Some(index) = index.as_deref().and_then(|texts| match texts {
            [text] => text.parse::<usize>().ok(),
            _ => None,
        }) else {
            return Term::Unknown("which item it selects is not known".to_owned());
        };
        let items = match self.eval(list, depth + 1) {
            Term::Node(list) if list.is_list() => list.items().nth(index).map(|item| self.eval(item, depth + 1)),
            Term::List(items) => items.into_iter().nth(index),
            Term::Unknown(reason) => return Term::Unknown(reason),
            _ => return Term::Unknown("the list it selects from is not known".to_owned()),
        };
        items.unwrap_or_else(|| Term::Unknown("the list it selects from is shorter".to_owned()))
    }

    pub(super) fn length(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let count = match self.eval(node, depth + 1) {
            Term::Node(list) if list.is_list() => list.items().count(),
            Term::List(items) => items.len(),
            Term::Unknown(reason) => return Term::Unknown(reason),
            _ => return Term::Unknown("the list whose length it takes is not known".to_owned()),
        };
        Term::text(count.to_string())
    }

    pub(super) fn split(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let mut arguments = node.items();
        let (Some(delimiter), Some(text)) = (arguments.next().and_then(Node::scalar), arguments.next()) else {
            return malformed("Split");
        };
        match known_texts(&self.eval(text, depth + 1)).as_deref() {
            Some([text]) if !delimiter.is_empty() => Term::List(text.split(delimiter).map(Term::text).collect()),
            _ => Term::Unknown("the text it splits is not known".to_owned()),
        }
    }
}

fn chosen<'d>(map: Node<'d>, keys: Option<&[String]>) -> Vec<Node<'d>> {
    match keys {
        Some(keys) => keys.iter().filter_map(|key| map.get(key)).collect(),
        None => map.entries().into_iter().map(|entry| entry.value).collect(),
    }
}
