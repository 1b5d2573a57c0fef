//! The part of Ruby that can be read without running it: statements, and arguments that stand for themselves.

use std::ops::Range;

/// A value of Ruby that stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    List(Vec<Self>),
    Pair(String, Box<Self>),
    Other,
}

impl Literal {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, or the one text.
    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::List(items) => items.iter().filter_map(Self::text).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}

/// The first argument when it is a text, though the others cannot be read.
pub(super) fn leading_text(rest: &str) -> Option<Literal> {
    let mut reader = Reader { rest: rest.trim_start_matches(['(', ' ']) };
    reader.value().filter(|value| value.text().is_some())
}

/// The arguments of a call; `None` when one of them is no literal.
pub(super) fn arguments(rest: &str) -> Option<Vec<Literal>> {
    let rest = rest.trim();
    let rest = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(rest);
    let mut reader = Reader { rest };
    let found = reader.list()?;
    reader.rest.trim().is_empty().then_some(found)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn list(&mut self) -> Option<Vec<Literal>> {
        let mut found = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(']') {
                return Some(found);
            }
            found.push(self.item()?);
            self.rest = self.rest.trim_start();
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Some(found),
            }
        }
    }

    /// A value, or a key with its value.
    fn item(&mut self) -> Option<Literal> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(end);
        if end > 0
            && let Some(rest) = after.strip_prefix(':').filter(|rest| !rest.starts_with(':'))
        {
            self.rest = rest.trim_start();
            return Some(Literal::Pair(word.to_owned(), Box::new(self.value().unwrap_or(Literal::Other))));
        }
        let key = self.value()?;
        let after = self.rest.trim_start();
        match (after.strip_prefix("=>"), &key) {
            (Some(rest), Literal::Text(name)) => {
                self.rest = rest.trim_start();
                Some(Literal::Pair(name.clone(), Box::new(self.value().unwrap_or(Literal::Other))))
            }
            (Some(_), _) => None,
            (None, _) => Some(key),
        }
    }

    fn value(&mut self) -> Option<Literal> {
        let first = self.rest.chars().next()?;
        match first {
            '"' | '\'' => {
                let end = self.rest[1..].find(first)? + 1;
                let text = &self.rest[1..end];
                self.rest = &self.rest[end + 1..];
                let is_worked_out = text.contains('\\') || first == '"' && text.contains("#{");
                (!is_worked_out).then(|| Literal::Text(text.to_owned()))
            }
            ':' => {
                let word = self.word(1)?;
                Some(Literal::Text(word.to_owned()))
            }
            '[' => {
                self.rest = &self.rest[1..];
                let items = self.flat_list()?;
                self.rest = self.rest.trim_start().strip_prefix(']')?;
                Some(Literal::List(items))
            }
            '%' => {
                let open =
                    self.rest.get(2..3).filter(|_| self.rest.starts_with("%w") || self.rest.starts_with("%i"))?;
                let close = match open {
                    "[" => ']',
                    "(" => ')',
                    "{" => '}',
                    other => other.chars().next()?,
                };
                let end = self.rest[3..].find(close)? + 3;
                let items = self.rest[3..end].split_whitespace().map(|word| Literal::Text(word.to_owned())).collect();
                self.rest = &self.rest[end + close.len_utf8()..];
                Some(Literal::List(items))
            }
            _ => {
                let word = self.word(0)?;
                let is_plain = matches!(word, "true" | "false" | "nil")
                    || word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                is_plain.then_some(Literal::Text(word.to_owned()))
            }
        }
    }

    /// The items of a list inside brackets; lists in lists are not read.
    fn flat_list(&mut self) -> Option<Vec<Literal>> {
        let mut found = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with(']') {
                return Some(found);
            }
            if self.rest.starts_with('[') {
                return None;
            }
            found.push(self.value()?);
            self.rest = self.rest.trim_start();
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Some(found),
            }
        }
    }

    fn word(&mut self, from: usize) -> Option<&'t str> {
        let rest = &self.rest[from..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.?".contains(c))).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        (!word.is_empty()).then_some(word)
    }
}

/// Statements without comments, with their bytes. A line goes on after a comma and inside brackets.
pub(super) fn statements(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Range<usize>)> = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let line = raw.trim_end();
        if line == "__END__" {
            break;
        }
        let code = without_comment(line);
        let indent = code.len() - code.trim_start().len();
        let code = code.trim();
        if code.is_empty() {
            continue;
        }
        let end = start + indent + code.len();
        let (mut statement, mut range) = open.take().unwrap_or_else(|| (String::new(), start + indent..end));
        if !statement.is_empty() {
            statement.push(' ');
        }
        statement.push_str(code);
        range.end = end;
        if statement.ends_with([',', '\\']) || is_open(&statement) {
            open = Some((statement.trim_end_matches('\\').to_owned(), range));
        } else {
            found.push((statement, range));
        }
    }
    found.extend(open);
    found
}

/// Whether brackets are left open; a statement that is very long is taken as it is.
fn is_open(statement: &str) -> bool {
    let mut depth = 0_i32;
    let mut quote = None;
    for character in statement.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    depth > 0 && statement.len() < 4096
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '#') => return &line[..at],
            _ => {}
        }
    }
    line
}
