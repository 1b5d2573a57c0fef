"""pnpm-lock.yaml: settings of the workspace file, patches, injected members, rarer catalogs and overrides."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .js_projects import M, edit, package
from .tree import append, cut_json, drop, edit_json, put, resub, set_json, sub

L, W = "pnpm-lock.yaml", "pnpm-workspace.yaml"
PATCH = "diff --git a/note.txt b/note.txt\nnew file mode 100644\nindex 0000000..ce01362\n--- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+hello\n"


def settled(major: int, pin: str) -> tuple[Project, list[Edit]]:
    """Every setting that the lock records, in force: in pnpm-workspace.yaml from 10 on, in package.json before."""
    at_ten = major >= 10
    files = {
        M: package("top", dependencies={"is-odd": "^3.0.0", "ms": "2.0.0", "strip-ansi": "^6.0.0"}, optionalDependencies={"picocolors": "^1.0.0"}, packageManager=pin),
        "packages/alpha/package.json": package("alpha", dependencies={"once": "^1.3.0"}, peerDependencies={"semver": "^7.0.0"}),
        "packages/beta/package.json": package("beta", dependencies={"alpha": "workspace:^"}),
        "patches/ms.patch": PATCH,
    }
    listed = "packages:\n  - packages/*\n"
    if at_ten:
        files[W] = listed + "overrides:\n  is-number: 6.0.0\npackageExtensions:\n  ms:\n    dependencies:\n      wrappy: ^1.0.0\nignoredOptionalDependencies:\n  - picocolors\npatchedDependencies:\n  ms@2.0.0: patches/ms.patch\nautoInstallPeers: false\n"
        place = W
    else:
        settings = {"overrides": {"is-number": "6.0.0"}, "packageExtensions": {"ms": {"dependencies": {"wrappy": "^1.0.0"}}}, "patchedDependencies": {"ms@2.0.0": "patches/ms.patch"}}
        if major == 9:
            settings["ignoredOptionalDependencies"] = ["picocolors"]
        files[M] = package("top", dependencies={"is-odd": "^3.0.0", "ms": "2.0.0", "strip-ansi": "^6.0.0"}, optionalDependencies={"picocolors": "^1.0.0"}, packageManager=pin, pnpm=settings)
        files |= {W: listed, ".npmrc": "auto-install-peers=false\n"}
        place = M
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    edits = [
        Edit("patch-edited", (sub("patches/ms.patch", "+hello", "+hallo"),), STALE, "ms@2.0.0"),
        Edit("patch-crlf", (sub("patches/ms.patch", "\n", "\r\n", True),), FRESH),
        Edit("patch-gone", (drop("patches"),), ERROR),
        Edit("override-changed", (sub(place, "6.0.0", "7.0.0"),), STALE, "is-number"),
        Edit("extension-changed", (sub(place, "^1.0.0", "^1.0.1"),) if at_ten else (set_json(M, "pnpm/packageExtensions/ms/dependencies/wrappy", "^1.0.1"),), STALE, "packageExtensions"),
        edit("peer-of-member-changed", "peerDependencies/semver", "^6.0.0", FRESH, "", A),
        edit("peer-of-member-added", "peerDependencies/yallist", "*", FRESH, "", A),
        edit("injected-added", "dependenciesMeta", {"alpha": {"injected": True}}, STALE, "alpha", B),
        edit("injected-false", "dependenciesMeta", {"alpha": {"injected": False}}, STALE, "alpha", B),
        edit("meta-of-nobody", "dependenciesMeta", {"nobody": {"injected": True}}, STALE, "nobody", B),
        edit("workspace-caret-to-tilde", "dependencies/alpha", "workspace:~", STALE, "alpha", B),
        edit("workspace-to-range", "dependencies/alpha", "workspace:^1.0.0", STALE, "alpha", B),
        edit("workspace-to-alias", "dependencies/alpha", "workspace:alpha@^", STALE, "alpha", B),
        edit("workspace-to-path", "dependencies/alpha", "workspace:../alpha", STALE, "alpha", B),
        edit("workspace-to-link", "dependencies/alpha", "link:../alpha", STALE, "alpha", B),
        edit("workspace-unknown", "dependencies/nobody", "workspace:*", STALE, "nobody", B),
        edit("member-publish-directory", "publishConfig", {"directory": "dist"}, STALE, "publishConfig", A),
        edit("member-pnpm-field", "pnpm", {"overrides": {"once": "1.3.3"}}, FRESH, "", A),
        edit("member-resolutions", "resolutions", {"once": "1.3.3"}, FRESH, "", A),
        edit("member-dev-copy", "devDependencies/once", "^1.3.0", FRESH, "", A),
        edit("member-optional-copy", "optionalDependencies/once", "^1.3.0", STALE, "once", A),
        Edit("member-moved", (lambda tree: tree.__setitem__("packages/moved/package.json", tree.pop(A)),), STALE, "moved|once"),
        Edit("member-new-with-dev", (put("packages/gamma/package.json", package("gamma", devDependencies={"ms": "2.0.0"})),), STALE, "gamma|ms"),
        Edit("member-new-with-peer", (put("packages/gamma/package.json", package("gamma", peerDependencies={"ms": "2.0.0"})),), FRESH),
        Edit("member-new-with-ignored", (put("packages/gamma/package.json", package("gamma", optionalDependencies={"picocolors": "^1.0.0"})),), FRESH if major >= 9 else STALE, "gamma|picocolors"),
        Edit("member-without-name", (cut_json(A, "name"),), FRESH),
        Edit("member-same-name", (put("packages/copy/package.json", package("alpha")),), FRESH),
        Edit("member-yaml", (put("packages/gamma/package.yaml", "name: gamma\ndependencies:\n  ms: 2.0.0\n"),), STALE, "gamma|ms"),
        Edit("member-json5", (put("packages/gamma/package.json5", "{ name: 'gamma', dependencies: { ms: '2.0.0' } }\n"),), STALE, "gamma|ms"),
        Edit("member-in-node-modules", (put("packages/alpha/node_modules/x/package.json", package("x", dependencies={"ms": "2"})),), FRESH),
        Edit("globs-deep", (sub(W, "packages/*", "packages/**"),), FRESH),
        Edit("globs-dot", (sub(W, "  - packages/*", "  - packages/*\n  - ."),), FRESH),
        Edit("globs-trailing-slash", (sub(W, "packages/*", "packages/*/"),), FRESH),
        Edit("globs-text", (resub(W, r"packages:\n  - packages/\*", "packages: packages/*"),), ERROR),
        Edit("globs-empty-list", (resub(W, r"packages:\n  - packages/\*", "packages: []"),), FRESH if at_ten else ERROR),
        Edit("workspace-file-broken", (append(W, "  x: [\n"),), ERROR),
        Edit("workspace-file-unknown-key", (append(W, "news: 1\n"),), FRESH),
        Edit("npmrc-dedupe", (put(".npmrc", "auto-install-peers=false\ndedupe-peer-dependents=false\nresolution-mode=lowest-direct\nlink-workspace-packages=deep\nprefer-workspace-packages=true\n"),), FRESH),
        Edit("npmrc-inject", (put(".npmrc", "auto-install-peers=false\ninject-workspace-packages=true\n"),), STALE if major >= 10 else FRESH, "inject-workspace-packages|injectWorkspacePackages"),
        Edit("npmrc-excludes", (put(".npmrc", "auto-install-peers=false\nexclude-links-from-lockfile=true\n"),), STALE, "exclude-links-from-lockfile|excludeLinksFromLockfile"),
        Edit("npmrc-suffix-same", (put(".npmrc", "auto-install-peers=false\npeers-suffix-max-length=1000\n"),), FRESH),
        Edit("npmrc-commented", (put(".npmrc", "auto-install-peers=false\n; peers-suffix-max-length=10\n# exclude-links-from-lockfile=true\n"),), FRESH),
    ]
    if at_ten:
        edits += [
            Edit("ws-auto-peers-gone", (sub(W, "autoInstallPeers: false\n", ""),), STALE, "autoInstallPeers"),
            Edit("ws-auto-peers-kebab", (sub(W, "autoInstallPeers: false", "auto-install-peers: false"),), STALE, "autoInstallPeers"),
            Edit("ws-ignored-more", (sub(W, "  - picocolors\n", "  - picocolors\n  - x\n"),), STALE, "ignoredOptionalDependencies"),
            Edit("ws-ignored-gone", (sub(W, "ignoredOptionalDependencies:\n  - picocolors\n", ""),), STALE, "ignoredOptionalDependencies|picocolors"),
            Edit("ws-override-gone", (sub(W, "overrides:\n  is-number: 6.0.0\n", ""),), STALE, "is-number"),
            Edit("ws-override-quoted", (sub(W, "is-number: 6.0.0", "'is-number': \"6.0.0\""),), FRESH),
            Edit("ws-override-more", (sub(W, "is-number: 6.0.0\n", "is-number: 6.0.0\n  'strip-ansi>ansi-regex': 5.0.1\n"),), STALE, "ansi-regex"),
            Edit("ws-override-moved", (sub(W, "overrides:\n  is-number: 6.0.0\n", ""), set_json(M, "pnpm", {"overrides": {"is-number": "6.0.0"}})), FRESH),
            Edit("ws-extension-gone", (resub(W, r"packageExtensions:\n(?:  .*\n)+", ""),), STALE, "packageExtensions"),
            Edit("ws-extension-quoted", (sub(W, "      wrappy: ^1.0.0\n", "      wrappy: '^1.0.0'\n"),), FRESH),
            Edit("ws-patch-gone", (sub(W, "patchedDependencies:\n  ms@2.0.0: patches/ms.patch\n", ""),), STALE, "ms@2.0.0"),
            Edit("ws-patch-key", (sub(W, "ms@2.0.0: patches", "ms: patches"),), STALE, "ms"),
            Edit("ws-patch-moved", (sub(W, "patches/ms.patch", "patches/other.patch"), lambda tree: tree.__setitem__("patches/other.patch", tree["patches/ms.patch"])), FRESH),
            Edit("ws-suffix", (append(W, "peersSuffixMaxLength: 20\n"),), STALE, "peersSuffixMaxLength"),
            Edit("ws-inject", (append(W, "injectWorkspacePackages: true\n"),), STALE, "injectWorkspacePackages"),
            Edit("ws-exclude-links", (append(W, "excludeLinksFromLockfile: true\n"),), STALE, "excludeLinksFromLockfile"),
            Edit("ws-harmless", (append(W, "nodeLinker: hoisted\nminimumReleaseAge: 1440\nonlyBuiltDependencies:\n  - ms\nstrictPeerDependencies: true\ndedupePeerDependents: false\n"),), FRESH),
            Edit("ws-pnpm-key-too", (set_json(M, "pnpm", {"overrides": {"once": "1.3.3"}}),), FRESH),
            Edit("ws-overrides-text", (sub(W, "overrides:\n  is-number: 6.0.0", "overrides: x"),), ERROR),
        ]
    else:
        edits += [
            Edit("auto-peers-gone", (drop(".npmrc"),), STALE, "autoInstallPeers|auto-install-peers"),
            edit("ignored-gone", "pnpm/ignoredOptionalDependencies", [], FRESH if major == 8 else STALE, "ignoredOptionalDependencies|picocolors"),
            Edit("pnpm-key-gone", (cut_json(M, "pnpm"),), STALE),
            edit("patch-key", "pnpm/patchedDependencies", {"ms": "patches/ms.patch"}, STALE, "ms"),
        ]
    return Project("settled", files, L), edits


def catalogs(major: int, pin: str) -> tuple[Project, list[Edit]]:
    """Catalogs that are used in every group, by overrides, and by name."""
    files = {
        M: package("top", dependencies={"ms": "catalog:", "odd": "catalog:"}, devDependencies={"once": "catalog:old"}, packageManager=pin),
        "packages/alpha/package.json": package("alpha", dependencies={"ms": "catalog:"}, peerDependencies={"semver": "catalog:"}, optionalDependencies={"inherits": "catalog:old"}),
        W: "packages:\n  - packages/*\ncatalog:\n  ms: 2.0.0\n  odd: npm:is-odd@^3.0.0\n  semver: ^7.0.0\n  unused: 1.0.0\ncatalogs:\n  old:\n    once: ^1.3.0\n    inherits: ^2.0.0\n",
    }
    A, stale = "packages/alpha/package.json", STALE if major >= 10 else FRESH
    edits = [
        Edit("changed-everywhere", (sub(W, "ms: 2.0.0", "ms: ^2.0.0"),), stale, "ms"),
        Edit("changed-satisfied", (sub(W, "once: ^1.3.0", "once: ^1.4.0"),), stale, "once"),
        Edit("alias-changed", (sub(W, "npm:is-odd@^3.0.0", "npm:is-odd@^3.0.1"),), stale, "odd"),
        Edit("peer-changed", (sub(W, "semver: ^7.0.0", "semver: ^6.0.0"),), stale, "semver"),
        Edit("optional-changed", (sub(W, "inherits: ^2.0.0", "inherits: ^2.0.1"),), stale, "inherits"),
        Edit("added", (sub(W, "catalog:\n", "catalog:\n  yallist: 4.0.0\n"),), FRESH),
        Edit("added-and-used", (sub(W, "catalog:\n", "catalog:\n  yallist: 4.0.0\n"), set_json(A, "dependencies/yallist", "catalog:")), STALE, "yallist"),
        Edit("unused-gone", (sub(W, "  unused: 1.0.0\n", ""),), FRESH),
        Edit("default-spelt-out", (sub(W, "catalog:\n  ms: 2.0.0\n  odd: npm:is-odd@^3.0.0\n  semver: ^7.0.0\n  unused: 1.0.0\ncatalogs:\n", "catalogs:\n  default:\n    ms: 2.0.0\n    odd: npm:is-odd@^3.0.0\n    semver: ^7.0.0\n"),), FRESH),
        Edit("default-twice", (sub(W, "catalogs:\n", "catalogs:\n  default:\n    ms: 2.0.0\n"),), ERROR),
        Edit("named-renamed", (sub(W, "  old:", "  older:"),), stale, "once|inherits"),
        Edit("entry-moved", (sub(W, "    once: ^1.3.0\n", ""), sub(W, "catalog:\n", "catalog:\n  once: ^1.3.0\n")), stale, "once"),
        edit("reference-other-name", "devDependencies/once", "catalog:older", STALE, "once"),
        edit("reference-spelt-out", "dependencies/ms", "catalog:default", STALE, "ms"),
        edit("reference-space", "dependencies/ms", "catalog: ", STALE, "ms"),
        edit("reference-dropped", "dependencies/ms", "2.0.0", STALE, "ms", A),
        Edit("catalogs-gone", (resub(W, r"catalog:\n(?:.*\n)+", ""),), stale, "ms"),
        Edit("lock-catalogs-gone", (resub(L, r"^catalogs:\n(?:  .*\n)+\n?", ""),), FRESH),
        Edit("lock-catalog-specifier", (resub(L, r"(    ms:\n      specifier: )2.0.0", r"\1^2.0.0"),), stale, "ms"),
        Edit("override-by-catalog", (edit_json(M, lambda document: document.update(pnpm={"overrides": {"ms": "catalog:"}})),), STALE, "ms"),
    ]
    return Project("catalogs", files, L), edits
