//! What the three kinds of registry are asked, and their answers to [`Package`].
//!
//! A parser believes nothing: an answer that is about another name, or that is not the document that was asked
//! for, is an error with the reason.

pub(super) mod node;
pub(super) mod python;
pub(super) mod rust;

use super::package::Package;
use super::table::Ecosystem;

/// Which fields are needed, so that the smaller document may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Files and their hashes.
    Files,
    /// The days of releases too.
    Dates,
}

/// A question as a registry understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// What follows the registry's address.
    pub(super) path: String,
    /// The `Accept` header.
    pub(super) accept: &'static str,
}

/// The question for a name; `None` for what cannot be a name, which no registry is asked for.
pub(super) fn request(ecosystem: Ecosystem, name: &str, detail: Detail) -> Option<Request> {
    match ecosystem {
        Ecosystem::Python => python::request(name),
        Ecosystem::Node => node::request(name, detail),
        Ecosystem::Rust => rust::request(name),
    }
}

/// Reads an answer.
///
/// # Errors
/// Why it is not the document that was asked for.
pub(super) fn parse(ecosystem: Ecosystem, name: &str, kind: &str, body: &[u8]) -> Result<Package, String> {
    let is_page = kind.contains("html") || body.trim_ascii_start().starts_with(b"<");
    if is_page {
        return Err("it answered a web page, not the document that clients read".to_owned());
    }
    match ecosystem {
        Ecosystem::Python => python::parse(name, body),
        Ecosystem::Node => node::parse(name, body),
        Ecosystem::Rust => rust::parse(name, body),
    }
}

/// Why a JSON text is no answer.
fn not_json(error: &serde_json::Error) -> String {
    if error.is_eof() { "its answer is cut off".to_owned() } else { format!("its answer cannot be read: {error}") }
}
