//! The outcome of an expression: a literal, a text in pieces, one of several, or unknown.

use super::evaluate::ALTERNATIVES;
use crate::source::Span;
use crate::syntax::{Node, Style};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// Something about a resource of the same template.
    Resource {
        /// The resource's logical name.
        id: String,
        /// The attribute; `None` for what `Ref` gives.
        attribute: Option<String>,
    },
    /// What only the deployment knows.
    Unknown {
        /// How it is written: `${AWS::Region}`.
        written: String,
        /// Why it is not known.
        reason: String,
    },
}

/// What an expression comes to.
#[derive(Debug, Clone)]
pub(crate) enum Term<'d> {
    /// Nothing: `AWS::NoValue`, or not written.
    Absent,
    /// A literal scalar, or a list or map whose parts are not worked out yet.
    Node(Node<'d>),
    /// A text that was put together.
    Text(Vec<Piece>),
    /// A list that was put together.
    List(Vec<Self>),
    /// One of these; never one of its own kind.
    OneOf(Vec<Self>),
    /// It cannot be known, for this reason.
    Unknown(String),
}

impl<'d> Term<'d> {
    /// A literal text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(vec![Piece::Text(text.into())])
    }

    /// A text of pieces, neighbouring literals joined.
    pub(crate) fn pieces(pieces: Vec<Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Text(text)) if text.is_empty() => {}
                (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
                (_, piece) => joined.push(piece),
            }
        }
        if joined.is_empty() {
            joined.push(Piece::Text(String::new()));
        }
        Self::Text(joined)
    }

    /// One of several; unknown when they are too many.
    pub(crate) fn one_of(terms: Vec<Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for term in terms {
            match term {
                Self::OneOf(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > ALTERNATIVES {
            return Self::Unknown("it may have too many values".to_owned());
        }
        if flat.len() == 1 {
            return flat.remove(0);
        }
        if flat.is_empty() { Self::Absent } else { Self::OneOf(flat) }
    }

    /// The place of a literal scalar without its quotes, of anything else in the source as it stands.
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::Node(node) => Some(scalar_span(*node)),
            _ => None,
        }
    }

    /// All terms it may be.
    pub(crate) fn possible(&self) -> &[Self] {
        match self {
            Self::OneOf(terms) => terms,
            other => std::slice::from_ref(other),
        }
    }

    /// The resources that its text names, in order.
    pub(crate) fn resources(&self) -> Vec<&str> {
        let mut named = Vec::new();
        for term in self.possible() {
            let Self::Text(pieces) = term else { continue };
            named.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Resource { id, .. } => Some(id.as_str()),
                _ => None,
            }));
        }
        named
    }
}

/// The place of a scalar's own text, or of a list or map whole.
pub(crate) fn scalar_span(node: Node<'_>) -> Span {
    if node.scalar().is_some() && node.style() == Style::Quoted { node.inner_span() } else { node.span() }
}

/// The texts a term may be, each in pieces; nothing at all for an absent one.
pub(crate) fn alternatives(term: &Term<'_>) -> Vec<Vec<Piece>> {
    match term {
        Term::Absent => vec![Vec::new()],
        Term::Node(node) => vec![vec![match node.scalar() {
            Some(text) => Piece::Text(text.to_owned()),
            None => unknown("it is not a string"),
        }]],
        Term::Text(pieces) => vec![pieces.clone()],
        Term::List(_) => vec![vec![unknown("it is a list")]],
        Term::OneOf(terms) => terms.iter().flat_map(alternatives).collect(),
        Term::Unknown(reason) => vec![vec![unknown(reason)]],
    }
}

fn unknown(reason: &str) -> Piece {
    Piece::Unknown { written: "${...}".to_owned(), reason: reason.to_owned() }
}

/// Pieces as people write them: `arn:aws:sqs:${AWS::Region}:...`.
pub(crate) fn written(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Resource { id, attribute: None } => text.push_str(&format!("${{{id}}}")),
            Piece::Resource { id, attribute: Some(attribute) } => text.push_str(&format!("${{{id}.{attribute}}}")),
            Piece::Unknown { written, .. } => text.push_str(written),
        }
    }
    text
}
