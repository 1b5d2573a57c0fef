"""Random package.json projects and edits of them, for npm, pnpm and both yarns."""

from __future__ import annotations

import copy
import json
import random

from .checks_js import Berry, Berry2, Berry3
from .cases_pnpm import RELEASES
from .tree import Tree

POOL: dict[str, list[str]] = {
    "ms": ["0.7.1", "1.0.0", "2.0.0", "2.1.1", "2.1.2", "2.1.3"],
    "once": ["1.3.0", "1.3.3", "1.4.0"],
    "semver": ["5.3.0", "5.7.1", "6.3.0", "7.0.0"],
    "is-odd": ["1.0.0", "2.0.0", "3.0.1"],
    "is-number": ["3.0.0", "4.0.0", "6.0.0", "7.0.0"],
    "isarray": ["0.0.1", "1.0.0", "2.0.5"],
    "inherits": ["2.0.1", "2.0.3", "2.0.4"],
    "wrappy": ["1.0.1", "1.0.2"],
    "picocolors": ["0.2.1", "1.0.0", "1.1.0"],
    "ansi-regex": ["2.1.1", "3.0.0", "4.1.0", "5.0.1"],
    "strip-ansi": ["3.0.1", "5.2.0", "6.0.1"],
    "has-flag": ["3.0.0", "4.0.0"],
    "supports-color": ["5.5.0", "7.2.0"],
    "lru-cache": ["4.1.5", "5.1.1", "6.0.0"],
    "yallist": ["2.1.2", "3.1.1", "4.0.0"],
    "acorn": ["6.4.2", "7.4.1", "8.8.0"],
    "acorn-jsx": ["5.2.0", "5.3.2"],
}
GROUPS = ["dependencies", "dependencies", "dependencies", "devDependencies", "optionalDependencies"]
BERRIES = {tool.id: tool.version for tool in (Berry, Berry3, Berry2)}
Model = dict[str, dict]
"""Directory of each package to its manifest; `.` is the root."""


def version_range(rng: random.Random, name: str, safe: bool = False) -> str:
    """A range over versions that exist; `safe` leaves out odd and unsatisfiable words."""
    version = rng.choice(POOL[name])
    major, minor, _ = version.split(".")
    forms = [f"^{version}", f"^{version}", f"^{version}", f"~{version}", version, f">={version}", f"^{major}.{minor}", f"{major}.x", "*"]
    if not safe:
        forms += [
            f"={version}", f"v{version}", f">{version}", f"<{version}", f"<={version}", f"{major}", f"{major}.{minor}.x", f">={version} <{int(major) + 1}.0.0", f"^{version} || ^0.0.1",
            f"{version} - {int(major) + 1}.0.0", "", "x", "latest", f"npm:{name}@^{version}", f"~{major}", f"^{version}-beta.1", f">= {version}", f" ^{version}", f"{major}.*", f"^{major}",
        ]
    return rng.choice(forms)


def model(rng: random.Random, tool: str) -> Model:
    """A random root, and in half of the cases members."""
    root: dict = {"name": "demo", "version": "1.0.0", "private": True} | dependencies(rng, rng.randint(2, 4))
    made = {".": root}
    if tool.startswith("pnpm"):
        root["packageManager"] = f"pnpm@{RELEASES[tool]}"
    elif tool in BERRIES:
        root["packageManager"] = f"yarn@{BERRIES[tool]}"
    if rng.random() < 0.5:
        if not tool.startswith("pnpm"):
            root["workspaces"] = ["packages/*"]
        for name in ("alpha", "beta")[: rng.randint(1, 2)]:
            made[f"packages/{name}"] = {"name": name, "version": "1.0.0", "private": True} | dependencies(rng, rng.randint(1, 2))
        if "packages/beta" in made and rng.random() < 0.6:
            made["packages/beta"].setdefault("dependencies", {})["alpha"] = ("" if tool in ("npm", "yarn-1") else "workspace:") + rng.choice(["^1.0.0", "*"])
    if rng.random() < 0.25:
        override(rng, made, tool)
    return made


