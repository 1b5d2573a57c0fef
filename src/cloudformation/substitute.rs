//! `Sub`: texts with names of parameters and resources in them.

use super::evaluate::{ALTERNATIVES, Evaluator, malformed};
use super::term::{Piece, Term, alternatives, written};
use crate::syntax::Node;

impl<'d> Evaluator<'d> {
    pub(super) fn substitute(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        if node.scalar().is_some() {
            return self.fill_text(node, None, depth);
        }
        let mut items = node.items();
        match (items.next().filter(|text| text.scalar().is_some()), items.next()) {
            (Some(text), map) => self.fill_text(text, map, depth),
            (None, _) => malformed("Sub"),
        }
    }

    /// The text at a node, after another front end has filled in its own variables.
    fn fill_text(&self, node: Node<'d>, map: Option<Node<'d>>, depth: u8) -> Term<'d> {
        match self.filled(node).map(|term| alternatives(&term)).as_deref() {
            None => self.fill(node.scalar().unwrap_or_default(), map, depth),
            Some([pieces]) => self.fill(&written(pieces), map, depth),
            Some(_) => Term::Unknown("it may have many values".to_owned()),
        }
    }

    fn fill(&self, template: &str, map: Option<Node<'d>>, depth: u8) -> Term<'d> {
        let mut built: Vec<Vec<Piece>> = vec![Vec::new()];
        let mut rest = template;
        while let Some(start) = rest.find("${") {
            append(&mut built, &[vec![Piece::Text(rest[..start].to_owned())]]);
            let after = &rest[start + 2..];
            let Some(end) = after.find('}') else {
                rest = &rest[start..];
                break;
            };
            let name = after[..end].trim();
            rest = &after[end + 1..];
            let options = match name.strip_prefix('!') {
                Some(kept) => vec![vec![Piece::Text(format!("${{{kept}}}"))]],
                None => alternatives(&self.placeholder(name, map, depth)),
            };
            if !append(&mut built, &options) {
                return Term::Unknown("it may have too many values".to_owned());
            }
        }
        append(&mut built, &[vec![Piece::Text(rest.to_owned())]]);
        Term::one_of(built.into_iter().map(Term::pieces).collect())
    }

    fn placeholder(&self, name: &str, map: Option<Node<'d>>, depth: u8) -> Term<'d> {
        if let Some(value) = map.and_then(|map| map.get(name)) {
            return self.eval(value, depth + 1);
        }
        let name = self.expand(name);
        match name.split_once('.') {
            Some((id, attribute)) => Term::Text(vec![self.resource(id, Some(attribute))]),
            None => match self.reference(&name, depth + 1) {
                Term::Unknown(reason) => Term::Text(vec![Piece::Unknown { written: format!("${{{name}}}"), reason }]),
                term => term,
            },
        }
    }
}

/// Adds every option to everything built so far; `false` when that is too much.
pub(super) fn append(built: &mut Vec<Vec<Piece>>, options: &[Vec<Piece>]) -> bool {
    if let [only] = options {
        for pieces in built {
            pieces.extend(only.iter().cloned());
        }
        return true;
    }
    if built.len() * options.len() > ALTERNATIVES {
        return false;
    }
    *built = built
        .iter()
        .flat_map(|start| options.iter().map(|option| start.iter().chain(option).cloned().collect()))
        .collect();
    true
}
