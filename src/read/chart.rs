//! Chart.yaml: the charts that a Helm chart takes in.

use super::pipeline::MOST;
use super::{Claim, File, Output, Reader};
use crate::facts::Include;
use crate::pin::{Level, version};
use crate::syntax::{Node, yaml};
use crate::value::Value;

/// Reads Chart.yaml.
pub const READER: Reader = Reader { name: "chart", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "Chart.yaml" | "Chart.yml" => Claim::IfContains(&["dependencies:"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    // A chart that is a template itself is filled in by another tool.
    if file.text.contains("{{") {
        return;
    }
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    for item in document.root().get("dependencies").into_iter().flat_map(Node::items).take(MOST) {
        let Some((node, name)) = item.get("name").and_then(|node| Some((node, node.scalar()?))) else { continue };
        // Charts of the repository itself move with it.
        if item.get("repository").and_then(Node::scalar).is_none_or(|address| address.is_empty() || address.starts_with("file:")) {
            continue;
        }
        let stated = item.get("version").and_then(|node| Some((node, node.scalar()?)));
        let level = stated.and_then(|(_, text)| version::constrain("chart", text).level).unwrap_or(Level::Floating);
        let place = stated.map_or(node, |(node, _)| node).inner_span();
        let mut fact = Include::unstated(file.part(name, node.span()), "chart", name, level, place);
        if let Some((node, text)) = stated {
            fact.reference = Value::written(text.to_owned(), node.inner_span());
        }
        fact.lock_name = Some("Chart.lock");
        output.facts.add(fact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn charts_of_charts() {
        let text = "apiVersion: v2\nname: x\ndependencies:\n  - { name: postgresql, version: ~15.2.0, repository: 'https://example.com/charts' }\n  - { name: redis, version: 19.1.0, repository: 'oci://example.com/charts' }\n  - { name: any, version: '>=1', repository: '@own' }\n  - { name: lib, version: 0.1.0, repository: 'file://../lib' }\n";
        let facts = read_alone(&READER, "chart/Chart.yaml", text).facts;
        let row = |fact: &Include| format!("{} {} {}", fact.source, known(&fact.reference), level(&fact.level));
        assert_eq!(facts.includes.iter().map(row).collect::<Vec<_>>(), ["postgresql ~15.2.0 3", "redis 19.1.0 4", "any >=1 1"]);
    }
}
