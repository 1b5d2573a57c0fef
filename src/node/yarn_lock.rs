//! yarn.lock of Yarn 1: its own notation of indented keys and values, not YAML.
//!
//! Reads what Yarn 1.22 reads and refuses what it refuses. A key that stands twice counts the
//! last time.

use super::lock::Written;
use crate::source::{SourceId, Span};

/// Deeper nesting than this is refused; Yarn writes two levels.
const MOST_LEVELS: usize = 20;

/// A requirement of a locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The name.
    pub name: Box<str>,
    /// The range.
    pub range: Written,
    /// Whether the package may be missing.
    pub is_optional: bool,
}

/// One entry: a package, and the patterns `name@range` that it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The patterns, as written without quotes.
    pub keys: Vec<Written>,
    /// The locked version.
    pub version: Option<Written>,
    /// The address it is fetched from; Yarn puts `#` and the SHA-1 after it.
    pub resolved: Option<Written>,
    /// The hashes of its archive.
    pub integrity: Option<Written>,
    /// What it asks for.
    pub requires: Vec<Requirement>,
}

/// A lockfile of Yarn 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YarnLock {
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// Whether git left a merge conflict in it. Then nothing else was read.
    pub has_conflict: bool,
    /// The line that is indented further than the ones above allow: Yarn reads no further, and says nothing.
    pub end: Option<Span>,
}

/// Why a text is no lockfile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// First byte of the place.
    pub at: usize,
}

/// The name and the range of a pattern; a scope's `@` belongs to the name. The range is `None` for a bare name.
pub fn pattern(key: &str) -> (&str, Option<&str>) {
    match key.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
        Some((at, _)) => (&key[..at], Some(&key[at + 1..])),
        None => (key, None),
    }
}

/// Reads a text.
///
/// # Errors
/// Where Yarn 1 would stop.
pub fn read(source: SourceId, text: &str) -> Result<YarnLock, Fault> {
    let mut reading = Reading { source, text, at: 0, at_line_start: true, lock: YarnLock::default() };
    let mut token = reading.next()?;
    // The names of the keys that are open, one a level.
    let mut open: Vec<Box<str>> = Vec::new();
    loop {
        let level = match token {
            Token::End => return Ok(reading.lock),
            Token::Line => {
                token = reading.next()?;
                if !matches!(token, Token::Indent(_)) {
                    open.clear();
                }
                continue;
            }
            Token::Indent(level) if level > open.len() => {
                reading.lock.end = Some(Span::new(source, reading.at..reading.at));
                return Ok(reading.lock);
            }
            Token::Indent(level) => {
                token = reading.next()?;
                level
            }
            _ => 0,
        };
        match token {
            Token::Line => continue,
            Token::End => return Ok(reading.lock),
            _ => {}
        }
        if level > MOST_LEVELS {
            return Err(reading.fault("this line is indented too far"));
        }
        open.truncate(level);
        let (keys, after) = reading.keys(token)?;
        let (value, after) = reading.value(after)?;
        let name = keys.first().map(|key| key.text.clone()).unwrap_or_default();
        reading.note(&open, keys, value.clone());
        if value.is_none() {
            open.push(name);
        }
        token = after;
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Line,
    Indent(usize),
    Colon,
    Comma,
    Word(Written),
    End,
}

struct Reading<'t> {
    source: SourceId,
    text: &'t str,
    at: usize,
    at_line_start: bool,
    lock: YarnLock,
}

