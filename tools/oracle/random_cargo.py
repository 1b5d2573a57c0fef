"""Random cargo workspaces and edits of them."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field

from .tree import Tree

POOL: dict[str, list[str]] = {
    "either": ["1.6.0", "1.8.0", "1.9.0"],
    "fnv": ["1.0.5", "1.0.6", "1.0.7"],
    "scopeguard": ["1.0.0", "1.1.0", "1.2.0"],
    "lazy_static": ["1.3.0", "1.4.0"],
    "cfg-if": ["0.1.10", "1.0.0"],
    "bitflags": ["1.2.1", "1.3.2", "2.4.0"],
    "itertools": ["0.9.0", "0.10.5"],
    "matches": ["0.1.8", "0.1.10"],
    "void": ["1.0.2"],
    "itoa": ["0.4.8", "1.0.6"],
    "memchr": ["2.5.0", "2.6.0"],
    "byteorder": ["1.3.4", "1.4.3"],
}
KINDS = ["dependencies", "dependencies", "dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(windows)'.dependencies", "target.'cfg(unix)'.dev-dependencies"]


@dataclass
class Dependency:
    """One line of a dependency table."""

    key: str
    requirement: str = ""
    kind: str = "dependencies"
    package: str = ""
    path: str = ""
    optional: bool = False
    inherited: bool = False
    features: tuple[str, ...] = ()

    def line(self) -> str:
        if self.inherited:
            return f"{self.key}.workspace = true"
        parts = [f'version = "{self.requirement}"'] if self.requirement else []
        parts += [f'package = "{self.package}"'] if self.package else []
        parts += [f'path = "{self.path}"'] if self.path else []
        parts += ["optional = true"] if self.optional and not self.kind.endswith("dev-dependencies") else []
        parts += ["features = [" + ", ".join(f'"{one}"' for one in self.features) + "]"] if self.features else []
        return f"{self.key} = {{ {', '.join(parts)} }}"


@dataclass
class Crate:
    """A crate with its dependencies and features."""

    name: str
    version: str = "0.1.0"
    dependencies: list[Dependency] = field(default_factory=list)
    features: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Model:
    """A workspace: crates by folder, shared requirements, and folders that are no members."""

    crates: dict[str, Crate]
    shared: dict[str, str] = field(default_factory=dict)
    exclude: list[str] = field(default_factory=lambda: ["vendor"])


def requirement(rng: random.Random, name: str, safe: bool = False) -> str:
    """A requirement over versions that exist."""
    version = rng.choice(POOL[name])
    major, minor, _ = version.split(".")
    forms = [version, f"^{version}", f"{major}.{minor}", f"~{major}.{minor}", f">={version}"]
    if major != "0":
        forms += [major]
    if not safe:
        forms += [f"={version}", f"={version}", "*", f"{major}.*", f"{major}.{minor}.*", f">={version}, <{int(major) + 1}", f"<{int(major) + 1}", f">{version}", f"<={version}", f"~{version}", f"^{version}-alpha.1", f">= {version} , <99"]
    return rng.choice(forms)


def dependency(rng: random.Random, safe: bool = True) -> Dependency:
    name = rng.choice(sorted(POOL))
    made = Dependency(name, requirement(rng, name, safe), rng.choice(KINDS), optional=rng.random() < 0.15)
    if rng.random() < 0.1:
        made.key, made.package = f"my_{name.replace('-', '_')}", name
    return made


def model(rng: random.Random, tool: str) -> Model:
    """One to three members, often a path crate outside."""
    crates = {"crates/alpha": Crate("alpha"), "crates/beta": Crate("beta"), "crates/gamma": Crate("gamma")}
    for folder in rng.sample(sorted(crates), rng.randint(0, 2)):
        del crates[folder]
    made = Model(crates)
    for name in rng.sample(sorted(POOL), 2):
        made.shared[name] = requirement(rng, name, safe=True)
    for crate in crates.values():
        crate.dependencies = unique([dependency(rng) for _ in range(rng.randint(1, 3))])
        if rng.random() < 0.4:
            name = rng.choice(sorted(made.shared))
            crate.dependencies = unique([Dependency(name, inherited=True), *crate.dependencies])
    if len(crates) > 1 and rng.random() < 0.6:
        first, second = list(crates.values())[:2]
        second.dependencies.append(Dependency(first.name, "0.1" if rng.random() < 0.5 else "", path=f"../{first.name}"))
    if rng.random() < 0.6:
        outside = Crate("outside", "2.0.0", [Dependency("void", "1", optional=True), Dependency("matches", "0.1", optional=True), Dependency("fnv", "1", "dev-dependencies"), Dependency("itoa", "1")])
        outside.features = {"on": ["dep:void"], "off": ["dep:matches"], "chain": ["on"], "weak": ["matches?/x"] if rng.random() < 0.05 else []}
        made.crates["vendor/outside"] = outside
        user = rng.choice([crate for folder, crate in made.crates.items() if folder.startswith("crates")])
        user.dependencies.append(Dependency("outside", path="../../vendor/outside", features=tuple(rng.sample(["on", "chain"], rng.randint(0, 2))), kind=rng.choice(["dependencies", "dev-dependencies"])))
    return made


def unique(found: list[Dependency]) -> list[Dependency]:
    return list({(one.key, one.kind): one for one in found}.values())


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The model after one to three changes, and what they were; calm ones seldom matter to the lock."""
    new, notes = copy.deepcopy(old), []
    for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
        way = rng.choice(CALM if calm else WAYS)
        notes.append(f"{way.__name__} {way(rng, new) or ''}".strip())
    return new, " + ".join(notes)


