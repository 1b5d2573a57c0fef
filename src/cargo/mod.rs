//! What Cargo's own files mean: manifests, sources and lockfiles, each with its places.
//!
//! Shared by the readers, which make facts of them, and by the derivation that compares a
//! lockfile with its workspace. Nothing here looks across files.

pub mod features;
mod kinds;
pub mod lock;
pub mod manifest;
pub mod refusal;
pub mod source;
