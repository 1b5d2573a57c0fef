//! What pipenv wants of a Pipfile before it hashes it (its `plette`, release 2026.10.3, read 2026-11).

use super::super::shape::{Fault, Shape, Table};
use super::{categories, document};
use crate::syntax::Node;

const SOURCE: Shape = Shape::Table(&Table {
    keys: &[("name", Shape::Text), ("url", Shape::Text), ("verify_ssl", Shape::Bool)],
    needed: &["name", "url"],
    one_of: &[],
    closed: false,
});
const REQUIRES: Shape = Shape::Table(&Table {
    keys: &[("python_version", Shape::Text), ("python_full_version", Shape::Text)],
    needed: &[],
    one_of: &[],
    closed: false,
});
const SCRIPT: Shape = Shape::Either(
    &[Shape::Checked(|text| !text.is_empty(), "a command"), Shape::Some(&Shape::Any), Shape::Map(&Shape::Any)],
    "a command",
);
const PIPENV: Shape = Shape::Table(&Table {
    keys: &[
        ("allow_prereleases", Shape::Bool),
        ("cool-down-period", Shape::Checked(is_days, "a number of days such as 30d")),
    ],
    needed: &[],
    one_of: &[],
    closed: false,
});
const PACKAGE: Shape = Shape::Either(
    &[
        Shape::Text,
        Shape::Number,
        Shape::Table(&Table {
            keys: &[
                ("git", Shape::Any),
                ("svn", Shape::Any),
                ("hg", Shape::Any),
                ("bzr", Shape::Any),
                ("ref", Shape::Any),
                ("subdirectory", Shape::Any),
                ("name", Shape::Any),
                ("version", Shape::Text),
                ("extras", Shape::List(&Shape::Any)),
                ("editable", Shape::Bool),
                ("markers", Shape::Any),
                ("os_markers", Shape::Any),
                ("hashes", Shape::Any),
                ("index", Shape::Any),
                ("no_binary", Shape::Any),
                ("pip_args", Shape::List(&Shape::Any)),
                ("skip_resolver", Shape::Any),
                ("path", Shape::Any),
                ("file", Shape::Any),
                ("os_name", Shape::Any),
                ("sys_platform", Shape::Any),
                ("platform_machine", Shape::Any),
                ("platform_python_implementation", Shape::Any),
                ("platform_release", Shape::Any),
                ("platform_system", Shape::Any),
                ("platform_version", Shape::Any),
                ("python_version", Shape::Any),
                ("python_full_version", Shape::Any),
                ("implementation_name", Shape::Any),
                ("implementation_version", Shape::Any),
            ],
            needed: &[],
            one_of: &[],
            closed: true,
        }),
    ],
    "a version, or a table of options that pipenv knows",
);

/// The first thing that pipenv stops at.
pub(super) fn fault(root: Node<'_>) -> Option<Fault> {
    let shaped = [
        ("source", Shape::List(&SOURCE)),
        ("requires", REQUIRES),
        ("scripts", Shape::Map(&SCRIPT)),
        ("pipenv", PIPENV),
    ];
    let named = shaped.into_iter().find_map(|(key, shape)| shape.fault(root.get(key)?, &format!("[{key}]")));
    named
        .or_else(|| {
            categories(root).find_map(|category| {
                let name = format!("[{}]", category.table);
                let is_table = category.entry.value.is_map();
                if !is_table {
                    return Some(Fault::new(format!("{name} is not a table"), category.entry.value.span()));
                }
                // Names of any letters count here.
                let mut entries = category.entry.value.own_entries();
                entries.find_map(|entry| {
                    PACKAGE.fault(entry.value, &format!("{} in {name}", entry.key.scalar().unwrap_or_default()))
                })
            })
        })
        .or_else(|| {
            // Without a source of its own, the bare keys at the top become part of the implied one.
            let mut bare =
                root.own_entries().filter(|entry| document::needs_implicit_source(root) && document::is_bare(*entry));
            let repeated = bare.find(|entry| matches!(entry.key.scalar(), Some("name" | "url" | "verify_ssl")))?;
            Some(Fault::new(
                "a key at the top becomes part of the source that is implied, which has it already",
                repeated.key.span(),
            ))
        })
}

fn is_days(text: &str) -> bool {
    text.strip_suffix('d').is_some_and(|days| !days.is_empty() && days.bytes().all(|byte| byte.is_ascii_digit()))
}
