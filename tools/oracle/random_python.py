"""Random Python projects and edits of them, in the manner of each tool."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, field, replace

from .random_requirements import Requirement, altered, requirement, respelt
from .tools import python_index
from .tree import Tree

EXTRA_NAMES = ["cli", "fast", "web", "Full_Set", "x.y"]
GROUP_NAMES = ["dev", "test", "lint", "Docs_Build"]
PYTHONS = [">=3.10", ">=3.11", ">=3.10,<4", ">=3.10.0", ">=3.9", "~=3.10", ">=3.11,<3.15", ">=3.10,!=3.12.1", ">3.9"]
SETTINGS = {
    "uv": [
        'resolution = "lowest-direct"', 'resolution = "highest"', 'prerelease = "allow"', 'prerelease = "if-necessary-or-explicit"', 'fork-strategy = "fewest"',
        'constraint-dependencies = ["idna<3.9", "six"]', 'constraint-dependencies = ["toml>=0.9"]', 'override-dependencies = ["six==1.16.0"]', 'exclude-newer = "2026-05-01T00:00:00Z"',
        "environments = [\"sys_platform == 'linux'\"]", "environments = [\"sys_platform != 'win32'\", \"sys_platform == 'win32'\"]", "required-environments = [\"sys_platform == 'linux'\"]",
        'default-groups = ["dev", "test"]', "package = false", "package = true", 'build-constraint-dependencies = ["setuptools<90"]', 'dev-dependencies = ["mdurl"]',
    ],
    "pdm": ["allow-prereleases = true", 'excludes = ["mdurl"]', "respect-source-order = true", 'overrides = { six = "1.16.0" }', "lock_inputs = true"],
}


@dataclass
class Model:
    """What a manifest says."""

    name: str = "demo"
    version: str = "0.1.0"
    python: str = ">=3.10"
    main: list[Requirement] = field(default_factory=list)
    extras: dict[str, list[Requirement]] = field(default_factory=dict)
    groups: dict[str, list] = field(default_factory=dict)
    """Lists of requirements, or of names of groups that are included."""
    settings: list[str] = field(default_factory=list)
    description: str = "A demo"


def model(rng: random.Random, tool: str) -> Model:
    """A small random project."""
    marked = tool not in ("pipenv",)
    made = Model(python=rng.choice(PYTHONS[:3] if tool.startswith("poetry") else PYTHONS))
    made.main = distinct([requirement(rng, marked) for _ in range(rng.randint(2, 5))])
    for name in rng.sample(EXTRA_NAMES, rng.choice([0, 1, 2])):
        made.extras[name] = distinct([requirement(rng, marked) for _ in range(rng.randint(1, 2))])
    for name in rng.sample(GROUP_NAMES, rng.choice([0, 1, 2])):
        made.groups[name] = list(distinct([requirement(rng, marked) for _ in range(rng.randint(1, 2))]))
    if len(made.groups) == 2 and rng.random() < 0.5:
        first, second = made.groups
        made.groups[first].append(second)
    if tool in SETTINGS and rng.random() < 0.5:
        made.settings = [rng.choice(SETTINGS[tool])]
    return made


def distinct(found: list[Requirement]) -> list[Requirement]:
    """The first of each name."""
    return list({one.key(): one for one in reversed(found)}.values())[::-1]


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The model after one to three changes, and what they were; calm ones seldom matter to the lock."""
    new, notes = copy.deepcopy(old), []
    for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
        way = rng.choice(WAYS if not calm else CALM_HASH if tool in HASHED else CALM)
        notes.append(f"{way.__name__}{way(rng, new, tool) or ''}")
    return new, " + ".join(notes)


def lists(made: Model) -> list[list]:
    """Every list of requirements that holds any."""
    found = [made.main, *made.extras.values(), *made.groups.values()]
    return [one for one in found if any(isinstance(part, Requirement) for part in one)]


def pick(rng: random.Random, made: Model) -> tuple[list, int] | None:
    """A place that holds a requirement."""
    spots = [(one, index) for one in lists(made) for index, part in enumerate(one) if isinstance(part, Requirement)]
    return rng.choice(spots) if spots else None


