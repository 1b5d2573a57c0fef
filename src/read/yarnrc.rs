//! .yarnrc.yml: settings of Yarn 2 and later. Kept as a tree for the comparison of lockfiles.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Settings, Toolchain};
use crate::pin::Level;
use crate::syntax::Node;
use crate::value::Value;
use crate::{path, syntax};

/// The reader of Yarn's settings.
pub const READER: Reader = Reader { name: "yarnrc", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if path::file_name(path) == ".yarnrc.yml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if let Some(document) = output.tree(file, &READER, syntax::yaml::parse) {
        if let Some(node) = document.root().get("yarnPath") {
            output.facts.toolchains.extend(release(file, node));
        }
        let header = file.header(&**file.path, file.span(0..0));
        output.facts.add(Settings { document: Some(Arc::new(document)), ..Settings::new(header, "yarn") });
    }
}

/// A committed `.yarn/releases/yarn-4.5.0.cjs` is Yarn itself.
fn release(file: &File<'_>, node: Node<'_>) -> Option<Toolchain> {
    let version = path::file_name(node.scalar()?).strip_prefix("yarn-")?.trim_end_matches(".cjs").trim_end_matches(".js");
    let fact = Toolchain::selecting(file.part("yarn", node.span()), "yarn", version, node.inner_span());
    let level = Value { span: Some(node.inner_span()), ..Value::derived(Count(Level::Content.number())) };
    fact.versions.is_some().then(|| Toolchain { surface: "yarnPath".to_owned(), level, ..fact })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn a_committed_release_is_a_statement() {
        for (text, expected) in [
            ("yarnPath: .yarn/releases/yarn-4.5.0.cjs\n", vec!["4.5.0 P5"]),
            ("yarnPath: tools/own.cjs\n", vec![]),
            ("nodeLinker: pnp\n", vec![]),
        ] {
            let facts = read_alone(&READER, ".yarnrc.yml", text).facts;
            let shown = |fact: &Toolchain| format!("{} P{}", known(&fact.stated), fact.level.known().map_or(-1, |level| level.0));
            assert_eq!(facts.toolchains.iter().map(shown).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
