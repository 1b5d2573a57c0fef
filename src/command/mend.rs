//! `--fix` and `--diff`: makes or shows the safe fixes that were seen to cure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::judge::{self, Rules};
use super::repository::Repository;
use super::terminal;
use crate::cli::Check;
use crate::day::Day;
use crate::discover::Names;
use crate::engine::Judgement;
use crate::fix::{self, Plan};
use crate::inventory::Inventory;
use crate::tree::Tree;
use crate::words::counted;
use crate::write;

/// How often fixes that do not cure are left out before all are given up.
const ROUNDS: usize = 4;

/// The mark that some editors put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Makes or shows the safe fixes of what was judged. Gives what is judged of the repository afterwards, where it
/// was changed.
///
/// # Errors
/// When a file cannot be read again or written.
pub(super) fn run(
    repository: &Repository,
    rules: &Rules,
    arguments: &Check,
    today: Day,
    inventory: &Inventory,
    judged: &Judgement,
) -> anyhow::Result<Option<(Inventory, Judgement)>> {
    let tree = Arc::new(Tree::working(&repository.root));
    let Some(Cured { plan, files, after }) = cured(repository, rules, arguments, today, inventory, judged, &tree)?
    else {
        terminal::tell("no safe fix");
        return Ok(None);
    };
    if arguments.diff {
        show(&plan, &tree)?;
        return Ok(None);
    }
    let places: Vec<PathBuf> = files.keys().map(|path| repository.root.join(path)).collect();
    let bytes = files.values().map(Vec::as_slice);
    let all: Vec<(&Path, &[u8])> = places.iter().map(PathBuf::as_path).zip(bytes).collect();
    write::replace_all(&all)
        .map_err(|(path, error)| anyhow!("{} cannot be written: {error}; nothing was changed", path.display()))?;
    let what = counted(plan.cures.len(), "finding");
    terminal::tell(&format!("fixed {what} in {}", counted(files.len(), "file")));
    Ok(Some(after))
}

/// New bytes by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Fixes that were seen to cure.
struct Cured {
    plan: Plan,
    files: Files,
    after: (Inventory, Judgement),
}

/// The fixes that cure, the files they make, and what is judged of them. A fix after which its finding is still
/// there, or after which another one comes up, is left out.
fn cured(
    repository: &Repository,
    rules: &Rules,
    arguments: &Check,
    today: Day,
    inventory: &Inventory,
    judged: &Judgement,
    tree: &Arc<Tree>,
) -> anyhow::Result<Option<Cured>> {
    let before: BTreeSet<&str> = judged.findings.iter().map(|finding| &*finding.fingerprint).collect();
    let mut useless: BTreeSet<String> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let wanted = |finding: &crate::finding::Finding| !useless.contains(&finding.fingerprint);
        let plan = fix::plan(judged.findings.iter(), &inventory.sources, wanted);
        if plan.cures.is_empty() {
            return Ok(None);
        }
        let files = files(&plan, tree)?;
        let overlay = Arc::new(Tree::over(tree, files.clone()));
        let names = if arguments.input.tracked { Names::Tracked } else { Names::Walked };
        let mut changed = repository.scan_tree(&overlay, names, today)?;
        let again = judge::judge(&mut changed, repository, rules, &arguments.choice, today);
        let left: BTreeSet<&str> = again.findings.iter().map(|finding| &*finding.fingerprint).collect();
        let failed: Vec<String> = plan.cures.iter().filter(|cure| left.contains(cure.as_str())).cloned().collect();
        let harmful = left.difference(&before).next().is_some();
        if failed.is_empty() && !harmful {
            return Ok(Some(Cured { plan, files, after: (changed, again) }));
        }
        if failed.is_empty() {
            // Something new came up: keep only fixes in files that have nothing new.
            let new = |finding: &&crate::finding::Finding| !before.contains(&*finding.fingerprint);
            let path = |finding: &crate::finding::Finding| finding.path(&changed.sources).to_owned();
            let hurt: BTreeSet<String> = again.findings.iter().filter(new).map(path).collect();
            let in_hurt = |finding: &&crate::finding::Finding| hurt.contains(finding.path(&inventory.sources));
            let before_count = useless.len();
            useless.extend(judged.findings.iter().filter(in_hurt).map(|finding| finding.fingerprint.clone()));
            if useless.len() == before_count {
                return Ok(None);
            }
        }
        useless.extend(failed);
    }
    Ok(None)
}

/// The bytes of the changed files: a byte order mark that was there stays.
fn files(plan: &Plan, tree: &Tree) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for (path, text) in &plan.texts {
        let old = tree.bytes(path).with_context(|| format!("{path} cannot be read again"))?;
        let mark: &[u8] = if old.starts_with(MARK) { MARK } else { b"" };
        files.insert(path.clone(), [mark, text.as_bytes()].concat());
    }
    Ok(files)
}

/// Prints the changes.
fn show(plan: &Plan, tree: &Tree) -> anyhow::Result<()> {
    for (path, new) in &plan.texts {
        let old = tree.text(path).with_context(|| format!("{path} cannot be read again"))?;
        terminal::show_diff(path, &old, new)?;
    }
    Ok(())
}
