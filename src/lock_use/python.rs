//! uv, pip, pipx, Poetry, PDM and Pipenv.

use super::arguments::Arguments;
use super::invocation::UV_RUN_VALUES;
use super::package::{is_local, unpinned_at, unpinned_python};
use super::{Around, Change, Effect, LockUse};
use crate::shell::Word;

/// Global options of uv that take a value and may stand before its command.
const UV_GLOBAL: &[&str] = &[
    "--directory",
    "--project",
    "--config-file",
    "--cache-dir",
    "--color",
    "--python-preference",
    "--allow-insecure-host",
    "--preview-features",
];

/// Options of pip's commands that take a value, from `pip help install` (25.3, 2025-10).
const PIP_VALUES: &[&str] = &[
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--src",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--platform",
    "--python-version",
    "--implementation",
    "--abi",
    "--no-binary",
    "--only-binary",
    "--progress-bar",
    "--report",
    "--upgrade-strategy",
    "-C",
    "--config-settings",
    "--global-option",
    "--cache-dir",
    "--timeout",
    "--retries",
    "--trusted-host",
    "--proxy",
    "--log",
    "-d",
    "--dest",
    "-w",
    "--wheel-dir",
    "--group",
    "--build-constraint",
    "--use-feature",
    "--use-deprecated",
    "--exists-action",
    "--cert",
    "--client-cert",
    "--python",
    "-p",
    "--index",
    "--default-index",
    "--index-strategy",
    "--resolution",
    "--prerelease",
    "--exclude-newer",
    "--extra",
    "--override",
    "--torch-backend",
    "--python-platform",
    "--keyring-provider",
    "--root-user-action",
    "--resume-retries",
    "-b",
    "--link-mode",
    "-o",
    "--output-file",
    "--color",
    "--directory",
    "--project",
    "--upgrade-package",
    "-P",
    "--reinstall-package",
    "--refresh-package",
    "--no-build-package",
    "--no-binary-package",
    "--no-build-isolation-package",
    "--exclude-newer-package",
    "--config-setting",
    "--config-settings-package",
    "--constraints",
    "--build-constraints",
    "--overrides",
    "--excludes",
    "--python-preference",
    "--allow-insecure-host",
    "--fork-strategy",
];

/// Commands of uv that work with the project's lockfile.
const UV_PROJECT: &[&str] = &["sync", "run", "export", "tree", "lock", "add", "remove", "version"];

pub(super) fn uv(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, UV_GLOBAL);
    let (command, rest) = words.split_first()?;
    let mut effect = match command.text.as_str() {
        "pip" => return uv_pip(rest, around),
        "tool" => return uv_tool(rest),
        "x" => return Some(uvx(rest)),
        name if UV_PROJECT.contains(&name) => uv_project(command, rest, around),
        _ => return None,
    };
    let (own, _) = Arguments::until_command(rest, UV_RUN_VALUES);
    let directory = ["--project", "--directory"];
    if let Some(place) = global.value(&directory).or_else(|| own.value(&directory)) {
        effect.elsewhere = place.contains('$');
        effect.directory = Some(place.to_owned());
    }
    Some(effect)
}

fn uv_project(command: &Word, rest: &[Word], around: Around<'_>) -> Effect {
    let name = command.text.as_str();
    let sorted = if name == "run" {
        Arguments::until_command(rest, UV_RUN_VALUES).0
    } else {
        Arguments::of(rest, UV_RUN_VALUES)
    };
    let locked = sorted.has(&["--locked"]) || around.is_on("UV_LOCKED");
    let frozen = sorted.has(&["--frozen"]) || around.is_on("UV_FROZEN");
    let elsewhere = ["--no-project", "--script", "--isolated", "--dry-run", "--help", "-h"];
    let no_sync = sorted.has(&["--no-sync"]) || around.is_on("UV_NO_SYNC");
    let upgrades = sorted.has(&["--upgrade", "-U", "--upgrade-package", "-P"]);
    let lock_use = match name {
        _ if sorted.has(&elsewhere) => LockUse::Nothing,
        "version" if !rest.iter().any(|word| word.text == "--bump") => LockUse::Nothing,
        "lock" if locked || sorted.has(&["--check", "--check-exists"]) => LockUse::Proves,
        "lock" => LockUse::Rewrites,
        _ if frozen => LockUse::Uses,
        "sync" if locked || sorted.has(&["--check"]) => LockUse::Proves,
        "add" | "remove" | "version" => LockUse::Rewrites,
        _ if upgrades => LockUse::Rewrites,
        "run" if no_sync => LockUse::Nothing,
        _ if locked => LockUse::Proves,
        _ => LockUse::MayRewrite,
    };
    let mut effect = Effect::new("uv", lock_use);
    if sorted.opaque && lock_use == LockUse::MayRewrite {
        effect.lock_use = None;
    } else if lock_use == LockUse::MayRewrite {
        effect.change = Some(Change { place: command.span.end..command.span.end, text: " --locked".to_owned() });
    }
    if name == "run" {
        effect.unpinned = with_packages(&sorted, &["--with", "-w"]);
    }
    if sorted.value(&["--resolution"]).is_some() || around.environment.contains_key("UV_RESOLUTION") {
        effect.lock_use = Some(LockUse::Nothing);
    }
    effect
}

