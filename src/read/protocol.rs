//! What a reader is, what it is given, and what it returns.

use std::sync::Arc;

use super::git_ignore;
use crate::facts::{Facts, Header, Problem};
use crate::source::{SourceId, Span};
use crate::syntax::shape::Misfit;
use crate::syntax::{Document, SyntaxError, conflict};
use crate::value::Value;

/// What makes a tree of a text: `syntax::toml::parse` and its kin.
pub type Parse = fn(SourceId, &Arc<str>) -> Result<Document, SyntaxError>;

/// How many keys that stand twice are told one by one of a file.
pub(super) const DOUBLED_KEYS: usize = 20;

/// Whether a reader wants a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// No.
    No,
    /// Yes, by its name.
    Yes,
    /// Yes, if its text contains one of these.
    IfContains(&'static [&'static str]),
    /// The same for a name that promises such a text, so that it is told when there is none to be had.
    Expected(&'static [&'static str]),
}

impl Claim {
    /// Whether the name alone tells that the file matters.
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Yes | Self::Expected(_))
    }

    /// Whether a file with this text is wanted.
    pub fn holds(self, text: &str) -> bool {
        match self {
            Self::No => false,
            Self::Yes => true,
            Self::IfContains(needles) | Self::Expected(needles) => {
                needles.iter().any(|needle| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some())
            }
        }
    }
}

/// A file as a reader sees it.
#[derive(Debug)]
pub struct File<'a> {
    /// Path from the root, with `/`.
    pub path: &'a Arc<str>,
    /// Its text, without a byte order mark; line ends as they are.
    pub text: &'a Arc<str>,
    /// Its id, for places.
    pub source: SourceId,
}

impl File<'_> {
    /// The directory of the file, from the root; empty for the root.
    pub fn directory(&self) -> &str {
        crate::path::directory(self.path)
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        crate::path::file_name(self.path)
    }

    /// The place of a range of bytes.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    /// The header of a fact of this file.
    pub fn header(&self, name: impl Into<Box<str>>, span: Span) -> Header {
        Header::new(self.path, name, span)
    }

    /// The header of a fact called `path#part`.
    pub fn part(&self, part: &str, span: Span) -> Header {
        self.header(format!("{}#{part}", self.path), span)
    }
}

/// A wish to see another file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Path from the root, with `/`.
    pub path: String,
    /// The name of the reader that is to read it.
    pub reader: &'static str,
}

/// What a reader returns.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Facts, problems among them.
    pub facts: Facts,
    /// Other files that are needed to understand this one. Files that do not exist are passed over.
    pub requests: Vec<Request>,
}

impl Output {
    /// Asks for another file.
    pub fn request(&mut self, path: impl Into<String>, reader: &'static str) {
        self.requests.push(Request { path: path.into(), reader });
    }

    /// Asks for the `.gitignore` files that may say what git passes over below the file's directory.
    pub fn request_ignore_files(&mut self, file: &File<'_>) {
        for directory in crate::path::ancestors(file.directory()) {
            if let Some(path) = crate::path::join(directory, ".gitignore") {
                self.request(path, git_ignore::READER.name);
            }
        }
    }

    /// Notes a problem with the file.
    pub fn problem(&mut self, file: &File<'_>, reader: &Reader, trouble: &str, explanation: String, span: Span) {
        // A file of a project template need not be what it will be once it is filled in.
        let trouble = if trouble == "syntax" && file.path.contains("{{") { "template" } else { trouble };
        self.facts.add(Problem::new(file.header(&**file.path, span), trouble, reader.role, reader.name, explanation));
    }

    /// The file as a tree. Conflict markers, a text that is no tree, and keys that stand twice become problems.
    pub fn tree(&mut self, file: &File<'_>, reader: &Reader, parse: Parse) -> Option<Document> {
        if self.conflict(file, reader) {
            return None;
        }
        let document = match parse(file.source, file.text) {
            Ok(document) => document,
            Err(error) => {
                self.syntax_error(file, reader, &error);
                return None;
            }
        };
        let doubled = document.duplicate_keys();
        for (_, second) in doubled.iter().take(DOUBLED_KEYS) {
            let key = document.text().get(second.range()).unwrap_or_default().trim_matches(['"', '\'']);
            self.problem(file, reader, "duplicate-key", format!("the key `{key}` stands twice"), *second);
        }
        if let Some((_, next)) = doubled.get(DOUBLED_KEYS) {
            let more = doubled.len() - DOUBLED_KEYS;
            self.problem(file, reader, "duplicate-key", format!("{more} more keys from here on stand twice"), *next);
        }
        Some(document)
    }

    /// Notes the merge conflicts that git left in the file, if there are any, as one problem at the first of them.
    pub fn conflict(&mut self, file: &File<'_>, reader: &Reader) -> bool {
        let all = conflict::all(file.text);
        let Some(first) = all.first() else { return false };
        let (begin, end) = (first.begin.clone(), first.end.clone());
        let [ours, theirs] = [&begin, &end].map(|marker| conflict::side(file.text, marker.clone()));
        let count =
            if all.len() == 1 { "a merge conflict".to_owned() } else { format!("{} merge conflicts", all.len()) };
        let explanation = format!("{count} between {ours} and {theirs}");
        self.problem(file, reader, "merge-conflict", explanation, file.span(begin.clone()));
        if let Some(problem) = self.facts.problems.last_mut() {
            problem.ours = Value::written(format!("{ours} begins here"), file.span(begin));
            problem.theirs = Value::written(format!("{theirs} ends here"), file.span(end));
        }
        true
    }

    /// Notes the parts of the file that are of the wrong kind.
    pub fn misfits(&mut self, file: &File<'_>, reader: &Reader, misfits: Vec<Misfit>) {
        for misfit in misfits {
            self.problem(file, reader, "kind", misfit.explanation, misfit.span);
        }
    }

    /// Notes that the file is no tree.
    pub fn syntax_error(&mut self, file: &File<'_>, reader: &Reader, error: &SyntaxError) {
        let span = file.span(error.start..error.end);
        self.problem(file, reader, "syntax", error.message.clone(), span);
    }
}

/// One file format.
#[derive(Debug)]
pub struct Reader {
    /// Its name in `coverage.by_reader` and in problems.
    pub name: &'static str,
    /// What its files are: lockfile, manifest, template, workflow, source, configuration, version-file, other.
    pub role: &'static str,
    /// Whether it wants the file at a path.
    pub claims: fn(&str) -> Claim,
    /// Reads the file.
    pub read: fn(&File<'_>, &mut Output),
}
