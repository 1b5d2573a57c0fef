#![allow(clippy::unwrap_used, reason = "tests")]

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
    let yaml = yaml::parse(SourceId(0), &"{a: [1, x]}".into()).unwrap();
    let json = json::parse(SourceId(0), &r#"{"a":[1,"x"]}"#.into()).unwrap();
    let toml = toml::parse(SourceId(0), &"a = [1, 'x']".into()).unwrap();
    assert_eq!(shown(yaml.root()), "{Text(a)@1..2: [Int(1)@5..6, Text(x)@8..9]@4..10}@0..11");
    assert_eq!(shown(json.root()), "{Text(a)@1..4: [Int(1)@6..7, Text(x)@8..11]@5..12}@0..13");
    assert_eq!(shown(toml.root()), "{Text(a)@0..1: [Int(1)@5..6, Text(x)@8..11]@4..12}@0..12");
}
