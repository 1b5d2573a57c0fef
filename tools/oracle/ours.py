"""What reproof says of a case: its verdict for the lock, and whether it named the culprit."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .case import Case, Culprit
from .runner import Verdict, throw_away
from .tree import write_tree

UNDECIDABLE, ABSENT = "undecidable", "absent"


@dataclass(frozen=True)
class Answer:
    """Our verdict, why, and whether the culprit was named where it stands."""

    verdict: str
    why: str
    named: bool | None = None


def answer(program: Path, case: Case) -> Answer:
    """Runs `reproof check` on the case and reads the report."""
    with throw_away() as folder:
        write_tree(case.tree, folder)
        done = subprocess.run(
            [program, "check", folder, "--format", "json"], cwd=folder, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=60, check=False,
        )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Answer("none", f"exit {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    lock = next((lock for lock in report.get("lockfiles") or [] if lock["path"] == case.lock), None)
    about = evidence(report, lock, case)
    if lock is None:
        said = any("missing" in finding.get("rule", "") for finding in report.get("findings") or [])
        absent = case.lock not in case.tree
        return Answer((ABSENT if said else "unsaid") if absent else "none", "no such lock in the report")
    why = "; ".join(text for text, _ in about)[:600]
    named = names(case.culprit, about) if case.culprit else None
    return Answer(lock["verdict"], why, named)


def agrees(tool: Verdict, ours: Answer) -> bool:
    """Exact agreement.

    Where solving anew failed, stale is as good as the tool's error. A lock that
    is not there agrees by a finding that says so.
    """
    if ours.verdict in (ABSENT, "unsaid"):
        return ours.verdict == ABSENT or tool.verdict == "fresh"
    if tool.unresolvable:
        return ours.verdict in ("stale", "error")
    return ours.verdict == tool.verdict


def evidence(report: dict, lock: dict | None, case: Case) -> list[tuple[str, set[tuple[str, int]]]]:
    """Each reason or finding about the lock: its words, and the places it points to."""
    found = [(words(reason), places(reason)) for reason in (lock or {}).get("reasons") or []]
    for finding in report.get("findings") or []:
        if finding.get("group") in ("lockfile", "lock", "locks", None) or "lock" in finding.get("rule", ""):
            text = " ".join(str(finding.get(key) or "") for key in ("subject", "message", "help"))
            related = " ".join(str(place.get("message") or "") for place in finding.get("related") or [])
            found.append((f"{text} {related}", places(finding)))
    return found


def words(value: object) -> str:
    """All text in a JSON value."""
    if isinstance(value, dict):
        return " ".join(words(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(words(part) for part in value)
    return str(value)


def places(value: object) -> set[tuple[str, int]]:
    """Every path and line in a JSON value."""
    found: set[tuple[str, int]] = set()
    if isinstance(value, dict):
        if isinstance(value.get("path"), str) and isinstance(value.get("line"), int):
            last = value.get("end_line") or value["line"]
            found |= {(value["path"], line) for line in range(value["line"], min(last, value["line"] + 50) + 1)}
        for part in value.values():
            found |= places(part)
    elif isinstance(value, list):
        for part in value:
            found |= places(part)
    return found


def names(culprit: Culprit, about: list[tuple[str, set[tuple[str, int]]]]) -> bool:
    """Whether one piece of evidence has both the name and the manifest line."""
    wanted = {(culprit.manifest, line) for line in culprit.lines}
    some = culprit.name.split("|")
    return any(any(mentions(text, one) for one in some) and (not culprit.manifest or wanted & spots) for text, spots in about)


def mentions(text: str, name: str) -> bool:
    """Whether the name stands in the text as a word, in any of its spellings."""
    pattern = re.sub(r"(\\-|_|\\\.)+", "[-_.]+", re.escape(name))
    return re.search(rf"(?<![\w.@/-]){pattern}(?![\w-])", text, re.I) is not None
