//! Patches: the hash that Yarn puts into the locator of a patched package.

use std::sync::Arc;

use super::Checking;
use crate::berry::{descriptor, patch_file};
use crate::path;

/// Compares the hash of an entry with that of its patch files.
pub(super) fn compare(checking: &mut Checking<'_>, at: usize) {
    let lock = checking.lock;
    let entry = &lock.entries[at];
    let reference = entry.reference();
    let asker = descriptor::parameter(reference, "locator").unwrap_or_default();
    let base = asker.rsplit_once("@workspace:").map_or(".", |(_, directory)| directory);
    let base = path::join(&checking.directory, base).unwrap_or_default();
    let version = descriptor::parameter(reference, "version").unwrap_or_default();
    let mut texts = Vec::new();
    for name in descriptor::patches(reference) {
        let name = descriptor::patch_path(name);
        // The patches that Yarn brings along change with its releases.
        if name.trim_start_matches('~').starts_with("builtin<") {
            return;
        }
        let file = match name.strip_prefix("~/") {
            Some(name) => path::join(&checking.directory, name),
            None => path::join(&base, name),
        };
        let Some(file) = file else { return };
        if !checking.seen.around.files.can_follow(&file) {
            return checking.refuse(format!("the patch {name} of {} is not there", entry.name()), Some(entry.span));
        }
        let found = checking.seen.facts.settings.iter().find(|one| *one.header.path == *file);
        let Some(text) = found.and_then(|one| one.text.as_ref()) else { return };
        texts.push((Arc::<str>::from(file.as_str()), text));
    }
    let Some(recorded) = descriptor::parameter(reference, "hash") else { return };
    let plain: Vec<&str> = texts.iter().map(|(_, text)| &***text).collect();
    match patch_file::hash(&plain, &version) {
        Some(hash) if hash == recorded => {}
        Some(hash) => {
            let name = entry.name().to_owned();
            let explanation = format!("the patch of {name} is not the one that the lockfile was made with");
            let place = texts.first().map(|(file, _)| {
                let found = checking.seen.facts.settings.iter().find(|one| *one.header.path == **file);
                (Arc::clone(file), found.map_or(entry.span, |one| one.header.span))
            });
            checking.differ("source", &name, &hash, place, Some((&recorded, entry.resolution.span)), explanation);
        }
        None => {
            let name = entry.name().to_owned();
            checking.refuse(format!("the patch of {name} cannot be read"), Some(entry.span));
        }
    }
}
