//! Reads SAM and CloudFormation templates: YAML or JSON that names the types we look for.
//!
//! The template is kept as a tree; `derive` works it out once parameters and included files
//! are read. Here is worked out, with its own defaults, what its functions start with: to ask for handler modules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Output, Reader, outside};
use crate::cloudformation::{self, Template};
use crate::facts;
use crate::handler::module_files;
use crate::source::SourceId;
use crate::syntax::{self, Document, SyntaxError};

/// Reads templates.
pub const READER: Reader = Reader { name: "cloudformation", role: "template", claims, read };

/// A text without any of these declares nothing that we look at.
const TYPES: &[&str] = &["AWS::Serverless::", "AWS::Lambda::", "AWS::SQS::Queue"];

/// The same, and what a template says of itself, whatever else is wrong with it.
const SIGNS: &[&str] =
    &["AWS::Serverless::", "AWS::Lambda::", "AWS::SQS::Queue", "AWSTemplateFormatVersion", "AWS::Serverless-2016-10-31"];

fn claims(path: &str) -> Claim {
    const ENDINGS: &[&str] = &[".yaml", ".yml", ".json", ".template"];
    // The names that SAM looks for.
    match crate::path::file_name(path) {
        "template.yaml" | "template.yml" | "template.json" => Claim::Expected(SIGNS),
        _ if ENDINGS.iter().any(|ending| path.ends_with(ending)) => Claim::IfContains(TYPES),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    if !declares(file.text) {
        return misshapen(file, output);
    }
    let parse = match file.path.rsplit('.').next() {
        Some("json") => syntax::json::parse,
        _ if file.text.trim_start().starts_with('{') => json_or_yaml,
        _ => syntax::yaml::parse,
    };
    let is_pattern = cloudformation::is_project_template(file.path, file.text);
    let document = if is_pattern {
        match cloudformation::masked(file.text).and_then(|text| parse(file.source, &text.into()).ok()) {
            Some(document) => document,
            None => return unrendered(file, output),
        }
    } else {
        let Some(document) = output.tree(file, &READER, parse) else { return };
        document
    };
    let document = Arc::new(document);
    if is_pattern {
        unrendered(file, output);
    }
    let surface = cloudformation::surface_of(&document);
    if surface.is_some() || cloudformation::is_misshapen(&document) {
        output.misfits(file, &READER, cloudformation::wrong_kinds(&document));
    }
    let Some(surface) = surface else { return };
    let is_synthesised = file.directory().split('/').any(|part| part == "cdk.out");
    let surface = if is_synthesised { "cdk" } else { surface };
    outside::note(file, &document, &READER, output);
    request(file, &document, output);
    output.request_ignore_files(file);
    let span = document.root().entry("Resources").map_or_else(|| file.span(0..0), |entry| entry.key.span());
    output.facts.add(facts::Template::new(file.header(&**file.path, span), surface, document));
}

/// Braces outside: JSON as a rule, and otherwise YAML, which allows more between them.
fn json_or_yaml(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    syntax::json::parse(source, text).or_else(|error| syntax::yaml::parse(source, text).map_err(|_| error))
}

/// Notes a project template: what it will say is decided in part at most.
fn unrendered(file: &File<'_>, output: &mut Output) {
    let sign = ["{{cookiecutter", "{{ cookiecutter", "{%"].iter().filter_map(|sign| file.text.find(sign)).min();
    let place = sign.map_or(0..0, |at| at..at + 2);
    output.problem(file, &READER, "template", "it is a project template with placeholders".to_owned(), file.span(place));
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

/// Looks at a file that has the name of a template and none of our types in it: its resources may be no map.
fn misshapen(file: &File<'_>, output: &mut Output) {
    let parse = if file.path.ends_with(".json") { syntax::json::parse } else { syntax::yaml::parse };
    let is_named = matches!(claims(file.path), Claim::Expected(_));
    // What is no tree declares nothing of ours.
    let Some(document) = is_named.then(|| parse(file.source, file.text).ok()).flatten() else { return };
    if cloudformation::is_misshapen(&document) {
        output.misfits(file, &READER, cloudformation::wrong_kinds(&document));
    }
}

/// Asks for the files that the template leads to.
fn request(file: &File<'_>, document: &Document, output: &mut Output) {
    for path in cloudformation::includes(file.path, document) {
        output.request(path, "include");
    }
    let included = BTreeMap::new();
    let template =
        Template { path: Arc::clone(file.path), document, overrides: BTreeMap::new(), included: &included };
    for start in cloudformation::starts(&template) {
        for (path, reader) in module_files(start.runtime.possible(), start.handler.possible(), start.code.possible()) {
            output.request(path, reader);
        }
    }
}
