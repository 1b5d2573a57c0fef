"""yarn.lock of yarn 1: projects and their edits."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .damage import damage
from .js_projects import M, app, edit, monorepo, moved, package, renamed, reordered
from .tree import change, cut_json, drop, prepend, put, resub, set_json

L = "yarn.lock"


def manifest() -> list[Edit]:
    """Edits of package.json."""
    return [
        edit("add", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-dev", "devDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-optional", "optionalDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-peer", "peerDependencies", {"ansi-regex": "^5.0.0"}, FRESH),
        edit("promote-transitive", "dependencies/is-number", "^6.0.0", FRESH),
        edit("promote-transitive-other-text", "dependencies/is-number", "^6.0.0 ", STALE, "is-number"),
        Edit("remove", (cut_json(M, "dependencies/ms"),), FRESH),
        Edit("remove-all", (cut_json(M, "dependencies"),), FRESH),
        edit("tighten-satisfied", "dependencies/is-odd", "~3.0.1", STALE, "is-odd"),
        edit("tighten-violated", "dependencies/semver", "~5.6.0", STALE, "semver"),
        edit("equals", "dependencies/ms", "=2.0.0", STALE, "ms"),
        edit("star", "dependencies/ms", "*", STALE, "ms"),
        edit("tag", "dependencies/ms", "latest", STALE, "ms"),
        edit("alias-self", "dependencies/ms", "npm:ms@2.0.0", STALE, "ms"),
        edit("impossible", "dependencies/ms", ">=999", STALE, "ms"),
        edit("empty-range", "dependencies/ms", "", STALE, "ms"),
        edit("tarball-url", "dependencies/ms", "https://files.example.com/ms-2.0.0.tgz", STALE, "ms"),
        Edit("move-to-dev", (moved("ms", "dependencies", "devDependencies"),), FRESH),
        Edit("move-to-optional", (moved("ms", "dependencies", "optionalDependencies"),), FRESH),
        edit("both-groups-same", "devDependencies/ms", "2.0.0", FRESH),
        edit("both-groups-dev-other", "devDependencies/ms", "^1.0.0", FRESH),
        edit("both-groups-optional-other", "optionalDependencies/ms", "^1.0.0", STALE, "ms"),
        Edit("reorder", (reordered("dependencies"),), FRESH),
        Edit("rename", (renamed("demo", "other"),), FRESH),
        edit("version", "version", "2.0.0", FRESH),
        edit("scripts", "scripts", {"x": "echo"}, FRESH),
        edit("resolutions-transitive", "resolutions", {"is-number": "7.0.0"}, FRESH),
        edit("resolutions-direct", "resolutions", {"ms": "2.1.0"}, FRESH),
        edit("resolutions-nobody", "resolutions", {"left-pad": "1.0.0"}, FRESH),
        edit("workspaces-empty", "workspaces", ["packages/*"], FRESH),
        Edit("workspaces-public", (set_json(M, "workspaces", ["packages/*"]), cut_json(M, "private"), put("packages/a/package.json", package("a"))), ERROR),
        Edit("reformat", (change(M, lambda text: json.dumps(json.loads(text), indent=4)),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(M, lambda text: "\ufeff" + text),), FRESH),
        Edit("manifest-broken", (change(M, lambda text: text[:-4]),), ERROR),
        Edit("yarnrc-offline", (put(".yarnrc", 'save-prefix "~"\n'),), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of the lock by hand."""
    return [
        Edit("lock-version-edited", (resub(L, r'^(ms@2.0.0:\n  version ").*"', r'\g<1>1.0.0"'),), STALE, "ms"),
        Edit("lock-version-edited-in-range", (resub(L, r'^(semver@.*:\n  version ").*"', r'\g<1>5.6.0"'),), FRESH),
        Edit("lock-direct-removed", (resub(L, r"^ms@2.0.0:\n(?:  .*\n)+\n?", ""),), STALE, "ms"),
        Edit("lock-transitive-removed", (resub(L, r"^is-number@.*:\n(?:  .*\n)+\n?", ""),), FRESH),
        Edit("lock-key-range-edited", (resub(L, r"^ms@2.0.0:", "ms@^2.0.0:"),), STALE, "ms"),
        Edit("lock-key-bare", (resub(L, r"^ms@2.0.0:", "ms:"),), FRESH),
        Edit("lock-key-quoted", (resub(L, r"^ms@2.0.0:", '"ms@2.0.0":'),), FRESH),
        Edit("lock-key-more", (resub(L, r"^ms@2.0.0:", "ms@2.0.0, ms@^2.0.0:"),), FRESH),
        Edit("lock-integrity-stripped", (resub(L, r"^  integrity .*\n", "", 0),), FRESH),
        outside(Edit("lock-integrity-edited", (resub(L, r"^(ms@2.0.0:\n(?:  .*\n)*?  integrity sha512-).{8}", r"\1AAAAAAAA"),), ERROR)),
        Edit("lock-resolved-gone", (resub(L, r"^(ms@2.0.0:\n  version .*\n)  resolved .*\n", r"\1"),), FRESH),
        Edit("lock-orphan", (change(L, lambda text: text + '\nzorphan@^1.0.0:\n  version "1.0.0"\n'),), FRESH),
        Edit("lock-duplicate", (resub(L, r"^(ms@2.0.0:\n(?:  .*\n)+)", r"\1\n\1"),), FRESH),
        Edit("lock-header-gone", (resub(L, r"^# yarn lockfile v1\n", ""),), FRESH),
        Edit("lock-header-v2", (resub(L, r"^# yarn lockfile v1", "# yarn lockfile v2"),), ERROR),
        Edit("lock-berry", (put(L, '__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"ms@npm:2.0.0":\n  version: 2.0.0\n  resolution: "ms@npm:2.0.0"\n  languageName: node\n  linkType: hard\n'),), STALE),
        Edit("lock-half-berry", (prepend(L, "__metadata:\n  version: 8\n"),), ERROR),
        *damage(L, "#", cut=ERROR, conflict=STALE, conflict_version=STALE, conflict_version_diff3=STALE, empty=STALE, missing=FRESH, crlf=FRESH, bom=FRESH, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def workspace() -> tuple[Project, list[Edit]]:
    """Members are not looked at."""
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    edits = [
        Edit("member-add", (put("packages/gamma/package.json", package("gamma", dependencies={"ansi-regex": "^5"})),), FRESH),
        Edit("member-remove", (drop("packages/beta"),), FRESH),
        edit("member-requirement-added", "dependencies/ansi-regex", "^5", FRESH, "", B),
        edit("member-requirement-changed", "dependencies/once", "^1.4.0", FRESH, "", B),
        Edit("member-requirement-removed", (cut_json(B, "dependencies/once"),), FRESH),
        edit("member-version", "version", "1.1.0", FRESH, "", A),
        edit("root-needs-member", "dependencies/alpha", "^1.0.0", FRESH),
        edit("root-needs-member-unmet", "dependencies/alpha", "^2.0.0", STALE, "alpha"),
        edit("root-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex"),
        edit("root-requirement-changed", "dependencies/is-odd", "~3.0.0", STALE, "is-odd"),
        edit("globs-object", "workspaces", {"packages": ["packages/*"]}, FRESH),
        edit("globs-narrow", "workspaces", ["packages/alpha"], FRESH),
        Edit("root-public", (cut_json(M, "private"),), ERROR),
        Edit("member-without-version", (cut_json(B, "version"),), FRESH),
        Edit("member-same-name", (put("packages/gamma/package.json", package("alpha")),), ERROR),
    ]
    return Project("workspace", monorepo("", workspaces=["packages/*"]), L), edits


def special() -> tuple[Project, list[Edit]]:
    """Aliases, links, local directories, resolutions in force."""
    files = {
        M: package(dependencies={"odd": "npm:is-odd@^3.0.0", "near": "file:./local", "linked": "link:./local"}, resolutions={"**/is-number": "6.0.0", "is-odd/is-number": "6.0.0"}),
        "local/package.json": package("local", "1.0.0", dependencies={"ms": "2.0.0"}),
    }
    N = "local/package.json"
    edits = [
        edit("alias-range", "dependencies/odd", "npm:is-odd@^3.0.1", STALE, "odd"),
        edit("alias-target", "dependencies/odd", "npm:is-even@^1.0.0", STALE, "odd"),
        edit("file-moved", "dependencies/near", "file:./other", ERROR),
        edit("file-spelling", "dependencies/near", "file:local", STALE, "near"),
        edit("file-requirement-added", "dependencies/ansi-regex", "^5", FRESH, "", N),
        edit("file-version", "version", "2.0.0", FRESH, "", N),
        edit("link-moved", "dependencies/linked", "link:./other", STALE, "linked"),
        Edit("resolutions-removed", (cut_json(M, "resolutions"),), FRESH),
        edit("resolutions-changed", "resolutions", {"**/is-number": "7.0.0"}, FRESH),
    ]
    return Project("special", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of yarn 1."""
    return [(Project("app", app(), L), manifest() + lock()), workspace(), special()]
