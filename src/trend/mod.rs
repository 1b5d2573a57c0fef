//! Trends: one line a run, `reproof-trend/1`, kept in files that grow, and what many such lines show.

pub mod changed;
pub mod chart;
pub mod emit;
pub mod fleet;
pub mod page;
pub mod sparkline;
pub mod store;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Services by path.
    #[serde(default)]
    pub services: Vec<ServicePoint>,
    /// Lockfiles by path: `metrics` only.
    #[serde(default)]
    pub outcomes: Vec<OutcomePoint>,
    /// Rates of reproducibility: `metrics --records` only.
    #[serde(default)]
    pub reproducibility: Option<RatePoint>,
}

/// The numbers of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServicePoint {
    /// Its directory; `.` for the root.
    pub path: String,
    /// Errors in it.
    pub errors: usize,
    /// Warnings in it.
    pub warnings: usize,
    /// Notes in it.
    #[serde(default)]
    pub notes: usize,
    /// Findings that the baseline accepts.
    #[serde(default)]
    pub baselined: usize,
    /// Lockfiles in it.
    #[serde(default)]
    pub locks_total: usize,
    /// Lockfiles in it that are fresh.
    #[serde(default)]
    pub locks_fresh: usize,
    /// Packages that its lockfiles lock.
    #[serde(default)]
    pub packages_total: i64,
}

/// The outcomes of a lockfile; medians with their n.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomePoint {
    /// The service.
    pub service: String,
    /// The lockfile.
    pub lock: String,
    /// Commits that changed its packages.
    pub lock_events: usize,
    /// The share of whole weeks with a lock event.
    pub weekly_share: Option<f64>,
    /// How many whole weeks there are.
    pub weeks: usize,
    /// The median of days between lock events.
    pub cadence_days_median: Option<f64>,
    /// The median of packages that took another version at once.
    pub batch_median: Option<f64>,
    /// Confirmed rollbacks.
    pub rollbacks_confirmed: usize,
    /// Confirmed rollbacks and requirements tightened in a hurry.
    pub emergency_changes: usize,
    /// The median of hours to recover.
    pub time_to_recover_hours_median: Option<f64>,
    /// How many recoveries there are.
    pub time_to_recover_n: usize,
    /// The share of the time in which the lockfile agreed with its manifests.
    pub fresh_wall_time: Option<f64>,
    /// How many states that rests on.
    pub fresh_n: usize,
}

/// How often builds of one source agree.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RatePoint {
    /// The share with the same inputs.
    pub inputs: Option<f64>,
    /// The share with the same content.
    pub content: Option<f64>,
    /// The share with the same bytes.
    pub bytes: Option<f64>,
    /// The share of sources with two records or more.
    pub coverage: Option<f64>,
    /// Sources whose builds were compared.
    pub compared: usize,
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
