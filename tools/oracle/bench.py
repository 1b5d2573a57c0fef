"""Each tool with its projects and edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from . import checks_js, checks_other, checks_python
from .case import FRESH, Case, Edit, Project, apply
from .runner import CannotLock, Tool
from .tree import Misfit

PLAN = (
    (checks_python.Uv, "cases_uv"),
    (checks_python.Poetry, "cases_poetry"),
    (checks_python.OldPoetry, "cases_poetry"),
    (checks_python.Pdm, "cases_pdm"),
    (checks_python.Pipenv, "cases_pipenv"),
    (checks_python.PipTools, "cases_piptools"),
    (checks_python.UvPip, "cases_piptools"),
    (checks_js.Npm, "cases_npm"),
    (checks_js.Pnpm8, "cases_pnpm"),
    (checks_js.Pnpm9, "cases_pnpm"),
    (checks_js.Pnpm10, "cases_pnpm"),
    (checks_js.Pnpm11, "cases_pnpm"),
    (checks_js.Yarn1, "cases_yarn1"),
    (checks_js.Berry, "cases_berry"),
    (checks_js.Berry3, "cases_berry"),
    (checks_js.Berry2, "cases_berry"),
    (checks_js.Bun, "cases_bun"),
    (checks_js.Cargo, "cases_cargo"),
    (checks_other.Composer, "cases_composer"),
    (checks_other.Bundler, "cases_bundler"),
    (checks_other.Go, "cases_go"),
    (checks_other.Terraform, "cases_terraform"),
)


@dataclass(frozen=True)
class Bench:
    """A tool, its projects, and the edits of each."""

    tool: Tool
    plan: list[tuple[Project, list[Edit]]]

    def named(self) -> Iterator[tuple[Project, Edit]]:
        """Every project unchanged, and with each of its edits."""
        for project, edits in self.plan:
            yield project, Edit("unchanged", (), FRESH)
            for edit in edits:
                yield project, edit

    def cases(self, broken: list[str]) -> list[Case]:
        """The named cases; those that cannot be built are said in `broken`."""
        made = []
        for project, edits in self.plan:
            try:
                locked = self.tool.locked(project)
            except (CannotLock, Misfit) as error:
                broken.append(f"{project.name}: {error}")
                continue
            for edit in [Edit("unchanged", (), FRESH), *edits]:
                name = f"{project.name}/{edit.name}"
                try:
                    made.append(apply(project, locked, [edit], name))
                except Misfit as error:
                    broken.append(f"{name}: {error}")
        return made


def benches(cache: Path, releases: dict[str, str]) -> list[Bench]:
    """All tools in the order of the report; with `releases`, other ones than usual."""
    made = []
    for tool, module in PLAN:
        made.append(Bench(tool(cache, releases.get(tool.id, "")), import_module(f".{module}", __package__).plan(tool.id)))
    return made