fn with_packages(sorted: &Arguments<'_>, names: &[&str]) -> Vec<String> {
    let words: Vec<Word> = sorted
        .values(names)
        .flat_map(|value| value.split(','))
        .map(|text| Word { text: text.to_owned(), dynamic: text.contains('$'), span: 0..0 })
        .collect();
    words.iter().filter_map(unpinned_at).collect()
}

fn uv_pip(words: &[Word], around: Around<'_>) -> Option<Effect> {
    match words.first()?.text.as_str() {
        "sync" => Some(Effect::new("pip", LockUse::Uses)),
        "compile" => Some(Effect::new("pip-tools", LockUse::Rewrites)),
        "install" => pip(words, around),
        _ => None,
    }
}

fn uv_tool(words: &[Word]) -> Option<Effect> {
    let (command, rest) = words.split_first()?;
    match command.text.as_str() {
        "run" => Some(uvx(rest)),
        "install" => {
            let sorted = Arguments::of(rest, UV_RUN_VALUES);
            let mut effect = Effect::new("uv-tool", LockUse::Installs);
            effect.unpinned = sorted.rest.iter().take(1).filter_map(|word| unpinned_at(word)).collect();
            effect.unpinned.extend(with_packages(&sorted, &["--with"]));
            Some(effect)
        }
        _ => None,
    }
}

pub(super) fn uvx(words: &[Word]) -> Effect {
    let mut valued = UV_RUN_VALUES.to_vec();
    valued.extend(["--from", "--generate-shell-completion"]);
    let (sorted, rest) = Arguments::until_command(words, &valued);
    let mut effect = Effect::new("uv-tool", LockUse::Installs);
    effect.unpinned = match sorted.value(&["--from"]) {
        Some(_) => with_packages(&sorted, &["--from"]),
        None => rest.iter().take(1).filter_map(unpinned_at).collect(),
    };
    effect.unpinned.extend(with_packages(&sorted, &["--with"]));
    effect
}

pub(super) fn pip(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (_, words) = Arguments::until_command(words, PIP_VALUES);
    let (command, rest) = words.split_first()?;
    if !matches!(command.text.as_str(), "install" | "download" | "wheel") {
        return None;
    }
    let sorted = Arguments::of(rest, PIP_VALUES);
    let constrained = sorted.has(&["-c", "--constraint", "--constraints", "--require-hashes", "--no-index"])
        || around.environment.contains_key("PIP_CONSTRAINT")
        || around.is_on("PIP_REQUIRE_HASHES");
    let editable = sorted.values(&["-e", "--editable"]).any(|value| value.starts_with('.'));
    let project = sorted.rest.iter().any(|word| is_project(&word.text));
    let from_files = sorted.has(&["-r", "--requirement", "--requirements"]);
    let unpinned = if constrained { Vec::new() } else { unpinned_python(&sorted.rest) };
    let lock_use = match () {
        () if sorted.has(&["--no-deps", "--dry-run"]) && (editable || project) => LockUse::Nothing,
        // Beside a list of requirements, what it pins holds for the project too.
        () if (editable || project) && !constrained && !from_files => LockUse::Ignores,
        () if from_files => LockUse::Uses,
        () if !sorted.rest.is_empty() && sorted.rest.iter().all(|word| is_local(&word.text)) => LockUse::Nothing,
        () => LockUse::Installs,
    };
    let mut effect = Effect::new("pip", lock_use);
    effect.unpinned = unpinned;
    effect.global = sorted.has(&["--break-system-packages"]);
    effect.files = sorted.values(&["-r", "--requirement", "--requirements"]).map(ToOwned::to_owned).collect();
    // pip refuses a directory where hashes are required.
    let can_hash = !(editable || project);
    if lock_use == LockUse::Uses
        && can_hash
        && !sorted.has(&["--require-hashes"])
        && !around.is_on("PIP_REQUIRE_HASHES")
    {
        let place = command.span.end..command.span.end;
        effect.change = Some(Change { place, text: " --require-hashes".to_owned() });
    }
    let place = sorted
        .values(&["-e", "--editable"])
        .next()
        .or_else(|| sorted.rest.iter().map(|word| word.text.as_str()).find(|text| is_project(text)));
    if lock_use == LockUse::Ignores {
        effect.directory = place.map(|place| place.split('[').next().unwrap_or(place).to_owned());
        effect.elsewhere = place.is_some_and(|place| place.contains('$'));
    }
    Some(effect)
}

