//! The rows of a report: what an inventory says of services, lockfiles, functions and
//! toolchains, in the shape of `reproof-report/1`.

mod metrics;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::derive::verdict;
use crate::facts::{Artifact, Bytes, Count, EventSource, Facts, Lambda, Lockfile, Mebibytes, Seconds, Toolchain};
use crate::finding::{Finding, Status};
use crate::inventory::Inventory;
use crate::path;
use crate::severity::Severity;
use crate::source::{Sources, Span};
use crate::value::{State, Value};

pub use metrics::{Metrics, metrics};

/// A service, for `services[]`. Counts of findings are added once they are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ServiceRow {
    /// Its directory; `.` for the root.
    pub path: String,
    /// The ecosystems found in it.
    pub ecosystems: Vec<String>,
    /// Its stage: observe, warn, enforce.
    pub stage: &'static str,
    /// Errors in it.
    pub errors: usize,
    /// Warnings in it.
    pub warnings: usize,
    /// Notes in it.
    pub notes: usize,
    /// Findings of it that the baseline accepts.
    pub baselined: usize,
}

/// A lockfile, for `lockfiles[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LockfileRow {
    /// Its path.
    pub path: String,
    /// The tool that writes it.
    pub tool: String,
    /// The manifests it answers for.
    pub manifests: Vec<String>,
    /// What the tool's own frozen check would say: fresh, stale, error, undecidable.
    pub verdict: &'static str,
    /// Whether a plain install would rewrite the file: same, changed, unknown.
    pub tidy: String,
    /// How many requirements, settings, members and sources differ.
    pub mismatches: usize,
    /// What differs, what stops the tool, or why it cannot be told.
    pub reasons: Vec<String>,
    /// How many packages it locks.
    pub packages: i64,
    /// How many of them have a hash for every artifact.
    pub hashed: i64,
}

/// A number with how it was set, for functions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// The number; `null` when it is not one known number.
    pub value: Option<i64>,
    /// The numbers that it may be, when it is one of several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub possible: Vec<i64>,
    /// How it was set: written, inherited, default, absent, unknown.
    pub origin: &'static str,
}

/// The size of a function's package, for `lambdas[]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackageRow {
    /// Compressed bytes, the upper end where it is an interval.
    pub compressed_bytes: Option<i64>,
    /// Unzipped bytes, the upper end where it is an interval.
    pub unzipped_bytes: Option<i64>,
    /// The least it unzips to, layers counted; known also where there is no upper end.
    pub unzipped_least_bytes: Option<i64>,
    /// Bytes of its own source, without what packing leaves out.
    pub source_bytes: Option<i64>,
    /// Unzipped bytes of the packages that are installed, the upper end where it is an interval.
    pub packages_bytes: Option<i64>,
    /// Unzipped bytes of its layers, the upper end where it is an interval.
    pub layers_bytes: Option<i64>,
    /// How it is known: measured, predicted, unknown.
    pub how: String,
}

/// A Lambda function, for `lambdas[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LambdaRow {
    /// Its logical name.
    pub name: String,
    /// Its template.
    pub path: String,
    /// The line of its declaration.
    pub line: u32,
    /// The kind of template.
    pub surface: String,
    /// How its code is packaged: zip, image, inline.
    pub package_type: String,
    /// Its runtime, when it is known.
    pub runtime: Option<String>,
    /// How the runtime was set: written, inherited, default, absent, unknown.
    pub runtime_origin: &'static str,
    /// Its handler, when it is known.
    pub handler: Option<String>,
    /// How the handler was set, in the same words.
    pub handler_origin: &'static str,
    /// Timeout in seconds.
    pub timeout_s: Setting,
    /// Memory in MB.
    pub memory_mb: Setting,
    /// Its package.
    pub package: PackageRow,
    /// The kinds of what calls it, sorted.
    pub triggers: Vec<String>,
}

