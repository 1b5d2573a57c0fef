//! Cargo and its subcommands.

use super::arguments::Arguments;
use super::package::{is_exact, unpinned_at};
use super::{Change, Effect, LockUse};
use crate::pin::is_commit;
use crate::shell::Word;

/// Options of cargo's commands that take a value, from its manual (1.95, 2026-04).
const VALUES: &[&str] = &[
    "-p",
    "--package",
    "--exclude",
    "--bin",
    "--example",
    "--test",
    "--bench",
    "-F",
    "--features",
    "--target",
    "--target-dir",
    "--profile",
    "-j",
    "--jobs",
    "--manifest-path",
    "--message-format",
    "--color",
    "--config",
    "-Z",
    "-C",
    "--registry",
    "--index",
    "--version",
    "--vers",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--path",
    "--root",
    "--token",
    "--format-version",
    "--filter-platform",
    "--lcov",
    "--output-path",
    "--out",
    "--test-threads",
    "-E",
    "--artifact-dir",
];

/// Commands that resolve the dependencies of the project.
const RESOLVING: &[&str] = &[
    "build",
    "b",
    "test",
    "t",
    "run",
    "r",
    "check",
    "c",
    "clippy",
    "doc",
    "d",
    "bench",
    "rustc",
    "rustdoc",
    "fetch",
    "metadata",
    "tree",
    "package",
    "publish",
    "nextest",
    "llvm-cov",
    "tarpaulin",
    "zigbuild",
    "xwin",
    "fix",
    "vendor",
    "lambda",
    "hack",
    "deb",
];

/// Options under which cargo fails on a lockfile that is out of step.
const STRICT: &[&str] = &["--locked", "--frozen"];

/// Options of maturin that take a value and that cargo does not have, from its help (1.9, 2025-07).
const MATURIN_VALUES: &[&str] = &[
    "-m",
    "-i",
    "-o",
    "-b",
    "-u",
    "--interpreter",
    "--compatibility",
    "--manylinux",
    "--bindings",
    "--auditwheel",
    "--extras",
    "--repository",
    "--repository-url",
    "--username",
    "--password",
];

/// Options of `cargo binstall` that take a value, from its help (1.15, 2025-08).
const BINSTALL_VALUES: &[&str] = &[
    "--version",
    "--git",
    "--targets",
    "--manifest-path",
    "--bin-dir",
    "--pkg-fmt",
    "--pkg-url",
    "--disable-strategies",
    "--strategies",
    "--install-path",
    "--root",
    "--registry",
    "--index",
    "--github-token",
    "--rate-limit",
    "--log-level",
    "--maximum-resolution-timeout",
    "--min-tls-version",
    "--root-certificates",
    "--settings",
];

pub(super) fn cargo(words: &[Word]) -> Option<Effect> {
    let words = match words.split_first() {
        Some((toolchain, rest)) if toolchain.text.starts_with('+') => rest,
        _ => words,
    };
    let (global, words) = Arguments::until_command(words, VALUES);
    let (command, rest) = words.split_first()?;
    let options = rest.iter().position(|word| word.text == "--").map_or(rest, |at| &rest[..at]);
    let sorted = Arguments::of(options, VALUES);
    let mut effect = match command.text.as_str() {
        "install" => install(&sorted),
        "binstall" => {
            let sorted = Arguments::of(options, BINSTALL_VALUES);
            let mut effect = Effect::new("cargo-install", LockUse::Installs);
            let versioned = sorted.value(&["--version"]).is_some_and(|text| is_exact(text.trim_start_matches('=')));
            if !versioned {
                effect.unpinned = sorted.rest.iter().filter_map(|word| unpinned_at(word)).collect();
            }
            effect
        }
        // It fails where the lockfile would change.
        "update" if sorted.has(&["--locked", "--frozen"]) => Effect::new("cargo", LockUse::Proves),
        "update" | "generate-lockfile" | "add" | "remove" | "upgrade" => Effect::new("cargo", LockUse::Rewrites),
        "metadata" if sorted.has(&["--no-deps"]) => return None,
        // A lockfile that it has changed is not committed, which it refuses to publish (cargo 1.95, tried 2026-12-01).
        "publish" | "package" if !sorted.has(&["--allow-dirty"]) => Effect::new("cargo", LockUse::Proves),
        name if RESOLVING.contains(&name) => resolving(command, &sorted, global.has(STRICT)),
        _ => return None,
    };
    let manifest = sorted.value(&["--manifest-path"]).or_else(|| global.value(&["--manifest-path"]));
    effect.in_directory_of(manifest);
    if let Some(place) = global.value(&["-C"]) {
        effect.directory = Some(place.to_owned());
    }
    if effect.lock_use == Some(LockUse::Ignores) {
        effect.directory = sorted.value(&["--path"]).map(ToOwned::to_owned);
    }
    Some(effect)
}

/// Commands of maturin that build the project with cargo, from its manual (1.9, 2025-07).
const MATURIN: &[&str] = &["build", "develop", "dev", "publish"];

/// maturin hands its words on to cargo.
pub(super) fn maturin(words: &[Word]) -> Option<Effect> {
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &[VALUES, MATURIN_VALUES].concat());
    let mut effect = MATURIN.contains(&command.text.as_str()).then(|| resolving(command, &sorted, false))?;
    effect.in_directory_of(sorted.value(&["-m", "--manifest-path"]));
    Some(effect)
}

fn resolving(command: &Word, sorted: &Arguments<'_>, is_strict: bool) -> Effect {
    if is_strict || sorted.has(STRICT) {
        return Effect::new("cargo", LockUse::Proves);
    }
    let mut effect = Effect::new("cargo", LockUse::MayRewrite);
    if sorted.opaque {
        effect.lock_use = None;
    } else if !matches!(command.text.as_str(), "nextest" | "llvm-cov" | "lambda" | "hack" | "xwin") {
        effect.change = Some(Change { place: command.span.end..command.span.end, text: " --locked".to_owned() });
    }
    effect
}

/// Without `--locked`, `cargo install` passes over the lockfile that the package brings.
fn install(sorted: &Arguments<'_>) -> Effect {
    if sorted.value(&["--path"]).is_some() {
        let locked = sorted.has(&["--locked", "--frozen"]);
        return Effect::new("cargo", if locked { LockUse::Proves } else { LockUse::Ignores });
    }
    let mut effect = Effect::new("cargo-install", LockUse::Installs);
    let versioned = sorted.value(&["--version", "--vers"]).is_some_and(|text| is_exact(text) || text.contains('$'));
    let at_commit = sorted.value(&["--rev"]).is_some_and(|rev| is_commit(rev) || rev.contains('$'));
    if let Some(url) = sorted.value(&["--git"]) {
        if !at_commit && sorted.value(&["--tag"]).is_none() {
            effect.unpinned.push(url.to_owned());
        }
    } else if !versioned {
        effect.unpinned = sorted.rest.iter().filter_map(|word| unpinned_at(word)).collect();
    }
    effect
}
