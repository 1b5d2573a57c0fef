//! What pyproject.toml demands of Python and of the tools that read it.

use crate::facts::Toolchain;
use crate::read::{File, Output};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

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
            output.facts.add(target(file, surface, text, node.inner_span()));
        }
    }
}

fn target(file: &File<'_>, surface: &str, text: &str, place: Span) -> Toolchain {
    // Ruff and Black write `py312` for 3.12.
    let digits = text.strip_prefix("py3").filter(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()));
    let version = digits.map_or_else(|| text.to_owned(), |minor| format!("3.{minor}"));
    let mut fact = Toolchain::selecting(file.part(surface, place), "python", &version, place);
    fact.stated = Value::written(text.to_owned(), place);
    fact.role = "target".to_owned();
    fact.surface = surface.to_owned();
    fact
}
