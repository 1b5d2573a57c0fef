"""Random damage done to a lock by hand or by a bad merge.

An edited version is one that exists, or else a registry would decide.
"""

from __future__ import annotations

import json
import random
import re

from . import random_cargo, random_js
from .random_requirements import POOL as PYTHON
from .tree import Misfit

SEEN_HASHES = ("uv.lock", "poetry.lock", "pdm.lock", "pnpm-lock.yaml")
"""Locks of tools whose check does not fetch: elsewhere the registry's data would decide about a hash."""
VERSIONS = {"Cargo.lock": random_cargo.POOL, "yarn.lock": random_js.POOL, "package-lock.json": random_js.POOL, "pnpm-lock.yaml": random_js.POOL}


def damaged(rng: random.Random, path: str, text: str) -> tuple[str, str]:
    """The lock after one hand edit, and what it was; raises `Misfit` when there is nothing to edit."""
    name = path.rsplit("/", 1)[-1]
    if name in ("package-lock.json", "Pipfile.lock"):
        return damaged_json(rng, text)
    if name == "pnpm-lock.yaml":
        return damaged_pnpm(rng, text)
    if name in ("go.sum", "modules.txt", "Gemfile.lock"):
        return damaged_lines(rng, text)
    if name == "composer.lock":
        return damaged_composer(rng, text)
    if name.endswith(".txt"):
        return damaged_pins(rng, text)
    return damaged_blocks(rng, name, text)


def damaged_blocks(rng: random.Random, lock: str, text: str) -> tuple[str, str]:
    """Locks of blocks with an empty line between: TOML and both yarns."""
    blocks = text.split("\n\n")
    whole = [index for index, block in enumerate(blocks) if package_of(block)]
    if not whole:
        raise Misfit("no blocks")
    at = rng.choice(whole)
    ways = ["drop", "version", "version", "version", "line", "swap", "twice", "name", "edge"]
    way = rng.choice(ways + ["hash"] if lock in SEEN_HASHES else ways)
    if way == "drop":
        del blocks[at]
    elif way == "twice":
        blocks.insert(at, blocks[at])
    elif way == "swap":
        other = rng.choice(whole)
        blocks[at], blocks[other] = blocks[other], blocks[at]
    elif way == "version":
        name = package_of(blocks[at])
        version = rng.choice(VERSIONS.get(lock, PYTHON).get(name) or [""])
        way = f"version {name} {version}"
        if version:
            blocks[at] = re.sub(r'(?m)^(\s*version(?: = |: | )"?)[\w.+-]+', rf"\g<1>{version}", blocks[at], count=1)
    elif way == "hash":
        blocks[at] = re.sub(r"([0-9a-f]{6})[0-9a-f]{6}", r"\g<1>000000", blocks[at], count=1)
    elif way == "name":
        blocks[at] = re.sub(r'(?m)^((?:name = )?")(\w)', r"\1z\2", blocks[at], count=1)
    elif way == "edge":
        blocks[at] = re.sub(r"(?m)^( +\{ name = .*| \".*\",|    [\w@\"/-]+:? .*)\n", "", blocks[at], count=1)
    else:
        lines = blocks[at].split("\n")
        gone = lines.pop(rng.randrange(len(lines)))
        blocks[at] = "\n".join(lines)
        way = f"line {gone.strip()[:40]!r}"
    return changed(text, "\n\n".join(blocks)), f"lock {way}"


def package_of(block: str) -> str:
    """Name of the package that a block locks; empty when it is another block."""
    toml = re.search(r'^name = "(.+)"', block, re.M)
    if toml and "[[package]]" in block:
        return toml[1]
    yarn = re.match(r'\n*"?(@?[^@"\n]+)@[^\n]*:$', block, re.M)
    return yarn[1] if yarn else ""


