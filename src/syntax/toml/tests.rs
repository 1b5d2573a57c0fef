//! Plain TOML and any TOML give one tree.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use proptest::prelude::*;

use super::{parse_any, plain};
use crate::source::SourceId;

/// Texts as tools write them.
const WRITTEN: &[&str] = &[
    "version = 1\nrevision = 3\nrequires-python = \">=3.11\"\nresolution-markers = [\n    \"a\",\n    \"b\",\n]\n\n[options]\nx = true\n\n\
     [manifest]\nmembers = []\n\n[[manifest.dependency-metadata]]\nname = \"x\"\n\n[[package]]\nname = \"a\"\nsource = { registry = \"https://index.example.com/simple\" }\n\
     wheels = [\n    { url = \"https://files.example.com/a.whl\", hash = \"sha256:00\", size = 12 },\n]\n\n[package.optional-dependencies]\nx = [\n    { name = \"b\", extra = [\"y\"] },\n]\n\n\
     [package.metadata]\nrequires-dist = [{ name = \"b\", specifier = \">=1\" }]\n\n[package.metadata.requires-dev]\ndev = []\n\n[[package]]\nname = \"b\"\n",
    "# This file is written by a tool.\n\n[[package]]\nname = \"a\"\noptional = false\nfiles = []\n\n[package.dependencies]\n\"b.c\" = {version = \"*\", markers = \"x == \\\"y\\\"\"}\n\
     d = [\n    {version = \"1\"},\n    {version = \"2\"},\n]\n\n[package.source]\nurl = \"\"\n\n[extras]\nall = [\"a\"]\n\n[metadata]\nlock-version = \"2.1\"\n\n[metadata.files]\na = [\n]\n",
    "title = \"A rule\"\nwhen = 'x == \"y\"'\nwhy = '''\nIt's \\ said.\n\nTwice: é\n'''\nsafe = true\nempty = ''\nnone = ''''''\nrelated = { \"a.b\" = 'c' }\n\n[params]\n# Seconds.\nseconds = 0\n",
    "version = 4\n\n[[package]]\nname = \"é\"\ndependencies = [\n \"b 1.0.0\",\n \"c\",\n]\n\n[[patch.unused]]\nname = \"z\"\n",
];

const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    ".",
    "=",
    " = ",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\t",
    "#",
    "\"",
    "\"\"",
    "\"\"\"",
    "'",
    "''",
    "'''",
    "'''\n",
    "\\",
    "\\\"",
    "\\n",
    "a",
    "é",
    "0",
    "01",
    "1",
    "1.5",
    "1_0",
    "true",
    "truer",
    "[package]\n",
    "[[package]]\n",
    "[a]\n",
    "[a.b]\n",
    "[package.x]\n",
    "[[package.x]]\n",
    "a = 1\n",
    "name = \"x\"\n",
    "name = \"x\", ",
    "\u{7f}",
    "\u{0}",
    "2020-01-01",
    "99999999999999999999",
];

/// Reads both ways; says whether the text was plain.
fn agree(text: &str) -> bool {
    let text: Arc<str> = text.into();
    let Some(plain) = plain::read(SourceId::FIRST, &text, 7) else { return false };
    let any = parse_any(SourceId::FIRST, &text, 7).unwrap_or_else(|error| panic!("{error:?} in {text}"));
    assert_eq!(format!("{plain:?}"), format!("{any:?}"), "{text}");
    true
}

#[test]
fn what_tools_write_is_plain() {
    for text in WRITTEN.iter().take(3) {
        assert!(agree(text), "{text}");
    }
}

#[test]
fn a_table_of_many_keys_and_a_key_that_comes_again() {
    let many: String = (0..1000).map(|n| format!("k{n} = {n}\n")).collect();
    assert!(agree(&many));
    assert!(!agree(&format!("{many}k7 = 1\n")));
    assert!(!agree(&format!("{many}k999 = 1\n")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn plain_and_any_agree(
        seed in 0..WRITTEN.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, any::<prop::sample::Index>()), 0..4),
    ) {
        let mut text = WRITTEN[seed].to_owned();
        for (at, taken, piece) in changes {
            let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let first = at.index(borders.len());
            let last = (first + taken).min(borders.len() - 1);
            text.replace_range(borders[first]..borders[last], PIECES[piece.index(PIECES.len())]);
        }
        agree(&text);
    }
}
