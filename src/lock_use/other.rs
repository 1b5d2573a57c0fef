//! Go, RubyGems and Bundler, Composer, Terraform and OpenTofu.

use super::arguments::Arguments;
use super::package::{is_exact, unpinned_at};
use super::{Around, Change, Effect, LockUse};
use crate::shell::Word;

/// What installs packages of the operating system, whatever its name.
pub const SYSTEM: &str = "system-packages";

/// `apt-get install`, `apk add` and their kin. They know no lockfile.
pub(super) fn system(words: &[Word]) -> Option<Effect> {
    let mut plain = words.iter().map(|word| word.text.as_str()).filter(|word| !word.starts_with('-'));
    matches!(plain.next(), Some("install" | "add" | "in")).then(|| Effect::new(SYSTEM, LockUse::Nothing))
}

pub(super) fn go(words: &[Word], around: Around<'_>) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, &["-C"]);
    let (command, rest) = words.split_first()?;
    let valued = ["-o", "-ldflags", "-tags", "-gcflags", "-run", "-modfile", "-mod", "-C", "-exec", "-p", "-timeout"];
    let sorted = Arguments::of(rest, &valued);
    let rewrites = sorted.value(&["-mod"]) == Some("mod")
        || around.environment.get("GOFLAGS").is_some_and(|flags| flags.contains("-mod=mod"));
    let named: Vec<String> =
        sorted.rest.iter().filter(|word| word.text.contains('@')).filter_map(|word| unpinned_at(word)).collect();
    let mut effect = match command.text.as_str() {
        "install" | "run" | "get" if sorted.rest.iter().any(|word| word.text.contains('@')) => {
            let mut effect = Effect::new("go-install", LockUse::Installs);
            effect.unpinned = named;
            effect
        }
        // Without `-u` the packages of the project itself are taken as go.mod names them, and what is missing is added.
        "get" if !sorted.has(&["-u"]) && sorted.rest.iter().all(|word| word.text.starts_with('.')) => {
            Effect::new("go", LockUse::MayRewrite)
        }
        "get" => Effect::new("go", LockUse::Rewrites),
        "mod" => match sorted.first() {
            "tidy" if rest.iter().any(|word| word.text == "-diff") => Effect::new("go", LockUse::Proves),
            "tidy" => Effect::new("go", LockUse::Rewrites),
            "download" | "verify" => Effect::new("go", LockUse::Uses),
            _ => return None,
        },
        "build" | "test" | "vet" | "install" | "run" | "generate" if rewrites => Effect::new("go", LockUse::MayRewrite),
        "build" | "test" | "vet" | "install" | "run" => Effect::new("go", LockUse::Proves),
        _ => return None,
    };
    // What is put in when it runs may be `-diff`, or versions.
    if sorted.opaque && matches!(command.text.as_str(), "mod" | "get") && effect.lock_use == Some(LockUse::Rewrites) {
        effect.lock_use = None;
    }
    effect.directory = global.value(&["-C"]).or_else(|| sorted.value(&["-C"])).map(ToOwned::to_owned);
    Some(effect)
}

pub(super) fn gem(words: &[Word]) -> Option<Effect> {
    let (command, rest) = words.split_first()?;
    if !matches!(command.text.as_str(), "install" | "i") {
        return None;
    }
    let valued = ["-v", "--version", "-i", "--install-dir", "-n", "--bindir", "--source", "-s", "-P", "--platform"];
    let sorted = Arguments::of(rest, &valued);
    let mut effect = Effect::new("gem", LockUse::Installs);
    let versioned = sorted.value(&["-v", "--version"]).is_some_and(|text| is_exact(text) || text.contains('$'));
    if !versioned {
        let is_pinned = |text: &str| text.rsplit_once(':').is_some_and(|(_, version)| is_exact(version));
        let floating = sorted.rest.iter().filter(|word| !word.dynamic && !is_pinned(&word.text));
        let named = floating.filter(|word| !word.text.ends_with(".gem") && !word.text.starts_with('.'));
        effect.unpinned = named.map(|word| word.text.clone()).collect();
    }
    Some(effect)
}

pub(super) fn bundle(words: &[Word], around: Around<'_>) -> Option<Effect> {
    // Without a command it installs, unless it is asked about itself.
    let (first, rest) = match words.split_first() {
        Some((command, rest)) if !command.text.starts_with('-') => (command.text.as_str(), rest),
        _ if words.iter().any(|word| matches!(word.text.as_str(), "-v" | "--version" | "-h" | "--help")) => {
            return None;
        }
        _ => ("install", words),
    };
    let sorted = Arguments::of(rest, &["--gemfile", "--path", "--jobs", "-j", "--with", "--without", "--retry"]);
    let frozen =
        sorted.has(&["--frozen", "--deployment"]) || around.is_on("BUNDLE_FROZEN") || around.is_on("BUNDLE_DEPLOYMENT");
    let lock_use = match first {
        "install" if frozen => LockUse::Proves,
        "install" => LockUse::MayRewrite,
        "update" | "lock" | "add" | "remove" => LockUse::Rewrites,
        "exec" => LockUse::Nothing,
        _ => return None,
    };
    let mut effect = Effect::new("bundler", lock_use);
    if sorted.opaque && lock_use == LockUse::MayRewrite {
        effect.lock_use = None;
    }
    Some(effect)
}

pub(super) fn composer(words: &[Word]) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, &["-d", "--working-dir"]);
    let (command, rest) = words.split_first()?;
    let sorted = Arguments::of(rest, &["-d", "--working-dir"]);
    let lock_use = match command.text.as_str() {
        "install" | "i" => LockUse::Uses,
        "validate" => LockUse::Proves,
        "update" | "upgrade" | "u" | "require" | "remove" => LockUse::Rewrites,
        _ => return None,
    };
    let mut effect = Effect::new("composer", lock_use);
    let directory = ["-d", "--working-dir"];
    effect.directory = global.value(&directory).or_else(|| sorted.value(&directory)).map(ToOwned::to_owned);
    Some(effect)
}

pub(super) fn terraform(tool: &'static str, words: &[Word]) -> Option<Effect> {
    let (global, words) = Arguments::until_command(words, &["-chdir"]);
    let (command, rest) = words.split_first()?;
    if command.text != "init" {
        return None;
    }
    let options: Vec<&str> = rest.iter().map(|word| word.text.trim_start_matches('-')).collect();
    let lock_use = match () {
        () if options.contains(&"upgrade") || options.contains(&"upgrade=true") => LockUse::Rewrites,
        () if options.contains(&"lockfile=readonly") => LockUse::Proves,
        () => LockUse::MayRewrite,
    };
    let mut effect = Effect::new(tool, lock_use);
    if lock_use == LockUse::MayRewrite {
        let place = command.span.end..command.span.end;
        effect.change = Some(Change { place, text: " -lockfile=readonly".to_owned() });
        if rest.iter().any(|word| word.dynamic && word.text.starts_with('$')) {
            effect.lock_use = None;
        }
    }
    effect.directory = global.value(&["-chdir"]).map(ToOwned::to_owned);
    Some(effect)
}