def spots(made: Model) -> list[tuple[Crate, Dependency]]:
    return [(crate, one) for crate in made.crates.values() for one in crate.dependencies]


def registry(made: Model) -> list[tuple[Crate, Dependency]]:
    return [(crate, one) for crate, one in spots(made) if not one.path and not one.inherited]


def rerequire(rng: random.Random, made: Model) -> str:
    found = registry(made)
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    old, one.requirement = one.requirement, requirement(rng, one.package or one.key)
    return f"{crate.name} {one.key} {old} -> {one.requirement}"


def loosen(rng: random.Random, made: Model) -> str:
    """A requirement that the locked version mostly still meets."""
    found = registry(made)
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    old = one.requirement
    oldest = POOL[one.package or one.key][0]
    one.requirement = rng.choice([f">={oldest}", "*", old.replace("^", "~"), old.lstrip("^~="), f">={oldest}, <99", f"^{oldest}"])
    return f"{crate.name} {one.key} {old} -> {one.requirement}"


def add(rng: random.Random, made: Model) -> str:
    crate, one = rng.choice(list(made.crates.values())), dependency(rng)
    crate.dependencies = unique([*crate.dependencies, one])
    return f"{crate.name} {one.kind} {one.key} {one.requirement}"


def remove(rng: random.Random, made: Model) -> str:
    found = [(crate, one) for crate, one in spots(made) if crate.name != "outside" or not one.optional]
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    crate.dependencies.remove(one)
    return f"{crate.name} {one.key}"


def move(rng: random.Random, made: Model) -> str:
    found = [(crate, one) for crate, one in spots(made) if crate.name != "outside"]
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    one.kind = rng.choice(KINDS)
    crate.dependencies = unique(crate.dependencies)
    return f"{crate.name} {one.key} to {one.kind}"


def optional(rng: random.Random, made: Model) -> str:
    found = [(crate, one) for crate, one in registry(made) if not crate.features]
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    one.optional = not one.optional
    return f"{crate.name} {one.key} {one.optional}"


def alias(rng: random.Random, made: Model) -> str:
    found = [(crate, one) for crate, one in registry(made) if not crate.features]
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    one.package, one.key = one.package or one.key, f"other_{one.key.replace('-', '_')}"
    return f"{crate.name} {one.package}"


