//! Whether an install by name fixes what the named packages bring with them.

use super::{Around, Effect, Invocation};

/// Options of pip, uv and pipx that fix or leave out the dependencies of what is named.
const CLOSING: &[&str] = &[
    "--no-deps",
    "-c",
    "--constraint",
    "--constraints",
    "--with-requirements",
    "--require-hashes",
    "--no-index",
    "--exclude-newer",
];

/// Variables that do the same.
const CLOSING_VARIABLES: &[&str] =
    &["PIP_CONSTRAINT", "PIP_REQUIRE_HASHES", "PIP_NO_DEPS", "UV_CONSTRAINT", "UV_EXCLUDE_NEWER", "UV_REQUIRE_HASHES"];

/// Packages that depend on nothing but themselves (as published in November 2026).
const ALONE: &[&str] = &["pip", "setuptools", "uv", "ruff", "ty", "npm", "pnpm", "yarn", "typescript", "prettier"];

/// Commands that stand before the names.
const COMMANDS: &[&str] = &["pip", "tool", "x", "install", "i", "add", "a", "global", "dlx", "exec", "run", "inject"];

/// `closed` when the dependencies of what is installed cannot move, `open` when they are resolved as it runs;
/// `None` when that is known only when it runs.
pub fn closure(effect: &Effect, invocation: &Invocation, around: Around<'_>) -> Option<&'static str> {
    let words = &invocation.arguments;
    let option = |text: &str| text.split('=').next().unwrap_or("").to_owned();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&option(&word.text).as_str()));
    let closed = match effect.tool {
        "cargo-install" => has(&["--locked", "--frozen"]) || has(&["binstall"]),
        // A module is built with the versions that its own go.mod names.
        "go-install" => true,
        "pip" | "uv-tool" | "pipx" => {
            has(CLOSING) || CLOSING_VARIABLES.iter().any(|name| around.environment.contains_key(*name))
        }
        _ => false,
    };
    // What runs a tool takes the words behind its name for the tool's.
    let most = if matches!(effect.tool, "uv-tool" | "pipx" | "npx") { 1 } else { words.len() };
    let plain = words.iter().filter(|word| !word.text.starts_with('-') && !COMMANDS.contains(&word.text.as_str()));
    let named: Vec<&str> = plain.take(most).map(|word| bare(&word.text)).collect();
    if !named.is_empty() && named.iter().all(|name| ALONE.contains(name)) {
        return Some("closed");
    }
    let is_opaque = words.iter().any(|word| word.dynamic && word.text.starts_with(['$', '`']));
    match closed {
        true => Some("closed"),
        false if is_opaque => None,
        false => Some("open"),
    }
}

/// The name of a package without its version.
fn bare(text: &str) -> &str {
    let from = usize::from(text.starts_with('@'));
    let end = text[from..].find(['@', '=', '[', '<', '>', '~', '!']).map_or(text.len(), |at| from + at);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lock_use::{effect, invocations};

    #[test]
    fn closures_of_installs() {
        for (command, expected) in [
            ("pip install black==24.10.0", Some("open")),
            ("pip install --no-deps black==24.10.0", Some("closed")),
            ("pip install -c constraints.txt black", Some("closed")),
            ("pip install uv==0.9.7 ruff==0.8.2", Some("closed")),
            ("pip install $TOOLS", None),
            ("pip install black==$VERSION", Some("open")),
            ("uvx ruff@0.8.2 check .", Some("closed")),
            ("uvx --exclude-newer 2026-11-01 black@24.10.0", Some("closed")),
            ("uv tool install black==24.10.0", Some("open")),
            ("npm install -g pnpm@9.1.0", Some("closed")),
            ("npm i -g serverless@3.39.0", Some("open")),
            ("npx prettier@3.4.2 --check .", Some("closed")),
            ("cargo install just@1.36.0", Some("open")),
            ("cargo install just@1.36.0 --locked", Some("closed")),
            ("cargo binstall just@1.36.0", Some("closed")),
            ("go install example.com/x@v1.2.3", Some("closed")),
            ("gem install rake -v 13.2.1", Some("open")),
        ] {
            let commands = crate::shell::parse(command, Some("")).unwrap_or_default();
            let invocation = commands.iter().flat_map(invocations).next().expect("each is an invocation");
            let around = Around { ci: true, environment: &BTreeMap::new() };
            let effect = effect(&invocation, around).expect("each has an effect");
            assert_eq!(closure(&effect, &invocation, around), expected, "{command}");
        }
    }
}
