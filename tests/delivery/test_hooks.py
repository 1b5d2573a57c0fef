"""The hooks under pre-commit and prek, with the freshly built wheel and without a registry."""

import os
import re
import subprocess

from . import place
from .place import CACHE, CLEAN, ROOT, WRONG, Case, tool


class Hooks(Case):
    def environment(self) -> dict:
        wheels = str(place.wheel().parent)
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "UV_NO_INDEX": "1", "UV_FIND_LINKS": wheels}
        homes = {"PRE_COMMIT_HOME": str(CACHE / "hooks"), "PREK_HOME": str(CACHE / "prek")}
        path = f"{place.BIN}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, **offline, **homes, "UV_OFFLINE": "1", "PATH": path, "NO_COLOR": "1"}

    def hook(self, runner: str, name: str, *more: str, directory=None):
        """Runs one of our hooks as that runner does; gives the exit code and what was said."""
        command = [tool(runner), "try-repo", str(ROOT), name, "--verbose", *more]
        done = subprocess.run(
            command,
            cwd=directory or self.directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return done.returncode, done.stdout + done.stderr

    def runners(self) -> list:
        place.wheel()
        return [tool(runner) and runner for runner in ("pre-commit", "prek")]

    def test_what_is_staged_is_checked_from_the_wheel(self):
        self.repository({".github/workflows/ci.yml": CLEAN})
        self.write(".github/workflows/ci.yml", WRONG)
        for runner in self.runners():
            self.git("add", "-A")
            code, said = self.hook(runner, "reproof")
            self.assertEqual(code, 1, said)
            self.assertRegex(said, r"error\[[a-z-]+\]")
            self.git("reset", "-q")
            self.write("notes.txt", "nothing to do with it")
            self.git("add", "notes.txt")
            code, said = self.hook(runner, "reproof")
            self.assertEqual(code, 0, said)
            self.git("reset", "-q")

    def test_in_a_monorepo_only_what_is_staged_is_reported_wherever_one_stands(self):
        faulty = {f"services/{name}/.github/workflows/x.yml": "" for name in "ab"}
        pyproject = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["httpx"]\n'
        for name in "ab":
            faulty[f"services/{name}/pyproject.toml"] = pyproject
        self.repository(faulty)
        self.write("services/a/Dockerfile", "FROM python\nRUN pip install httpx\n")
        self.git("add", "-A")
        for runner in self.runners():
            for directory in (self.directory, self.directory / "services" / "b"):
                _, said = self.hook(runner, "reproof", directory=directory)
                self.assertIn("services/a/Dockerfile", said)
                self.assertNotIn("services/b/", said)

    def test_a_commit_that_only_deletes_is_seen_before_the_push(self):
        manifest = '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\nserde = "1"\n'
        lock = 'version = 4\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n'
        self.repository({"Cargo.toml": manifest, "Cargo.lock": lock, "src/main.rs": "fn main() {}\n"})
        self.git("rm", "-q", "Cargo.lock")
        for runner in self.runners():
            code, said = self.hook(runner, "reproof-all", "--hook-stage", "pre-push")
            self.assertIn("Cargo.toml", said)
            self.assertRegex(said, r"(error|warning)\[missing")
            self.assertIn(code, (0, 1))

    def test_a_plain_git_hook_sees_the_index_of_a_partial_commit(self):
        """`git commit -a` and `git commit FILE` hand the hook another index."""
        self.repository({".github/workflows/ci.yml": CLEAN, "a.txt": "a"})
        hook = self.write(".git/hooks/pre-commit", f"#!/bin/sh\nexec {place.binary()} check --staged\n")
        hook.chmod(0o755)
        self.write(".github/workflows/ci.yml", WRONG)
        for arguments in (["-a"], [".github/workflows/ci.yml"]):
            names = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
            command = ["git", *names, "commit", "-q", "-m", "x", *arguments]
            done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("ci.yml:8", done.stdout + done.stderr)
        self.write("a.txt", "b")
        self.git("commit", "-q", "-m", "x", "a.txt")

    def test_the_placeholder_asks_for_the_wheel_of_this_release(self):
        done = place.run([place.BIN / "python", "setup.py", "--version"], cwd=ROOT) if place.BIN.exists() else None
        if done is None:
            self.skipTest("there is no virtual environment: `just delivery` makes it")
        version = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE).group(1)
        self.assertEqual(done.stdout.split()[-1], version)
