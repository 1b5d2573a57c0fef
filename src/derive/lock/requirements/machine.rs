//! The machine for which a requirements file was compiled, as far as the file tells.

use super::wish::Wish;
use crate::facts::recorded::RequirementsRecord;
use crate::python::{Environment, Marker, PythonRange, Specifier, Version};

/// Interpreters that are tried when nothing tells which one compiled the file, the most used first.
const MINORS: &[u64] = &[12, 11, 13, 10, 14, 9, 8];

/// A release that every minor version of Python has long had.
const PATCH: u64 = 9;

/// What a file was compiled for.
#[derive(Debug, Clone)]
pub(super) enum Machine {
    /// One machine and interpreter.
    One(Box<Environment>),
    /// Every machine, with these interpreters.
    Every(PythonRange),
}

impl Default for Machine {
    fn default() -> Self {
        Self::Every(PythonRange::all())
    }
}

impl Machine {
    /// Whether a condition holds; one that cannot be worked out is taken to hold.
    pub(super) fn meets(&self, marker: &Marker) -> bool {
        match self {
            Self::One(environment) => marker.evaluate(environment).unwrap_or(true),
            Self::Every(python) => !marker.is_never(python).unwrap_or(false),
        }
    }

    /// The interpreters of a file that was compiled for every machine.
    pub(super) fn range(&self) -> Option<&PythonRange> {
        match self {
            Self::One(_) => None,
            Self::Every(python) => Some(python),
        }
    }

    /// Whether it is another system than Linux.
    pub(super) fn is_unusual(&self) -> bool {
        matches!(self, Self::One(environment) if environment.sys_platform.as_deref() != Some("linux"))
    }
}

/// The machines on which a file may have been compiled, the likeliest first.
pub(super) fn candidates(record: &RequirementsRecord, wish: &Wish) -> Vec<Machine> {
    let compile = record.compile.as_ref();
    let told = compile.and_then(|compile| compile.python.as_deref());
    let is_conditional = wish.asked.iter().chain(&wish.constraints).any(|asked| !asked.marker.is_always());
    if compile.is_some_and(|compile| compile.universal) {
        return universal(told, is_conditional);
    }
    let admitted = wish.python.as_ref().map(PythonRange::set);
    let minors = match told.and_then(minor) {
        Some(minor) => vec![minor],
        None => {
            let is_admitted =
                |minor: &&u64| admitted.as_ref().is_none_or(|set| set.contains(&Version::new([3, **minor, PATCH])));
            let admitted: Vec<u64> = MINORS.iter().filter(is_admitted).copied().collect();
            if admitted.is_empty() { MINORS.to_vec() } else { admitted }
        }
    };
    let mut found: Vec<Machine> = Vec::new();
    for make in
        [|python| Environment::linux(python, "x86_64"), |python| Environment::linux(python, "aarch64"), mac, windows]
    {
        found.extend(minors.iter().map(|minor| Machine::One(Box::new(make(Version::new([3, *minor, PATCH]))))));
    }
    // Without conditions all machines are alike.
    found.truncate(if is_conditional { found.len() } else { 1 });
    found
}

/// The least interpreter is the one that was asked for, or the one that ran.
fn universal(told: Option<&str>, is_conditional: bool) -> Vec<Machine> {
    let from = |python: &str| {
        let specifier = Specifier::parse(&format!(">={python}")).ok()?;
        PythonRange::of([&specifier]).map(Machine::Every)
    };
    match told.and_then(from) {
        Some(machine) => vec![machine],
        None if is_conditional => MINORS.iter().filter_map(|minor| from(&format!("3.{minor}"))).collect(),
        None => vec![Machine::default()],
    }
}

fn minor(python: &str) -> Option<u64> {
    python.strip_prefix("3.")?.split('.').next()?.parse().ok()
}

fn mac(python: Version) -> Environment {
    let known = |text: &str| Some(text.to_owned());
    Environment {
        sys_platform: known("darwin"),
        platform_system: known("Darwin"),
        ..Environment::linux(python, "arm64")
    }
}

fn windows(python: Version) -> Environment {
    let known = |text: &str| Some(text.to_owned());
    Environment {
        os_name: known("nt"),
        sys_platform: known("win32"),
        platform_system: known("Windows"),
        ..Environment::linux(python, "AMD64")
    }
}
