//! From the tree of a configuration file to [`Config`], with all faults.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::keys::Faults;
use super::{Config, ConfigProblem, Ignore, Level, ParamValue, Profile, RuleSetting, Scope, Stage};
use crate::day::Day;
use crate::syntax::Node;

const KEYS: &[&str] = &["version", "profile", "exclude", "include", "rules", "scope", "ignore", "registry"];
const SCOPE_KEYS: &[&str] = &["paths", "stage", "rules"];
const IGNORE_KEYS: &[&str] = &["rule", "paths", "reason", "until"];
const REGISTRY_KEYS: &[&str] = &["python", "node", "rust"];
const RULE_KEYS: &[&str] = &["severity", "params"];
const LEVELS: &[(&str, Level)] =
    &[("error", Level::Error), ("warning", Level::Warning), ("note", Level::Note), ("off", Level::Off)];
const STAGES: &[(&str, Stage)] = &[("observe", Stage::Observe), ("warn", Stage::Warn), ("enforce", Stage::Enforce)];
const PROFILES: &[(&str, Profile)] = &[("default", Profile::Default), ("strict", Profile::Strict)];

/// Reads the table of a configuration: the root of `reproof.toml`, or `tool.reproof`.
///
/// What is faulty is left at its default and reported; whether the rules named exist is
/// checked where the rules are known.
pub fn read(path: &str, table: Node<'_>) -> (Config, Vec<ConfigProblem>) {
    let mut faults = Faults::default();
    let mut config = Config { path: Some(path.to_owned()), ..Config::default() };
    for (key, entry) in faults.entries(table, "the configuration", KEYS) {
        let value = entry.value;
        match key {
            "version" => config.version = faults.text(value, "version").map(|version| (version, value.span())),
            "profile" => config.profile = faults.word(value, "profile", PROFILES).unwrap_or_default(),
            "exclude" => config.exclude = patterns(&mut faults, value, "exclude"),
            "include" => config.include = patterns(&mut faults, value, "include"),
            "rules" => read_rules(&mut faults, value, &mut config),
            "scope" => config.scopes = tables(&mut faults, value, "scope", read_scope),
            "ignore" => config.ignores = tables(&mut faults, value, "ignore", read_ignore),
            _ => {
                for (key, entry) in faults.entries(value, "registry", REGISTRY_KEYS) {
                    let registry = address(&mut faults, entry.value, key);
                    match key {
                        "python" => config.registries.python = registry,
                        "node" => config.registries.node = registry,
                        _ => config.registries.rust = registry,
                    }
                }
            }
        }
    }
    (config, faults.0)
}

/// Compiles path patterns.
///
/// # Errors
/// The first pattern that is none.
pub fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern)?);
    }
    set.build()
}

/// The address of a registry. A password in it would be for all to read.
fn address(faults: &mut Faults, node: Node<'_>, what: &str) -> Option<String> {
    let text = faults.text(node, &format!("registry.{what}"))?;
    let found = crate::address::parse(text.strip_prefix("sparse+").unwrap_or(&text));
    if !found.is_some_and(|found| matches!(found.scheme.as_str(), "http" | "https")) {
        let help = Some("such as \"https://index.example.com/simple\"".to_owned());
        faults.add(node.span(), format!("registry.{what} must be an address that begins with https://"), help);
        return None;
    }
    if crate::address::without_credentials(&text) != text {
        let help = Some("keep credentials in your client's own settings".to_owned());
        faults.add(node.span(), format!("registry.{what} holds a user name or a password"), help);
        return None;
    }
    Some(text)
}

fn patterns(faults: &mut Faults, node: Node<'_>, what: &str) -> Vec<String> {
    let texts = faults.texts(node, what);
    let mut good = Vec::new();
    for (text, item) in texts.into_iter().zip(node.items().filter(|item| item.text().is_some())) {
        match Glob::new(&text) {
            Ok(_) => good.push(text),
            Err(error) => faults.add(item.span(), format!("`{text}` is not a path pattern: {}", error.kind()), None),
        }
    }
    good
}

fn path_set(faults: &mut Faults, node: Node<'_>, what: &str) -> GlobSet {
    let patterns = patterns(faults, node, what);
    globs(&patterns).unwrap_or_else(|_| GlobSet::empty())
}

