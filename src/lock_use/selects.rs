//! Versions of toolchains that commands choose as they run: `rustup default stable`, `nvm install --lts`, `cargo +nightly`.

use super::arguments::Arguments;
use super::invocation::Invocation;
use crate::shell::Word;

/// A toolchain and the version a command chooses for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The tool, as version managers name it.
    pub tool: String,
    /// The version, as the command says it.
    pub version: String,
    /// Whether a version file of the tool outranks it.
    pub yields: bool,
}

/// Options of rustup's commands that take a value, from `rustup help` (1.28, 2025-03).
const RUSTUP_VALUES: &[&str] = &["--profile", "-c", "--component", "-t", "--target", "--path"];

/// Version managers of one tool, whose `install`, `global` or `use` names a version.
const MANAGERS: &[(&str, &str)] = &[
    ("pyenv", "python"),
    ("rbenv", "ruby"),
    ("goenv", "go"),
    ("nodenv", "node"),
    ("nvm", "node"),
    ("fnm", "node"),
    ("tfenv", "terraform"),
    ("tofuenv", "opentofu"),
];

/// The toolchains whose version a command chooses; words that are put in at run time choose nothing that can be told.
pub fn selects(invocation: &Invocation) -> Vec<Selection> {
    let words = invocation.arguments.as_slice();
    let mut found = match invocation.program.as_str() {
        "cargo" | "rustc" | "rustdoc" | "rustfmt" => plus(words),
        "rustup" => rustup(words),
        "asdf" | "sdk" => tool_and_version(words),
        "mise" | "volta" => at_versions(words, &["use", "u", "install", "i", "pin"]),
        "corepack" => at_versions(words, &["prepare", "use", "install", "up"]),
        "uv" => uv_python(words),
        "n" => named("node", words),
        program => match MANAGERS.iter().find(|(manager, _)| *manager == program) {
            Some((_, tool)) => managed(tool, words),
            None => Vec::new(),
        },
    };
    found.retain(|selection| !selection.version.contains(['$', '`']));
    found
}

fn chosen(tool: &str, version: &str) -> Selection {
    Selection { tool: tool.to_owned(), version: version.to_owned(), yields: false }
}

/// `cargo +nightly`
fn plus(words: &[Word]) -> Vec<Selection> {
    let channel = words.first().and_then(|word| word.text.strip_prefix('+'));
    channel.map(|channel| chosen("rust", channel)).into_iter().collect()
}

/// The file outranks what rustup installs or takes by default, not what a directory is told: <https://rust-lang.github.io/rustup/overrides.html>.
fn rustup(words: &[Word]) -> Vec<Selection> {
    let sorted = Arguments::of(words, RUSTUP_VALUES);
    let texts: Vec<&str> = sorted.rest.iter().map(|word| word.text.as_str()).collect();
    let (names, yields) = match texts.as_slice() {
        ["default" | "install" | "update", names @ ..] => (names, true),
        ["toolchain", "install" | "add" | "update", names @ ..] => (names, true),
        ["override", "set" | "add", names @ ..] => (names, false),
        ["run", name, ..] => (std::slice::from_ref(name), false),
        _ => return Vec::new(),
    };
    let names = if names.is_empty() && texts == ["update"] { &["stable"] } else { names };
    names.iter().map(|name| Selection { yields, ..chosen("rust", name) }).collect()
}

/// `asdf install python 3.12.4`, `sdk install java 21.0.4-tem`
fn tool_and_version(words: &[Word]) -> Vec<Selection> {
    let sorted = Arguments::of(words, &[]);
    let texts: Vec<&str> = sorted.rest.iter().map(|word| word.text.as_str()).collect();
    match texts.as_slice() {
        ["install" | "global" | "local" | "set" | "default", tool, versions @ ..] => {
            versions.iter().map(|version| chosen(tool, version)).collect()
        }
        _ => Vec::new(),
    }
}

