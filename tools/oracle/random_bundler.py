"""Random Gemfiles with the Gemfile.lock that Bundler would write for them, and edits of both."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .cases_bundler import GEMSPEC, L, M
from .edits import several
from .tree import Tree

POOL = {"amber": ["1.4", "2.0", "2.1.3"], "birch": ["0.9", "1.2"], "cedar": ["2.0.0", "2.4.1"], "dill": ["1.5"], "elder": ["3.0.0.rc1", "3.1"]}


@dataclass
class Gem:
    """A gem that is asked for."""

    clauses: list[str] = field(default_factory=list)
    origin: str = ""
    """`path`, `git` or a source of its own; empty for the global one."""
    group: str = ""
    more: str = ""


@dataclass
class Model:
    """The gems, the style, and the lock as it was."""

    gems: dict[str, Gem]
    quote: str = '"'
    head: list[str] = field(default_factory=list)
    frozen: str = ""


def clauses(rng: random.Random, name: str) -> list[str]:
    version = rng.choice(POOL[name])
    parts = version.split(".")
    short = ".".join(parts[:2])
    forms = [[], [f"~> {short}"], [f">= {parts[0]}"], [version], [f"= {version}"], [f">= {parts[0]}", f"< {int(parts[0]) + 1}"], [f"~> {version}"], [f"!= {version}.9"], [f">= {version}"], [f"~> {parts[0]}"]]
    return rng.choice(forms)


def model(rng: random.Random, tool: str) -> Model:
    made = Model({name: Gem(clauses(rng, name), group=rng.choice(["", "", "test"])) for name in rng.sample(sorted(POOL), rng.randint(2, 4))})
    if rng.random() < 0.4:
        made.gems["own"] = Gem([], "path")
    if rng.random() < 0.2:
        made.gems["edge"] = Gem([], "git")
    made.frozen = locked(made)
    return made


def edited(rng: random.Random, tool: str, old: Model, calm: bool = False) -> tuple[Model, str]:
    """The Gemfile after one to three changes, and what they were."""
    return several(rng, old, CALM if calm else WAYS)


def constrain(rng: random.Random, made: Model) -> str:
    name = rng.choice([name for name in made.gems if name in POOL] or ["own"])
    if name in POOL:
        made.gems[name].clauses = clauses(rng, name)
    return f"{name} {made.gems[name].clauses}"


def respell(rng: random.Random, made: Model) -> str:
    """Clauses that ask for the same: spaces, order, zeros, signs."""
    name = rng.choice(sorted(made.gems))
    gem = made.gems[name]
    way = rng.choice(["space", "order", "zero", "sign", "open"])
    if way == "space":
        gem.clauses = [one.replace(" ", "") for one in gem.clauses]
    elif way == "order":
        gem.clauses.reverse()
    elif way == "zero":
        gem.clauses = [one + ".0" if not one.startswith("~") else one for one in gem.clauses]
    elif way == "sign":
        gem.clauses = [one.removeprefix("= ") for one in gem.clauses]
    elif not gem.clauses:
        gem.clauses = [">= 0"]
    return f"{name} {way}"


def add(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(POOL))
    made.gems.setdefault(name, Gem(clauses(rng, name)))
    return name


def drop(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.gems))
    if len(made.gems) > 1:
        del made.gems[name]
    return name


def group(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.gems))
    made.gems[name].group = rng.choice(["", "test", "development"])
    return name


def option(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.gems))
    made.gems[name].more = rng.choice(["", ", require: false", ", :require => 'x'", ", platforms: [:ruby]"])
    return f"{name} {made.gems[name].more}"


def origin(rng: random.Random, made: Model) -> str:
    name = rng.choice(sorted(made.gems))
    made.gems[name].origin = rng.choice(["", "path", "git", "source"])
    return f"{name} {made.gems[name].origin}"


def style(rng: random.Random, made: Model) -> str:
    made.quote = rng.choice(["'", '"'])
    made.head = rng.choice([[], ["# a word"], ["ruby '>= 2.0'"], []])
    return ""


WAYS = [constrain, constrain, constrain, add, add, drop, drop, group, option, origin, respell]
CALM = [respell, respell, group, option, style]


def lock(made: Model) -> str:
    """The file that is judged."""
    return L


def render(made: Model, tool: str) -> Tree:
    quote = made.quote
    lines = [*made.head, f"source {quote}https://gems.example.com{quote}", ""]
    for inside in ("", "test", "development"):
        gems = [call(name, gem, quote) for name, gem in made.gems.items() if gem.group == inside]
        lines += gems if not inside else [f"group :{inside} do", *(f"  {one}" for one in gems), "end"] if gems else []
    places = {f"{name}/{name}.gemspec": GEMSPEC.replace('"own"', f'"{name}"') for name in [*POOL, "own", "edge"]}
    return {M: "\n".join(lines) + "\n", L: made.frozen or locked(made)} | places


def call(name: str, gem: Gem, quote: str) -> str:
    clauses = "".join(f", {quote}{one}{quote}" for one in gem.clauses)
    where = {"": "", "path": f", path: {quote}{name}{quote}", "git": f", git: {quote}https://git.example.com/{name}.git{quote}", "source": f", source: {quote}https://corp.example.com{quote}"}
    return f"gem {quote}{name}{quote}{clauses}{where[gem.origin]}{gem.more}"


def locked(made: Model) -> str:
    """The lock that Bundler would write, with versions that exist."""
    lines = []
    for name, gem in sorted(made.gems.items()):
        if gem.origin == "git":
            lines += ["GIT", f"  remote: https://git.example.com/{name}.git", "  revision: 0123456789abcdef0123456789abcdef01234567", "  specs:", f"    {name} (0.1.0)", ""]
    for name, gem in sorted(made.gems.items()):
        if gem.origin == "path":
            lines += ["PATH", f"  remote: {name}", "  specs:", f"    {name} (0.1.0)", ""]
    plain = sorted(name for name, gem in made.gems.items() if not gem.origin)
    lines += ["GEM", "  remote: https://gems.example.com/", "  specs:", *(f"    {name} ({POOL[name][-1]})" for name in plain), "", "PLATFORMS", "  ruby", "", "DEPENDENCIES"]
    for name, gem in sorted(made.gems.items()):
        wanted = f" ({', '.join(sorted((one if one[0] in '<>=!~' else f'= {one}' for one in gem.clauses), reverse=True))})" if gem.clauses else ""
        lines.append(f"  {name}{wanted}{'!' if gem.origin else ''}")
    return "\n".join([*lines, "", "BUNDLED WITH", "   2.3.15", ""])
