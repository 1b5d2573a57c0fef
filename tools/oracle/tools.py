"""Installs the pinned tools into the cache with the ordinary clients of their registries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from .runner import Said, Tool, tail

PIP_CONSTANT = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
"""Prints the index that pip itself starts from."""


class MissingTool(Exception):
    """The tool cannot be had here; says why."""


class PythonTool(Tool):
    """A tool from the Python index, in a virtual environment of its own."""

    distribution = ""
    """Its name in the index, where that is not the program's."""

    def requirements(self) -> tuple[str, ...]:
        """What pip installs."""
        return (f"{self.distribution or self.program}=={self.version}",)

    @property
    def bin(self) -> Path:
        return self.home / "bin" / self.program

    def install(self) -> None:
        if not self.bin.exists():
            shutil.rmtree(self.home, ignore_errors=True)
            must([sys.executable, "-m", "venv", str(self.home)])
            try:
                must([str(self.home / "bin" / "python"), "-m", "pip", "install", "-q", *self.requirements()])
            except MissingTool:
                shutil.rmtree(self.home, ignore_errors=True)
                raise

    def environment(self) -> dict[str, str]:
        return home_of(self.cache)


class NodeTool(Tool):
    """A tool from the npm registry, in a folder of its own."""

    package: str
    engine = ""
    """A release of Node, for a tool that the machine's own is too old for."""

    @property
    def bin(self) -> Path:
        return self.home / "node_modules" / ".bin" / self.program

    def install(self) -> None:
        if not self.bin.exists():
            npm = shutil.which("npm")
            if npm is None:
                raise MissingTool("npm is not on PATH")
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir(parents=True)
            wanted = [f"{self.package}@{self.version}"] + ([f"node@{self.engine}"] if self.engine else [])
            must([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", ".", *wanted], self.home)
        settings = self.cache / "home" / "npmrc"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"registry={npm_registry()}\nfund=false\naudit=false\nupdate-notifier=false\n")

    def environment(self) -> dict[str, str]:
        settings = str(self.cache / "home" / "npmrc")
        own = {"PATH": f"{self.bin.parent}{os.pathsep}{os.environ.get('PATH', '')}"} if self.engine else {}
        return home_of(self.cache) | {"NPM_CONFIG_USERCONFIG": settings, "NPM_CONFIG_CACHE": str(self.cache / "npm")} | own


def home_of(cache: Path) -> dict[str, str]:
    """An empty home, so that no setting of the user's reaches the tool."""
    home = cache / "home"
    home.mkdir(parents=True, exist_ok=True)
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    ends = ("", ".config", ".cache", ".local/share", ".local/state")
    return {name: str(home / end) for name, end in zip(names, ends)}


@cache
def python_index() -> tuple[str, bool]:
    """The index that pip uses here, and whether it is a configured one."""
    said = ask([sys.executable, "-m", "pip", "config", "list"])
    for line in said.text.splitlines():
        name, _, value = line.partition("=")
        if name.endswith(".index-url"):
            return value.strip("'\""), True
    return ask([sys.executable, "-c", PIP_CONSTANT]).text.strip().splitlines()[-1], False


@cache
def npm_registry() -> str:
    """The registry that npm uses here."""
    lines = ask(["npm", "config", "get", "registry"], quiet=True).text.strip().splitlines()
    if not lines:
        raise MissingTool("npm names no registry")
    return lines[-1]


def must(command: list[str], folder: Path | None = None) -> str:
    """Runs a command that has to succeed."""
    said = ask(command, folder)
    if said.code != 0:
        raise MissingTool(tail(said.text, 300))
    return said.text


def ask(command: list[str], folder: Path | None = None, quiet: bool = False) -> Said:
    """Runs a command with the user's settings, as these know the registries."""
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT, timeout=900, env=os.environ, check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingTool(str(error)) from None
    return Said(done.returncode, done.stdout.decode(errors="replace"))
