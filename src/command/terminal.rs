//! The terminal: whether it takes colours, and where complaints go.

use std::io::{self, Write};

use crate::cli::Color;
use crate::printable::printable;

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

/// Says on standard error what went wrong.
pub(super) fn complain(message: &str) {
    say(&format!("error: {}", printable(message)));
}

/// Says something on standard error; when that is closed there is nobody to tell.
pub(super) fn say(text: &str) {
    let _unheard = writeln!(io::stderr().lock(), "{text}");
}
