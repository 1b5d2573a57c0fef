//! What moves dependencies, and what a repository does as a whole.

use super::Header;
use super::field::{Count, Days};
use super::table::fact;
use crate::source::Span;
use crate::value::Value;

/// Where an entry can be added after the last one of a file, and what it copies of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The end of the last entry.
    pub at: Span,
    /// The blanks before its dash.
    pub indent: String,
    /// Its schedule and waiting time, as they stand.
    pub settings: String,
}

fact! {
    /// An entry of a bot that proposes updates: one `package-ecosystem` of Dependabot, a configuration of Renovate, the `ci` block of pre-commit.
    UpdateEntry {
        /// The bot: dependabot, renovate, pre-commit.ci.
        bot: String,
        /// The ecosystem in the bot's words: npm, uv, github-actions. Absent for all.
        ecosystem: Value<String>,
        /// The directories it looks at, as patterns from the root; empty for all.
        directories: Vec<String>,
        /// The longest time between two looks. Unknown when the words are not understood.
        cadence: Value<Days>,
        /// How old a release must be before it is proposed.
        cool_down: Value<Days>,
        /// How many proposals may be open; 0 switches the entry off but for faults of security.
        limit: Value<Count>,
        /// Whether it locks anew what no manifest names: Renovate's `lockFileMaintenance`. Absent for other bots, and where there is no lockfile.
        maintains_lock: Value<bool>,
        /// What makes the bot refuse the file. Absent when nothing does.
        refusal: Value<String>,
    }
    carried {
        /// Patterns of what it passes over.
        excluded: Vec<String>,
        /// Managers that are the only ones, for Renovate.
        only: Option<Vec<String>>,
        /// What else it follows that is not seen here: a preset of somebody's own.
        beyond: Option<String>,
        /// How another entry can be added after this one, for the last of a file.
        sibling: Option<Sibling>,
    }
}

fact! {
    /// An ecosystem whose packages a bot can move, over all directories of the repository, noted where the bot is set up, or else at the first file that it would look at.
    Upkeep {
        /// The ecosystem in the words of Dependabot: uv, pip, npm, cargo, docker, github-actions.
        ecosystem: String,
        /// The directories with files of it.
        directories: Vec<String>,
        /// Those at which no entry looks.
        uncovered: Vec<String>,
        /// The bot that the repository uses. Absent when none is seen, unknown when it follows a configuration that is not seen.
        bot: Value<String>,
        /// A file in the first directory that is not looked at.
        example: Value<String>,
    }
}

fact! {
    /// The repository as a whole, noted at its first definition of CI, or else at its first manifest.
    Repository {
        /// Bots and jobs that propose updates: dependabot, renovate, pre-commit.ci, workflow.
        bots: Vec<String>,
        /// How many lockfiles it has.
        lockfile_count: Count,
        /// How many manifests it has.
        manifest_count: Count,
        /// How many jobs run on changes. Absent without CI that is read.
        jobs: Value<Count>,
        /// How many of their commands lint or format. Unknown when there is none and jobs run what is not seen.
        lints: Value<Count>,
        /// How many of their commands run tests.
        tests: Value<Count>,
        /// How many of their commands try the built thing out: start a container, call a function locally.
        smokes: Value<Count>,
        /// How many Lambda functions and deployed images it declares.
        deployables: Count,
        /// How many commands its README, CONTRIBUTING and the like have that set it up, check or test it. Absent without such a document.
        documented: Value<Count>,
    }
}

fact! {
    /// Files that git tracks although a tool makes them anew on each machine, or that hold what differs from machine to machine.
    Stray {
        /// What they are: environment (installed packages, caches), settings (`.env`).
        form: String,
        /// The directory or file.
        place: String,
        /// How many files.
        file_count: Count,
        /// Of settings, the first name that speaks of a secret and has a value, placed there. Absent when there is none.
        secret: Value<String>,
    }
}

impl UpdateEntry {
    /// An entry of which nothing is known yet but its bot.
    pub fn new(header: Header, bot: &str) -> Self {
        Self {
            header,
            bot: bot.to_owned(),
            ecosystem: Value::absent(),
            directories: Vec::new(),
            cadence: Value::absent(),
            cool_down: Value::absent(),
            limit: Value::absent(),
            maintains_lock: Value::absent(),
            refusal: Value::absent(),
            excluded: Vec::new(),
            only: None,
            beyond: None,
            sibling: None,
        }
    }
}
