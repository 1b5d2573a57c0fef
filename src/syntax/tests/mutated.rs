//! Texts like those that people have, changed at random: what is read has places that hold,
//! and the walk over it ends.

use std::sync::Arc;

use proptest::prelude::*;

use super::spans_hold;
use crate::source::SourceId;
use crate::syntax::{Node, json, json5, toml, yaml};

const SEEDS: &[&str] = &[
    "a: &x\n  b: !Ref c # d\n  <<: *x\nlist:\n- 1\n-\n  - two\n? k\n: v\nt: |\n  x\n\n  y\n\nf: {a: [b, c: d], e: 'it''s'}\n",
    "---\nx: \"\\u00e9\"\r\ny: >-\r\n  folded\r\n  text\r\n...\n--- !T\n- - é\n  -\n",
    "a.b = 1\n[t.\"q#\"]\nd = 2020-01-01 # c\ns = \"\"\"\nx\\\n y\"\"\"\n[[l.m]]\nk = { a.b = 1_0, c = [1, 'x'] }\n[l.n]\n",
    "{\"a\": [1, -2.5e3, \"\\ud83d\\ude00 é\"], /* c */ \"b\": {\"c\": null,}} // d\n",
];

const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    ",",
    "- ",
    "-\n",
    "? ",
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "#",
    " #",
    "\"",
    "'",
    "&x ",
    "*x",
    "!Ref ",
    "!!str ",
    "|\n",
    ">-\n",
    "\\",
    "---\n",
    "...\n",
    "[[",
    "]]",
    ".",
    "=",
    " = ",
    "\"\"\"",
    "'''",
    "/*",
    "//",
    "é",
    "😀",
    "0",
    "1e9",
    "<<: ",
    "%TAG ! x:\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{7f}",
];

/// Where, how many bytes to take away, and which piece to put there.
type Change = (prop::sample::Index, usize, prop::sample::Index);

fn changed(seed: &str, changes: &[Change]) -> Arc<str> {
    let mut text = seed.to_owned();
    for (at, taken, piece) in changes {
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let first = at.index(borders.len());
        let last = (first + taken).min(borders.len() - 1);
        text.replace_range(borders[first]..borders[last], PIECES[piece.index(PIECES.len())]);
    }
    text.into()
}

/// Places hold unless aliases stand in the way, whose values are elsewhere.
fn walk(root: Node<'_>, text: &str) {
    if !text.contains('*') {
        spans_hold(root, text, 0);
    }
    let mut rest = vec![root];
    while let Some(node) = rest.pop() {
        rest.extend(node.items());
        rest.extend(node.own_entries().flat_map(|entry| [entry.key, entry.value]));
        assert!(node.entries().len() <= text.len() * text.len());
    }
}

/// A lockfile as pnpm and Yarn write them.
const PLAIN: &str = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\n# a word\nimporters:\n\n  .:\n    dependencies:\n      \
    '@s/a':\n        specifier: ^1.0.0\n        version: 1.0.0(b@2.0.0)\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-aa==, \
    tarball: https://x.example.com/a}\n    engines: {node: '>=18', npm: 8}\n    cpu: [x64, arm]\n    os: []\n    deprecated: |-\n      it''s old\n\n      \
    use b: c # d\n    hasBin: true\n  b@2.0.0: {}\nempty:\nlist:\n- one\n- 'it''s'\nlast:\n  - 1.50\n  - x: y\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_yaml_is_the_same_tree(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, any::<prop::sample::Index>()), 0..4),
    ) {
        let text = changed(PLAIN, &changes);
        if let Some(document) = yaml::plain_only(SourceId::FIRST, &text) {
            let whole = yaml::parse_whole(SourceId::FIRST, &text);
            prop_assert!(whole.is_ok(), "{whole:?}\n{text}");
            let whole = whole.unwrap();
            let trees = |document: &crate::syntax::Document| document.roots().map(super::shown).collect::<Vec<_>>();
            prop_assert_eq!(trees(&document), trees(&whole), "{}", text);
            prop_assert_eq!(document.comments().collect::<Vec<_>>(), whole.comments().collect::<Vec<_>>(), "{}", text);
        }
    }
}

#[test]
fn a_lockfile_is_plain() {
    let text = PLAIN.replace("  - x: y\n", "");
    assert!(yaml::plain_only(SourceId::FIRST, &text.into()).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn places_hold_in_changed_texts(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, any::<prop::sample::Index>()), 0..6),
    ) {
        let text = changed(SEEDS[seed], &changes);
        for parse in [yaml::parse, json::parse, json::parse_with_comments, json5::parse, toml::parse] {
            match parse(SourceId::FIRST, &text) {
                Ok(document) => {
                    document.roots().for_each(|root| walk(root, &text));
                    for place in document.comments() {
                        prop_assert!(text.get(place.range()).is_some_and(|comment| !comment.is_empty()));
                    }
                }
                Err(error) => prop_assert!(text.get(error.start..error.end).is_some(), "{error:?}"),
            }
        }
    }
}
