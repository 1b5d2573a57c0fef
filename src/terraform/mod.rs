//! Terraform: what its texts mean, and the functions, sources and queues that a repository's modules declare.
//!
//! Expressions are worked out as far as variables, locals and local modules tell; nothing is
//! fetched, no provider is asked. What depends on state or on the deployment is unknown.

mod call;
mod code;
mod declare;
mod evaluate;
mod event;
mod expand;
mod function;
mod known;
mod layer;
mod module;
mod operator;
mod optional;
mod permission;
mod pipe;
mod required;
mod state_machine;
mod term;
#[cfg(test)]
mod tests;
mod version;

pub use declare::declared;
pub use module::Part;
pub use required::{Call, Need, Required, is_configuration, required};
pub use version::{Constraints, git_reference, is_provider, module_kind, normal_version, provider, source_fault};
