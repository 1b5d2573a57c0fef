//! Rates of reproducibility: how often builds of one source agree, from the records of `reproof fingerprint`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::measure::share;
use crate::fingerprint::{Class, Group, Record, groups};

/// A rate over fewer of the built sources than this says nothing of them.
const LEAST_COVERAGE: f64 = 0.2;

/// How often builds agree.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct RateRow {
    /// The share of sources whose builds agree; `null` when none was compared, or coverage is below a fifth.
    pub rate: Option<f64>,
    /// Sources whose builds agree.
    pub agree: usize,
    /// Sources whose builds were compared.
    pub n: usize,
}

/// The three rates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Rates {
    /// Lockfiles, package managers and toolchains agree.
    pub inputs: RateRow,
    /// The contents of what was made agree.
    pub content: RateRow,
    /// Its bytes agree.
    pub bytes: RateRow,
}

/// A source whose builds disagree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DisagreementRow {
    /// The project.
    pub project: String,
    /// The commit.
    pub commit: String,
    /// The platform.
    pub target: String,
    /// The month of the later record, `YYYY-MM`.
    pub month: String,
    /// The first layer that differs: lock, manager, toolchain, image, target, environment, build.
    pub layer: String,
    /// What differs in it.
    pub subject: String,
    /// What one record says.
    pub a: String,
    /// What the other one says.
    pub b: String,
}

/// What records say of builds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct ReproducibilityRow {
    /// Records that were read.
    pub records: usize,
    /// Lines that are no records of a known schema.
    pub unread: usize,
    /// Records of a changed working tree or without a commit, which prove nothing.
    pub left_out: usize,
    /// Sources that were built: a project at a commit on a platform.
    pub sources: usize,
    /// Sources with builds of two machines or more.
    pub compared: usize,
    /// The share of sources with two records or more.
    pub coverage: Option<f64>,
    /// Whether coverage is a fifth or more; below, the rates are `null`.
    pub enough_evidence: bool,
    /// Over all machines.
    pub all: Rates,
    /// Only sources that both a developer and CI built.
    pub dev_and_ci: Rates,
    /// How many disagreements begin in each layer, by month.
    pub layers: BTreeMap<String, BTreeMap<String, usize>>,
    /// The disagreements, by project and commit.
    pub disagreements: Vec<DisagreementRow>,
}

/// Works out the rates of some records.
pub fn rates(records: &[Record], unread: usize) -> ReproducibilityRow {
    let all = groups(records);
    let several = all.iter().filter(|group| group.records.len() > 1).count();
    let compared: Vec<&Group> = all.iter().filter(|group| group.machines > 1).collect();
    let both: Vec<&Group> = compared
        .iter()
        .copied()
        .filter(|group| group.classes.contains(&Class::Ci) && group.classes.contains(&Class::Dev))
        .collect();
    let coverage = share(several, all.len());
    let is_enough = coverage.is_some_and(|coverage| coverage >= LEAST_COVERAGE);
    let disagreements: Vec<DisagreementRow> =
        compared.iter().filter_map(|group| disagreement(group, records)).collect();
    let mut layers: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for row in &disagreements {
        *layers.entry(row.month.clone()).or_default().entry(row.layer.clone()).or_default() += 1;
    }
    ReproducibilityRow {
        records: records.len(),
        unread,
        left_out: records.len() - all.iter().map(|group| group.records.len()).sum::<usize>(),
        sources: all.len(),
        compared: compared.len(),
        coverage,
        enough_evidence: is_enough,
        all: three(&compared, is_enough),
        dev_and_ci: three(&both, is_enough),
        layers,
        disagreements,
    }
}

fn three(groups: &[&Group], is_enough: bool) -> Rates {
    let rate = |answer: fn(&Group) -> Option<bool>| {
        let answers: Vec<bool> = groups.iter().filter_map(|group| answer(group)).collect();
        let agree = answers.iter().filter(|answer| **answer).count();
        RateRow { rate: share(agree, answers.len()).filter(|_| is_enough), agree, n: answers.len() }
    };
    Rates { inputs: rate(|group| group.inputs), content: rate(|group| group.content), bytes: rate(|group| group.bytes) }
}

fn disagreement(group: &Group, records: &[Record]) -> Option<DisagreementRow> {
    let (a, b, found) = group.disagreement.as_ref()?;
    let later = (&records[*a].time).max(&records[*b].time);
    Some(DisagreementRow {
        project: group.project.clone(),
        commit: group.commit.clone(),
        target: format!("{} {}", group.target.os, group.target.arch),
        month: later.get(..7).unwrap_or(later).to_owned(),
        layer: found.layer.name().to_owned(),
        subject: found.subject.clone(),
        a: found.a.clone(),
        b: found.b.clone(),
    })
}
