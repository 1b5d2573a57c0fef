//! What history tells of a lockfile.

use super::field::{Count, Days};
use super::table::fact;
use super::{Link, Lockfile};
use crate::value::Value;

fact! {
    /// The history of a lockfile along first parents. Only `reproof metrics` makes it: `check` reads no history, so rules over it say nothing there.
    LockHistory {
        /// The lockfile.
        lockfile: Link<Lockfile>,
        /// How many commits changed its packages.
        event_count: Count,
        /// How many packages took another version with the newest of them.
        last_batch: Value<Count>,
        /// The commit of the newest change, its first digits.
        last_commit: Value<String>,
        /// How many days ago the newest change was; without one, how many days ago the lockfile came.
        idle: Value<Days>,
        /// The median of the days from one change to the next; unknown for fewer than 3.
        cadence: Value<Days>,
        /// Packages that the newest change put back to versions they had not long before, without a word, a requirement or an earlier lockfile to show that it was meant: `amber 2.0 to 1.9`. Absent when there are none.
        restored: Value<Vec<String>>,
        /// How many changes took an upgrade back on purpose.
        rollback_count: Count,
    }
}
