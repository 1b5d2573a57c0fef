//! The numbers of one thing in one run, by the verb that measures them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// What a lockfile is behind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdatePoint {
    /// The service.
    pub service: String,
    /// The lockfile.
    pub lock: String,
    /// Packages that registries can be asked about.
    pub packages: usize,
    /// Packages with a newer version that could be taken.
    pub outdated: usize,
    /// Packages to act on now.
    pub act_now: usize,
    /// The sum of the days since the first newer version of each, in years.
    pub lag_years: f64,
    /// The sum of the years between locked and newest versions.
    pub libyears: f64,
}

/// Whether the environment of a service can be had again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RehearsalPoint {
    /// The service.
    pub service: String,
    /// The revision, as it was given; empty for the files as they are.
    #[serde(default)]
    pub rev: String,
    /// `recreatable`, `warnings`, `unknown`, `not-recreatable`.
    pub verdict: String,
    /// Everything that was looked at.
    pub artifacts: usize,
    /// What cannot be had as it was.
    pub lost: usize,
    /// What could not be found out.
    pub unknown: usize,
}

impl RehearsalPoint {
    /// Whether the environment can be built again; `None` where that is unknown.
    pub fn is_recreatable(&self) -> Option<bool> {
        match self.verdict.as_str() {
            "recreatable" | "warnings" => Some(true),
            "not-recreatable" => Some(false),
            _ => None,
        }
    }

    /// The share of artifacts that can be had; `None` while some are unknown.
    pub fn share(&self) -> Option<f64> {
        let is_known = self.unknown == 0 && self.artifacts > 0;
        is_known.then(|| self.artifacts.saturating_sub(self.lost) as f64 / self.artifacts as f64)
    }
}
