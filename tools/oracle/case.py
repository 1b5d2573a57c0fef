"""Projects, edits and the cases made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .tree import Step, Tree, touched_lines

FRESH, STALE, ERROR = "fresh", "stale", "error"


@dataclass(frozen=True)
class Project:
    """A manifest set whose lock the real tool writes once."""

    name: str
    files: Tree
    lock: str
    """Path of the lock that is judged."""
    options: tuple[str, ...] = ()
    """What the tool is told beside its usual arguments."""
    finish: tuple[Step, ...] = ()
    """Steps on the tree after locking, before any edit (an older lock format, for example)."""


@dataclass(frozen=True)
class Edit:
    """One named change of a locked project."""

    name: str
    steps: tuple[Step, ...]
    expect: str
    """The verdict that the written rules of the tool promise."""
    blame: str = ""
    """Name of the requirement or setting that a stale verdict should name; `a|b` where either is right."""
    outside: bool = False
    """Data that stands in neither file decides (a registry's, for example): counted apart."""


def outside(edit: Edit) -> Edit:
    """The edit, marked as one that the files alone do not decide."""
    return replace(edit, outside=True)


@dataclass(frozen=True)
class Culprit:
    """What a stale verdict of a single edit must name, and where."""

    name: str
    manifest: str = ""
    lines: frozenset[int] = frozenset()


@dataclass
class Case:
    """A tree to be judged, with what is expected of it when that is known."""

    name: str
    tree: Tree
    lock: str
    options: tuple[str, ...] = ()
    expect: str = ""
    culprit: Culprit | None = None
    kind: str = "named"
    note: str = ""
    """How a random case came about."""
    outside: bool = False


def apply(project: Project, locked: Tree, edits: list[Edit], name: str) -> Case:
    """The case that arises when the edits are done in turn; raises `Misfit`."""
    tree = dict(locked)
    for edit in edits:
        for step in edit.steps:
            step(tree)
    case = Case(name, tree, project.lock, project.options)
    case.outside = any(edit.outside for edit in edits)
    if len(edits) == 1:
        case.expect = edits[0].expect
        case.culprit = culprit_of(project, locked, tree, edits[0])
    return case


def culprit_of(project: Project, before: Tree, after: Tree, edit: Edit) -> Culprit | None:
    """Name, manifest and lines of the one thing that was changed."""
    if not edit.blame or edit.expect != STALE:
        return None
    changed = [path for path in after if path != project.lock and before.get(path) != after[path]]
    if len(changed) != 1:
        return Culprit(edit.blame)
    path = changed[0]
    touched = touched_lines(before.get(path, ""), after[path])
    # Where a source or an option of it changed, the line that asks for it is as good.
    some = "|".join(re.escape(one) for one in edit.blame.split("|"))
    word = re.compile(rf"(?<![\w-])(?:{some})(?![\w-])", re.I)
    spoken = {number for number, line in enumerate(after[path].splitlines(), 1) if word.search(line)}
    return Culprit(edit.blame, path, frozenset(touched | spoken))
