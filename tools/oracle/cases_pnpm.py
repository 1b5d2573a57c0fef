"""pnpm-lock.yaml for pnpm 8, 9 and 10: projects and their edits."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_pnpm_keys import keys
from .checks_js import Pnpm8, Pnpm9, Pnpm10, Pnpm11
from .cases_pnpm_more import catalogs, settled
from .damage import damage
from .js_projects import M, app, edit, monorepo, moved, package, renamed, reordered
from .tree import append, change, cut_json, drop, put, resub, set_json, sub

L, W = "pnpm-lock.yaml", "pnpm-workspace.yaml"
RELEASES = {tool.id: tool.version for tool in (Pnpm8, Pnpm9, Pnpm10, Pnpm11)}


def manifest(major: int) -> list[Edit]:
    """Edits of package.json and the settings."""
    return [
        edit("add", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-dev", "devDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-optional", "optionalDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-peer", "peerDependencies", {"ansi-regex": "^5.0.0"}, STALE, "ansi-regex"),
        edit("peer-already-direct", "peerDependencies", {"ms": "2"}, FRESH),
        edit("peer-optional", "peerDependenciesMeta", {"ansi-regex": {"optional": True}}, FRESH),
        edit("promote-transitive", "dependencies/is-number", "^6.0.0", STALE, "is-number"),
        Edit("remove", (cut_json(M, "dependencies/ms"),), STALE, "ms"),
        Edit("remove-group", (cut_json(M, "devDependencies"),), STALE, "isarray"),
        edit("tighten-satisfied", "dependencies/is-odd", "~3.0.1", STALE, "is-odd"),
        edit("tighten-violated", "dependencies/semver", "~5.6.0", STALE, "semver"),
        edit("equals", "dependencies/ms", "=2.0.0", STALE, "ms"),
        edit("space", "dependencies/semver", "^5.6.0 ", STALE, "semver"),
        edit("star", "dependencies/ms", "*", STALE, "ms"),
        edit("tag", "dependencies/ms", "latest", STALE, "ms"),
        edit("alias", "dependencies/ms", "npm:ms@2.0.0", STALE, "ms"),
        edit("impossible", "dependencies/ms", ">=999", STALE, "ms"),
        edit("git", "dependencies/ms", "git+https://git.example.com/ms.git#v2.0.0", STALE, "ms"),
        Edit("move-to-dev", (moved("ms", "dependencies", "devDependencies"),), STALE, "ms"),
        Edit("move-to-prod", (moved("isarray", "devDependencies", "dependencies"),), STALE, "isarray"),
        Edit("move-to-optional", (moved("ms", "dependencies", "optionalDependencies"),), STALE, "ms"),
        edit("both-groups-same", "devDependencies/ms", "2.0.0", FRESH),
        edit("both-groups-other-range", "devDependencies/ms", "^1.0.0", FRESH),
        edit("optional-copy", "optionalDependencies/ms", "2.0.0", STALE, "ms"),
        Edit("reorder", (reordered("dependencies"),), FRESH),
        Edit("rename", (renamed("demo", "other"),), FRESH),
        edit("version", "version", "2.0.0", FRESH),
        edit("scripts", "scripts", {"x": "echo"}, FRESH),
        edit("engines", "engines", {"node": ">=18"}, FRESH),
        edit("publish-directory", "publishConfig", {"directory": "dist"}, STALE, "publishConfig"),
        edit("dependencies-meta", "dependenciesMeta", {"ms": {"injected": True}}, STALE, "ms"),
        edit("dependencies-meta-empty", "dependenciesMeta", {}, FRESH),
        edit("override-transitive", "pnpm", {"overrides": {"is-number": "7.0.0"}}, STALE, "is-number"),
        edit("override-nobody", "pnpm", {"overrides": {"left-pad": "1.0.0"}}, STALE, "left-pad"),
        edit("override-empty", "pnpm", {"overrides": {}}, FRESH),
        edit("resolutions", "resolutions", {"is-number": "7.0.0"}, STALE, "is-number"),
        edit("package-extensions", "pnpm", {"packageExtensions": {"ms": {"dependencies": {"once": "1"}}}}, STALE, "packageExtensions"),
        edit("ignored-optional", "pnpm", {"ignoredOptionalDependencies": ["picocolors"]}, FRESH if major == 8 else STALE, "ignoredOptionalDependencies"),
        edit("only-built", "pnpm", {"onlyBuiltDependencies": ["ms"]}, STALE if major == 8 else FRESH, "onlyBuiltDependencies"),
        edit("patched-missing-file", "pnpm", {"patchedDependencies": {"ms@2.0.0": "patches/ms.patch"}}, ERROR),
        Edit("patched", (set_json(M, "pnpm", {"patchedDependencies": {"ms@2.0.0": "patches/ms.patch"}}), put("patches/ms.patch", "x\n")), STALE, "ms@2.0.0"),
        Edit("npmrc-no-auto-peers", (put(".npmrc", "auto-install-peers=false\n"),), STALE, "auto-install-peers"),
        Edit("npmrc-exclude-links", (put(".npmrc", "exclude-links-from-lockfile=true\n"),), STALE, "exclude-links-from-lockfile"),
        Edit("npmrc-other", (put(".npmrc", "shamefully-hoist=true\n"),), FRESH),
        Edit("npmrc-peers-suffix", (put(".npmrc", "peers-suffix-max-length=100\n"),), FRESH if major == 8 else STALE, "peers-suffix-max-length"),
        Edit("pnpmfile", (put(".pnpmfile.cjs", "module.exports = { hooks: {} }\n"),), FRESH if major == 8 else STALE, ".pnpmfile.cjs"),
        Edit("workspace-file-overrides", (put(W, "packages:\n  - '.'\noverrides:\n  is-number: 7.0.0\n"),), STALE if major >= 10 else FRESH, "is-number"),
        Edit("workspace-file-empty-packages", (put(W, "packages:\n  - 'packages/*'\n"),), FRESH),
        Edit("workspace-file-auto-peers", (put(W, "packages:\n  - '.'\nautoInstallPeers: false\n"),), STALE if major >= 10 else FRESH, "autoInstallPeers"),
        Edit("reformat", (change(M, lambda text: json.dumps(json.loads(text), indent=4)),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(M, lambda text: "\ufeff" + text),), FRESH),
        Edit("manifest-broken", (change(M, lambda text: text[:-4]),), ERROR),
        Edit("manifest-empty-group", (set_json(M, "bundledDependencies", []),), FRESH),
    ]


def lock(major: int) -> list[Edit]:
    """Edits of the lock by hand."""
    older = major == 8
    start = "  ms:\n    specifier: 2.0.0\n    version: 2.0.0" if older else "      ms:\n        specifier: 2.0.0\n        version: 2.0.0"
    edited = STALE if major >= 10 else FRESH
    merged = ERROR if older else FRESH
    # The merge takes the higher version, which pnpm 10 holds against the specifier.
    higher = STALE if major >= 10 else merged
    return [
        Edit("lock-specifier", (sub(L, start, start.replace("specifier: 2.0.0", "specifier: ^2.0.0")),), STALE, "ms"),
        Edit("lock-importer-version", (sub(L, start, start.replace("version: 2.0.0", "version: 1.0.0")),), edited, "ms" if edited == STALE else ""),
        Edit("lock-importer-entry-gone", (sub(L, start + "\n", ""),), STALE, "ms"),
        Edit("lock-importer-entry-added", (sub(L, start, start + "\n" + start.replace("ms:", "mz:")),), STALE, "mz"),
        Edit("lock-integrity-stripped", (resub(L, r"resolution: \{integrity: .*\}", "resolution: {}"),), FRESH),
        Edit("lock-package-removed", (resub(L, r"^  /?is-number@6.0.0:\n(?:    .*\n)+\n", ""),), FRESH),
        Edit("lock-packages-emptied", (resub(L, r"^packages:\n(?:.*\n)+", "packages: {}\n"),), FRESH),
        Edit("lock-orphan", (resub(L, r"^packages:\n", "packages:\n\n  " + ("/" if older else "") + "zorphan@1.0.0:\n    resolution: {integrity: sha512-AAAA}\n"),), FRESH),
        Edit("lock-settings-gone", (resub(L, r"^settings:\n(?:  .*\n)+\n?", ""),), FRESH),
        Edit("lock-setting-changed", (sub(L, "autoInstallPeers: true", "autoInstallPeers: false"),), STALE, "autoInstallPeers"),
        Edit("lock-number-minor", (resub(L, r"^lockfileVersion: '(\d)\.0'", r"lockfileVersion: '\1.9'"),), FRESH),
        Edit("lock-number-99", (resub(L, r"^lockfileVersion: .*", "lockfileVersion: '99.0'"),), ERROR),
        Edit("lock-number-gone", (resub(L, r"^lockfileVersion: .*\n", ""),), ERROR),
        Edit("lock-overrides-added", (resub(L, r"^settings:", "overrides:\n  left-pad: 1.0.0\n\nsettings:"),), STALE, "left-pad"),
        Edit("lock-duplicate-key", (append(L, "\nsettings:\n  autoInstallPeers: true\n"),), ERROR),
        Edit("lock-unknown-key", (append(L, "\nnews: 1\n"),), FRESH),
        Edit("lock-importer-orphan", (append(L, "") if older else sub(L, "packages:\n", "  other: {}\n\npackages:\n"),), FRESH),
        *damage(L, "#", cut=ERROR, conflict=merged, conflict_version=higher, conflict_version_diff3=higher, empty=ERROR, missing=STALE, crlf=FRESH, bom=FRESH, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def workspace(major: int, pin: str) -> tuple[Project, list[Edit]]:
    """Two members; catalogs from pnpm 9.5 on."""
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    files = monorepo("workspace:", packageManager=pin) | {W: "packages:\n  - packages/*\n"}
    if major >= 9:
        files[W] += "catalog:\n  semver: ^5.6.0\n  unused: 1.0.0\ncatalogs:\n  old:\n    inherits: ^2.0.0\n"
        files[B] = files[B].replace('"once": "^1.3.0"', '"once": "^1.3.0",\n    "semver": "catalog:",\n    "inherits": "catalog:old"')
    edits = [
        Edit("member-add-empty", (put("packages/gamma/package.json", package("gamma")),), FRESH),
        Edit("member-add", (put("packages/gamma/package.json", package("gamma", dependencies={"ms": "2.0.0"})),), STALE, "gamma"),
        Edit("member-remove", (drop("packages/beta"),), FRESH),
        Edit("member-remove-needed", (drop("packages/alpha"),), FRESH),
        Edit("member-rename", (renamed("beta", "betty", B),), FRESH),
        Edit("member-rename-needed", (renamed("alpha", "alfa", A),), FRESH),
        edit("member-version", "version", "2.0.0", FRESH, "", B),
        edit("member-version-unmet", "version", "2.0.0", FRESH, "", A),
        edit("member-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex", B),
        edit("member-requirement-satisfied", "dependencies/once", "^1.4.0", STALE, "once", B),
        Edit("member-requirement-removed", (cut_json(B, "dependencies/once"),), STALE, "once"),
        edit("member-workspace-star", "dependencies/alpha", "workspace:*", STALE, "alpha", B),
        edit("member-workspace-dropped", "dependencies/alpha", "^1.0.0", STALE, "alpha", B),
        Edit("globs-narrow", (sub(W, "packages/*", "packages/a*"),), FRESH),
        Edit("globs-negated", (sub(W, "  - packages/*\n", "  - packages/*\n  - '!packages/beta'\n"),), FRESH),
        Edit("workspace-file-removed", (drop(W),), STALE if major >= 10 else FRESH, "catalogs"),
        edit("root-requirement", "dependencies/ms", "2.0.0", STALE, "ms"),
        Edit("lock-importer-gone", (resub(L, r"^  packages/beta:\n(?:    .*\n)+\n", ""),), STALE, "once"),
    ]
    if major >= 9:
        edits += [
            Edit("catalog-changed", (sub(W, "semver: ^5.6.0", "semver: ^5.7.0"),), STALE if major >= 10 else FRESH, "semver"),
            Edit("catalog-named-changed", (sub(W, "inherits: ^2.0.0", "inherits: ^2.0.1"),), STALE if major >= 10 else FRESH, "inherits"),
            Edit("catalog-unused-changed", (sub(W, "unused: 1.0.0", "unused: 2.0.0"),), FRESH),
            Edit("catalog-entry-gone", (sub(W, "  semver: ^5.6.0\n", ""),), STALE if major >= 10 else FRESH, "semver"),
            edit("catalog-literal", "dependencies/semver", "^5.6.0", STALE, "semver", B),
            edit("catalog-default-name", "dependencies/semver", "catalog:default", STALE, "semver", B),
            edit("catalog-used-more", "dependencies/unused", "catalog:", STALE, "unused", A),
        ]
    return Project("workspace", files, L), edits


def overridden(major: int, pin: str) -> tuple[Project, list[Edit]]:
    """Overrides, extensions and an ignored optional dependency, all in force."""
    settings = {"overrides": {"once": "1.3.3", "is-odd>is-number": "6.0.0"}, "ignoredOptionalDependencies": ["picocolors"]}
    if major == 8:
        del settings["ignoredOptionalDependencies"]
    files = app(packageManager=pin, pnpm=settings, resolutions={"isarray": "2.0.5"})
    edits = [
        edit("overridden-range-changed", "dependencies/once", "^1.2.0", FRESH),
        edit("override-value-changed", "pnpm/overrides/once", "1.4.0", STALE, "once"),
        Edit("override-removed", (cut_json(M, "pnpm/overrides/once"),), STALE, "once"),
        Edit("override-nested-removed", (cut_json(M, "pnpm/overrides/is-odd>is-number"),), STALE, "is-number"),
        Edit("resolution-removed", (cut_json(M, "resolutions"),), STALE, "isarray"),
        Edit("resolution-moved", (cut_json(M, "resolutions"), set_json(M, "pnpm/overrides/isarray", "2.0.5")), FRESH),
        edit("override-reference", "pnpm/overrides/isarray", "$ms", STALE, "isarray"),
        edit("ignored-more", "pnpm/ignoredOptionalDependencies", ["picocolors", "x"], STALE, "ignoredOptionalDependencies"),
        edit("not-overridden-changed", "dependencies/ms", "^2.0.0", STALE, "ms"),
        Edit("optional-ignored-changed", (set_json(M, "optionalDependencies/picocolors", "^1.1.0"),), FRESH if major >= 9 else STALE, "picocolors"),
    ]
    left_out = {"ignored-more"} if major == 8 else set()
    return Project("overridden", files, L), [one for one in edits if one.name not in left_out]


def peers(pin: str) -> tuple[Project, list[Edit]]:
    """Peers in the versions of the lock, links, aliases, overrides of several shapes."""
    files = {
        M: package(
            dependencies={"acorn": "^8.0.0", "acorn-jsx": "^5.3.0", "odd": "npm:is-odd@^3.0.0", "near": "link:./near", "copy": "file:./copy", "has-flag": "^4.0.0"},
            peerDependencies={"once": "^1.3.0"}, packageManager=pin,
            pnpm={"overrides": {"is-number@6": "6.0.0", "has-flag": "$has-flag", "ms": "-"}},
        ),
        "near/package.json": package("near", dependencies={"isarray": "^2.0.0"}),
        "copy/package.json": package("copy", dependencies={"inherits": "^2.0.0"}),
    }
    start = r"^( +acorn-jsx:\n +specifier: \^5.3.0\n +version: 5.3.2)\(acorn@.*\)"
    edits = [
        edit("peer-host-range", "dependencies/acorn", "^8.1.0", STALE, "acorn"),
        edit("own-peer-changed", "peerDependencies/once", "^1.4.0", STALE, "once"),
        Edit("own-peer-removed", (cut_json(M, "peerDependencies"),), STALE, "once"),
        edit("own-peer-also-direct", "dependencies/once", "^1.3.0", FRESH),
        edit("own-peer-also-direct-other", "dependencies/once", "^1.4.0", STALE, "once"),
        edit("own-peer-optional", "peerDependenciesMeta", {"once": {"optional": True}}, FRESH),
        edit("alias-range", "dependencies/odd", "npm:is-odd@^3.0.1", STALE, "odd"),
        edit("link-moved", "dependencies/near", "link:./copy", STALE, "near"),
        edit("link-to-file", "dependencies/near", "file:./near", STALE, "near"),
        edit("file-spelling", "dependencies/copy", "file:copy", STALE, "copy"),
        edit("file-requirement-added", "dependencies/ms", "2.0.0", FRESH, "", "copy/package.json"),
        edit("link-requirement-added", "dependencies/ms", "2.0.0", FRESH, "", "near/package.json"),
        Edit("link-gone", (drop("near"),), FRESH),
        edit("override-reference-target", "dependencies/has-flag", "^4.0.1", STALE, "has-flag"),
        edit("override-reference-unknown", "pnpm/overrides/has-flag", "$nothing", ERROR),
        edit("override-key-range", "pnpm/overrides", {"is-number@^6": "6.0.0", "has-flag": "$has-flag", "ms": "-"}, STALE, "is-number"),
        edit("override-order", "pnpm/overrides", {"ms": "-", "has-flag": "$has-flag", "is-number@6": "6.0.0"}, FRESH),
        edit("override-removal-used", "dependencies/ms", "2.0.0", FRESH),
        edit("override-direct", "pnpm/overrides/acorn", "^8.0.0", STALE, "acorn"),
        edit("override-parent-direct", "pnpm/overrides", {"demo>acorn": "7.4.1", "is-number@6": "6.0.0", "has-flag": "$has-flag", "ms": "-"}, STALE, "acorn"),
        Edit("lock-peer-suffix", (resub(L, start, r"\1"),), FRESH),
    ]
    return Project("peers", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of one release of pnpm, pinned by `packageManager`."""
    major, pin = int(tool.removeprefix("pnpm-")), f"pnpm@{RELEASES[tool]}"
    plain = Project("app", app(packageManager=pin), L), manifest(major) + lock(major)
    projects = [plain, workspace(major, pin), overridden(major, pin), peers(pin), settled(major, pin)]
    return projects + ([catalogs(major, pin)] if major >= 9 else []) + ([keys()] if major == 10 else [])
