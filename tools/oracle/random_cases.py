"""Random cases: pairs and triples of the named edits, and generated projects with generated edits.

Case `i` of a seed is always the same, whatever other cases are asked for.
"""

from __future__ import annotations

import random
from types import ModuleType

from . import random_bundler, random_cargo, random_composer, random_go, random_js, random_python, random_terraform
from .bench import Bench
from .case import ERROR, FRESH, Case, Project, apply
from .random_locks import damaged
from .runner import CannotLock
from .tree import Misfit, Tree

A_BASE_SERVES = 5
"""Generated cases that share one locked project, as locking is slow."""
LOCKS = {"poetry": "poetry.lock", "poetry-1": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock", "pip-tools": "requirements.txt", "uv-pip": "requirements.txt", "npm": "package-lock.json", "yarn-1": "yarn.lock", "yarn-berry": "yarn.lock", "yarn-3": "yarn.lock", "yarn-2": "yarn.lock", "bun": "bun.lock", "cargo": "Cargo.lock", "terraform": ".terraform.lock.hcl", "uv": "uv.lock"}
SHARED_OPTIONS = {"pip-tools": ("requirements.in",), "uv-pip": ("requirements.in",), "pdm": ("-G:all",)}


def cases(bench: Bench, count: int, seed: int, broken: list[str]) -> list[Case]:
    """That many random cases of a tool."""
    made: list[Case] = []
    for index in range(count):
        rng = random.Random(f"{seed}/{bench.tool.id}/{index}")
        case = mixed(bench, rng) if index % 3 == 0 else generated(bench, rng, seed, index)
        if case is None:
            broken.append(f"random {index}: no case in many tries")
            continue
        case.name, case.kind = f"random-{seed}-{index}", "random"
        made.append(case)
    return made


def mixed(bench: Bench, rng: random.Random) -> Case | None:
    """Two or three named edits of one project, one after the other."""
    for _ in range(60):
        project, edits = rng.choices(bench.plan, weights=[len(edits) for _, edits in bench.plan])[0]
        calm = rng.random() < 0.45
        usable = [one for one in edits if (one.expect == FRESH if calm else one.expect != ERROR or rng.random() < 0.08)]
        usable = [one for one in usable if not one.outside and one.name not in ("lock-missing", "lock-folder", "lock-empty")]
        if len(usable) < 3:
            continue
        chosen = rng.sample(usable, rng.choice([2, 2, 3]))
        try:
            case = apply(project, bench.tool.locked(project), chosen, "")
        except (Misfit, CannotLock, ValueError):
            # An edit may leave a text that the next one cannot read.
            continue
        case.note = f"{project.name}: " + " + ".join(one.name for one in chosen)
        return case
    return None


def generated(bench: Bench, rng: random.Random, seed: int, index: int) -> Case | None:
    """A generated project, locked by the tool, with generated edits."""
    tool = bench.tool.id
    module = kind(tool)
    for attempt in range(12):
        base = random.Random(f"{seed}/{tool}/base/{index // A_BASE_SERVES}/{attempt}")
        model = module.model(base, tool)
        lock = module.lock(model) if hasattr(module, "lock") else LOCKS.get(tool, "pnpm-lock.yaml")
        project = Project("generated", module.render(model, tool), lock, SHARED_OPTIONS.get(tool, ()))
        try:
            tree = bench.tool.locked(project)
        except CannotLock:
            continue
        notes = []
        if rng.random() < 0.85:
            model, note = module.edited(rng, tool, model, calm=rng.random() < 0.5)
            notes.append(note)
            tree = module.render(model, tool) | {lock: tree[lock]}
        if not notes or rng.random() < 0.12:
            notes += damage(rng, tree, lock)
        # Without its comments nothing in a compiled file tells which pins others bring.
        hidden = "lock comments gone" in notes
        return Case("", tree, lock, project.options, note=" + ".join(notes).replace("\t", " "), outside=hidden)
    return None


def damage(rng: random.Random, tree: Tree, lock: str) -> list[str]:
    """Edits the lock in the tree by hand; a few tries, as some edits find nothing."""
    for _ in range(8):
        try:
            tree[lock], note = damaged(rng, lock, tree[lock])
            return [note]
        except Misfit:
            continue
    return []


def kind(tool: str) -> ModuleType:
    """The generator of a tool's ecosystem."""
    own = {"cargo": random_cargo, "terraform": random_terraform, "go": random_go, "bundler": random_bundler, "composer": random_composer}
    if tool in own:
        return own[tool]
    return random_js if tool in ("npm", "bun") or tool.startswith(("pnpm", "yarn")) else random_python
