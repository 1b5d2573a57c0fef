//! Tokens of an expression to a tree. It knows the grammar of CEL and no field.

use std::ops::Range;

use super::lex::{self, Kind, Token};
use super::{Fault, MAX_LENGTH, MAX_NESTING};

/// A part of an expression with its place.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) range: Range<usize>,
    pub(super) node: Node,
    height: usize,
}

/// What a part of an expression is.
#[derive(Debug)]
pub(super) enum Node {
    Int(i64),
    Text(String),
    Bool(bool),
    List(Vec<Tree>),
    Name(String),
    Field {
        of: Box<Tree>,
        name: Word,
    },
    Call {
        of: Option<Box<Tree>>,
        name: Word,
        arguments: Vec<Tree>,
    },
    Not(Box<Tree>),
    Negate(Box<Tree>),
    /// Terms joined with `&&`.
    And(Vec<Tree>),
    /// Terms joined with `||`.
    Or(Vec<Tree>),
    Binary {
        operator: Operator,
        place: Range<usize>,
        sides: Box<[Tree; 2]>,
    },
    /// Condition, then, else.
    Choose(Box<[Tree; 3]>),
}

/// A name with its place.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Operators with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Operators by how tightly they bind, loosest first.
const LEVELS: [&[(&str, Operator)]; 3] = [
    &[
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("in", Operator::In),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Tree, Fault> {
    if text.len() > MAX_LENGTH {
        let message = format!("the expression has {} bytes, more than {MAX_LENGTH}", text.len());
        return Err(Fault::new(0..text.len(), message).help("split the rule, or ask for a field that says it"));
    }
    let mut parser = Parser { tokens: lex::tokens(text)?, at: 0, depth: 0 };
    let tree = parser.expression()?;
    match parser.token() {
        Token { kind: Kind::End, .. } => Ok(tree),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn advance(&mut self) -> Range<usize> {
        let range = self.token().range.clone();
        self.at += 1;
        range
    }

    fn is(&self, sign: &str) -> bool {
        match &self.token().kind {
            Kind::Sign(found) => *found == sign,
            Kind::Name(word) => sign == "in" && word == sign,
            _ => false,
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<Range<usize>, Fault> {
        if self.is(sign) { Ok(self.advance()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let Token { kind, range } = self.token();
        let found = match kind {
            Kind::End => "the expression ends".to_owned(),
            Kind::Int(_) => "a number stands".to_owned(),
            Kind::Text(_) => "a text stands".to_owned(),
            Kind::Name(word) => format!("`{word}` stands"),
            Kind::Sign(sign) => format!("`{sign}` stands"),
        };
        let fault = Fault::new(range.clone(), format!("{found} where {wanted} is expected"));
        match kind {
            Kind::Name(word) if word.eq_ignore_ascii_case("and") => fault.help("write `&&`"),
            Kind::Name(word) if word.eq_ignore_ascii_case("or") => fault.help("write `||`"),
            _ if self.follows_not() => fault.help("write `!`"),
            _ => fault,
        }
    }

    fn follows_not(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| matches!(&token.kind, Kind::Name(word) if word == "not"))
    }

    fn too_deep(range: Range<usize>) -> Fault {
        Fault::new(range, format!("the expression is nested more than {MAX_NESTING} deep")).help("split the rule")
    }

    fn descend(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MAX_NESTING { Err(Self::too_deep(self.token().range.clone())) } else { Ok(()) }
    }

    /// `condition ? then : else`, or what binds tighter.
    fn expression(&mut self) -> Result<Tree, Fault> {
        self.descend()?;
        let condition = self.joined("||")?;
        let tree = if self.take("?") {
            let then = self.expression()?;
            self.expect(":")?;
            let otherwise = self.expression()?;
            let range = condition.range.start..otherwise.range.end;
            Self::tree(range, Node::Choose(Box::new([condition, then, otherwise])))?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(tree)
    }

    /// Terms joined with `||`, each of them terms joined with `&&`.
    fn joined(&mut self, sign: &str) -> Result<Tree, Fault> {
        let is_or = sign == "||";
        let first = if is_or { self.joined("&&")? } else { self.binary(0)? };
        if !self.is(sign) {
            return Ok(first);
        }
        let mut terms = vec![first];
        while self.take(sign) {
            terms.push(if is_or { self.joined("&&")? } else { self.binary(0)? });
        }
        let range = terms[0].range.start..terms[terms.len() - 1].range.end;
        Self::tree(range, if is_or { Node::Or(terms) } else { Node::And(terms) })
    }

    fn binary(&mut self, level: usize) -> Result<Tree, Fault> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.is(sign)) {
            let place = self.advance();
            let right = self.binary(level + 1)?;
            let range = left.range.start..right.range.end;
            left = Self::tree(range, Node::Binary { operator: *operator, place, sides: Box::new([left, right]) })?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Tree, Fault> {
        let start = self.token().range.start;
        let negative = self.is("-");
        if !negative && !self.is("!") {
            return self.member();
        }
        self.advance();
        if negative && let Kind::Int(value) = self.token().kind {
            let range = start..self.advance().end;
            let value = 0_i64.checked_sub_unsigned(value).expect("the lexer lets no more than 2^63 pass");
            let tree = Self::tree(range, Node::Int(value))?;
            return self.members(tree);
        }
        self.descend()?;
        let of = self.unary()?;
        self.depth -= 1;
        let range = start..of.range.end;
        Self::tree(range, if negative { Node::Negate(Box::new(of)) } else { Node::Not(Box::new(of)) })
    }

    fn member(&mut self) -> Result<Tree, Fault> {
        let tree = self.primary()?;
        self.members(tree)
    }

    /// What follows with a dot: fields and methods.
    fn members(&mut self, mut tree: Tree) -> Result<Tree, Fault> {
        loop {
            if self.is("[") {
                let fault = Fault::new(self.token().range.clone(), "items of a list have no numbers here");
                return Err(fault.help("ask about all of them: `list.exists(item, ...)`, `list.all(item, ...)`"));
            }
            if !self.take(".") {
                return Ok(tree);
            }
            let range = self.token().range.clone();
            let Kind::Name(text) = self.token().kind.clone() else {
                return Err(self.unexpected("the name of a field"));
            };
            self.advance();
            let name = Word { text, range };
            let start = tree.range.start;
            tree = if self.is("(") {
                let (arguments, end) = self.arguments()?;
                Self::tree(start..end, Node::Call { of: Some(Box::new(tree)), name, arguments })?
            } else {
                let end = name.range.end;
                Self::tree(start..end, Node::Field { of: Box::new(tree), name })?
            };
        }
    }

    fn primary(&mut self) -> Result<Tree, Fault> {
        let Token { kind, range } = self.token().clone();
        match kind {
            Kind::Int(value) => {
                let value =
                    i64::try_from(value).map_err(|_| Fault::new(range.clone(), "this number does not fit 64 bits"))?;
                self.advance();
                Self::tree(range, Node::Int(value))
            }
            Kind::Text(text) => {
                self.advance();
                Self::tree(range, Node::Text(text))
            }
            Kind::Name(word) => self.name(word, range),
            Kind::Sign("(") => {
                self.advance();
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Kind::Sign("[") => {
                self.advance();
                let (items, end) = self.list("]")?;
                Self::tree(range.start..end, Node::List(items))
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn name(&mut self, word: String, range: Range<usize>) -> Result<Tree, Fault> {
        match word.as_str() {
            "true" | "false" => {
                self.advance();
                Self::tree(range, Node::Bool(word == "true"))
            }
            "in" => Err(self.unexpected("a value")),
            "null" => Err(Fault::new(range, "there is no `null` here")
                .help("`has(x.field)` asks whether a value is there; no guard is needed, see docs/rule-language.md")),
            _ => {
                self.advance();
                if !self.is("(") {
                    return Self::tree(range, Node::Name(word));
                }
                let (arguments, end) = self.arguments()?;
                let start = range.start;
                Self::tree(start..end, Node::Call { of: None, name: Word { text: word, range }, arguments })
            }
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Tree>, usize), Fault> {
        self.expect("(")?;
        self.list(")")
    }

    fn list(&mut self, close: &str) -> Result<(Vec<Tree>, usize), Fault> {
        let mut items = Vec::new();
        loop {
            if self.is(close) {
                return Ok((items, self.advance().end));
            }
            items.push(self.expression()?);
            if !self.take(",") {
                return Ok((items, self.expect(close)?.end));
            }
        }
    }

    fn tree(range: Range<usize>, node: Node) -> Result<Tree, Fault> {
        let height = 1 + match &node {
            Node::Int(_) | Node::Text(_) | Node::Bool(_) | Node::Name(_) => 0,
            Node::List(items) | Node::And(items) | Node::Or(items) => highest(items),
            Node::Field { of, .. } | Node::Not(of) | Node::Negate(of) => of.height,
            Node::Call { of, arguments, .. } => highest(arguments).max(of.as_ref().map_or(0, |of| of.height)),
            Node::Binary { sides, .. } => highest(&sides[..]),
            Node::Choose(parts) => highest(&parts[..]),
        };
        if height > MAX_NESTING { Err(Self::too_deep(range)) } else { Ok(Tree { range, node, height }) }
    }
}

fn highest(trees: &[Tree]) -> usize {
    trees.iter().map(|tree| tree.height).max().unwrap_or(0)
}
