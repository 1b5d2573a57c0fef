//! `reproof rules`: lists rules, prints their pages, runs their examples.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, bail};
use colored::Colorize;
use rayon::prelude::*;
use walkdir::WalkDir;

use super::{CLEAN, FINDINGS, WRONG, judge, repository, terminal};
use crate::cli::{Common, Rules as Arguments};
use crate::config::Profile;
use crate::engine::example;
use crate::rule::{Rule, RuleFile, RuleSet};
use crate::source::Sources;
use crate::words::counted;

/// Runs the verb.
pub(super) fn run(arguments: &Arguments, common: &Common, color: bool) -> anyhow::Result<u8> {
    match arguments {
        Arguments::List => list(common, color),
        Arguments::Explain { rule } => explain(rule, common, color),
        Arguments::Test { files } => test(files, common, color),
    }
}

/// Rules, their texts, and whether they are all that were meant.
struct Loaded {
    set: RuleSet,
    texts: Sources,
    is_whole: bool,
}

/// The built-in rules and those of the repository around, with what is wrong shown.
fn load(common: &Common, color: bool, read: judge::Load) -> anyhow::Result<Loaded> {
    let mut repository = repository::find(&[], common.config.as_deref())?;
    repository.show_problems(color);
    let set = read(&mut repository)?;
    judge::show_rule_problems(&set, &repository.texts, color);
    let is_whole = repository.problems.is_empty() && set.problems().is_empty();
    Ok(Loaded { set, texts: repository.texts, is_whole })
}

fn list(common: &Common, color: bool) -> anyhow::Result<u8> {
    let Loaded { set, is_whole, .. } = load(common, color, judge::heads)?;
    let width = set.rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut page = String::new();
    let mut group = "";
    for rule in set.rules() {
        if rule.group != group {
            group = &rule.group;
            writeln!(page, "{}", group.bold())?;
        }
        writeln!(page, "  {:<width$}  {:<7}  {}", rule.id, severity_words(rule), rule.title)?;
    }
    super::print(page.as_bytes())?;
    Ok(if is_whole { CLEAN } else { WRONG })
}

fn severity_words(rule: &Rule) -> &'static str {
    match (rule.severity, rule.profile) {
        (None, _) => "off",
        (_, Profile::Strict) => "strict",
        (Some(severity), Profile::Default) => severity.word(),
    }
}

fn explain(name: &str, common: &Common, color: bool) -> anyhow::Result<u8> {
    let set = load(common, color, judge::load)?.set;
    let Some(rule) = set.rule(name) else {
        bail!(set.unknown(name));
    };
    super::print(page(rule).as_bytes())
}

/// The page of a rule for a terminal.
fn page(rule: &Rule) -> String {
    let mut page = format!("{}\n{}\n\n", rule.id.bold(), rule.title);
    let mut line = |what: &str, text: &str| {
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{:<9} {text}", format!("{what}:"));
    };
    line("severity", severity_words(rule));
    line("group", &rule.group);
    line("for", &format!("each {}", rule.kind.name()));
    line("when", &rule.condition);
    for (name, value) in rule.params.iter() {
        line("param", &format!("{name} = {value}"));
    }
    line("says", &rule.message_template);
    if let Some(since) = &rule.since {
        line("since", since);
    }
    if !rule.aliases.is_empty() {
        line("formerly", &rule.aliases.join(", "));
    }
    for (title, text) in [("why", &rule.why), ("fix", &rule.fix)] {
        let _infallible = write!(page, "\n{}\n{}\n", title.bold(), indented(text));
    }
    for (title, examples) in [("bad", &rule.bad), ("good", &rule.good), ("unknown", &rule.unknown)] {
        let Some(first) = examples.first() else { continue };
        for file in &first.files {
            let _infallible = write!(page, "\n{} {}\n{}\n", title.bold(), file.path, indented(&file.text));
        }
    }
    page
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn test(files: &[PathBuf], common: &Common, color: bool) -> anyhow::Result<u8> {
    let Loaded { set, texts, is_whole } =
        if files.is_empty() { load(common, color, judge::load)? } else { load_files(files, color)? };
    let outcomes: Vec<_> = set.rules().par_iter().map(|rule| (rule, example::run(rule, &judge::example))).collect();
    let mut failed = 0;
    for failure in outcomes.iter().flat_map(|(_, failures)| failures) {
        failed += 1;
        let message = format!("{}: {}", failure.rule, failure.message);
        terminal::show_problem(&message, failure.span, None, &texts, color);
    }
    let examples: usize = set.rules().iter().map(example::count).sum();
    let sum = format!("{}, {}, {failed} failed\n", counted(set.rules().len(), "rule"), counted(examples, "example"));
    super::print(sum.as_bytes())?;
    Ok(match (is_whole, failed) {
        (false, _) => WRONG,
        (true, 0) => CLEAN,
        (true, _) => FINDINGS,
    })
}

/// The files that are given, and the rule files below the folders that are given, in order.
fn rule_files(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry.with_context(|| format!("{} cannot be listed", path.display()))?;
            if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "toml") {
                files.push(entry.into_path());
            }
        }
        if files.len() == before {
            bail!("{} holds no rule file (*.toml)", path.display());
        }
    }
    Ok(files)
}

fn load_files(files: &[PathBuf], color: bool) -> anyhow::Result<Loaded> {
    let mut own = Vec::new();
    for file in rule_files(files)? {
        let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        own.push(RuleFile { path: file.display().to_string(), text });
    }
    let mut texts = Sources::default();
    let set = RuleSet::load_own(&own, &mut texts);
    judge::show_rule_problems(&set, &texts, color);
    let is_whole = set.problems().is_empty();
    Ok(Loaded { set, texts, is_whole })
}
