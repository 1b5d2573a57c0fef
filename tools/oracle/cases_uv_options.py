"""uv.lock: the tables of settings as uv reads them, and the shapes of workspaces.

A key that uv does not know makes it pass over every setting of `[tool.uv]`; at uv.toml it stops.
"""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tree import append, drop, put, sub

P, L, T = "pyproject.toml", "uv.lock", "uv.toml"

APP = """[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["six", "idna>=3.4"]

[project.optional-dependencies]
a = ["toml"]
b = ["zipp"]

[dependency-groups]
dev = ["click", {include-group = "lint"}]
lint = ["pluggy"]

[[tool.uv.index]]
name = "main"
url = "https://index.example.com/simple"
explicit = true

[tool.uv]
resolution = "lowest-direct"
prerelease-package = { six = "allow" }
conflicts = [[{ extra = "a" }, { extra = "b" }]]
"""
"""The index is explicit and no source names it, so nothing is fetched from it."""

HARMLESS = {
    "add-bounds": '"lower"', "allow-insecure-host": '["a.example.com"]', "audit": "{}", "cache-keys": '[{ file = "x" }]', "check-url": '"https://a.example.com"',
    "compile-bytecode": "true", "concurrent-builds": "2", "config-settings": '{ a = "b" }', "link-mode": '"copy"', "native-tls": "true", "no-build": "true",
    "no-binary-package": '["six"]', "preview": "true", "publish-url": '"https://a.example.com"', "python-downloads": '"never"', "python-preference": '"system"',
    "reinstall": "true", "torch-backend": '"cpu"', "trusted-publishing": '"always"', "upgrade": "true", "index-strategy": '"unsafe-best-match"',
}
"""Settings that the lock does not record."""

UNREAD = {
    "unknown": "news = 1", "no-flag": 'compile-bytecode = "yes"', "no-word": 'link-mode = "link"', "no-list": 'find-links = "x"', "no-name": 'no-binary-package = ["a b"]',
    "no-number": 'concurrent-builds = "2"', "no-index": 'index-strategy = "best"', "misspelt": 'resolutions = "lowest"', "metadata-key": 'dependency-metadata = [{ name = "six", news = 1 }]',
}
"""Entries that keep uv from reading its settings."""


def options() -> tuple[Project, list[Edit]]:
    """Every key that there is, and entries that uv cannot read."""
    old = 'resolution = "lowest-direct"\n'
    edits = [Edit(f"key-{key}", (sub(P, old, f"{old}{key} = {value}\n"),), FRESH) for key, value in HARMLESS.items()]
    edits += [Edit(f"unread-{name}", (sub(P, old, f"{old}{line}\n"),), STALE, "resolution") for name, line in UNREAD.items()]
    edits += [Edit(f"toml-unread-{name}", (put(T, f"{line}\n"),), ERROR) for name, line in UNREAD.items()]
    edits += [
        Edit("toml-same", (put(T, 'resolution = "lowest-direct"\nprerelease-package = { Six = "allow" }\n'),), FRESH),
        Edit("toml-hides", (put(T, 'link-mode = "copy"\n'),), STALE, "resolution"),
        Edit("toml-hides-unread", (put(T, 'resolution = "lowest-direct"\nprerelease-package = { six = "allow" }\n'), sub(P, old, f"{old}news = 1\n")), FRESH),
        Edit("prerelease-gone", (sub(P, 'prerelease-package = { six = "allow" }\n', ""),), STALE, "prerelease-package"),
        Edit("prerelease-other", (sub(P, '"allow"', '"explicit"'),), STALE, "prerelease-package"),
        Edit("prerelease-case", (sub(P, "{ six", "{ SIX"),), FRESH),
        Edit("prerelease-more", (sub(P, '{ six = "allow" }', '{ six = "allow", idna = "allow" }'),), STALE, "prerelease-package"),
        Edit("prerelease-wrong", (sub(P, '"allow"', '"never"'),), STALE, "resolution|prerelease-package"),
        Edit("conflicts-one", (sub(P, ', { extra = "b" }', ""),), ERROR),
        Edit("conflicts-same", (sub(P, '{ extra = "b" }', '{ extra = "A" }'),), ERROR),
        Edit("conflicts-both", (sub(P, '{ extra = "b" }', '{ extra = "b", group = "dev" }'),), ERROR),
        Edit("conflicts-unknown", (sub(P, '{ extra = "b" }', '{ extra = "c" }'),), STALE, "conflicts"),
        Edit("conflicts-twice", (sub(P, '{ extra = "b" }]]', '{ extra = "b" }], [{ extra = "b" }, { extra = "a" }]]'),), STALE, "conflicts"),
        Edit("index-twice", (append(P, '\n[[tool.uv.index]]\nname = "main"\nurl = "https://b.example.com/simple"\n'),), ERROR),
        Edit("index-without-address", (sub(P, 'url = "https://index.example.com/simple"\n', ""),), ERROR),
        Edit("index-other-key", (sub(P, "explicit = true\n", "explicit = true\nnews = 1\n"),), FRESH),
        Edit("include-with-more", (sub(P, '{include-group = "lint"}', '{include-group = "lint", news = "x"}'),), ERROR),
        Edit("include-twice", (sub(P, '{include-group = "lint"}', '{include-group = "lint"}, {include-group = "lint"}'),), FRESH),
    ]
    return Project("options", {P: APP}, L), edits


