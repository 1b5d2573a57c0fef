"""Random damage done to a lock by hand or by a bad merge."""

from __future__ import annotations

import json
import random
import re

from .random_requirements import POOL
from .tree import Misfit


SEEN_HASHES = ("uv.lock", "poetry.lock", "pdm.lock", "pnpm-lock.yaml")
"""Locks of tools whose check does not fetch: elsewhere the registry's data would decide about a hash."""


def damaged(rng: random.Random, path: str, text: str) -> tuple[str, str]:
    """The lock after one hand edit, and what it was; raises `Misfit` when there is nothing to edit."""
    if path.endswith(".json") or path == "Pipfile.lock":
        return damaged_json(rng, text)
    if path.endswith(".txt"):
        return damaged_pins(rng, text)
    blocks = text.split("\n\n")
    whole = [index for index, block in enumerate(blocks) if re.search(r"^\s*version[: ]", block, re.M)]
    if not whole:
        raise Misfit("no blocks")
    at = rng.choice(whole)
    ways = ["drop", "version", "version", "line", "swap", "twice", "name"]
    if path in SEEN_HASHES:
        ways.append("hash")
    way = rng.choice(ways)
    if way == "drop":
        del blocks[at]
    elif way == "twice":
        blocks.insert(at, blocks[at])
    elif way == "swap":
        other = rng.choice(whole)
        blocks[at], blocks[other] = blocks[other], blocks[at]
    elif way == "version":
        blocks[at] = re.sub(r"(?m)^(\s*version[: =]+\"?\d+)", lambda found: found[1] + "9", blocks[at], count=1)
    elif way == "hash":
        blocks[at] = re.sub(r"([0-9a-f]{6})[0-9a-f]{6}", r"\g<1>000000", blocks[at], count=1)
    elif way == "name":
        blocks[at] = re.sub(r'(?m)^(name = ")(\w)', r"\1z\2", blocks[at], count=1)
    else:
        lines = blocks[at].split("\n")
        gone = lines.pop(rng.randrange(len(lines)))
        blocks[at] = "\n".join(lines)
        way = f"line {gone.strip()[:40]!r}"
    return changed(text, "\n\n".join(blocks)), f"lock {way}"


def damaged_json(rng: random.Random, text: str) -> tuple[str, str]:
    """The same for npm and pipenv."""
    document = json.loads(text)
    place = document.get("packages") or document.get("default") or {}
    names = sorted(name for name in place if name)
    if not names:
        raise Misfit("no packages")
    name = rng.choice(names)
    way = rng.choice(["drop", "version", "version", "integrity", "copy", "key"])
    if way == "drop":
        del place[name]
    elif way == "version":
        old = place[name].get("version", "1.0.0")
        place[name]["version"] = re.sub(r"\d+", lambda found: str(int(found[0]) + 9), old, count=1)
    elif way == "integrity":
        place[name].pop("integrity", None)
        place[name].pop("hashes", None)
    elif way == "copy":
        place[f"{name}/node_modules/zcopy"] = {"version": "1.0.0"}
    elif place[name]:
        del place[name][rng.choice(sorted(place[name]))]
    indent = 4 if '\n    "_meta"' in text else 2
    return changed(text, json.dumps(document, indent=indent) + "\n"), f"lock {way} {name}"


def damaged_pins(rng: random.Random, text: str) -> tuple[str, str]:
    """The same for requirements.txt: pins of direct requirements without dependencies of their own, and pins nobody wants."""
    plain = ["six", "idna", "toml", "zipp", "sortedcontainers", "iniconfig"]
    direct = [name for name in plain if re.search(rf"^{name}==.*\n    # via (?:-r|\n    #   -r)", text, re.M)]
    way = rng.choice(["drop", "version", "version", "orphan", "orphan-claimed", "comments"])
    if way == "comments":
        return changed(text, re.sub(r"^\s*#.*\n", "", text, flags=re.M)), "lock comments gone"
    if way.startswith("orphan") or not direct:
        claim = "    # via -r requirements.in\n" if way == "orphan-claimed" else ""
        return text + f"wcwidth==0.2.5\n{claim}", f"lock {way}"
    name = rng.choice(direct)
    if way == "drop":
        return changed(text, re.sub(rf"^{name}==.*\n(?:    #.*\n)*", "", text, flags=re.M)), f"lock drop {name}"
    version = rng.choice(POOL[name])
    return changed(text, re.sub(rf"^{name}==[^\s;]+", f"{name}=={version}", text, flags=re.M)), f"lock {name}=={version}"


def changed(old: str, new: str) -> str:
    if old == new:
        raise Misfit("the lock stays the same")
    return new
