//! Whether the parts of a tree are of the kinds that its format wants.
//!
//! A format lists its parts by their paths; what stands there and is of another kind is a misfit, with its place.

use super::{Kind, Node};
use crate::source::Span;

/// What may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A map.
    Map,
    /// A list.
    List,
    /// A map or a list.
    MapOrList,
    /// A map or a text.
    MapOrText,
}

/// A part of a format: the keys that lead there, `*` for any and none for the whole, and what may stand there.
pub type Part = (&'static [&'static str], Shape);

/// A part of the wrong kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Where it stands.
    pub span: Span,
    /// What is wrong, in a phrase: "`Globals` is a number, not a map".
    pub explanation: String,
}

/// The parts below a node that are of the wrong kind. What is null, or open to what is filled in later, is passed over.
pub fn misfits(root: Node<'_>, parts: &[Part], is_open: &dyn Fn(Node<'_>) -> bool) -> Vec<Misfit> {
    let mut found = Vec::new();
    for (path, shape) in parts {
        look(root, path, *shape, String::new(), is_open, &mut found);
    }
    found.sort_by_key(|misfit| misfit.span.range().start);
    found.dedup_by_key(|misfit| misfit.span);
    found
}

fn look(
    node: Node<'_>,
    path: &[&str],
    shape: Shape,
    name: String,
    is_open: &dyn Fn(Node<'_>) -> bool,
    found: &mut Vec<Misfit>,
) {
    if node.is_null() || is_open(node) {
        return;
    }
    let Some((key, rest)) = path.split_first() else {
        if !shape.fits(node.kind()) {
            let name = if name.is_empty() { "it".to_owned() } else { format!("`{name}`") };
            let explanation = format!("{name} is {}, not {}", words(node.kind()), shape.words());
            found.push(Misfit { span: node.span(), explanation });
        }
        return;
    };
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    if *key != "*" {
        if let Some(value) = node.get(key) {
            look(value, rest, shape, below(key), is_open, found);
        }
        return;
    }
    for entry in node.own_entries() {
        // Functions that make entries are no entries.
        let Some(key) = entry.key.scalar().filter(|key| !key.starts_with("Fn::") && *key != "<<") else { continue };
        look(entry.value, rest, shape, below(key), is_open, found);
    }
}

impl Shape {
    fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Map => kind == Kind::Map,
            Self::List => kind == Kind::List,
            Self::MapOrList => matches!(kind, Kind::Map | Kind::List),
            Self::MapOrText => matches!(kind, Kind::Map | Kind::Text),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Map => "a map",
            Self::List => "a list",
            Self::MapOrList => "a map or a list",
            Self::MapOrText => "a map or a name",
        }
    }
}

/// A kind in words.
fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Bool => "true or false",
        Kind::Int | Kind::Float => "a number",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Map => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::yaml;

    #[test]
    fn parts_of_the_wrong_kind() {
        const PARTS: &[Part] =
            &[(&[], Shape::Map), (&["a"], Shape::Map), (&["a", "*"], Shape::List), (&["b"], Shape::MapOrText)];
        for (text, expected) in [
            ("a: 7", "`a` is a number, not a map"),
            ("a: []", "`a` is a list, not a map"),
            ("a: {x: {}, y: [], z: text}", "`a.x` is a map, not a list; `a.z` is a text, not a list"),
            ("a: {x: \"${open}\"}", ""),
            ("a:", ""),
            ("b: name", ""),
            ("b: 3", "`b` is a number, not a map or a name"),
            ("[]", "it is a list, not a map"),
        ] {
            let document = yaml::parse(SourceId::FIRST, &text.into()).expect("the text of a test parses");
            let is_open = |node: Node<'_>| node.scalar().is_some_and(|text| text.contains("${"));
            let found = misfits(document.root(), PARTS, &is_open);
            let found: Vec<String> = found.into_iter().map(|misfit| misfit.explanation).collect();
            assert_eq!(found.join("; "), expected, "{text}");
        }
    }
}