/// A statement of a version, for `toolchains[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolchainRow {
    /// The tool.
    pub tool: String,
    /// Where it is stated.
    pub path: String,
    /// The place in that file.
    pub span: Span,
    /// What is stated.
    pub stated: Option<String>,
    /// How exactly: p0 to p5, or unknown.
    pub level: String,
    /// Whether what the tool brings with it is fixed too: closed, open or unknown.
    pub closure: String,
    /// What the statement does.
    pub role: String,
    /// When it counts.
    pub phase: String,
}

/// All rows of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Services by path.
    pub services: Vec<ServiceRow>,
    /// Lockfiles by path.
    pub lockfiles: Vec<LockfileRow>,
    /// Functions by template and line.
    pub lambdas: Vec<LambdaRow>,
    /// Statements by path and place.
    pub toolchains: Vec<ToolchainRow>,
}

impl Rows {
    /// The service that a file belongs to: the nearest one above it, else the root.
    pub fn service_of(&self, file: &str) -> &str {
        self.owner(file).map_or(".", |index| &self.services[index].path)
    }

    /// The nearest service above a file, by its number: services are sorted by path.
    fn owner(&self, file: &str) -> Option<usize> {
        let own = |above: &str| {
            let name = if above.is_empty() { "." } else { above };
            self.services.binary_search_by(|row| row.path.as_str().cmp(name)).ok()
        };
        path::ancestors(path::directory(file)).find_map(own)
    }

    /// Leaves what lies below one of some paths, and the services that these paths are in.
    pub fn keep(&mut self, paths: &[String]) {
        let owners: BTreeSet<String> = paths.iter().map(|path| self.service_of(&inside(path)).to_owned()).collect();
        let holds = |path: &str| paths.iter().any(|kept| path::is_below(path, kept));
        self.services.retain(|row| holds(&row.path) || owners.contains(&row.path));
        self.lockfiles.retain(|row| holds(&row.path));
        self.lambdas.retain(|row| holds(&row.path));
        self.toolchains.retain(|row| holds(&row.path));
    }
}

/// A path that stands for what lies in a directory.
fn inside(directory: &str) -> String {
    if directory.is_empty() { "-".to_owned() } else { format!("{directory}/-") }
}

/// Makes the rows of an inventory.
pub fn rows(inventory: &Inventory, config: &Config) -> Rows {
    let facts = &inventory.facts;
    let mut rows = Rows {
        services: facts
            .services
            .iter()
            .map(|service| service_row(&service.directory, &service.ecosystems, config))
            .collect(),
        lockfiles: facts.lockfiles.iter().map(|lockfile| lockfile_row(facts, lockfile)).collect(),
        lambdas: functions(inventory),
        toolchains: facts.toolchains.iter().map(toolchain_row).collect(),
    };
    rows.services.sort_by(|a, b| a.path.cmp(&b.path));
    rows.lockfiles.sort_by(|a, b| a.path.cmp(&b.path));
    rows.toolchains.sort_by(|a, b| (&a.path, a.span, &a.tool, &a.stated).cmp(&(&b.path, b.span, &b.tool, &b.stated)));
    rows
}

/// The rows of functions, by template and line.
pub fn functions(inventory: &Inventory) -> Vec<LambdaRow> {
    let mut rows: Vec<LambdaRow> = inventory.facts.lambdas.iter().map(|lambda| lambda_row(inventory, lambda)).collect();
    rows.sort_by(|a, b| (&a.path, a.line, &a.name).cmp(&(&b.path, b.line, &b.name)));
    rows
}

/// Counts the findings of each service.
pub fn count_findings(rows: &mut Rows, findings: &[Finding], sources: &Sources) {
    for finding in findings {
        let Some(index) = rows.owner(finding.path(sources)) else { continue };
        let row = &mut rows.services[index];
        match (&finding.status, finding.severity) {
            (Status::Baselined, _) => row.baselined += 1,
            (Status::Suppressed { .. }, _) => {}
            (_, Severity::Error) => row.errors += 1,
            (_, Severity::Warning) => row.warnings += 1,
            (_, Severity::Note) => row.notes += 1,
        }
    }
}

fn service_row(directory: &str, ecosystems: &[String], config: &Config) -> ServiceRow {
    let shown = if directory.is_empty() { "." } else { directory };
    // A scope such as `services/payments/**` is about what lies in the directory.
    ServiceRow {
        path: shown.to_owned(),
        ecosystems: ecosystems.to_vec(),
        stage: config.stage(&inside(directory)).word(),
        ..ServiceRow::default()
    }
}