fn tables<T>(faults: &mut Faults, node: Node<'_>, what: &str, read: fn(&mut Faults, Node<'_>) -> Option<T>) -> Vec<T> {
    if !node.is_list() {
        faults.wrong_type(node, what, &format!("written as [[{what}]]"));
        return Vec::new();
    }
    node.items().filter_map(|item| read(faults, item)).collect()
}

/// `rules` is a list of files with own rules, or a table of settings whose key `files` lists them.
fn read_rules(faults: &mut Faults, node: Node<'_>, config: &mut Config) {
    if node.is_list() {
        config.rule_files = patterns(faults, node, "rules");
        config.rule_files_span = Some(node.span());
        return;
    }
    if let Some(files) = node.get("files").filter(|files| files.is_list()) {
        config.rule_files = patterns(faults, files, "files");
        config.rule_files_span = Some(files.span());
    }
    config.rules = settings(faults, node);
}

fn settings(faults: &mut Faults, node: Node<'_>) -> Vec<RuleSetting> {
    if !node.is_map() {
        faults.wrong_type(node, "rules", "a table of rules, or a list of rule files");
        return Vec::new();
    }
    let mut settings = Vec::new();
    for entry in node.entries() {
        let Some(rule) = entry.key.scalar() else { continue };
        if rule == "files" && entry.value.is_list() {
            continue;
        }
        let mut setting =
            RuleSetting { rule: rule.to_owned(), span: entry.key.span(), severity: None, params: Vec::new() };
        for (key, entry) in faults.entries(entry.value, &format!("rules.{rule}"), RULE_KEYS) {
            match key {
                "severity" => setting.severity = faults.word(entry.value, "severity", LEVELS),
                _ => setting.params = params(faults, entry.value, rule),
            }
        }
        settings.push(setting);
    }
    settings
}

fn params(faults: &mut Faults, node: Node<'_>, rule: &str) -> Vec<(String, ParamValue, crate::source::Span)> {
    if !node.is_map() {
        faults.wrong_type(node, &format!("rules.{rule}.params"), "a table");
        return Vec::new();
    }
    let mut params = Vec::new();
    for entry in node.entries() {
        let Some(name) = entry.key.scalar() else { continue };
        match ParamValue::from_node(entry.value) {
            Some(value) => params.push((name.to_owned(), value, entry.key.span())),
            None => faults.wrong_type(
                entry.value,
                &format!("the parameter `{name}`"),
                "a whole number, a text, true or false, or a list of texts",
            ),
        }
    }
    params
}

fn read_scope(faults: &mut Faults, node: Node<'_>) -> Option<Scope> {
    let mut scope = Scope { paths: GlobSet::empty(), stage: None, rules: Vec::new() };
    let entries = faults.entries(node, "scope", SCOPE_KEYS);
    if !entries.iter().any(|(key, _)| *key == "paths") {
        faults.add(
            node.span(),
            "this scope says no `paths`",
            Some("add paths = [\"services/payments/**\"]".to_owned()),
        );
        return None;
    }
    for (key, entry) in entries {
        match key {
            "paths" => scope.paths = path_set(faults, entry.value, "paths"),
            "stage" => scope.stage = faults.word(entry.value, "stage", STAGES),
            _ => scope.rules = settings(faults, entry.value),
        }
    }
    Some(scope)
}

fn read_ignore(faults: &mut Faults, node: Node<'_>) -> Option<Ignore> {
    let mut ignore = Ignore {
        rule: String::new(),
        paths: GlobSet::empty(),
        everywhere: true,
        reason: None,
        until: None,
        span: node.span(),
    };
    for (key, entry) in faults.entries(node, "ignore", IGNORE_KEYS) {
        match key {
            "rule" => {
                ignore.rule = faults.text(entry.value, "rule")?;
                ignore.span = entry.value.span();
            }
            "paths" => {
                ignore.paths = path_set(faults, entry.value, "paths");
                ignore.everywhere = false;
            }
            "reason" => ignore.reason = faults.text(entry.value, "reason").filter(|reason| !reason.trim().is_empty()),
            _ => {
                let written = entry.value.scalar().unwrap_or("");
                ignore.until = Day::parse(written);
                if ignore.until.is_none() {
                    faults.add(
                        entry.value.span(),
                        format!("`{written}` is not a date"),
                        Some("write YYYY-MM-DD".to_owned()),
                    );
                }
            }
        }
    }
    if ignore.rule.is_empty() {
        faults.add(node.span(), "this ignore names no `rule`", Some("add rule = \"NAME\"".to_owned()));
        return None;
    }
    Some(ignore)
}
