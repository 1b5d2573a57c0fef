"""SARIF against its schema and GitHub's limits; hostile names in every format."""

import gzip
import json
import re
import xml.etree.ElementTree

from . import place
from .place import CACHE, CLEAN, LOOSE, WRONG, Case, run, tool

# A name that tries everything at once: line ends, workflow commands, an escape sequence, bidi, quotes, markup.
HOSTILE = "a\n::error::x\x1b[31m\u202e\"'`|<img src=x>@team%0A.yml"


class Reports(Case):
    def reports(self, *arguments: str) -> dict:
        formats = ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"]
        outputs = [part for name in formats for part in ("--output", f"{name}=out.{name}")]
        done = place.reproof(self.directory, "check", "--fail-on", "never", *outputs, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        reports = {name: (self.directory / f"out.{name}").read_text() for name in formats}
        for name in formats:
            (self.directory / f"out.{name}").unlink()
        return reports

    def schema(self) -> str:
        """The schema of SARIF 2.1.0, which an npm package carries."""
        schema = CACHE / "sarif-schema-2.1.0.json"
        if not schema.exists():
            self.skipTest("the schema of SARIF is not here: `just delivery` gets it")
        return str(schema)

    def test_sarif_fits_its_schema_with_everything_in_it(self):
        check, schema = tool("check-jsonschema"), self.schema()
        base = self.repository({".github/workflows/ci.yml": LOOSE})
        place.reproof(self.directory, "check", "--write-baseline")
        self.write(".github/workflows/new.yml", WRONG)
        ignored = LOOSE.replace("@main", "@main # reproof: ignore[floating-action] it moves with us")
        self.write(".github/workflows/ignored.yml", ignored)
        for arguments in ([], ["--base", base]):
            sarif = self.reports(*arguments)["sarif"]
            self.write("r.sarif", sarif)
            # The schema has a pattern that only Python's expressions take.
            run([check, "--regex-variant", "python", "--schemafile", schema, self.directory / "r.sarif"])
            (self.directory / "r.sarif").unlink()
            results = json.loads(sarif)["runs"][0]["results"]
            kinds = {one["kind"] for result in results for one in result.get("suppressions", [])}
            self.assertIn("inSource", kinds)
            self.assertIn("external", kinds) if not arguments else self.assertTrue(
                {"new", "unchanged"} <= {result["baselineState"] for result in results}
            )

    def test_sarif_stays_within_what_github_takes(self):
        steps = "".join(f"      - uses: acme/tool-{number}@main\n" for number in range(100))
        self.repository({f".github/workflows/w{number}.yml": LOOSE + steps for number in range(60)})
        self.write(".github/workflows/wrong.yml", WRONG)
        text = self.reports()["sarif"]
        results = json.loads(text)["runs"][0]["results"]
        self.assertEqual((len(results), results[0]["level"]), (5000, "error"))
        self.assertLess(len(gzip.compress(text.encode())), 10_000_000)

    def test_a_hostile_name_stays_a_name(self):
        self.repository({f".github/workflows/{HOSTILE}": WRONG.replace("acme", "a|b"), "x.txt": ""})
        reports = self.reports()
        self.assertIn("error", reports["concise"])
        for name, text in reports.items():
            with self.subTest(format=name):
                self.assertNotIn("\x1b", text)
                # JSON is data: it keeps the name that the file has.
                if name != "json":
                    self.assertNotIn("\u202e", text)
        for line in reports["github"].splitlines():
            self.assertRegex(line, r"^::(error|warning|notice) ")
            self.assertEqual(len(re.findall(r"::(?:error|warning|notice)[ :]", line)), 1, line)
        json.loads(reports["json"]), json.loads(reports["sarif"]), json.loads(reports["gitlab"])
        xml.etree.ElementTree.fromstring(reports["junit"])
        self.assertNotIn("<img", reports["html"])
        # In a code span nothing is markup.
        self.assertRegex(reports["markdown"], "`[^`]*<img[^`]*`")
        self.assertEqual(len([line for line in reports["markdown"].splitlines() if line.startswith("| error")]), 1)

    def test_two_runs_of_one_commit_are_the_same_bytes(self):
        self.repository({".github/workflows/ci.yml": WRONG, "b.yml": CLEAN})
        first = self.reports("--reproducible", "--now", "2026-11-23")
        second = self.reports("--reproducible", "--now", "2026-11-23", "--jobs", "1")
        self.assertEqual(first, second)
