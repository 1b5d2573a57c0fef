"""The Python tools: how each locks, how its frozen check is asked, and what its words mean."""

from __future__ import annotations

import re
from pathlib import Path

from .case import ERROR, FRESH, STALE, Case, Project
from .runner import Said, Verdict, tail
from .tools import PythonTool, home_of, python_index

UNSOLVABLE = (
    "no solution found", "no matching distribution", "because there is no version", "not found in the package registry",
    "there are no versions of", "no version is available", "version solving failed", "failed to fetch", "no matching",
    "resolutionimpossible", "could not find a version", "no versions of", "dns error", "connection", "requirements are unsatisfiable",
    "git operation failed", "failed to inspect python", "no interpreter found",
)

PIPS = (((7, 6), "26.3"), ((7, 5), "25.3"), ((7, 4), "24.3.1"), ((7, 0), "23.1.2"), ((6, 0), "22.3.1"))
"""Releases of pip-tools, newest first, with a pip that each works with."""


class Uv(PythonTool):
    id, version, program = "uv", "0.13.9", "uv"

    def environment(self) -> dict[str, str]:
        index, configured = python_index()
        own = {"UV_CACHE_DIR": str(self.cache / "uv"), "UV_PYTHON_DOWNLOADS": "never"}
        return home_of(self.cache) | own | ({"UV_DEFAULT_INDEX": index} if configured else {})

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "lock", *project.options)

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "lock", "--check", *case.options)

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("needs to be updated", "Unable to find lockfile"):
            return Verdict(STALE, tail(said.text))
        if said.has(*UNSOLVABLE) and not said.has("Failed to parse"):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text))


class Poetry(PythonTool):
    id, version, program = "poetry", "2.5.1", "poetry"
    mirror = "0.6.5"

    def requirements(self) -> tuple[str, ...]:
        # Each release of the plug-in knows some of Poetry's only; pip finds the one for an unusual release.
        plugin = "poetry-plugin-pypi-mirror"
        return (*super().requirements(), plugin if self.is_chosen else f"{plugin}=={self.mirror}")

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {
            "POETRY_CACHE_DIR": str(self.cache / self.id),
            "POETRY_PYPI_MIRROR_URL": python_index()[0],
            "POETRY_VIRTUALENVS_CREATE": "false",
            "POETRY_NO_INTERACTION": "1",
        }

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "lock")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "check", "--lock")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        return Verdict(STALE if said.has("changed significantly") else ERROR, tail(said.text))


class OldPoetry(Poetry):
    id, version = "poetry-1", "1.8.5"
    mirror = "0.4.2"


class Pdm(PythonTool):
    id, version, program = "pdm", "2.29.3", "pdm"
    distribution = "pdm[locked]"

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {
            "PDM_CHECK_UPDATE": "0",
            "PDM_CACHE_DIR": str(self.cache / "pdm"),
            "PDM_USE_VENV": "0",
            "PDM_PYTHON": str(self.home / "bin" / "python"),
            "PDM_IGNORE_SAVED_PYTHON": "1",
        }

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "lock", *project.options)

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "lock", "--check")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        words = ("doesn't satisfy the project", "does not exist", "not compatible", "hash", "out of date", "not up to date", "lock file is")
        return Verdict(STALE if said.has(*words) else ERROR, tail(said.text))


class Pipenv(PythonTool):
    id, version, program = "pipenv", "2026.10.3", "pipenv"

    def environment(self) -> dict[str, str]:
        index, configured = python_index()
        return home_of(self.cache) | {
            "WORKON_HOME": str(self.cache / "pipenv-venvs"),
            "PIPENV_CACHE_DIR": str(self.cache / "pipenv"),
            "PIPENV_NOSPIN": "1",
            "PIPENV_YES": "1",
            "PIPENV_IGNORE_VIRTUALENVS": "1",
            "PIPENV_CUSTOM_VENV_NAME": "oracle",
        } | ({"PIPENV_PYPI_MIRROR": index} if configured else {})

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "lock")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "verify")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        return Verdict(STALE if said.has("out-of-date") else ERROR, tail(said.text))


class PipTools(PythonTool):
    """No check command: the compile is done again and pins and hashes are compared."""

    id, version, program = "pip-tools", "7.6.2", "pip-compile"

    def requirements(self) -> tuple[str, ...]:
        # A release knows the pip of its day only.
        pip = next(pip for since, pip in PIPS if tuple(int(part) for part in self.version.split(".")[:2]) >= since)
        return (f"pip-tools=={self.version}", f"pip=={pip}")

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {"PIP_CACHE_DIR": str(self.cache / "pip")}

    def compile(self, folder: Path, lock: str, options: tuple[str, ...]) -> Said:
        return self.run(folder, self.bin, "-q", "--no-emit-index-url", "--no-emit-find-links", "--strip-extras", "-o", lock, *options)

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.compile(folder, project.lock, project.options)

    def check(self, folder: Path, case: Case) -> Said:
        path = folder / case.lock
        before = path.read_bytes().decode() if path.is_file() else ""
        said = self.compile(folder, case.lock, case.options)
        return Said(0, difference(before, path.read_bytes().decode())) if said.code == 0 else said

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(STALE if said.text else FRESH, said.text)
        if said.has(*UNSOLVABLE) and not said.has("Requested extra not found"):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text))


class UvPip(PipTools):
    """`uv pip compile` of the same inputs, judged in the same way."""

    id, version, program = "uv-pip", "0.13.9", "uv"

    def requirements(self) -> tuple[str, ...]:
        return Uv.requirements(self)  # type: ignore[arg-type]

    def environment(self) -> dict[str, str]:
        return Uv.environment(self)  # type: ignore[arg-type]

    def compile(self, folder: Path, lock: str, options: tuple[str, ...]) -> Said:
        return self.run(folder, self.bin, "pip", "compile", "-q", "-o", lock, *options)


def pins(text: str) -> dict[str, tuple[str, ...]]:
    """Requirement line to its hashes; comments, options, order and layout do not count."""
    found: dict[str, tuple[str, ...]] = {}
    joined = re.sub(r"\\\r?\n", " ", text.lstrip("\ufeff"))
    for line in joined.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if not line or (line.startswith("-") and not line.startswith("-e")):
            continue
        requirement, *hashes = re.split(r"\s+--hash=", line)
        name, sign, rest = re.sub(r"\s+", "", requirement).partition("==")
        name = re.sub(r"[-_.]+", "-", name).lower() if sign else name
        found[name + sign + rest.replace("'", '"')] = tuple(sorted(part.strip() for part in hashes))
    return found


def difference(before: str, after: str) -> str:
    """Pins that only one side has."""
    old, new = pins(before), pins(after)
    lost = [f"- {name}" for name in old if name not in new]
    won = [f"+ {name}" for name in new if name not in old]
    hashed = [f"hashes of {name} differ" for name in old if name in new and old[name] != new[name]]
    return tail("\n".join(lost + won + hashed))
