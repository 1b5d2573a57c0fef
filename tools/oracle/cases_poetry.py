"""poetry.lock: a project in both manifest styles and its edits."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_poetry_keys import keys
from .cases_poetry_more import both, older
from .damage import damage
from .tree import append, change, put, resub, sub

P, L = "pyproject.toml", "poetry.lock"

MODERN = """[project]
name = "demo"
version = "0.1.0"
description = "A demo"
authors = [{name = "A", email = "a@example.com"}]
requires-python = ">=3.10,<4.0"
dependencies = [
    "idna (>=3.4,<4)",
    "six",
    "attrs>=22; sys_platform != 'win32'",
]

[project.optional-dependencies]
cli = ["click (>=8)"]

[dependency-groups]
lint = ["pluggy>=1.2"]

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
attrs = { version = ">=22", allow-prereleases = false }

[tool.poetry.group.dev.dependencies]
iniconfig = "^2.0"
toml = { version = "*", python = ">=3.10" }

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
mdurl = "~0.1"
"""

LEGACY = """[tool.poetry]
name = "demo"
version = "0.1.0"
description = "A demo"
authors = ["A <a@example.com>"]
package-mode = false

[tool.poetry.dependencies]
python = "^3.10"
idna = ">=3.4,<4"
six = "*"
attrs = { version = ">=22", markers = "sys_platform != 'win32'" }
click = { version = "^8.0", optional = true }

[tool.poetry.extras]
cli = ["click"]

