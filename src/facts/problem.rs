//! What could not be read, and what is asked to be overlooked.

use super::Header;
use super::field::{Count, Days};
use super::table::fact;
use crate::value::Value;

fact! {
    /// A file, or a part of one, that a reader claims and could not understand.
    Problem {
        /// Which trouble: syntax, merge-conflict, encoding, size, depth, unreadable, unsupported, duplicate-key, kind (a part of another kind than its format wants), template (a file full of placeholders), script (commands that are not understood), shell (commands for a shell that is not read), program (one that only a run of it would tell), service (a definition for a CI service that is not read), outside (a path that leads out of the repository).
        trouble: String,
        /// What it is: lockfile, manifest, template, workflow, source, configuration, version-file, other.
        role: String,
        /// The reader that claims the file.
        reader: String,
        /// What is wrong, in a phrase: `line 210 is a merge conflict marker`.
        explanation: String,
        /// Of a path that leads out of the repository: the path, as written. Absent for other troubles.
        target: Value<String>,
        /// Of a merge conflict: what our side is, at its marker; of a lockfile also what it locks and how it would be judged alone.
        ours: Value<String>,
        /// The same of the other side.
        theirs: Value<String>,
    }
}

impl Problem {
    /// A problem of a file: which trouble, the role of the file, its reader, and what is wrong.
    pub fn new(header: Header, trouble: &str, role: &str, reader: &str, explanation: String) -> Self {
        Self {
            header,
            trouble: trouble.to_owned(),
            role: role.to_owned(),
            reader: reader.to_owned(),
            explanation,
            target: Value::absent(),
            ours: Value::absent(),
            theirs: Value::absent(),
        }
    }
}

/// What a suppression covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The line of its file that it ends: lines from 1.
    Line(u32),
    /// The line of its file that it stands on alone, and the next one.
    Next(u32),
    /// Its whole file.
    File,
    /// The paths of an `[[ignore]]` entry of the configuration, by index.
    Entry(usize),
}

fact! {
    /// A comment or a configuration entry that asks for findings to be overlooked.
    Suppression {
        /// The rule or group it names.
        rule: String,
        /// Where it is written: comment, configuration.
        surface: String,
        /// The reason given. Absent when none is.
        reason: Value<String>,
        /// Days since it ran out; negative before that day. Absent when it has no end.
        expired: Value<Days>,
        /// Whether the rule exists.
        known: bool,
        /// How many findings it hides.
        hits: Count,
    }
    carried {
        /// What it covers.
        reach: Reach,
    }
}
