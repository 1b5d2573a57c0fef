"""yarn.lock of yarn 4: projects and their edits."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .cases_berry_keys import keys
from .cases_berry_more import nests, plain, spellings
from .checks_js import Berry, Berry2, Berry3
from .damage import damage
from .js_projects import M, app, edit, monorepo, moved, package, renamed, reordered
from .tree import append, change, cut_json, drop, put, resub, sub

L, Y = "yarn.lock", ".yarnrc.yml"
PIN = f"yarn@{Berry.version}"


def manifest() -> list[Edit]:
    """Edits of package.json and .yarnrc.yml."""
    return [
        edit("add", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-dev", "devDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-optional", "optionalDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-peer", "peerDependencies", {"ansi-regex": "^5.0.0"}, STALE, "ansi-regex"),
        edit("add-peer-meta", "peerDependenciesMeta", {"ansi-regex": {"optional": True}}, STALE, "ansi-regex"),
        edit("promote-transitive", "dependencies/is-number", "^6.0.0", STALE, "is-number"),
        Edit("remove", (cut_json(M, "dependencies/ms"),), STALE, "ms"),
        edit("tighten-satisfied", "dependencies/is-odd", "~3.0.1", STALE, "is-odd"),
        edit("tighten-violated", "dependencies/semver", "~5.6.0", STALE, "semver"),
        edit("equals", "dependencies/ms", "=2.0.0", STALE, "ms"),
        edit("star", "dependencies/ms", "*", STALE, "ms"),
        edit("tag", "dependencies/ms", "latest", STALE, "ms"),
        edit("protocol-spelt-out", "dependencies/ms", "npm:2.0.0", FRESH),
        edit("alias-self", "dependencies/ms", "npm:ms@2.0.0", STALE, "ms"),
        edit("impossible", "dependencies/ms", ">=999", STALE, "ms"),
        edit("space", "dependencies/semver", "^5.6.0 ", STALE, "semver"),
        Edit("move-to-dev", (moved("ms", "dependencies", "devDependencies"),), FRESH),
        Edit("move-to-prod", (moved("isarray", "devDependencies", "dependencies"),), FRESH),
        Edit("move-to-optional", (moved("ms", "dependencies", "optionalDependencies"),), STALE, "ms"),
        Edit("optional-to-prod", (moved("picocolors", "optionalDependencies", "dependencies"),), STALE, "picocolors"),
        edit("both-groups-same", "devDependencies/ms", "2.0.0", FRESH),
        edit("both-groups-dev-other", "devDependencies/ms", "^1.0.0", STALE, "ms"),
        Edit("reorder", (reordered("dependencies"),), FRESH),
        Edit("rename", (renamed("demo", "other"),), STALE, "other"),
        Edit("name-gone", (cut_json(M, "name"),), STALE, "name"),
        edit("version", "version", "2.0.0", FRESH),
        edit("scripts", "scripts", {"x": "echo"}, FRESH),
        edit("engines", "engines", {"node": ">=18"}, FRESH),
        edit("os", "os", ["linux"], FRESH),
        edit("bin", "bin", {"x": "./x.js"}, STALE, "bin"),
        edit("bin-text", "bin", "./x.js", STALE, "bin"),
        edit("dependencies-meta", "dependenciesMeta", {"ms": {"built": False}}, STALE, "ms"),
        edit("resolution-used", "resolutions", {"is-number": "7.0.0"}, STALE, "is-number"),
        edit("resolution-same", "resolutions", {"is-number": "6.0.0"}, STALE, "is-number"),
        edit("resolution-nobody", "resolutions", {"left-pad": "1.0.0"}, FRESH),
        edit("resolution-nested", "resolutions", {"is-odd/is-number": "7.0.0"}, STALE, "is-number"),
        edit("resolution-descriptor", "resolutions", {"is-number@npm:^6.0.0": "7.0.0"}, STALE, "is-number"),
        edit("resolution-descriptor-miss", "resolutions", {"is-number@npm:^9.0.0": "7.0.0"}, FRESH),
        edit("resolution-direct", "resolutions", {"ms": "2.1.0"}, STALE, "ms"),
        Edit("rc-extension-new", (append(Y, "packageExtensions:\n  'ms@*':\n    dependencies:\n      ansi-regex: ^5.0.0\n"),), STALE, "ansi-regex"),
        Edit("rc-extension-locked", (append(Y, "packageExtensions:\n  'ms@*':\n    dependencies:\n      once: ^1.3.0\n"),), FRESH),
        Edit("rc-compression", (append(Y, "compressionLevel: mixed\n"),), STALE, "compressionLevel"),
        Edit("rc-compression-default", (append(Y, "compressionLevel: 0\n"),), FRESH),
        Edit("rc-linker", (append(Y, "nodeLinker: node-modules\n"),), FRESH),
        Edit("rc-semver-prefix", (append(Y, "defaultSemverRangePrefix: '~'\n"),), FRESH),
        Edit("rc-architectures", (append(Y, "supportedArchitectures:\n  os: [linux, darwin]\n"),), FRESH),
        Edit("rc-unknown", (append(Y, "nonsense: 1\n"),), ERROR),
        edit("workspaces-empty", "workspaces", ["packages/*"], FRESH),
        Edit("reformat", (change(M, lambda text: json.dumps(json.loads(text), indent=4)),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(M, lambda text: "\ufeff" + text),), FRESH),
        Edit("manifest-broken", (change(M, lambda text: text[:-4]),), ERROR),
        Edit("package-manager-gone", (cut_json(M, "packageManager"),), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of the lock by hand."""
    return [
        Edit("lock-version-edited", (resub(L, r'^("ms@npm:2.0.0":\n  version: ).*', r"\g<1>1.0.0"),), FRESH),
        outside(Edit("lock-resolution-edited", (resub(L, r'^("ms@npm:2.0.0":\n  version: .*\n  resolution: ).*', r'\1"ms@npm:1.0.0"'),), ERROR)),
        Edit("lock-direct-removed", (resub(L, r'^"ms@npm:2.0.0":\n(?:  .*\n)+\n?', ""),), STALE, "ms"),
        Edit("lock-transitive-removed", (resub(L, r'^"is-number@npm:.*":\n(?:  .*\n)+\n?', ""),), STALE, "is-number"),
        Edit("lock-root-removed", (resub(L, r'^"demo@workspace:\.":\n(?:  .*\n)+\n?', ""),), STALE, "demo"),
        Edit("lock-root-range", (resub(L, r'^    ms: "npm:2.0.0"', '    ms: "npm:^2.0.0"'),), STALE, "ms"),
        Edit("lock-key-range", (resub(L, r'^"ms@npm:2.0.0":', '"ms@npm:^2.0.0":'),), STALE, "ms"),
        Edit("lock-key-more", (resub(L, r'^"ms@npm:2.0.0":', '"ms@npm:2.0.0, ms@npm:^2.0.0":'),), STALE, "ms"),
        Edit("lock-edge-removed", (resub(L, r'^  dependencies:\n    is-number: .*\n', ""),), STALE, "is-number"),
        Edit("lock-checksum-gone", (resub(L, r"^  checksum: .*\n", ""),), FRESH),
        outside(Edit("lock-checksum-edited", (resub(L, r'^("ms@npm:2.0.0":\n(?:  .*\n)*?  checksum: 10c0/).{8}', r"\g<1>00000000"),), ERROR)),
        Edit("lock-orphan", (append(L, '\n"zorphan@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "zorphan@npm:1.0.0"\n  languageName: node\n  linkType: hard\n'),), STALE, "zorphan"),
        Edit("lock-link-type", (resub(L, r'^("ms@npm:2.0.0":\n(?:  .*\n)*?  linkType: )hard', r"\1soft"),), STALE, "ms"),
        Edit("lock-metadata-version", (resub(L, r"^  version: 10\b", "  version: 8"),), STALE, "__metadata"),
        Edit("lock-cache-key", (resub(L, r"^  cacheKey: .*", "  cacheKey: 9"),), STALE, "cacheKey"),
        Edit("lock-metadata-gone", (resub(L, r"^__metadata:\n(?:  .*\n)+\n", ""),), STALE, "__metadata"),
        Edit("lock-order", (resub(L, r'^("ms@npm:2.0.0":\n(?:  .*\n)+)\n((?:.|\n)*)', r"\2\n\1"),), STALE),
        Edit("lock-duplicate", (resub(L, r'^("ms@npm:2.0.0":\n(?:  .*\n)+)', r"\1\n\1"),), STALE, "ms"),
        Edit("lock-header-gone", (resub(L, r"^# .*\n", "", 0),), STALE),
        Edit("lock-quotes", (resub(L, r'^"ms@npm:2.0.0":', "'ms@npm:2.0.0':"),), STALE),
        *damage(L, "#", cut=ERROR, conflict=ERROR, conflict_version=ERROR, conflict_version_diff3=ERROR, empty=STALE, missing=STALE, crlf=FRESH, bom=STALE, comment=STALE, folder=ERROR, no_last_newline=STALE, blank_lines=STALE),
    ]


