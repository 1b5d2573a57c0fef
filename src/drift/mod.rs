//! Distances that need more than one tree: what lockfiles and packages became since a base revision, and what an
//! installed environment holds besides what is locked.

mod installed;
mod locks;
mod sizes;

pub use installed::{Installed, InstalledRow, installed_changes, lockfile_for};
pub use locks::{Change, LockChangeRow, PackageChange, lock_changes};
pub use sizes::{SizeChangeRow, size_changes};
