//! Records of one source on one platform, and whether they agree: the evidence behind rates of reproducibility.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Difference, differences};
use super::record::{Class, Record, Target};

/// Records of one project, commit and platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The project.
    pub project: String,
    /// The commit.
    pub commit: String,
    /// The platform.
    pub target: Target,
    /// Its records, as positions in the list that was given.
    pub records: Vec<usize>,
    /// How many machines they come from; those that do not name theirs are not counted.
    pub machines: usize,
    /// The classes of machines they come from.
    pub classes: BTreeSet<Class>,
    /// Whether all agree on lockfiles, package managers and toolchains. `None` for a single record.
    pub inputs: Option<bool>,
    /// Whether all agree on the contents of what they made. `None` when no artifact stands in two records.
    pub content: Option<bool>,
    /// Whether all agree on its bytes. `None` when no digest of bytes stands in two records.
    pub bytes: Option<bool>,
    /// A pair of records that disagree, as positions in the list that was given, and the first difference between
    /// them; the difference of the earliest layer there is.
    pub disagreement: Option<(usize, usize, Difference)>,
}

/// Pairs of records that are held against each other in one group, to find the disagreement of the earliest layer.
const PAIRS: usize = 10_000;

/// Groups records by project, commit and platform. Records of a changed working tree, or without a commit, are in none.
pub fn groups(records: &[Record]) -> Vec<Group> {
    let mut by_source: BTreeMap<(&str, &str, &Target), Vec<usize>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        if let Some(git) = record.git.as_ref().filter(|git| git.dirty == Some(false)) {
            by_source.entry((&record.project, &git.commit, &record.target)).or_default().push(index);
        }
    }
    let group = |((project, commit, target), indexes): ((&str, &str, &Target), Vec<usize>)| {
        let own: Vec<&Record> = indexes.iter().map(|index| &records[*index]).collect();
        let (disagreement, inputs_differ) = disagreement(records, &indexes);
        Group {
            project: project.to_owned(),
            commit: commit.to_owned(),
            target: target.clone(),
            machines: own.iter().filter_map(|record| record.machine.as_ref()).collect::<BTreeSet<_>>().len(),
            classes: own.iter().map(|record| record.class).collect(),
            inputs: (own.len() > 1).then_some(!inputs_differ),
            content: agree(own.iter().flat_map(|record| {
                record.artifact.iter().map(|artifact| (artifact.name.as_str(), artifact.content.as_str()))
            })),
            bytes: agree(own.iter().flat_map(|record| {
                let digest = |artifact| -> Option<(&str, &str)> {
                    let artifact: &super::record::Artifact = artifact;
                    Some((artifact.name.as_str(), artifact.sha256.as_deref()?))
                };
                record.artifact.iter().filter_map(digest)
            })),
            disagreement,
            records: indexes,
        }
    };
    by_source.into_iter().map(group).collect()
}

/// The pair that disagrees in the earliest layer, and whether any pair disagrees on a pinned input.
fn disagreement(records: &[Record], indexes: &[usize]) -> (Option<(usize, usize, Difference)>, bool) {
    let mut first: Option<(usize, usize, Difference)> = None;
    let mut inputs_differ = false;
    let pairs = indexes.iter().enumerate().flat_map(|(at, a)| indexes[at + 1..].iter().map(move |b| (*a, *b)));
    for (a, b) in pairs.take(PAIRS) {
        let found = differences(&records[a], &records[b]);
        inputs_differ |= found.iter().any(|difference| difference.layer.is_pinned_input());
        if let Some(difference) = found.into_iter().next()
            && first.as_ref().is_none_or(|(.., known)| difference.layer < known.layer)
        {
            first = Some((a, b, difference));
        }
    }
    (first, inputs_differ)
}

/// Whether all digests under one name agree; `None` when no name stands twice.
fn agree<'a>(digests: impl Iterator<Item = (&'a str, &'a str)>) -> Option<bool> {
    let mut seen: BTreeMap<&str, (&str, usize, bool)> = BTreeMap::new();
    for (name, digest) in digests {
        let entry = seen.entry(name).or_insert((digest, 0, true));
        entry.1 += 1;
        entry.2 &= entry.0 == digest;
    }
    let mut compared = seen.values().filter(|(_, count, _)| *count > 1).peekable();
    compared.peek()?;
    Some(compared.all(|(.., same)| *same))
}

#[cfg(test)]
mod tests {
    use super::super::difference::Layer;
    use super::super::record::tests::sample;
    use super::*;

    fn on(machine: &str, class: Class) -> Record {
        Record { machine: Some(machine.to_owned()), class, ..sample() }
    }

    #[test]
    fn records_of_one_source_are_held_against_each_other() {
        let mut records = vec![on("m1", Class::Ci), on("m2", Class::Dev), on("m3", Class::Dev)];
        records[1].artifact[0].sha256 = Some("0".repeat(64));
        records[2].artifact[0].sha256 = None;
        let found = &groups(&records)[0];
        assert_eq!((found.machines, found.classes.len(), &found.records[..]), (3, 2, &[0, 1, 2][..]));
        assert_eq!((found.inputs, found.content, found.bytes), (Some(true), Some(true), Some(false)));
        let (a, b, difference) = found.disagreement.as_ref().expect("a disagreement");
        assert_eq!((*a, *b, difference.layer), (0, 1, Layer::Build));
    }

    #[test]
    fn the_earliest_layer_is_named() {
        let mut records = vec![on("m1", Class::Ci), on("m2", Class::Ci), on("m3", Class::Ci)];
        records[1].artifact[0].content = "0".repeat(64);
        records[2].lock[0].semantic = Some("0".repeat(64));
        let found = &groups(&records)[0];
        assert_eq!((found.inputs, found.content), (Some(false), Some(false)));
        assert_eq!(found.disagreement.as_ref().map(|(a, b, found)| (*a, *b, found.layer)), Some((0, 2, Layer::Lock)));
    }

    #[test]
    fn a_single_record_and_a_changed_tree_prove_nothing() {
        let mut records = vec![on("m1", Class::Ci), on("m1", Class::Ci), on("m2", Class::Dev)];
        records[1].git.as_mut().expect("a commit").dirty = Some(true);
        records[2].target.arch = "aarch64".to_owned();
        let found = groups(&records);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|group| group.records.len() == 1 && group.inputs.is_none() && group.bytes.is_none()));
    }
}
