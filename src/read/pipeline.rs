//! What the readers of CI definitions share: variables inside names, images, and scripts that
//! are written as lists of lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Output, Reader};
use crate::facts::{Image, Step, Toolchain};
use crate::pin::image;
use crate::source::Span;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;
use crate::syntax::{Document, Kind, Node, Style, yaml};
use crate::value::Value;

/// More items than this in one list are not written by people.
pub(crate) const MOST: usize = 2_000;

/// Marks of templates that are filled in before anybody reads the file.
const TEMPLATES: &[&str] = &["{{", "{%", "<%"];

/// What CircleCI and Azure Pipelines write around names.
const MARKS: &[(&str, &str)] = &[("<<", ">>"), ("${{", "}}"), ("$(", ")")];

/// Variables that a definition sets, the nearer ones over the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// These, and over them those of a map: `NAME: value` or `NAME: {value: value}`.
    pub(crate) fn and(&self, map: Option<Node<'_>>) -> Self {
        let mut all = self.clone();
        for entry in map.into_iter().flat_map(Node::entries).take(MOST) {
            let value = entry.value.get("value").unwrap_or(entry.value);
            if let (Some(name), Some(value)) = (entry.key.scalar(), value.scalar()) {
                all.0.insert(name.to_owned(), value.to_owned());
            }
        }
        all
    }

    /// These, and over them one more.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// A text with what stands between marks replaced; `None` when a name is not known.
    fn filled(&self, text: &str, open: &str, close: &str) -> Option<String> {
        let (mut done, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once(open) {
            let (name, behind) = after.split_once(close)?;
            done.push_str(before);
            done.push_str(self.0.get(name.trim()).filter(|value| !value.contains(['$', '<']))?);
            rest = behind;
        }
        done.push_str(rest);
        Some(done)
    }

    /// A text with its variables replaced.
    pub(crate) fn resolve(&self, text: &str) -> Result<String, String> {
        let unknown = || format!("`{text}` is known only when it runs");
        let filled = MARKS.iter().try_fold(text.to_owned(), |text, (open, close)| self.filled(&text, open, close));
        let filled = filled.ok_or_else(unknown)?;
        let text = filled.as_str();
        if TEMPLATES.iter().chain(&["<<", "$[", "$(", "${{"]).any(|mark| text.contains(mark)) {
            return Err(unknown());
        }
        let (mut done, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('$') {
            done.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let (expression, end) = match after.strip_prefix('{') {
                Some(inside) => {
                    let end = inside.find('}').ok_or_else(unknown)?;
                    (&inside[..end], end + 2)
                }
                None => {
                    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                    (&after[..end], end)
                }
            };
            let (name, default) = match expression.split_once(":-").or_else(|| expression.split_once('-')) {
                Some((name, default)) => (name, Some(default)),
                None => (expression, None),
            };
            let value = self.0.get(name).map(String::as_str).filter(|value| !value.contains('$'));
            done.push_str(value.or(default).ok_or_else(unknown)?);
            rest = &after[end..];
        }
        done.push_str(rest);
        Ok(done)
    }
}

/// The tree of a definition. A text that is no tree because it is a template is a problem of that kind.
pub(crate) fn document(file: &File<'_>, reader: &Reader, output: &mut Output) -> Option<Document> {
    if let Some(mark) = TEMPLATES.iter().find_map(|mark| file.text.find(mark).map(|at| at..at + mark.len()))
        && yaml::parse(file.source, file.text).is_err()
    {
        let explanation = "it is a template that is not filled in".to_owned();
        output.problem(file, reader, "template", explanation, file.span(mark));
        return None;
    }
    output.tree(file, reader, yaml::parse)
}

/// Notes an image that a scalar names; for a job, also the runtime it brings.
pub(crate) fn image(
    file: &File<'_>,
    output: &mut Output,
    label: &str,
    role: &str,
    node: Node<'_>,
    variables: &Variables,
) {
    let Some(text) = node.scalar().filter(|text| !text.is_empty()) else { return };
    let place = node.inner_span();
    if output.facts.images.iter().any(|known| known.header.span == node.span()) {
        return;
    }
    let header = file.part(label, node.span());
    let text = match variables.resolve(text) {
        Ok(text) => text,
        Err(reason) => {
            output.facts.add(Image::unresolved(header, role, &reason, place));
            return;
        }
    };
    output.facts.add(Image::named(header, role, &text, place));
    if role != "job" {
        return;
    }
    let reference = image::parse(&text);
    if let Some((tool, Some(version))) = reference.runtime() {
        let fact = Toolchain::selecting(file.part(&format!("{label}: {tool}"), node.span()), tool, version, place);
        output.facts.add(Toolchain {
            phase: "ci".to_owned(),
            surface: reference.shown(),
            scope: String::new(),
            ..fact
        });
    }
}

/// What a YAML loader makes of a plain version: `3.1` of `3.10`. Absent when it stays the same.
pub(crate) fn loaded_as(node: Node<'_>) -> Value<String> {
    let Some(text) = node.scalar().filter(|_| node.style() == Style::Plain && node.kind() == Kind::Float) else {
        return Value::absent();
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text.split_once('.') {
        Some((whole, fraction)) if plain && fraction.ends_with('0') => {
            let fraction = fraction.trim_end_matches('0');
            let loaded = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
            Value::written(loaded, node.inner_span())
        }
        _ => Value::absent(),
    }
}

/// The scalars of a script: one, a list, or lists inside lists.
pub(crate) fn lines<'d>(node: Node<'d>, found: &mut Vec<Node<'d>>) {
    const DEEPEST: usize = 10;
    fn add<'d>(node: Node<'d>, depth: usize, found: &mut Vec<Node<'d>>) {
        if depth > DEEPEST || found.len() > MOST {
            return;
        }
        if node.scalar().is_some() {
            found.push(node);
        }
        for item in node.items() {
            add(item, depth + 1, found);
        }
    }
    add(node, 0, found);
}

