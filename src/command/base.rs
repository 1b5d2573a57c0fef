//! The revision that a run is compared with.

use std::sync::Arc;

use anyhow::{Context, bail};

use super::judge::{self, Rules};
use super::repository::Repository;
use super::terminal;
use crate::baseline::Baseline;
use crate::cli::Check;
use crate::day::Day;
use crate::finding::{Finding, Status};
use crate::follow::Kept;
use crate::git::ForkPoint;
use crate::inventory::Inventory;
use crate::report::Changes;
use crate::tree::Tree;
use crate::{drift, limits, rows};

/// The word that asks for the base of the pull request that CI runs for.
const FROM_CI: &str = "auto";

/// What a comparison found.
#[derive(Default)]
pub(super) struct Compared {
    /// The commit that was compared with.
    pub(super) commit: Option<String>,
    /// The findings that it has.
    known: Baseline,
    /// What lockfiles and packages became; `None` without a base.
    pub(super) changes: Option<Changes>,
}

/// The revision that is compared with.
pub(super) struct Base {
    commit: String,
    /// Its files.
    pub(super) tree: Arc<Tree>,
}

/// Finds the base that was asked for; `None` when none was, and outside of a pull request.
///
/// # Errors
/// When it cannot be had: then nothing is known to be old.
pub(super) fn find(repository: &Repository, arguments: &Check) -> anyhow::Result<Option<Base>> {
    let revision = match arguments.base.as_deref() {
        Some(FROM_CI) => from_ci(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?,
        given => given.map(str::to_owned),
    };
    let Some(revision) = revision else { return Ok(None) };
    let ForkPoint { commit, is_shared } = crate::git::fork_point(&repository.root, &revision)?;
    if !is_shared {
        terminal::say(&format!(
            "notice: history does not tell where this branch left `{revision}`, so it is compared with `{revision}` as it is now"
        ));
    }
    let tree = Arc::new(crate::git::revision_tree(&repository.root, &commit)?);
    Ok(Some(Base { commit, tree }))
}

/// Compares with the base. It is read with today's configuration and rules, so that a rule that was switched on does
/// not make old faults new; `kept` is what need not be read a second time.
///
/// # Errors
/// When the base cannot be read: then nothing is known to be old.
pub(super) fn compare(
    base: Base,
    kept: Kept,
    repository: &Repository,
    rules: &Rules,
    arguments: &Check,
    today: Day,
    current: &Inventory,
) -> anyhow::Result<Compared> {
    let mut inventory = repository.scan_rest(&base.tree, today, current, kept)?;
    let judged = judge::judge(&mut inventory, repository, rules, &arguments.choice, today);
    let known = Baseline::of(&judged.findings, |finding| finding.path(&inventory.sources));
    let mut changes = Changes {
        locks: drift::lock_changes(&inventory.facts, &current.facts),
        sizes: drift::size_changes(&rows::functions(&inventory), &rows::functions(current), limits::UNZIPPED),
    };
    changes.locks.retain(|row| repository.is_reported(&row.path));
    changes.sizes.retain(|row| repository.is_reported(&row.path));
    Ok(Compared { commit: Some(base.commit), known, changes: Some(changes) })
}

impl Compared {
    /// Marks the findings that the base has too. Gives the fingerprints of those that are gone.
    pub(super) fn mark(&self, inventory: &Inventory, findings: &mut [Finding]) -> Vec<String> {
        let is_gone = |path: &str| !inventory.files.has(path);
        let accepted =
            self.known.accept(findings, &Status::Existing, |finding| finding.path(&inventory.sources), is_gone);
        accepted.left.fingerprints().map(str::to_owned).collect()
    }
}

/// The base of the pull request that CI runs for; `None` outside of a pull request.
///
/// GitHub: the event's payload, which names the commit; GitLab, Bitbucket, Azure, Buildkite and Jenkins: the
/// variables that their documentation names (read 2026-11-23).
fn from_ci(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<String>> {
    if let Some(file) = variable("GITHUB_EVENT_PATH") {
        let text = std::fs::read_to_string(&file).with_context(|| format!("the event file {file} cannot be read"))?;
        let event: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("the event file {file} is not JSON"))?;
        let sides = [("/pull_request", "/base/sha"), ("/merge_group", "/base_sha")];
        let asked = sides.into_iter().find_map(|(what, side)| Some((event.pointer(what)?, side)));
        let Some((request, side)) = asked.filter(|(request, _)| !request.is_null()) else { return Ok(None) };
        let Some(commit) = request.pointer(side).and_then(|sha| sha.as_str()) else {
            bail!("the event file {file} is of a pull request and names no base commit");
        };
        return Ok(Some(commit.to_owned()));
    }
    if let Some(commit) = variable("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
        return Ok(Some(commit));
    }
    let branches = [
        "BITBUCKET_PR_DESTINATION_BRANCH",
        "SYSTEM_PULLREQUEST_TARGETBRANCH",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
        "CHANGE_TARGET",
    ];
    let branch = branches.into_iter().find_map(variable);
    Ok(branch.map(|branch| format!("origin/{}", branch.trim_start_matches("refs/heads/"))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::from_ci;

    #[test]
    fn the_base_is_what_ci_names() {
        let directory = tempfile::tempdir().unwrap();
        let event = directory.path().join("event.json");
        std::fs::write(&event, r#"{"pull_request": {"base": {"sha": "abc"}}}"#).unwrap();
        let push = directory.path().join("push.json");
        std::fs::write(&push, r#"{"ref": "refs/heads/main"}"#).unwrap();
        let broken = directory.path().join("broken.json");
        std::fs::write(&broken, "{").unwrap();
        let nameless = directory.path().join("nameless.json");
        std::fs::write(&nameless, r#"{"pull_request": {"base": {"sha": 5}}}"#).unwrap();
        let of = |name: &str, value: &str| {
            let (name, value) = (name.to_owned(), value.to_owned());
            from_ci(move |asked| (asked == name).then(|| value.clone()))
        };
        assert_eq!(of("GITHUB_EVENT_PATH", event.to_str().unwrap()).unwrap().as_deref(), Some("abc"));
        assert_eq!(of("GITHUB_EVENT_PATH", push.to_str().unwrap()).unwrap(), None);
        assert!(of("GITHUB_EVENT_PATH", broken.to_str().unwrap()).is_err());
        assert!(of("GITHUB_EVENT_PATH", nameless.to_str().unwrap()).is_err());
        assert_eq!(of("CI_MERGE_REQUEST_DIFF_BASE_SHA", "def").unwrap().as_deref(), Some("def"));
        let azure = of("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main").unwrap();
        assert_eq!(azure.as_deref(), Some("origin/main"));
        assert_eq!(of("OTHER", "x").unwrap(), None);
    }
}
