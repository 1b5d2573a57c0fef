"""Random requirements of Python: specifiers and markers, and rewritings that may or may not mean the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

POOL: dict[str, list[str]] = {
    "six": ["1.10.0", "1.14.0", "1.15.0", "1.16.0", "1.17.0"],
    "idna": ["2.8", "2.10", "3.3", "3.4", "3.6", "3.7", "3.10"],
    "attrs": ["21.4.0", "22.1.0", "22.2.0", "23.1.0", "23.2.0", "24.2.0"],
    "packaging": ["20.9", "21.3", "22.0", "23.0", "23.2", "24.0", "24.2"],
    "iniconfig": ["1.0.0", "1.1.1", "2.0.0"],
    "toml": ["0.10.0", "0.10.1", "0.10.2"],
    "click": ["7.1.2", "8.0.4", "8.1.3", "8.1.7"],
    "pluggy": ["0.13.1", "1.0.0", "1.2.0", "1.5.0"],
    "zipp": ["3.8.0", "3.15.0", "3.17.0", "3.20.0"],
    "mdurl": ["0.1.0", "0.1.1", "0.1.2"],
    "markdown-it-py": ["2.0.0", "2.2.0", "3.0.0"],
    "typing-extensions": ["4.0.0", "4.5.0", "4.8.0", "4.12.2"],
    "sortedcontainers": ["2.1.0", "2.3.0", "2.4.0"],
}
EXTRAS = {"markdown-it-py": ["linkify"]}
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]


@dataclass(frozen=True)
class Requirement:
    """A requirement as it is written, piece by piece."""

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str = ""

    def text(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}" + (f"; {self.marker}" if self.marker else "")

    def key(self) -> str:
        return self.name.lower().replace("_", "-").replace(".", "-")


def requirement(rng: random.Random, marked: bool = True) -> Requirement:
    """A random requirement of a package of the pool."""
    name = rng.choice(sorted(POOL))
    extras = tuple(EXTRAS[name]) if name in EXTRAS and rng.random() < 0.3 else ()
    return Requirement(name, extras, specifier(rng, name), marker(rng) if marked and rng.random() < 0.35 else "")


def specifier(rng: random.Random, name: str) -> str:
    """Zero to three clauses over versions that exist, or nearly."""
    if rng.random() < 0.15:
        return ""
    version = rng.choice(POOL[name])
    major, *rest = version.split(".")
    minor = rest[0] if rest else "0"
    forms = [
        f">={version}", f">={version}", f">={version},<{int(major) + 1}", f"~={major}.{minor}", f"=={version}", f"=={major}.*",
        f">{version}", f"<={version}", f"!={version}", f">={major}", f">={version}.0", f">={major},!={version}", f">={version},<{int(major) + 2}.0",
        f"~={version}" if rest else f">={version}", f">={version}.dev0", f">={version}rc1", f"<{int(major) + 9}", f">={major}.{minor},!={major}.{minor}.*,<99", f"=={version}.0", f"==={version}",
    ]
    return rng.choice(forms)


def same_specifier(rng: random.Random, text: str) -> str:
    """Another spelling that a reader takes for the same versions; seldom it is not."""
    clauses = [clause for clause in text.split(",") if clause]
    ways = ["space", "order", "zero", "exclude", "repeat", "parentheses", "lower"]
    way = rng.choice(ways)
    if way == "space":
        return " " + " , ".join(clauses) if clauses else ""
    if way == "order":
        return ",".join(reversed(clauses))
    if way == "zero" and clauses and "*" not in clauses[0] and not clauses[0].startswith(("===", "~=")):
        return ",".join([clauses[0] + ".0", *clauses[1:]])
    if way == "exclude":
        return ",".join([*clauses, "!=0.0.1"])
    if way == "repeat" and clauses:
        return ",".join([*clauses, clauses[0]])
    if way == "parentheses" and clauses:
        return f" ({text})"
    if way == "lower" and any(clause.startswith(">=") for clause in clauses):
        return ",".join([*clauses, ">=0"])
    if len(clauses) == 1 and clauses[0].startswith("~=") and clauses[0].count(".") == 1:
        base = clauses[0][2:]
        return f">={base},=={base.split('.')[0]}.*"
    return text


def atom(rng: random.Random) -> str:
    """One comparison of a marker."""
    python = rng.choice(PYTHONS)
    choices = [
        f"python_version {rng.choice(['<', '<=', '>', '>=', '==', '!='])} '{python}'",
        f"python_version {rng.choice(['>=', '<'])} '{python}'",
        f"python_full_version {rng.choice(['<', '>=', '>'])} '{python}.{rng.choice('0249')}'",
        f"sys_platform {rng.choice(['==', '!='])} '{rng.choice(['linux', 'win32', 'darwin'])}'",
        f"platform_system {rng.choice(['==', '!='])} '{rng.choice(['Linux', 'Windows', 'Darwin'])}'",
        f"os_name {rng.choice(['==', '!='])} '{rng.choice(['nt', 'posix'])}'",
        f"platform_machine {rng.choice(['==', '!='])} '{rng.choice(['x86_64', 'aarch64'])}'",
        f"implementation_name == '{rng.choice(['cpython', 'pypy'])}'",
        f"platform_python_implementation {rng.choice(['==', '!='])} 'PyPy'",
        f"python_version {rng.choice(['in', 'not in'])} '{python} 3.8'",
        f"sys_platform {rng.choice(['in', 'not in'])} 'linux darwin'",
    ]
    return rng.choice(choices)


def marker(rng: random.Random, depth: int = 0) -> str:
    """A marker of one to three comparisons."""
    if depth > 1 or rng.random() < 0.55:
        return atom(rng)
    left, right = marker(rng, depth + 1), marker(rng, depth + 1)
    word = rng.choice([" and ", " or "])
    return word.join(f"({part})" if word.strip() == "and" and " or " in part else part for part in (left, right))


def same_marker(rng: random.Random, text: str) -> str:
    """Another spelling of a marker; most mean the same, some nearly."""
    ways = {
        "quotes": text.replace("'", '"'),
        "parentheses": f"({text})",
        "twice": f"({text}) and ({text})",
        "true": f"({text}) and python_version >= '3.6'",
        "absorb": f"({text}) or (({text}) and sys_platform == 'linux')",
        "platform": text.replace("sys_platform == 'linux'", "platform_system == 'Linux'").replace("sys_platform == 'win32'", "platform_system == 'Windows'"),
        "platform-back": text.replace("platform_system != 'Windows'", "sys_platform != 'win32'"),
        "full": text.replace("python_version >=", "python_full_version >=").replace("python_version <", "python_full_version <"),
        "next": text.replace("python_version > '3.10'", "python_version >= '3.11'").replace("python_version <= '3.11'", "python_version < '3.12'"),
        "space": text.replace(" == ", "==").replace(" >= ", ">="),
        "swap": swapped(text),
        "flip": flipped(text),
        "operators": text.replace("python_version == '3.11'", "python_version >= '3.11' and python_version < '3.12'"),
    }
    changed = [value for value in ways.values() if value != text]
    return rng.choice(changed)


def swapped(text: str) -> str:
    """The two halves of a single `and` or `or` exchanged."""
    for word in (" and ", " or "):
        if text.count(" and ") + text.count(" or ") == 1 and word in text:
            left, right = text.split(word)
            return f"{right}{word}{left}"
    return text


def flipped(text: str) -> str:
    """A single comparison with its sides exchanged."""
    if " and " in text or " or " in text or " in " in text:
        return text
    name, operator, value = text.split(" ", 2)
    mirror = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    return f"{value} {mirror.get(operator, operator)} {name}"


def respelt_name(rng: random.Random, name: str) -> str:
    """Case and separators of a name changed."""
    return rng.choice([name.upper(), name.title(), name.replace("-", "_"), name.replace("-", ".")])


def altered(rng: random.Random, old: Requirement) -> Requirement:
    """One change to a requirement."""
    way = rng.choice(["same-spec", "same-spec", "spec", "spec", "same-marker", "same-marker", "marker", "name", "extras", "case-marker"])
    if way == "same-spec":
        return replace(old, specifier=same_specifier(rng, old.specifier))
    if way == "spec":
        return replace(old, specifier=specifier(rng, old.key()))
    if way == "same-marker" and old.marker:
        return replace(old, marker=same_marker(rng, old.marker))
    if way in ("marker", "same-marker"):
        return replace(old, marker="" if old.marker and rng.random() < 0.4 else marker(rng))
    if way == "name":
        return replace(old, name=respelt_name(rng, old.name))
    if way == "extras" and old.key() in EXTRAS:
        return replace(old, extras=() if old.extras else tuple(EXTRAS[old.key()]))
    return replace(old, specifier=same_specifier(rng, old.specifier), name=respelt_name(rng, old.name))


def respelt(rng: random.Random, old: Requirement) -> Requirement:
    """One or two changes to a requirement that a reader takes for none."""
    new = replace(old, specifier=same_specifier(rng, old.specifier)) if rng.random() < 0.6 else old
    if new.marker and rng.random() < 0.6:
        new = replace(new, marker=same_marker(rng, new.marker))
    if new == old or rng.random() < 0.2:
        new = replace(new, name=respelt_name(rng, new.name))
    return new
