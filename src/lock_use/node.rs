//! npm, npx, Yarn, pnpm and Bun.

use super::arguments::Arguments;
use super::package::unpinned_node;
use super::{Around, Change, Effect, LockUse};
use crate::shell::Word;

/// Options of npm's commands that take a value, from its manual (11, 2026-03).
const NPM_VALUES: &[&str] = &[
    "--prefix",
    "-C",
    "--registry",
    "-w",
    "--workspace",
    "--omit",
    "--include",
    "--loglevel",
    "--cache",
    "--tag",
    "--install-strategy",
    "--userconfig",
    "--fetch-timeout",
    "--fetch-retries",
    "--maxsockets",
    "--before",
    "--cpu",
    "--os",
    "--libc",
    "--network-concurrency",
    "--cwd",
    "--dir",
    "--filter",
    "-F",
    "--store-dir",
    "--virtual-store-dir",
    "--network-timeout",
    "--cache-folder",
    "--modules-folder",
    "--mutex",
    "--reporter",
    "--child-concurrency",
    "--node-linker",
];

/// npm's spellings of `ci`, from `npm help ci`.
const NPM_CI: &[&str] = &[
    "ci",
    "clean-install",
    "ic",
    "install-clean",
    "isntall-clean",
    "cit",
    "install-ci-test",
    "clean-install-test",
    "sit",
];

/// npm's spellings of `install`, from `npm help install`.
const NPM_INSTALL: &[&str] = &[
    "install",
    "i",
    "in",
    "ins",
    "inst",
    "insta",
    "instal",
    "isnt",
    "isnta",
    "isntal",
    "isntall",
    "add",
    "install-test",
    "it",
];

/// Options of `npm install` that `npm ci` takes in the same sense.
const SAME_IN_CI: &[&str] = &[
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--silent",
    "-s",
    "--quiet",
    "-q",
    "--no-progress",
    "--progress",
    "--legacy-peer-deps",
    "--ignore-scripts",
    "--omit",
    "--include",
    "--loglevel",
    "--production",
    "--verbose",
    "--force",
    "-f",
    "--audit",
    "--fund",
    "--registry",
    "--cache",
    "--no-optional",
];

pub(super) fn npm(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, NPM_VALUES);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, NPM_VALUES);
    let name = command.text.as_str();
    let lock_off = sorted.has(&["--no-package-lock"])
        || sorted.value(&["--package-lock"]) == Some("false")
        || around.is_off("NPM_CONFIG_PACKAGE_LOCK")
        || around.is_off("npm_config_package_lock");
    let mut effect = match name {
        _ if NPM_CI.contains(&name) => Effect::new("npm", LockUse::Proves),
        _ if NPM_INSTALL.contains(&name) && (sorted.names_something() || is_global(&sorted)) => {
            let mut effect = Effect::new("npm", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest);
            effect
        }
        _ if NPM_INSTALL.contains(&name) && sorted.has(&["--package-lock-only"]) => {
            Effect::new("npm", LockUse::Rewrites)
        }
        _ if NPM_INSTALL.contains(&name) && lock_off => Effect::new("npm", LockUse::Ignores),
        _ if NPM_INSTALL.contains(&name) => npm_install(command, &sorted),
        "update" | "up" | "upgrade" | "udpate" | "dedupe" => Effect::new("npm", LockUse::Rewrites),
        "link" | "ln" => linking(&sorted),
        "audit" if sorted.first() == "fix" => Effect::new("npm", LockUse::Rewrites),
        "exec" | "x" => return npx(rest),
        _ => return None,
    };
    place(&mut effect, &global, &["--prefix", "-C"]);
    place(&mut effect, &sorted, &["--prefix", "-C"]);
    if is_global(&sorted) || is_global(&global) {
        effect.directory = None;
        effect.global = true;
    }
    Some(effect)
}

/// `npm link NAME`: a package of this machine in place of the locked one. Without a name it offers the project itself to others.
fn linking(sorted: &Arguments<'_>) -> Effect {
    let lock_use = if sorted.rest.is_empty() { LockUse::Nothing } else { LockUse::Installs };
    Effect { global: !sorted.rest.is_empty(), ..Effect::new("link", lock_use) }
}

fn is_global(sorted: &Arguments<'_>) -> bool {
    sorted.has(&["-g", "--global"]) || sorted.value(&["--location"]) == Some("global")
}

fn npm_install(command: &Word, sorted: &Arguments<'_>) -> Effect {
    let mut effect = Effect::new("npm", LockUse::MayRewrite);
    if sorted.opaque {
        effect.lock_use = None;
    } else if sorted.only(SAME_IN_CI) && !matches!(command.text.as_str(), "install-test" | "it") {
        effect.change = Some(Change { place: command.span.clone(), text: "ci".to_owned() });
    }
    effect
}

fn place(effect: &mut Effect, sorted: &Arguments<'_>, names: &[&str]) {
    if let Some(place) = sorted.value(names) {
        effect.elsewhere = place.contains('$');
        effect.directory = Some(place.to_owned());
    }
}

