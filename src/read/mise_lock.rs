//! mise.lock: the versions that it fixes for the tools of the mise.toml beside it, and whether it holds their hashes.

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Toolchain};
use crate::pin::Level;
use crate::syntax::{Node, toml};
use crate::value::State;

/// Reads mise.lock.
pub const READER: Reader = Reader { name: "mise_lock", role: "version-file", claims, read };

/// More tools than this are not installed by people.
const MOST: usize = 500;

/// Tables inside the table of a tool are looked at this far for a hash.
const DEEPEST: usize = 4;

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "mise.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, toml::parse) else { return };
    for entry in document.root().get("tools").into_iter().flat_map(Node::entries).take(MOST) {
        let Some(tool) = entry.key.scalar() else { continue };
        // The newer form is a list, of one table a version.
        let own = entry.value.is_map().then_some(entry.value);
        for locked in own.into_iter().chain(entry.value.items()).take(MOST) {
            let Some((node, version)) = locked.get("version").and_then(|node| Some((node, node.scalar()?))) else { continue };
            let header = file.part(&format!("{tool} {version}"), node.span());
            let mut fact = Toolchain::selecting(header, tool, version, node.inner_span());
            if has_hash(locked, 0) {
                fact.level.state = State::Known(Count(Level::Content.number()));
            }
            output.facts.add(Toolchain { role: "fix".to_owned(), phase: "any".to_owned(), ..fact });
        }
    }
}

/// `checksums` of the older form, or `checksum` of a platform.
fn has_hash(node: Node<'_>, depth: usize) -> bool {
    let is_hash = |key: &str| matches!(key, "checksum" | "checksums");
    depth <= DEEPEST
        && node.own_entries().any(|entry| entry.key.scalar().is_some_and(is_hash) || has_hash(entry.value, depth + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn fixed_tools() {
        let text = "[[tools.node]]\nversion = \"22.14.0\"\nbackend = \"core:node\"\n\n[tools.node.\"platforms.linux-x64\"]\nchecksum = \"sha256:ab\"\n\n[[tools.python]]\nversion = \"3.12.4\"\n\n[tools.jq]\nversion = \"1.7.1\"\n[tools.jq.checksums]\n\"jq-linux\" = \"sha256:cd\"\n";
        let facts = read_alone(&READER, "mise.lock", text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let row = |fact: &Toolchain| format!("{} {} {}", fact.tool, known(&fact.stated), level(&fact.level));
        assert_eq!(facts.toolchains.iter().map(row).collect::<Vec<_>>(), ["node 22.14.0 5", "python 3.12.4 4", "jq 1.7.1 5"]);
    }
}
