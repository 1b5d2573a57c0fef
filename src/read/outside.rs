//! Paths in templates that lead out of the repository: what stands there belongs to no revision of it.

use super::{File, Output, Reader};
use crate::facts::Problem;
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Node};
use crate::value::Value;

/// Properties of SAM, CloudFormation and Terraform that name a file or a directory.
const KEYS: &[&str] = &[
    "CodeUri",
    "ContentUri",
    "DefinitionUri",
    "Location",
    "TemplateURL",
    "source",
    "source_dir",
    "source_file",
    "source_path",
];

/// Notes every such path once, at its place.
pub(super) fn note(file: &File<'_>, document: &Document, reader: &Reader, output: &mut Output) {
    let mut pending: Vec<Node<'_>> = document.roots().collect();
    let mut found: Vec<(Span, String)> = Vec::new();
    while let Some(node) = pending.pop() {
        pending.extend(node.items());
        for entry in node.own_entries() {
            pending.push(entry.value);
            if let (Some(key), Some(text)) = (entry.key.scalar(), entry.value.scalar())
                && KEYS.contains(&key)
                && entry.value.tag().is_none()
                && leads_out(file, text)
            {
                found.push((entry.value.inner_span(), text.to_owned()));
            }
        }
        let files = node.scalar().into_iter().flat_map(included).filter(|name| leads_out(file, name));
        found.extend(files.map(|name| (node.inner_span(), name.to_owned())));
    }
    found.sort_by_key(|(span, _)| span.start);
    for (span, text) in found {
        let explanation = format!("{text} leads out of the repository");
        let header = file.header(&**file.path, span);
        let problem = Problem::new(header, "outside", reader.role, reader.name, explanation);
        output.facts.add(Problem { target: Value::written(text, span), ..problem });
    }
}

fn leads_out(file: &File<'_>, text: &str) -> bool {
    text.starts_with("../") && !text.contains('$') && path::join(file.directory(), text).is_none()
}

/// The files that variables of the Serverless Framework name: `${file(../common.yml):a}`.
fn included(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("${file(").skip(1);
    after.filter_map(|rest| rest.split_once(')')).map(|(name, _)| name.trim().trim_matches(['\'', '"']))
}
