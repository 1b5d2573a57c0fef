"""Pipfile.lock: one project and its edits; the check is one hash."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_hashed_more import pipenv_rich
from .damage import damage
from .tools import python_index
from .tree import append, change, cut_json, edit_json, put, resub, set_json, sub

P, L = "Pipfile", "Pipfile.lock"

APP = """[[source]]
name = "main"
url = "@INDEX@"
verify_ssl = true

[packages]
idna = ">=3.4"
six = "*"
Markdown-It-Py = {version = ">=2", markers = "python_version >= '3.8'"}

[dev-packages]
iniconfig = "*"

[docs]
mdurl = "*"

[requires]
python_version = "3.11"

[scripts]
hello = "echo hello"
"""

PLAIN = '[packages]\nidna = ">=3.4"\n'


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def manifest() -> list[Edit]:
    """Edits of the Pipfile."""
    return [
        edit("add", 'six = "*"\n', 'six = "*"\ntoml = "*"\n', STALE, "toml"),
        edit("remove", 'six = "*"\n', "", STALE, "six"),
        edit("tighten-satisfied", ">=3.4", ">=3.5", STALE, "idna"),
        edit("tighten-violated", ">=3.4", "<3.4", STALE, "idna"),
        edit("loosen", '">=3.4"', '"*"', STALE, "idna"),
        edit("reword-space", '">=3.4"', '">= 3.4"', STALE, "idna"),
        edit("reword-table", 'six = "*"', 'six = {version = "*"}', STALE, "six"),
        edit("reword-quotes", 'six = "*"', "six = '*'", FRESH),
        edit("reword-quoted-key", 'six = "*"', '"six" = "*"', FRESH),
        edit("name-case", "Markdown-It-Py", "markdown-it-py", FRESH),
        edit("name-underscore", "Markdown-It-Py", "Markdown_It_Py", FRESH),
        edit("name-dotted-key", "Markdown-It-Py", "markdown_it.py", ERROR),
        edit("reorder", 'idna = ">=3.4"\nsix = "*"\n', 'six = "*"\nidna = ">=3.4"\n', FRESH),
        edit("subtable-form", 'Markdown-It-Py = {version = ">=2", markers = "python_version >= \'3.8\'"}', 'Markdown-It-Py = {markers = "python_version >= \'3.8\'", version = ">=2"}', FRESH),
        edit("marker-changed", ">= '3.8'", ">= '3.9'", STALE, "markdown-it-py"),
        edit("extras-added", 'version = ">=2"', 'version = ">=2", extras = ["linkify"]', STALE, "markdown-it-py"),
        edit("dev-changed", 'iniconfig = "*"', 'iniconfig = ">=1"', STALE, "iniconfig"),
        edit("category-changed", 'mdurl = "*"', 'mdurl = ">=0"', STALE, "mdurl"),
        edit("category-renamed", "[docs]", "[manual]", STALE, "manual"),
        edit("category-empty", "[requires]", "[none]\n\n[requires]", STALE, "none"),
        edit("requires-changed", '"3.11"', '"3.10"', STALE, "python_version"),
        edit("requires-full", 'python_version = "3.11"', 'python_full_version = "3.11.7"', STALE, "python_full_version"),
        edit("requires-gone", '[requires]\npython_version = "3.11"\n', "", STALE, "requires"),
        edit("source-renamed", 'name = "main"', 'name = "prime"', STALE, "prime"),
        edit("source-verify", "verify_ssl = true", "verify_ssl = false", STALE, "verify_ssl"),
        Edit("source-url", (resub(P, r'^url = ".*"', 'url = "https://index.example.com/simple"'),), STALE, "main"),
        Edit("source-added", (append(P, '\n[[source]]\nname = "corp"\nurl = "https://index.example.com/simple"\nverify_ssl = true\n'),), STALE, "corp"),
        edit("scripts-changed", "echo hello", "echo bye", FRESH),
        Edit("pipenv-section", (append(P, "\n[pipenv]\nallow_prereleases = true\n"),), FRESH),
        edit("editable-path", 'six = "*"', 'six = {path = ".", editable = true}', STALE, "six"),
        Edit("move-to-dev", (sub(P, 'six = "*"\n', ""), sub(P, 'iniconfig = "*"', 'iniconfig = "*"\nsix = "*"')), STALE, "six"),
        edit("index-key", 'six = "*"', 'six = {version = "*", index = "main"}', STALE, "six"),
        Edit("manifest-comment", (sub(P, 'six = "*"', 'six = "*"  # a word'),), FRESH),
        Edit("manifest-crlf", (change(P, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(P, lambda text: "\ufeff" + text),), ERROR),
        Edit("manifest-broken", (append(P, "= nonsense\n"),), ERROR),
        Edit("pylock-beside", (put("pylock.toml", 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n'),), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of Pipfile.lock by hand."""
    def forget_hashes(document: dict) -> None:
        document["default"]["six"]["hashes"] = []

    return [
        Edit("lock-hash-edited", (set_json(L, "_meta/hash/sha256", "0" * 64),), STALE),
        Edit("lock-hash-gone", (cut_json(L, "_meta/hash"),), STALE),
        Edit("lock-meta-gone", (cut_json(L, "_meta"),), STALE),
        Edit("lock-sources-edited", (set_json(L, "_meta/sources", []),), FRESH),
        Edit("lock-requires-edited", (set_json(L, "_meta/requires", {}),), FRESH),
        Edit("lock-version-edited", (set_json(L, "default/idna/version", "==1.0"),), FRESH),
        Edit("lock-package-removed", (cut_json(L, "default/idna"),), FRESH),
        Edit("lock-orphan", (set_json(L, "default/zorphan", {"version": "==1.0"}),), FRESH),
        Edit("lock-hashes-emptied", (edit_json(L, forget_hashes),), FRESH),
        Edit("lock-section-removed", (cut_json(L, "develop"),), FRESH),
        Edit("lock-reindented", (change(L, lambda text: text.replace("    ", " ")),), FRESH),
        *damage(L, "", cut=STALE, cut_at_line=STALE, conflict=STALE, conflict_version=STALE, conflict_version_diff3=STALE, empty=STALE, missing=STALE, crlf=FRESH, bom=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def plain() -> tuple[Project, list[Edit]]:
    """A Pipfile that names no source."""
    edits = [
        Edit("source-spelt-out", (sub(P, "[packages]", f'[[source]]\nname = "pypi"\nurl = "{python_index()[0]}"\nverify_ssl = true\n\n[packages]'),), FRESH),
        Edit("source-other-name", (sub(P, "[packages]", f'[[source]]\nname = "other"\nurl = "{python_index()[0]}"\nverify_ssl = true\n\n[packages]'),), STALE, "other"),
        Edit("empty-dev", (append(P, "\n[dev-packages]\n"),), FRESH),
        Edit("empty-requires", (append(P, "\n[requires]\n"),), FRESH),
        Edit("empty-scripts", (append(P, "\n[scripts]\n"),), FRESH),
        Edit("unknown-top-level-value", (change(P, lambda text: 'note = "x"\n' + text),), STALE, "note"),
    ]
    return Project("plain", {P: PLAIN}, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of pipenv."""
    app = Project("app", {P: APP.replace("@INDEX@", python_index()[0])}, L)
    return [(app, manifest() + lock()), plain(), pipenv_rich()]
