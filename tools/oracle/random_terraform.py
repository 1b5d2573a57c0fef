"""Random Terraform configurations and edits of them, over the providers of the oracle's mirror."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .checks_other import Terraform
from .edits import several
from .tree import Tree

POOL = {name.split("/")[1]: versions for name, versions in Terraform.providers.items() if name.startswith("acme/")}


@dataclass
class Module:
    """One directory: stated providers, types of resources, `provider` blocks with a version, and calls."""

    stated: dict[str, str] = field(default_factory=dict)
    """Constraint by name; empty for none."""
    resources: list[str] = field(default_factory=list)
    blocks: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)


Model = dict[str, Module]
"""Directory to module; empty for the root."""


def constraint(rng: random.Random, name: str, safe: bool = False) -> str:
    """A constraint over versions that exist; `safe` ones leave a version that is released."""
    version = rng.choice([one for one in POOL[name] if "-" not in one])
    major, minor, _ = version.split(".")
    forms = ["", f"~> {major}.{minor}", f">= {version}", f">= {major}.0, < {int(major) + 1}.0.0", f"<= {version}", f"~> {version}"]
    if not safe:
        forms += [version, f"={version}", f"!= {version}", f"> {version}", f"< {version}", f"~> {major}", f"<= {major}.{minor}", f">={version},<99", f"~> {version}-beta1", "9.9.9", f"v{version}", "*", f"{major}.{minor}"]
    return rng.choice(forms)


def model(rng: random.Random, tool: str) -> Model:
    """A root, and in two of three cases a module or two."""
    made = {"": module(rng)}
    for name in ("part", "part/inner")[: rng.choice([0, 1, 1, 2])]:
        made[name] = module(rng)
        made["part" if name == "part/inner" else ""].calls.append("./inner" if name == "part/inner" else "./part")
    return made


def module(rng: random.Random) -> Module:
    names = rng.sample(sorted(POOL), rng.randint(1, 3))
    return Module({name: constraint(rng, name, safe=True) for name in names}, [rng.choice(names) for _ in range(rng.randint(0, 2))])


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The configuration after one to three changes, and what they were."""
    return several(rng, old, CALM if calm else WAYS)


def constrain(rng: random.Random, made: Model) -> str:
    where, one = rng.choice(sorted(made.items()))
    if not one.stated:
        return "nothing"
    name = rng.choice(sorted(one.stated))
    one.stated[name] = constraint(rng, name)
    return f"{where} {name} {one.stated[name]!r}"


def state(rng: random.Random, made: Model) -> str:
    where, one = rng.choice(sorted(made.items()))
    name = rng.choice(sorted(POOL))
    one.stated[name] = constraint(rng, name, safe=rng.random() < 0.7)
    return f"{where} {name} {one.stated[name]!r}"


def unstate(rng: random.Random, made: Model) -> str:
    where, one = rng.choice(sorted(made.items()))
    if not one.stated:
        return "nothing"
    name = rng.choice(sorted(one.stated))
    del one.stated[name]
    if rng.random() < 0.8:
        one.resources = [kind for kind in one.resources if kind != name]
        one.blocks.pop(name, None)
    return f"{where} {name}"


def resource(rng: random.Random, made: Model) -> str:
    where, one = rng.choice(sorted(made.items()))
    if one.resources and rng.random() < 0.4:
        return f"{where} without {one.resources.pop()}"
    one.resources.append(rng.choice([*POOL, "ember", "flint", "terraform"]))
    return f"{where} {one.resources[-1]}"


def block(rng: random.Random, made: Model) -> str:
    where, one = rng.choice(sorted(made.items()))
    name = rng.choice(sorted(one.stated) or ["ember"])
    one.blocks[name] = constraint(rng, name) if name in POOL and rng.random() < 0.4 else ""
    return f"{where} {name} {one.blocks[name]!r}"


def call(rng: random.Random, made: Model) -> str:
    root = made[""]
    if root.calls and rng.random() < 0.5:
        return f"without {root.calls.pop()}"
    made["more"] = module(rng)
    root.calls.append("./more")
    return "./more"


WAYS = [constrain, constrain, constrain, constrain, state, state, unstate, resource, resource, block, call]
CALM = [constrain, resource, block]


def render(made: Model, tool: str) -> Tree:
    """The files of the modules: what is stated in one, the rest in another."""
    files: Tree = {}
    for where, one in made.items():
        prefix = f"{where}/" if where else ""
        lines = ["terraform {", "  required_providers {"]
        for name, text in one.stated.items():
            lines += [f"    {name} = {{", f'      source  = "{Terraform.host}/acme/{name}"'] + ([f'      version = "{text}"'] if text else []) + ["    }"]
        files[f"{prefix}versions.tf"] = "\n".join([*lines, "  }", "}", ""])
        body = [f'resource "{kind}_thing" "n{index}" {{}}' if kind != "terraform" else f'resource "terraform_data" "n{index}" {{}}' for index, kind in enumerate(one.resources)]
        body += [f'provider "{name}" {{' + (f'\n  version = "{text}"\n' if text else "") + "}" for name, text in one.blocks.items()]
        body += [f'module "m{index}" {{\n  source = "{to}"\n}}' for index, to in enumerate(one.calls)]
        files[f"{prefix}main.tf"] = "\n\n".join(body) + "\n"
    return files
