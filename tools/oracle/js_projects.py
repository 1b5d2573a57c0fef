"""package.json projects that npm, pnpm and both yarns share."""

from __future__ import annotations

import json

from .case import Edit
from .tree import Step, edit_json, set_json, sub

M = "package.json"


def package(name: str = "demo", version: str = "1.0.0", **groups: object) -> str:
    """A manifest with the usual head; keyword names are its further keys."""
    return json.dumps({"name": name, "version": version, "private": True} | groups, indent=2) + "\n"


def app(**more: object) -> dict:
    """One package with all groups of dependencies."""
    groups = {
        "dependencies": {"is-odd": "^3.0.1", "ms": "2.0.0", "once": "^1.3.0", "semver": "^5.6.0"},
        "devDependencies": {"isarray": "^2.0.0", "inherits": "2"},
        "optionalDependencies": {"picocolors": "^1.0.0"},
    }
    return {M: package(**groups, **more)}


def monorepo(protocol: str, **more: object) -> dict:
    """A root and two members, the second of which needs the first."""
    alpha = package("alpha", dependencies={"ms": "2.0.0"})
    beta = package("beta", "1.2.0", dependencies={"alpha": f"{protocol}^1.0.0", "once": "^1.3.0"}, devDependencies={"isarray": "^2.0.0"})
    return {
        M: package("top", dependencies={"is-odd": "^3.0.1"}, **more),
        "packages/alpha/package.json": alpha,
        "packages/beta/package.json": beta,
    }


def edit(name: str, where: str, value: object, expect: str, blame: str = "", file: str = M) -> Edit:
    """Sets one key of a manifest."""
    return Edit(name, (set_json(file, where, value),), expect, blame)


def moved(name: str, source: str, target: str, file: str = M) -> Step:
    """Moves a dependency from one group to another."""

    def move(document: dict) -> None:
        document.setdefault(target, {})[name] = document[source].pop(name)

    return edit_json(file, move)


def reordered(group: str, file: str = M) -> Step:
    """Turns the order of a group round."""

    def turn(document: dict) -> None:
        document[group] = dict(reversed(document[group].items()))

    return edit_json(file, turn)


def renamed(old: str, new: str, file: str = M) -> Step:
    """Another name for the package itself."""
    return sub(file, f'"name": "{old}"', f'"name": "{new}"')