def dependencies(rng: random.Random, count: int) -> dict:
    """Groups with that many dependencies in all."""
    groups: dict = {}
    for name in rng.sample(sorted(POOL), count):
        groups.setdefault(rng.choice(GROUPS), {})[name] = version_range(rng, name, safe=True)
    return groups


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The model after one to three changes, and what they were; calm ones seldom matter to the lock."""
    new, notes = copy.deepcopy(old), []
    for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
        way = rng.choice(WAYS if not calm else CALM_TEXT if tool.startswith("pnpm") else CALM)
        notes.append(f"{way.__name__} {way(rng, new, tool) or ''}".strip())
    return new, " + ".join(notes)


def spots(made: Model) -> list[tuple[dict, str, str]]:
    """Every manifest, group and name of a dependency of the pool."""
    return [(one, group, name) for one in made.values() for group in sorted(set(GROUPS)) for name in one.get(group, {}) if name in POOL]


def rerange(rng: random.Random, made: Model, tool: str) -> str:
    found = spots(made)
    if not found:
        return "nothing"
    one, group, name = rng.choice(found)
    old = one[group][name]
    one[group][name] = version_range(rng, name)
    return f"{one['name']} {group} {name} {old!r} -> {one[group][name]!r}"


def loosen(rng: random.Random, made: Model, tool: str) -> str:
    """A range that the locked version mostly still meets."""
    found = spots(made)
    if not found:
        return "nothing"
    one, group, name = rng.choice(found)
    old = one[group][name]
    oldest = POOL[name][0]
    one[group][name] = rng.choice([old.replace("^", "~"), old.replace("~", "^"), f">={oldest}", "*", f"{old} || >=99", f"={old}" if old[0].isdigit() else f"{old} ", "latest", f">={oldest} <99"])
    return f"{one['name']} {group} {name} {old!r} -> {one[group][name]!r}"


def unneed(rng: random.Random, made: Model, tool: str) -> str:
    """Something that is not a dependency."""
    one = rng.choice(list(made.values()))
    way = rng.choice(["scripts", "engines", "license", "files", "keywords", "os"])
    one[way] = {"scripts": {"x": "y"}, "engines": {"node": ">=16"}, "license": "MIT", "files": ["lib"], "keywords": ["x"], "os": ["linux"]}[way]
    return f"{way} {one['name']}"


def add(rng: random.Random, made: Model, tool: str) -> str:
    one, name = rng.choice(list(made.values())), rng.choice(sorted(POOL))
    group = rng.choice([*GROUPS, "peerDependencies"])
    one.setdefault(group, {})[name] = version_range(rng, name, safe=rng.random() < 0.7)
    return f"{one['name']} {group} {name} {one[group][name]!r}"


def remove(rng: random.Random, made: Model, tool: str) -> str:
    found = spots(made)
    if not found:
        return "nothing"
    one, group, name = rng.choice(found)
    del one[group][name]
    if not one[group] and rng.random() < 0.7:
        del one[group]
    return f"{one['name']} {group} {name}"


def move(rng: random.Random, made: Model, tool: str) -> str:
    found = spots(made)
    if not found:
        return "nothing"
    one, group, name = rng.choice(found)
    target = rng.choice([other for other in sorted(set(GROUPS)) + ["peerDependencies"] if other != group])
    value = one[group][name] if rng.random() < 0.3 else one[group].pop(name)
    one.setdefault(target, {})[name] = value if rng.random() < 0.8 else version_range(rng, name)
    return f"{one['name']} {name} {group} -> {target}"


def reorder(rng: random.Random, made: Model, tool: str) -> None:
    for one in made.values():
        for group in sorted(set(GROUPS)):
            if group in one:
                one[group] = dict(reversed(one[group].items()))


def head(rng: random.Random, made: Model, tool: str) -> str:
    one = rng.choice(list(made.values()))
    way = rng.choice(["rename", "version", "scripts", "engines", "bin", "meta", "description", "peer-meta"])
    if way == "rename":
        one["name"] += "x"
    elif way == "version":
        one["version"] = rng.choice(["1.0.1", "1.5.0", "2.0.0", "1.0.0-beta.1"])
    elif way == "bin":
        one["bin"] = {"x": "./x.js"}
    elif way == "meta":
        one["dependenciesMeta"] = {rng.choice(sorted(POOL)): {"injected": True}}
    elif way == "peer-meta":
        one["peerDependenciesMeta"] = {rng.choice(sorted(POOL)): {"optional": True}}
    else:
        one[way] = {"x": "y"} if way != "description" else "words"
    return f"{way} {one['name']}"


def member(rng: random.Random, made: Model, tool: str) -> str:
    members = [folder for folder in made if folder != "."]
    way = rng.choice(["add", "add-empty", "remove", "move", "need"])
    if way.startswith("add") or not members:
        made["packages/gamma"] = {"name": "gamma", "version": "1.0.0", "private": True} | ({} if way == "add-empty" else dependencies(rng, 1))
        return way
    folder = rng.choice(members)
    if way == "remove":
        del made[folder]
    elif way == "move":
        made["packages/moved"] = made.pop(folder)
    else:
        spec = rng.choice(["^1.0.0", "^2.0.0", "*"])
        made["."].setdefault("dependencies", {})[made[folder]["name"]] = spec if tool in ("npm", "yarn-1") or rng.random() < 0.4 else f"workspace:{spec}"
    return f"{way} {folder}"


def override(rng: random.Random, made: Model, tool: str) -> str:
    """A forced version in the place where the tool looks for it; or one less."""
    root, name = made["."], rng.choice(["is-number", "ansi-regex", "yallist", "wrappy", "has-flag", "ms"])
    value = rng.choice([*POOL[name], version_range(rng, name, safe=True)])
    place = {"npm": ("overrides",), "yarn-1": ("resolutions",), "bun": ("overrides",)}.get(tool, ("resolutions",) if tool in BERRIES else ("pnpm", "overrides"))
    held = root
    for key in place:
        held = held.setdefault(key, {})
    if held and rng.random() < 0.4:
        gone = rng.choice(sorted(held))
        del held[gone]
        return f"without {gone}"
    forms = {"bun": [name], "npm": [name, f"{name}@^{POOL[name][-1]}"], "yarn-1": [name, f"**/{name}", f"is-odd/{name}"], "yarn-berry": [name, f"{name}@npm:^{POOL[name][-1]}", f"is-odd/{name}"]}
    key = rng.choice(forms.get("yarn-berry" if tool in BERRIES else tool, [name, f"is-odd>{name}", f"{name}@^{POOL[name][-1]}"]))
    held[key] = value
    return f"{key} {value!r}"


def globs(rng: random.Random, made: Model, tool: str) -> str:
    choice = rng.choice([["packages/alpha"], ["packages/*", "!packages/beta"], ["packages/*"], ["**"], ["packages/alpha", "packages/beta"]])
    made["."]["workspaces"] = choice if rng.random() < 0.8 or tool.startswith("pnpm") else {"packages": choice}
    return str(choice)


WAYS = [rerange, rerange, rerange, rerange, rerange, add, add, remove, remove, move, move, reorder, head, head, member, member, override, globs]
CALM_TEXT = [unneed, unneed, unneed, reorder, reorder, head, loosen]
"""For pnpm, which compares ranges as text."""
CALM = [loosen, loosen, loosen, unneed, reorder, move, head, remove]


def render(made: Model, tool: str) -> Tree:
    """The files of a model for a tool."""
    files: Tree = {}
    for folder, manifest in made.items():
        manifest = dict(manifest)
        if tool.startswith("pnpm") and folder == "." and (len(made) > 1 or "workspaces" in manifest):
            patterns = manifest.pop("workspaces", ["packages/*"])
            files["pnpm-workspace.yaml"] = "packages:\n" + "".join(f"  - '{pattern}'\n" for pattern in patterns)
        path = "package.json" if folder == "." else f"{folder}/package.json"
        files[path] = json.dumps(manifest, indent=2) + "\n"
    return files
