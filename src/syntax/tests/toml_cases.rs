//! TOML texts and their trees, or the words and the place of their errors.

use super::shown;
use crate::source::SourceId;
use crate::syntax::toml;

#[test]
fn trees() {
    let cases = [
        (
            "a.b.c = 1\na.d = 'x'\n",
            "{Text(a)@0..1: {Text(b)@2..3: {Text(c)@4..5: Int(1)@8..9}@2..9, Text(d)@12..13: Text(x)@16..19}@0..19}@0..20",
        ),
        ("[t]\nz = 1\n", "{Text(t)@1..2: {Text(z)@4..5: Int(1)@8..9}@0..9}@0..10"),
        ("[[l]]\nk=1\n[[l]]\n", "{Text(l)@2..3: [{Text(k)@6..7: Int(1)@8..9}@0..9, {}@10..15]@0..15}@0..16"),
        (
            "z = 1\na = 1_0\nd = 0x1f",
            "{Text(z)@0..1: Int(1)@4..5, Text(a)@6..7: Int(1_0)@10..13, Text(d)@14..15: Int(0x1f)@18..22}@0..22",
        ),
        ("d = 2020-01-01", "{Text(d)@0..1: Text(2020-01-01)@4..14}@0..14"),
        ("f = 3.10\ni = -inf", "{Text(f)@0..1: Float(3.10)@4..8, Text(i)@9..10: Float(-inf)@13..17}@0..17"),
        ("\"a.b\" = \"\"\"\r\né\\n\"\"\"", "{Text(a.b)@0..5: Text(é\n)@8..20}@0..20"),
        ("s = '''a''b'''", "{Text(s)@0..1: Text(a''b)@4..14}@0..14"),
        ("", "{}@0..0"),
    ];
    for (text, tree) in cases {
        let document = toml::parse(SourceId::FIRST, &text.into()).unwrap();
        assert_eq!(shown(document.root()), tree, "{text}");
    }
}

#[test]
fn comments_are_noted_and_signs_in_strings_are_none() {
    let text = "# one\r\na = '#' # two\n\"#\" = \"\\\"#\" # three\nc = \"\"\"#\"\\\"\"\"\"\"\" # four\n[x.'#'] # five\nd = '''#''''' # six";
    let document = toml::parse(SourceId::FIRST, &text.into()).unwrap();
    let comments: Vec<_> = document.comments().map(|place| &text[place.range()]).collect();
    assert_eq!(comments, ["# one", "# two", "# three", "# four", "# five", "# six"]);
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("a=1\na=2", "this key is written twice @4..5"),
        ("[a]\n[a]", "this key is written twice @5..6"),
        ("a = \"x", "invalid basic string, expected `\"` @6..6"),
        ("x", "key with no value, expected `=` @1..1"),
        ("a = 01", "unexpected leading zero @4..5"),
        ("a = [1", "unclosed array, expected `]` @6..6"),
        ("a = 99999999999999999999", "this number does not fit 64 bits @4..24"),
    ];
    for (text, wanted) in cases {
        let error = toml::parse(SourceId::FIRST, &text.into()).unwrap_err();
        assert_eq!(format!("{} @{}..{}", error.message, error.start, error.end), wanted, "{text}");
    }
}

/// The crate stops at 80 brackets, but dotted keys multiply; all of it runs on a small stack.
#[test]
fn depth_is_an_error_on_a_small_stack() {
    let dotted = vec!["k"; 79].join(".");
    let mut inline = "1".to_owned();
    for _ in 0..79 {
        inline = format!("{{ {dotted} = {inline} }}");
    }
    let texts = [
        format!("[{dotted}]\n{dotted} = {}1{}", "[".repeat(79), "]".repeat(79)),
        format!("[{dotted}]\n{dotted} = {inline}"),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("{} = 1", vec!["k"; 100_000].join(".")),
        format!("[{}]", vec!["k"; 100_000].join(".")),
    ];
    let run = move || {
        for text in texts {
            let error = toml::parse(SourceId::FIRST, &text.as_str().into()).unwrap_err();
            assert!(error.message.starts_with("nested"), "{}", error.message);
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}
