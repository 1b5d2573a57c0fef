//! Packages that are one archive: npm's and crates.

use super::{Match, VENDOR, compare, release_of};
use crate::rehearse::Planned;
use crate::rehearse::rows::{ArtifactRow, Weight};
use crate::upstream::{Offered, Package};

/// Judges a package that its registry knows.
pub(super) fn judge(mut row: ArtifactRow, planned: &Planned, package: &Package) -> ArtifactRow {
    let Some(release) =
        package.release(&planned.locked.version).or_else(|| release_of(package, &planned.locked.version))
    else {
        return row
            .with("gone", Weight::Failure)
            .because(format!("the registry no longer has version {}", planned.locked.version))
            .advise(VENDOR);
    };
    let Some(locked) = planned.locked.files.first() else {
        return row.with("unknown", Weight::Unknown).because("the lockfile names no file");
    };
    let Some(offered) = release.files.first() else {
        return row.with("gone", Weight::Failure).because("the registry offers no archive of it").advise(VENDOR);
    };
    row.file.clone_from(&locked.name);
    row.locked_hash = locked.hashes.iter().max_by_key(|hash| hash.algorithm).map(ToString::to_string);
    row.offered_hash = shown(offered, &locked.hashes);
    if locked.hashes.is_empty() {
        return unhashed(row, locked.own_checksum);
    }
    match compare(locked, offered) {
        Match::Differs => row
            .with("changed", Weight::Failure)
            .because("the registry offers another archive under the same name: its hash differs")
            .advise("do not install it before somebody has looked at the difference; look for the old one in a cache"),
        Match::Incomparable => {
            row.with("unknown", Weight::Unknown).because("the registry tells no hash of the kind that the lockfile has")
        }
        Match::Same if release.withdrawal.is_yanked() => row
            .with("yanked", Weight::Warning)
            .because("its owners have yanked this version; an exact lockfile still installs it")
            .advise("move to a version that is not yanked"),
        Match::Same => match &release.deprecated {
            Some(reason) => row.with("offered", Weight::Note).because(format!("this version is deprecated: {reason}")),
            None => row.with("offered", Weight::Good),
        },
    }
}

/// The offered hash that is comparable with the one shown of the lockfile.
fn shown(offered: &Offered, locked: &[crate::upstream::Hash]) -> Option<String> {
    let wanted = locked.iter().filter(|hash| offered.hashes.iter().any(|other| other.algorithm == hash.algorithm));
    let wanted = wanted.max_by_key(|hash| hash.algorithm).map(|hash| hash.algorithm);
    let found = offered.hashes.iter().find(|hash| Some(hash.algorithm) == wanted);
    found.or_else(|| offered.hashes.first()).map(ToString::to_string)
}

fn unhashed(row: ArtifactRow, own_checksum: bool) -> ArtifactRow {
    if own_checksum {
        return row.with("own-checksum", Weight::Warning).because(
            "the version is offered; Yarn's checksum is of an archive it makes itself, which only an install compares",
        );
    }
    row.with("unhashed", Weight::Warning)
        .because("the version is offered, but the lockfile has no hash to compare it with")
        .advise("write the lockfile anew with hashes")
}
