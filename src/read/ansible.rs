//! Ansible's `requirements.yml`: the collections and roles it takes.

use super::pipeline::{MOST, document};
use super::{Claim, File, Output, Reader};
use crate::facts::Include;
use crate::pin::{Level, action, version};
use crate::syntax::Node;

/// Reads the requirements of Ansible.
pub const READER: Reader = Reader { name: "ansible", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "requirements.yml" | "requirements.yaml" => Claim::IfContains(&["collections:", "roles:", "- src:", "- name:"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    // The old form is a list of roles.
    let lists = [("role", Some(root)), ("role", root.get("roles")), ("collection", root.get("collections"))];
    for (form, list) in lists {
        for item in list.into_iter().flat_map(Node::items).take(MOST) {
            if let Some(fact) = required(file, form, item) {
                output.facts.add(fact);
            }
        }
    }
}

fn required(file: &File<'_>, form: &str, item: Node<'_>) -> Option<Include> {
    let name = if item.scalar().is_some() { item } else { item.get("src").or_else(|| item.get("source").filter(|_| item.get("name").is_none())).or_else(|| item.get("name"))? };
    let source = name.scalar()?;
    if source.starts_with(['.', '/']) || item.get("type").and_then(Node::scalar).is_some_and(|kind| matches!(kind, "file" | "dir" | "subdirs" | "url")) {
        return None;
    }
    let header = file.part(source, name.span());
    let Some(node) = item.get("version") else {
        return Some(Include::unstated(header, form, source, Level::Floating, name.inner_span()));
    };
    let text = node.scalar()?;
    let by_git = source.contains("git") && (source.contains("://") || source.starts_with("git")) || item.get("scm").is_some();
    let level = if by_git { Some(action::level(text)) } else { version::select(form, text).level };
    let fact = Include::at(header, form, source, text, node.inner_span());
    Some(match level {
        Some(level) => fact.stated(level.max(Level::Floating)),
        None => fact.unresolved("the version is not understood"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn collections_and_roles() {
        let text = "collections:\n  - community.general\n  - name: a.b\n    version: 1.2.3\n  - name: c.d\n    version: '>=1.0.0'\nroles:\n  - src: git+https://git.example.com/r.git\n    version: main\n  - { name: x.y, version: '*' }\n  - { src: ../own }\n";
        let facts = read_alone(&READER, "requirements.yml", text).facts;
        let rows: Vec<_> = facts.includes.iter().map(|one| (one.form.as_str(), one.source.as_str(), one.level.known().map(|level| level.0))).collect();
        assert_eq!(
            rows,
            [
                ("role", "git+https://git.example.com/r.git", Some(1)),
                ("role", "x.y", Some(1)),
                ("collection", "community.general", Some(1)),
                ("collection", "a.b", Some(4)),
                ("collection", "c.d", Some(1)),
            ]
        );
    }
}
