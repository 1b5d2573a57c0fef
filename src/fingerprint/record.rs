//! The record, `reproof-fingerprint/1`: one JSON line for each build. Additive changes only: fields that a newer
//! version adds are passed over, another schema is refused. No host, user or path of a machine is in it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema of the records that this version writes and reads.
pub const SCHEMA: &str = "reproof-fingerprint/1";

/// One build: its inputs, where it ran, and the digests of what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "reproof-fingerprint/1")]
pub struct Record {
    /// `reproof-fingerprint/1`.
    pub schema: String,
    /// When the record was made, `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
    /// The directory that was built, from the root of the repository; `.` for the root.
    pub project: String,
    /// The commit that was built; `null` outside of git.
    #[serde(default)]
    pub git: Option<Commit>,
    /// Who built: CI or a developer.
    pub class: Class,
    /// A salted hash that tells machines of one repository apart and says nothing else of them; `null` when it is not
    /// known which machine it was. Two jobs of CI are two machines.
    #[serde(default)]
    pub machine: Option<String>,
    /// The platform that was built on.
    pub target: Target,
    /// Versions of runtimes and compilers that built, by tool, as they were told or asked: `python` to `3.12.4`.
    #[serde(default)]
    pub toolchain: BTreeMap<String, String>,
    /// Versions of package managers that installed, by tool: `uv` to `0.5.1`.
    #[serde(default)]
    pub manager: BTreeMap<String, String>,
    /// What the repository states of versions for this project, by tool and place.
    #[serde(default)]
    pub stated: Vec<Statement>,
    /// The digest of the image that the build ran in: `sha256:...`; `null` when it was not told.
    #[serde(default)]
    pub image: Option<String>,
    /// The lockfiles that the project is built from, by path.
    #[serde(default)]
    pub lock: Vec<Lock>,
    /// What of the environment changes builds.
    #[serde(default)]
    pub env: Environment,
    /// What was made, by name.
    #[serde(default)]
    pub artifact: Vec<Artifact>,
    /// The version of reproof that wrote the record.
    #[serde(default)]
    pub tool: String,
}

/// What git says of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Commit {
    /// The commit, in hexadecimal digits.
    pub commit: String,
    /// Whether tracked files differed from it; `null` when that is not known. Records that are not `false` prove nothing.
    #[serde(default)]
    pub dirty: Option<bool>,
}

/// Who built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A job of CI.
    Ci,
    /// A developer's machine.
    Dev,
    /// A class that a newer version knows.
    #[serde(other)]
    Other,
}

/// A platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// The operating system: linux, macos, windows.
    pub os: String,
    /// The processor: x86_64, aarch64.
    pub arch: String,
    /// The C library and its version: `glibc 2.39`, `musl`; `null` where it is not known.
    #[serde(default)]
    pub libc: Option<String>,
    /// The binary interface of the runtime, such as `cp312`; `null` when it was not told.
    #[serde(default)]
    pub abi: Option<String>,
}

/// A statement of a version in the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The tool: python, node, rust, uv.
    pub tool: String,
    /// The file that states it, from the root of the repository.
    pub path: String,
    /// The version or range, as written.
    pub stated: String,
}

/// A lockfile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Lock {
    /// Its path from the root of the repository.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// SHA-256 over the sorted set of what it locks (name, version, source, hashes), so that a file that was only
    /// written anew agrees; `null` when the lockfile could not be read as one.
    #[serde(default)]
    pub semantic: Option<String>,
}

/// What of the environment changes builds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// Whether `SOURCE_DATE_EPOCH` was set.
    #[serde(default)]
    pub source_date_epoch: bool,
    /// Whether `PYTHONHASHSEED` was set to a number.
    #[serde(default)]
    pub fixed_hash_seed: bool,
    /// What `TZ` says: `unset`, `utc`, `other`.
    #[serde(default)]
    pub tz: Option<String>,
    /// What the locale says: `unset`, `c`, `c-utf8`, `utf8`, `other`.
    #[serde(default)]
    pub lang: Option<String>,
}

/// Something that was made, with a digest for each rung of the ladder on which two builds are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// Its path from the project.
    pub name: String,
    /// Bytes of the file; of a directory the bytes of all files in it.
    pub size: u64,
    /// Same bytes: SHA-256 of the file; `null` for a directory.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Same entries: a digest over the entries in their order with times, modes and contents, whatever compressed them;
    /// `null` for a directory.
    #[serde(default)]
    pub entries: Option<String>,
    /// Same contents: a digest over the sorted paths, each with its content and whether it can be executed.
    pub content: String,
    /// Same but for what installers and interpreters add: as `content`, with bytecode and records of the
    /// installation left out and line ends as `\n`.
    #[serde(default)]
    pub known: Option<String>,
}

