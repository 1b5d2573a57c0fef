//! Lambda's runtimes and their dates, from the table in `data/lambda-runtimes.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::day::Day;

const TABLE: &str = include_str!("../data/lambda-runtimes.toml");

/// A name that differs from a known one by more than this is no misspelling of it.
const NEAREST: f64 = 0.75;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    name: String,
    deprecated: Option<String>,
    update_blocked: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    read: String,
    runtime: Vec<Row>,
}

/// A runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runtime {
    /// Its identifier, `python3.12`.
    pub name: String,
    /// The day from which on it gets no patches; `None` when none is announced.
    pub deprecated: Option<Day>,
    /// The day from which on functions with it cannot be updated.
    pub update_blocked: Option<Day>,
}

/// All runtimes, and the day on which the table was compared with its sources.
#[derive(Debug)]
pub struct Runtimes {
    /// The day of the table.
    pub read: Day,
    list: Vec<Runtime>,
}

/// The table, read once.
pub fn runtimes() -> &'static Runtimes {
    static RUNTIMES: OnceLock<Runtimes> = OnceLock::new();
    RUNTIMES.get_or_init(|| {
        let written: Written = toml::from_str(TABLE).expect("a test reads the table that is compiled in");
        let day = |text: &String| Day::parse(text);
        let list = written.runtime.iter().map(|row| Runtime {
            name: row.name.clone(),
            deprecated: row.deprecated.as_ref().and_then(day),
            update_blocked: row.update_blocked.as_ref().and_then(day),
        });
        Runtimes { read: day(&written.read).unwrap_or(Day(0)), list: list.collect() }
    })
}

impl Runtimes {
    /// The runtime of a name.
    pub fn get(&self, name: &str) -> Option<&Runtime> {
        self.list.iter().find(|runtime| runtime.name == name)
    }

    /// The names of all runtimes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|runtime| runtime.name.as_str())
    }

    /// Whether there is a runtime of a name.
    ///
    /// # Errors
    /// Why that cannot be told: the name is newer than the table, or a placeholder.
    pub fn knows(&self, name: &str) -> Result<bool, String> {
        if self.get(name).is_some() {
            return Ok(true);
        }
        let is_placeholder = name.contains(['{', '<', '$', '%'])
            || (!name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
        // A plugin of the Serverless Framework puts the real runtime in its place.
        if name == "rust" {
            return Err("the runtime rust is one that a plugin brings".to_owned());
        }
        if is_placeholder {
            return Err(format!("{name} is a placeholder"));
        }
        let Some((tool, parts)) = release(name) else { return Ok(false) };
        let known = self.list.iter().filter_map(|runtime| release(&runtime.name)).filter(|(known, _)| *known == tool);
        let is_newer = known.map(|(_, known)| known).max().is_some_and(|newest| parts > newest);
        if is_newer { Err(format!("{name} is newer than the table of runtimes of {}", self.read)) } else { Ok(false) }
    }

    /// The known name that is nearest to a misspelt one, if any is near and no other is as near. A release that
    /// Lambda never had is no misspelling.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        if release(name).is_some() {
            return None;
        }
        let likeness = |runtime: &Runtime| strsim::normalized_damerau_levenshtein(&runtime.name, name);
        let mut near: Vec<(f64, &Runtime)> = self.list.iter().map(|runtime| (likeness(runtime), runtime)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        match near.as_slice() {
            [(best, _), (next, _), ..] if best.total_cmp(next).is_eq() => None,
            [(best, runtime), ..] if *best >= NEAREST => Some(runtime.name.as_str()),
            _ => None,
        }
    }
}

/// The tool and the release that a runtime identifier names: `python3.12` is python 3.12, `nodejs20.x` is node 20.
pub fn release(name: &str) -> Option<(&'static str, Vec<u64>)> {
    const TOOLS: &[(&str, &str)] = &[("python", "python"), ("nodejs", "node"), ("java", "java"), ("ruby", "ruby")];
    let (prefix, tool) = TOOLS.iter().find(|(prefix, _)| name.starts_with(prefix))?;
    let rest = name[prefix.len()..].trim_end_matches(".x");
    let number = rest.split(".al").next().unwrap_or_default();
    let parts: Vec<u64> = number.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    Some((tool, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let table = runtimes();
        assert!(table.read > Day::new(2026, 1, 1).expect("a day"));
        assert!(table.list.len() > 40);
        for runtime in &table.list {
            assert!(runtime.deprecated.is_some() || runtime.update_blocked.is_none(), "{}", runtime.name);
        }
        let python = table.get("python3.8").expect("it is in the table");
        assert_eq!(python.deprecated.map(|day| day.to_string()).as_deref(), Some("2024-10-14"));
    }

    #[test]
    fn misspellings_find_their_runtime() {
        let cases = [
            ("pyton3.13", Some("python3.13")),
            ("provided.al2023023", Some("provided.al2023")),
            ("PYTHON3_VERSION", None),
            ("JAVA_VERSION", None),
            ("node22.x", Some("nodejs22.x")),
            ("python3.", None),
            ("python3.5", None),
        ];
        for (name, expected) in cases {
            assert_eq!(runtimes().nearest(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_known_unknown_or_not_to_be_told() {
        let cases = [
            ("python3.12", Some(true)),
            ("python3.99", None),
            ("nodejs30.x", None),
            ("python3.5", Some(false)),
            ("pyton3.12", Some(false)),
            ("JAVA_VERSION", None),
            ("", Some(false)),
        ];
        for (name, expected) in cases {
            assert_eq!(runtimes().knows(name).ok(), expected, "{name}");
        }
    }

    #[test]
    fn releases() {
        let cases = [
            ("python3.12", Some(("python", vec![3, 12]))),
            ("nodejs20.x", Some(("node", vec![20]))),
            ("java17.al2023", Some(("java", vec![17]))),
            ("java8.al2", Some(("java", vec![8]))),
            ("ruby3.3", Some(("ruby", vec![3, 3]))),
            ("provided.al2023", None),
            ("go1.x", None),
        ];
        for (name, expected) in cases {
            assert_eq!(release(name), expected, "{name}");
        }
    }
}
