"""Counts, tables and the exit code."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass, field

from .case import Case
from .ours import UNDECIDABLE, Answer, agrees
from .runner import Tool, Verdict
from .tree import write_tree


@dataclass
class Result:
    """What came out for one tool."""

    tool: Tool
    rows: list[tuple[Case, Verdict, Answer | None]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Cases that could not be built."""
    seconds: float = 0.0

    def add(self, case: Case, verdict: Verdict | None, answer: Answer | None) -> None:
        if verdict is None:
            self.broken.append(case.name)
        else:
            self.rows.append((case, verdict, answer))


@dataclass(frozen=True)
class Score:
    """Agreement over one kind of case; undecidable counts as a miss here and is told apart."""

    cases: int
    outside: int
    """Cases that no reader of the files can decide; they are in none of the other figures."""
    agreed: int
    undecidable: int
    culprits: int
    named: int

    def percent(self) -> float:
        return 100.0 * self.agreed / self.cases if self.cases else 100.0


def score(rows: list[tuple[Case, Verdict, Answer | None]]) -> Score:
    asked = [(case, verdict, answer) for case, verdict, answer in rows if answer]
    judged = [row for row in asked if not (row[0].outside or row[1].outside)]
    blamed = [
        answer for case, verdict, answer in judged
        if case.culprit and verdict.verdict == "stale" and answer.verdict == "stale"
    ]
    return Score(
        len(judged),
        len(asked) - len(judged),
        sum(agrees(verdict, answer) for _, verdict, answer in judged),
        sum(answer.verdict == UNDECIDABLE for _, _, answer in judged),
        len(blamed),
        sum(bool(answer.named) for answer in blamed),
    )


def tell(result: Result, options: argparse.Namespace) -> None:
    """Prints one tool's outcome and keeps its table in the cache."""
    tool = result.tool
    print(f"\n{tool.id} {tool.version}: {len(result.rows)} cases in {result.seconds:.0f} s", flush=True)
    write_table(result, options)
    for name in result.broken:
        print(f"  not built: {name}")
    if options.tools_only:
        tell_tool(result)
        return
    for kind in ("named", "random"):
        rows = [row for row in result.rows if row[0].kind == kind]
        if rows:
            tell_score(kind, score(rows))
            for case, verdict, answer in rows:
                tell_row(result, case, verdict, answer, options)


def tell_tool(result: Result) -> None:
    """Counts of the tool's verdicts, and where they differ from the written rules."""
    for kind in ("named", "random"):
        verdicts = [verdict for case, verdict, _ in result.rows if case.kind == kind]
        counts = {name: sum(v.verdict == name for v in verdicts) for name in ("fresh", "stale", "error")}
        unresolvable = sum(v.unresolvable for v in verdicts)
        if verdicts:
            print(f"  {kind}: {len(verdicts)} " + ", ".join(f"{n} {c}" for n, c in counts.items()) + f" ({unresolvable} of them failed to solve anew)")
    for case, verdict, _ in result.rows:
        if case.expect and case.expect != verdict.verdict:
            print(f"  {case.name}: the rules say {case.expect}, {result.tool.id} says {verdict.verdict}: {one_line(verdict.said)}")


def tell_score(kind: str, got: Score) -> None:
    share = f"{got.percent():.1f} %"
    culprit = f"{100 * got.named / got.culprits:.1f} % of {got.culprits}" if got.culprits else "none"
    print(f"  {kind}: {got.cases} cases, agreement {share}, undecidable {got.undecidable}, culprit named {culprit}" + (f"; {got.outside} more not decidable from the files" if got.outside else ""))


def tell_row(result: Result, case: Case, verdict: Verdict, answer: Answer | None, options: argparse.Namespace) -> None:
    """A disagreement, or a culprit that was not named; its folder is kept."""
    if answer is None:
        return
    if not agrees(verdict, answer):
        folder = keep(result, case, verdict, answer, options)
        word = "OUTSIDE" if case.outside or verdict.outside else "DIFFERS"
        print(f"    {word} {case.name}: {result.tool.id} {verdict.verdict}, reproof {answer.verdict}: {one_line(verdict.said)} | {one_line(answer.why)}")
        print(f"            {case.note + ' ' if case.note else ''}in {folder}")
    elif case.culprit and verdict.verdict == "stale" and answer.verdict == "stale" and not answer.named:
        folder = keep(result, case, verdict, answer, options)
        lines = ",".join(str(line) for line in sorted(case.culprit.lines)[:4])
        print(f"    UNNAMED {case.name}: {case.culprit.name} at {case.culprit.manifest}:{lines} | {one_line(answer.why)}")


def keep(result: Result, case: Case, verdict: Verdict, answer: Answer, options: argparse.Namespace) -> str:
    """Writes the case where it can be looked at."""
    folder = options.cache / "kept" / result.tool.id / case.name.replace("/", "--")
    shutil.rmtree(folder, ignore_errors=True)
    write_tree(case.tree, folder)
    (folder / "VERDICTS").write_text(f"{result.tool.id}: {verdict.verdict}\n{verdict.said}\n\nreproof: {answer.verdict}\n{answer.why}\n")
    return str(folder)


def write_table(result: Result, options: argparse.Namespace) -> None:
    """The observed verdict of every case, one a line."""
    table = options.cache / "tables" / f"{result.tool.id}.tsv"
    table.parent.mkdir(parents=True, exist_ok=True)
    with table.open("w") as file:
        for case, verdict, answer in result.rows:
            ours = answer.verdict if answer else ""
            note = f"{verdict.verdict}{'*' if verdict.unresolvable else ''}"
            print(case.kind, case.name, case.expect, note, ours, case.note, one_line(verdict.said), sep="\t", file=file)


def close(results: list[Result], options: argparse.Namespace) -> int:
    """The table over all tools, and the exit code."""
    if options.tools_only:
        print(f"\n{sum(len(result.rows) for result in results)} cases over {len(results)} tools")
        return 0
    print(f"\n{'tool':12} {'kind':7} {'cases':>6} {'agree %':>8} {'undecidable':>12} {'culprit':>10}")
    low = False
    for result in results:
        for kind in ("named", "random"):
            got = score([row for row in result.rows if row[0].kind == kind])
            if got.cases:
                low |= got.percent() < options.least
                print(f"{result.tool.id:12} {kind:7} {got.cases:6} {got.percent():8.1f} {got.undecidable:12} {got.named:4}/{got.culprits:<5}")
    return 1 if low else 0


def one_line(text: str) -> str:
    """Said in one line, for a table."""
    words = " ".join(text.split())
    return json.dumps(words if len(words) < 300 else f"{words[:150]} ... {words[-140:]}", ensure_ascii=False)