[tool.poetry.group.dev.dependencies]
iniconfig = "^2.0"
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def modern() -> list[Edit]:
    """Edits of a [project] manifest."""
    return [
        edit("add", '    "six",\n', '    "six",\n    "zipp",\n', STALE, "zipp"),
        edit("remove", '    "six",\n', "", STALE, "six"),
        edit("tighten-satisfied", "(>=3.4,<4)", "(>=3.5,<4)", STALE, "idna"),
        edit("tighten-violated", "(>=3.4,<4)", "(>=3.4,<3.5)", STALE, "idna"),
        edit("loosen", "(>=3.4,<4)", "(>=3)", STALE, "idna"),
        edit("reword-order", "(>=3.4,<4)", "(<4,>=3.4)", STALE, "idna"),
        edit("reword-space", "idna (>=3.4,<4)", "idna(>=3.4,<4)", STALE, "idna"),
        edit("reword-parentheses", "idna (>=3.4,<4)", "idna>=3.4,<4", STALE, "idna"),
        edit("reword-case", '"idna (', '"IDNA (', STALE, "idna"),
        edit("reword-escape", '"idna (', '"\\u0069dna (', FRESH),
        edit("reword-quotes", '"six"', "'six'", FRESH),
        edit("reword-marker-quotes", '"attrs>=22; sys_platform != \'win32\'"', "'attrs>=22; sys_platform != \"win32\"'", STALE, "attrs"),
        edit("reorder", '    "idna (>=3.4,<4)",\n    "six",\n', '    "six",\n    "idna (>=3.4,<4)",\n', STALE, "idna|six"),
        edit("duplicate", '    "six",\n', '    "six",\n    "six",\n', STALE, "six"),
        edit("marker-changed", "sys_platform != 'win32'", "sys_platform == 'linux'", STALE, "attrs"),
        edit("extra-changed", '"click (>=8)"', '"click (>=8.1)"', STALE, "click"),
        edit("extra-added", 'cli = ["click (>=8)"]', 'cli = ["click (>=8)"]\nempty = []', STALE, "empty"),
        edit("extra-renamed", "cli = [", "shell = [", STALE, "shell|cli"),
        edit("extra-case", "cli = [", "CLI = [", STALE, "cli"),
        edit("requires-python", ">=3.10,<4.0", ">=3.11,<4.0", STALE, "requires-python|python"),
        edit("requires-python-same", ">=3.10,<4.0", ">=3.10,<4", STALE, "requires-python|python"),
        edit("version", '"0.1.0"', '"0.2.0"', FRESH),
        edit("rename", 'name = "demo"', 'name = "other"', FRESH),
        edit("description", "A demo", "Another", FRESH),
        edit("pep735-changed", '"pluggy>=1.2"', '"pluggy>=1.3"', STALE, "pluggy"),
        edit("pep735-added", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = ["six"]', STALE, "more|pluggy"),
        edit("pep735-empty", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = []', STALE, "more|pluggy"),
        edit("pep735-include", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = [{include-group = "lint"}]', STALE, "more|pluggy"),
        edit("group-changed", 'iniconfig = "^2.0"', 'iniconfig = "^2.0.0"', STALE, "iniconfig"),
        edit("group-table-form", 'iniconfig = "^2.0"', 'iniconfig = {version = "^2.0"}', STALE, "iniconfig"),
        edit("group-order", 'iniconfig = "^2.0"\ntoml = { version = "*", python = ">=3.10" }', 'toml = { python = ">=3.10", version = "*" }\niniconfig = "^2.0"', FRESH),
        edit("group-renamed", "group.dev.dep", "group.devel.dep", STALE, "devel|dev|iniconfig|toml"),
        edit("group-optional", "optional = true", "optional = false", STALE, "docs"),
        edit("group-optional-default", "optional = true\n", "", STALE, "docs"),
        edit("enrichment-changed", "allow-prereleases = false", "allow-prereleases = true", STALE, "attrs"),
        edit("enrichment-source", '[tool.poetry.dependencies]\n', '[tool.poetry.dependencies]\nidna = { source = "corp" }\n', STALE, "idna"),
        edit("package-mode", "package-mode = false", "package-mode = true", FRESH),
        edit("move-to-group", '    "six",\n', "", STALE, "six"),
        Edit("move-dependency-to-dev", (sub(P, '    "six",\n', ""), sub(P, 'iniconfig = "^2.0"', 'iniconfig = "^2.0"\nsix = "*"')), STALE, "six"),
        Edit("source-added", (append(P, '\n[[tool.poetry.source]]\nname = "corp"\nurl = "https://index.example.com/simple"\npriority = "explicit"\n'),), STALE, "corp"),
        Edit("requires-poetry", (sub(P, "package-mode = false\n", 'package-mode = false\nrequires-poetry = ">=2"\n'),), FRESH),
        Edit("build-constraints", (append(P, '\n[tool.poetry.build-constraints]\nsix = { setuptools = "<80" }\n'),), FRESH),
        Edit("scripts", (append(P, '\n[project.scripts]\nx = "demo:main"\n'),), FRESH),
        Edit("urls", (append(P, '\n[project.urls]\nx = "https://example.com"\n'),), FRESH),
        edit("keywords-list", 'description = "A demo"', 'description = "A demo"\nkeywords = ["a"]', FRESH),
        Edit("unknown-poetry-key", (sub(P, "package-mode = false\n", "package-mode = false\nnonsense = 1\n"),), ERROR),
        Edit("poetry-toml", (put("poetry.toml", "[virtualenvs]\ncreate = false\n"),), FRESH),
        edit("readme-missing", 'description = "A demo"', 'description = "A demo"\nreadme = "NOPE.md"', ERROR),
        edit("classifier-unknown", 'description = "A demo"', 'description = "A demo"\nclassifiers = ["Nope :: Nope"]', ERROR),
        edit("name-gone", 'name = "demo"\n', "", ERROR),
        edit("requirement-invalid", '"six"', '"six>>1"', ERROR),
        Edit("lock-content-hash-gone", (resub(L, r"^content-hash = .*\n", ""),), STALE, ""),
        Edit("lock-groups-edited", (resub(L, r'groups = \["dev"\]', 'groups = ["main"]'),), FRESH),
    ]


def legacy() -> list[Edit]:
    """Edits of a [tool.poetry] manifest."""
    return [
        edit("add", 'six = "*"\n', 'six = "*"\nzipp = "*"\n', STALE, "zipp"),
        edit("remove", 'six = "*"\n', "", STALE, "six"),
        edit("tighten-satisfied", ">=3.4,<4", ">=3.5,<4", STALE, "idna"),
        edit("tighten-violated", ">=3.4,<4", ">=3.4,<3.5", STALE, "idna"),
        edit("reword-space", ">=3.4,<4", ">=3.4, <4", STALE, "idna"),
        edit("reword-case", "\nidna =", "\nIDNA =", STALE, "idna"),
        edit("reword-table", 'six = "*"', 'six = {version = "*"}', STALE, "six"),
        edit("reword-quoted-key", 'six = "*"', '"six" = "*"', FRESH),
        edit("reorder", 'idna = ">=3.4,<4"\nsix = "*"\n', 'six = "*"\nidna = ">=3.4,<4"\n', FRESH),
        edit("python-changed", "^3.10", "^3.11", STALE, "python"),
        edit("python-same", "^3.10", ">=3.10,<4.0", STALE, "python"),
        edit("marker-changed", "sys_platform != 'win32'", "sys_platform == 'linux'", STALE, "attrs"),
        edit("marker-python-key", ">=22\", markers = \"sys_platform != 'win32'\"", '>=22", python = ">=3.10"', STALE, "attrs"),
        edit("optional-off", 'click = { version = "^8.0", optional = true }', 'click = "^8.0"', STALE, "click"),
        edit("extras-changed", 'cli = ["click"]', 'cli = ["click", "six"]', STALE, "cli"),
        edit("extras-added", 'cli = ["click"]', 'cli = ["click"]\nnone = []', STALE, "none"),
        edit("extras-removed", '[tool.poetry.extras]\ncli = ["click"]\n', "", STALE, "extras|cli"),
        edit("group-changed", 'iniconfig = "^2.0"', 'iniconfig = ">=2"', STALE, "iniconfig"),
        edit("group-renamed", "group.dev.dep", "group.test.dep", STALE, "test|dev|iniconfig"),
        edit("group-old-form", "[tool.poetry.group.dev.dependencies]", "[tool.poetry.dev-dependencies]", STALE, "dev|iniconfig"),
        Edit("group-empty", (append(P, "\n[tool.poetry.group.none.dependencies]\n"),), STALE, "none"),
        Edit("group-inline", (sub(P, '[tool.poetry.group.dev.dependencies]\niniconfig = "^2.0"\n', '[tool.poetry.group]\ndev = { dependencies = { iniconfig = "^2.0" } }\n'),), FRESH),
        Edit("source-added", (append(P, '\n[[tool.poetry.source]]\nname = "corp"\nurl = "https://index.example.com/simple"\npriority = "supplemental"\n'),), STALE, "corp"),
        edit("multiple-constraints", 'six = "*"', 'six = [{version = "*", python = "<3.12"}, {version = "*", python = ">=3.12"}]', STALE, "six"),
        edit("git-source", 'six = "*"', 'six = { git = "https://git.example.com/six.git", tag = "1.17" }', STALE, "six"),
        edit("version", 'version = "0.1.0"', 'version = "0.2.0"', FRESH),
        edit("description", "A demo", "Another", FRESH),
        edit("rename", 'name = "demo"', 'name = "other"', FRESH),
        edit("package-mode-off", "package-mode = false\n", "", FRESH),
        Edit("scripts", (append(P, '\n[tool.poetry.scripts]\nx = "demo:main"\n'),), FRESH),
        Edit("build-system", (append(P, '\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'),), FRESH),
        Edit("other-tool", (append(P, "\n[tool.black]\nline-length = 100\n"),), FRESH),
        edit("constraint-invalid", '"^8.0"', '"^^8"', ERROR),
    ]


def shared(old: str) -> list[Edit]:
    """Edits of the lock and of the files as such."""
    return [
        Edit("lock-hash-edited", (resub(L, r'content-hash = "[0-9a-f]{8}', 'content-hash = "00000000'),), STALE, ""),
        Edit("lock-hash-upper", (change(L, upper_hash),), STALE, ""),
        Edit("lock-version-9", (resub(L, r'lock-version = ".*"', 'lock-version = "9.0"'),), FRESH),
        Edit("lock-version-gone", (resub(L, r"lock-version = .*\n", ""),), FRESH),
        Edit("lock-python-versions", (resub(L, r'^(\[metadata\]\nlock-version = .*\npython-versions = ").*"', r'\1>=2"'),), FRESH),
        Edit("lock-package-version", (resub(L, r'(name = "six"\nversion = ").*"', r'\g<1>1.0"'),), FRESH),
        Edit("lock-package-removed", (resub(L, r'\[\[package\]\]\nname = "six"\n(?:.*\n)+?\n(?=\[)', ""),), FRESH),
        Edit("lock-files-emptied", (resub(L, r"files = \[\n(?:    .*\n)+\]", "files = []"),), FRESH),
        Edit("lock-generator-comment", (resub(L, r"^# This file.*\n", ""),), FRESH),
        Edit("lock-metadata-gone", (resub(L, r"^\[metadata\]\n(?:.+\n)+", ""),), STALE, ""),
        Edit("lock-metadata-twice", (change(L, lambda text: text + "\n[metadata]\nx = 1\n"),), ERROR),
        Edit("manifest-comment", (sub(P, old, old + "  # a word"),), FRESH),
        Edit("manifest-crlf", (change(P, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(P, lambda text: "\ufeff" + text),), ERROR),
        Edit("manifest-broken", (append(P, "= nonsense\n"),), ERROR),
        Edit("manifest-conflict", (append(P, "<<<<<<< HEAD\n=======\n>>>>>>> x\n"),), ERROR),
        *damage(L, "#", cut=ERROR, cut_at_line=STALE, conflict=ERROR, conflict_version=ERROR, conflict_version_diff3=ERROR, empty=STALE, missing=ERROR, crlf=FRESH, bom=ERROR, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def upper_hash(text: str) -> str:
    """The content hash in upper-case letters."""
    head, key, rest = text.partition('content-hash = "')
    return head + key + rest[:64].upper() + rest[64:]


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """Both manifest styles for Poetry 2, the old style for Poetry 1."""
    old = Project("legacy", {P: LEGACY}, L), legacy() + shared('six = "*"')
    if tool == "poetry-1":
        return [old, older()]
    return [(Project("modern", {P: MODERN}, L), modern() + shared('"six",')), old, both(), older(), keys()]
