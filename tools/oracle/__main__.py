"""Asks the real tools and reproof for their verdict on the same cases; see README.md."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import ours, random_cases, summary
from .bench import Bench, benches
from .case import Case
from .runner import CannotLock, Verdict
from .tools import MissingTool

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="oracle", description=__doc__)
    parser.add_argument("--reproof", type=Path, help="the binary to measure")
    parser.add_argument("--tools-only", action="store_true", help="only ask the tools and keep their verdicts")
    parser.add_argument("--tool", action="append", default=[], help="only this tool (repeatable)")
    parser.add_argument("--release", action="append", default=[], metavar="ID=VERSION", help="ask this release of a tool instead (repeatable)")
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    parser.add_argument("--list", action="store_true", help="print the named cases and stop")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="also N random cases a tool")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random cases")
    parser.add_argument("--no-named", action="store_true", help="leave out the named cases")
    parser.add_argument("--no-install", action="store_true", help="use only tools and verdicts that are in the cache")
    parser.add_argument("--cache", type=Path, default=ROOT / "oracle-cache")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--least", type=float, default=99.0, help="per cent of agreement below which the exit code is 1")
    options = parser.parse_args()
    if not (options.list or options.tools_only or options.reproof):
        parser.error("give --reproof FILE, or --tools-only")
    if options.reproof:
        options.reproof = options.reproof.resolve()
    options.cache = options.cache.resolve()
    options.releases = dict(one.split("=", 1) for one in options.release)
    return options


def main() -> int:
    options = arguments()
    chosen = [bench for bench in benches(options.cache, options.releases) if not options.tool or bench.tool.id in options.tool]
    if options.list:
        for bench in chosen:
            for project, edit in bench.named():
                print(f"{bench.tool.id:12} {project.name}/{edit.name:50} {edit.expect}")
        return 0
    results = [result for bench in chosen if (result := measure(bench, options)) is not None]
    return summary.close(results, options)


def measure(bench: Bench, options: argparse.Namespace) -> summary.Result | None:
    """All cases of one tool, asked on both sides."""
    started = time.monotonic()
    try:
        prepare(bench, options)
    except MissingTool as error:
        print(f"{bench.tool.id}: skipped, not installable here: {error}", flush=True)
        return None
    result = summary.Result(bench.tool)
    cases = [] if options.no_named else bench.cases(result.broken)
    if options.random:
        cases += random_cases.cases(bench, options.random, options.seed, result.broken)
    cases = [case for case in cases if options.case in case.name]
    for case in cases:
        case.tree |= bench.tool.pin()
    with ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda case: ask(bench, case, options), cases):
            result.add(*row)
    result.seconds = time.monotonic() - started
    summary.tell(result, options)
    return result


def prepare(bench: Bench, options: argparse.Namespace) -> None:
    """Installs the tool, or takes it as it lies in the cache."""
    tool = bench.tool
    if options.no_install and not tool.home.exists() and tool.id != "cargo":
        if not tool.said_file().exists():
            raise MissingTool("not in the cache")
        return
    tool.install()
    tool.ready = True


def ask(bench: Bench, case: Case, options: argparse.Namespace) -> tuple[Case, Verdict | None, ours.Answer | None]:
    """The tool's verdict and ours for one case."""
    try:
        verdict = bench.tool.verdict(case)
    except (CannotLock, OSError, UnicodeError) as error:
        print(f"{bench.tool.id}: {case.name}: {error}", file=sys.stderr, flush=True)
        return case, None, None
    return case, verdict, None if options.tools_only else ours.answer(options.reproof, case)


if __name__ == "__main__":
    sys.exit(main())
