//! What a version text selects or demands: the tool, the level, and the releases it admits.

use super::{Level, numbers};
use crate::version::Intervals;
use crate::version::range::{Dialect, parse};

/// Words that leave the choice to the machine.
const HOST: &[&str] = &["system", "default", "path"];

/// Words that name the newest of something.
const MOVING: &[&str] = &[
    "latest",
    "stable",
    "beta",
    "nightly",
    "oldstable",
    "node",
    "lts",
    "lts/*",
    "lts/-1",
    "lts/-2",
    "current",
    "head",
    "main",
    "master",
    "edge",
    "rolling",
    "*",
    "x",
];

/// Codenames of Node's long-term lines, from <https://github.com/nodejs/Release> (2026-06).
const NODE_LINES: &[(&str, u64)] = &[
    ("argon", 4),
    ("boron", 6),
    ("carbon", 8),
    ("dubnium", 10),
    ("erbium", 12),
    ("fermium", 14),
    ("gallium", 16),
    ("hydrogen", 18),
    ("iron", 20),
    ("jod", 22),
    ("krypton", 24),
];

/// Python implementations that are tools of their own.
const PYTHONS: &[&str] =
    &["pypy", "graalpy", "graalpython", "miniconda", "anaconda", "miniforge", "mambaforge", "jython"];

/// Ruby implementations that are tools of their own; longer names first.
const RUBIES: &[&str] = &["truffleruby+graalvm", "truffleruby", "jruby", "mruby"];

/// What a version text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The tool, which the text may narrow: `pypy3.10` is no `python`.
    pub tool: String,
    /// How exactly it is stated; `None` when the text is not understood.
    pub level: Option<Level>,
    /// The releases it admits; `None` when that cannot be told.
    pub versions: Option<Intervals>,
}

impl Reading {
    fn new(tool: &str, level: Level, versions: Option<Intervals>) -> Self {
        Self { tool: tool.to_owned(), level: Some(level), versions }
    }

    fn unknown(tool: &str) -> Self {
        Self { tool: tool.to_owned(), level: None, versions: None }
    }

    fn of(tool: &str, versions: Intervals) -> Self {
        Self { tool: tool.to_owned(), level: Level::of_intervals(&versions), versions: Some(versions) }
    }
}

/// The name we use for a tool, whatever version managers call it.
pub fn canonical(tool: &str) -> &str {
    match tool {
        "nodejs" => "node",
        "golang" => "go",
        "python3" => "python",
        "opentofu" | "tofu" => "opentofu",
        "awscli" => "aws-cli",
        tool => tool.strip_prefix("core:").unwrap_or(tool),
    }
}

