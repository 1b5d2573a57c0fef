//! Finds the repository, its configuration and its own rules, and reads its tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use super::{Undetermined, terminal};
use crate::cli::Input;
use crate::config::{self, Config, ConfigProblem};
use crate::day::Day;
use crate::discover::{Choice, Names};
use crate::follow::{Kept, Sharing};
use crate::inventory::Inventory;
use crate::path;
use crate::source::Sources;
use crate::syntax;
use crate::tree::{ReadError, Tree};

/// A repository that is about to be read.
pub(super) struct Repository {
    /// Its root on disk.
    pub(super) root: PathBuf,
    /// The paths that are reported on, from the root; empty for all.
    pub(super) reported: Vec<String>,
    /// What it is configured to.
    pub(super) config: Config,
    /// What is wrong with the configuration.
    pub(super) problems: Vec<ConfigProblem>,
    /// The texts of configuration and rule files.
    pub(super) texts: Sources,
}

/// Finds the repository that some paths are in.
///
/// The root is the nearest directory upwards with a `reproof.toml` or a git repository; else
/// the directory itself.
pub(super) fn find(paths: &[PathBuf], config: Option<&Path>) -> anyhow::Result<Repository> {
    let start = paths.first().map_or_else(|| PathBuf::from("."), Clone::clone);
    let start = start.canonicalize().map_err(|error| {
        let why = if error.kind() == std::io::ErrorKind::NotFound {
            "there is no such file or directory".to_owned()
        } else {
            error.to_string()
        };
        anyhow!("{}: {why}", start.display())
    })?;
    let directory =
        if start.is_dir() { start.clone() } else { start.parent().map(Path::to_path_buf).unwrap_or_default() };
    let root = root_above(&directory);
    let mut reported = Vec::new();
    for given in paths {
        let full = given.canonicalize().with_context(|| given.display().to_string())?;
        let Ok(inside) = full.strip_prefix(&root) else {
            bail!("{} is outside of {}, the repository of the first path", given.display(), root.display());
        };
        let inside = inside.to_str().ok_or_else(|| anyhow!("{} is not UTF-8", given.display()))?.replace('\\', "/");
        if !inside.is_empty() {
            reported.push(inside);
        }
    }
    let mut texts = Sources::default();
    let (config, mut problems) = read_config(&root, config, &mut texts)?;
    problems.extend(other_release(&config));
    Ok(Repository { root, reported, config, problems, texts })
}

/// Finds the repository for a verb that judges nothing. `None` when its configuration is wrong, which is shown.
pub(super) fn find_sound(paths: &[PathBuf], config: Option<&Path>, color: bool) -> anyhow::Result<Option<Repository>> {
    let repository = find(paths, config)?;
    repository.show_problems(color);
    Ok(Some(repository).filter(|repository| repository.problems.is_empty()))
}

/// What is wrong when a repository is to be checked with another release: a verdict may change only with a commit.
fn other_release(config: &Config) -> Option<ConfigProblem> {
    let own = env!("CARGO_PKG_VERSION");
    let (wanted, span) = config.version.as_ref().filter(|(wanted, _)| wanted != own)?;
    Some(ConfigProblem {
        span: *span,
        message: format!("this repository is checked with reproof {wanted}, and this is {own}"),
        help: Some(format!("run reproof {wanted}, or take {own} up here")),
    })
}

fn root_above(directory: &Path) -> PathBuf {
    let is_root = |above: &&Path| above.join(config::FILE_NAME).is_file() || above.join(".git").exists();
    let found = directory.ancestors().find(is_root).unwrap_or(directory);
    // What the repository above ignores (a build folder, a cache) is a tree of its own.
    if found != directory && crate::discover::is_ignored(found, directory) {
        return directory.to_path_buf();
    }
    found.to_path_buf()
}

fn read_config(root: &Path, given: Option<&Path>, texts: &mut Sources) -> anyhow::Result<(Config, Vec<ConfigProblem>)> {
    if let Some(file) = given {
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        return parse_config(&file.display().to_string(), &text, &[], texts);
    }
    let own = root.join(config::FILE_NAME);
    if own.is_file() {
        let text = std::fs::read_to_string(&own).with_context(|| format!("{} cannot be read", config::FILE_NAME))?;
        return parse_config(config::FILE_NAME, &text, &[], texts);
    }
    match std::fs::read_to_string(root.join("pyproject.toml")) {
        Ok(text) if text.contains("[tool.reproof") => {
            parse_config("pyproject.toml", &text, &["tool", "reproof"], texts)
        }
        _ => Ok((Config::default(), Vec::new())),
    }
}

fn parse_config(
    name: &str,
    text: &str,
    table: &[&str],
    texts: &mut Sources,
) -> anyhow::Result<(Config, Vec<ConfigProblem>)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let source = texts.add_whole(name, text);
    match syntax::toml::parse(source, &text.into()) {
        Ok(document) => Ok(document.root().at(table).map(|node| config::read(name, node)).unwrap_or_default()),
        Err(error) => {
            let span = crate::source::Span::new(source, error.start..error.end);
            let problem = ConfigProblem { span, message: error.message, help: None };
            Ok((Config::default(), vec![problem]))
        }
    }
}

