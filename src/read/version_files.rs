//! Version files: `.python-version`, `.tool-versions`, `.nvmrc`, `rust-toolchain.toml`,
//! `mise.toml` and their kind, each to the versions it selects.
//!
//! Where tools read one file differently (a second line of `.python-version`), the first
//! version is the selection and the others count as enumerated.

use std::ops::Range;

use crate::facts::Toolchain;
use crate::path;
use crate::read::{Claim, File, Output, Reader};
use crate::syntax::{Node, conflict, toml};

/// Reads version files.
pub const READER: Reader = Reader { name: "version_files", role: "version-file", claims, read };

/// Files that hold versions of one tool, one a line.
const PLAIN: &[(&str, &str)] = &[
    (".python-version", "python"),
    (".python-versions", "python"),
    (".nvmrc", "node"),
    (".node-version", "node"),
    (".ruby-version", "ruby"),
    (".java-version", "java"),
    (".go-version", "go"),
    (".php-version", "php"),
    (".bun-version", "bun"),
    (".deno-version", "deno"),
    (".terraform-version", "terraform"),
    (".opentofu-version", "opentofu"),
    (".terragrunt-version", "terragrunt"),
    (".swift-version", "swift"),
    (".elixir-version", "elixir"),
    (".dvmrc", "deno"),
];

/// More words than this in one file are no versions that people write.
const MOST_VERSIONS: usize = 200;

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let is_plain = PLAIN.iter().any(|(file, _)| *file == name);
    let is_other = matches!(
        name,
        ".tool-versions" | "rust-toolchain" | "rust-toolchain.toml" | "mise.toml" | ".mise.toml" | ".sdkmanrc"
    );
    match name {
        _ if is_plain || is_other || path.ends_with(".config/mise/config.toml") => Claim::Yes,
        "runtime.txt" => Claim::IfContains(&["python-"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    if let Some(found) = conflict::find(file.text) {
        let explanation = "merge-conflict markers".to_owned();
        return output.problem(file, &READER, "merge-conflict", explanation, file.span(found.begin));
    }
    let name = file.file_name();
    match name {
        ".tool-versions" => tool_versions(file, output),
        ".sdkmanrc" => sdkman(file, output),
        "rust-toolchain" if !file.text.contains('[') => plain(file, "rust", output),
        "rust-toolchain" | "rust-toolchain.toml" => rust_toolchain(file, output),
        "runtime.txt" => runtime_txt(file, output),
        _ => match PLAIN.iter().find(|(plain, _)| *plain == name) {
            Some((_, tool)) => plain(file, tool, output),
            None => mise(file, output),
        },
    }
}

/// A word of a line with its place.
struct Word<'t> {
    text: &'t str,
    at: Range<usize>,
}

/// The words of each line that has any; comments are left out.
fn lines(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let from = start;
        start += line.len();
        let code = line.split('#').next().unwrap_or("");
        words(code, from)
    });
    lines.filter(|words| !words.is_empty()).take(MOST_VERSIONS)
}

fn words(line: &str, from: usize) -> Vec<Word<'_>> {
    let place = |word: &str| {
        let at = from + (word.as_ptr() as usize - line.as_ptr() as usize);
        at..at + word.len()
    };
    line.split_whitespace().take(MOST_VERSIONS).map(|text| Word { text, at: place(text) }).collect()
}

/// Adds a selection; those after the first of a tool are enumerated and named by their version.
fn add(file: &File<'_>, tool: &str, word: &Word<'_>, is_first: bool, output: &mut Output) {
    let span = file.span(word.at.clone());
    let name = if is_first { tool.to_owned() } else { format!("{tool} {}", word.text) };
    let mut fact = Toolchain::selecting(file.part(&name, span), tool, word.text, span);
    fact.enumerated = !is_first;
    if let Some(directory) = fact.scope.strip_suffix(".config/mise").or_else(|| fact.scope.strip_suffix(".config")) {
        fact.scope = directory.trim_end_matches('/').to_owned();
    }
    output.facts.add(fact);
}

/// Heroku, and services that took the file over from it, run what it says: `python-3.12.7`
/// (<https://devcenter.heroku.com/articles/python-runtimes>, read 2026-12-01). Binder builds documents with it.
fn runtime_txt(file: &File<'_>, output: &mut Output) {
    plain(file, "python", output);
    let is_of_binder = matches!(path::file_name(file.directory()), "binder" | ".binder");
    for fact in &mut output.facts.toolchains {
        if is_of_binder { "docs" } else { "deploy" }.clone_into(&mut fact.phase);
    }
}

fn plain(file: &File<'_>, tool: &str, output: &mut Output) {
    let is_list = file.file_name().ends_with("-versions");
    let mut count = 0;
    for words in lines(file.text) {
        let Some(word) = words.first().map(|word| without_tool(tool, word)) else { continue };
        add(file, tool, &word, count == 0 && !is_list, output);
        count += 1;
    }
    if count == 0 {
        add(file, tool, &Word { text: "", at: 0..0 }, true, output);
    }
}

/// The version alone where the name of the tool stands before it: `python-3.12.7`, `ruby-3.3.0`.
fn without_tool<'t>(tool: &str, word: &Word<'t>) -> Word<'t> {
    let version = word.text.strip_prefix(tool).and_then(|rest| rest.strip_prefix('-'));
    let text = version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(word.text);
    Word { text, at: word.at.end - text.len()..word.at.end }
}

fn tool_versions(file: &File<'_>, output: &mut Output) {
    for words in lines(file.text) {
        for (at, word) in words.iter().enumerate().skip(1) {
            add(file, words[0].text, word, at == 1, output);
        }
    }
}

