"""Everything that other programs read of us, held against their own schemas and linters."""

import subprocess

from . import place
from .place import ROOT, Case, run, tool

ORIGIN = "acme/reproof@0123456789012345678901234567890123456789"


class Schemas(Case):
    def workflows(self):
        """Our own workflows, and those that `init` writes."""
        self.repository({"a.txt": "a"})
        done = place.reproof(self.directory, "init", "--workflow", "--weekly", "--hook", "--origin", ORIGIN)
        self.assertEqual(done.returncode, 0, done.stderr)
        written = sorted((self.directory / ".github" / "workflows").glob("*.yml"))
        self.assertEqual(len(written), 2)
        return sorted((ROOT / ".github" / "workflows").glob("*.yml")) + written

    def test_workflows_fit_their_schema(self):
        check = tool("check-jsonschema")
        run([check, "--builtin-schema", "vendor.github-workflows", *self.workflows()])

    def test_the_action_fits_its_schema(self):
        run([tool("check-jsonschema"), "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"])

    def test_an_audit_finds_nothing(self):
        zizmor = tool("zizmor")
        files = [*self.workflows(), ROOT / "action.yml"]
        done = subprocess.run(
            [zizmor, "--offline", "--no-progress", "--persona", "regular", *map(str, files)],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_init_writes_gives_no_finding(self):
        self.workflows()
        self.git("add", "-A")
        done = place.reproof(self.directory, "check", "--format", "concise", "--fail-on", "warning")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_hook_definitions_and_the_written_entry_are_valid(self):
        pre_commit = tool("pre-commit")
        run([pre_commit, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"])
        self.workflows()
        run([pre_commit, "validate-config", self.directory / ".pre-commit-config.yaml"])

    def test_shell_scripts(self):
        run([tool("shellcheck"), *sorted((ROOT / "action").glob("*.sh")), ROOT / ".ci" / "run"])

    def test_nothing_is_pasted_into_a_script(self):
        text = (ROOT / "action.yml").read_text()
        scripts = [line for line in text.splitlines() if line.strip().startswith("run:")]
        self.assertEqual(len(scripts), 2)
        self.assertFalse([line for line in scripts if "${{" in line])