/// `mise use node@22 python@latest`, `corepack prepare pnpm@9.1.0 --activate`
fn at_versions(words: &[Word], commands: &[&str]) -> Vec<Selection> {
    let sorted = Arguments::of(words, &[]);
    let Some((_, rest)) = sorted.rest.split_first().filter(|(first, _)| commands.contains(&first.text.as_str())) else {
        return Vec::new();
    };
    let pairs = rest.iter().filter_map(|word| word.text.rsplit_once('@'));
    pairs.filter(|(tool, _)| !tool.is_empty()).map(|(tool, version)| chosen(tool, version)).collect()
}

fn uv_python(words: &[Word]) -> Vec<Selection> {
    match words {
        [python, install, rest @ ..]
            if python.text == "python" && matches!(install.text.as_str(), "install" | "pin") =>
        {
            named("python", rest)
        }
        _ => Vec::new(),
    }
}

fn named(tool: &str, words: &[Word]) -> Vec<Selection> {
    let sorted = Arguments::of(words, &["--install-dir", "-i", "--mirror"]);
    sorted.rest.iter().map(|word| chosen(tool, &word.text)).collect()
}

/// `pyenv install 3:latest` means the newest of 3; `nvm install --lts` the newest line of long support.
fn managed(tool: &str, words: &[Word]) -> Vec<Selection> {
    let sorted = Arguments::of(words, &[]);
    let Some((command, rest)) = sorted.rest.split_first() else { return Vec::new() };
    if !matches!(command.text.as_str(), "install" | "i" | "use" | "global" | "local") {
        return Vec::new();
    }
    let lines = match sorted.value(&["--lts"]) {
        Some(line) => vec![format!("lts/{line}")],
        None if sorted.has(&["--lts"]) => vec!["lts/*".to_owned()],
        None => Vec::new(),
    };
    let versions = rest.iter().map(|word| word.text.strip_suffix(":latest").unwrap_or(&word.text).to_owned());
    lines.into_iter().chain(versions).map(|version| chosen(tool, &version)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(script: &str) -> Vec<String> {
        let commands = crate::shell::parse(script, Some("")).unwrap_or_default();
        let found = commands.iter().flat_map(super::super::invocations).flat_map(|invocation| selects(&invocation));
        found.map(|one| format!("{} {}{}", one.tool, one.version, if one.yields { " yields" } else { "" })).collect()
    }

    #[test]
    fn commands() {
        let cases: &[(&str, &[&str])] = &[
            ("cargo +nightly test", &["rust nightly"]),
            ("cargo test", &[]),
            ("rustup default stable", &["rust stable yields"]),
            (
                "rustup toolchain install --profile minimal nightly-2026-06-12 1.80",
                &["rust nightly-2026-06-12 yields", "rust 1.80 yields"],
            ),
            ("rustup update", &["rust stable yields"]),
            ("rustup override set nightly", &["rust nightly"]),
            ("rustup component add clippy", &[]),
            ("rustup target add wasm32-unknown-unknown", &[]),
            ("nvm install --lts", &["node lts/*"]),
            ("nvm use --lts=jod", &["node lts/jod"]),
            ("nvm install", &[]),
            ("nvm install 20", &["node 20"]),
            ("pyenv install -s 3:latest", &["python 3"]),
            ("tfenv install latest", &["terraform latest"]),
            ("asdf install python latest", &["python latest"]),
            ("mise use -g node@latest uv@0.9.7", &["node latest", "uv 0.9.7"]),
            ("mise install", &[]),
            ("corepack prepare pnpm@latest --activate", &["pnpm latest"]),
            ("corepack enable", &[]),
            ("corepack pnpm install", &[]),
            ("uv python install 3.12 3.13", &["python 3.12", "python 3.13"]),
            ("n lts", &["node lts"]),
            ("rustup default $CHANNEL", &[]),
        ];
        for (script, expected) in cases {
            assert_eq!(shown(script), *expected, "{script}");
        }
    }
}
