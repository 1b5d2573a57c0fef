//! Bundler's own arithmetic: what a Gemfile says without running it, versions of gems, requirements, platforms, and what is
//! followed of a git repository.

mod follows;
pub mod gemfile;
pub mod platform;
pub mod requirement;
mod ruby;

pub use follows::Follows;
