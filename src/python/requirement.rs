//! Requirements (PEP 508), each part with its place in the text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::marker::Marker;
use super::name;
use super::specifier::Specifier;

/// A requirement such as `requests[socks]>=2.8; python_version < '3.9'`.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The package's name, normalised.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// The extras, normalised.
    pub extras: BTreeSet<String>,
    /// The versions it allows; empty with a URL.
    pub specifier: Specifier,
    /// The bytes of the specifier without its parentheses; empty where it would stand when there is none.
    pub specifier_range: Range<usize>,
    /// The address after `@`.
    pub url: Option<String>,
    /// The condition after `;`.
    pub marker: Marker,
    /// The bytes of the condition.
    pub marker_range: Option<Range<usize>>,
}

/// Why a text is no requirement, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequirementError {
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// The place in the text.
    pub range: Range<usize>,
}

impl Requirement {
    /// Reads a requirement.
    ///
    /// # Errors
    /// The first part that is wrong.
    pub fn parse(text: &str) -> Result<Self, RequirementError> {
        let mut parser = Parser { text, at: 0 };
        parser.skip_space();
        let name_range = parser.name("a package name")?;
        parser.skip_space();
        let extras = parser.extras()?;
        parser.skip_space();
        let mut requirement = Self {
            name: name::normalize(&text[name_range.clone()]),
            name_range,
            extras,
            specifier: Specifier::default(),
            specifier_range: parser.at..parser.at,
            url: None,
            marker: Marker::always(),
            marker_range: None,
        };
        if parser.eat('@') {
            requirement.url = Some(parser.url()?);
        } else {
            requirement.specifier_range = parser.specifier_range()?;
            let clauses = &text[requirement.specifier_range.clone()];
            requirement.specifier = Specifier::parse(clauses)
                .map_err(|message| RequirementError { message, range: requirement.specifier_range.clone() })?;
        }
        parser.skip_space();
        if parser.eat(';') {
            let range = trimmed(text, parser.at..text.len());
            requirement.marker = Marker::parse(&text[range.clone()]).map_err(|error| RequirementError {
                message: error.message,
                range: range.start + error.range.start..range.start + error.range.end,
            })?;
            requirement.marker_range = Some(range);
            parser.at = text.len();
        }
        if parser.at < text.len() {
            return Err(parser.wrong(parser.at..text.len(), "the requirement should end here or go on with `;`"));
        }
        Ok(requirement)
    }

    /// The specifier as written; `None` when any version will do or a URL is given.
    pub fn specifier_text<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.get(self.specifier_range.clone()).filter(|clauses| !clauses.is_empty())
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let eaten = self.rest().starts_with(wanted);
        if eaten {
            self.at += wanted.len_utf8();
        }
        eaten
    }

    fn wrong(&self, range: Range<usize>, message: &str) -> RequirementError {
        RequirementError { message: message.to_owned(), range }
    }

    fn name(&mut self, what: &str) -> Result<Range<usize>, RequirementError> {
        let start = self.at;
        let rest = self.rest();
        let length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(rest.len());
        self.at += length;
        if name::is_valid(&self.text[start..self.at]) {
            return Ok(start..self.at);
        }
        let message = format!("{what} is expected: letters and digits, with `-`, `_` or `.` between them");
        let next = self.text[start..].chars().next().map_or(start, |first| start + first.len_utf8());
        Err(self.wrong(start..self.at.max(next), &message))
    }

    fn extras(&mut self) -> Result<BTreeSet<String>, RequirementError> {
        let open = self.at;
        let mut extras = BTreeSet::new();
        if !self.eat('[') {
            return Ok(extras);
        }
        self.skip_space();
        while !self.eat(']') {
            if !extras.is_empty() && !self.eat(',') {
                return Err(self.wrong(open..open + 1, "the list of extras is not closed"));
            }
            self.skip_space();
            if self.rest().is_empty() {
                return Err(self.wrong(open..open + 1, "the list of extras is not closed"));
            }
            let extra = self.name("the name of an extra")?;
            extras.insert(name::normalize(&self.text[extra]));
            self.skip_space();
        }
        Ok(extras)
    }

    fn specifier_range(&mut self) -> Result<Range<usize>, RequirementError> {
        let open = self.at;
        if self.eat('(') {
            let Some(length) = self.rest().find(')') else {
                return Err(self.wrong(open..open + 1, "this parenthesis is not closed"));
            };
            let range = trimmed(self.text, self.at..self.at + length);
            self.at += length + 1;
            return Ok(range);
        }
        let rest = self.rest();
        if rest.starts_with(['<', '=', '>', '~', '!']) {
            let length = rest.find(';').unwrap_or(rest.len());
            self.at += length;
            return Ok(trimmed(self.text, open..self.at));
        }
        Ok(open..open)
    }

    /// The address: up to white space before `;` or `#`, or the end.
    fn url(&mut self) -> Result<String, RequirementError> {
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        let mut end = rest.len();
        for (at, character) in rest.char_indices() {
            if character.is_whitespace() && rest[at..].trim_start().starts_with([';', '#']) {
                end = at;
                break;
            }
        }
        self.at += end;
        let url = self.text[start..self.at].trim();
        if url.is_empty() {
            return Err(self.wrong(start..start, "an address is expected after `@`"));
        }
        Ok(url.to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn parts_and_places() {
        let text = "Foo.Bar [B, a_c] (>= 1.0, <2) ; python_version < '3.9'";
        let requirement = Requirement::parse(text).unwrap();
        assert_eq!(requirement.name, "foo-bar");
        assert_eq!(requirement.extras.iter().map(String::as_str).collect::<Vec<_>>(), ["a-c", "b"]);
        assert_eq!(requirement.specifier_text(text), Some(">= 1.0, <2"));
        assert_eq!(&text[requirement.marker_range.unwrap()], "python_version < '3.9'");

        let text = "pip @ https://files.example.com/pip-1.whl#sha256=ab ; os_name == 'nt'";
        let requirement = Requirement::parse(text).unwrap();
        assert_eq!(requirement.url.as_deref(), Some("https://files.example.com/pip-1.whl#sha256=ab"));
        assert!(!requirement.marker.is_always());
        assert_eq!(Requirement::parse("a").unwrap().specifier_text("a"), None);
        assert_eq!(Requirement::parse("a[]").unwrap().extras.len(), 0);
        assert_eq!(Requirement::parse("a>=1;extra=='x'").unwrap().marker, Marker::extra("x"));
    }

    #[test]
    fn faults_are_placed() {
        for (text, place) in [
            ("", 0..0),
            ("-a", 0..2),
            ("é", 0..2),
            ("a[b", 1..2),
            ("a[", 1..2),
            ("a >=", 2..4),
            ("a 1.0", 2..5),
            ("a >=1; os_name", 14..14),
            ("a @", 3..3),
            ("a (>=1", 2..3),
            ("./local", 0..1),
        ] {
            let error = Requirement::parse(text).unwrap_err();
            assert_eq!(error.range, place, "{text}: {error}");
        }
    }
}
