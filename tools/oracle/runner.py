"""Runs the real tools in throw-away folders and keeps what they said.

Locks are kept by the hash of their project, verdicts by the hash of the whole
tree, both per tool version, so that a second run needs no tool at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from .case import Case, Project
from .tree import Tree, write_tree

SECONDS = 240
"""How long one command of a tool may take."""
KEPT = 8000
"""Characters kept of what a tool said."""
FLEETING = ("timed out", "ETIMEDOUT", "ECONNRESET", "502 Bad Gateway", "503 Service", "429 Too Many")
"""Words of a registry that had a bad moment."""


@dataclass(frozen=True)
class Said:
    """One finished command: exit code and both streams together."""

    code: int
    text: str

    def has(self, *words: str) -> bool:
        return any(word.lower() in self.text.lower() for word in words)


@dataclass(frozen=True)
class Verdict:
    """A tool's own judgement."""

    verdict: str
    said: str
    unresolvable: bool = False
    """The lock was found wanting, and solving anew failed: stale to a static checker."""
    outside: bool = False
    """By its words the tool judged by a registry's data, which stand in no file."""


class Tool:
    """What one tool can do; the subclasses know its commands and its words."""

    id: str
    version: str
    program: str
    """What it is called on a command line."""

    def __init__(self, cache: Path, release: str = "") -> None:
        self.cache = cache
        self.version = release or self.version
        self.is_chosen = bool(release)
        self.home = cache / "tools" / f"{self.id}-{self.version}"
        self.ready = False
        self.why_not = ""
        self._known: dict[str, Said] | None = None
        self._guard = threading.Lock()

    # What a subclass gives.
    def install(self) -> None:
        raise NotImplementedError

    def make_lock(self, folder: Path, project: Project) -> Said:
        raise NotImplementedError

    def check(self, folder: Path, case: Case) -> Said:
        """Asks the frozen check; what it says is kept."""
        raise NotImplementedError

    def read(self, case: Case, said: Said) -> Verdict:
        """What the words mean; done anew at each run."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    # What they share.
    def pin(self) -> Tree:
        """A file that tells reproof which release was asked for, where that is not the usual one."""
        return {".tool-versions": f"{self.program} {self.version}\n"} if self.is_chosen else {}

    def run(self, folder: Path, *command: str | Path) -> Said:
        """Runs a command in the folder, with none of the user's own settings."""
        keep = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_FIND", "UV_", "POETRY_", "PDM_", "PIPENV_", "YARN_", "CARGO_", "VIRTUAL_ENV", "GITHUB_"))
        }
        keep.pop("CI", None)
        keep |= {"NO_COLOR": "1", "LC_ALL": "C.UTF-8"} | self.environment()
        with subprocess.Popen(
            [str(part) for part in command], cwd=folder, env=keep, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        ) as child:
            try:
                out, _ = child.communicate(timeout=SECONDS)
                code = child.returncode
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                out, _ = child.communicate()
                code = 124
        return Said(code, out.decode(errors="replace"))

    def locked(self, project: Project) -> Tree:
        """The project with the lock that the tool made for it; raises `CannotLock`."""
        key = digest(project.files, project.lock, *project.options, self.version)
        kept = self.cache / "locks" / self.id / f"{key}.json"
        if not kept.exists():
            with throw_away() as folder:
                write_tree(project.files, folder)
                said = self.make_lock(folder, project)
                lock = folder / project.lock
                text = lock.read_bytes().decode() if lock.exists() else None
                if said.code != 0 or text is None:
                    text = None
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps({"project": project.name, "lock": text, "said": tail(said.text)}))
        record = json.loads(kept.read_text())
        if record["lock"] is None:
            raise CannotLock(f"{self.id} made no lock of {project.name}: {record['said']}")
        tree = dict(project.files) | {project.lock: record["lock"]}
        for step in project.finish:
            step(tree)
        return tree

    def verdict(self, case: Case) -> Verdict:
        """The tool's judgement of the case, from the cache if it was asked before."""
        key = digest(case.tree, case.lock, *case.options, self.version)
        with self._guard:
            said = self.known().get(key)
        if said is None:
            if not self.ready:
                raise CannotLock(f"{self.id} is not installed")
            said = self.ask(case)
            with self._guard:
                self.known()[key] = said
                with self.said_file().open("a") as file:
                    file.write(json.dumps({"key": key, "code": said.code, "text": said.text}) + "\n")
        return self.read(case, said)

    def ask(self, case: Case) -> Said:
        """Asks the tool, a second time where the first ran out of time or of network."""
        for again in (True, False):
            with throw_away() as folder:
                write_tree(case.tree, folder)
                said = self.check(folder, case)
            if not (again and (said.code == 124 or said.has(*FLEETING))):
                break
        return Said(said.code, said.text if len(said.text) <= KEPT else f"{said.text[: KEPT // 2]} ... {said.text[-KEPT // 2 :]}")

    def known(self) -> dict[str, Said]:
        """All that this version of the tool has said so far."""
        if self._known is None:
            self._known = {}
            self.said_file().parent.mkdir(parents=True, exist_ok=True)
            if self.said_file().exists():
                for line in self.said_file().read_text().splitlines():
                    record = json.loads(line)
                    self._known[record["key"]] = Said(record["code"], record["text"])
        return self._known

    def said_file(self) -> Path:
        return self.cache / "said" / f"{self.id}-{self.version}.jsonl"


class CannotLock(Exception):
    """The tool could not lock a project, or is not there."""


class throw_away:
    """A folder outside every repository that is removed at the end."""

    def __enter__(self) -> Path:
        self.top = tempfile.mkdtemp(prefix="oracle-")
        folder = Path(self.top) / "case"
        folder.mkdir()
        return folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.top, ignore_errors=True)


def digest(tree: Tree, *more: str) -> str:
    """A hash of file names, contents and the other words."""
    body = json.dumps([sorted(tree.items()), *more], ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def tail(text: str, length: int = 900) -> str:
    """The start and the end of what was said: the reason stands at one of them."""
    text = text.strip()
    return text if len(text) <= length else f"{text[: length // 3]} ... {text[-length * 2 // 3 :]}"
