//! What pnpm-lock.yaml records, from format 5.3 to 9, and how its parts name each other.
//!
//! Pure functions over trees; nothing here compares a lockfile with a manifest.

pub mod conflict;
pub mod hash;
pub mod key;
pub mod lock;
pub mod workspace;

/// The path of a file in a directory; the root is empty.
pub fn beside(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