fn lockfile_row(facts: &Facts, lockfile: &Lockfile) -> LockfileRow {
    LockfileRow {
        path: lockfile.header.path.to_string(),
        tool: lockfile.tool.clone(),
        manifests: lockfile.manifests.iter().map(|link| facts[*link].header.path.to_string()).collect(),
        verdict: verdict::of(facts, lockfile),
        tidy: lockfile.tidy.known().cloned().unwrap_or_else(|| "unknown".to_owned()),
        mismatches: lockfile.mismatches.len(),
        reasons: verdict::reasons(facts, lockfile),
        packages: lockfile.package_count.0,
        hashed: lockfile.hashed_count.0,
    }
}

fn lambda_row(inventory: &Inventory, lambda: &Lambda) -> LambdaRow {
    let facts = &inventory.facts;
    let mut triggers: Vec<String> = lambda.event_sources.iter().map(|link| source_of(&facts[*link])).collect();
    triggers.sort();
    LambdaRow {
        name: lambda.logical_name.clone(),
        path: lambda.header.path.to_string(),
        line: inventory.sources.location(lambda.header.span).start.line,
        surface: lambda.surface.clone(),
        package_type: lambda.package_type.clone(),
        runtime: lambda.runtime.known().cloned(),
        runtime_origin: origin(&lambda.runtime),
        handler: lambda.handler.known().cloned(),
        handler_origin: origin(&lambda.handler),
        timeout_s: setting(&lambda.timeout, |Seconds(n)| *n),
        memory_mb: setting(&lambda.memory, |Mebibytes(n)| *n),
        package: package_row(lambda.artifact.map(|link| &facts[link])),
        triggers,
    }
}

fn source_of(source: &EventSource) -> String {
    source.source.clone()
}

fn package_row(artifact: Option<&Artifact>) -> PackageRow {
    let largest = |size: fn(&Artifact) -> &Value<Bytes>| {
        artifact.and_then(|artifact| size(artifact).possible().iter().map(|bytes| bytes.0).max())
    };
    PackageRow {
        compressed_bytes: largest(|artifact| &artifact.compressed),
        unzipped_bytes: largest(|artifact| &artifact.unzipped),
        unzipped_least_bytes: largest(|artifact| &artifact.unzipped_least),
        source_bytes: largest(|artifact| &artifact.source),
        packages_bytes: largest(|artifact| &artifact.packages),
        layers_bytes: largest(|artifact| &artifact.layers),
        how: artifact.map_or_else(|| "unknown".to_owned(), |artifact| artifact.how.clone()),
    }
}

fn setting<T>(value: &Value<T>, number: impl Fn(&T) -> i64) -> Setting {
    let possible = match &value.state {
        State::OneOf(values) => values.iter().map(&number).collect(),
        _ => Vec::new(),
    };
    Setting { value: value.known().map(number), possible, origin: origin(value) }
}

fn origin<T>(value: &Value<T>) -> &'static str {
    match value.state {
        State::Known(_) | State::OneOf(_) => value.origin.word(),
        State::Absent => "absent",
        State::Unknown(_) => "unknown",
    }
}

fn toolchain_row(toolchain: &Toolchain) -> ToolchainRow {
    ToolchainRow {
        tool: toolchain.tool.clone(),
        path: toolchain.header.path.to_string(),
        span: toolchain.stated.span.unwrap_or(toolchain.header.span),
        stated: toolchain.stated.known().cloned(),
        level: level_word(&toolchain.level),
        closure: toolchain.closure.known().map_or("unknown", |closure| closure).to_owned(),
        role: toolchain.role.clone(),
        phase: toolchain.phase.clone(),
    }
}

/// How exactly something is stated, p0 to p5: of several possible levels the lowest.
fn level_word(level: &Value<Count>) -> String {
    level.possible().iter().map(|level| level.0).min().map_or_else(|| "unknown".to_owned(), |level| format!("p{level}"))
}