pub(super) fn npx(words: &[Word]) -> Option<Effect> {
    let (sorted, rest) = Arguments::until_command(words, &["-p", "--package", "-c", "--call", "-w", "--workspace"]);
    let mut effect = Effect::new("npx", LockUse::Installs);
    if sorted.has(&["--no-install", "--no", "--offline"]) {
        return Some(Effect::new("npx", LockUse::Nothing));
    }
    let named: Vec<Word> = sorted
        .values(&["-p", "--package"])
        .map(|text| Word { text: text.to_owned(), dynamic: text.contains('$'), span: 0..0 })
        .collect();
    let words: Vec<&Word> = if named.is_empty() { rest.iter().take(1).collect() } else { named.iter().collect() };
    effect.unpinned = unpinned_node(&words);
    // What it fetches lies beside the project's packages, not among them.
    effect.global = true;
    Some(effect)
}

/// `bunx`, `pnpm dlx`, `yarn dlx`: run a package by name.
pub(super) fn runner(tool: &'static str, words: &[Word]) -> Option<Effect> {
    let mut effect = npx(words)?;
    effect.tool = tool;
    Some(effect)
}

pub(super) fn yarn(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, NPM_VALUES);
    let command = words.first();
    let rest = words.get(1..).unwrap_or(&[]);
    let sorted = Arguments::of(rest, NPM_VALUES);
    let mut effect = match command.map_or("install", |word| word.text.as_str()) {
        "install" => {
            let strict = ["--frozen-lockfile", "--immutable"];
            let loose = sorted.has(&["--no-immutable"]) || around.is_off("YARN_ENABLE_IMMUTABLE_INSTALLS");
            let is_strict =
                sorted.has(&strict) || global.has(&strict) || around.is_on("YARN_ENABLE_IMMUTABLE_INSTALLS");
            let effect = installing("yarn", command, &sorted, is_strict && !loose, " --frozen-lockfile");
            // An option that says otherwise would stay beside the strict one.
            Effect { strict_in_ci: !loose, change: effect.change.clone().filter(|_| !loose), ..effect }
        }
        "add" => {
            let mut effect = Effect::new("yarn", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest);
            effect
        }
        "global" if sorted.first() == "add" => {
            let mut effect = Effect::new("yarn-global", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest[1..]);
            effect
        }
        "dlx" => runner("yarn", rest)?,
        "link" => linking(&sorted),
        "up" | "upgrade" | "remove" => Effect::new("yarn", LockUse::Rewrites),
        _ => return None,
    };
    place(&mut effect, &global, &["--cwd"]);
    place(&mut effect, &sorted, &["--cwd"]);
    Some(effect)
}

fn installing(
    tool: &'static str,
    command: Option<&Word>,
    sorted: &Arguments<'_>,
    is_strict: bool,
    strict: &str,
) -> Effect {
    if is_strict {
        return Effect::new(tool, LockUse::Proves);
    }
    let mut effect = Effect::new(tool, LockUse::MayRewrite);
    if sorted.opaque {
        effect.lock_use = None;
    } else if let Some(command) = command {
        effect.change = Some(Change { place: command.span.end..command.span.end, text: strict.to_owned() });
    }
    effect
}

pub(super) fn pnpm(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, NPM_VALUES);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, NPM_VALUES);
    let mut effect = match command.text.as_str() {
        "install" | "i" if is_global(&sorted) || is_global(&global) => {
            let mut effect = Effect::new("pnpm", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest);
            effect
        }
        "install" | "i" if sorted.has(&["--frozen-lockfile"]) => Effect::new("pnpm", LockUse::Proves),
        "install" | "i" if sorted.has(&["--lockfile-only", "--fix-lockfile"]) => Effect::new("pnpm", LockUse::Rewrites),
        "install" | "i" => {
            let loose = sorted.has(&["--no-frozen-lockfile", "--no-lockfile"])
                || sorted.value(&["--frozen-lockfile"]) == Some("false");
            let effect = installing("pnpm", Some(command), &sorted, around.ci && !loose, " --frozen-lockfile");
            Effect { strict_in_ci: !loose, change: effect.change.clone().filter(|_| !loose), ..effect }
        }
        "ci" | "clean-install" => Effect::new("pnpm", LockUse::Proves),
        "fetch" => Effect::new("pnpm", LockUse::Uses),
        "add" => {
            let mut effect = Effect::new("pnpm", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest);
            effect
        }
        "dlx" => runner("pnpm", rest)?,
        "link" => linking(&sorted),
        "update" | "up" | "upgrade" | "remove" => Effect::new("pnpm", LockUse::Rewrites),
        _ => return None,
    };
    place(&mut effect, &global, &["-C", "--dir"]);
    place(&mut effect, &sorted, &["-C", "--dir"]);
    if is_global(&sorted) || is_global(&global) {
        effect.directory = None;
        effect.global = true;
    }
    Some(effect)
}

pub(super) fn bun(words: &[Word]) -> Option<Effect> {
    let (_, words) = Arguments::until_command(words, &["--cwd"]);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &["--cwd", "--filter", "--registry", "--backend"]);
    let mut effect = match command.text.as_str() {
        "ci" => Effect::new("bun", LockUse::Proves),
        "install" | "i" if !sorted.names_something() => {
            installing("bun", Some(command), &sorted, sorted.has(&["--frozen-lockfile"]), " --frozen-lockfile")
        }
        "install" | "i" | "add" | "a" => {
            let mut effect = Effect::new("bun", LockUse::Installs);
            effect.unpinned = unpinned_node(&sorted.rest);
            effect
        }
        "x" => return runner("bun", rest),
        "update" | "remove" => Effect::new("bun", LockUse::Rewrites),
        _ => return None,
    };
    place(&mut effect, &sorted, &["--cwd"]);
    Some(effect)
}