/// Why a line is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is no JSON object, or cut off.
    #[error("it is not a JSON object: {0}")]
    NoJson(String),
    /// It does not say which schema it follows.
    #[error("it names no schema, `{SCHEMA}` is expected")]
    NoSchema,
    /// It follows another schema.
    #[error("its schema is `{0}`, this version of reproof reads `{SCHEMA}`")]
    OtherSchema(String),
    /// It says it is a record, and a field is missing or of another type.
    #[error("it is not a whole record: {0}")]
    Field(String),
}

/// A line of a file of records that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub error: RecordError,
}

/// Reads one record. Fields that this version does not know are passed over.
///
/// # Errors
/// When the text is no record of this schema.
pub fn read(text: &str) -> Result<Record, RecordError> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| RecordError::NoJson(error.to_string()))?;
    let Some(fields) = value.as_object() else {
        return Err(RecordError::NoJson("it is another kind of value".to_owned()));
    };
    match fields.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => return Err(RecordError::OtherSchema(other.to_owned())),
        None => return Err(RecordError::NoSchema),
    }
    serde_json::from_value(value).map_err(|error| RecordError::Field(error.to_string()))
}

/// Reads a file of records, one a line; empty lines are passed over, the others that are no records are told.
pub fn read_lines(text: &str) -> (Vec<Record>, Vec<LineFault>) {
    let mut records = Vec::new();
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match read(line) {
            Ok(record) => records.push(record),
            Err(error) => faults.push(LineFault { line: index + 1, error }),
        }
    }
    (records, faults)
}

/// The JSON Schema of a record, as text.
pub fn schema() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(Record)).expect("a schema is plain JSON")
}

impl Record {
    /// The record as one line of JSON, without the line end.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("a record is plain JSON")
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A record of a whole build, to be changed by tests.
    pub(in crate::fingerprint) fn sample() -> Record {
        let digest = |digit: &str| digit.repeat(64);
        Record {
            schema: SCHEMA.to_owned(),
            time: "2026-11-24T02:40:00Z".to_owned(),
            project: "services/billing".to_owned(),
            git: Some(Commit { commit: "c0ffee00".repeat(5), dirty: Some(false) }),
            class: Class::Ci,
            machine: Some("m1".to_owned()),
            target: Target {
                os: "linux".to_owned(),
                arch: "x86_64".to_owned(),
                libc: Some("glibc 2.39".to_owned()),
                abi: None,
            },
            toolchain: [("python".to_owned(), "3.12.4".to_owned())].into(),
            manager: [("uv".to_owned(), "0.5.1".to_owned())].into(),
            stated: Vec::new(),
            image: None,
            lock: vec![Lock { path: "uv.lock".to_owned(), sha256: digest("1"), semantic: Some(digest("2")) }],
            env: Environment::default(),
            artifact: vec![Artifact {
                name: "dist/billing.zip".to_owned(),
                size: 1000,
                sha256: Some(digest("3")),
                entries: Some(digest("4")),
                content: digest("5"),
                known: Some(digest("6")),
            }],
            tool: "0.1.0".to_owned(),
        }
    }

    #[test]
    fn a_record_is_one_line_and_comes_back() {
        let record = sample();
        let line = record.to_line();
        assert!(!line.contains('\n'));
        assert_eq!(read(&line).unwrap(), record);
    }

    #[test]
    fn what_a_newer_version_adds_is_passed_over() {
        let line = r#"{"schema":"reproof-fingerprint/1","time":"2030-01-01T00:00:00Z","project":".","class":"robot",
            "target":{"os":"linux","arch":"riscv64","page_size":4096},"weather":{"rain":true}}"#;
        let record = read(line).unwrap();
        assert_eq!((record.class, record.target.arch.as_str(), record.lock.len()), (Class::Other, "riscv64", 0));
    }

    #[test]
    fn what_is_no_record_is_said_plainly() {
        let cases = [
            ("", "it is not a JSON object: EOF while parsing a value at line 1 column 0"),
            ("[1]", "it is not a JSON object: it is another kind of value"),
            ("{}", "it names no schema, `reproof-fingerprint/1` is expected"),
            (
                r#"{"schema":"reproof-fingerprint/2","time":7}"#,
                "its schema is `reproof-fingerprint/2`, this version of reproof reads `reproof-fingerprint/1`",
            ),
            (r#"{"schema":"reproof-fingerprint/1"}"#, "it is not a whole record: missing field `time`"),
        ];
        for (text, message) in cases {
            assert_eq!(read(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_cut_line_costs_that_line_alone() {
        let line = sample().to_line();
        let text = format!("{line}\n\n{line}\n{}", &line[..40]);
        let (records, faults) = read_lines(&text);
        assert_eq!((records.len(), faults.len(), faults[0].line), (2, 1, 4));
    }
}
