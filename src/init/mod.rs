//! The files of a first day: a commented configuration fitted to a repository, workflows, and an entry for pre-commit.
//!
//! Texts only: nothing here reads or writes files.

mod config;
mod hook;
mod origin;
mod workflow;

pub use config::{RuleSeen, Seen, config};
pub use hook::{HookError, add_hooks};
pub use origin::Origin;
pub use workflow::{weekly, workflow};
