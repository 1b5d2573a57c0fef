//! Reads SAM and CloudFormation templates: YAML or JSON that names the types we look for.
//!
//! The template is kept as a tree; `derive` works it out once parameters and included files
//! are read. Here it is worked out with its own defaults, only to ask for handler modules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::cloudformation::{self, Template};
use crate::facts;
use crate::handler::module_files;
use crate::syntax::{self, Document};

/// Reads templates.
pub const READER: Reader = Reader { name: "cloudformation", role: "template", claims, read };

/// A text without any of these declares nothing that we look at.
const TYPES: &[&str] = &["AWS::Serverless::", "AWS::Lambda::", "AWS::SQS::Queue"];

/// Signs of a project template that is not filled in yet.
const PLACEHOLDERS: &[&str] = &["{{cookiecutter", "{{ cookiecutter", "{%"];

fn claims(path: &str) -> Claim {
    const ENDINGS: &[&str] = &[".yaml", ".yml", ".json", ".template"];
    if ENDINGS.iter().any(|ending| path.ends_with(ending)) { Claim::IfContains(TYPES) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if !declares(file.text) {
        return;
    }
    let placeholder = PLACEHOLDERS.iter().filter_map(|sign| file.text.find(sign).map(|at| at..at + sign.len())).min_by_key(|found| found.start);
    if file.path.contains("{{") || placeholder.is_some() {
        let explanation = "it is a project template with placeholders".to_owned();
        return output.problem(file, &READER, "template", explanation, file.span(placeholder.unwrap_or(0..0)));
    }
    let is_json = file.path.ends_with(".json") || file.text.trim_start().starts_with('{');
    let parse = if is_json { syntax::json::parse } else { syntax::yaml::parse };
    let Some(document) = output.tree(file, &READER, parse).map(Arc::new) else { return };
    let Some(surface) = cloudformation::surface_of(&document) else { return };
    let is_synthesised = file.directory().split('/').any(|part| part == "cdk.out");
    let surface = if is_synthesised { "cdk" } else { surface };
    request(file, &document, output);
    output.request_ignore_files(file);
    let span = document.root().entry("Resources").map_or_else(|| file.span(0..0), |entry| entry.key.span());
    output.facts.add(facts::Template::new(file.header(&**file.path, span), surface, document));
}

/// Whether the text has the marks of a template: resources, and one of our types as a type.
/// Documents and schemas mention the types too; those are none of ours.
fn declares(text: &str) -> bool {
    let is_type = |at: usize| {
        let before = text[..at].trim_end_matches(['"', '\'', ' ', '\t']);
        let key = before.strip_suffix(':').map(|key| key.trim_end_matches(['"', '\'', ' ', '\t']));
        key.is_some_and(|key| key.ends_with("Type"))
    };
    text.contains("Resources") && TYPES.iter().any(|name| text.match_indices(name).any(|(at, _)| is_type(at)))
}

/// Asks for the files that the template leads to.
fn request(file: &File<'_>, document: &Document, output: &mut Output) {
    for path in cloudformation::includes(file.path, document) {
        output.request(path, "include");
    }
    let included = BTreeMap::new();
    let template =
        Template { path: Arc::clone(file.path), document, overrides: BTreeMap::new(), included: &included };
    for lambda in &cloudformation::declared(&template).facts.lambdas {
        for (path, reader) in module_files(lambda.runtime.possible(), lambda.handler.possible(), lambda.code.possible()) {
            output.request(path, reader);
        }
    }
}