/// A directory of the tree: `.`, `./app`, `.[dev]`; no archive.
fn is_project(text: &str) -> bool {
    let path = text.split('[').next().unwrap_or(text);
    let is_archive = [".whl", ".gz", ".zip", "*"].iter().any(|end| path.ends_with(end));
    path.starts_with('.') && !is_archive && !path.contains('$')
}

pub(super) fn pipx(words: &[Word]) -> Option<Effect> {
    let (_, words) = Arguments::until_command(words, &[]);
    let (command, rest) = words.split_first()?;
    let valued = ["--spec", "--python", "--pip-args", "--index-url", "-i", "--suffix", "--preinstall", "--backend"];
    let mut effect = Effect::new("pipx", LockUse::Installs);
    match command.text.as_str() {
        "install" => {
            let sorted = Arguments::of(rest, &valued);
            effect.unpinned = sorted.rest.iter().filter_map(|word| unpinned_at(word)).collect();
        }
        "run" => {
            let (sorted, inner) = Arguments::until_command(rest, &valued);
            effect.unpinned = match sorted.value(&["--spec"]) {
                Some(_) => with_packages(&sorted, &["--spec"]),
                None => inner.iter().take(1).filter_map(unpinned_at).collect(),
            };
        }
        "inject" => {
            let sorted = Arguments::of(rest, &valued);
            effect.unpinned = sorted.rest.iter().skip(1).filter_map(|word| unpinned_at(word)).collect();
        }
        _ => return None,
    }
    Some(effect)
}

pub(super) fn poetry(words: &[Word]) -> Option<Effect> {
    let valued = ["-C", "--directory", "-P", "--project", "--only", "--with", "--without", "-E", "--extras"];
    let (global, words) = Arguments::until_command(words, &valued);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &valued);
    let lock_use = match command.text.as_str() {
        "install" | "sync" => LockUse::Proves,
        "check" if sorted.has(&["--lock"]) => LockUse::Proves,
        "lock" if sorted.has(&["--check"]) => LockUse::Proves,
        "lock" | "update" | "add" | "remove" => LockUse::Rewrites,
        "run" | "shell" => LockUse::Nothing,
        _ => return None,
    };
    let mut effect = Effect::new("poetry", lock_use);
    let directory = ["-C", "--directory", "-P", "--project"];
    if let Some(place) = global.value(&directory).or_else(|| sorted.value(&directory)) {
        effect.elsewhere = place.contains('$');
        effect.directory = Some(place.to_owned());
    }
    Some(effect)
}

pub(super) fn pdm(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let valued = ["-p", "--project", "-G", "--group", "-L", "--lockfile", "-c", "--config"];
    let (_, words) = Arguments::until_command(words, &valued);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &valued);
    let frozen = sorted.has(&["--frozen-lockfile", "--no-lock", "--frozen"]) || around.is_on("PDM_FROZEN_LOCKFILE");
    let lock_use = match command.text.as_str() {
        "install" if sorted.has(&["--check"]) => LockUse::Proves,
        "install" if frozen => LockUse::Uses,
        "install" => LockUse::MayRewrite,
        "sync" => LockUse::Uses,
        "lock" if sorted.has(&["--check"]) => LockUse::Proves,
        "lock" | "update" | "add" | "remove" => LockUse::Rewrites,
        _ => return None,
    };
    let mut effect = Effect::new("pdm", lock_use);
    if lock_use == LockUse::MayRewrite {
        effect.change = Some(Change { place: command.span.end..command.span.end, text: " --check".to_owned() });
        if sorted.opaque {
            effect.lock_use = None;
        }
    }
    Some(effect)
}

pub(super) fn pipenv(words: &[Word]) -> Option<Effect> {
    let (_, words) = Arguments::until_command(words, &["--python", "-i", "--pypi-mirror"]);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &["--python", "-r", "--requirements", "-i", "--index", "--extra-pip-args"]);
    let named = !sorted.rest.is_empty();
    let lock_use = match command.text.as_str() {
        "install" if sorted.has(&["--skip-lock"]) => LockUse::Ignores,
        "install" if named => LockUse::Rewrites,
        "install" if sorted.has(&["--deploy"]) => LockUse::Proves,
        "install" if sorted.has(&["--ignore-pipfile"]) => LockUse::Uses,
        "install" => LockUse::MayRewrite,
        "verify" => LockUse::Proves,
        "sync" => LockUse::Uses,
        "lock" | "update" | "uninstall" | "upgrade" => LockUse::Rewrites,
        _ => return None,
    };
    let mut effect = Effect::new("pipenv", lock_use);
    if lock_use == LockUse::MayRewrite {
        effect.change = Some(Change { place: command.span.end..command.span.end, text: " --deploy".to_owned() });
        if sorted.opaque {
            effect.lock_use = None;
        }
    }
    Some(effect)
}
