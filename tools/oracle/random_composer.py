"""Random composer.json files over packages that stand in the manifest itself, and edits of them."""

from __future__ import annotations

import json
import random

from .cases_composer import L, M, package
from .edits import several
from .tree import Tree

VERSIONS = {
    "acme/amber": ["1.2.0", "1.4.0", "2.0.0"], "acme/birch": ["2.0.1", "2.1.0"], "acme/cedar": ["0.3.1", "0.3.4"], "acme/dill": ["1.0.0", "1.0.1"],
    "acme/elder": ["3.0.0-beta2", "2.9.0"], "acme/fern": ["dev-main"],
}
POOL = [
    *(package(name, version) for name, versions in VERSIONS.items() for version in versions if name not in ("acme/fern", "acme/birch")),
    package("acme/birch", "2.0.1", provide={"acme/virtual": "1.0"}), package("acme/birch", "2.1.0", require={"acme/dill": "^1"}, replace={"acme/old": "self.version"}),
    package("acme/fern", "dev-main", extra={"branch-alias": {"dev-main": "1.x-dev"}}),
]
Model = dict


def version_range(rng: random.Random, name: str, safe: bool = False) -> str:
    version = rng.choice(VERSIONS[name])
    if version.startswith("dev-"):
        return rng.choice(["1.x-dev", "dev-main", "dev-main", "^1@dev"])
    major, minor, patch = version.split("-")[0].split(".")
    stable = "" if "-" not in version else "@beta"
    forms = [f"^{major}.{minor}{stable}", f"~{major}.{minor}.0{stable}", f">={major}.{minor}{stable}", f"{version}", f"*{stable}", f"{major}.*{stable}"]
    if not safe:
        forms += [f"^{major}.{minor} || ^9", f">={major},<{int(major) + 1}", f"{major}.{minor}.{patch} - {int(major) + 1}", f"!={version}", f"~{major}", f"<{version}", f">{version}", f"^{major}.{minor}|^8.0", f"v{version}", "dev-other", f"{major}.{minor}.x"]
    return rng.choice(forms)


def model(rng: random.Random, tool: str) -> Model:
    made: Model = {"name": "acme/shop", "description": "a shop", "require": {"php": ">=7.4"}, "require-dev": {}}
    for name in rng.sample(sorted(VERSIONS), rng.randint(2, 4)):
        made[rng.choice(["require", "require", "require-dev"])][name] = version_range(rng, name, safe=True)
    if rng.random() < 0.3:
        made["extra"] = {"a/b": [1.5, {"0": "x"}], "word": "é"}
    if rng.random() < 0.2:
        made["minimum-stability"] = rng.choice(["dev", "beta"])
    made["config"] = {"platform": {"php": "8.1.0"}}
    return made


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The manifest after one to three changes, and what they were."""
    return several(rng, old, CALM if calm else WAYS)


def group(rng: random.Random, made: Model) -> dict:
    return made.setdefault(rng.choice(["require", "require", "require-dev"]), {})


def constrain(rng: random.Random, made: Model) -> str:
    one = group(rng, made)
    names = [name for name in one if name in VERSIONS]
    if not names:
        return "nothing"
    name = rng.choice(names)
    one[name] = version_range(rng, name)
    return f"{name} {one[name]}"


def add(rng: random.Random, made: Model) -> str:
    name = rng.choice([*VERSIONS, "acme/virtual", "acme/old", "ext-json", "acme/nowhere", "php-64bit"])
    group(rng, made)[name] = version_range(rng, name) if name in VERSIONS else "*"
    return name


def drop(rng: random.Random, made: Model) -> str:
    one = group(rng, made)
    return one.popitem()[0] if one else "nothing"


def move(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(VERSIONS))
    for start, end in (("require", "require-dev"), ("require-dev", "require")):
        if name in made.get(start, {}):
            made.setdefault(end, {})[name] = made[start].pop(name)
            return f"{name} {end}"
    return "nothing"


def turn(rng: random.Random, made: Model) -> str:
    made["require"] = dict(reversed(made.get("require", {}).items()))
    return ""


def setting(rng: random.Random, made: Model) -> str:
    key, value = rng.choice([("minimum-stability", "beta"), ("minimum-stability", "dev"), ("prefer-stable", True), ("conflict", {"acme/amber": "<1"}), ("version", "1.0.0"), ("provide", {"acme/x": "1"}), ("extra", {"k": 1}), ("extra", {})])
    made[key] = value
    return f"{key} {value}"


def platform(rng: random.Random, made: Model) -> str:
    made["config"] = {"platform": {"php": rng.choice(["8.1.0", "8.2.5", "7.4.33"])}}
    return ""


def say(rng: random.Random, made: Model) -> str:
    key, value = rng.choice([("description", "another"), ("scripts", {"x": "y"}), ("authors", []), ("keywords", ["a"]), ("autoload", {"psr-4": {"A\\": "src"}}), ("license", "MIT"), ("type", "project")])
    made[key] = value
    return key


def sort(rng: random.Random, made: Model) -> str:
    made["config"] = made.get("config", {}) | {"sort-packages": True}
    return ""


WAYS = [constrain, constrain, constrain, add, add, drop, drop, move, turn, setting, platform]
CALM = [say, say, sort, constrain]


def lock(made: Model) -> str:
    """The file that is judged."""
    return L


def render(made: Model, tool: str) -> Tree:
    off = "packa" + "gist.org"
    repositories = [{"type": "package", "package": POOL}, {off: False}]
    whole = {key: value or None for key, value in made.items() if value != {} or key == "extra"}
    if whole.get("extra", "") is None:
        whole["extra"] = {}
    return {M: json.dumps(whole | {"repositories": repositories}, indent=4, ensure_ascii=False) + "\n"}
