//! The terminal: whether it takes colours, and where complaints go.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use similar::TextDiff;

use crate::cli::Color;
use crate::printable::printable;
use crate::report::problem_frame;
use crate::source::{Sources, Span};

/// Decides once whether colours are used, and tells everything that colours by itself.
pub(super) fn colors(wanted: Color) -> bool {
    let color = match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    };
    colored::control::set_override(color);
    color
}

/// Whether only what must be known is said.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Sets once whether only what must be known is said.
pub(super) fn hush(is_quiet: bool) {
    IS_QUIET.store(is_quiet, Ordering::Relaxed);
}

/// Whether only what must be known is said.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Says on standard error what went wrong.
pub(super) fn complain(message: &str) {
    say(&format!("error: {}", printable(message)));
}

/// Says something on standard error; when that is closed there is nobody to tell.
pub(super) fn say(text: &str) {
    let _unheard = writeln!(io::stderr().lock(), "{text}");
}

/// Says on standard error what was done, unless that is not wanted.
pub(super) fn tell(text: &str) {
    if !is_quiet() {
        say(text);
    }
}

/// Says on standard error what is wrong at a place.
pub(super) fn show_problem(message: &str, span: Span, help: Option<&str>, texts: &Sources, color: bool) {
    say(&format!("{}\n", problem_frame(message, span, help, texts, color)));
}

/// Prints a unified diff; an empty `old` is a file that is new. A terminal gets no control characters of the texts.
pub(super) fn show_diff(path: &str, old: &str, new: &str) -> anyhow::Result<()> {
    let from = if old.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}") };
    let text = TextDiff::from_lines(old, new).unified_diff().header(&from, &format!("b/{path}")).to_string();
    let shown = if io::stdout().is_terminal() {
        let lines = text.lines().map(|line| printable(line.trim_end_matches('\r')) + "\n");
        lines.collect()
    } else {
        text
    };
    super::print(shown.as_bytes())?;
    Ok(())
}
