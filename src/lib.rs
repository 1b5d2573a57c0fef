//! reproof: a CI policy checker and reproducibility linter.
//!
//! It reads a repository, never runs it. Data flows one way:
//!
//! ```text
//! discover -> read -> follow -> derive -> rules -> findings -> reports
//! ```
//!
//! Files become facts (typed, each value with its place), facts are judged by rules (one
//! TOML file each, in `rules/`), and what the rules find is written by reporters.

pub mod address;
pub mod artifact;
pub mod baseline;
pub mod berry;
pub mod bun;
pub mod bundler;
pub mod cadence;
pub mod cargo;
pub mod cdk;
pub mod chalice;
pub mod cli;
pub mod cloudformation;
pub mod command;
pub mod compare;
pub mod composer;
pub mod conda;
pub mod config;
pub mod day;
pub mod derive;
pub mod discover;
pub mod drift;
pub mod engine;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod focus;
pub mod follow;
pub mod git;
pub mod golang;
pub mod handler;
pub mod history;
pub mod image_files;
pub mod init;
pub mod inventory;
pub mod jssource;
pub mod limits;
pub mod literal;
pub mod lock_formats;
pub mod lock_use;
pub mod nearest;
pub mod node;
pub mod number;
pub mod package;
pub mod path;
pub mod pin;
pub mod pnpm;
pub mod printable;
pub mod pysource;
pub mod python;
pub mod read;
pub mod rehearse;
pub mod release;
pub mod report;
pub mod rows;
pub mod rule;
pub mod runtimes;
pub mod sample;
pub mod scan;
pub mod serverless;
pub mod severity;
pub mod shell;
pub mod source;
pub mod steps;
pub mod suppress;
pub mod syntax;
pub mod terraform;
pub mod tree;
pub mod trend;
pub mod updates;
pub mod upstream;
pub mod value;
pub mod version;
pub mod words;
pub mod write;
