//! Trends: one line a run, `reproof-trend/1`, kept in files that grow, and what many such lines show.

pub mod changed;
pub mod chart;
pub mod emit;
pub mod fleet;
mod newest;
pub mod page;
pub mod point;
pub mod sparkline;
pub mod store;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::point::{OutcomePoint, RatePoint, RehearsalPoint, ServicePoint, UpdatePoint};

/// The schema of the lines that this version writes and reads.
pub const SCHEMA: &str = "reproof-trend/1";

/// The numbers of one run. `null` is not measured, 0 is measured zero.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "reproof-trend/1")]
pub struct Line {
    /// `reproof-trend/1`.
    pub schema: String,
    /// When the run began, `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
    /// The verb.
    pub command: String,
    /// The version of reproof.
    #[serde(default)]
    pub tool: String,
    /// The repository: the last parts of the address of its `origin`, else the name of its directory.
    pub repository: String,
    /// The commit of `HEAD`.
    #[serde(default)]
    pub commit: Option<String>,
    /// A tag of that commit.
    #[serde(default)]
    pub release: Option<String>,
    /// How long the run took.
    #[serde(default)]
    pub duration_ms: Option<u64>,
    /// Findings that count, by rule.
    #[serde(default)]
    pub rules: BTreeMap<String, usize>,
    /// The numbers of the report's section `metrics`; `null` for verbs that do not measure them.
    #[serde(default)]
    pub metrics: Option<serde_json::Map<String, serde_json::Value>>,
    /// Services by path: `check` only.
    #[serde(default)]
    pub services: Vec<ServicePoint>,
    /// Lockfiles by path: `metrics` only.
    #[serde(default)]
    pub outcomes: Vec<OutcomePoint>,
    /// Lockfiles by path: `updates` only.
    #[serde(default)]
    pub updates: Vec<UpdatePoint>,
    /// Services by path, at the newest revision that was rehearsed: `rehearse` only.
    #[serde(default)]
    pub rehearsal: Vec<RehearsalPoint>,
    /// Rates of reproducibility: `metrics --records` only.
    #[serde(default)]
    pub reproducibility: Option<RatePoint>,
}

impl Line {
    /// The day of the run.
    pub fn day(&self) -> Option<crate::day::Day> {
        crate::day::Day::parse(&self.time)
    }

    /// The name of a service among those of other repositories.
    pub fn project(&self, service: &str) -> String {
        if service == "." { self.repository.clone() } else { format!("{}/{service}", self.repository) }
    }
}
