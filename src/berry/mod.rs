//! yarn.lock of Yarn 2 and later (Berry): descriptors, locators, entries, and the text that Yarn writes of them.
//!
//! Pure functions over texts and trees; nothing here compares a lockfile with a manifest.

pub mod descriptor;
pub mod extensions;
pub mod hash;
pub mod lock;
pub mod patch_file;
pub mod render;
pub mod settings;
