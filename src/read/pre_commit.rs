//! `.pre-commit-config.yaml`: the repositories whose hooks it takes, and at which reference.

use crate::facts::Hook;
use crate::path;
use crate::read::{Claim, File, Output, Reader};
use crate::syntax::{Node, yaml};

/// Reads the configuration of pre-commit.
pub const READER: Reader = Reader { name: "pre_commit", role: "configuration", claims, read };

/// More repositories than this are not written by people.
const MOST: usize = 1_000;

fn claims(path: &str) -> Claim {
    let is_named = matches!(path::file_name(path), ".pre-commit-config.yaml" | ".pre-commit-config.yml");
    if is_named { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    for entry in document.root().get("repos").into_iter().flat_map(Node::items).take(MOST) {
        let (Some(repository), Some(rev)) = (entry.get("repo").and_then(Node::scalar), entry.get("rev")) else { continue };
        let Some(reference) = rev.scalar() else { continue };
        let header = file.part(repository, rev.span());
        output.facts.add(Hook::at(header, repository, reference, rev.inner_span()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn references_of_hooks() {
        let cases = [
            ("v5.0.0", 4),
            ("23.1", 4),
            ("main", 1),
            ("v1", 2),
            ("stable", 1),
            ("99d01d5", 4),
            ("0123456789abcdef0123456789abcdef01234567", 5),
            ("v3.0.0-alpha.9-for-vscode", 4),
        ];
        for (rev, level) in cases {
            let text = format!("repos:\n  - repo: https://example.com/hooks\n    rev: {rev}\n  - repo: local\n");
            let facts = read_alone(&READER, ".pre-commit-config.yaml", &text).facts;
            let levels: Vec<_> = facts.hooks.iter().map(|hook| hook.level.known().map(|level| level.0)).collect();
            assert_eq!(levels, [Some(level)], "{rev}");
        }
    }
}
