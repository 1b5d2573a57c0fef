//! One locked package against what its registry offers.

mod archive;
pub(super) mod python;

use std::str::FromStr;

use crate::pin::is_commit;
use crate::python::Version;
use crate::upstream::{Answer, Offered, Outcome, Package, Release, Standing, Table};

use super::Planned;
use super::locked::{LockedFile, Source};
use super::rows::{ArtifactRow, Weight};
use super::target::Target;

/// Judges a package.
pub(super) fn package(
    planned: &Planned,
    table: &Table,
    target: &Target,
    is_excluded: bool,
    ecosystem: &str,
) -> ArtifactRow {
    let locked = &planned.locked;
    let mut row = ArtifactRow::new(ecosystem, "package", &locked.name);
    row.version = Some(locked.version.clone()).filter(|version| !version.is_empty());
    match &locked.source {
        Source::Own => row.with("own", Weight::Good),
        Source::Bundled => row.with("covered", Weight::Good),
        Source::Links => row
            .with("not-asked", Weight::Unknown)
            .because("its file says --no-index: it comes from find-links, which is not asked"),
        Source::Git(_, reference) => git(row, reference.as_deref()),
        Source::Path(at) => in_tree(row, at),
        Source::Address(at) => address(row, planned, at),
        Source::Registry(_) => {
            let row = from_registries(row, planned, table, target, ecosystem);
            if is_excluded && row.weight > Weight::Note {
                let reason = row.reason.clone().unwrap_or_default();
                return row.with("excluded", Weight::Note).because(format!("not installed on the target; {reason}"));
            }
            row
        }
    }
}

/// Whether the registries that were asked so far settle what is to be said of a package.
pub(super) fn is_answered(planned: &Planned, table: &Table) -> bool {
    let has_release = |answer: &Answer| release_of(&answer.package, &planned.locked.version).is_some();
    planned.subjects.iter().any(|subject| match table.get(subject) {
        Some(Outcome::Known(answer)) => has_release(answer),
        Some(Outcome::Unknown(_)) => true,
        Some(Outcome::Missing(_)) | None => false,
    })
}

fn from_registries(
    row: ArtifactRow,
    planned: &Planned,
    table: &Table,
    target: &Target,
    ecosystem: &str,
) -> ArtifactRow {
    let mut missing: Option<ArtifactRow> = None;
    for subject in &planned.subjects {
        let row = match table.get(subject) {
            None => continue,
            Some(Outcome::Unknown(reason)) => return row.with("unknown", Weight::Unknown).because(reason),
            Some(Outcome::Missing(answer)) => {
                let gone = row.clone().with("gone", Weight::Failure).because("the registry has no such package");
                signed(gone.advise(VENDOR), answer)
            }
            Some(Outcome::Known(answer)) => {
                let row = signed(row.clone(), answer);
                let row = match ecosystem {
                    "python" => python::judge(row, planned, &answer.package, target),
                    _ => archive::judge(row, planned, &answer.package),
                };
                standing(row, &answer.package)
            }
        };
        if row.outcome != "gone" {
            return row;
        }
        missing.get_or_insert(row);
    }
    missing.unwrap_or_else(|| row.with("unknown", Weight::Unknown).because("no registry was asked"))
}

/// What to do about something that is gone.
const VENDOR: &str =
    "look for it in the caches of a build machine or in the last image, and keep it in a store of your own";

fn signed(mut row: ArtifactRow, answer: &Answer) -> ArtifactRow {
    row.registry = Some(answer.registry.to_string());
    row.asked = Some(answer.asked);
    row
}

/// What is said of the package as a whole.
fn standing(row: ArtifactRow, package: &Package) -> ArtifactRow {
    let why = package.standing_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match package.standing {
        Some(Standing::Quarantined) if row.weight == Weight::Failure => {
            row.with("quarantined", Weight::Failure).because(format!("the registry holds the package back{why}"))
        }
        Some(standing @ (Standing::Deprecated | Standing::Archived)) if row.weight == Weight::Good => {
            let row = ArtifactRow { weight: Weight::Note, ..row };
            row.because(format!("the package is {}{why}", standing.word()))
        }
        _ => row,
    }
}

fn git(row: ArtifactRow, reference: Option<&str>) -> ArtifactRow {
    match reference {
        Some(commit) if is_commit(commit) || (commit.len() == 64 && commit.bytes().all(|b| b.is_ascii_hexdigit())) => {
            let row = ArtifactRow { locked_hash: Some(format!("git:{commit}")), ..row };
            row.with("pinned", Weight::Note)
                .because("locked to a commit; whether its repository still has it was not asked")
        }
        Some(other) => row
            .with("floating", Weight::Failure)
            .because(format!("git follows `{other}`, which is not a commit"))
            .advise("lock it to the commit that was deployed"),
        None => row
            .with("floating", Weight::Failure)
            .because("git follows whatever is newest")
            .advise("lock it to the commit that was deployed"),
    }
}

fn in_tree(row: ArtifactRow, at: &str) -> ArtifactRow {
    // Where a lockfile lies does not matter: only a path that climbs higher than it is deep leaves the repository,
    // and that the reader of the manifest says. An absolute path is of another machine for certain.
    let is_absolute = at.starts_with(['/', '~']) || at.contains(":\\") || at.starts_with("file:");
    if is_absolute {
        return row
            .with("outside", Weight::Failure)
            .because(format!("it comes from `{at}`, which is not part of the repository"))
            .advise("keep it in the repository or in a registry");
    }
    row.with("inside", Weight::Good)
}

fn address(row: ArtifactRow, planned: &Planned, at: &str) -> ArtifactRow {
    let hash = planned.locked.files.iter().flat_map(|file| &file.hashes).next();
    let shown = crate::address::without_credentials(at);
    match hash {
        Some(hash) => ArtifactRow { locked_hash: Some(hash.to_string()), ..row }
            .with("hashed", Weight::Warning)
            .because(format!("it comes from {shown}, which was not asked; its hash is locked"))
            .advise("run with --deep to see that it is still there"),
        None => row
            .with("unhashed", Weight::Failure)
            .because(format!("it comes from {shown}, and the lockfile has no hash of it"))
            .advise("keep a copy of your own, and lock its hash"),
    }
}

/// The release of a version, however it is spelled.
pub(super) fn release_of<'p>(package: &'p Package, version: &str) -> Option<&'p Release> {
    package.release(version).or_else(|| {
        let wanted = Version::from_str(version).ok()?;
        let is_same = |release: &&Release| Version::from_str(&release.version).is_ok_and(|version| version == wanted);
        package.releases.iter().find(is_same)
    })
}

/// How a locked file compares with an offered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// A hash is the same, and none differs.
    Same,
    /// A hash of the same algorithm differs.
    Differs,
    /// They have no algorithm in common.
    Incomparable,
}

/// Compares hashes; of several of one algorithm in the lockfile, any will do.
fn compare(locked: &LockedFile, offered: &Offered) -> Match {
    let mut result = Match::Incomparable;
    for hash in &offered.hashes {
        let mut same = locked.hashes.iter().filter(|own| own.algorithm == hash.algorithm).peekable();
        if same.peek().is_none() {
            continue;
        }
        if same.any(|own| own == hash) {
            result = Match::Same;
        } else {
            return Match::Differs;
        }
    }
    result
}
