"""Damage that any lock can suffer, whatever tool wrote it."""

from __future__ import annotations

import re

from .case import Edit
from .tree import Misfit, Step, Tree, change, drop, need, prepend, put


def damage(lock: str, sign: str, **expect: str) -> list[Edit]:
    """The usual ways in which a lock goes bad, with the verdict promised for each.

    Keywords: the names in the table below, with underscores.
    """
    steps: dict[str, tuple[Step, ...]] = {
        "cut": (change(lock, lambda text: text[: text.rfind("\n", 0, len(text) * 6 // 10) + 1] + '"cu'),),
        "cut_at_line": (change(lock, lambda text: "".join(text.splitlines(True)[: max(text.count("\n") * 2 // 3, 1)])),),
        "conflict": (change(lock, conflicted),),
        "conflict_version": (change(lock, version_conflict),),
        "conflict_version_diff3": (change(lock, lambda text: version_conflict(text, True)),),
        "empty": (put(lock, ""),),
        "missing": (drop(lock),),
        "crlf": (change(lock, lambda text: text.replace("\n", "\r\n")),),
        "bom": (prepend(lock, "\ufeff"),),
        "comment": (prepend(lock, f"{sign} a word\n"),) if sign else (),
        "folder": (folder(lock),),
        "no_last_newline": (change(lock, lambda text: text.rstrip("\n")),),
        "blank_lines": (change(lock, lambda text: text + "\n\n"),),
    }
    return [Edit(f"lock-{name.replace('_', '-')}", steps[name], verdict) for name, verdict in expect.items()]


def conflicted(text: str) -> str:
    """The same hunk twice between conflict markers, the second side altered."""
    lines = text.splitlines(True)
    middle = len(lines) // 2
    hunk = lines[middle : middle + 3]
    other = [line.replace("1", "2") for line in hunk]
    return "".join([*lines[:middle], "<<<<<<< HEAD\n", *hunk, "=======\n", *other, ">>>>>>> branch\n", *lines[middle + 3 :]])


def version_conflict(text: str, base: bool = False) -> str:
    """Two branches that each moved the version of one package in the middle; `base` adds the common line."""
    lines = text.splitlines(True)
    spots = [index for index, line in enumerate(lines) if re.match(r"\s+\"?version\"?[ :=]", line) or line.startswith("version = ")]
    if not spots:
        raise Misfit("no version line")
    at = spots[len(spots) // 2]
    line = lines[at]
    parent = ["||||||| base\n", line] if base else []
    return "".join([*lines[:at], "<<<<<<< HEAD\n", line, *parent, "=======\n", re.sub(r"\d", "9", line, count=1), ">>>>>>> branch\n", *lines[at + 1 :]])


def folder(lock: str) -> Step:
    """A directory in the place of the lock."""

    def step(tree: Tree) -> None:
        need(tree, lock)
        del tree[lock]
        tree[f"{lock}/keep"] = ""

    return step
