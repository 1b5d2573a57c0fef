//! JSON texts and their trees, or the words and the place of their errors.

use super::shown;
use crate::source::SourceId;
use crate::syntax::{json, json5};

fn refused(text: &str) -> String {
    let error = json::parse(SourceId::FIRST, &text.into()).unwrap_err();
    format!("{} @{}..{}", error.message, error.start, error.end)
}

#[test]
fn trees() {
    let cases = [
        (r#"[1, -0, 2.5e3, 1E400]"#, "[Int(1)@1..2, Int(-0)@4..6, Float(2.5e3)@8..13, Float(1E400)@15..20]@0..21"),
        (r#" {"a":{},"a":[]} "#, "{Text(a)@2..5: {}@6..8, Text(a)@9..12: []@13..15}@1..16"),
        (r#""\u00e9\ud83d\ude00\n""#, "Text(é😀\n)@0..22"),
        ("[true,false,null]", "[Bool(true)@1..5, Bool(false)@6..11, Null()@12..16]@0..17"),
        ("9223372036854775808", "Float(9223372036854775808)@0..19"),
        ("-9223372036854775808", "Int(-9223372036854775808)@0..20"),
        ("\"0123456é\"", "Text(0123456é)@0..11"),
    ];
    for (text, tree) in cases {
        let document = json::parse(SourceId::FIRST, &text.into()).unwrap();
        assert_eq!(shown(document.root()), tree, "{text}");
    }
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("", "the file is empty @0..0"),
        (" ", "the text ends where a value should stand @1..1"),
        ("[1,]", "a comma stands before this `]` @3..4"),
        (r#"{"a":1,}"#, "a comma stands before this `}` @7..8"),
        (r#"{"a":[1"#, "this `[` is never closed @5..6"),
        (r#"{"a""#, "this `{` is never closed @0..1"),
        (r#"{"a" 1}"#, "expected `:` after the key @5..6"),
        (r#"{"a":1 "b":2}"#, "expected `,` or `}` @7..8"),
        ("[1}", "expected `,` or `]` @2..3"),
        ("{a:1}", "expected a key in double quotes or `}` @1..2"),
        ("{'a':1}", "JSON strings stand in double quotes @1..2"),
        ("[True]", "`True` is not a JSON value: text stands in double quotes @1..5"),
        ("[nul]", "`nul` is not a JSON value: text stands in double quotes @1..4"),
        ("[1] x", "expected the end of the text @4..5"),
        ("// a\n1", "JSON has no comments @0..1"),
        ("01", "a number must not begin with a zero @0..2"),
        ("-", "the text ends where a digit should stand @1..1"),
        ("1.e", "expected a digit after the decimal point @2..3"),
        ("[1e]", "expected a digit in the exponent @3..4"),
        ("\"a\nb\"", "this string has no closing `\"` on its line @0..2"),
        ("\"a", "this string has no closing `\"` on its line @0..2"),
        ("\"\t\"", "a control character must be written as an escape, such as `\\t` @1..2"),
        (r#""\x""#, "JSON has no such escape @1..3"),
        (r#""\é""#, "JSON has no such escape @1..4"),
        ("\"\\", "JSON has no such escape @1..2"),
        (r#""\u12""#, "`\\u` needs four hexadecimal digits @1..5"),
        (r#""\ud800""#, "this escape is half of a pair (a lone surrogate) @1..7"),
        (r#""\ud800\u0041""#, "this escape is half of a pair (a lone surrogate) @1..7"),
        ("[\u{a0}1]", "expected a value or `]` @1..3"),
    ];
    for (text, error) in cases {
        assert_eq!(refused(text), error, "{text}");
    }
    assert_eq!(refused(&"[".repeat(201)), "nested more than 200 levels deep @200..201");
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert!(json::parse(SourceId::FIRST, &deep.as_str().into()).is_ok());
}

#[test]
fn comments_and_trailing_commas_where_they_are_allowed() {
    let text = "// one\n{\"a\": [1, /* two\n */ 2,], // three\r\n}\n";
    let document = json::parse_with_comments(SourceId::FIRST, &text.into()).unwrap();
    assert_eq!(shown(document.root()), "{Text(a)@8..11: [Int(1)@14..15, Int(2)@28..29]@13..31}@7..44");
    let comments: Vec<_> = document.comments().map(|place| &text[place.range()]).collect();
    assert_eq!(comments, ["// one", "/* two\n */", "// three"]);
    for text in ["[,]", "{,}", "[1,,]", "[1 /* ]", "/", "[1]/", "/*/"] {
        assert!(json::parse_with_comments(SourceId::FIRST, &text.into()).is_err(), "{text}");
    }
}

#[test]
fn json5_is_the_same_tree() {
    let cases = [
        (
            "{a: 'x', \"b\": [1, +2, 0x1F,],} // end",
            "{Text(a)@1..2: Text(x)@4..7, Text(b)@9..12: [Int(1)@15..16, Int(+2)@18..20, Int(0x1F)@22..26]@14..28}@0..30",
        ),
        ("'it\\'s'", "Text(it's)@0..7"),
        (
            "[-Infinity, .5, null, true]",
            "[Float(-Infinity)@1..10, Float(.5)@12..14, Null()@16..20, Bool(true)@22..26]@0..27",
        ),
    ];
    for (text, tree) in cases {
        let document = json5::parse(SourceId::FIRST, &text.into()).unwrap();
        assert_eq!(shown(document.root()), tree, "{text}");
    }
    let comments = json5::parse(SourceId::FIRST, &"/* a */ {}".into()).unwrap().comments().count();
    assert_eq!(comments, 1);
    for (text, error) in [
        ("", "the file is empty"),
        ("{a: 1 b: 2}", "expected comma"),
        ("{a:}", "unexpected close brace"),
        ("['", "unterminated string literal"),
    ] {
        assert_eq!(json5::parse(SourceId::FIRST, &text.into()).unwrap_err().message, error, "{text}");
    }
    let deep = format!("{}{}", "[".repeat(201), "]".repeat(201));
    assert_eq!(
        json5::parse(SourceId::FIRST, &deep.as_str().into()).unwrap_err().message,
        "nested more than 200 levels deep"
    );
}
