//! Code frames: places of one or several files with their labels.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::finding::{Finding, Label};
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::{Sources, Span, line_range};
use crate::words::counted;

/// Longer lines are cut around the place, so that a minified file cannot flood a terminal.
const LONGEST_LINE: usize = 400;

/// Further places that are shown with their line; the JSON report holds all of them.
const RELATED_SHOWN: usize = 4;

/// The line of a place, and which part of it is meant.
pub(super) struct Excerpt {
    /// The line, cut around the place where it is long.
    pub(super) text: String,
    line: u32,
    /// The bytes that are meant; of a place of several lines those of its first one.
    pub(super) marked: Range<usize>,
}

/// The frame of a finding, with its reasons below.
pub(super) fn finding_frame(finding: &Finding, sources: &Sources, color: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = printable(&finding.message).into_owned();
    let mut group = level.primary_title(message).id(finding.rule.clone()).element(snippet(
        &finding.primary,
        AnnotationKind::Primary,
        sources,
    ));
    for related in finding.related.iter().take(RELATED_SHOWN) {
        group = group.element(snippet(related, AnnotationKind::Context, sources));
    }
    if let Some(further) = further_places(&finding.related, sources) {
        group = group.element(Level::NOTE.with_name("also").message(further));
    }
    if !finding.why.is_empty() {
        group = group.element(Level::NOTE.with_name("why").message(one_line(&finding.why)));
    }
    let help = finding
        .fix
        .as_ref()
        .map_or(finding.help.as_str(), |fix| if fix.title.is_empty() { &finding.help } else { &fix.title });
    if !help.is_empty() {
        group = group.element(Level::HELP.with_name("fix").message(one_line(help)));
    }
    if let Some(command) = finding.fix.as_ref().and_then(|fix| fix.command.as_ref()) {
        group = group.element(Level::HELP.with_name("run").message(one_line(command)));
    }
    let more = format!("reproof rules explain {}", finding.rule);
    group = group.element(Level::NOTE.with_name("more").message(more));
    render(group, color)
}

/// The frame of something wrong with a rule or a configuration: an error with one place.
pub fn problem_frame(message: &str, span: Span, help: Option<&str>, sources: &Sources, color: bool) -> String {
    let label = Label { span, text: String::new() };
    let mut group = Level::ERROR.primary_title(printable(message).into_owned()).element(snippet(
        &label,
        AnnotationKind::Primary,
        sources,
    ));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    render(group, color)
}

/// The places beyond those that are shown with their line: the first ones by name, the others counted.
fn further_places(related: &[Label], sources: &Sources) -> Option<String> {
    const NAMED: usize = 3;
    let further = related.get(RELATED_SHOWN..).filter(|further| !further.is_empty())?;
    let named: Vec<String> = further
        .iter()
        .take(NAMED)
        .map(|label| {
            let place = sources.location(label.span);
            format!("{}:{}", printable(&place.path), place.start.line)
        })
        .collect();
    let named = named.join(", ");
    Some(match further.len().saturating_sub(NAMED) {
        0 => named,
        unnamed => format!("{named} and {} (the JSON report names all)", counted(unnamed, "further place")),
    })
}

fn render(group: Group<'_>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// Text of several lines as one, spaces folded.
pub(super) fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn snippet<'a>(label: &Label, kind: AnnotationKind, sources: &Sources) -> Snippet<'a, Annotation<'a>> {
    let path = printable(sources.path(label.span.source)).into_owned();
    let excerpt = excerpt(label.span, sources);
    let mut annotation = kind.span(excerpt.marked);
    if !label.text.is_empty() {
        annotation = annotation.label(printable(&label.text).into_owned());
    }
    Snippet::source(excerpt.text).line_start(excerpt.line as usize).path(path).annotation(annotation)
}

/// The line of a place.
pub(super) fn excerpt(span: Span, sources: &Sources) -> Excerpt {
    let line = sources.location(span).start.line;
    sources.around(span, |text, range| {
        let (window, offset) = window(text, &range, line);
        let start = range.start.saturating_sub(offset).min(window.len());
        // A place of several lines is shown by its first one: the rest is the body of a block.
        let line_end = window[start..].find(['\n', '\r']).map_or(window.len(), |at| start + at);
        let end = range.end.saturating_sub(offset).clamp(start, line_end);
        Excerpt { text: window.to_owned(), line, marked: start..end }
    })
}

/// The part of a line that is shown, and where it begins.
fn window<'t>(text: &'t str, range: &Range<usize>, line: u32) -> (&'t str, usize) {
    let whole = line_range(text, line);
    let mut start = whole.start.min(range.start);
    let mut end = whole.end.max(range.start);
    if end - start > LONGEST_LINE {
        start = floor(text, range.start.saturating_sub(LONGEST_LINE / 4).max(start));
        end = floor(text, (start + LONGEST_LINE).min(end));
    }
    (&text[start..end.max(start)], start)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
