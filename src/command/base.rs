//! What was there before: the findings of a base revision, and the baseline.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use super::judge::{self, Rules};
use super::repository::Repository;
use super::terminal;
use crate::baseline::{self, Baseline};
use crate::cli::Check;
use crate::day::Day;
use crate::finding::{Finding, Status};
use crate::follow::Kept;
use crate::inventory::Inventory;
use crate::report::Changes;
use crate::tree::Tree;
use crate::words::counted;
use crate::{drift, limits, rows, write};

/// The word that asks for the base of the pull request that CI runs for.
const FROM_CI: &str = "auto";

/// What a comparison found.
#[derive(Default)]
pub(super) struct Compared {
    /// The commit that was compared with.
    pub(super) commit: Option<String>,
    /// Fingerprints of findings that are gone.
    pub(super) fixed: Vec<String>,
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
    let commit = crate::git::fork_point(&repository.root, &revision)?;
    let tree = Arc::new(crate::git::revision_tree(&repository.root, &commit)?);
    Ok(Some(Base { commit, tree }))
}

/// Marks the findings that the base has too. It is read with today's configuration and rules, so that a rule that was
/// switched on does not make old faults new; `kept` is what need not be read a second time.
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
    (current, findings): (&Inventory, &mut [Finding]),
) -> anyhow::Result<Compared> {
    let mut inventory = repository.scan_rest(&base.tree, today, current, kept)?;
    let judged = judge::judge(&mut inventory, repository, rules, &arguments.choice, today);
    let before: BTreeSet<&str> = counting(&judged.findings).map(|finding| &*finding.fingerprint).collect();
    let now: BTreeSet<&str> = findings.iter().map(|finding| &*finding.fingerprint).collect();
    let fixed = before.difference(&now).map(|gone| (*gone).to_owned()).collect();
    for finding in findings.iter_mut().filter(|finding| finding.status == Status::New) {
        if before.contains(&*finding.fingerprint) {
            finding.status = Status::Existing;
        }
    }
    let mut changes = Changes {
        locks: drift::lock_changes(&inventory.facts, &current.facts),
        sizes: drift::size_changes(&rows::functions(&inventory), &rows::functions(current), limits::UNZIPPED),
    };
    changes.locks.retain(|row| repository.is_reported(&row.path));
    changes.sizes.retain(|row| repository.is_reported(&row.path));
    Ok(Compared { commit: Some(base.commit), fixed, changes: Some(changes) })
}

fn counting(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.status == Status::New)
}

/// The base of the pull request that CI runs for; `None` outside of a pull request.
///
/// GitHub: the event's payload, which names the commit; GitLab, Bitbucket, Azure, Buildkite and Jenkins: the
/// variables that their documentation names (read 2026-11-23).
fn from_ci(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<String>> {
    if let Some(file) = variable("GITHUB_EVENT_PATH") {
        let text = std::fs::read_to_string(&file).with_context(|| format!("the event file {file} cannot be read"))?;
        let event: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("the event file {file} is no JSON"))?;
        let base = event.pointer("/pull_request/base/sha").or_else(|| event.pointer("/merge_group/base_sha"));
        return Ok(base.and_then(|sha| sha.as_str()).map(str::to_owned));
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

/// Lets the baseline accept what it knows, and writes it where that was asked. Gives the fingerprints that
/// it has and that are gone.
///
/// # Errors
/// When the file is no baseline, or cannot be written.
pub(super) fn accept(
    repository: &Repository,
    rules: &Rules,
    arguments: &Check,
    inventory: &Inventory,
    findings: &mut [Finding],
) -> anyhow::Result<Vec<String>> {
    let file = arguments.baseline.clone().unwrap_or_else(|| repository.root.join(baseline::FILE_NAME));
    let Some(baseline) = read(&file, arguments)? else {
        if arguments.write_baseline {
            create(&file, inventory, findings)?;
        }
        return Ok(Vec::new());
    };
    let mut mended = baseline.accept(findings.iter_mut());
    if !repository.reported.is_empty() {
        if arguments.write_baseline {
            bail!("--write-baseline needs a run over the whole repository: leave the paths out");
        }
        return Ok(Vec::new());
    }
    mended.retain(|entry| rules.runs(&entry.rule));
    let gone = mended.fingerprints().map(str::to_owned).collect();
    if arguments.write_baseline {
        let left = baseline.without(&mended);
        save(&file, &left)?;
        let taken = counted(mended.len(), "mended finding");
        terminal::say(&format!("{}: took out {taken}, {} left\n", file.display(), left.len()));
    }
    Ok(gone)
}

fn read(file: &Path, arguments: &Check) -> anyhow::Result<Option<Baseline>> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
            Baseline::read(text).map(Some).map_err(|error| {
                let place = crate::source::position(text, error.start);
                anyhow!("{}:{}:{}: {}", file.display(), place.line, place.column, error.message)
            })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if arguments.baseline.is_some() && !arguments.write_baseline {
                bail!("there is no baseline {}; --write-baseline makes it", file.display());
            }
            Ok(None)
        }
        Err(error) => Err(anyhow!("{}: {error}", file.display())),
    }
}

/// Makes the first baseline, of all that counts now.
fn create(file: &Path, inventory: &Inventory, findings: &mut [Finding]) -> anyhow::Result<()> {
    let path = |finding: &Finding| inventory.sources.path(finding.primary.span.source).to_owned();
    let paths: Vec<String> = findings.iter().map(path).collect();
    let baseline = Baseline::of(findings.iter().zip(paths.iter().map(String::as_str)));
    save(file, &baseline)?;
    let left = baseline.accept(findings.iter_mut());
    debug_assert!(left.is_empty(), "a baseline accepts what it was made of");
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.status == Status::Baselined) {
        *by_rule.entry(&finding.rule).or_default() += 1;
    }
    let rules = counted(by_rule.len(), "rule");
    terminal::say(&format!("{}: accepts {} of {rules}\n", file.display(), counted(baseline.len(), "finding")));
    Ok(())
}

fn save(file: &Path, baseline: &Baseline) -> anyhow::Result<()> {
    write::replace(file, baseline.print().as_bytes()).with_context(|| format!("{} cannot be written", file.display()))
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
        let of = |name: &str, value: &str| {
            let (name, value) = (name.to_owned(), value.to_owned());
            from_ci(move |asked| (asked == name).then(|| value.clone()))
        };
        assert_eq!(of("GITHUB_EVENT_PATH", event.to_str().unwrap()).unwrap().as_deref(), Some("abc"));
        assert_eq!(of("GITHUB_EVENT_PATH", push.to_str().unwrap()).unwrap(), None);
        assert!(of("GITHUB_EVENT_PATH", broken.to_str().unwrap()).is_err());
        assert_eq!(of("CI_MERGE_REQUEST_DIFF_BASE_SHA", "def").unwrap().as_deref(), Some("def"));
        let azure = of("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main").unwrap();
        assert_eq!(azure.as_deref(), Some("origin/main"));
        assert_eq!(of("OTHER", "x").unwrap(), None);
    }
}