impl Reading<'_> {
    fn fault(&self, message: &str) -> Fault {
        Fault { message: message.to_owned(), at: self.at.min(self.text.len()) }
    }

    fn next(&mut self) -> Result<Token, Fault> {
        let bytes = self.text.as_bytes();
        loop {
            let was_line_start = std::mem::take(&mut self.at_line_start);
            let Some(byte) = bytes.get(self.at).copied() else { return Ok(Token::End) };
            match byte {
                b'\n' | b'\r' => {
                    let is_pair = byte == b'\r' && bytes.get(self.at + 1) == Some(&b'\n');
                    self.at += if is_pair { 2 } else { 1 };
                    self.at_line_start = true;
                    return Ok(Token::Line);
                }
                b'#' => {
                    let rest = &self.text[self.at..];
                    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                    self.comment(&rest[..length])?;
                    self.at += length;
                }
                b' ' if was_line_start => {
                    let count = bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
                    if count % 2 == 1 {
                        return Err(self.fault("an odd number of spaces stands before this line"));
                    }
                    self.at += count;
                    return Ok(Token::Indent(count / 2));
                }
                b' ' => self.at += 1,
                b':' | b',' => {
                    self.at += 1;
                    return Ok(if byte == b':' { Token::Colon } else { Token::Comma });
                }
                b'"' => return self.quoted(),
                b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'.' | b'-' | b'0'..=b'9' => return Ok(self.bare()),
                _ => return Err(self.fault("no key and no value begins like this")),
            }
        }
    }

    /// Yarn looks for the version of the format in the comments.
    fn comment(&self, comment: &str) -> Result<(), Fault> {
        let version = comment.trim_start_matches('#').trim().strip_prefix("yarn lockfile v");
        match version.and_then(|version| version.parse::<u32>().ok()) {
            Some(version) if version > 1 => Err(self.fault("it is of a later version than Yarn 1 reads")),
            _ => Ok(()),
        }
    }

    fn quoted(&mut self) -> Result<Token, Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + 1;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(b'\n' | b'\r') | None => return Err(self.fault("this string has no closing `\"` on its line")),
                Some(_) => end += 1,
            }
        }
        let inner = self.text.get(start + 1..end).ok_or_else(|| self.fault("this is not a string"))?;
        let text: Box<str> = if inner.contains('\\') {
            let json = self.text.get(start..=end).and_then(|text| serde_json::from_str::<String>(text).ok());
            json.ok_or_else(|| self.fault("this string has an escape that JSON does not have"))?.into()
        } else {
            inner.into()
        };
        self.at = end + 1;
        Ok(Token::Word(Written { text, span: Span::new(self.source, start + 1..end) }))
    }

    fn bare(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let length = rest.find([':', ' ', '\n', '\r', ',']).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        Token::Word(Written { text: rest[..length].into(), span: Span::new(self.source, start..self.at) })
    }

    /// The keys of a line, and the token after them.
    fn keys(&mut self, first: Token) -> Result<(Vec<Written>, Token), Fault> {
        let Token::Word(first) = first else { return Err(self.fault("a key is missing here")) };
        let mut keys = vec![first];
        let mut token = self.next()?;
        while token == Token::Comma {
            let Token::Word(key) = self.next()? else { return Err(self.fault("a key is missing after this comma")) };
            keys.push(key);
            token = self.next()?;
        }
        Ok((keys, token))
    }

    /// The value of a key, `None` when lines below hold it, and the token after.
    fn value(&mut self, token: Token) -> Result<(Option<Written>, Token), Fault> {
        let (had_colon, token) = if token == Token::Colon { (true, self.next()?) } else { (false, token) };
        match token {
            Token::Word(value) => {
                let after = self.next()?;
                Ok((Some(value), after))
            }
            Token::Line | Token::End if had_colon => Ok((None, token)),
            _ => Err(self.fault("a value is missing here")),
        }
    }

    /// Notes a line: where it is, its keys, and its value.
    fn note(&mut self, open: &[Box<str>], keys: Vec<Written>, value: Option<Written>) {
        let Some(group) = open.get(1).map(|group| &**group) else {
            match (open.is_empty(), value) {
                (true, _) => self.lock.entries.push(Entry { keys, ..Entry::default() }),
                (false, Some(value)) => self.field(&keys, value),
                (false, None) => {}
            }
            return;
        };
        let is_optional = group == "optionalDependencies";
        let (Some(range), Some(entry)) = (value, self.lock.entries.last_mut()) else { return };
        if open.len() == 2 && (is_optional || group == "dependencies") {
            let requires =
                keys.into_iter().map(|key| Requirement { name: key.text, range: range.clone(), is_optional });
            entry.requires.extend(requires);
        }
    }

    fn field(&mut self, keys: &[Written], value: Written) {
        let Some(entry) = self.lock.entries.last_mut() else { return };
        for key in keys {
            match &*key.text {
                "version" => entry.version = Some(value.clone()),
                "resolved" => entry.resolved = Some(value.clone()),
                "integrity" => entry.integrity = Some(value.clone()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# THIS IS AN AUTOGENERATED FILE.\n# yarn lockfile v1\n\n\n\"@s/a@^1\", b@2.x:\r\n  version \"1.2.0\"\r\n  resolved \"https://npm.example.com/a/-/a-1.2.0.tgz#abc\"\n  integrity sha512-x==\n  dependencies:\n    \"@s/c\" \"^1.0 || 2\"\n    d latest\n  optionalDependencies:\n    e \"*\"\n\nd@latest:\n  version \"0.0.1\"\n";

    fn shown(lock: &YarnLock) -> Vec<String> {
        let text = |of: &Option<Written>| of.as_ref().map_or("-".to_owned(), |of| of.text.to_string());
        let entry = |entry: &Entry| {
            let keys: Vec<&str> = entry.keys.iter().map(|key| &*key.text).collect();
            let asked: Vec<String> = entry
                .requires
                .iter()
                .map(|one| format!("{}@{}{}", one.name, one.range.text, if one.is_optional { "?" } else { "" }))
                .collect();
            format!("{keys:?} {} {} {asked:?}", text(&entry.version), text(&entry.integrity))
        };
        lock.entries.iter().map(entry).collect()
    }

    #[test]
    fn entries_are_read() {
        let lock = read(SourceId::FIRST, TEXT).unwrap();
        insta::assert_snapshot!(shown(&lock).join("\n"), @r#"
        ["@s/a@^1", "b@2.x"] 1.2.0 sha512-x== ["@s/c@^1.0 || 2", "d@latest", "e@*?"]
        ["d@latest"] 0.0.1 - []
        "#);
        assert_eq!(pattern("@s/a@npm:b@1"), ("@s/a", Some("npm:b@1")));
        assert_eq!(pattern("a"), ("a", None));
    }

    #[test]
    fn yarn_reads_up_to_a_line_that_is_indented_too_far() {
        // Text, entries, and the byte where it ends.
        let cases = [
            ("a@1:\n      version \"1\"\nb@1:\n  version \"1\"\n", 1, Some(11)),
            ("a@1:\n  version \"1\"\n    c \"1\"\n\nb@1:\n  version \"1\"\n", 1, Some(23)),
            ("a@1:\n\n  version \"1\"\n", 1, Some(8)),
            ("  a: b\n", 0, Some(2)),
            ("a@1:\n  dependencies:\n  version \"1\"\n\nb@1:\n  version \"1\"\n", 2, None),
        ];
        for (text, entries, end) in cases {
            let lock = read(SourceId::FIRST, text).unwrap();
            let found = (lock.entries.len(), lock.end.map(|end| end.range().start));
            assert_eq!(found, (entries, end), "{text:?}");
        }
    }

    #[test]
    fn what_yarn_refuses_is_refused() {
        let cases = [
            ("", None),
            ("a@1:\n  version \"1\n", Some("closing")),
            ("a@1:\n version \"1\"\n", Some("odd number")),
            ("a@1\n", Some("value is missing")),
            ("a@1,\n", Some("key is missing")),
            ("@a: b\n", Some("begins")),
            ("\"\\x\": b\n", Some("escape")),
            ("# yarn lockfile v2\n", Some("later version")),
        ];
        for (text, expected) in cases {
            let found = read(SourceId::FIRST, text).err().map(|fault| fault.message);
            assert_eq!(found.is_some(), expected.is_some(), "{text:?} {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or("")), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn hostile_texts_end(text in "([a-c@^1:, \"\\\\#\n\r\u{e9}]|  |dependencies:|version ){0,60}") {
            let lock = read(SourceId::FIRST, &text);
            for entry in lock.iter().flat_map(|lock| &lock.entries) {
                for key in &entry.keys {
                    prop_assert!(key.span.range().end <= text.len());
                    prop_assert!(text.is_char_boundary(key.span.range().start));
                }
            }
        }
    }
}
