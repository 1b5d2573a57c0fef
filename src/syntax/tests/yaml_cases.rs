//! YAML texts and their trees, or the words and the place of their errors.

use super::shown;
use crate::source::SourceId;
use crate::syntax::{Kind, yaml};

fn trees(text: &str) -> String {
    let document = yaml::parse(SourceId::FIRST, &text.into()).unwrap();
    document.roots().map(shown).collect::<Vec<_>>().join(" | ")
}

#[test]
fn places() {
    let cases = [
        // A block ends with its last value, not at the next token.
        (
            "a:\n  b: 1 # c\n\n# x\nc:\n  - 1\n  -\n\nd: 2\n",
            "{Text(a)@0..1: {Text(b)@5..6: Int(1)@8..9}@5..9, Text(c)@19..20: [Int(1)@26..27, Null()@31..31]@24..31, Text(d)@33..34: Int(2)@36..37}@0..37",
        ),
        // A list that is not indented begins at its first dash.
        ("a:\n- 1\n- - 2\n\n#k\n", "{Text(a)@0..1: [Int(1)@5..6, [Int(2)@11..12]@9..12]@3..12}@0..12"),
        ("a:\n-\n- 2\n", "{Text(a)@0..1: [Null()@4..4, Int(2)@7..8]@3..8}@0..8"),
        ("a::\r- ##\n-", "{Text(a:)@0..2: [Null()@5..5, Null()@10..10]@4..10}@0..10"),
        ("- # k\n- b\n", "[Null()@1..1, Text(b)@8..9]@0..9"),
        // What is not written stands after its sign.
        ("f: # x\ng:\n", "{Text(f)@0..1: Null()@2..2, Text(g)@7..8: Null()@9..9}@0..9"),
        ("? c\n", "{Text(c)@2..3: Null()@3..3}@0..3"),
        ("y: !Ref\nx: !!str\n", "{Text(y)@0..1: !Ref Text()@7..7, Text(x)@8..9: !!str Text()@16..16}@0..16"),
        // Block scalars begin after their header and end with their last line.
        (
            "d: |\n  hi\n  ho\n\n\ne: >-\n  x\n",
            "{Text(d)@0..1: Text(hi\nho\n)@7..14, Text(e)@17..18: Text(x)@25..26}@0..26",
        ),
        // Flow collections, and single pairs in them.
        (
            "c: &x !T {k: v}\nd: [a: b, ? c , e: ]\n",
            "{Text(c)@0..1: !T {Text(k)@10..11: Text(v)@13..14}@9..15, Text(d)@16..17: [{Text(a)@20..21: Text(b)@23..24}@20..24, {Text(c)@28..29: Null()@29..29}@26..29, {Text(e)@32..33: Null()@34..34}@32..34]@19..36}@0..36",
        ),
        // Bytes, not characters; line ends of both kinds; tabs after a colon.
        ("é: !Sub\n  - x\n", "{Text(é)@0..2: !Sub [Text(x)@13..14]@11..14}@0..14"),
        ("- a\r\n- b\r\n  c\r\n", "[Text(a)@2..3, Text(b c)@7..13]@0..13"),
        ("k:\tv \n'it''s': \"a\\tb\"", "{Text(k)@0..1: Text(v)@3..4, Text(it's)@6..13: Text(a\tb)@15..21}@0..21"),
        // An alias is what it stands for.
        ("x: &a [1]\ny: *a\n", "{Text(x)@0..1: [Int(1)@7..8]@6..9, Text(y)@10..11: [Int(1)@7..8]@6..9}@0..15"),
        ("--- a\n---\n...\n---\nb\n", "Text(a)@4..5 | Null()@9..9 | Text(b)@18..19"),
        ("", "Null()@0..0"),
    ];
    for (text, tree) in cases {
        assert_eq!(trees(text), tree, "{text}");
    }
}

