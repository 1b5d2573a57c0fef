"""bun.lock of bun 1.4: projects and their edits."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .damage import damage
from .js_projects import M, app, edit, monorepo, moved, package, renamed, reordered
from .tree import change, cut_json, drop, put, resub, sub

L = "bun.lock"


def manifest() -> list[Edit]:
    """Edits of package.json."""
    return [
        edit("add", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-dev", "devDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-optional", "optionalDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-peer", "peerDependencies", {"ansi-regex": "^5.0.0"}, STALE, "ansi-regex"),
        edit("peer-satisfied", "peerDependencies", {"ms": "2"}, FRESH),
        edit("peer-unmet", "peerDependencies", {"ms": "1"}, FRESH),
        edit("promote-transitive", "dependencies/is-number", "^6.0.0", FRESH),
        edit("promote-transitive-other", "dependencies/is-number", "^7.0.0", STALE, "is-number"),
        Edit("remove", (cut_json(M, "dependencies/ms"),), STALE, "ms"),
        Edit("remove-group", (cut_json(M, "devDependencies"),), STALE, "isarray"),
        edit("tighten-satisfied", "dependencies/is-odd", "~3.0.1", FRESH),
        edit("tighten-violated", "dependencies/semver", "~5.6.0", STALE, "semver"),
        edit("equals", "dependencies/ms", "=2.0.0", FRESH),
        edit("star", "dependencies/ms", "*", FRESH),
        outside(edit("empty", "dependencies/ms", "", STALE, "ms")),
        outside(edit("tag", "dependencies/ms", "latest", STALE, "ms")),
        edit("alias", "dependencies/ms", "npm:ms@2.0.0", FRESH),
        edit("alias-other", "dependencies/ms", "npm:once@^1.3.0", STALE, "ms"),
        edit("impossible", "dependencies/ms", ">=999", STALE, "ms"),
        Edit("move-to-dev", (moved("ms", "dependencies", "devDependencies"),), FRESH),
        Edit("move-to-optional", (moved("ms", "dependencies", "optionalDependencies"),), FRESH),
        edit("both-groups-same", "devDependencies/ms", "2.0.0", FRESH),
        edit("both-groups-other-range", "devDependencies/ms", "^1.0.0", STALE, "ms"),
        Edit("reorder", (reordered("dependencies"),), FRESH),
        Edit("rename", (renamed("demo", "other"),), FRESH),
        Edit("name-gone", (cut_json(M, "name"),), FRESH),
        edit("version", "version", "2.0.0", FRESH),
        edit("scripts", "scripts", {"x": "echo"}, FRESH),
        edit("override-transitive", "overrides", {"is-number": "7.0.0"}, STALE, "is-number"),
        edit("override-same", "overrides", {"is-number": "6.0.0"}, STALE, "is-number"),
        edit("override-nobody", "overrides", {"left-pad": "1.0.0"}, STALE, "left-pad"),
        edit("override-empty", "overrides", {}, FRESH),
        edit("resolutions", "resolutions", {"is-number": "7.0.0"}, STALE, "is-number"),
        edit("trusted", "trustedDependencies", ["ms"], FRESH),
        edit("patched", "patchedDependencies", {"ms@2.0.0": "patches/ms.patch"}, ERROR),
        Edit("reformat", (change(M, lambda text: json.dumps(json.loads(text), indent=4)),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-broken", (change(M, lambda text: text[:-4]),), ERROR),
    ]


def lock() -> list[Edit]:
    """Edits of the lock by hand."""
    return [
        Edit("lock-spec", (sub(L, '"ms": "2.0.0"', '"ms": "^2.0.0"'),), FRESH),
        Edit("lock-version", (sub(L, "ms@2.0.0", "ms@1.0.0"),), STALE, "ms"),
        Edit("lock-version-met", (sub(L, "once@1.4.0", "once@1.3.3"),), FRESH),
        Edit("lock-package-gone", (resub(L, r'^    "is-number": .*\n\n?', ""),), ERROR),
        Edit("lock-direct-gone", (resub(L, r'^    "ms": \[.*\n\n?', ""),), ERROR),
        Edit("lock-orphan", (resub(L, r'^  "packages": \{\n', '  "packages": {\n    "zorphan": ["zorphan@1.0.0", "", {}, "sha512-AAAA"],\n\n'),), FRESH),
        Edit("lock-integrity-gone", (resub(L, r'"sha512-[^"]*"\]', '""]'),), FRESH),
        Edit("lock-edge-gone", (sub(L, '{ "dependencies": { "is-number": "^6.0.0" } }', "{}"),), FRESH),
        Edit("lock-number-99", (resub(L, r'"lockfileVersion": \d', '"lockfileVersion": 99'),), ERROR),
        Edit("lock-number-gone", (resub(L, r'  "lockfileVersion": \d,\n', ""),), ERROR),
        *damage(L, "//", cut=ERROR, conflict=ERROR, empty=ERROR, missing=FRESH, crlf=FRESH, bom=FRESH, comment=FRESH, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def workspace() -> tuple[Project, list[Edit]]:
    """Two members and a catalog."""
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    files = monorepo("workspace:", workspaces={"packages": ["packages/*"], "catalog": {"semver": "^5.6.0", "unused": "1.0.0"}})
    files[B] = files[B].replace('"once": "^1.3.0"', '"once": "^1.3.0",\n    "semver": "catalog:"')
    edits = [
        Edit("member-add-empty", (put("packages/gamma/package.json", package("gamma")),), STALE, "gamma"),
        Edit("member-add", (put("packages/gamma/package.json", package("gamma", dependencies={"ms": "2.0.0"})),), STALE, "gamma"),
        Edit("member-remove", (drop("packages/beta"),), FRESH),
        Edit("member-remove-needed", (drop("packages/alpha"),), ERROR),
        Edit("member-rename", (renamed("beta", "betty", B),), STALE, "betty"),
        edit("member-version", "version", "2.0.0", FRESH, "", B),
        edit("member-version-unmet", "version", "2.0.0", ERROR, "", A),
        edit("member-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex", B),
        edit("member-requirement-satisfied", "dependencies/once", "^1.4.0", FRESH, "", B),
        edit("member-requirement-unmet", "dependencies/once", "1.3.3", STALE, "once", B),
        Edit("member-requirement-removed", (cut_json(B, "dependencies/once"),), STALE, "once"),
        edit("member-workspace-star", "dependencies/alpha", "workspace:*", FRESH, "", B),
        edit("member-plain-range", "dependencies/alpha", "^1.0.0", FRESH, "", B),
        edit("globs-narrow", "workspaces/packages", ["packages/alpha"], STALE, "beta"),
        edit("catalog-changed", "workspaces/catalog/semver", "^5.7.0", STALE, "semver"),
        edit("catalog-unmet", "workspaces/catalog/semver", "^6.0.0", STALE, "semver"),
        edit("catalog-unused", "workspaces/catalog/unused", "2.0.0", STALE, "unused"),
        Edit("catalog-gone", (cut_json(M, "workspaces/catalog/semver"),), ERROR),
        edit("catalog-literal", "dependencies/semver", "^5.6.0", FRESH, "", B),
    ]
    return Project("workspace", files, L), edits


def overridden() -> tuple[Project, list[Edit]]:
    """Overrides in force, peers, an alias."""
    files = {M: package(dependencies={"acorn": "^8.0.0", "acorn-jsx": "^5.3.0", "odd": "npm:is-odd@^3.0.0", "once": "^1.3.0"}, overrides={"is-number": "7.0.0", "once": "1.3.3"})}
    edits = [
        edit("override-changed", "overrides/is-number", "6.0.0", STALE, "is-number"),
        Edit("override-removed", (cut_json(M, "overrides/is-number"),), STALE, "is-number"),
        edit("overridden-range", "dependencies/once", "^1.2.0", FRESH),
        edit("alias-range", "dependencies/odd", "npm:is-odd@^3.0.1", FRESH),
        edit("alias-other", "dependencies/odd", "npm:is-odd@^1.0.0", STALE, "odd"),
        edit("peer-host-range", "dependencies/acorn", "^8.1.0", FRESH),
        edit("peer-host-older", "dependencies/acorn", "^7.0.0", STALE, "acorn"),
        Edit("peer-host-gone", (cut_json(M, "dependencies/acorn"),), FRESH),
    ]
    return Project("overridden", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of bun."""
    return [(Project("app", app(), L), manifest() + lock()), workspace(), overridden()]