def version(rng: random.Random, made: Model) -> str:
    crate = rng.choice(list(made.crates.values()))
    crate.version = rng.choice(["0.1.1", "0.1.0+build", "0.2.0", "2.0.0", "0.1.0-rc.1"])
    return f"{crate.name} {crate.version}"


def member(rng: random.Random, made: Model) -> str:
    members = [folder for folder in made.crates if folder.startswith("crates/")]
    if rng.random() < 0.5 or len(members) < 2:
        made.crates["crates/delta"] = Crate("delta", dependencies=[dependency(rng)] if rng.random() < 0.6 else [])
        return "add"
    folder = rng.choice(members)
    gone = made.crates.pop(folder)
    for crate in made.crates.values():
        crate.dependencies = [one for one in crate.dependencies if one.key != gone.name]
    return f"remove {folder}"


def rename(rng: random.Random, made: Model) -> str:
    needed = {one.key for _, one in spots(made) if one.path}
    found = [crate for crate in made.crates.values() if crate.name not in needed]
    if not found:
        return "nothing"
    crate = rng.choice(found)
    crate.name += "x"
    return crate.name


def share(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.shared)) if rng.random() < 0.7 else rng.choice(sorted(POOL))
    made.shared[name] = requirement(rng, name)
    return f"{name} {made.shared[name]}"


def inherit(rng: random.Random, made: Model) -> str:
    found = [(crate, one) for crate, one in spots(made) if one.key in made.shared and not one.path and crate.name != "outside"]
    if not found:
        return "nothing"
    crate, one = rng.choice(found)
    one.inherited = not one.inherited
    one.package, one.optional = "", False
    if not one.inherited:
        one.requirement = made.shared[one.key]
    return f"{crate.name} {one.key} {one.inherited}"


def outside_features(rng: random.Random, made: Model) -> str:
    found = [one for _, one in spots(made) if one.key == "outside"]
    outside = made.crates.get("vendor/outside")
    if not found or not outside or not outside.features:
        return "nothing"
    if rng.random() < 0.5:
        found[0].features = tuple(rng.sample(["on", "off", "chain"], rng.randint(0, 3)))
        return f"asked {found[0].features}"
    outside.features["default"] = rng.sample(["on", "off"], rng.randint(0, 2))
    return f"default {outside.features['default']}"


def reorder(rng: random.Random, made: Model) -> None:
    for crate in made.crates.values():
        crate.dependencies.reverse()


def exclusion(rng: random.Random, made: Model) -> str:
    made.exclude = rng.choice([[], ["vendor", "crates/beta"], ["vendor/outside"], ["vendor", "nothing"]])
    return str(made.exclude)


WAYS = [rerequire, rerequire, rerequire, rerequire, add, add, remove, remove, move, optional, alias, version, member, rename, share, share, inherit, outside_features, reorder, exclusion]
CALM = [loosen, loosen, loosen, move, optional, alias, reorder, inherit, outside_features]


def render(made: Model, tool: str) -> Tree:
    """The manifests and empty sources of a workspace."""
    exclude = ", ".join(f'"{folder}"' for folder in made.exclude)
    shared = "".join(f'{name} = "{needed}"\n' for name, needed in made.shared.items())
    files = {"Cargo.toml": f'[workspace]\nmembers = ["crates/*"]\nexclude = [{exclude}]\nresolver = "2"\n\n[workspace.dependencies]\n{shared}'}
    for folder, crate in made.crates.items():
        lines = ["[package]", f'name = "{crate.name}"', f'version = "{crate.version}"', 'edition = "2021"']
        for kind in dict.fromkeys(one.kind for one in crate.dependencies):
            lines += ["", f"[{kind}]", *(one.line() for one in crate.dependencies if one.kind == kind)]
        if crate.features:
            lines += ["", "[features]", *(f"{name} = [" + ", ".join(f'"{part}"' for part in parts) + "]" for name, parts in crate.features.items())]
        files[f"{folder}/Cargo.toml"] = "\n".join(lines) + "\n"
        files[f"{folder}/src/lib.rs"] = ""
    return files
