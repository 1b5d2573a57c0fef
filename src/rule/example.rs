//! The examples of a rule: small trees of files, and what the rule is to say of them.
//!
//! They are the tests of the rule and a part of its page. Here they are only read; the
//! engine runs them through the real readers.

use crate::config::ParamValue;
use crate::config::keys::Faults;
use crate::day::Day;
use crate::nearest::nearest;
use crate::severity::Severity;
use crate::source::Span;
use crate::syntax::{Entry, Node};

use super::params::Params;

/// A small tree of files.
#[derive(Debug, Clone)]
pub struct Example {
    /// The files, in the order in which they are written.
    pub files: Vec<ExampleFile>,
    /// What the rule is to say.
    pub expected: Expected,
    /// Parameters that differ from the rule's own.
    pub params: Params,
    /// The day on which it is judged, for rules about dates.
    pub today: Option<Day>,
    /// Earlier states of the tree, the oldest first, for rules about history.
    pub before: Vec<Earlier>,
    /// The day on which the files became what they are; today where it is not said.
    pub changed: Option<Day>,
    /// Where it begins in the rule file.
    pub span: Span,
}

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// Path from the root of the tree, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether git ignores it.
    pub ignored: bool,
    /// Whether git does not know it, although it knows the others.
    pub untracked: bool,
}

/// An earlier state of an example's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The day it was committed.
    pub day: Day,
    /// The message of its commit.
    pub message: String,
    /// The files that the commit changed.
    pub files: Vec<ExampleFile>,
}

/// What a rule is to say of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// `[[good]]`: nothing.
    Nothing,
    /// `[[unknown]]`: nothing, and that it could not be decided.
    Undecided,
    /// `[[bad]]`: a finding here, and none on another line.
    Finding {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u32,
        /// Its severity, when the example says it.
        severity: Option<Severity>,
        /// Its message, when the example says it.
        message: Option<String>,
    },
}

/// Keys of an example that are no names of files.
const WORDS: &[&str] = &["line", "path", "severity", "message", "params", "today", "before", "changed"];

const SEVERITIES: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];

/// Reads the list under `good`, `bad` or `unknown`; what is wrong is left out and reported.
pub(super) fn read_all(faults: &mut Faults, key: &str, node: Node<'_>, params: &Params) -> Vec<Example> {
    if !node.is_list() {
        faults.wrong_type(node, &format!("`{key}`"), &format!("written as [[{key}]]"));
        return Vec::new();
    }
    node.items().filter_map(|item| read(faults, key, item, params)).collect()
}

fn read(faults: &mut Faults, key: &str, node: Node<'_>, params: &Params) -> Option<Example> {
    if !node.is_map() {
        faults.wrong_type(node, &format!("an example of `{key}`"), "a table");
        return None;
    }
    let mut reading = Reading::default();
    let faults_before = faults.0.len();
    let mut example_params = params.clone();
    for entry in node.entries() {
        let Some(name) = entry.key.scalar() else { continue };
        match name {
            "params" => set_params(faults, entry.value, &mut example_params),
            "today" => reading.today = day(faults, "today", entry.value),
            "changed" => reading.changed = day(faults, "changed", entry.value),
            "before" => reading.before = entry.value.items().filter_map(|item| earlier(faults, item)).collect(),
            _ if !WORDS.contains(&name) => reading.files.extend(file(faults, name, &entry)),
            _ if key != "bad" => {
                let help = format!("only [[bad]] examples expect a finding; a file called `{name}` needs a folder");
                faults.add(entry.key.span(), format!("`{name}` has no meaning in a [[{key}]] example"), Some(help));
            }
            _ => reading.expectation(faults, name, entry.value),
        }
    }
    if reading.files.is_empty() {
        faults.add(node.span(), "this example has no file", Some("\"template.yaml\" = '''...'''".to_owned()));
        return None;
    }
    let expected = match key {
        "good" => Expected::Nothing,
        "unknown" => Expected::Undecided,
        // A slip in another key may be the line that is missed.
        _ if reading.line.is_none() && faults.0.len() > faults_before => return None,
        _ => reading.finding(faults, node)?,
    };
    Some(Example {
        files: reading.files,
        expected,
        params: example_params,
        today: reading.today,
        before: reading.before,
        changed: reading.changed,
        span: node.span(),
    })
}

#[derive(Default)]
struct Reading {
    files: Vec<ExampleFile>,
    today: Option<Day>,
    before: Vec<Earlier>,
    changed: Option<Day>,
    line: Option<(u32, Span)>,
    path: Option<(String, Span)>,
    severity: Option<Severity>,
    message: Option<String>,
}

