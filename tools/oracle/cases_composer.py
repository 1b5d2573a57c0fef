"""composer.json and composer.lock; the packages stand in the manifest itself."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project
from .damage import damage
from .tree import change, resub, sub

M, L = "composer.json", "composer.lock"


def package(name: str, version: str, **more: object) -> dict[str, object]:
    dist = {"type": "zip", "url": f"https://files.example.com/{name}/{version}.zip"}
    return {"name": name, "version": version, "dist": dist, **more}


PACKAGES = [
    package("acme/amber", "1.2.0"),
    package("acme/amber", "1.4.0", require={"php": ">=7", "acme/birch": "^2"}),
    package("acme/amber", "2.0.0"),
    package("acme/birch", "2.0.1", provide={"acme/virtual": "1.0"}),
    package("acme/cedar", "0.3.1"),
    package("acme/dill", "dev-main", extra={"branch-alias": {"dev-main": "1.x-dev"}}),
    package("acme/elder", "3.0.0-beta2"),
]

HEAD = """{
    "name": "acme/shop",
    "description": "a shop",
    "require": {
        "php": ">=7.4",
        "acme/amber": "^1.2",
        "acme/virtual": "*",
        "acme/cedar": "~0.3.0"
    },
    "require-dev": {
        "acme/dill": "1.x-dev",
        "acme/elder": "^3.0@beta"
    },
    "extra": {"a/b": [1.0, {"0": "x"}], "word": "é", "empty": {}},
    "config": {"platform": {"php": "8.1.0"}, "sort-packages": true},
    "repositories": REPOSITORIES
}
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(M, old, new),), expect, blame)


def shop() -> tuple[Project, list[Edit]]:
    """Ranges, a virtual package, a branch, stability flags, hashed extras."""
    off = "packa" + "gist.org"
    repositories = json.dumps([{"type": "package", "package": PACKAGES}, {off: False}])
    files = {M: HEAD.replace("REPOSITORIES", repositories)}
    edits = [
        edit("describe", "a shop", "another shop", FRESH),
        edit("sort-packages", '"sort-packages": true', '"sort-packages": false', FRESH),
        edit("scripts", '"description"', '"scripts": {"test": "x"}, "description"', FRESH),
        Edit("top-level-order", (sub(M, '    "name": "acme/shop",\n', ""), sub(M, '"extra": {', '"name": "acme/shop",\n    "extra": {')), FRESH),
        Edit("indent", (change(M, lambda text: text.replace("    ", "\t")),), FRESH),
        Edit("crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        edit("escaped", '"é"', '"\\u00e9"', FRESH),
        edit("float-zero", "1.0, {", "1, {", FRESH),
        edit("empty-list", '"empty": {}', '"empty": []', FRESH),
        edit("tighten-satisfied", '"^1.2"', '"^1.3"', STALE, "acme/amber|content-hash"),
        edit("tighten-violated", '"^1.2"', '"^2.0"', STALE, "acme/amber"),
        edit("loosen", '"^1.2"', '"^1.0"', STALE, "acme/amber|content-hash"),
        edit("reword", '"^1.2"', '"^ 1.2"', ERROR),
        edit("space", '"^1.2"', '">=1.2 <2.0"', STALE, "acme/amber|content-hash"),
        edit("add", '"acme/virtual": "*"', '"acme/virtual": "*", "acme/elder": "*"', STALE, "acme/elder"),
        edit("add-unknown", '"acme/virtual": "*"', '"acme/virtual": "*", "acme/fern": "*"', STALE, "acme/fern"),
        edit("remove", '        "acme/amber": "^1.2",\n', "", STALE, "acme/amber"),
        edit("remove-dev", '        "acme/dill": "1.x-dev",\n', "", STALE, "acme/dill"),
        edit("order", '        "acme/amber": "^1.2",\n        "acme/virtual": "*",\n', '        "acme/virtual": "*",\n        "acme/amber": "^1.2",\n', STALE, "content-hash"),
        edit("name-case", '"acme/amber"', '"Acme/Amber"', ERROR),
        edit("php", '">=7.4"', '">=8.0"', STALE, "php"),
        edit("extension", '"acme/virtual": "*"', '"acme/virtual": "*", "ext-json": "*"', STALE, "ext-json"),
        edit("platform", '"8.1.0"', '"8.2.0"', STALE, "php|content-hash"),
        edit("minimum-stability", '"description"', '"minimum-stability": "dev", "description"', STALE, "minimum-stability"),
        edit("prefer-stable", '"description"', '"prefer-stable": true, "description"', STALE, "prefer-stable"),
        edit("extra", '"x"', '"y"', STALE, "content-hash"),
        edit("version", '"description"', '"version": "1.0.0", "description"', STALE, "content-hash|version"),
        edit("branch", '"1.x-dev"', '"dev-main"', STALE, "acme/dill|content-hash"),
        edit("branch-violated", '"acme/dill": "1.x-dev"', '"acme/dill": "2.x-dev"', STALE, "acme/dill"),
        edit("not-json", '"description"', "description", ERROR),
        Edit("lock-version", (resub(L, r'("name": "acme/amber",\n\s+"version": ")1.4.0', r"\g<1>2.0.0"),), STALE, "acme/amber"),
        Edit("lock-version-satisfied", (resub(L, r'("name": "acme/amber",\n\s+"version": ")1.4.0', r"\g<1>1.5.0"),), FRESH),
        Edit("lock-hash", (resub(L, r'"content-hash": "....', '"content-hash": "0000'),), STALE),
        Edit("lock-hash-gone", (resub(L, r'\s+"content-hash": "[^"]*",', ""),), STALE),
        Edit("lock-stability", (sub(L, '"minimum-stability": "stable"', '"minimum-stability": "dev"'),), FRESH),
        *damage(L, "", cut=ERROR, empty=ERROR, crlf=FRESH, no_last_newline=FRESH, blank_lines=FRESH, conflict=ERROR),
    ]
    return Project("shop", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    return [shop()]
