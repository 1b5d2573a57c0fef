"""Random go.mod files and edits of them, over the modules of the oracle's proxy, with go.sum or with vendor/modules.txt."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .cases_go import L, M, V
from .checks_other import Go
from .edits import several
from .tree import Tree

POOL = {name: sorted(versions) for name, versions in Go.modules.items()}
NEEDED = {(name, version): [one.split() for one in needs] for name, versions in Go.modules.items() for version, needs in versions.items()}


@dataclass
class Model:
    """A module: what it requires, what it replaces, and how it is written."""

    vendored: bool
    requires: dict[str, str] = field(default_factory=dict)
    indirect: set[str] = field(default_factory=set)
    imports: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    go: str = "1.17"
    one_block: bool = False
    more: list[str] = field(default_factory=list)
    """Other lines."""
    frozen: str = ""
    """The list of a vendored module as it was."""


def model(rng: random.Random, tool: str) -> Model:
    names = rng.sample(sorted(POOL), rng.randint(1, 3))
    made = Model(rng.random() < 0.5, {name: rng.choice(POOL[name]) for name in names}, imports=list(names))
    complete(made)
    made.go = rng.choice(["1.17", "1.17", "1.18", "1.21"])
    if rng.random() < 0.3:
        replace(rng, made)
    made.frozen = listed(made)
    return made


def complete(made: Model) -> None:
    """Requires what the required modules need, as `go mod tidy` would."""
    for name, version in list(made.requires.items()):
        for other, least in NEEDED[name, version]:
            if other not in made.requires:
                made.indirect.add(other)
            made.requires[other] = max(made.requires.get(other, least), least)


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The module after one to three changes, and what they were."""
    return several(rng, old, CALM if calm else WAYS)


def bump(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.requires) or ["amber"])
    made.requires[name] = rng.choice(POOL[name])
    return f"{name} {made.requires[name]}"


def require(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(POOL))
    made.requires.setdefault(name, rng.choice(POOL[name]))
    # With its import, as which packages the sources import is not looked at.
    made.imports += [name] if name not in made.imports else []
    return name


def drop(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.requires) or ["amber"])
    made.requires.pop(name, None)
    made.imports = [one for one in made.imports if one != name]
    return name


def replace(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(POOL))
    if made.replaces and rng.random() < 0.4:
        return f"without {made.replaces.pop()}"
    of = rng.choice(["", f" {made.requires.get(name, 'v1.0.0')}", " v1.9.0"])
    host = Go.host
    to = rng.choice([f"./near/{name}", f"{host}/{name} {rng.choice(POOL[name])}"])
    line = f"{host}/{name}{of} => {to}"
    if not any(one.startswith(f"{host}/{name}{of} =>") for one in made.replaces):
        made.replaces.append(line)
    return line


def indirect(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.requires) or ["amber"])
    made.indirect ^= {name}
    return name


def release(rng: random.Random, made: Model) -> str:
    made.go = rng.choice(["1.12", "1.13", "1.14", "1.16", "1.17", "1.20", "1.21", "1.22.3"])
    return made.go


def layout(rng: random.Random, made: Model) -> str:
    made.one_block = not made.one_block
    return ""


def line(rng: random.Random, made: Model) -> str:
    one = rng.choice(["// a word", f"exclude {Go.host}/amber v0.9.0", "retract v0.0.1 // bad", f"exclude (\n\t{Go.host}/dill v1.0.0\n)", "toolchain go1.21.0"])
    made.more.append(one)
    return one.split("\n")[0]


WAYS = [bump, bump, bump, require, require, drop, drop, replace, replace, indirect, release, layout, line]
CALM = [indirect, layout, line, release]


def lock(made: Model) -> str:
    """The file that is judged."""
    return V if made.vendored else L


def render(made: Model, tool: str) -> Tree:
    """go.mod, a program, and the list of what is vendored."""
    lines = [f"module {Go.host}/shop", "", f"go {made.go}", ""]
    asked = [f"{Go.host}/{name} {version}" + (" // indirect" if name in made.indirect else "") for name, version in made.requires.items()]
    lines += ["require (", *(f"\t{one}" for one in asked), ")", ""] if made.one_block else [f"require {one}" for one in asked] + [""]
    lines += [f"replace {one}" for one in made.replaces] + made.more
    imports = "".join(f'import _ "{Go.host}/{name}"\n' for name in made.imports)
    files = {M: "\n".join(lines) + "\n", "main.go": f"package main\n\n{imports}\nfunc main() {{}}\n"}
    for name in POOL:
        files[f"near/{name}/go.mod"] = f"module {Go.host}/{name}\n\ngo 1.17\n"
        files[f"near/{name}/{name}.go"] = f"package {name}\n"
    return files | ({V: made.frozen or listed(made)} if made.vendored else {})


def listed(made: Model) -> str:
    """The list that `go mod vendor` would write, as far as go.mod tells."""
    instead = {tuple(old.split()): new for old, new in (one.split(" => ") for one in made.replaces)}
    lines = []
    for name, version in sorted(made.requires.items()):
        path = f"{Go.host}/{name}"
        new = instead.get((path, version)) or instead.get((path,))
        lines += [f"# {path} {version}" + (f" => {new}" if new else ""), "## explicit; go 1.17", path]
    lines += [f"# {' '.join(old)} => {new}" for old, new in sorted(instead.items()) if len(old) == 1 or made.requires.get(old[0].split("/")[1]) != old[1]]
    return "\n".join(lines) + "\n"
