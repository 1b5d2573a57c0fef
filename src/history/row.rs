//! The rows of `outcomes[]` in the report.

use schemars::JsonSchema;
use serde::Serialize;

use super::measure::Spread;
use crate::number::Hundredths;

/// The commits that were walked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryRow {
    /// The newest commit.
    pub commit: Option<String>,
    /// How many commits there are along first parents.
    pub commits: usize,
    /// The day of the oldest one.
    pub first: Option<String>,
    /// The day of the newest one.
    pub last: Option<String>,
    /// The day from which on events count; `null` for all.
    pub since: Option<String>,
    /// How changes reach the branch: `merge`, `squash or rebase`, `mixed`.
    pub merge_style: &'static str,
    /// Commits whose time contradicts their neighbours; they count as made when the one before was.
    pub clock_jumps: usize,
    /// Within so many days of an upgrade a step back undoes it.
    pub window_days: i64,
    /// Lockfiles that stand today and are not measured, with the reason.
    pub not_measured: Vec<String>,
}

/// The outcomes of a lockfile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OutcomeRow {
    /// The service it belongs to; `.` for the root.
    pub service: String,
    /// Its path today.
    pub lock: String,
    /// The tool that writes it today.
    pub tool: String,
    /// The day of its first version that counts; `null` when history has none.
    pub first: Option<String>,
    /// The day of its newest version.
    pub last: Option<String>,
    /// Commits that brought a version of it.
    pub lock_commits: usize,
    /// Commits that changed its packages: other names, versions or sources. Other hashes or another form do not count.
    pub lock_events: usize,
    /// Versions that cannot be read.
    pub unread: usize,
    /// Days from one lock event to the next.
    pub cadence_days: Spread,
    /// The share of whole weeks with a lock event; `null` when no week is whole.
    pub weekly_share: Option<f64>,
    /// How many whole weeks there are.
    pub weeks: usize,
    /// Packages that took another version at once.
    pub batch: BatchRow,
    /// The share of lock events made by a program.
    pub bot_share: Option<f64>,
    /// What was taken back.
    pub rollbacks: RollbackRow,
    /// Confirmed rollbacks, and requirements tightened in a hurry.
    pub emergency_changes: usize,
    /// The same for 30 days; `null` for a history shorter than that.
    pub emergency_per_30_days: Option<f64>,
    /// The same for 100 lock events; `null` when there are fewer than 20.
    pub emergency_per_100_events: Option<f64>,
    /// Hours from the upgrade to the rollback that undoes it: exposure on the branch, not outage. With `--incidents`, from start to recovery.
    pub time_to_recover_hours: RecoveryRow,
    /// How much of the time the lockfile agreed with its manifests.
    pub fresh_share: FreshRow,
    /// What happened in each month, the oldest first; months in which nothing did among them.
    pub months: Vec<MonthRow>,
    /// What happened, the newest first: rollback, possible-rollback, regression, downgrade, emergency-pin, moved, reset.
    pub events: Vec<EventRow>,
}

/// Packages that took another version at once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct BatchRow {
    /// Median, 90th percentile, count.
    #[serde(flatten)]
    pub spread: Spread,
    /// The largest.
    pub largest: usize,
    /// The share of batches of one package.
    pub single_share: Option<f64>,
    /// The share of batches of more than 20 packages.
    pub over_20_share: Option<f64>,
}

/// What was taken back, in commits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RollbackRow {
    /// With evidence.
    pub confirmed: usize,
    /// Exactly the version before and nothing else, without further evidence.
    pub possible: usize,
    /// Old versions that came back beside other changes.
    pub lock_regressions: usize,
    /// Versions that went down to ones that the lockfile had not before.
    pub downgrades: usize,
}

/// Times to recover, and what they are taken from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RecoveryRow {
    /// Median, 90th percentile, count.
    #[serde(flatten)]
    pub spread: Spread,
    /// `history` or `incidents`.
    pub source: String,
}

/// How much of the time a lockfile agreed with its manifests.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct FreshRow {
    /// The share of decided states that are fresh; `null` when none is decided.
    pub commits: Option<f64>,
    /// The share of decided time in which it was fresh; `null` likewise.
    pub wall_time: Option<f64>,
    /// The longest time in a row in which it was not, in hours; `null` likewise.
    pub longest_stale_hours: Option<f64>,
    /// How many states were decided.
    pub n: usize,
    /// How many states could not be decided.
    pub undecided: usize,
    /// How many states there are; the newest were looked at.
    pub states: usize,
}

/// A month of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MonthRow {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Commits that changed its packages.
    pub lock_events: usize,
    /// Packages that took another version.
    pub packages: usize,
    /// Confirmed rollbacks.
    pub rollbacks: usize,
    /// How old its packages were at the end of the month; `null` where no registry cache tells.
    pub age: Option<AgeRow>,
}

/// How old the packages of a lockfile were on a day, by the dates that registries tell now. A release counts once it
/// was there and while it is not withdrawn; what was deleted since is not seen, and cool-downs are not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgeRow {
    /// The day.
    pub day: String,
    /// Packages from registries that were locked.
    pub packages: usize,
    /// Those of which the registry cache knows all days; the other numbers are theirs.
    pub known: usize,
    /// Packages that had a newer release.
    pub outdated: usize,
    /// The median of the days since the locked versions were published; `null` for fewer than 3 packages.
    pub age_days_median: Option<i64>,
    /// The years since the first newer release of each package, summed.
    pub lag_years: Hundredths,
    /// The years between the locked and the newest release of each package, summed.
    pub libyears: Hundredths,
}

/// Something that happened to a lockfile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EventRow {
    /// The commit.
    pub commit: String,
    /// Its day.
    pub date: String,
    /// Its subject.
    pub subject: String,
    /// What happened.
    pub kind: &'static str,
    /// The package, the first of several.
    pub package: Option<String>,
    /// Its version or requirement before.
    pub from: Option<String>,
    /// Its version or requirement after.
    pub to: Option<String>,
    /// How many other packages went the same way.
    pub others: usize,
    /// Hours since the upgrade that it undoes.
    pub hours: Option<f64>,
    /// Why it is called so, a word or phrase each.
    pub evidence: Vec<String>,
}