/// How the lines of a script are run.
#[derive(Debug)]
pub(crate) struct Running {
    /// The directory they start in, from the root; or why that is not known.
    pub(crate) directory: Result<String, String>,
    /// Whether the job goes on when they fail, or may leave them out.
    pub(crate) optional: bool,
    /// Whether they are left out where the job releases.
    pub(crate) aside: bool,
}

impl Running {
    /// At the root of the repository, always.
    pub(crate) fn at_root() -> Self {
        Self { directory: Ok(String::new()), optional: false, aside: false }
    }

    /// In the directory that a scalar names.
    pub(crate) fn within(node: Option<Node<'_>>, variables: &Variables) -> Self {
        let Some(text) = node.and_then(Node::scalar) else { return Self::at_root() };
        let home = ["~/project", "$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)", "$CI_PROJECT_DIR"];
        let inside = home.iter().find_map(|home| text.strip_prefix(home)).unwrap_or(text).trim_start_matches('/');
        let directory = variables.resolve(inside).and_then(|text| {
            crate::path::join("", &text).ok_or_else(|| format!("`{text}` lies outside the repository"))
        });
        Self { directory, optional: false, aside: false }
    }
}

/// Adds the lines of a script to a job. Marks such as `<< x >>` are words that are put in when it runs.
pub(crate) fn run(
    file: &File<'_>,
    reader: &Reader,
    output: &mut Output,
    job: &mut Job,
    nodes: &[Node<'_>],
    how: Running,
) {
    let Some((text, places)) = Places::joined(nodes, masked) else { return };
    let plain = Script::plain(&text, &places, how.directory);
    let script = Script { optional: how.optional, aside: how.aside, ..plain };
    if let Err(reason) = job.run(&script)
        && let Some(first) = nodes.first()
    {
        output.problem(file, reader, "script", reason.to_owned(), first.span());
    }
}

/// Whether a script is lines of words without quotes, variables and marks: every shell takes it for the same commands.
pub(crate) fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " _./:=@,+-\n".contains(c))
}

/// Says, once for a file, that it has commands for a shell that is not read.
pub(crate) fn unread(file: &File<'_>, reader: &Reader, output: &mut Output, shell: &str, place: Span) {
    if !output.facts.problems.iter().any(|problem| problem.trouble == "shell") {
        output.problem(file, reader, "shell", format!("its commands for {shell} are not read"), place);
    }
}

/// Marks that the shell would misread, as a variable of the same length.
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (open, close) in [("<<", ">>"), ("{{", "}}")] {
        let mut from = 0;
        while let Some(at) = text[from..].find(open) {
            let start = from + at;
            let inside = &text[start + open.len()..];
            let Some(end) = inside.find(close).filter(|end| !inside[..*end].contains('\n')) else { break };
            from = start + open.len() + end + close.len();
            // `${{` is masked where the shell is read.
            if open == "<<" || !text[..start].ends_with('$') {
                bytes[start..from].fill(b'x');
                bytes[start] = b'$';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Steps of a file that stand in the text once and run in several jobs.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeSet<(u32, u32, String)>);

impl Seen {
    /// Adds the steps of a job; those that another job has brought already are its shadows.
    pub(crate) fn add(&mut self, output: &mut Output, steps: Vec<Step>) {
        for mut step in steps {
            let span = step.header.span;
            step.shadow = !self.0.insert((span.start, span.end, step.command.clone()));
            output.facts.steps.push(step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_names() {
        let set = Variables(BTreeMap::from([
            ("V".to_owned(), "3.12".to_owned()),
            ("W".to_owned(), "$V".to_owned()),
            ("parameters.v".to_owned(), "20".to_owned()),
        ]));
        let cases = [
            ("python:$V", Some("python:3.12")),
            ("python:${V}-slim", Some("python:3.12-slim")),
            ("python:${X:-3.11}", Some("python:3.11")),
            ("python:${X}", None),
            ("python:$W", None),
            ("{{ image }}", None),
            ("<< parameters.image >>", None),
            ("node:<< parameters.v >>-slim", Some("node:20-slim")),
            ("python:$(V)", Some("python:3.12")),
            ("python:$(V", None),
            ("python:${{ parameters.v }}", Some("python:20")),
            ("a$", None),
        ];
        for (text, expected) in cases {
            assert_eq!(set.resolve(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn marks_keep_their_length() {
        assert_eq!(masked("pip install << p.x >> y"), "pip install $xxxxxxxx y");
        assert_eq!(masked("a ${{ x }} {{ y }}"), "a ${{ x }} $xxxxxx");
        assert_eq!(masked("cat <<EOF\nx\nEOF"), "cat <<EOF\nx\nEOF");
    }
}
