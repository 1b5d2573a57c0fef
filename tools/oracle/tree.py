"""A project as a dictionary of path to text, and the steps that edit it.

A step is a function of a tree that changes it in place and raises `Misfit`
when it has nothing to change, so that a drifted case is noticed.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Callable

Tree = dict[str, str]
Step = Callable[[Tree], None]


class Misfit(Exception):
    """The step finds nothing to change in this tree."""


def write_tree(tree: Tree, folder: Path) -> None:
    """Writes every file of the tree, byte for byte, below the folder."""
    for path, text in tree.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def sub(path: str, old: str, new: str, every: bool = False) -> Step:
    """Replaces the first (or every) occurrence of a text."""

    def step(tree: Tree) -> None:
        text = need(tree, path)
        if old not in text or old == new:
            raise Misfit(f"{path} has no {old!r}")
        tree[path] = text.replace(old, new) if every else text.replace(old, new, 1)

    return step


def resub(path: str, pattern: str, new: str, count: int = 1) -> Step:
    """Replaces matches of a pattern (multi-line, dot matches newline off)."""

    def step(tree: Tree) -> None:
        text = need(tree, path)
        changed, times = re.subn(pattern, new, text, count=count, flags=re.M)
        if not times or changed == text:
            raise Misfit(f"{path} has nothing like {pattern!r}")
        tree[path] = changed

    return step


def put(path: str, text: str) -> Step:
    """Writes a file that is new or replaces the old one."""
    return lambda tree: tree.__setitem__(path, text)


def append(path: str, text: str) -> Step:
    """Adds text at the end of a file."""
    return lambda tree: tree.__setitem__(path, need(tree, path) + text)


def prepend(path: str, text: str) -> Step:
    """Adds text at the start of a file."""
    return lambda tree: tree.__setitem__(path, text + need(tree, path))


def change(path: str, function: Callable[[str], str]) -> Step:
    """Rewrites a file by a function of its text."""

    def step(tree: Tree) -> None:
        text = need(tree, path)
        changed = function(text)
        if changed == text:
            raise Misfit(f"{path} stays the same")
        tree[path] = changed

    return step


def drop(path: str) -> Step:
    """Removes a file, or every file below a folder."""

    def step(tree: Tree) -> None:
        gone = [name for name in tree if name == path or name.startswith(path + "/")]
        if not gone:
            raise Misfit(f"no {path}")
        for name in gone:
            del tree[name]

    return step


def edit_json(path: str, function: Callable[[dict], None]) -> Step:
    """Edits a JSON file through its value; two-space indent as npm writes."""

    def step(tree: Tree) -> None:
        text = need(tree, path)
        try:
            value = json.loads(text)
            function(value)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise Misfit(f"{path}: {error!r}") from None
        changed = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        if changed == text:
            raise Misfit(f"{path} stays the same")
        tree[path] = changed

    return step


def set_json(path: str, where: str, value: object) -> Step:
    """Sets `a/b/c` in a JSON file, making the objects on the way; `~1` is a slash in a key."""

    def put_value(document: dict) -> None:
        *way, last = (key.replace("~1", "/") for key in where.split("/"))
        for key in way:
            document = document.setdefault(key, {})
        document[last] = value

    return edit_json(path, put_value)


def cut_json(path: str, where: str) -> Step:
    """Removes `a/b/c` from a JSON file."""

    def remove(document: dict) -> None:
        *way, last = (key.replace("~1", "/") for key in where.split("/"))
        for key in way:
            document = document[key]
        del document[last]

    return edit_json(path, remove)


def need(tree: Tree, path: str) -> str:
    """The text of a file that must be there."""
    if path not in tree:
        raise Misfit(f"no {path}")
    return tree[path]


def touched_lines(before: str, after: str) -> set[int]:
    """Lines (from 1) of the new text where a reader would look for the change.

    Where something was only taken away these are the line before, the line
    after, and the lines that open the table or array before it and around it.
    """
    old, new = before.splitlines(), after.splitlines()
    lines: set[int] = set()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            lines.update(range(start + 1, end + 1))
        elif kind == "delete":
            depth = min((indent(line) for line in old[first:last] if line.strip()), default=0)
            lines.update({start, start + 1, opener(new, start), opener(new, start, depth)} - {0})
    return lines


def opener(lines: list[str], start: int, depth: int | None = None) -> int:
    """The line (from 1) at or above `start` that opens a table or an array; with `depth`, one that holds what is indented so far."""
    for index in range(min(start, len(lines)) - 1, -1, -1):
        text = lines[index].strip()
        holds = depth is None or indent(lines[index]) < depth
        if text.startswith("[") or text.endswith(("[", "{", ":")) and holds:
            return index + 1
    return 1


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())
