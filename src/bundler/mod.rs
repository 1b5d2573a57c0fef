//! Bundler's own arithmetic: what a Gemfile says without running it, versions of gems, requirements.

pub mod gemfile;
pub mod requirement;
mod ruby;