/// A path that no file has: what is reported on when nothing is staged.
const NOTHING: &str = "\0";

impl Repository {
    /// Shows what is wrong with the configuration, all of it.
    pub(super) fn show_problems(&self, color: bool) {
        for problem in &self.problems {
            terminal::show_problem(&problem.message, problem.span, problem.help.as_deref(), &self.texts, color);
        }
    }

    /// Whether only staged files are reported on, and there are none.
    pub(super) fn nothing_staged(&self) -> bool {
        self.reported.iter().all(|path| path == NOTHING) && !self.reported.is_empty()
    }

    /// Whether a path is one of those that are reported on.
    pub(super) fn is_reported(&self, path: &str) -> bool {
        self.reported.is_empty() || self.reported.iter().any(|given| path::is_below(path, given))
    }

    /// Whether any file was read, or could not be, that is reported on.
    pub(super) fn was_read(&self, inventory: &Inventory) -> bool {
        let mut problems = inventory.facts.problems.iter().map(|problem| &problem.header.path);
        let is_reported = |path: &Arc<str>| self.is_reported(path);
        inventory.coverage.paths.iter().any(is_reported) || problems.any(is_reported)
    }

    /// The directories among the paths that are reported on.
    fn directories(&self) -> Vec<String> {
        self.reported.iter().filter(|path| self.root.join(path).is_dir()).cloned().collect()
    }

    /// Reads the repository as `input` says.
    pub(super) fn scan(&mut self, input: &Input, today: Day) -> anyhow::Result<Inventory> {
        Ok(self.scan_beside(input, today, None)?.0)
    }

    /// Reads the repository, and keeps what was read of the files that a base has too.
    pub(super) fn scan_beside(
        &mut self,
        input: &Input,
        today: Day,
        base: Option<&Tree>,
    ) -> anyhow::Result<(Inventory, Kept)> {
        let (tree, names) = if input.staged {
            let (tree, changed) = crate::git::staged(&self.root)?;
            self.narrow(changed);
            (tree, Names::Tracked)
        } else if input.tracked {
            (Tree::working(&self.root), Names::Tracked)
        } else {
            (Tree::working(&self.root), Names::Walked)
        };
        let tree = Arc::new(tree);
        let mut kept = Kept::default();
        let same = base.map(|base| crate::git::same(&self.root, &tree, base));
        let sharing = same.as_deref().map_or(Sharing::Alone, |same| Sharing::Keep(same, &mut kept));
        let inventory = crate::scan::scan(&tree, &self.options(names, today), self.texts.clone(), sharing)?;
        Ok((inventory, kept))
    }

    /// Reports only on what is staged, of what was asked for.
    fn narrow(&mut self, staged: BTreeSet<String>) {
        let mut wanted: Vec<String> = staged.into_iter().filter(|path| self.is_reported(path)).collect();
        if wanted.is_empty() {
            wanted.push(NOTHING.to_owned());
        }
        self.reported = wanted;
    }

    /// Reads a tree that stands for the repository.
    pub(super) fn scan_tree(&self, tree: &Arc<Tree>, names: Names, today: Day) -> anyhow::Result<Inventory> {
        let inventory = crate::scan::scan(tree, &self.options(names, today), self.texts.clone(), Sharing::Alone)?;
        whole(tree, inventory)
    }

    /// Reads a tree of which another inventory has read a part already.
    pub(super) fn scan_rest(
        &self,
        tree: &Arc<Tree>,
        today: Day,
        other: &Inventory,
        kept: Kept,
    ) -> anyhow::Result<Inventory> {
        let texts = other.sources.clone();
        whole(tree, crate::scan::scan(tree, &self.options(Names::Tracked, today), texts, Sharing::Take(kept))?)
    }

    fn options(&self, names: Names, today: Day) -> crate::scan::Options {
        let asked = self.directories();
        crate::scan::Options {
            names,
            // What is no directory is a file (or is gone).
            only: if asked.is_empty() { self.reported.clone() } else { Vec::new() },
            choice: Choice { exclude: self.config.excluded(), include: self.config.included(), asked },
            today,
        }
    }
}

/// The day that `--now` names, or today.
pub(super) fn today(now: Option<&str>) -> anyhow::Result<Day> {
    match now {
        Some(text) => Day::parse(text).ok_or_else(|| anyhow!("--now takes a date such as 2026-11-23, not `{text}`")),
        None => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            Ok(Day::of_unix(i64::try_from(now.as_secs()).unwrap_or(0)))
        }
    }
}

/// An inventory of which no file is missing that git only knows by name: what is not there would be taken for absent.
fn whole(tree: &Tree, inventory: Inventory) -> anyhow::Result<Inventory> {
    let unread = inventory.facts.problems.iter().filter(|problem| problem.trouble == "unreadable");
    let mut paths = unread.map(|problem| &*problem.header.path);
    if let Some(path) = paths.find(|path| matches!(tree.bytes(path), Err(ReadError::Unfetched))) {
        return Err(Undetermined(format!("{path} cannot be read: {}", ReadError::Unfetched)).into());
    }
    Ok(inventory)
}
