//! What bun.lock records. Pure functions over trees; nothing here compares it with a manifest.

pub mod lock;
