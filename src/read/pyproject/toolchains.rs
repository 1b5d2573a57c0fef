//! What pyproject.toml demands of Python and of the tools that read it.

use crate::facts::Toolchain;
use crate::read::{File, Output};
use crate::syntax::Node;

/// Demands: where they stand, of which tool, and what people call them.
const CONSTRAINTS: &[(&[&str], &str, &str)] = &[
    (&["project", "requires-python"], "python", "requires-python"),
    (&["tool", "poetry", "dependencies", "python"], "python", "tool.poetry.dependencies.python"),
    (&["tool", "uv", "required-version"], "uv", "tool.uv.required-version"),
    (&["tool", "poetry", "requires-poetry"], "poetry", "tool.poetry.requires-poetry"),
];

/// Targets of checkers: they say for which Python the code is written.
const TARGETS: &[(&[&str], &str)] = &[
    (&["tool", "mypy", "python_version"], "tool.mypy.python_version"),
    (&["tool", "pyright", "pythonVersion"], "tool.pyright.pythonVersion"),
    (&["tool", "basedpyright", "pythonVersion"], "tool.basedpyright.pythonVersion"),
    (&["tool", "ruff", "target-version"], "tool.ruff.target-version"),
    (&["tool", "black", "target-version"], "tool.black.target-version"),
];

/// Adds a toolchain statement for each demand and target.
pub(super) fn read(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    for (path, tool, surface) in CONSTRAINTS {
        if let Some((node, text)) = root.at(path).and_then(|node| node.text().map(|text| (node, text))) {
            let header = file.part(surface, node.span());
            let mut fact = Toolchain::constraining(header, tool, text, node.inner_span());
            fact.surface = (*surface).to_owned();
            output.facts.add(fact);
        }
    }
    for (path, surface) in TARGETS {
        // Of several targets the first is the oldest by custom.
        let node = root.at(path).and_then(|node| if node.is_list() { node.items().next() } else { Some(node) });
        if let Some((node, text)) = node.and_then(|node| Some((node, node.scalar()?))) {
            let place = node.inner_span();
            output.facts.add(Toolchain::targeting(file.part(surface, place), "python", surface, text, place));
        }
    }
}
