//! The lockfiles that the environments which jobs keep may be installed from.

use std::collections::BTreeMap;

use crate::facts::{Cache, Count, Facts};
use crate::sample::is_sample;

/// Counts for each cache the lockfiles of the language of its environments.
pub(super) fn count(facts: &mut Facts) {
    let mut lockfiles: BTreeMap<String, i64> = BTreeMap::new();
    for lockfile in facts.lockfiles.iter().filter(|lockfile| !is_sample(&lockfile.header.path)) {
        *lockfiles.entry(lockfile.ecosystem.clone()).or_default() += 1;
    }
    for cache in &mut facts.caches {
        cache.lockfile_count = Count(ecosystems(cache).filter_map(|name| lockfiles.get(name)).sum());
    }
}

fn ecosystems(cache: &Cache) -> impl Iterator<Item = &'static str> {
    let of = |path: &String| match path.as_str() {
        path if path.contains("node_modules") => "node",
        path if path.contains("vendor/bundle") => "ruby",
        _ => "python",
    };
    let mut found: Vec<&str> = cache.environments.iter().map(of).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter()
}