/// SDKMAN's `java=21.0.4-tem`, one tool a line.
fn sdkman(file: &File<'_>, output: &mut Output) {
    for words in lines(file.text) {
        let Some((tool, version)) = words[0].text.split_once('=') else { continue };
        let start = words[0].at.end - version.len();
        add(file, tool, &Word { text: version, at: start..words[0].at.end }, true, output);
    }
}

fn rust_toolchain(file: &File<'_>, output: &mut Output) {
    let document = match toml::parse(file.source, file.text) {
        Ok(document) => document,
        Err(error) => return output.syntax_error(file, &READER, &error),
    };
    let Some(toolchain) = document.root().get("toolchain") else { return };
    if let Some(channel) = toolchain.get("channel") {
        add_node(file, "rust", channel, true, output);
    } else if let Some(entry) = toolchain.entry("path") {
        let name = file.part("rust", entry.key.span());
        let reason = "the toolchain is a directory outside the repository";
        output.facts.add(Toolchain::unresolved(name, "rust", reason, entry.value.span()));
    }
}

fn mise(file: &File<'_>, output: &mut Output) {
    let document = match toml::parse(file.source, file.text) {
        Ok(document) => document,
        Err(error) => return output.syntax_error(file, &READER, &error),
    };
    let Some(tools) = document.root().get("tools") else { return };
    for entry in tools.own_entries().take(MOST_VERSIONS) {
        let Some(tool) = entry.key.scalar() else { continue };
        if entry.value.is_list() {
            for (at, item) in entry.value.items().take(MOST_VERSIONS).enumerate() {
                add_node(file, tool, item.get("version").unwrap_or(item), at == 0, output);
            }
        } else {
            add_node(file, tool, entry.value.get("version").unwrap_or(entry.value), true, output);
        }
    }
}

fn add_node(file: &File<'_>, tool: &str, node: Node<'_>, is_first: bool, output: &mut Output) {
    if let Some(text) = node.scalar() {
        add(file, tool, &Word { text, at: node.inner_span().range() }, is_first, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;
    use crate::value::State;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let output = read_alone(&READER, path, text);
        let fact = |fact: &Toolchain| {
            let level = match &fact.level.state {
                State::Known(level) => format!("P{}", level.0),
                _ => "?".to_owned(),
            };
            let stated = fact.stated.known().map_or("?", |text| text);
            let more = if fact.enumerated { " enumerated" } else { "" };
            let at = fact.stated.span.map_or(0, |span| span.start);
            format!("{} {stated} {level} @{at}{more}", fact.tool)
        };
        output.facts.toolchains.iter().map(fact).collect()
    }

    #[test]
    fn files() {
        let cases: &[(&str, &str, &[&str])] = &[
            (".python-version", "3.12.7\n", &["python 3.12.7 P4 @0"]),
            (".python-version", "# ours\r\n 3.11 \r\n\r\n", &["python 3.11 P3 @9"]),
            (".python-version", "3.12.4\n3.11.9\n", &["python 3.12.4 P4 @0", "python 3.11.9 P4 @7 enumerated"]),
            (".python-versions", "3.12\n", &["python 3.12 P3 @0 enumerated"]),
            (".python-version", "pypy3.10-7.3.12", &["pypy pypy3.10-7.3.12 P3 @0"]),
            (".python-version", "\n", &["python  P0 @0"]),
            (".nvmrc", "lts/*", &["node lts/* P1 @0"]),
            (".nvmrc", "v20.11.1 # with npm 10", &["node v20.11.1 P4 @0"]),
            (".ruby-version", "3.3.0", &["ruby 3.3.0 P4 @0"]),
            ("runtime.txt", "python-3.12.4", &["python 3.12.4 P4 @7"]),
            (".ruby-version", "ruby-3.3.0", &["ruby 3.3.0 P4 @5"]),
            (".sdkmanrc", "java=21.0.4-tem\n", &["java 21.0.4-tem P4 @5"]),
            (
                ".tool-versions",
                "python 3.12.4 3.11.9\nnodejs 20.18.1 # lts\nterraform latest\n",
                &[
                    "python 3.12.4 P4 @7",
                    "python 3.11.9 P4 @14 enumerated",
                    "node 20.18.1 P4 @28",
                    "terraform latest P1 @52",
                ],
            ),
            ("rust-toolchain", "nightly-2026-06-12\n", &["rust nightly-2026-06-12 P4 @0"]),
            ("rust-toolchain", "[toolchain]\nchannel = \"1.95\"\n", &["rust 1.95 P3 @23"]),
            ("rust-toolchain.toml", "[toolchain]\npath = \"/opt/rust\"\n", &["rust ? ? @19"]),
            (
                "mise.toml",
                "[tools]\nnode = \"22\"\npython = [\"3.12\", \"3.11\"]\nuv = { version = \"0.9.7\" }\n",
                &["node 22 P2 @16", "python 3.12 P3 @31", "python 3.11 P3 @39 enumerated", "uv 0.9.7 P4 @64"],
            ),
        ];
        for (path, text, expected) in cases {
            assert_eq!(shown(path, text), *expected, "{path} {text:?}");
        }
    }

    #[test]
    fn broken_files_are_problems() {
        let trouble = |path: &str, text: &str| {
            let output = read_alone(&READER, path, text);
            output.facts.problems.iter().map(|problem| problem.trouble.clone()).collect::<Vec<_>>()
        };
        assert_eq!(trouble("mise.toml", "[tools\n"), ["syntax"]);
        assert_eq!(trouble(".nvmrc", "<<<<<<< HEAD\n20\n=======\n22\n>>>>>>> main\n"), ["merge-conflict"]);
    }
}
