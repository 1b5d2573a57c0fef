//! pnpm-lock.yaml line by line: the keys below `packages`.

use super::{Locked, Pin};

/// Reads a pnpm-lock.yaml.
pub(super) fn read(text: &str) -> Locked {
    let mut pins = Vec::new();
    let mut in_packages = false;
    let mut shape = "pnpm";
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if !line.starts_with(' ') {
            if line.starts_with("lockfileVersion:") && line.contains("5.") {
                // Keys were written otherwise, and peers counted as versions.
                shape = "pnpm-5";
            }
            in_packages = line.starts_with("packages:");
            continue;
        }
        let Some(key) = line.strip_prefix("  ").filter(|key| in_packages && !key.starts_with(' ')) else { continue };
        let Some(key) = key.trim_end().strip_suffix(':').or_else(|| key.split_once(": ").map(|(key, _)| key)) else {
            continue;
        };
        pins.extend(pin(key.trim_matches(['\'', '"'])));
    }
    Locked::new(shape, pins)
}

/// A key: `/@a/b/1.2.3_peer`, `/@a/b@1.2.3(peer@1)` or `@a/b@1.2.3`.
fn pin(key: &str) -> Option<Pin> {
    let key = key.split('(').next()?;
    let bare = key.strip_prefix('/').unwrap_or(key);
    let (name, version) = match bare.get(1..)?.find('@').map(|at| at + 1) {
        Some(at) => (&bare[..at], &bare[at + 1..]),
        None => bare.rsplit_once('/')?,
    };
    let version = version.split('_').next()?;
    if version.starts_with("file:") || version.starts_with("link:") {
        return None;
    }
    let is_release = version.starts_with(|c: char| c.is_ascii_digit());
    let source = if is_release { "registry" } else { version };
    Some(Pin { name: name.into(), version: version.into(), source: source.into() })
}