impl Reading {
    fn expectation(&mut self, faults: &mut Faults, name: &str, value: Node<'_>) {
        match name {
            "line" => match value.int().and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0) {
                Some(line) => self.line = Some((line, value.span())),
                None => faults.wrong_type(value, "`line`", "the number of a line, from 1"),
            },
            "path" => self.path = faults.text(value, "`path`").map(|path| (path, value.span())),
            "severity" => self.severity = faults.word(value, "`severity`", SEVERITIES),
            _ => self.message = faults.text(value, "`message`"),
        }
    }

    fn finding(&mut self, faults: &mut Faults, node: Node<'_>) -> Option<Expected> {
        let Some((line, line_span)) = self.line else {
            let help = "add `line = N`: the line of its file on which the finding stands".to_owned();
            faults.add(node.span(), "this bad example says no `line`", Some(help));
            return None;
        };
        let path = match (self.path.take(), &self.files[..]) {
            // The file that is written first is the one the example is about.
            (None, files) => files.first()?.path.clone(),
            (Some((path, span)), files) => {
                if !files.iter().any(|file| file.path == path) {
                    let names = files.iter().map(|file| file.path.as_str());
                    let help = nearest(&path, names).map(|near| format!("did you mean `{near}`?"));
                    faults.add(span, format!("the example has no file `{path}`"), help);
                    return None;
                }
                path
            }
        };
        let text = self.files.iter().find(|file| file.path == path).map_or("", |file| &file.text);
        let lines = text.lines().count().max(1);
        if line as usize > lines {
            let help = format!("`{path}` has {}", crate::words::counted(lines, "line"));
            faults.add(line_span, format!("there is no line {line}"), Some(help));
            return None;
        }
        Some(Expected::Finding { path, line, severity: self.severity, message: self.message.take() })
    }
}

fn file(faults: &mut Faults, name: &str, entry: &Entry<'_>) -> Option<ExampleFile> {
    let is_word_like = !name.contains(['.', '/']) && nearest(name, WORDS.iter().copied()).is_some();
    if is_word_like {
        let near = nearest(name, WORDS.iter().copied()).unwrap_or_default();
        let help = format!("did you mean `{near}`? other keys are names of files");
        faults.add(entry.key.span(), format!("an example has no key `{name}`"), Some(help));
        return None;
    }
    if crate::path::join("", name).as_deref() != Some(name) || name.is_empty() {
        let help = "name it from the root of the example, with `/`, without `.` and `..`".to_owned();
        faults.add(entry.key.span(), format!("`{name}` is not the path of a file"), Some(help));
        return None;
    }
    let mut file = ExampleFile { path: name.to_owned(), text: String::new(), ignored: false, untracked: false };
    if !entry.value.is_map() {
        file.text = faults.text(entry.value, &format!("the file `{name}`"))?;
        return Some(file);
    }
    if entry.value.get("text").is_none() {
        let help = "write its text after its name; names with a dot are quoted: \"template.yaml\" = '''...'''";
        faults.add(entry.key.span(), format!("the file `{name}` has no `text`"), Some(help.to_owned()));
        return None;
    }
    for (key, part) in faults.entries(entry.value, &format!("the file `{name}`"), &["text", "ignored", "untracked"]) {
        match key {
            "text" => file.text = faults.text(part.value, "`text`")?,
            _ => match part.value.bool() {
                Some(ignored) if key == "ignored" => file.ignored = ignored,
                Some(untracked) => file.untracked = untracked,
                None => faults.wrong_type(part.value, &format!("`{key}`"), "true or false"),
            },
        }
    }
    Some(file)
}

/// An entry of `before`: a date, a message where it matters, and the files that the commit changed.
fn earlier(faults: &mut Faults, node: Node<'_>) -> Option<Earlier> {
    let mut earlier = Earlier { day: Day(0), message: String::new(), files: Vec::new() };
    let mut date = None;
    for entry in node.entries() {
        match entry.key.scalar()? {
            "date" => date = Some(day(faults, "date", entry.value)?),
            "message" => earlier.message = faults.text(entry.value, "`message`")?,
            name => earlier.files.extend(file(faults, name, &entry)),
        }
    }
    let Some(date) = date else {
        let help = "add `date = 2026-11-01`: the day of the commit".to_owned();
        faults.add(node.span(), "this earlier state says no `date`", Some(help));
        return None;
    };
    earlier.day = date;
    Some(earlier)
}

fn day(faults: &mut Faults, key: &str, node: Node<'_>) -> Option<Day> {
    let day = node.scalar().and_then(Day::parse);
    if day.is_none() {
        faults.wrong_type(node, &format!("`{key}`"), "a date such as 2026-11-23");
    }
    day
}

fn set_params(faults: &mut Faults, node: Node<'_>, params: &mut Params) {
    if !node.is_map() {
        faults.wrong_type(node, "`params`", "a table");
        return;
    }
    for entry in node.entries() {
        let (Some(name), Some(value)) = (entry.key.scalar(), ParamValue::from_node(entry.value)) else {
            faults.wrong_type(entry.value, "a parameter", "a whole number, a text, true or false, or a list of texts");
            continue;
        };
        if let Err(error) = params.set(name, value) {
            faults.add(entry.key.span(), error.to_string(), error.help());
        }
    }
}
