//! composer.json: what a PHP project asks for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::composer::constraint::Constraint;
use crate::composer::is_platform;
use crate::facts::{Count, Dependency, Manifest, Toolchain};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads composer.json.
pub const READER: Reader = Reader { name: "composer-json", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "composer.json" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    let document = Arc::new(document);
    let root = document.root();
    let mut manifest = Manifest::new(file.header(&**file.path, Span::top(file.source)), "composer", "php");
    manifest.project = text(root, "name");
    manifest.version = text(root, "version");
    manifest.runtime_constraint = root.get("require").map_or_else(Value::absent, |require| text(require, "php"));
    manifest.lock_tool = Value::derived("composer".to_owned());
    manifest.role = match root.get("type").and_then(Node::text) {
        Some("project") => Value::derived("application".to_owned()),
        Some(_) => Value::derived("library".to_owned()),
        None => manifest.role,
    };
    let link = output.facts.add(manifest);
    runtime(file, root, output);
    let mut count = 0;
    for (key, group) in [("require", "main"), ("require-dev", "dev")] {
        for entry in root.get(key).into_iter().flat_map(Node::own_entries) {
            let Some(name) = entry.key.text().filter(|name| !is_platform(name)) else { continue };
            let name = name.to_ascii_lowercase();
            let span = entry.key.inner_span();
            let mut dependency = Dependency::new(file.part(&name, span), link, "php", name);
            dependency.group = group.to_owned();
            if let Some(range) = entry.value.text() {
                let place = entry.value.inner_span();
                dependency.requirement = Value::written(range.to_owned(), place);
                dependency.bound = match Constraint::parse(range) {
                    Some(constraint) => Value::written(constraint.openness().to_owned(), place),
                    None if range == "self.version" => Value::written("exact".to_owned(), place),
                    None => Value::unknown(format!("`{range}` is not a constraint"), Some(place)),
                };
            }
            output.facts.add(dependency);
            count += 1;
        }
    }
    output.facts[link].dependency_count = Count(count);
    output.facts[link].document = Some(document);
}

/// The PHP that the project demands, and the one that Composer is told to resolve for.
fn runtime(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let scalar = |path: &[&str]| root.at(path).and_then(|node| Some((node, node.text()?)));
    if let Some((node, text)) = scalar(&["require", "php"]) {
        let header = file.part("require.php", node.span());
        let fact = Toolchain::constraining(header, "php", text, node.inner_span());
        output.facts.add(Toolchain { surface: "require.php".to_owned(), ..fact });
    }
    if let Some((node, text)) = scalar(&["config", "platform", "php"]) {
        let header = file.part("config.platform.php", node.span());
        output.facts.add(Toolchain::targeting(header, "php", "config.platform.php", text, node.inner_span()));
    }
}

fn text(node: Node<'_>, key: &str) -> Value<String> {
    let value = node.get(key).and_then(|value| Some((value.text()?, value.inner_span())));
    value.map_or_else(Value::absent, |(text, span)| Value::written(text.to_owned(), span))
}
