//! The layers of the house: a module uses only what stands before it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each row may use the rows above it and its own first-level module, and nothing below.
const LAYERS: &[&[&str]] = &[
    &[
        "source",
        "value",
        "path",
        "sample",
        "address",
        "day",
        "version",
        "number",
        "nearest",
        "severity",
        "printable",
        "words",
        "write",
    ],
    &["tree"],
    &["syntax"],
    &[
        "python",
        "cargo",
        "node",
        "pnpm",
        "berry",
        "bun",
        "pin",
        "cadence",
        "shell",
        "image_files",
        "lock_formats",
        "lock_use",
        "pysource",
        "literal",
        "jssource",
        "limits",
        "runtimes",
        "handler",
        "bundler",
        "composer",
        "conda",
        "golang",
    ],
    &["release"],
    &["config", "facts"],
    &["steps"],
    &["git", "cloudformation"],
    &["serverless", "chalice", "cdk"],
    &["terraform"],
    &["focus"],
    &["discover"],
    &["package"],
    &["inventory"],
    &["read"],
    &["upstream"],
    &["follow", "derive"],
    &["rehearse"],
    &["scan"],
    &["artifact"],
    &["compare"],
    &["fingerprint"],
    &["rule"],
    &["finding"],
    &["engine"],
    &["suppress", "baseline", "fix", "rows"],
    &["drift"],
    &["updates"],
    &["history"],
    &["trend"],
    &["cli"],
    &["init"],
    &["report"],
    &["command"],
];

/// Uses that the table forbids and that are meant: (from, to, why).
const ALLOWED: &[(&str, &str, &str)] = &[("source", "tree", "a text that was dropped is read again for a report")];

#[test]
fn modules_use_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    // Tests may drive the whole pipeline.
    for file in sources().into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let module = first_module(&file);
        let Some(own) = layer(&module) else {
            wrong.push(format!("{}: `{module}` is in no layer of tests/house.rs", file.display()));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        for (number, line) in product.lines().enumerate() {
            for used in uses(line) {
                let allowed = ALLOWED.iter().any(|(from, to, _)| *from == module && *to == used);
                let below = layer(&used).is_some_and(|at| at > own || (at == own && used != module && own > 4));
                if below && !allowed {
                    wrong.push(format!("{}:{}: `{module}` uses `{used}`", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "the layers are broken:\n{}", wrong.join("\n"));
}

#[test]
fn siblings_do_not_import_each_other() {
    let mut wrong = Vec::new();
    for room in ["read", "report"] {
        for file in sources().into_iter().filter(|file| first_module(file) == room) {
            let own = second_module(&file);
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                let line = line.trim_start();
                let Some(rest) = line.strip_prefix(&format!("use crate::{room}::")) else { continue };
                let sibling: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let is_module = sibling.chars().next().is_some_and(char::is_lowercase) && sibling != own;
                if is_module && Path::new("src").join(room).join(format!("{sibling}.rs")).exists() {
                    wrong.push(format!("{}:{}: `{own}` uses its sibling `{sibling}`", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "siblings import each other:\n{}", wrong.join("\n"));
}

/// Words of the field `problem.trouble` after which rules are named too.
const TROUBLES: &[&str] = &["duplicate-key", "merge-conflict"];

#[test]
fn no_rule_is_named_in_the_source() {
    let mut ids = Vec::new();
    for group in fs::read_dir("rules").into_iter().flatten().flatten().filter(|entry| entry.path().is_dir()) {
        for rule in fs::read_dir(group.path()).unwrap().flatten() {
            ids.push(rule.path().file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    let mut wrong = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap_or("");
        for (number, line) in product.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let is_named = |id: &&String| line.contains(&format!("\"{id}\"")) && !TROUBLES.contains(&id.as_str());
            for id in ids.iter().filter(is_named) {
                wrong.push(format!("{}:{}: `{id}`", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "rules are named in src/:\n{}", wrong.join("\n"));
}

/// Ways to open a socket.
const SOCKETS: &[&str] = &["ureq::", "use ureq", "std::net::", "TcpStream", "UdpSocket"];

#[test]
fn only_upstream_opens_sockets() {
    let mut wrong = Vec::new();
    for file in sources().into_iter().filter(|file| *file != Path::new("src/upstream/transport.rs")) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if SOCKETS.iter().any(|way| line.contains(way)) {
                wrong.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "sockets are opened outside of upstream/transport.rs:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|file| !file.ends_with("tests.rs") && !fs::read_to_string(file).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "modules without a first comment: {silent:?}");
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

fn uses(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or("");
    code.match_indices("crate::")
        .map(|(at, _)| code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| layer(name).is_some())
        .collect()
}

fn first_module(file: &Path) -> String {
    let inside = file.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn second_module(file: &Path) -> String {
    let inside = file.strip_prefix("src").unwrap();
    let second = inside.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
    second.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::from("src")];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !["src/main.rs", "src/lib.rs"].contains(&path.to_string_lossy().as_ref())
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
