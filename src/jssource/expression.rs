//! Tokens to expressions, as far as they are literals, names and calls of names.
//!
//! Total: what is anything else is passed over to its end and kept as it is written.

use std::ops::Range;

use super::token::{Kind, Token};
use crate::literal::{Call, Expression, Key, Literal, Map};

/// Expressions nested deeper than this are passed over.
const DEPTH: usize = 100;

/// Reads expressions from the tokens of a text.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor that stands at a token.
    pub(super) fn new(text: &'t str, tokens: &'t [Token], at: usize) -> Self {
        Self { text, tokens, at }
    }

    /// The token that is next.
    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    /// The text of the token that is next; empty for strings, so that no sign is mistaken.
    pub(super) fn sign(&self) -> &'t str {
        self.sign_at(self.at)
    }

    pub(super) fn sign_at(&self, at: usize) -> &'t str {
        match self.tokens.get(at) {
            Some(token) if matches!(token.kind, Kind::Sign | Kind::Word | Kind::Number) => {
                &self.text[token.start..token.end]
            }
            _ => "",
        }
    }

    /// Takes a sign or word if it is next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let is_next = self.sign() == sign;
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes the word that is next.
    pub(super) fn word(&mut self) -> Option<&'t str> {
        let token = self.peek().filter(|token| token.kind == Kind::Word)?;
        self.at += 1;
        Some(&self.text[token.start..token.end])
    }

    /// Takes the string that is next.
    pub(super) fn string(&mut self) -> Option<String> {
        let token = self.peek().filter(|token| token.kind == Kind::Text)?;
        self.at += 1;
        Some(unescaped(&self.text[token.start + 1..(token.end - 1).max(token.start + 1)]))
    }

    /// Takes the expression that is next, up to what ends it.
    pub(super) fn expression(&mut self) -> Expression {
        self.nested(DEPTH)
    }

    fn nested(&mut self, depth: usize) -> Expression {
        let first = self.at;
        let Some(depth) = depth.checked_sub(1) else { return self.passed_over(first) };
        let Some(mut literal) = self.primary(depth) else { return self.passed_over(first) };
        loop {
            match self.sign() {
                _ if self.is_at_end() => return Expression { literal, place: self.place(first) },
                "as" | "satisfies" => self.pass_type(),
                "!" => self.at += 1,
                "+" => {
                    let left = Expression { literal, place: self.place(first) };
                    self.at += 1;
                    let start = self.at;
                    let Some(right) = self.primary(depth) else { return self.passed_over(first) };
                    let right = Expression { literal: right, place: self.place(start) };
                    match joined(left, right) {
                        Some(pieces) => literal = Literal::Joined(pieces),
                        None => return self.passed_over(first),
                    }
                }
                "*" => {
                    self.at += 1;
                    let right = self.primary(depth);
                    let (Literal::Number(left), Some(Literal::Number(right))) = (&literal, right) else {
                        return self.passed_over(first);
                    };
                    let Some(product) = left.checked_mul(right) else { return self.passed_over(first) };
                    literal = Literal::Number(product);
                }
                _ => return self.passed_over(first),
            }
        }
    }

    /// Whether an expression ends here: at a sign that closes or parts, or with its line.
    fn is_at_end(&self) -> bool {
        match self.peek() {
            None => true,
            Some(token) if token.kind == Kind::Word => {
                token.is_on_new_line && !matches!(self.sign(), "as" | "satisfies" | "in" | "instanceof")
            }
            Some(token) if matches!(token.kind, Kind::Middle | Kind::Tail) => true,
            Some(_) => matches!(self.sign(), "," | ")" | "]" | "}" | ";"),
        }
    }

    fn primary(&mut self, depth: usize) -> Option<Literal> {
        let token = self.peek()?;
        match token.kind {
            Kind::Text => self.string().map(Literal::Text),
            Kind::Number => self.number(),
            Kind::Head => self.template(depth),
            Kind::Word => self.named(depth),
            Kind::Sign => match self.sign() {
                "{" => Some(Literal::Map(self.map(depth))),
                "[" => {
                    self.at += 1;
                    self.list("]", depth).map(Literal::List)
                }
                "(" if !self.is_arrow() => {
                    self.at += 1;
                    let inner = self.nested(depth);
                    self.take(")").then_some(inner.literal)
                }
                "-" => {
                    self.at += 1;
                    match self.number() {
                        Some(Literal::Number(number)) => Some(Literal::Number(-number)),
                        _ => None,
                    }
                }
                _ => None,
            },
            Kind::Middle | Kind::Tail | Kind::Pattern => None,
        }
    }

    fn number(&mut self) -> Option<Literal> {
        let token = self.peek().filter(|token| token.kind == Kind::Number)?;
        let digits = self.text[token.start..token.end].replace('_', "");
        self.at += 1;
        digits.parse().ok().map(Literal::Number)
    }

    /// A template with substitutions.
    fn template(&mut self, depth: usize) -> Option<Literal> {
        let mut pieces = Vec::new();
        loop {
            let token = self.peek()?;
            let closing = match token.kind {
                Kind::Tail => 1,
                Kind::Head | Kind::Middle => 2,
                _ => return None,
            };
            let inner = token.start + 1..(token.end - closing).max(token.start + 1);
            let text = unescaped(self.text.get(inner)?);
            self.at += 1;
            pieces.push(Expression { literal: Literal::Text(text), place: token.start..token.end });
            if token.kind == Kind::Tail {
                return Some(Literal::Joined(pieces));
            }
            pieces.push(self.nested(depth));
        }
    }

    /// A keyword, a dotted name, or a call of one.
    fn named(&mut self, depth: usize) -> Option<Literal> {
        match self.sign() {
            "null" | "undefined" => {
                self.at += 1;
                return Some(Literal::Null);
            }
            "true" | "false" => return self.word().map(|word| Literal::Bool(word == "true")),
            "async" | "function" | "class" | "typeof" | "void" | "delete" | "yield" => return None,
            "new" | "await" => self.at += 1,
            _ => {}
        }
        let start = self.peek()?.start;
        let name = self.dotted()?;
        if self.sign() == "=>" {
            return None;
        }
        let end = self.tokens[self.at - 1].end;
        self.pass_type_arguments();
        if !self.take("(") {
            return Some(Literal::Name(name));
        }
        let arguments = self.list(")", depth)?;
        Some(Literal::Call(Box::new(Call { callee: name, place: start..end, arguments, keywords: Map::default() })))
    }

    /// `a.b.c`, with the signs of TypeScript and of optional chains left out.
    pub(super) fn dotted(&mut self) -> Option<String> {
        let mut name = self.word()?.to_owned();
        loop {
            let before = self.at;
            self.take("!");
            if !(self.take(".") || self.take("?.")) {
                self.at = before;
                return Some(name);
            }
            match self.word() {
                Some(part) => {
                    name.push('.');
                    name.push_str(part);
                }
                None => {
                    self.at = before;
                    return Some(name);
                }
            }
        }
    }

    /// The words up to a token, with dots between.
    pub(super) fn name_until(&self, end: usize) -> String {
        let words = (self.at..end).filter(|at| self.tokens[*at].kind == Kind::Word).map(|at| self.sign_at(at));
        words.collect::<Vec<_>>().join(".")
    }

    /// The arguments that are next, with their parentheses.
    pub(super) fn arguments(&mut self) -> Option<Vec<Expression>> {
        if self.take("(") { self.list(")", DEPTH) } else { None }
    }

    /// The items of a list or of arguments, after what opens it.
    fn list(&mut self, closing: &str, depth: usize) -> Option<Vec<Expression>> {
        let mut items = Vec::new();
        while !self.take(closing) {
            self.peek()?;
            let before = self.at;
            items.push(if self.sign() == "..." { self.passed_over(before) } else { self.nested(depth) });
            self.take(",");
            // A text that does not hold together must not keep us here.
            if self.at == before {
                return None;
            }
        }
        Some(items)
    }

    fn map(&mut self, depth: usize) -> Map {
        let mut map = Map::default();
        self.at += 1;
        while !self.take("}") && self.peek().is_some() {
            let before = self.at;
            if self.take("...") {
                let spread = self.nested(depth);
                map.entries.push((None, spread));
            } else if let Some(entry) = self.entry(depth) {
                map.entries.push(entry);
            } else {
                self.at = before;
                // A method, or a key that is worked out: it may be any.
                let unknown = self.passed_over(before);
                map.entries.push((None, unknown));
            }
            self.take(",");
            if self.at == before {
                break;
            }
        }
        map
    }

    /// `key: value`, `"key": value`, and a name that is its own key.
    fn entry(&mut self, depth: usize) -> Option<(Option<Key>, Expression)> {
        let token = self.peek()?;
        let name = match token.kind {
            Kind::Text => self.string()?,
            Kind::Word | Kind::Number => {
                self.at += 1;
                self.text[token.start..token.end].to_owned()
            }
            _ => return None,
        };
        let place = token.start..token.end;
        let key = Some(Key { name: name.clone(), place: place.clone() });
        if self.take(":") {
            return Some((key, self.nested(depth)));
        }
        let is_shorthand = token.kind == Kind::Word && matches!(self.sign(), "," | "}");
        is_shorthand.then_some((key, Expression { literal: Literal::Name(name), place }))
    }

    /// Whether the parenthesis that is next holds the parameters of an arrow function.
    fn is_arrow(&self) -> bool {
        let mut open = 0_usize;
        for at in self.at..self.tokens.len() {
            match self.sign_at(at) {
                "(" => open += 1,
                ")" => open -= 1,
                _ => {}
            }
            if open == 0 {
                return matches!(self.sign_at(at + 1), "=>" | ":");
            }
        }
        false
    }

    /// `<A, B>` before the arguments of a call.
    fn pass_type_arguments(&mut self) {
        if self.sign() != "<" {
            return;
        }
        let before = self.at;
        let mut open = 0_usize;
        while self.peek().is_some() {
            match self.sign() {
                "<" => open += 1,
                ">" => open -= 1,
                ";" | "{" | "&&" | "||" => break,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
        if open > 0 || self.sign() != "(" {
            self.at = before;
        }
    }

    /// The type after `as` or `satisfies`, or after a colon.
    pub(super) fn pass_type(&mut self) {
        self.at += 1;
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match self.sign() {
                "<" | "(" | "[" | "{" => open += 1,
                ">" | ")" | "]" | "}" if open > 0 => open -= 1,
                "," | ";" | "=" | ")" | "]" | "}" if open == 0 => return,
                _ if open == 0 && token.is_on_new_line && token.kind == Kind::Word => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Passes over the rest of an expression that began at token `first`.
    fn passed_over(&mut self, first: usize) -> Expression {
        self.at = first;
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match self.sign() {
                "(" | "[" | "{" => open += 1,
                ")" | "]" | "}" if open > 0 => open -= 1,
                "," | ")" | "]" | "}" | ";" if open == 0 => break,
                _ if matches!(token.kind, Kind::Middle | Kind::Tail) && open == 0 => break,
                _ if open == 0 && self.at > first && token.is_on_new_line && token.kind == Kind::Word => break,
                _ => {}
            }
            match token.kind {
                Kind::Head => open += 1,
                Kind::Tail => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        let place = self.place(first);
        Expression::other(self.text.get(place.clone()).unwrap_or_default(), place)
    }

    fn place(&self, first: usize) -> Range<usize> {
        let start = self.tokens.get(first).map_or(self.text.len(), |token| token.start);
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.end);
        start..end.max(start)
    }
}

/// Two operands of a `+` as the pieces of a text; `None` when no text is among them.
fn joined(left: Expression, right: Expression) -> Option<Vec<Expression>> {
    let is_text = |one: &Expression| matches!(one.literal, Literal::Text(_) | Literal::Joined(_));
    if !is_text(&left) && !is_text(&right) {
        return None;
    }
    let pieces = |one: Expression| match one.literal {
        Literal::Joined(pieces) => pieces,
        _ => vec![one],
    };
    Some(pieces(left).into_iter().chain(pieces(right)).collect())
}

/// The text between quotes, its escapes decoded.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('\n') | None => {}
            Some(other) => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn shown(expression: &Expression) -> String {
        let all = |items: &[Expression]| items.iter().map(shown).collect::<Vec<_>>().join(" ");
        match &expression.literal {
            Literal::Null => "null".to_owned(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(number) => number.to_string(),
            Literal::Text(text) => format!("'{text}'"),
            Literal::Name(name) => name.clone(),
            Literal::Joined(pieces) => format!("joined({})", all(pieces)),
            Literal::List(items) => format!("[{}]", all(items)),
            Literal::Map(map) => {
                let entry = |(key, value): &(Option<Key>, Expression)| {
                    format!("{}={}", key.as_ref().map_or("...", |key| key.name.as_str()), shown(value))
                };
                format!("{{{}}}", map.entries.iter().map(entry).collect::<Vec<_>>().join(" "))
            }
            Literal::Call(call) => format!("{}({})", call.callee, all(&call.arguments)),
            Literal::Other(text) => format!("<{text}>"),
        }
    }

    #[test]
    fn literals_names_and_calls_are_seen() {
        let cases = [
            ("'a'", "'a'"),
            ("-5", "-5"),
            ("15 * 60", "900"),
            ("[1, 'b', ]", "[1 'b']"),
            (
                "{a: 1, 'b-c': true, d, ...e, f() { return {} }, [g]: 2}",
                "{a=1 b-c=true d=d ...=e ...=<f() { return {} }> ...=<[g]: 2>}",
            ),
            ("Duration.seconds(30) as Duration,", "Duration.seconds(30)"),
            ("new lambda.Function(this, 'F', { timeout: undefined })", "lambda.Function(this 'F' {timeout=null})"),
            ("new Map<string, Array<number>>()", "Map()"),
            ("`${__dirname}/../x`", "joined('' __dirname '/../x')"),
            ("__dirname + '/x'", "joined(__dirname '/x')"),
            ("a ? 1 : 2, 3", "<a ? 1 : 2>"),
            ("(event) => { return 1; }; 2", "<(event) => { return 1; }>"),
            ("async () => ({a: 1})", "<async () => ({a: 1})>"),
            ("(1)", "1"),
            ("props.a!.b?.c", "props.a.b.c"),
            ("1\nconst x = 2", "1"),
            ("a.b().c", "<a.b().c>"),
            ("{a: {b: [}", "{a={b=<[}>}}"),
            ("{", "{}"),
            ("", "<>"),
            ("`${`", "<`${`>"),
        ];
        for (text, expected) in cases {
            let tokens = tokens(text);
            assert_eq!(shown(&Cursor::new(text, &tokens, 0).expression()), expected, "{text}");
        }
    }

    #[test]
    fn hostile_text_ends() {
        for text in ["(".repeat(20_000), "{a:".repeat(20_000), "[".repeat(20_000), "`${".repeat(20_000)] {
            let tokens = tokens(&text);
            let _ = Cursor::new(&text, &tokens, 0).expression();
        }
    }
}
