//! What a command does with a lockfile: a table of the package tools' own commands.
//!
//! Pure: words in, effects out. Sources are the tools' manuals of mid 2026; a command that
//! is not in the table has no effect. Whether an effect matters is for rules to say.

mod arguments;
mod call;
mod checks;
mod closure;
mod deployer;
mod exact;
mod images;
mod invocation;
mod node;
mod other;
mod package;
mod python;
mod release;
mod rust;
mod selects;
mod serving;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::path;
use crate::shell::Word;

pub use call::{ACTION, Call, WORKFLOW, call};
pub use checks::{by_name as checks_by_name, checks};
pub use closure::closure;
pub use exact::exact;
pub use images::{Images, dockerfile, images};
pub use invocation::{Invocation, invocations};
pub use other::SYSTEM;
pub use package::{package_of, without_version};
pub use release::{rehearses, releases, sends};
pub use selects::{Selection, selects};
pub use serving::serves_developers;

/// What a command does with the lockfile of its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockUse {
    /// Fails when the lockfile is out of step.
    Proves,
    /// Installs what is locked without looking whether it is out of step.
    Uses,
    /// Installs, and writes the lockfile anew when it is out of step.
    MayRewrite,
    /// Writes the lockfile anew.
    Rewrites,
    /// Resolves the project's dependencies without the lockfile.
    Ignores,
    /// Installs packages by name.
    Installs,
    /// Runs what an earlier install left, without a look at the lockfile.
    Nothing,
}

impl LockUse {
    /// The word that rules compare with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proves => "proves",
            Self::Uses => "uses",
            Self::MayRewrite => "may-rewrite",
            Self::Rewrites => "rewrites",
            Self::Ignores => "ignores",
            Self::Installs => "installs",
            Self::Nothing => "none",
        }
    }
}

/// Where a command runs, as far as it changes what the command does.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Whether `CI` is set, which makes some tools strict.
    pub ci: bool,
    /// Variables that are set for it.
    pub environment: &'a BTreeMap<String, String>,
}

impl Around<'_> {
    /// Whether a variable is set to something other than false.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        let off = ["", "0", "false", "no", "off"];
        self.environment.get(name).is_some_and(|value| !off.contains(&value.to_ascii_lowercase().as_str()))
    }

    /// Whether a variable is set to false.
    pub(crate) fn is_off(&self, name: &str) -> bool {
        self.environment.get(name).is_some_and(|value| ["0", "false", "no"].contains(&value.as_str()))
    }
}

/// A change of the command's text that makes it hold to the lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The bytes that are replaced; empty to insert.
    pub place: Range<usize>,
    /// What takes their place.
    pub text: String,
}

/// What one command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The tool that does it, which names the kind of lockfile.
    pub tool: &'static str,
    /// What it does with the lockfile; `None` when words that are put in at run time decide.
    pub lock_use: Option<LockUse>,
    /// Packages that are named without a version.
    pub unpinned: Vec<String>,
    /// The directory it works in, seen from where it is run, when it says so.
    pub directory: Option<String>,
    /// Whether it says its directory in words that are put in at run time.
    pub elsewhere: bool,
    /// Lists of requirements that it installs, seen from where it works.
    pub files: Vec<String>,
    /// How it could hold to the lockfile.
    pub change: Option<Change>,
    /// Whether it installs for the whole machine, outside of the project's environment.
    pub global: bool,
    /// Whether releases of its tool that look at `CI` would hold to the lockfile where that is set.
    pub strict_in_ci: bool,
}

impl Effect {
    fn new(tool: &'static str, lock_use: LockUse) -> Self {
        Self {
            tool,
            lock_use: Some(lock_use),
            unpinned: Vec::new(),
            directory: None,
            elsewhere: false,
            files: Vec::new(),
            change: None,
            global: false,
            strict_in_ci: false,
        }
    }

    /// Has it work where a manifest stands that it is told by its path.
    fn in_directory_of(&mut self, manifest: Option<&str>) {
        if let Some(manifest) = manifest {
            self.directory = Some(path::directory(manifest).to_owned());
            self.elsewhere = manifest.contains('$');
        }
    }
}

/// What an invocation does; `None` for commands that are not in the table.
pub fn effect(invocation: &Invocation, around: Around<'_>) -> Option<Effect> {
    let words = invocation.arguments.as_slice();
    let mut effect = of_program(invocation, words, around)?;
    effect.global |= invocation.elevated && effect.tool == "pip" && !is_of_environment(&invocation.word);
    Some(effect)
}

/// Whether a program is that of a virtual environment: `/opt/app/venv/bin/pip`.
fn is_of_environment(word: &str) -> bool {
    path::directory(word)
        .to_ascii_lowercase()
        .split('/')
        .any(|part| part.contains("venv") || part.contains("virtualenv"))
}

fn of_program(invocation: &Invocation, words: &[Word], around: Around<'_>) -> Option<Effect> {
    match invocation.program.as_str() {
        "uv" => python::uv(words, around),
        "uvx" => Some(python::uvx(words)),
        "pip" => python::pip(words, around),
        "pipx" => python::pipx(words),
        "poetry" => python::poetry(words),
        "pdm" => python::pdm(words, around),
        "pipenv" => python::pipenv(words),
        "pip-compile" => Some(Effect::new("pip-tools", LockUse::Rewrites)),
        "pip-sync" => Some(Effect::new("pip-tools", LockUse::Uses)),
        "npm" => node::npm(words, around),
        "npx" => node::npx(words),
        "yarn" => node::yarn(words, around),
        "pnpm" => node::pnpm(words, around),
        "pnpx" => node::runner("pnpm", words),
        "bun" => node::bun(words),
        "bunx" => node::runner("bun", words),
        "cargo" | "cross" | "xx-cargo" => rust::cargo(words),
        "maturin" => rust::maturin(words),
        "go" => other::go(words, around),
        "gem" => other::gem(words),
        "bundle" | "bundler" => other::bundle(words, around),
        "composer" => other::composer(words),
        "terraform" => other::terraform("terraform", words),
        "tofu" => other::terraform("opentofu", words),
        "apt-get" | "apt" | "apk" | "dnf" | "yum" | "microdnf" | "zypper" => other::system(words),
        "sam" => deployer::sam(words),
        "sls" | "serverless" | "osls" => deployer::serverless(words),
        "chalice" => deployer::chalice(words),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