/// Reads a text that selects a version: a version file, an input of a setup action, a tag.
pub fn select(tool: &str, text: &str) -> Reading {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || text.starts_with('/') || HOST.contains(&lower.as_str()) {
        return Reading::new(tool, Level::Unstated, None);
    }
    if MOVING.contains(&lower.as_str()) {
        return Reading::new(tool, Level::Floating, Some(Intervals::all()));
    }
    if let Some(prefix) = lower.strip_prefix("latest:").or_else(|| lower.strip_prefix("prefix:")) {
        return select(tool, prefix.trim_start_matches('^').trim_end_matches(['.', '\\']));
    }
    match tool {
        "python" => python(&lower),
        "node" => node(&lower),
        "rust" => rust(&lower),
        "java" => versioned(tool, lower.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-')),
        "go" => versioned(tool, lower.strip_prefix("go").unwrap_or(&lower)),
        "ruby" => ruby(&lower),
        _ => versioned(tool, &lower),
    }
}

fn python(text: &str) -> Reading {
    if let Some(other) = PYTHONS.iter().find(|name| text.starts_with(*name)) {
        let rest = text[other.len()..].trim_start_matches('-');
        return Reading { tool: (*other).to_owned(), ..versioned(other, rest.split('-').next().unwrap_or("")) };
    }
    let text = text.strip_prefix("cpython").or_else(|| text.strip_prefix("python")).unwrap_or(text);
    let text = text.trim_start_matches(['-', '@']).split('/').next().unwrap_or("");
    let (count, rest) = numbers(text);
    if count > 0 && (rest == "t" || rest.starts_with("+freethreaded")) {
        return versioned("python-freethreaded", &text[..text.len() - rest.len()]);
    }
    versioned("python", text)
}

/// `ruby-3.2.1` and `3.2.1` are one; `ruby` alone is its newest release; other implementations are other tools.
fn ruby(text: &str) -> Reading {
    if let Some(other) = RUBIES.iter().find(|name| text.starts_with(*name)) {
        let rest = text[other.len()..].trim_start_matches(['-', '+']);
        return select(other, if rest.is_empty() { "latest" } else { rest });
    }
    match text.strip_prefix("ruby") {
        Some("") => Reading::new("ruby", Level::Floating, Some(Intervals::all())),
        Some(rest) => versioned("ruby", rest.trim_start_matches('-')),
        None => versioned("ruby", text),
    }
}

fn node(text: &str) -> Reading {
    if let Some(line) = text.strip_prefix("lts/").or_else(|| text.strip_prefix("lts-")) {
        return match NODE_LINES.iter().find(|(name, _)| *name == line) {
            Some((_, major)) => Reading::of("node", Intervals::line(&[*major])),
            None => Reading::unknown("node"),
        };
    }
    versioned("node", text.strip_prefix("node-").unwrap_or(text))
}

/// Channels may carry a day (`nightly-2026-06-12`) and a target (`stable-x86_64-unknown-linux-gnu`).
fn rust(text: &str) -> Reading {
    let Some((channel, rest)) = text.split_once('-') else { return versioned("rust", text) };
    if !matches!(channel, "stable" | "beta" | "nightly") {
        return versioned("rust", text);
    }
    let is_dated = numbers(rest).0 > 0 && rest.starts_with("20");
    let level = if is_dated { Level::Exact } else { Level::Floating };
    Reading::new("rust", level, (!is_dated).then(Intervals::all))
}

fn versioned(tool: &str, text: &str) -> Reading {
    let moves = ["-dev", "-ea", "-snapshot", "-nightly"].iter().any(|suffix| text.ends_with(suffix));
    let dialect = match tool {
        "terraform" | "opentofu" | "ruby" if text.contains("~>") || text.contains(',') => Dialect::Pessimistic,
        _ if text.contains("~=") || text.contains(',') => Dialect::Pep440,
        _ => Dialect::Npm,
    };
    let Some(versions) = parse(dialect, text) else { return Reading::unknown(tool) };
    let reading = Reading::of(tool, versions);
    if moves { Reading { level: Some(Level::Floating), ..reading } } else { reading }
}

/// Reads a text that every selection must satisfy: `requires-python`, `engines`, `rust-version`.
pub fn constrain(tool: &str, text: &str) -> Reading {
    let text = text.trim();
    let versions = match tool {
        "python" => parse(Dialect::Pep440, text).or_else(|| parse(Dialect::Poetry, text)),
        "rust" | "go" => floor(text.strip_prefix("go").unwrap_or(text)),
        "terraform" | "opentofu" | "ruby" => parse(Dialect::Pessimistic, text),
        "php" => parse(Dialect::Composer, text),
        "uv" | "poetry" | "pdm" => parse(Dialect::Pep440, text).or_else(|| parse(Dialect::Npm, text)),
        _ => parse(Dialect::Npm, text),
    };
    versions.map_or_else(|| Reading::unknown(tool), |versions| Reading::of(tool, versions))
}

fn floor(text: &str) -> Option<Intervals> {
    let line = parse(Dialect::Npm, text)?;
    let (from, _) = line.0.first()?;
    Some(Intervals::at_least(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(reading: &Reading) -> String {
        let level = reading.level.map_or_else(|| "?".to_owned(), |level| format!("P{}", level.number()));
        let versions = reading.versions.as_ref().map_or_else(|| "?".to_owned(), Intervals::to_string);
        format!("{} {level} {versions}", reading.tool)
    }

    #[test]
    fn selections() {
        let cases = [
            ("python", "3.11.7", "python P4 [3.11.7, 3.11.8)"),
            ("python", "3.11", "python P3 [3.11, 3.12)"),
            ("python", "3", "python P2 [3, 4)"),
            ("python", "3.x", "python P2 [3, 4)"),
            ("python", "3.11.x", "python P3 [3.11, 3.12)"),
            ("python", "system", "python P0 ?"),
            ("python", "python-3.12.4", "python P4 [3.12.4, 3.12.5)"),
            ("python", "cpython@3.12", "python P3 [3.12, 3.13)"),
            ("python", "pypy3.10-7.3.12", "pypy P3 [3.10, 3.11)"),
            ("python", "3.13t", "python-freethreaded P3 [3.13, 3.14)"),
            ("python", "3.13-dev", "python P1 [3.13, 3.14)"),
            ("python", ">=3.12,<3.13", "python P3 [3.12, 3.13)"),
            ("python", ">=3.9 <3.14", "python P2 [3.9, 3.14)"),
            ("python", "3.12.4/envs/app", "python P4 [3.12.4, 3.12.5)"),
            ("python", "whatever", "python ? ?"),
            ("node", "v20.11.1", "node P4 [20.11.1, 20.11.2)"),
            ("node", "20", "node P2 [20, 21)"),
            ("node", "lts/*", "node P1 [0, ..)"),
            ("node", "lts/jod", "node P2 [22, 23)"),
            ("node", "lts/unheard-of", "node ? ?"),
            ("rust", "stable", "rust P1 [0, ..)"),
            ("rust", "1.95", "rust P3 [1.95, 1.96)"),
            ("rust", "1.95.0-x86_64-unknown-linux-gnu", "rust P4 [1.95.0, 1.95.1)"),
            ("rust", "nightly-2026-06-12", "rust P4 ?"),
            ("go", "go1.22.3", "go P4 [1.22.3, 1.22.4)"),
            ("go", "1.26.x", "go P3 [1.26, 1.27)"),
            ("java", "21", "java P2 [21, 22)"),
            ("java", "temurin-21.0.4+7.0.LTS", "java P4 [21.0.4, 21.0.5)"),
            ("java", "21-ea", "java P1 [21, 22)"),
            ("ruby", "ruby-3.2.1", "ruby P4 [3.2.1, 3.2.2)"),
            ("ruby", "ruby-3.2", "ruby P3 [3.2, 3.3)"),
            ("ruby", "ruby", "ruby P1 [0, ..)"),
            ("ruby", "head", "ruby P1 [0, ..)"),
            ("ruby", "jruby-9.4", "jruby P3 [9.4, 9.5)"),
            ("ruby", "truffleruby", "truffleruby P1 [0, ..)"),
            ("python", "/usr/bin/python3", "python P0 ?"),
            ("terraform", "latest:^1.9", "terraform P3 [1.9, 1.10)"),
            ("terraform", "~> 1.9.0", "terraform P3 [1.9.0, 1.10)"),
            ("uv", "latest", "uv P1 [0, ..)"),
        ];
        for (tool, text, expected) in cases {
            assert_eq!(shown(&select(tool, text)), expected, "{tool} {text}");
        }
    }

    #[test]
    fn constraints() {
        let cases = [
            ("python", ">=3.12,<3.13", "python P3 [3.12, 3.13)"),
            ("python", "^3.9", "python P2 [3.9, 4)"),
            ("rust", "1.83.0", "rust P1 [1.83.0, ..)"),
            ("go", "1.22", "go P1 [1.22, ..)"),
            ("node", ">=18", "node P1 [18, ..)"),
            ("node", "20.18.1", "node P4 [20.18.1, 20.18.2)"),
            ("php", "^8.1 || ^8.3", "php P2 [8.1, 9)"),
            ("terraform", "= 1.9.8", "terraform P4 [1.9.8, 1.9.9)"),
        ];
        for (tool, text, expected) in cases {
            assert_eq!(shown(&constrain(tool, text)), expected, "{tool} {text}");
        }
    }
}
