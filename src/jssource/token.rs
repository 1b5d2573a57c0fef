//! JavaScript and TypeScript text to tokens, as far as needed to tell code from strings, comments and patterns.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// A number.
    Number,
    /// A string, or a template without substitutions: with its quotes.
    Text,
    /// The start of a template up to its first substitution.
    Head,
    /// What stands between two substitutions.
    Middle,
    /// The rest of a template after its last substitution.
    Tail,
    /// A regular expression.
    Pattern,
    /// Anything else.
    Sign,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a line ends before it.
    pub(super) is_on_new_line: bool,
}

/// Signs of more than one byte that must not be taken for their first byte.
const LONG_SIGNS: &[&str] = &["...", "===", "!==", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "+="];

/// Words after which a slash begins a pattern.
const BEFORE_PATTERN: &[&str] =
    &["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield"];

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new(), depth: 0, templates: Vec::new() };
    let mut is_on_new_line = false;
    while let Some(byte) = lexer.bytes.get(lexer.at).copied() {
        if byte.is_ascii_whitespace() {
            is_on_new_line |= byte == b'\n';
            lexer.at += 1;
        } else if lexer.rest().starts_with("//") {
            lexer.at += lexer.rest().find('\n').unwrap_or(lexer.rest().len());
        } else if lexer.rest().starts_with("/*") {
            let length = lexer.rest()[2..].find("*/").map_or(lexer.rest().len(), |end| end + 4);
            is_on_new_line |= lexer.rest()[..length].contains('\n');
            lexer.at += length;
        } else {
            let start = lexer.at;
            let kind = lexer.next(byte);
            lexer.tokens.push(Token { kind, start, end: lexer.at, is_on_new_line });
            is_on_new_line = false;
        }
    }
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    /// How many braces are open.
    depth: usize,
    /// How many were open where each template was left for a substitution.
    templates: Vec<usize>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the token that begins with `byte`.
    fn next(&mut self, byte: u8) -> Kind {
        match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => {
                self.at += 1;
                if self.chunk() { Kind::Head } else { Kind::Text }
            }
            b'}' if self.templates.last() == Some(&self.depth) => {
                self.at += 1;
                self.templates.pop();
                if self.chunk() { Kind::Middle } else { Kind::Tail }
            }
            b'/' if self.may_be_pattern() && self.pattern() => Kind::Pattern,
            b'0'..=b'9' => self.run(Kind::Number, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')),
            byte if is_of_word(byte) => self.run(Kind::Word, is_of_word),
            byte => self.sign(byte),
        }
    }

    fn run(&mut self, kind: Kind, belongs: impl Fn(u8) -> bool) -> Kind {
        let length = self.bytes[self.at..].iter().take_while(|byte| belongs(**byte)).count();
        self.at += length;
        kind
    }

    fn sign(&mut self, byte: u8) -> Kind {
        match byte {
            b'{' => self.depth += 1,
            b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let rest = self.rest();
        self.at += LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len());
        Kind::Sign
    }

    /// A string up to its closing quote, or to the end of the line that it does not close on.
    fn string(&mut self, quote: u8) -> Kind {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' => break,
                byte => {
                    self.at += 1;
                    if *byte == quote {
                        break;
                    }
                }
            }
        }
        self.stay_inside();
        Kind::Text
    }

    /// A part of a template. Whether a substitution follows.
    fn chunk(&mut self) -> bool {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    return false;
                }
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at += 2;
                    self.templates.push(self.depth);
                    return true;
                }
                _ => self.at += 1,
            }
        }
        self.stay_inside();
        false
    }

    /// An escape may stand before a letter of several bytes, or at the very end.
    fn stay_inside(&mut self) {
        while self.at < self.bytes.len() && !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
    }

    /// Whether a slash may begin a pattern: not where a value has just ended.
    fn may_be_pattern(&self) -> bool {
        let Some(last) = self.tokens.last() else { return true };
        let text = &self.text[last.start..last.end];
        match last.kind {
            Kind::Sign => !matches!(text, ")" | "]" | "}"),
            Kind::Word => BEFORE_PATTERN.contains(&text),
            Kind::Head | Kind::Middle => true,
            _ => false,
        }
    }

    /// A pattern with its flags; whether it ends on its line.
    fn pattern(&mut self) -> bool {
        let (mut at, mut in_class) = (self.at + 1, false);
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\n' => return false,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    self.run(Kind::Pattern, is_of_word);
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, Kind)> {
        tokens(text).iter().map(|token| (&text[token.start..token.end], token.kind)).collect()
    }

    #[test]
    fn strings_comments_and_patterns_are_told_apart() {
        assert_eq!(
            shown("a = /[/'\"]/g // it's\n/* ' */ b / 2"),
            [
                ("a", Kind::Word),
                ("=", Kind::Sign),
                ("/[/'\"]/g", Kind::Pattern),
                ("b", Kind::Word),
                ("/", Kind::Sign),
                ("2", Kind::Number),
            ]
        );
        assert_eq!(
            shown("`a${ {b: 1}.c }d${e}`;'it\\'s'"),
            [
                ("`a${", Kind::Head),
                ("{", Kind::Sign),
                ("b", Kind::Word),
                (":", Kind::Sign),
                ("1", Kind::Number),
                ("}", Kind::Sign),
                (".", Kind::Sign),
                ("c", Kind::Word),
                ("}d${", Kind::Middle),
                ("e", Kind::Word),
                ("}`", Kind::Tail),
                (";", Kind::Sign),
                ("'it\\'s'", Kind::Text),
            ]
        );
    }

    #[test]
    fn broken_text_ends() {
        for text in ["'", "`", "`${", "\"\\", "'\\ü", "/", "/*", "`\\ü${`", "}"] {
            let _ = tokens(text);
        }
    }
}
