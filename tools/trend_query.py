"""Runs the DuckDB query of docs/metrics.md over lines that reproof appended, one of them cut off.

Needs the PyPI package duckdb. Usage: python3 tools/trend_query.py REPROOF
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb

LOCK = """version = 1
requires-python = ">=3.12"

[[package]]
name = "amber"
version = "1.0"
source = { registry = "https://index.example.com/simple" }
"""


def query() -> str:
    """The first SQL block after the word DuckDB."""
    text = pathlib.Path(__file__).parent.parent.joinpath("docs/metrics.md").read_text()
    return re.search(r"^DuckDB .*?```sql\n(.*?)```", text, re.S | re.M).group(1)


def main() -> None:
    reproof = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        trend = root / "trend"
        trend.mkdir()
        for name, days in {"billing": (2, 3, 10), "orders": (4,)}.items():
            repository = root / name
            repository.mkdir()
            repository.joinpath("uv.lock").write_text(LOCK)
            repository.joinpath("reproof.toml").write_text("")
            for day in days:
                append = ["--append", str(trend / f"{name}.jsonl"), "--now", f"2026-11-{day:02}"]
                subprocess.run([reproof, "check", str(repository), *append, "--fail-on", "never", "--quiet"],
                               check=True, stdout=subprocess.DEVNULL)
        with trend.joinpath("orders.jsonl").open("a") as file:
            file.write('{"schema": "reproof-trend/1", "repository": "ord')
        text = query().replace("trend/*.jsonl", str(trend / "*.jsonl"))
        rows = duckdb.sql(text).fetchall()
        print(*rows, sep="\n")
        found = [(row[0], str(row[2])[:10]) for row in rows]
        expected = [("billing", "2026-11-02"), ("billing", "2026-11-09"), ("orders", "2026-11-02")]
        assert found == expected, found


main()
