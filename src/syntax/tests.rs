//! Texts and their trees, and what hostile texts become.

#![allow(clippy::unwrap_used, reason = "tests")]

mod json_cases;
mod mutated;
mod toml_cases;
mod yaml_cases;

use super::*;

/// Prints a tree on one line, aliases not followed, each node with its place.
fn shown(node: Node<'_>) -> String {
    let at = format!("@{}..{}", node.span().start, node.span().end);
    let tag = node.tag().map(|tag| format!("{tag} ")).unwrap_or_default();
    match node.kind() {
        Kind::List => format!("{tag}[{}]{at}", node.items().map(shown).collect::<Vec<_>>().join(", ")),
        Kind::Map => {
            let entries = node.own_entries().map(|entry| format!("{}: {}", shown(entry.key), shown(entry.value)));
            format!("{tag}{{{}}}{at}", entries.collect::<Vec<_>>().join(", "))
        }
        kind => format!("{tag}{kind:?}({}){at}", node.scalar().unwrap_or("")),
    }
}

#[test]
fn front_ends_agree_on_one_tree() {
    let yaml = yaml::parse(SourceId::FIRST, &"{a: [1, x]}".into()).unwrap();
    let json = json::parse(SourceId::FIRST, &r#"{"a":[1,"x"]}"#.into()).unwrap();
    let toml = toml::parse(SourceId::FIRST, &"a = [1, 'x']".into()).unwrap();
    assert_eq!(shown(yaml.root()), "{Text(a)@1..2: [Int(1)@5..6, Text(x)@8..9]@4..10}@0..11");
    assert_eq!(shown(json.root()), "{Text(a)@1..4: [Int(1)@6..7, Text(x)@8..11]@5..12}@0..13");
    assert_eq!(shown(toml.root()), "{Text(a)@0..1: [Int(1)@5..6, Text(x)@8..11]@4..12}@0..12");
}

/// Time enough for any of the texts below on a busy machine; a slow path takes minutes.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// What each front end makes of a text: its error, or none.
fn errors(text: &str) -> [Option<String>; 3] {
    let text: Arc<str> = text.into();
    let begun = std::time::Instant::now();
    let message = |result: Result<Document, SyntaxError>| {
        result.err().map(|error| {
            assert!(error.start <= error.end && error.end <= text.len().max(error.start + 1), "{error:?}");
            error.message
        })
    };
    let all = [
        message(yaml::parse(SourceId::FIRST, &text)),
        message(json::parse(SourceId::FIRST, &text)),
        message(toml::parse(SourceId::FIRST, &text)),
    ];
    assert!(begun.elapsed() < PATIENCE, "{:?} for {} bytes", begun.elapsed(), text.len());
    all
}

#[test]
fn hostile_texts_are_errors_with_a_place() {
    let many = 100_000;
    for text in ["[".repeat(many), "{\"a\":".repeat(many), "{a: ".repeat(many)] {
        assert!(errors(&text).iter().all(Option::is_some), "{}", &text[..8]);
    }
    for text in ["- ".repeat(many), "? ".repeat(many), "&a [".repeat(many), "!!x [".repeat(many)] {
        assert!(errors(&text)[0].is_some(), "{}", &text[..4]);
    }
    let long_line = format!("a: \"{}\"", "x".repeat(1_000_000));
    assert_eq!(errors(&long_line)[0], None);
    let _any_answer = errors(&"# comment\n".repeat(many));
    let _any_answer = errors(&"a = [\n".repeat(many));
    let _any_answer = errors(&"\u{0}\u{FEFF}\u{2028}\t%".repeat(1000));
}

#[test]
fn an_anchor_bomb_is_refused_at_the_alias_that_goes_too_far() {
    let bomb = |levels: usize| {
        let mut text = String::from("a0: &a0 [x, x]\n");
        for level in 1..levels {
            text.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
        }
        yaml::parse(SourceId::FIRST, &text.as_str().into())
    };
    assert_eq!(bomb(60).unwrap_err().message, "the aliases up to here stand for more than 1000000 values");
    let small = bomb(10).unwrap();
    assert_eq!(small.root().get("a9").unwrap().items().count(), 2);
    assert!(yaml::parse(SourceId::FIRST, &"m: {<<: *nowhere}\n".into()).is_err());
}

#[test]
fn merge_keys_are_followed_and_the_last_of_two_keys_wins() {
    let text = "base: &base {a: 1, b: 2}\nmore: &more {c: 3}\nuse:\n  <<: [*base, *more]\n  b: 4\n  b: 5\n";
    let document = yaml::parse(SourceId::FIRST, &text.into()).unwrap();
    let used = document.root().get("use").unwrap();
    let int = |key: &str| used.get(key).and_then(Node::int);
    assert_eq!([int("a"), int("b"), int("c"), int("d")], [Some(1), Some(5), Some(3), None]);
    assert_eq!(document.duplicate_keys().len(), 1);
}

#[test]
fn scalars_keep_their_text() {
    let text =
        "a: 3.10\nb: on\nc: 2012-10-17\nd: 0123\ne: !Sub '${A}'\nf: ~\ng: 0x1F\nh: |\n  x\n  y\nk: \"\\u00e9\"\r\n";
    let document = yaml::parse(SourceId::FIRST, &text.into()).unwrap();
    let root = document.root();
    let shown = |key: &str| root.get(key).map(|node| (node.kind(), node.scalar())).unwrap();
    assert_eq!(shown("a"), (Kind::Float, Some("3.10")));
    assert_eq!(shown("b"), (Kind::Text, Some("on")));
    assert_eq!(shown("c"), (Kind::Text, Some("2012-10-17")));
    assert_eq!(shown("d").1, Some("0123"));
    assert_eq!(shown("e"), (Kind::Text, Some("${A}")));
    assert_eq!(root.get("e").unwrap().tag(), Some("!Sub"));
    assert_eq!(shown("f"), (Kind::Null, None));
    assert_eq!(shown("h"), (Kind::Text, Some("x\ny\n")));
    assert_eq!(shown("k"), (Kind::Text, Some("é")));
}

/// Spans lie inside the text and inside their parents, and plain scalars are their own bytes.
fn spans_hold(node: Node<'_>, text: &str, depth: usize) {
    assert!(depth <= MAX_DEPTH);
    let span = node.span();
    assert!(span.start <= span.end && span.end as usize <= text.len());
    assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
    let inside = |child: Node<'_>| span.start <= child.span().start && child.span().end <= span.end;
    for child in node.items() {
        assert!(inside(child));
        spans_hold(child, text, depth + 1);
    }
    for entry in node.own_entries() {
        assert!(inside(entry.key) && inside(entry.value));
        spans_hold(entry.value, text, depth + 1);
    }
}

fn values() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "[ -~é😀\\\\\"\n\t]{0,12}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("[a-z.\" é]{0,6}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn to_value(node: Node<'_>) -> serde_json::Value {
    match node.kind() {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool => node.bool().into(),
        Kind::Int => node.int().into(),
        Kind::Float => node.float().into(),
        Kind::Text => node.text().into(),
        Kind::List => node.items().map(to_value).collect(),
        Kind::Map => serde_json::Value::Object(
            node.entries()
                .into_iter()
                .map(|entry| (entry.key.scalar().unwrap().to_owned(), to_value(entry.value)))
                .collect(),
        ),
    }
}

proptest::proptest! {
    #[test]
    fn json_values_agree_with_serde(value in values(), pretty in proptest::bool::ANY) {
        let text: Arc<str> = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap().into();
        let document = json::parse(SourceId::FIRST, &text).unwrap();
        proptest::prop_assert_eq!(to_value(document.root()), value);
        spans_hold(document.root(), &text, 0);
    }

    #[test]
    fn json_is_refused_exactly_when_serde_refuses_it(value in values(), cut in 0usize..200, junk in "[\\[\\]{}:,\"0-9a-z.eE+ \\\\-]{0,3}") {
        let mut text = serde_json::to_string(&value).unwrap();
        let mut at = cut.min(text.len());
        while !text.is_char_boundary(at) { at -= 1; }
        text.insert_str(at, &junk);
        let ours = json::parse(SourceId::FIRST, &text.as_str().into()).is_ok();
        // A number that is infinite as a double is refused there and read here.
        let theirs = serde_json::from_str::<serde_json::Value>(&text)
            .map_or_else(|error| error.to_string().starts_with("number out of range"), |_| true);
        proptest::prop_assert_eq!(ours, theirs, "{}", text);
    }

    #[test]
    fn any_text_gives_a_tree_or_an_error(text in "[\\[\\]{}:,\"'#&*!|>?a-c0-9.=\\-\\\\ \n\r\té]{0,60}") {
        let text: Arc<str> = text.as_str().into();
        for parsed in [yaml::parse(SourceId::FIRST, &text), json::parse(SourceId::FIRST, &text), toml::parse(SourceId::FIRST, &text)] {
            match parsed {
                Ok(document) => for root in document.roots() {
                    let span = root.span();
                    proptest::prop_assert!(span.start <= span.end && span.end as usize <= text.len());
                },
                Err(error) => proptest::prop_assert!(error.start <= text.len()),
            }
        }
    }

    #[test]
    fn toml_agrees_with_the_toml_crate(text in "([a-c]{1,2}(\\.[a-c])? = (1|'x'|\"y\\\\n\"|true|1\\.5|\\[1, 2\\]|\\{ a = 1 \\})\n|\\[[a-c]{1,2}(\\.[a-c])?\\]\n|\\[\\[[d-e]\\]\\]\n){0,8}") {
        let ours = toml::parse(SourceId::FIRST, &text.as_str().into());
        let theirs = text.parse::<::toml::Table>();
        proptest::prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", text);
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            proptest::prop_assert_eq!(to_value(ours.root()), serde_json::to_value(theirs).unwrap());
        }
    }
}
