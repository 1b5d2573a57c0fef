//! Text of an expression to tokens, each with its place.

use std::ops::Range;

use super::Fault;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number without its sign; 2^63 is allowed for the sake of the least number.
    Int(u64),
    /// Text, escapes decoded.
    Text(String),
    /// A name or a word such as `in` and `true`.
    Name(String),
    /// A sign: an operator, a bracket, a comma.
    Sign(&'static str),
    /// The end of the expression.
    End,
}

/// A token and its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// Longer signs first.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]",
];

/// All tokens, the last one [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer { text, at: 0 };
    let mut found = Vec::new();
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        let kind = lexer.token()?;
        let done = kind == Kind::End;
        found.push(Token { kind, range: start..lexer.at });
        if done {
            return Ok(found);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn skip_blank(&mut self) {
        loop {
            self.take_while(|letter| matches!(letter, ' ' | '\t' | '\r' | '\n'));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|letter| letter != '\n');
        }
    }

    fn token(&mut self) -> Result<Kind, Fault> {
        let rest = self.rest();
        let Some(first) = self.peek() else { return Ok(Kind::End) };
        if rest.starts_with("r'") || rest.starts_with("r\"") {
            self.at += 1;
            return self.quoted(true);
        }
        if matches!(first, '\'' | '"') {
            return self.quoted(false);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(Kind::Name(
                self.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '_').to_owned(),
            ));
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            return Ok(Kind::Sign(sign));
        }
        let fault =
            Fault::new(self.at..self.at + first.len_utf8(), format!("`{}` means nothing here", first.escape_debug()));
        Err(match first {
            '=' => fault.help("compare with `==`"),
            '&' => fault.help("write `&&`"),
            '|' => fault.help("write `||`"),
            '‘' | '’' | '“' | '”' => fault.help("texts stand in straight quotes: 'text'"),
            _ => fault,
        })
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let start = self.at;
        let (digits, radix) = match self.rest().strip_prefix("0x") {
            Some(_) => {
                self.at += 2;
                (self.take_while(|letter| letter.is_ascii_hexdigit()), 16)
            }
            None => (self.take_while(|letter| letter.is_ascii_digit()), 10),
        };
        let fraction = self.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let tail = self.take_while(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if fraction {
            self.at += 1;
            self.take_while(|letter| letter.is_ascii_digit());
        }
        let range = start..self.at;
        if fraction || !tail.is_empty() {
            return Err(Fault::new(range, "numbers are whole and have no suffix").help("write 60, not 60.0 or 60u"));
        }
        match u64::from_str_radix(digits, radix) {
            Ok(value) if value <= 1 << 63 => Ok(Kind::Int(value)),
            _ => Err(Fault::new(range, "this number does not fit 64 bits")),
        }
    }

    fn quoted(&mut self, raw: bool) -> Result<Kind, Fault> {
        let start = self.at;
        let quote = self.peek().expect("the caller saw a quote");
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None | Some('\n') => {
                    let fault = Fault::new(start..start + 1, "this text is not closed");
                    return Err(fault.help(format!("close it with {quote} on the same line")));
                }
                Some(letter) if letter == quote => {
                    self.at += 1;
                    return Ok(Kind::Text(text));
                }
                Some('\\') if !raw => text.push(self.escape()?),
                Some(letter) => {
                    self.at += letter.len_utf8();
                    text.push(letter);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += letter.map_or(0, char::len_utf8);
        let plain = match letter {
            Some(same @ ('\\' | '\'' | '"' | '`' | '?')) => Some(same),
            Some('a') => Some('\u{7}'),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('v') => Some('\u{b}'),
            Some('x' | 'X') => self.code_point(2, 16),
            Some('u') => self.code_point(4, 16),
            Some('U') => self.code_point(8, 16),
            Some('0'..='3') => {
                self.at -= 1;
                self.code_point(3, 8)
            }
            _ => None,
        };
        plain.ok_or_else(|| {
            Fault::new(start..self.at, "this escape means nothing")
                .help("write `\\\\` for a backslash, or a raw text such as r'\\d+'")
        })
    }

    fn code_point(&mut self, width: usize, radix: u32) -> Option<char> {
        let digits = self.rest().get(..width)?;
        let value = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
        self.at += width;
        char::from_u32(value)
    }
}