def alter(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    where, index = spot
    old = where[index]
    where[index] = altered(rng, old)
    return f" {old.text()} -> {where[index].text()}"


def respell(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    where, index = spot
    old = where[index]
    where[index] = respelt(rng, old)
    return f" {old.text()} -> {where[index].text()}"


def double_same(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    spot[0].append(spot[0][spot[1]])
    return f" {spot[0][-1].text()}"


def describe(rng: random.Random, made: Model, tool: str) -> str:
    way = rng.choice(["description", "version", "python"])
    if way == "description":
        made.description = "Other words"
    elif way == "version":
        made.version += ".0"
    else:
        made.python = {">=3.10": ">=3.10.0", ">=3.11": ">= 3.11", ">=3.10,<4": "<4, >=3.10"}.get(made.python, made.python)
    return f" {way}"


def inline(rng: random.Random, made: Model, tool: str) -> str:
    for name, held in made.groups.items():
        for at, part in enumerate(held):
            if isinstance(part, str) and part in made.groups:
                held[at : at + 1] = [one for one in made.groups[part] if isinstance(one, Requirement)]
                return f" {name}"
    made.groups = dict(reversed(made.groups.items()))
    return " groups turned"


def add(rng: random.Random, made: Model, tool: str) -> str:
    where = rng.choice([made.main, *lists(made)])
    one = requirement(rng, tool != "pipenv")
    where.insert(rng.randint(0, len(where)), one)
    return f" {one.text()}"


def remove(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    return f" {spot[0].pop(spot[1]).text()}"


def reorder(rng: random.Random, made: Model, tool: str) -> None:
    rng.choice([made.main, *lists(made)]).reverse()


def double(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    where, index = spot
    where.append(where[index] if rng.random() < 0.5 else altered(rng, where[index]))
    return f" {where[-1].text()}"


def move(rng: random.Random, made: Model, tool: str) -> str:
    spot = pick(rng, made)
    if spot is None:
        return " nothing"
    one = spot[0].pop(spot[1])
    rng.choice([made.main, *made.extras.values(), *made.groups.values()]).append(one)
    return f" {one.text()}"


def extra(rng: random.Random, made: Model, tool: str) -> str:
    way = rng.choice(["add", "add-empty", "remove", "rename", "respell"])
    if way.startswith("add") or not made.extras:
        made.extras[rng.choice(EXTRA_NAMES)] = [] if way == "add-empty" else [requirement(rng, tool != "pipenv")]
        return f" {way}"
    name = rng.choice(sorted(made.extras))
    held = made.extras.pop(name)
    if way == "rename":
        made.extras["other"] = held
    elif way == "respell":
        made.extras[name.upper().replace("_", "-")] = held
    return f" {way} {name}"


def group(rng: random.Random, made: Model, tool: str) -> str:
    way = rng.choice(["add", "add-empty", "remove", "rename", "respell", "include", "inline"])
    if way.startswith("add") or not made.groups:
        made.groups[rng.choice(GROUP_NAMES)] = [] if way == "add-empty" else [requirement(rng, tool != "pipenv")]
        return f" {way}"
    name = rng.choice(sorted(made.groups))
    if way == "include":
        made.groups["all"] = [name]
    elif way == "inline":
        for held in made.groups.values():
            if name in held:
                at = held.index(name)
                held[at : at + 1] = made.groups[name]
    else:
        held = made.groups.pop(name)
        if way in ("rename", "respell"):
            made.groups["other" if way == "rename" else name.upper().replace("_", "-")] = held
    return f" {way} {name}"


def head(rng: random.Random, made: Model, tool: str) -> str:
    way = rng.choice(["version", "version-zero", "rename", "respell", "python", "description"])
    if way == "version":
        made.version = "0.3.0"
    elif way == "version-zero":
        made.version += ".0"
    elif way == "rename":
        made.name = "other"
    elif way == "respell":
        made.name = made.name.title()
    elif way == "python":
        made.python = rng.choice(PYTHONS)
    else:
        made.description = "Another"
    return f" {way}" + (f" {made.python}" if way == "python" else "")


def setting(rng: random.Random, made: Model, tool: str) -> str:
    if made.settings and rng.random() < 0.5:
        return f" without {made.settings.pop()}"
    choices = [one for one in SETTINGS.get(tool.split("-")[0], []) if one.split(" ")[0] not in " ".join(made.settings)]
    if choices:
        made.settings.append(rng.choice(choices))
        return f" {made.settings[-1]}"
    return " nothing"


WAYS = [alter, alter, alter, alter, add, remove, reorder, double, move, extra, group, head, setting]
HASHED = ("poetry", "poetry-1", "pdm", "pipenv")
"""Tools that compare one hash, for which hardly a change of the requirements is calm."""
CALM_HASH = [describe, describe, describe, inline, respell]
CALM = [respell, respell, respell, respell, reorder, double_same, describe, inline]


def render(made: Model, tool: str) -> Tree:
    """The files of a model for a tool."""
    if tool == "pipenv":
        return {"Pipfile": pipfile(made)}
    if tool in ("pip-tools", "uv-pip"):
        return inputs(made)
    if tool == "poetry-1":
        return {"pyproject.toml": legacy(made)}
    return {"pyproject.toml": pyproject(made, tool)}


def pyproject(made: Model, tool: str) -> str:
    """A [project] manifest."""
    lines = ["[project]", f'name = "{made.name}"', f'version = "{made.version}"', f'description = "{made.description}"', f'requires-python = "{made.python}"', *array("dependencies", made.main)]
    if made.extras:
        lines += ["", "[project.optional-dependencies]"]
        for name, held in made.extras.items():
            lines += array(json.dumps(name), held)
    if made.groups:
        lines += ["", "[dependency-groups]"]
        for name, held in made.groups.items():
            lines += array(json.dumps(name), held)
    table = {"uv": "uv", "uv-0.12": "uv", "pdm": "pdm.resolution"}.get(tool)
    wanted = made.settings + (['required-version = ">=0.12,<0.13"'] if tool == "uv-0.12" else [])
    if table and wanted:
        lines += ["", f"[tool.{table}]", *wanted]
    if tool == "pdm":
        lines += ["", "[tool.pdm]", "distribution = false"]
    if tool == "poetry":
        lines += ["", "[tool.poetry]", "package-mode = false"]
    return "\n".join(lines) + "\n"


def array(key: str, held: list) -> list[str]:
    """A TOML array with one item a line."""
    if not held:
        return [f"{key} = []"]
    items = [json.dumps(part.text()) if isinstance(part, Requirement) else "{include-group = " + json.dumps(part) + "}" for part in held]
    return [f"{key} = [", *(f"    {item}," for item in items), "]"]


def legacy(made: Model) -> str:
    """A [tool.poetry] manifest."""
    lines = ["[tool.poetry]", f'name = "{made.name}"', f'version = "{made.version}"', f'description = "{made.description}"', "authors = []", "package-mode = false", "", "[tool.poetry.dependencies]", f'python = "{made.python}"']
    lines += [entry(one) for one in distinct(made.main)]
    for name, held in made.groups.items():
        lines += ["", f"[tool.poetry.group.{json.dumps(name)}.dependencies]"]
        lines += [entry(one) for one in distinct([part for part in held if isinstance(part, Requirement)])]
    return "\n".join(lines) + "\n"


def entry(one: Requirement) -> str:
    """`name = constraint`, as a text or a table."""
    constraint = one.specifier.strip().strip("()") or "*"
    parts = [f"version = {json.dumps(constraint)}"]
    if one.extras:
        parts.append(f"extras = {json.dumps(list(one.extras))}")
    if one.marker:
        parts.append(f"markers = {json.dumps(one.marker)}")
    value = json.dumps(constraint) if len(parts) == 1 else "{" + ", ".join(parts) + "}"
    return f"{json.dumps(one.name)} = {value}"


def pipfile(made: Model) -> str:
    """A Pipfile: extras are categories of their own."""
    lines = ["[[source]]", 'name = "main"', f'url = "{python_index()[0]}"', "verify_ssl = true", "", "[packages]"]
    lines += [entry(one) for one in distinct(made.main)]
    dev = [part for held in made.groups.values() for part in held if isinstance(part, Requirement)]
    lines += ["", "[dev-packages]", *(entry(one) for one in distinct(dev))]
    for name, held in made.extras.items():
        lines += ["", f"[{json.dumps(name)}]", *(entry(one) for one in distinct(held))]
    if made.python != ">=3.10":
        lines += ["", "[requires]", 'python_version = "3.11"']
    return "\n".join(lines) + "\n"


def inputs(made: Model) -> Tree:
    """requirements.in with an included file and a constraints file."""
    more = [part for held in made.groups.values() for part in held if isinstance(part, Requirement)]
    bounds = [Requirement(one.name, (), one.specifier) for held in made.extras.values() for one in held]
    # No extras: what a new one brings only the registry knows.
    main, more = ([replace(one, extras=()) for one in held] for held in (made.main, more))
    lines = [one.text() for one in main] + ["-r more.in", "-c bounds.txt"]
    return {
        "requirements.in": "\n".join(lines) + "\n",
        "more.in": "".join(one.text() + "\n" for one in more) or "# nothing\n",
        "bounds.txt": "".join(one.text() + "\n" for one in bounds) or "# nothing\n",
    }