def member(name: str, requires: str = "[]", more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = {requires}\n{more}'


def nested() -> tuple[Project, list[Edit]]:
    """A member in the directory of another, which the sources of the root do not reach."""
    root = member("root", '["alpha"]', '\n[tool.uv.workspace]\nmembers = ["examples", "examples/servers/*", "alpha"]\n\n[tool.uv.sources]\nalpha = { workspace = true }\nroot = { workspace = true }\n\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n')
    I = f"examples/servers/one/{P}"
    files = {P: root, f"alpha/{P}": member("alpha", '["idna"]'), f"examples/{P}": member("examples", '["alpha"]'), I: member("one", '["six", "alpha"]')}
    edits = [
        Edit("inner-changed", (sub(I, '"six"', '"six>=1"'),), STALE, "six"),
        Edit("inner-specifier", (sub(I, '"alpha"', '"alpha>=1"'),), STALE, "alpha"),
        Edit("inner-source", (append(I, "\n[tool.uv.sources]\nalpha = { workspace = true }\n"),), ERROR),
        Edit("outer-changed", (sub(f"examples/{P}", '"alpha"', '"alpha", "six"'),), STALE, "six"),
        Edit("root-sources-gone", (sub(P, "alpha = { workspace = true }\n", ""),), ERROR),
    ]
    return Project("nested", files, L), edits


def shapes() -> tuple[Project, list[Edit]]:
    """Patterns of members, and manifests that are none."""
    root = member("root", '["alpha", "six"]', '\n[tool.uv.workspace]\nmembers = ["packages/*", "tools/one"]\nexclude = ["packages/skip*"]\n\n[tool.uv.sources]\nalpha = { workspace = true }\n')
    alpha = member("alpha", '["beta", "idna"]', '\n[dependency-groups]\ndev = ["toml"]\n\n[tool.uv]\ndefault-groups = ["dev"]\n\n[tool.uv.sources]\nbeta = { workspace = true }\n')
    A, B, O = (f"{at}/{P}" for at in ("packages/alpha", "packages/beta", "tools/one"))
    files = {P: root, A: alpha, B: member("beta", '["click"]'), O: member("one"), f"packages/skipped/{P}": member("skipped", '["attrs"]')}
    pattern = '"packages/*"'
    edits = [
        Edit("braces", (sub(P, pattern, '"packages/{alpha,beta}"'),), ERROR),
        Edit("brackets", (sub(P, pattern, '"packages/[ab]*"'),), FRESH),
        Edit("question-marks", (sub(P, pattern, '"packages/????", "packages/alpha"'),), FRESH),
        Edit("all-below", (sub(P, pattern, '"packages/**"'),), FRESH),
        Edit("slash", (sub(P, pattern, '"./packages/*/"'),), FRESH),
        Edit("no-such-directory", (sub(P, '"tools/one"', '"tools/one", "tools/two"'),), FRESH),
        Edit("exclude-gone", (sub(P, 'exclude = ["packages/skip*"]\n', ""),), STALE, "skipped"),
        Edit("exclude-spelt-out", (sub(P, '"packages/skip*"', '"packages/skipped/"'),), FRESH),
        Edit("exclude-from-the-root", (sub(P, '"packages/skip*"', '"**/skipped"'),), FRESH),
        Edit("exclude-a-member", (sub(P, '"packages/skip*"', '"packages/skip*", "tools/*"'),), STALE, "one"),
        Edit("member-without-project", (put(f"packages/gamma/{P}", "[tool.news]\na = 1\n"),), ERROR),
        Edit("member-nested", (append(B, '\n[tool.uv.workspace]\nmembers = ["x"]\n'),), ERROR),
        Edit("member-unmanaged", (append(O, "\n[tool.uv]\nmanaged = false\n"),), STALE, "one"),
        Edit("member-as-package", (append(O, "\n[tool.uv]\npackage = true\n"),), STALE, "one"),
        Edit("member-settings", (sub(A, "[tool.uv]\n", '[tool.uv]\nresolution = "lowest"\nnews = 1\n'),), FRESH),
        Edit("member-constraint", (sub(A, "[tool.uv]\n", '[tool.uv]\nconstraint-dependencies = ["idna<3"]\n'),), FRESH),
        Edit("member-default-groups", (sub(A, '["dev"]\n\n[tool.uv.sources]', "[]\n\n[tool.uv.sources]"),), STALE, "default-groups"),
        Edit("member-own-settings-file", (put("packages/beta/uv.toml", 'resolution = "lowest"\n'),), FRESH),
        Edit("member-gone", (drop("tools"),), STALE, "one"),
        Edit("workspace-key", (sub(P, "exclude =", "news = 1\nexclude ="),), ERROR),
        Edit("member-in-a-member", (put("packages/beta/inner/pyproject.toml", member("inner", '["alpha"]')), sub(P, '"tools/one"', '"tools/one", "packages/beta/inner"')), STALE, "inner"),
        Edit("sources-by-the-root", (append(P, "beta = { workspace = true }\n"), sub(A, "\n[tool.uv.sources]\nbeta = { workspace = true }\n", "")), FRESH),
        Edit("sources-gone", (sub(A, "\n[tool.uv.sources]\nbeta = { workspace = true }\n", ""),), ERROR),
    ]
    return Project("shapes", files, L), edits