def workspace() -> tuple[Project, list[Edit]]:
    """Two members."""
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    edits = [
        Edit("member-add", (put("packages/gamma/package.json", package("gamma")),), STALE, "gamma"),
        Edit("member-remove", (drop("packages/beta"),), STALE, "beta"),
        Edit("member-remove-needed", (drop("packages/alpha"),), ERROR),
        Edit("member-rename", (renamed("beta", "betty", B),), STALE, "betty"),
        Edit("member-moved", (lambda tree: tree.__setitem__("packages/other/package.json", tree.pop(B)),), STALE, "beta"),
        edit("member-version", "version", "9.0.0", FRESH, "", B),
        edit("member-version-met", "version", "1.5.0", FRESH, "", A),
        edit("member-version-unmet", "version", "2.0.0", ERROR, "", A),
        edit("member-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex", B),
        edit("member-requirement-changed", "dependencies/once", "^1.4.0", STALE, "once", B),
        Edit("member-requirement-removed", (cut_json(B, "dependencies/once"),), STALE, "once"),
        edit("member-workspace-star", "dependencies/alpha", "workspace:*", STALE, "alpha", B),
        edit("member-workspace-path", "dependencies/alpha", "workspace:packages/alpha", STALE, "alpha", B),
        edit("member-plain-range", "dependencies/alpha", "^1.0.0", STALE, "alpha", B),
        edit("member-portal", "dependencies/alpha", "portal:../alpha", STALE, "alpha", B),
        edit("globs-narrow", "workspaces", ["packages/alpha"], STALE, "beta"),
        edit("globs-spelt-out", "workspaces", ["packages/alpha", "packages/beta"], FRESH),
        edit("globs-object", "workspaces", {"packages": ["packages/*"]}, FRESH),
        edit("root-needs-member", "dependencies/alpha", "^1.0.0", STALE, "alpha"),
        edit("member-resolutions-ignored", "resolutions", {"ms": "1.0.0"}, FRESH, "", B),
        Edit("member-no-manifest", (put("packages/none/readme.txt", "x"),), FRESH),
    ]
    files = monorepo("workspace:", workspaces=["packages/*"], packageManager=PIN) | {Y: "enableScripts: false\n"}
    return Project("workspace", files, L), edits


