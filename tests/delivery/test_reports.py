"""SARIF, JUnit and code quality against their schemas and limits; hostile names in every format; a full disk."""

import contextlib
import gzip
import json
import re
import subprocess
import xml.etree.ElementTree

from . import place
from .place import CACHE, CLEAN, LOOSE, WRONG, Case, run, tool

# A name that tries everything at once: line ends, workflow commands, an escape sequence, bidi, quotes, markup.
HOSTILE = "a\n::error::x\x1b[31m\u202e\"'`|<img src=x>@team%0A.yml"

# Elements of JUnit as Jenkins' xunit plugin (junit-10.xsd) knows them: attributes that may and that must be there, and
# what stands inside.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {"skipped", "time", "timestamp", "hostname", "id", "package", "file", "log", "url", "group"},
        {"name", "tests", "failures", "errors"},
        {"testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": (
        {"time", "classname", "group"},
        {"name"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set(), set()),
    "skipped": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
}


@contextlib.contextmanager
def full_disk(folder):
    """Mounts a disk of 64 kB and fills it; tells whether that was possible."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        yield False
        return
    try:
        with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        yield True
    finally:
        subprocess.run(["umount", folder], check=True)


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

    def test_junit_is_what_jenkins_reads(self):
        self.repository({".github/workflows/ci.yml": LOOSE, ".github/workflows/wrong.yml": WRONG})
        root = xml.etree.ElementTree.fromstring(self.reports()["junit"])
        for element in root.iter():
            allowed, needed, children = JUNIT[element.tag]
            with self.subTest(element=element.tag):
                self.assertLessEqual(set(element.attrib), allowed | needed)
                self.assertLessEqual(needed, set(element.attrib))
                self.assertLessEqual({child.tag for child in element}, children)
        for suite in root.iter("testsuite"):
            cases = suite.findall("testcase")
            self.assertEqual(int(suite.get("tests")), len(cases))
            self.assertEqual(int(suite.get("failures")), len([case for case in cases if case.find("failure") is not None]))
        self.assertGreater(int(root.get("failures")), 0)

    def test_code_quality_is_what_gitlab_reads(self):
        # As an earlier and a later pipeline would: with a baseline, and clean.
        self.repository({".github/workflows/ci.yml": CLEAN})
        self.assertEqual(json.loads(self.reports()["gitlab"]), [])
        self.write(".github/workflows/loose.yml", LOOSE)
        place.reproof(self.directory, "check", "--write-baseline")
        self.write("a/.github/workflows/wrong.yml", WRONG)
        self.write(".github/workflows/wrong.yml", WRONG)
        text = self.reports()["gitlab"]
        self.assertTrue(text.startswith("["), "no byte order mark")
        issues = json.loads(text)
        self.assertEqual(len({issue["fingerprint"] for issue in issues}), len(issues))
        for issue in issues:
            for key in ("description", "check_name", "fingerprint", "severity"):
                self.assertIsInstance(issue[key], str)
            self.assertIn(issue["severity"], ["info", "minor", "major", "critical", "blocker"])
            self.assertRegex(issue["location"]["path"], r"^[^/.]|^\.github/")
            self.assertGreaterEqual(issue["location"]["lines"]["begin"], 1)
        self.assertEqual({issue["severity"] for issue in issues}, {"critical", "info"})

    def test_a_report_is_written_whole_or_not_at_all(self):
        self.repository({".github/workflows/ci.yml": LOOSE})
        self.write("old.json", "old")
        out = self.directory / "full"
        out.mkdir()
        with full_disk(out) as is_full:
            if not is_full:
                self.skipTest("no disk can be mounted here")
            arguments = ["check", "--output", "json=full/new.json", "--output", "html=page.html"]
            done = place.reproof(self.directory, *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"^error: full/new\.json cannot be written: .*[Nn]o space left")
            # Nothing half written is left, and the others are written all the same.
            self.assertEqual([path.name for path in out.iterdir()], ["filler"])
            self.assertTrue((self.directory / "page.html").exists())
            self.assertIn("1 warning", done.stdout)
        done = place.reproof(self.directory, "check", "--output", "json=/dev/full", "--output", "json=no/such/file")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/dev/full cannot be written", done.stderr)
        done = place.reproof(self.directory, "check", "--output", "concise=/dev/stderr")
        self.assertIn("floating-action", done.stderr)
