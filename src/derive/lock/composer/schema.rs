//! What the values of composer.json must be: Composer reads no manifest in which one is of another kind.
//!
//! Follows the schema that Composer 2.5.5 brings (`composer-schema.json`, read 2026-11), as it is applied to projects.

use super::super::shape::{Fault, Shape, Table};
use crate::syntax::{Kind, Node};

const TEXTS: Shape = Shape::List(&Shape::Text);
const TEXT_OR_TEXTS: Shape = Shape::Either(&[Shape::Text, TEXTS], "a string or a list of strings");
const TEXT_OR_BOOL: Shape = Shape::Either(&[Shape::Text, Shape::Bool], "a string or a truth value");
const TABLE: Shape = Shape::Map(&Shape::Any);
const LIST: Shape = Shape::List(&Shape::Any);
const TABLE_OR_LIST: Shape = Shape::Either(&[TABLE, LIST], "an object or a list");

const AUTOLOAD: Shape = Shape::Table(&Table {
    keys: &[("psr-0", TABLE), ("psr-4", TABLE), ("classmap", LIST), ("files", LIST), ("exclude-from-classmap", LIST)],
    ..OPEN
});

const CONFIG: Shape = Shape::Table(&Table {
    keys: &[
        ("platform", TABLE),
        ("allow-plugins", Shape::Either(&[TABLE, Shape::Bool], "an object or a truth value")),
        ("preferred-install", Shape::Either(&[Shape::Text, TABLE], "a string or an object")),
        ("vendor-dir", Shape::Text),
        ("bin-dir", Shape::Text),
        ("secure-http", Shape::Bool),
        ("disable-tls", Shape::Bool),
        ("sort-packages", Shape::Bool),
        ("optimize-autoloader", Shape::Bool),
        ("classmap-authoritative", Shape::Bool),
        ("lock", Shape::Bool),
        ("platform-check", TEXT_OR_BOOL),
    ],
    ..OPEN
});

const OPEN: Table = Table { keys: &[], needed: &[], one_of: &[], closed: false };

const MANIFEST: Shape = Shape::Table(&Table {
    keys: &[
        ("name", Shape::Checked(is_name, "a package name such as `acme/shop`")),
        ("type", Shape::Checked(is_type, "of small letters, digits and hyphens")),
        ("description", Shape::Text),
        ("license", TEXT_OR_TEXTS),
        ("keywords", TEXTS),
        ("readme", Shape::Text),
        ("time", Shape::Text),
        ("authors", LIST),
        ("homepage", Shape::Text),
        ("support", TABLE),
        ("funding", LIST),
        ("repositories", TABLE_OR_LIST),
        ("minimum-stability", Shape::Text),
        ("prefer-stable", Shape::Bool),
        ("autoload", AUTOLOAD),
        ("autoload-dev", AUTOLOAD),
        ("target-dir", Shape::Text),
        ("include-path", TEXTS),
        ("bin", TEXT_OR_TEXTS),
        ("archive", TABLE),
        ("config", CONFIG),
        ("extra", TABLE_OR_LIST),
        ("scripts", TABLE),
        ("scripts-descriptions", TABLE),
        ("abandoned", TEXT_OR_BOOL),
        ("default-branch", Shape::Bool),
        ("non-feature-branches", TEXTS),
    ],
    ..OPEN
});

/// Tables of packages, each with a text.
const LINKS: &[&str] = &["require", "require-dev", "replace", "conflict", "provide", "suggest"];

/// The first value that Composer would stop at.
pub(super) fn fault(root: Node<'_>) -> Option<Fault> {
    let links = LINKS.iter().filter_map(|key| root.entry(key)).find_map(|entry| {
        let name = entry.key.text().unwrap_or_default();
        // An empty list is an empty object to PHP, and yet the schema tells them apart.
        if !entry.value.is_map() {
            return Some(Fault::new(format!("{name} is not an object"), entry.value.span()));
        }
        let odd = entry.value.own_entries().find(|one| one.value.kind() != Kind::Text)?;
        let package = odd.key.text().unwrap_or_default();
        Some(Fault::new(format!("what {name} says of {package} is not a string"), odd.value.span()))
    });
    links.or_else(|| MANIFEST.fault(root, "composer.json"))
}

/// `acme/shop`: small letters and digits, joined by single signs.
fn is_name(text: &str) -> bool {
    let is_plain = |part: &str, most: usize| {
        let words = part.split(['_', '.', '-']);
        let ends = !part.is_empty() && !part.starts_with(['_', '.', '-']) && !part.ends_with(['_', '.', '-']);
        let letters = part.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || "_.-".contains(one));
        // In the second part two hyphens may stand together.
        let joints = words.filter(|word| word.is_empty()).count();
        ends && letters && (joints == 0 || most == 2 && !part.contains("---") && joints == part.matches("--").count())
    };
    text.split_once('/').is_some_and(|(vendor, name)| is_plain(vendor, 1) && is_plain(name, 2))
}

fn is_type(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::json;

    #[test]
    fn values_are_of_their_kind() {
        let cases = [
            (r#"{"name": "acme/shop", "type": "project", "extra": [], "config": {"platform": {}}}"#, None),
            (r#"{"authors": null}"#, Some("composer.json.authors is not a list")),
            (r#"{"require": []}"#, Some("require is not an object")),
            (r#"{"require": {"acme/a": 1}}"#, Some("what require says of acme/a is not a string")),
            (r#"{"license": 1}"#, Some("composer.json.license is not a string or a list of strings")),
            (r#"{"config": {"platform": "x"}}"#, Some("composer.json.config.platform is not a table")),
            (r#"{"autoload": {"files": "x"}}"#, Some("composer.json.autoload.files is not a list")),
            (r#"{"name": "Shop"}"#, Some("composer.json.name is not a package name such as `acme/shop`")),
        ];
        for (text, expected) in cases {
            let tree = json::parse(SourceId::FIRST, &text.into()).unwrap();
            assert_eq!(fault(tree.root()).map(|fault| fault.message).as_deref(), expected, "{text}");
        }
        for (name, expected) in [
            ("acme/shop", true),
            ("a1/b--c", true),
            ("a--b/c", false),
            ("a/b---c", false),
            ("a", false),
            ("a/-b", false),
            ("A/b", false),
        ] {
            assert_eq!(is_name(name), expected, "{name}");
        }
    }
}
