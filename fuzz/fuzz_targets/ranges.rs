//! Any text is a version, a range, a marker or a requirement of each ecosystem, or none.
#![no_main]

use reproof::bundler::{gemfile::Gemfile, requirement::Version as GemVersion};
use reproof::composer::{constraint::Constraint, version::Version as ComposerVersion};
use reproof::golang::GoMod;
use reproof::node::{range::Range, version::Mode};
use reproof::python::poetry_constraint::Constraint as PoetryConstraint;
use reproof::python::requirements_file::RequirementsFile;
use reproof::python::{Marker, PythonRange, Requirement, Specifier};
use reproof::version::range::{Dialect, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for dialect in [Dialect::Npm, Dialect::Pep440, Dialect::Poetry, Dialect::Pessimistic] {
        let _interval = parse(dialect, text);
    }
    let _range = (Range::parse(text, Mode::Strict), Range::parse(text, Mode::Loose));
    let _specifier = Specifier::parse(text);
    let _requirement = Requirement::parse(text);
    let _constraint = text.parse::<PoetryConstraint>();
    let _composer = (Constraint::parse(text), ComposerVersion::parse(text));
    let _gem = GemVersion::parse(text);
    let _files = (RequirementsFile::parse(text), Gemfile::parse(text), GoMod::parse(text));
    if let Ok(marker) = Marker::parse(text) {
        let python = PythonRange::all();
        // A marker is the same as itself, or too complex to tell.
        assert!(marker.is_same(&marker, &python).unwrap_or(true));
        let _never = marker.and(&marker.negate()).is_never(&python);
    }
});