def damaged_pnpm(rng: random.Random, text: str) -> tuple[str, str]:
    """Specifiers, versions and whole packages of pnpm-lock.yaml."""
    way = rng.choice(["specifier", "specifier", "version", "entry", "package", "integrity", "setting"])
    entries = list(re.finditer(r"^( +)([\w-]+):\n +specifier: (.+)\n +version: (.+)\n", text, re.M))
    if way in ("specifier", "version", "entry") and entries:
        entry = rng.choice(entries)
        if way == "entry":
            return text[: entry.start()] + text[entry.end() :], f"lock without {entry[2]}"
        known = random_js.POOL.get(entry[2], ["1.0.0"])
        new = f"^{rng.choice(known)}" if way == "specifier" else rng.choice(known)
        start, end = entry.span(3 if way == "specifier" else 4)
        return changed(text, text[:start] + new + text[end:]), f"lock {way} of {entry[2]} {new}"
    if way == "integrity":
        return changed(text, re.sub(r"integrity: sha512-.{6}", "integrity: sha512-AAAAAA", text, count=1)), "lock integrity"
    if way == "setting":
        return changed(text, text.replace("excludeLinksFromLockfile: false", "excludeLinksFromLockfile: true")), "lock setting"
    packages = list(re.finditer(r"^  \S+@\S+:\n(?:    .*\n)+\n", text, re.M))
    if not packages:
        raise Misfit("no packages")
    block = rng.choice(packages)
    return text[: block.start()] + text[block.end() :], f"lock without {block[0].split(':')[0].strip()}"


def damaged_json(rng: random.Random, text: str) -> tuple[str, str]:
    """Places of npm's lock, entries of pipenv's."""
    document = json.loads(text)
    place = document.get("packages") or document.get("default") or {}
    names = sorted(name for name in place if name and "link" not in place[name])
    if not names:
        raise Misfit("no packages")
    name = rng.choice(names)
    way = rng.choice(["drop", "version", "version", "version", "integrity", "copy", "key"])
    if way == "drop":
        del place[name]
    elif way == "version":
        known = random_js.POOL if "packages" in document else PYTHON
        version = rng.choice(known.get(name.rsplit("node_modules/", 1)[-1]) or [""])
        if version:
            place[name]["version"] = version if "packages" in document else f"=={version}"
        way = f"version {version}"
    elif way == "integrity":
        place[name].pop("integrity", None)
        place[name].pop("hashes", None)
    elif way == "copy":
        place[f"{name}/node_modules/zcopy"] = {"version": "1.0.0"}
    elif place[name]:
        key = rng.choice(sorted(place[name]))
        del place[name][key]
        way = f"key {key}"
    indent = 4 if '\n    "_meta"' in text else 2
    return changed(text, json.dumps(document, indent=indent) + "\n"), f"lock {way} {name}"


def damaged_lines(rng: random.Random, text: str) -> tuple[str, str]:
    """A line that is gone, stands twice or at another place, or has another version."""
    lines = text.splitlines(True)
    at = rng.randrange(len(lines))
    way = rng.choice(["gone", "twice", "moved", "version"])
    line = lines.pop(at)
    if way == "twice":
        lines[at:at] = [line, line]
    elif way == "moved":
        lines.insert(rng.randrange(len(lines) + 1), line)
    elif way == "version":
        lines.insert(at, re.sub(r"\d", "7", line, count=1))
    return changed(text, "".join(lines)), f"lock {way} {line.strip()[:40]!r}"


def damaged_composer(rng: random.Random, text: str) -> tuple[str, str]:
    """Packages of composer.lock, its digest and its settings."""
    document = json.loads(text)
    packages = document["packages"] or document["packages-dev"]
    way = rng.choice(["drop", "version", "digest", "stability", "platform", "swap"])
    if way in ("drop", "version", "swap") and not packages:
        raise Misfit("no packages")
    if way == "drop":
        packages.pop(rng.randrange(len(packages)))
    elif way == "version":
        rng.choice(packages)["version"] = rng.choice(["0.1.0", "1.4.0", "2.0.0"])
    elif way == "digest":
        document["content-hash"] = "0" * 32
    elif way == "stability":
        document["minimum-stability"] = "dev"
    elif way == "platform":
        document["platform"] = {}
    else:
        document["packages"], document["packages-dev"] = document["packages-dev"], document["packages"]
    return changed(text, json.dumps(document, indent=4) + "\n"), f"lock {way}"


def damaged_pins(rng: random.Random, text: str) -> tuple[str, str]:
    """Pins of direct requirements without dependencies of their own, and pins that nobody wants."""
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
    version = rng.choice(PYTHON[name])
    return changed(text, re.sub(rf"^{name}==[^\s;]+", f"{name}=={version}", text, flags=re.M)), f"lock {name}=={version}"


def changed(old: str, new: str) -> str:
    if old == new:
        raise Misfit("the lock stays the same")
    return new
