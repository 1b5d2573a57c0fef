//! Python scripts that state their own dependencies (PEP 723), read when a lockfile names them.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Manifest, Toolchain};
use crate::python::Requirement;
use crate::syntax::{self, Node};
use crate::value::Value;

/// The reader of scripts. It claims nothing: the reader of `NAME.py.lock` asks for the script.
pub const READER: Reader = Reader { name: "script", role: "manifest", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    // A script whose block is gone asks for nothing.
    let (start, block) = block(file.text).unwrap_or_default();
    let document = match syntax::toml::parse_part(file.source, &block.into(), start) {
        Ok(document) => document,
        Err(mut error) => {
            error.start += start;
            error.end += start;
            return output.syntax_error(file, &READER, &error);
        }
    };
    let root = document.root();
    let mut fact = Manifest::new(file.header(&**file.path, file.span(start..start)), "script", "python");
    fact.lock_tool = Value::derived("uv".to_owned());
    fact.role = Value::derived("application".to_owned());
    if let Some((node, text)) = root.get("requires-python").and_then(|node| node.text().map(|text| (node, text))) {
        fact.runtime_constraint = Value::written(text.to_owned(), node.inner_span());
        let header = file.part("requires-python", node.span());
        let mut demand = Toolchain::constraining(header, "python", text, node.inner_span());
        demand.surface = "requires-python".to_owned();
        output.facts.add(demand);
    }
    let link = output.facts.add(fact);
    for item in root.get("dependencies").into_iter().flat_map(Node::items) {
        let Some(text) = item.text() else { continue };
        match Requirement::parse(text) {
            Ok(requirement) => {
                let header = file.part(&format!("main/{}", requirement.name), item.span());
                let mut fact = Dependency::new(header, link, "python", requirement.name.clone());
                if let Some(written) = requirement.specifier_text(text) {
                    let place = item.inner_span().part(requirement.specifier_range.clone());
                    fact.requirement = Value::written(written.to_owned(), place);
                }
                fact.bound = Value::derived(requirement.specifier.openness().word().to_owned());
                output.facts.add(fact);
            }
            Err(error) => {
                let explanation = format!("`{text}` is not a requirement: {}", error.message);
                output.problem(file, &READER, "syntax", explanation, item.inner_span().part(error.range));
            }
        }
    }
    let count = output.facts.dependencies.len();
    output.facts[link].dependency_count = Count(i64::try_from(count).unwrap_or(i64::MAX));
    output.facts[link].document = Some(Arc::new(document));
}

/// The script block: where it begins, and its text with the comment signs made blank, so that
/// every byte keeps its place.
fn block(text: &str) -> Option<(usize, String)> {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref() {
        at += line.len();
        if line.trim_end() == "# /// script" {
            break;
        }
    }
    let start = at;
    let mut body = String::new();
    let mut end = None;
    for line in lines {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare.trim_end() == "# ///" {
            end = Some(body.len());
        }
        match bare.strip_prefix('#') {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => {
                body.push(' ');
                body.push_str(&line[1..]);
            }
            _ => break,
        }
    }
    // The last closing line counts: `///` may stand inside a string before it.
    body.truncate(end?);
    Some((start, body))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_block_becomes_a_manifest() {
        let text = "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#     \"six>=1\",\n# ]\n# ///\nimport six\n";
        let output = read_alone(&READER, "tool.py", text);
        let dependency = &output.facts.dependencies[0];
        assert_eq!(dependency.package, "six");
        assert_eq!(&text[dependency.requirement.span.unwrap().range()], ">=1");
        assert_eq!(output.facts.manifests[0].runtime_constraint.known().map(String::as_str), Some(">=3.11"));
        let text = "#!/usr/bin/env -S uv\n# /// script\n# requires-python = \">=3.13\"\n# dependencies = [\n#     \"pyyaml\",\n# ]\n# ///\n\n\n\"\"\"Doc\"\"\"\n# a comment\n";
        assert_eq!(read_alone(&READER, "tool.py", text).facts.dependencies.len(), 1);
        assert!(read_alone(&READER, "tool.py", "# /// script\n# a = 1\nprint()\n").facts.dependencies.is_empty());
    }
}