def special() -> tuple[Project, list[Edit]]:
    """Resolutions in force, a catalog, an alias, a plain range to a member."""
    files = {
        M: package("top", dependencies={"odd": "npm:is-odd@^3.0.0", "near": "^1.0.0", "semver": "catalog:", "once": "catalog:old"}, resolutions={"is-number": "7.0.0"}, workspaces=["near"], packageManager=PIN),
        "near/package.json": package("near", "1.0.0", dependencies={"ms": "2.0.0"}, bin={"x": "./x.js"}),
        Y: "catalog:\n  semver: ^5.6.0\n  unused: 1.0.0\ncatalogs:\n  old:\n    once: ^1.3.0\n",
    }
    N = "near/package.json"
    edits = [
        edit("alias-range", "dependencies/odd", "npm:is-odd@^3.0.1", STALE, "odd"),
        edit("resolution-changed", "resolutions/is-number", "6.0.0", STALE, "is-number"),
        Edit("resolution-removed", (cut_json(M, "resolutions"),), STALE, "is-number"),
        edit("resolution-glob", "resolutions", {"**/is-number": "7.0.0"}, STALE, "is-number"),
        edit("member-version-still-met", "version", "1.9.0", FRESH, "", N),
        edit("member-version-not-met", "version", "2.0.0", STALE, "near", N),
        edit("bin-changed", "bin", {"y": "./x.js"}, STALE, "bin", N),
        Edit("catalog-changed", (sub(Y, "semver: ^5.6.0", "semver: ^5.7.0"),), STALE, "semver"),
        Edit("catalog-named-changed", (sub(Y, "once: ^1.3.0", "once: ^1.4.0"),), STALE, "once"),
        Edit("catalog-unused-changed", (sub(Y, "unused: 1.0.0", "unused: 2.0.0"),), FRESH),
        Edit("catalog-entry-gone", (sub(Y, "  semver: ^5.6.0\n", ""),), ERROR),
        edit("catalog-literal", "dependencies/semver", "^5.6.0", STALE, "semver"),
    ]
    return Project("special", files, L), edits


