//! Files that describe a developer's machine: dev containers, devbox, flakes of Nix, the SDK that global.json asks for, and what
//! Vagrantfiles and Tiltfiles have built.

mod builds;
mod container;

use crate::facts::{Include, Toolchain};
use crate::pin::{self, Level, version};
use crate::read::{Claim, File, MOST, Output, Reader};
use crate::syntax::{Node, json};

/// Reads descriptions of a developer's machine.
pub const READER: Reader = Reader { name: "workbench", role: "version-file", claims, read };

/// More bytes than this are no flake that people write.
const LONGEST_FLAKE: usize = 256 * 1024;

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "devcontainer.json" | ".devcontainer.json" | "devbox.json" | "global.json" | "flake.nix" => Claim::Yes,
        "Vagrantfile" => Claim::IfContains(&[".dockerfile"]),
        "Tiltfile" => Claim::IfContains(&["dockerfile"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    match file.file_name() {
        "flake.nix" => return flake(file, output),
        "Vagrantfile" => return builds::vagrant(file, output),
        "Tiltfile" => return builds::tilt(file, output),
        _ => {}
    }
    let Some(tree) = output.tree(file, &READER, json::parse_with_comments) else { return };
    match file.file_name() {
        "devbox.json" => devbox(file, tree.root(), output),
        "global.json" => sdk(file, tree.root(), output),
        _ => container::read(file, tree.root(), output),
    }
}

/// `packages` is a list of `name@version` or a map of names to versions.
fn devbox(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let Some(packages) = root.get("packages") else { return };
    for item in packages.items().take(MOST) {
        let Some(text) = item.text() else { continue };
        let (name, version) = text.split_once('@').unwrap_or((text, ""));
        package(file, name, version, item, output);
    }
    for entry in packages.entries().into_iter().take(MOST) {
        let version = entry.value.get("version").unwrap_or(entry.value);
        if let (Some(name), Some(version_text)) = (entry.key.text(), version.text()) {
            package(file, name, version_text, version, output);
        }
    }
}

fn package(file: &File<'_>, name: &str, version: &str, node: Node<'_>, output: &mut Output) {
    let level = version::select(name, version).level.unwrap_or(Level::Floating).max(Level::Floating);
    let mut fact = Include::unstated(file.part(name, node.span()), "package", name, level, node.inner_span());
    fact.lock_name = Some("devbox.lock");
    output.facts.add(fact);
    if version::select(name, version).versions.is_some() && matches!(name, "python" | "nodejs" | "go" | "ruby" | "terraform") {
        let fact = Toolchain::selecting(file.part(&format!("{name} {version}"), node.span()), name, version, node.inner_span());
        output.facts.add(fact);
    }
}

/// How far a missing SDK may be replaced: <https://learn.microsoft.com/dotnet/core/tools/global-json>, read 2026-11-24.
fn sdk(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let Some((node, text)) = root.at(&["sdk", "version"]).and_then(|node| Some((node, node.text()?))) else { return };
    let mut fact = Toolchain::selecting(file.part("dotnet", node.span()), "dotnet", text, node.inner_span());
    let parts: Vec<&str> = text.split('.').take(2).collect();
    let line = match root.at(&["sdk", "rollForward"]).and_then(Node::text).unwrap_or("latestPatch") {
        "disable" => None,
        "minor" | "latestMinor" => Some(version::select("dotnet", parts[0])),
        "major" | "latestMajor" => Some(version::select("dotnet", "latest")),
        _ => Some(version::select("dotnet", &parts.join("."))),
    };
    if let Some(line) = line {
        fact.versions = line.versions;
        if let Some(level) = line.level {
            fact.level.state = crate::value::State::Known(crate::facts::Count(level.number()));
        }
    }
    output.facts.add(fact);
}

/// The addresses of a flake's inputs: `x.url = "..."` or `url = "..."`.
fn flake(file: &File<'_>, output: &mut Output) {
    let text = &file.text[..file.text.len().min(LONGEST_FLAKE)];
    let mut from = 0;
    for line in text.split_inclusive('\n').take(MOST) {
        let start = from;
        from += line.len();
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        if key.starts_with('#') || !(key == "url" || key.ends_with(".url")) {
            continue;
        }
        let Some(quoted) = value.trim().strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(inside, _)| inside) else { continue };
        if quoted.starts_with(['.', '/']) || quoted.starts_with("path:") || quoted.contains("${") {
            continue;
        }
        let at = start + (quoted.as_ptr() as usize - line.as_ptr() as usize);
        let place = file.span(at..at + quoted.len());
        let level = if quoted.split(['/', '=', '?', '&']).any(pin::is_commit) { Level::Content } else { Level::Floating };
        let mut fact = Include::unstated(file.part(quoted, place), "flake-input", quoted, level, place);
        fact.lock_name = Some("flake.lock");
        output.facts.add(fact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    fn rows(path: &str, text: &str) -> Vec<String> {
        let facts = read_alone(&READER, path, text).facts;
        assert!(facts.problems.is_empty());
        let level = |level: &crate::value::Value<crate::facts::Count>| level.known().map_or(-1, |level| level.0);
        let includes = facts.includes.iter().map(|one| format!("{} {} P{}", one.form, one.source, level(&one.level)));
        let images = facts.images.iter().map(|one| format!("image P{}", level(&one.level)));
        let toolchains = facts.toolchains.iter().map(|one| format!("{} P{}", one.tool, level(&one.level)));
        includes.chain(images).chain(toolchains).collect()
    }

    #[test]
    fn machines_of_developers() {
        let text = "{\n  // ours\n  \"image\": \"mcr.microsoft.com/devcontainers/python:3.12\",\n  \"features\": {\"ghcr.io/devcontainers/features/node:1\": {}, \"ghcr.io/x/y\": {}, \"./own\": {}},\n}";
        assert_eq!(
            rows(".devcontainer/devcontainer.json", text),
            ["feature ghcr.io/devcontainers/features/node P2", "feature ghcr.io/x/y P1", "image P3", "python P3"]
        );
        let text = "{\"image\": \"mcr.microsoft.com/devcontainers/python:1-3.12-bookworm\", \"features\": {\"ghcr.io/devcontainers/features/node:1\": {\"version\": \"20\"}}}";
        assert_eq!(
            rows(".devcontainer/devcontainer.json", text),
            ["feature ghcr.io/devcontainers/features/node P2", "image P2", "python P3", "node P2"]
        );
        for (image, expected) in [
            ("devcontainers/typescript-node:1-20-bullseye", "node 20"),
            ("vscode/devcontainers/javascript-node:0-18", "node 18"),
            ("devcontainers/go:dev-1.24-bookworm", "go 1.24"),
            ("devcontainers/rust:1-bookworm", "rust 1"),
            ("devcontainers/base:bullseye", ""),
        ] {
            let text = format!("{{\"image\": \"mcr.microsoft.com/{image}\"}}");
            let facts = read_alone(&READER, ".devcontainer/devcontainer.json", &text).facts;
            let found: Vec<String> = facts.toolchains.iter().filter_map(|fact| Some(format!("{} {}", fact.tool, fact.stated.known()?))).collect();
            assert_eq!(found.join(", "), expected, "{image}");
        }
        let text = "{\"packages\": [\"python@3.12\", \"jq\", \"go@latest\"]}";
        assert_eq!(rows("devbox.json", text), ["package python P3", "package jq P1", "package go P1", "python P3", "go P1"]);
        let text = "{\"sdk\": {\"version\": \"8.0.100\", \"rollForward\": \"POLICY\"}}";
        for (policy, expected) in [("disable", 4), ("latestPatch", 3), ("latestMinor", 2), ("latestMajor", 1)] {
            assert_eq!(rows("global.json", &text.replace("POLICY", policy)), [format!("dotnet P{expected}")]);
        }
        let text = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-24.05\";\n  inputs.own.url = \"path:./x\";\n  # inputs.old.url = \"github:a/b\";\n}";
        assert_eq!(rows("flake.nix", text), ["flake-input github:NixOS/nixpkgs/nixos-24.05 P1"]);
    }
}
