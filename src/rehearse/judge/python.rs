//! Packages of Python: many files, of which the target installs one.

use std::collections::BTreeMap;

use super::{Match, VENDOR, compare, release_of};
use crate::python::wheel::WheelName;
use crate::rehearse::Planned;
use crate::rehearse::locked::LockedFile;
use crate::rehearse::rows::{ArtifactRow, Weight};
use crate::rehearse::target::Target;
use crate::upstream::{Offered, Package, Release};

/// A locked file and what became of it.
struct Checked<'p> {
    name: String,
    locked: &'p LockedFile,
    offered: Option<&'p Offered>,
    result: Option<Match>,
}

/// Judges a package that its registry knows.
pub(super) fn judge(row: ArtifactRow, planned: &Planned, package: &Package, target: &Target) -> ArtifactRow {
    let locked = &planned.locked;
    let Some(release) = release_of(package, &locked.version) else {
        return row
            .with("gone", Weight::Failure)
            .because(format!("the index no longer has version {}", locked.version))
            .advise(VENDOR);
    };
    if locked.files.iter().all(|file| file.hashes.is_empty()) {
        return unhashed(row, release);
    }
    let checked = check(&locked.files, package, release);
    let row = match rivals(&checked, release, target) {
        Some(reason) => row.with("unknown", Weight::Unknown).because(reason).advise(VENDOR),
        None => decide(row, &checked, target),
    };
    let row = elsewhere(row, &checked);
    withdrawn(row, release, &checked)
}

/// Why it cannot be told which file was meant: the lockfile names none, one of its hashes is offered by nobody, and
/// the file that fits the target best has none of them.
fn rivals(checked: &[Checked<'_>], release: &Release, target: &Target) -> Option<String> {
    let is_lost = checked.iter().any(|file| file.name.is_empty());
    let meant = checked.iter().filter_map(|file| fit(&file.name, target)).max()?;
    let best =
        release.files.iter().filter_map(|file| Some((fit(&file.name, target)?, file))).max_by_key(|(fit, _)| *fit);
    let (_, file) = best.filter(|(best, _)| is_lost && *best > meant)?;
    Some(format!(
        "one of its hashes is offered by nobody, and {}, which fits the target best, has none of the others",
        file.name
    ))
}

/// The locked file that the target installs, with the offered one, where it is still the same.
pub(in crate::rehearse) fn installed<'p>(
    files: &'p [LockedFile],
    package: &'p Package,
    release: &'p Release,
    target: &Target,
) -> Option<(&'p LockedFile, &'p Offered)> {
    let checked = check(files, package, release);
    let same = checked.into_iter().filter(|file| file.result == Some(Match::Same));
    let best = same.filter_map(|file| Some((fit(&file.name, target)?, file)));
    let (_, file) = best.max_by(|(a, one), (b, other)| a.cmp(b).then_with(|| other.name.cmp(&one.name)))?;
    Some((file.locked, file.offered?))
}

/// Pairs each locked file with the offered one: by its name, or by its hash where it has no name.
fn check<'p>(files: &'p [LockedFile], package: &'p Package, release: &'p Release) -> Vec<Checked<'p>> {
    let offered = package.releases.iter().flat_map(|release| &release.files);
    let named: BTreeMap<&str, &Offered> = offered.map(|file| (&*file.name, file)).collect();
    let mut checked = Vec::with_capacity(files.len());
    for locked in files {
        let by_name = locked.name.as_deref().and_then(|name| named.get(name).copied());
        let by_hash = || release.files.iter().find(|file| compare(locked, file) == Match::Same);
        let found = by_name.or_else(by_hash);
        checked.push(Checked {
            name: found.map(|file| file.name.to_string()).or_else(|| locked.name.clone()).unwrap_or_default(),
            locked,
            offered: found,
            result: found.map(|file| compare(locked, file)),
        });
    }
    checked
}

