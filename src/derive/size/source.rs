//! What each tool packs of a code directory, beside what git ignores, which a fresh checkout does not have.

use crate::facts::{Contents, Lambda, Layer};
use crate::value::State;

/// What `sam build` copies of no Python function (`EXCLUDED_FILES` of the pip workflow of aws-lambda-builders, read
/// 2026-11-30).
const SAM: &[&str] = &[
    ".aws-sam",
    ".chalice",
    ".git",
    ".gitignore",
    "*.pyc",
    "__pycache__",
    "*.so",
    ".Python",
    "*.egg-info",
    "*.egg",
    "pip-log.txt",
    "pip-delete-this-directory.txt",
    "htmlcov",
    ".tox",
    ".nox",
    ".coverage",
    ".cache",
    ".pytest_cache",
    ".python-version",
    ".mypy_cache",
    ".dmypy.json",
    ".pyre",
    ".env",
    ".venv",
    "venv",
    "venv.bak",
    "env.bak",
    "ENV",
    "env",
    ".vscode",
    ".idea",
];

/// What the Serverless Framework packs of no service (`defaultExcludes` of its package plugin, release 4, read
/// 2026-11-30), and the file of the service itself.
pub(super) const SERVERLESS: &[&str] = &[
    "/.git",
    "/.gitignore",
    "/.DS_Store",
    "/npm-debug.log",
    "/yarn-*.log",
    "/serverless.yml",
    "/serverless.yaml",
    "/serverless.json",
    "/serverless.js",
    "/serverless.ts",
    "/.serverless",
    "/.serverless_plugins",
];

/// Chalice packs its module, its library and vendored packages (`LambdaDeploymentPackager`, chalice 1.34, read 2026-11-30).
const CHALICE: &[&str] = &["/*", "!/app.py", "!/chalicelib", "!/vendor"];

/// What is packed of a function's code, or why that is not known.
pub(super) fn contents(lambda: &Lambda, code: &str) -> Result<Contents, String> {
    let always_left_out = match lambda.surface.as_str() {
        "sam" => SAM,
        "serverless" => SERVERLESS,
        "chalice" => CHALICE,
        _ => &[],
    };
    Ok(Contents { path: code.to_owned(), always_left_out, left_out: left_out(lambda)? })
}

/// The patterns of what a template leaves out, or why they are not known.
pub(super) fn left_out(lambda: &Lambda) -> Result<Vec<String>, String> {
    match &lambda.left_out.state {
        State::Known(patterns) => Ok(patterns.clone()),
        State::Absent => Ok(Vec::new()),
        State::Unknown(reason) => Err(reason.to_string()),
        State::OneOf(_) => Err("what is packed depends on the deployment".to_owned()),
    }
}

/// What is packed of a layer's directory: all of it, or what the build of a function would take.
pub(super) fn layer(layer: &Layer, directory: &str) -> Contents {
    let always_left_out = if layer.is_built { SAM } else { &[] };
    Contents { path: directory.to_owned(), always_left_out, left_out: layer.left_out.clone() }
}
