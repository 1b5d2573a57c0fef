//! Which findings were known before: by fingerprint, or because a renamed file or folder has taken them along.

use std::collections::BTreeSet;

use super::Baseline;
use crate::finding::{Finding, Move, Status};
use crate::path;

/// What became of the findings that were known.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Those that are there no longer.
    pub left: Baseline,
    /// Those that are somewhere else now.
    pub moved: Vec<Moved>,
}

/// A finding that has moved with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its fingerprint before.
    pub before: String,
    /// Its fingerprint now.
    pub now: String,
    /// The path of its file now.
    pub path: String,
}

impl Baseline {
    /// Marks the findings that are known with a status. A finding of a file that `is_gone` is known under another path
    /// too, where all else agrees.
    pub fn accept<'p>(
        &self,
        findings: &mut [Finding],
        status: &Status,
        path_of: impl Fn(&Finding) -> &'p str,
        is_gone: impl Fn(&str) -> bool,
    ) -> Accepted {
        let mut left = self.clone();
        let mut strange = Vec::new();
        for finding in findings {
            let counts = !matches!(finding.status, Status::Suppressed { .. });
            let is_known = left.take(&finding.fingerprint).is_some();
            if is_known && counts {
                finding.status = status.clone();
            } else if !is_known && counts {
                strange.push(finding);
            }
        }
        let mut moved = Vec::new();
        let mut moves =
            Moves { gone: left.paths().filter(|path| is_gone(path)).map(str::to_owned).collect(), seen: Vec::new() };
        for finding in strange {
            let path = path_of(finding);
            let Some(before) = moves.find(finding, path, &left) else { continue };
            left.take(&before);
            finding.status = status.clone();
            moved.push(Moved { before, now: finding.fingerprint.clone(), path: path.to_owned() });
        }
        left.entries.retain(|_, entry| entry.count > 0);
        Accepted { left, moved }
    }

    /// The paths of the files of its findings that have not been taken out.
    fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.values().filter(|entry| entry.count > 0).map(|entry| entry.path.as_str())
    }

    fn has(&self, fingerprint: &str) -> bool {
        self.entries.get(fingerprint).is_some_and(|entry| entry.count > 0)
    }
}

/// Files that are gone, and what they have become as far as that was seen.
struct Moves {
    gone: BTreeSet<String>,
    seen: Vec<Move>,
}

impl Moves {
    /// The fingerprint that a finding had before its file got the path it has: the same name in another folder, or
    /// another name in the same folder.
    fn find(&mut self, finding: &Finding, now: &str, known: &Baseline) -> Option<String> {
        let before = |moved: &Move| Some(finding.fingerprint_before(moved)).filter(|print| known.has(print));
        if let Some(print) = self.seen.iter().find_map(before) {
            return Some(print);
        }
        let is_alike = |gone: &&String| {
            path::file_name(gone) == path::file_name(now) || path::directory(gone) == path::directory(now)
        };
        let moves = self.gone.iter().filter(is_alike).map(|gone| Move::of_file(gone, now));
        let (moved, print) = moves.filter_map(|moved| before(&moved).map(|print| (moved, print))).next()?;
        self.seen.push(moved);
        Some(print)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finding;
    use super::*;
    use crate::finding::fingerprint_all;

    fn found(subjects: &[&'static str]) -> Vec<Finding> {
        let mut findings: Vec<Finding> = subjects.iter().map(|subject| finding(subject, "")).collect();
        fingerprint_all(findings.iter_mut());
        findings
    }

    fn path_of(finding: &Finding) -> &'static str {
        let known = ["a/x/f.yml", "b/x/f.yml", "b/y.yml", "a/g.yml"];
        known.into_iter().find(|path| finding.subject.starts_with(path)).unwrap_or("other.yml")
    }

    fn words(findings: &[Finding]) -> Vec<&'static str> {
        findings.iter().map(|finding| finding.status.word()).collect()
    }

    #[test]
    fn as_many_are_accepted_as_are_counted_and_the_others_are_mended() {
        let known = Baseline::of(&[finding("x", "v1:a"), finding("y", "v1:b")], |_| "x");
        let mut now = [finding("x", "v1:a"), finding("x", "v1:a"), finding("z", "v1:c")];
        let accepted = known.accept(&mut now, &Status::Baselined, path_of, |_| false);
        assert_eq!(words(&now), ["baselined", "new", "new"]);
        assert_eq!(accepted.left.fingerprints().collect::<Vec<_>>(), ["v1:b"]);
        assert_eq!(known.renewed(accepted).fingerprints().collect::<Vec<_>>(), ["v1:a"]);
    }

    #[test]
    fn what_a_renamed_folder_has_taken_along_is_known() {
        let known = Baseline::of(&found(&["a/x/f.yml#1", "a/x/f.yml#2", "a/g.yml#1"]), path_of);
        let mut now = found(&["b/x/f.yml#1", "b/x/f.yml#3", "b/x/f.yml#2"]);
        let accepted = known.accept(&mut now, &Status::Existing, path_of, |path| path == "a/x/f.yml");
        assert_eq!(words(&now), ["existing", "new", "existing"]);
        assert_eq!((accepted.moved.len(), accepted.left.len()), (2, 1));
        let renewed = known.clone().renewed(accepted);
        assert_eq!(renewed.len(), 2);
        assert!(renewed.print().contains("b/x/f.yml") && !renewed.print().contains("a/x/f.yml"));

        // While the old file is there, the other one is a copy, and its faults are new.
        let mut now = found(&["b/x/f.yml#1"]);
        known.accept(&mut now, &Status::Existing, path_of, |_| false);
        assert_eq!(words(&now), ["new"]);
    }

    #[test]
    fn what_is_overlooked_is_not_mended() {
        let known = Baseline::of(&found(&["a/g.yml#1"]), path_of);
        let mut now = found(&["a/g.yml#1"]);
        now[0].status = Status::Suppressed { reason: String::new(), in_source: true };
        let accepted = known.accept(&mut now, &Status::Baselined, path_of, |_| false);
        assert_eq!((words(&now), accepted.left.len()), (vec!["suppressed"], 0));
    }
}
