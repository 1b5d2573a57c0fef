"""The composite action from end to end, run by act in host mode: no container, no network."""

import json
import os
import re
import shutil
import subprocess

from . import place
from .place import CLEAN, LOOSE, ROOT, WRONG, Case, tool

WORKFLOW = """on: pull_request
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - id: reproof
        continue-on-error: true
        uses: ./.action
        with:
          binary: %(binary)s
          comment: sticky
          sarif: reproof.sarif
%(inputs)s
      - env:
          OUTPUTS: ${{ toJSON(steps.reproof.outputs) }}
          OUTCOME: ${{ steps.reproof.outcome }}
        run: |
          printf '%%s\\n' "$OUTPUTS" > "$RESULTS/outputs.json"
          printf '%%s' "$OUTCOME" > "$RESULTS/outcome"
          cp reproof-report.json reproof.sarif "$RESULTS/" || true
"""


class Act(Case):
    def setUp(self):
        super().setUp()
        self.act = tool("act")
        self.results = self.directory / "results"
        self.results.mkdir()
        self.inner = self.directory / "repository"
        self.inner.mkdir()
        self.directory, self.outer = self.inner, self.directory

    def given(self, files: dict) -> str:
        """A repository with the action in it; gives its commit."""
        shutil.copytree(ROOT / "action", self.inner / ".action" / "action")
        shutil.copy(ROOT / "action.yml", self.inner / ".action")
        self.write("reproof.toml", 'exclude = [".action/**", ".github/workflows/act.yml"]\n')
        return self.repository(files)

    def pull_request(self, commit: str, head: str = "acme/shop", **inputs: str):
        """Runs the workflow for a pull request; gives outcome, outputs, log and summary."""
        lines = "\n".join(f"          {name}: {json.dumps(value)}" for name, value in inputs.items())
        self.write(".github/workflows/act.yml", WORKFLOW % {"binary": place.binary(), "inputs": lines})
        self.commit()
        sides = {"base": {"sha": commit, "ref": "main", "repo": {"full_name": "acme/shop"}}, "head": {"repo": {"full_name": head}}}
        event = self.outer / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, **sides}}))
        command = [self.act, "pull_request", "-W", ".github/workflows/act.yml", "-e", str(event)]
        command += ["-P", "ubuntu-latest=-self-hosted", "--pull=false", "--container-daemon-socket=-"]
        command += ["--env", f"RESULTS={self.results}", "--env", "GITHUB_REPOSITORY=acme/shop"]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.outer / "cache"), "HOME": str(self.outer)}
        done = subprocess.run(
            command, cwd=self.inner, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        log = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, log)
        read = lambda name: (self.results / name).read_text() if (self.results / name).exists() else ""
        # act empties the file of a step's summary when the step is over, and logs what was in it.
        said = re.search(r"Summary - (.*?)\n(?:exit status|\[act.yml/job\])", log, re.DOTALL)
        return read("outcome"), json.loads(read("outputs.json")), log, said.group(1) if said else ""

    def annotations(self, log: str, command: str) -> int:
        return sum(f"::{command} file=" in line or f"::{command}::" in line for line in log.splitlines())

    def test_a_clean_repository_passes(self):
        base = self.given({".github/workflows/ci.yml": CLEAN})
        outcome, outputs, log, summary = self.pull_request(base)
        self.assertEqual((outcome, outputs["exit-code"], outputs["verdict"]), ("success", "0", "clean"), log)
        self.assertEqual((outputs["errors"], outputs["new"]), ("0", "0"))
        self.assertTrue(outputs["version"])
        self.assertTrue(summary.startswith("### reproof: nothing to report"), summary)

    def test_a_new_error_fails_with_its_place(self):
        base = self.given({".github/workflows/ci.yml": CLEAN})
        self.write(".github/workflows/ci.yml", WRONG)
        outcome, outputs, log, summary = self.pull_request(base)
        self.assertEqual((outcome, outputs["verdict"], outputs["errors"]), ("failure", "findings", "1"), log)
        self.assertIn("file=.github/workflows/ci.yml,line=8", log)
        self.assertIn("1 error", summary)
        report = json.loads((self.results / "reproof-report.json").read_text())
        self.assertEqual(report["repository"]["base"], base)
        sarif = json.loads((self.results / "reproof.sarif").read_text())
        self.assertEqual(sarif["runs"][0]["results"][0]["baselineState"], "new")

    def test_what_the_base_has_passes(self):
        base = self.given({".github/workflows/ci.yml": WRONG})
        outcome, outputs, log, _ = self.pull_request(base)
        self.assertEqual((outcome, outputs["new"]), ("success", "0"), log)
        outcome, outputs, log, _ = self.pull_request(base, base="none")
        self.assertEqual((outcome, outputs["errors"]), ("failure", "1"), log)

    def test_warnings_alone_pass(self):
        base = self.given({"a.txt": ""})
        self.write(".github/workflows/ci.yml", LOOSE)
        outcome, outputs, log, _ = self.pull_request(base)
        self.assertEqual((outcome, outputs["errors"]), ("success", "0"), log)
        self.assertGreaterEqual(int(outputs["warnings"]), 1)
        outcome, outputs, _, _ = self.pull_request(base, **{"fail-on": "warning"})
        self.assertEqual((outcome, outputs["verdict"]), ("failure", "findings"))

    def test_of_forty_findings_the_rest_is_in_the_summary(self):
        base = self.given({"a.txt": ""})
        steps = "".join(f"      - uses: acme/tool-{number}@main\n" for number in range(40))
        self.write(".github/workflows/ci.yml", LOOSE + steps)
        _, outputs, log, summary = self.pull_request(base)
        self.assertGreaterEqual(int(outputs["warnings"]), 40)
        self.assertIn("in the summary", log)
        self.assertEqual(log.count("file=.github/workflows/ci.yml"), 9, log)
        self.assertEqual(summary.count("| warning "), int(outputs["warnings"]))

    def test_a_fork_gets_everything_but_the_comment(self):
        base = self.given({".github/workflows/ci.yml": CLEAN})
        self.write(".github/workflows/ci.yml", WRONG)
        outcome, outputs, log, summary = self.pull_request(base, head="stranger/shop", token="t")
        self.assertEqual((outcome, outputs["errors"]), ("failure", "1"), log)
        self.assertIn("from a fork can only read", log)
        self.assertIn("1 error", summary)

    def test_a_base_that_cannot_be_had_is_undetermined(self):
        self.given({".github/workflows/ci.yml": WRONG})
        outcome, outputs, log, _ = self.pull_request("0123456789012345678901234567890123456789")
        self.assertEqual((outcome, outputs["verdict"], outputs["new"]), ("failure", "undetermined", ""), log)
        self.assertIn("git knows no revision", log)

    def test_nothing_that_is_given_is_run(self):
        base = self.given({".github/workflows/ci.yml": CLEAN})
        evil = "x; touch $RESULTS/pwned; $(touch $RESULTS/pwned) `touch $RESULTS/pwned`"
        self.pull_request(base, path=evil, **{"fail-on": evil, "args": evil, "config": evil})
        self.assertFalse((self.results / "pwned").exists())

    def test_verbs_that_ask_registries_leave_their_reports(self):
        manifest = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["idna"]\n'
        lock = (
            'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "idna"\nversion = "1.0"\n'
            'source = { registry = "https://index.example.com/simple" }\nwheels = [{ url = '
            f'"https://index.example.com/idna-1.0-py3-none-any.whl", hash = "sha256:{"a" * 64}" }}]\n'
        )
        base = self.given({"pyproject.toml": manifest, "uv.lock": lock})
        for mode in ("rehearse", "updates"):
            with self.subTest(mode=mode):
                outcome, outputs, log, summary = self.pull_request(base, mode=mode, args="--offline")
                self.assertEqual((outcome, outputs["verdict"], outputs["exit-code"]), ("failure", "undetermined", "3"), log)
                self.assertIn("it was never asked for, and this run is offline", summary)
                self.assertEqual(outputs["report"], f"reproof-{mode}.json")

    def test_outcomes_of_the_history_are_a_report_too(self):
        manifest = '[package]\nname = "app"\nversion = "1.0.0"\nedition = "2024"\n'
        lock = 'version = 4\n\n[[package]]\nname = "app"\nversion = "1.0.0"\n'
        base = self.given({"Cargo.toml": manifest, "Cargo.lock": lock, "src/main.rs": "fn main() {}\n"})
        outcome, outputs, log, summary = self.pull_request(base, mode="metrics")
        self.assertEqual((outcome, outputs["verdict"], outputs["report"]), ("success", "clean", "reproof-metrics.json"), log)
        self.assertIn("lock events", summary)

    def test_only_changed_files_are_reported_where_that_is_wanted(self):
        base = self.given({".github/workflows/ci.yml": CLEAN, ".github/workflows/old.yml": WRONG})
        self.write("notes.txt", "changed\n")
        self.write(".github/workflows/new.yml", WRONG)
        outcome, outputs, log, _ = self.pull_request(base, base=base, **{"changed-only": "true"})
        self.assertEqual((outcome, outputs["errors"]), ("failure", "1"), log)
        self.assertIn("file=.github/workflows/new.yml,line=8", log)
        self.assertNotIn("file=.github/workflows/old.yml", log)
        report = json.loads((self.results / "reproof-report.json").read_text())
        self.assertEqual({finding["location"]["path"] for finding in report["findings"]}, {".github/workflows/new.yml"})
