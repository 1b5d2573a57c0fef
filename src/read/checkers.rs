//! Settings files of checkers: the version of the language that they take the code to be written for.

use super::{Claim, File, Output, Reader};
use crate::facts::Toolchain;
use crate::source::Span;
use crate::syntax::{Node, ini, json, toml};

/// Reads settings files of checkers.
pub const READER: Reader = Reader { name: "checkers", role: "configuration", claims, read };

/// The files with the tool of which they state a version, the key, and what people call it.
const FILES: &[(&[&str], &str, &str, &str)] = &[
    (&["ruff.toml", ".ruff.toml"], "python", "target-version", "target-version of ruff"),
    (&["mypy.ini", ".mypy.ini"], "python", "python_version", "python_version of mypy"),
    (&["pyrightconfig.json"], "python", "pythonVersion", "pythonVersion of pyright"),
    (&["clippy.toml", ".clippy.toml"], "rust", "msrv", "msrv of clippy"),
];

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    let known = FILES.iter().find(|(names, ..)| names.contains(&name));
    match known.map(|(.., key, _)| *key) {
        Some("target-version") => Claim::IfContains(&["target-version"]),
        Some("python_version") => Claim::IfContains(&["python_version"]),
        Some("pythonVersion") => Claim::IfContains(&["pythonVersion"]),
        Some(_) => Claim::IfContains(&["msrv"]),
        None => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let name = file.file_name();
    let Some((_, tool, key, surface)) = FILES.iter().find(|(names, ..)| names.contains(&name)) else { return };
    let note = |text: &str, place: Span, output: &mut Output| {
        output.facts.add(Toolchain::targeting(file.part(key, place), tool, surface, text, place));
    };
    if name.ends_with(".ini") {
        if output.conflict(file, &READER) {
            return;
        }
        let sections = ini::sections(file.text);
        let own = sections.iter().find(|section| section.name == "mypy");
        if let Some(line) = own.and_then(|section| section.get(key)).and_then(ini::Setting::line) {
            note(line.text, file.span(line.at), output);
        }
        return;
    }
    let parse = if name.ends_with(".json") { json::parse_with_comments } else { toml::parse };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    if let Some((node, text)) = document.root().get(key).and_then(|node: Node<'_>| Some((node, node.scalar()?))) {
        note(text, node.inner_span(), output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn targets() {
        for (path, text, expected) in [
            ("ruff.toml", "line-length = 100\ntarget-version = \"py39\"\n", vec!["python py39 3"]),
            ("app/mypy.ini", "[mypy]\npython_version = 3.11\n", vec!["python 3.11 3"]),
            ("pyrightconfig.json", "{\n  // ours\n  \"pythonVersion\": \"3.12\",\n}", vec!["python 3.12 3"]),
            ("clippy.toml", "msrv = \"1.80.0\"\n", vec!["rust 1.80.0 4"]),
            ("mypy.ini", "[mypy-x.*]\npython_version = 3.11\n", vec![]),
            ("clippy.toml", "msrv = [\n", vec![]),
        ] {
            let facts = read_alone(&READER, path, text).facts;
            let row = |fact: &Toolchain| format!("{} {} {}", fact.tool, known(&fact.stated), level(&fact.level));
            assert_eq!(facts.toolchains.iter().map(row).collect::<Vec<_>>(), expected, "{path}");
        }
    }
}
