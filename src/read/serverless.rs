//! Reads services of the Serverless Framework; those on other clouds are passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::cloudformation::Template;
use crate::cloudformation::scalar_span;
use crate::facts::{self, Toolchain};
use crate::handler::module_files;
use crate::serverless;
use crate::syntax::{json, yaml};

/// Reads `serverless.yml` and its kin.
pub const READER: Reader = Reader { name: "serverless", role: "template", claims, read };

const NAMES: &[&str] = &["serverless.yml", "serverless.yaml", "serverless.json"];

fn claims(path: &str) -> Claim {
    if NAMES.contains(&crate::path::file_name(path)) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let parse = if file.path.ends_with(".json") { json::parse } else { yaml::parse };
    let Some(document) = output.tree(file, &READER, parse).map(Arc::new) else { return };
    if !serverless::is_service(&document) {
        return;
    }
    for path in serverless::includes(file.path, file.text) {
        output.request(path, "include");
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
