"""Where the action gets its binary from, and what it refuses to run."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import unittest

from . import place
from .place import ROOT, Case

FAKE = "#!/bin/sh\necho reproof 9.8.7\n"


class Install(Case):
    def setUp(self):
        super().setUp()
        place.tool("curl")
        self.action = self.directory / "the action"
        shutil.copytree(ROOT / "action", self.action)
        (self.directory / "repository").mkdir()

    def release(self, version="9.8.7", text=FAKE) -> str:
        """Puts a release on disk and gives its line of checksums.txt."""
        folder = self.directory / "releases" / f"v{version}"
        folder.mkdir(parents=True)
        archive = folder / f"reproof-{version}-x86_64-unknown-linux-musl.tar.gz"
        binary = self.write("reproof", text)
        binary.chmod(0o755)
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(binary, "reproof")
        return f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"

    def know(self, *lines: str):
        with (self.action / "checksums.txt").open("a") as file:
            file.writelines(lines)

    def install(self, **environment):
        output = self.directory / "output"
        output.write_text("")
        base = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_TEMP": str(self.directory),
            "RUNNER_TOOL_CACHE": str(self.directory / "cache"),
            "REPROOF_RELEASES": (self.directory / "releases").as_uri(),
            "GITHUB_OUTPUT": str(output),
        }
        done = subprocess.run(
            ["bash", str(self.action / "install.sh")],
            cwd=self.directory / "repository",
            env={**base, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done.returncode, done.stdout + done.stderr, outputs

    def test_an_archive_that_is_known_is_taken_and_kept(self):
        self.know(self.release())
        code, said, outputs = self.install()
        self.assertEqual((code, outputs.get("version")), (0, "9.8.7"), said)
        shutil.rmtree(self.directory / "releases")
        code, said, _ = self.install()
        self.assertEqual(code, 0, said)
        self.assertIn("from the tool cache", said)

    def test_nothing_is_kept_where_that_is_not_wanted(self):
        self.know(self.release())
        (self.directory / "temporary").mkdir()
        code, said, _ = self.install(REPROOF_CACHE="false", RUNNER_TEMP=str(self.directory / "temporary"))
        self.assertEqual(code, 0, said)
        self.assertFalse((self.directory / "cache").exists())

    def test_an_archive_that_differs_is_refused_and_not_kept(self):
        line = self.release()
        self.know("0" * 64 + line[64:])
        code, said, outputs = self.install()
        self.assertEqual((code, outputs), (2, {}))
        self.assertIn("is not the one that this commit of the action knows", said)
        self.assertFalse((self.directory / "cache").exists())

    def test_the_version_is_asked_for_or_pinned_or_the_own_one(self):
        self.know(self.release("1.0.0", FAKE.replace("9.8.7", "1.0.0")), self.release())
        config = self.directory / "repository" / "reproof.toml"
        config.write_text('# a comment\nversion = "1.0.0" # pinned\n[rules]\nversion = "3.0.0"\n')
        self.assertEqual(self.install()[2].get("version"), "1.0.0")
        self.assertEqual(self.install(REPROOF_VERSION="v9.8.7")[2].get("version"), "9.8.7")
        config.write_text('[rules]\nversion = "3.0.0"\n')
        self.assertEqual(self.install()[2].get("version"), "9.8.7")
        self.assertEqual(self.install(REPROOF_ACTION_REF="v1.0.0")[2].get("version"), "1.0.0")

    def test_what_is_not_known_is_never_fetched(self):
        self.release()
        for environment, said in [
            ({}, "has no release: give `binary`"),
            ({"REPROOF_VERSION": "9.8.7"}, "has no checksums of reproof 9.8.7"),
            ({"REPROOF_VERSION": "../../x"}, "is no version such as 1.2.3"),
            ({"REPROOF_VERSION": "1.2.3", "RUNNER_OS": "Plan9"}, "there is no release for Plan9"),
            ({"REPROOF_BINARY": "nowhere"}, "there is no file at the path"),
        ]:
            code, out, outputs = self.install(**environment)
            self.assertEqual((code, outputs), (2, {}), out)
            self.assertIn(said, out)

    def test_a_binary_that_is_given_is_run_as_it_is(self):
        self.write("repository/reproof", FAKE).chmod(0o755)
        code, said, outputs = self.install(REPROOF_BINARY="reproof")
        self.assertEqual(code, 0, said)
        self.assertEqual(outputs, {"binary": f"{self.directory}/repository/reproof", "version": "9.8.7"})

    def test_the_wheel_stands_in_for_the_archive(self):
        wheel = place.wheel()
        version = wheel.name.split("-")[1]
        self.know(f"{hashlib.sha256(wheel.read_bytes()).hexdigest()}  {wheel.name}\n")
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "REPROOF_VERSION": version}
        code, said, outputs = self.install(**index)
        self.assertEqual((code, outputs.get("version")), (0, version), said)
        self.assertIn("trying the wheel", said)

    def test_a_wheel_that_differs_is_refused(self):
        wheel = place.wheel()
        version = wheel.name.split("-")[1]
        self.know(f"{'0' * 64}  {wheel.name}\n")
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "REPROOF_VERSION": version}
        code, said, outputs = self.install(**index)
        self.assertEqual((code, outputs), (2, {}), said)
        self.assertIn("cannot be had", said)


if __name__ == "__main__":
    unittest.main()