#[test]
fn core_rules() {
    let cases = [
        ("3.10", Kind::Float),
        ("1e3", Kind::Float),
        (".5", Kind::Float),
        ("-.inf", Kind::Float),
        (".NaN", Kind::Float),
        ("99999999999999999999", Kind::Float),
        ("+1", Kind::Int),
        ("0", Kind::Int),
        ("0x1F", Kind::Int),
        ("0o17", Kind::Int),
        ("True", Kind::Bool),
        ("~", Kind::Null),
        ("NULL", Kind::Null),
        ("0123", Kind::Text),
        ("012345678901", Kind::Text),
        ("1_000", Kind::Text),
        ("12:30", Kind::Text),
        ("on", Kind::Text),
        ("yes", Kind::Text),
        ("2012-10-17", Kind::Text),
        ("1.2.3", Kind::Text),
        ("1e", Kind::Text),
        (".", Kind::Text),
        ("-", Kind::Text),
        ("0x", Kind::Text),
        ("'1'", Kind::Text),
        ("!!str 1", Kind::Text),
        ("!Ref 1", Kind::Text),
        ("!!int '1'", Kind::Int),
    ];
    for (written, kind) in cases {
        let document = yaml::parse(SourceId::FIRST, &format!("a: {written}").as_str().into());
        let kind_read = document.map(|document| document.root().get("a").unwrap().kind());
        assert!(kind_read == Ok(kind) || written == "-", "{written}: {kind_read:?}");
    }
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("a: [1\n", "this `[` is never closed @3..4"),
        ("a: {b]}", "this `{` is closed by a `]` @3..4"),
        ("a: ]", "this bracket closes nothing @3..4"),
        ("a: *b\n", "no anchor `&b` stands before this alias @3..5"),
        ("a: &b 1\n---\na: *b\n", "no anchor `&b` stands before this alias @15..17"),
        ("a: &b [*b]\n", "this alias stands inside the value that `&b` names @7..9"),
        (
            "a: b: c\n",
            "no `key: value` can stand here: check the indentation, or put a text that holds `: ` in quotes @4..5",
        ),
        ("a:\n  b: 1\n c: 2\n", "expected a key of the map above: check the indentation of this line @11..12"),
        ("- a\nb: c", "expected `- ` of the list above: check the indentation of this line @4..5"),
        ("a: - b", "no list item can stand here: begin it on a line of its own @3..4"),
        ("a: b\nc\n", "expected a key with `:` after it @5..6"),
        ("a:\n\tb: 1", "tabs cannot indent YAML, only spaces can @4..5"),
        ("é: \"x\n", "this quote is never closed @4..5"),
        ("[a]\nb\n", "nothing can stand here: the value of this document is complete above @4..5"),
        ("a: @foo", "a text without quotes cannot begin with `@` @3..4"),
        ("a: 'x' y", "nothing can stand after a closing quote @7..8"),
        ("a: b #c\n  d", "no comment can stand inside a text of several lines @5..6"),
        ("a: |x\n b", "only a comment can follow `|` or `>` on their line @3..4"),
    ];
    for (text, wanted) in cases {
        let error = yaml::parse(SourceId::FIRST, &text.into()).unwrap_err();
        assert_eq!(format!("{} @{}..{}", error.message, error.start, error.end), wanted, "{text}");
    }
}

#[test]
fn aliases_count_with_what_they_stand_for() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let text = |depth: usize| format!("a: &a {}\nb: {}*a{}\n", nested(100), "[".repeat(depth), "]".repeat(depth));
    assert!(yaml::parse(SourceId::FIRST, &text(99).as_str().into()).is_ok());
    let error = yaml::parse(SourceId::FIRST, &text(100).as_str().into()).unwrap_err();
    assert_eq!(error.message, "nested more than 200 levels deep");
}

#[test]
fn comments_in_any_number_are_noted() {
    let text = format!("a:\n{}  b: 1 # last\n", "# x\n".repeat(1000));
    let document = yaml::parse(SourceId::FIRST, &text.as_str().into()).unwrap();
    assert_eq!(document.comments().count(), 1001);
    assert_eq!(document.comments().last().map(|place| &text[place.range()]), Some("# last"));
}