/// What is installed on the target, and whether it is still to be had.
fn decide(mut row: ArtifactRow, checked: &[Checked<'_>], target: &Target) -> ArtifactRow {
    let is_named = checked.iter().all(|file| !file.name.is_empty());
    if target.python.is_none() && checked.iter().any(|file| is_binary(&file.name)) {
        return undetermined(row, checked);
    }
    let best = checked
        .iter()
        .filter_map(|file| Some((fit(&file.name, target)?, file)))
        .max_by(|(a, one), (b, other)| a.cmp(b).then_with(|| other.name.cmp(&one.name)));
    let Some((fit, file)) = best else {
        if !is_named {
            let outcome = if checked.iter().any(|file| file.offered.is_some()) { "no-file" } else { "gone" };
            return row
                .with(outcome, Weight::Failure)
                .because("of the locked hashes none is that of a file that the index offers for the target")
                .advise(VENDOR);
        }
        return row
            .with("no-file", Weight::Failure)
            .because(format!("no locked file is for {}", target.words()))
            .advise("name the machine it is deployed to with --target, or lock it for that one");
    };
    row.file = Some(file.name.clone()).filter(|name| !name.is_empty());
    row.locked_hash = file.locked.hashes.first().map(ToString::to_string);
    row.offered_hash = file.offered.and_then(|offered| offered.hashes.first()).map(ToString::to_string);
    match file.result {
        None => gone(row, checked, target),
        Some(Match::Differs) => row
            .with("changed", Weight::Failure)
            .because("the index offers another file under the same name: its hash differs")
            .advise("do not install it before somebody has looked at the difference; look for the old one in a cache"),
        Some(Match::Incomparable) => {
            row.with("unknown", Weight::Unknown).because("the index tells no hash of the kind that the lockfile has")
        }
        Some(Match::Same) if fit == SOURCE => row
            .with("source-build", Weight::Warning)
            .because("only its source is there for the target; what building it needs is not locked")
            .advise("keep the wheel that was built for production"),
        Some(Match::Same) => row.with("offered", Weight::Good),
    }
}

/// A wheel's fit is never as low as that of a source archive.
const SOURCE: (u64, u64, u64) = (0, 0, 0);

fn fit(name: &str, target: &Target) -> Option<(u64, u64, u64)> {
    if WheelName::parse(name).is_some() {
        if target.python.is_none() {
            return Some((1, 0, 0));
        }
        return target.fit(name).map(|(python, platform)| (1, python, platform));
    }
    let is_source = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"].iter().any(|end| name.ends_with(end));
    is_source.then_some(SOURCE)
}

/// Whether a file is for some interpreters or machines only.
fn is_binary(name: &str) -> bool {
    WheelName::parse(name).is_some_and(|wheel| !wheel.is_pure())
}

/// Nothing tells which file the target takes: all of them must be there.
fn undetermined(row: ArtifactRow, checked: &[Checked<'_>]) -> ArtifactRow {
    const WHY: &str = "no Python version is stated exactly enough to tell which file is installed";
    let is_fine = |file: &Checked<'_>| file.result == Some(Match::Same);
    match checked.iter().find(|file| !is_fine(file)) {
        None => row.with("offered", Weight::Good),
        Some(file) => {
            let what = if file.offered.is_some() { "has another hash" } else { "is gone" };
            let row = ArtifactRow { file: Some(file.name.clone()), ..row };
            row.with("unknown", Weight::Unknown)
                .because(format!("{} {what}, and {WHY}", file.name))
                .advise("name the machine with --target, such as python3.12-linux-x86_64")
        }
    }
}

fn gone(row: ArtifactRow, checked: &[Checked<'_>], target: &Target) -> ArtifactRow {
    let left = checked.iter().find(|file| file.result == Some(Match::Same) && fit(&file.name, target).is_some());
    let advice = match left {
        Some(file) => format!("{} is still there and locked; or {VENDOR}", file.name),
        None => VENDOR.to_owned(),
    };
    row.with("gone", Weight::Failure).because("the file that the target installs is no longer offered").advise(advice)
}

/// Locked files that the target does not install and that have changed or are gone.
fn elsewhere(row: ArtifactRow, checked: &[Checked<'_>]) -> ArtifactRow {
    if row.weight > Weight::Warning {
        return row;
    }
    let changed = checked.iter().find(|file| file.result == Some(Match::Differs));
    if let Some(file) = changed {
        let row = ArtifactRow {
            locked_hash: file.locked.hashes.first().map(ToString::to_string),
            offered_hash: file.offered.and_then(|offered| offered.hashes.first()).map(ToString::to_string),
            file: Some(file.name.clone()),
            ..row
        };
        return row
            .with("changed", Weight::Warning)
            .because(format!("{} has another hash at the index; the target does not install it", file.name))
            .advise("find out why before you trust the others");
    }
    let gone = checked.iter().filter(|file| file.offered.is_none()).count();
    if gone > 0 && row.weight == Weight::Good {
        let reason =
            format!("{gone} of {} locked files, not those of the target, are no longer offered", checked.len());
        return ArtifactRow { weight: Weight::Note, ..row }.because(reason);
    }
    row
}

fn withdrawn(row: ArtifactRow, release: &Release, checked: &[Checked<'_>]) -> ArtifactRow {
    if row.weight > Weight::Warning {
        return row;
    }
    let installed = checked.iter().find(|file| Some(&file.name) == row.file.as_ref()).and_then(|file| file.offered);
    let withdrawal = installed.map_or(&release.withdrawal, |file| &file.withdrawal);
    if !withdrawal.is_yanked() && !release.withdrawal.is_yanked() {
        return row;
    }
    let why = withdrawal.reason().or_else(|| release.withdrawal.reason());
    let why = why.map(|reason| format!(": {reason}")).unwrap_or_default();
    row.with("yanked", Weight::Warning)
        .because(format!("it was yanked{why}; an exact lockfile still installs it"))
        .advise("move to a version that is not yanked")
}

fn unhashed(row: ArtifactRow, release: &Release) -> ArtifactRow {
    if release.files.is_empty() {
        return row.with("gone", Weight::Failure).because("the index offers no file of this version").advise(VENDOR);
    }
    row.with("unhashed", Weight::Warning)
        .because("the version is offered, but the lockfile has no hash to compare it with")
        .advise("write the lockfile anew with hashes")
}
