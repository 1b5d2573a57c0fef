//! Cargo.lock.

use crate::cargo::lock;
use crate::rehearse::locked::{Locked, LockedFile, Source};
use crate::syntax::Document;
use crate::upstream::{Algorithm, Hash};

/// Cargo.lock of any version.
pub(super) fn cargo(document: &Document) -> Result<Vec<Locked>, String> {
    let lock = lock::read(document).map_err(|fault| fault.message)?;
    let mut all = Vec::new();
    for entry in &lock.packages {
        let mut locked = Locked::new(entry.name.as_ref(), entry.version.as_ref(), entry.name_span);
        locked.source = match entry.source.as_deref() {
            None => Source::Own,
            Some(source) if source.starts_with("git+") => match source.rsplit_once('#') {
                Some((at, commit)) => Source::Git(at.to_owned(), Some(commit.to_owned())),
                None => Source::Git(source.to_owned(), None),
            },
            Some(source) => Source::Registry(Some(source.to_owned())),
        };
        let hash = entry.checksum.as_deref().and_then(|digits| Hash::from_hex(Algorithm::Sha256, digits));
        if let Source::Registry(_) = locked.source {
            let name = format!("{}-{}.crate", entry.name, entry.version);
            locked.files = vec![LockedFile::named(&name, hash.into_iter().collect())];
        }
        all.push(locked);
    }
    Ok(all)
}
