//! Settings of bots that keep dependencies up to date: dependabot.yml and the files of Renovate. Kept as trees.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Settings;
use crate::{path, syntax};

/// The reader of these settings.
pub const READER: Reader = Reader { name: "update-bot", role: "configuration", claims, read };

/// The names that Renovate looks for (its documentation, read 2026-11).
const RENOVATE: &[&str] = &["renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"];

fn claims(path: &str) -> Claim {
    let (directory, name) = (path::directory(path), path::file_name(path));
    let is_dependabot = directory == ".github" && matches!(name, "dependabot.yml" | "dependabot.yaml");
    let is_renovate = RENOVATE.contains(&name) && matches!(directory, "" | ".github" | ".gitlab");
    if is_dependabot || is_renovate { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, file.span(0..0));
    let is_renovate = RENOVATE.contains(&file.file_name());
    let document = if !is_renovate {
        output.tree(file, &READER, syntax::yaml::parse)
    } else if file.file_name() == "renovate.json" || file.file_name() == ".renovaterc.json" {
        output.tree(file, &READER, syntax::json::parse_with_comments)
    } else {
        // JSON5 may hold more than is read here, which is no fault of the file.
        syntax::json::parse_with_comments(file.source, file.text).ok()
    };
    if let Some(document) = document {
        let tool = if is_renovate { "renovate" } else { "dependabot" };
        output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, tool) });
    }
}
