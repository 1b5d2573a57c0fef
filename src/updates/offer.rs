//! What a registry offers of a package, in the order of versions.

use crate::day::Day;
use crate::release::Release;
use crate::upstream::{self, Package};

/// A release that is offered.
#[derive(Debug, Clone)]
pub(crate) struct Offer<'t> {
    /// Its version.
    pub(crate) release: Release,
    /// What the registry says of it.
    pub(crate) told: &'t upstream::Release,
}

impl Offer<'_> {
    /// The day it was published, where the registry tells.
    pub(crate) fn published(&self) -> Option<Day> {
        self.told.published
    }

    fn is_usable(&self) -> bool {
        !self.told.withdrawal.is_yanked() && self.told.deprecated.is_none()
    }
}

/// All releases of a package that have a place in the order, oldest first. A Python release without files is none.
pub(crate) fn offers<'t>(package: &'t Package, ecosystem: &str) -> Vec<Offer<'t>> {
    let read = |told: &'t upstream::Release| {
        let is_gone = ecosystem == "python" && told.files.is_empty();
        let release = Release::parse(ecosystem, &told.version).filter(|_| !is_gone)?;
        Some(Offer { release, told })
    };
    let mut offers: Vec<Offer<'t>> = package.releases.iter().filter_map(read).collect();
    offers.sort_by(|a, b| a.release.compare(&b.release).then_with(|| a.release.text.cmp(&b.release.text)));
    offers
}

/// The releases that a team would move to from the locked version: newer, not withdrawn, not deprecated, and to be
/// tried only where the locked one is too. What npm's owners have not tagged as the latest yet is left out.
pub(crate) fn newer<'o, 't>(offers: &'o [Offer<'t>], locked: &Release, package: &Package) -> Vec<&'o Offer<'t>> {
    let tagged = package.tagged_latest.as_deref();
    let tagged =
        tagged.and_then(|text| offers.iter().find(|offer| offer.release.text == text)).map(|offer| &offer.release);
    let is_ahead = |release: &Release| tagged.is_some_and(|tag| release.is_after(tag) && !locked.is_after(tag));
    let all_deprecated = offers.iter().all(|offer| offer.told.deprecated.is_some());
    offers
        .iter()
        .filter(|offer| offer.release.is_after(locked))
        .filter(|offer| offer.is_usable() || (all_deprecated && !offer.told.withdrawal.is_yanked()))
        .filter(|offer| locked.is_prerelease() || !offer.release.is_prerelease())
        .filter(|offer| !is_ahead(&offer.release))
        .collect()
}