def linked() -> tuple[Project, list[Edit]]:
    """Portal, link, file and patch dependencies, an extension and a nested resolution in force."""
    patch = "diff --git a/readme.md b/readme.md\nnew file mode 100644\nindex 0000000..ce01362\n--- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+hello\n".replace("a/readme.md b/readme.md", "a/note.txt b/note.txt")
    files = {
        M: package(
            "top", dependencies={"gate": "portal:./gate", "near": "link:./near", "copy": "file:./copy", "ms": "patch:ms@npm%3A2.0.0#./note.patch", "is-odd": "^3.0.1"},
            resolutions={"is-odd/is-number": "7.0.0"}, packageManager=PIN,
        ),
        "gate/package.json": package("gate", dependencies={"once": "^1.3.0"}),
        "near/package.json": package("near", dependencies={"isarray": "^2.0.0"}),
        "copy/package.json": package("copy", dependencies={"inherits": "^2.0.0"}),
        "note.patch": patch,
        Y: "packageExtensions:\n  'is-odd@^3':\n    dependencies:\n      has-flag: ^4.0.0\n",
    }
    G, N, C = "gate/package.json", "near/package.json", "copy/package.json"
    edits = [
        edit("portal-requirement", "dependencies/once", "^1.4.0", STALE, "once", G),
        edit("portal-requirement-added", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex", G),
        edit("portal-version", "version", "2.0.0", FRESH, "", G),
        edit("portal-dev-added", "devDependencies", {"ansi-regex": "^5.0.0"}, FRESH, "", G),
        edit("portal-moved", "dependencies/gate", "portal:./near", STALE, "gate"),
        edit("portal-spelling", "dependencies/gate", "portal:gate", STALE, "gate"),
        Edit("portal-gone", (drop("gate"),), ERROR),
        edit("link-requirement", "dependencies/isarray", "^1.0.0", FRESH, "", N),
        edit("link-moved", "dependencies/near", "link:./other", STALE, "near"),
        edit("file-requirement", "dependencies/inherits", "^2.0.1", STALE, "inherits", C),
        edit("file-version", "version", "2.0.0", STALE, "copy", C),
        Edit("patch-edited", (sub("note.patch", "+hello", "+hallo"),), STALE, "ms"),
        Edit("patch-gone", (drop("note.patch"),), ERROR),
        edit("patch-dropped", "dependencies/ms", "2.0.0", STALE, "ms"),
        edit("patch-by-resolution", "resolutions/ms@npm:2.0.0", "patch:ms@npm%3A2.0.0#./note.patch", FRESH),
        edit("resolution-nested-changed", "resolutions/is-odd~1is-number", "6.0.0", STALE, "is-number"),
        edit("resolution-nested-version", "resolutions", {"is-odd@npm:3.0.1/is-number": "7.0.0"}, FRESH),
        edit("resolution-nested-range", "resolutions", {"is-odd@npm:^3.0.1/is-number": "7.0.0"}, STALE, "is-number"),
        edit("resolution-nested-miss", "resolutions", {"once/is-number": "7.0.0"}, STALE, "is-number"),
        Edit("extension-changed", (sub(Y, "^4.0.0", "^3.0.0"),), STALE, "has-flag"),
        Edit("extension-removed", (put(Y, "enableScripts: false\n"),), STALE, "has-flag"),
        Edit("extension-range-missed", (sub(Y, "is-odd@^3", "is-odd@^9"),), STALE, "has-flag"),
    ]
    return Project("linked", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of Yarn 4; some of them for Yarn 2 and 3."""
    older = {one.id: one.version for one in (Berry2, Berry3)}
    if tool in older:
        pin = f"yarn@{older[tool]}"
        # Yarn 2 does not know `workspace:^`.
        return [plain(pin), spellings(pin)] + ([nests(pin)] if tool == Berry3.id else [])
    main = Project("app", app(packageManager=PIN) | {Y: "enableScripts: false\n"}, L)
    return [(main, manifest() + lock()), workspace(), special(), linked(), spellings(PIN), nests(PIN), keys()]
