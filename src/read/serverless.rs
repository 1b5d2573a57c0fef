//! Reads services of the Serverless Framework; those on other clouds are passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Output, Reader, outside};
use crate::cloudformation::Template;
use crate::cloudformation::scalar_span;
use crate::facts::{self, Toolchain};
use crate::handler::module_files;
use crate::syntax::{Document, json, yaml};
use crate::{jssource, serverless};

/// Reads `serverless.yml` and its kin, `serverless.ts` among them as far as it is literal.
pub const READER: Reader = Reader { name: "serverless", role: "template", claims, read };

const NAMES: &[&str] = &["serverless.yml", "serverless.yaml", "serverless.json"];

/// What the module of a service says somewhere, where it says anything.
const SIGN: &str = "provider:";

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    match name.strip_prefix("serverless.") {
        Some(_) if NAMES.contains(&name) => Claim::Yes,
        Some(ending) if !ending.contains('.') && serverless::is_program(name) => Claim::IfContains(&[SIGN]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = tree(file, output).map(Arc::new) else { return };
    let is_service = serverless::is_service(&document);
    if !serverless::is_program(file.path) && (is_service || serverless::is_misshapen(&document)) {
        output.misfits(file, &READER, serverless::wrong_kinds(&document));
    }
    if !is_service {
        return;
    }
    outside::note(file, &document, &READER, output);
    for path in serverless::includes(file.path, file.text) {
        output.request(path, "include");
    }
    for path in serverless::settings(file.path, &document) {
        output.request(path, "dotenv");
    }
    output.request_ignore_files(file);
    let included = BTreeMap::new();
    let template = Template {
        path: Arc::clone(file.path),
        document: &document,
        overrides: BTreeMap::new(),
        included: &included,
    };
    for lambda in &serverless::declared(&template).facts.lambdas {
        for (path, reader) in module_files(lambda.runtime.possible(), lambda.handler.possible(), lambda.code.possible()) {
            output.request(path, reader);
        }
    }
    if let Some(version) = document.root().get("frameworkVersion")
        && let Some(text) = version.scalar()
    {
        let place = scalar_span(version);
        let mut toolchain = Toolchain::selecting(file.part("frameworkVersion", place), "serverless", text, place);
        toolchain.phase = "deploy".to_owned();
        toolchain.surface = "frameworkVersion".to_owned();
        output.facts.add(toolchain);
    }
    let span = document.root().entry("functions").map_or_else(|| file.span(0..0), |entry| entry.key.span());
    output.facts.add(facts::Template::new(file.header(&**file.path, span), "serverless", document));
}

/// The service as a tree. A module of which the text shows none is told, when it has the words of a service.
fn tree(file: &File<'_>, output: &mut Output) -> Option<Document> {
    if !serverless::is_program(file.path) {
        let parse = if file.path.ends_with(".json") { json::parse } else { yaml::parse };
        return output.tree(file, &READER, parse);
    }
    if output.conflict(file, &READER) {
        return None;
    }
    match jssource::document(file.source, file.text) {
        Ok(document) => Some(document),
        Err(reason) => {
            if file.text.contains("service:") {
                output.problem(file, &READER, "program", reason, file.span(0..0));
            }
            None
        }
    }
}
