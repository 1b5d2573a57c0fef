"""package-lock.json: ranges in every spelling, rarer workspaces, overrides, sources and damage."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .js_projects import M, edit, moved, package, renamed
from .tree import Step, change, cut_json, drop, edit_json, put, set_json, sub

L = "package-lock.json"


def ranges() -> tuple[Project, list[Edit]]:
    """`ms` is locked at 2.0.0 and `picocolors` at 0.2.1; the range is then written in another way."""
    files = {M: package(dependencies={"ms": "2.0.0", "picocolors": "0.2.1", "semver": "7.0.0"}, devDependencies={"acorn": "8.8.0"})}
    words = [
        ("caret-minor", "^2.0", FRESH), ("caret-x", "^2.x", FRESH), ("caret-space", "^ 2.0.0", FRESH), ("tilde-greater", "~>2.0.0", FRESH), ("tilde-v", "~v2.0", FRESH), ("v-space", "v 2.0.0", FRESH), ("equals-v", "=v2.0.0", FRESH), ("equals-space", "= 2.0.0", FRESH), ("double-equals", "==2.0.0", ERROR),
        ("x", "x", FRESH), ("big-x", "X", FRESH), ("x-x", "2.X.x", FRESH), ("star-star", "2.*.*", FRESH), ("caret-star", "^*", FRESH), ("less-star", "<*", STALE), ("greater-star", ">*", STALE), ("less-x", "<2.x", STALE), ("greater-x", ">1.x", FRESH), ("greater-equal-x", ">=2.x", FRESH), ("less-equal-x", "<=2.x", FRESH),
        ("hyphen-partial", "1 - 2", FRESH), ("hyphen-minor", "1.2 - 2.0", FRESH), ("hyphen-missed", "2.0.1 - 3", STALE), ("hyphen-no-space", "1.0.0-2.0.0", STALE), ("hyphen-caret", "^1 - 2", FRESH),
        ("or", "^1.0.0 || ^2.0.0", FRESH), ("or-tight", "^1||^2", FRESH), ("or-empty", "^1 ||", FRESH), ("or-missed", "^1 || ^3", STALE), ("or-only", "||", FRESH), ("single-pipe", "^1 | ^2", ERROR),
        ("and", ">=1 <3", FRESH), ("and-comma", ">=1,<3", ERROR), ("and-comma-space", ">=1, <3", ERROR), ("and-missed", ">=1 <2.0.0", STALE), ("and-caret", "^2 ~2.0", FRESH), ("contradiction", ">3 <1", STALE),
        ("prerelease", "2.0.0-beta.1", STALE), ("prerelease-caret", "^2.0.0-beta.1", FRESH), ("prerelease-greater", ">2.0.0-rc", FRESH), ("prerelease-next", "^2.0.1-0", STALE), ("prerelease-loose", "2.0.0beta", STALE), ("build", "2.0.0+build.5", FRESH), ("build-range", "^2.0.0+build", FRESH),
        ("padded", "  2.0.0  ", FRESH), ("tab", "\t^2", FRESH), ("leading-zero", "02.0.0", FRESH), ("four-parts", "2.0.0.0", ERROR), ("long-number", "99999999999999999999.0.0", ERROR), ("words", "latest-2", FRESH), ("word-space", "any version", ERROR), ("word-slash", "acme/ms", STALE), ("word-percent", "a%b", ERROR), ("not", "!2.0.0", ERROR), ("npm-empty", "npm:ms", FRESH), ("npm-tag", "npm:ms@latest", FRESH), ("npm-star", "npm:ms@*", FRESH), ("npm-other-version", "npm:ms@^1", STALE), ("npm-npm", "npm:npm:ms@1", ERROR), ("workspace", "workspace:*", ERROR), ("catalog", "catalog:", ERROR), ("portal", "portal:./x", ERROR), ("jsr", "jsr:@std/ms@1", ERROR), ("http", "http://files.example.com/ms.tgz", STALE), ("ssh", "git+ssh://git@git.example.com/a/ms.git", STALE), ("github", "github:acme/ms", STALE), ("file-missing", "file:./none", STALE), ("file-tarball", "file:./ms.tgz", STALE), ("path", "./ms", STALE), ("home", "~/ms", STALE),
    ]
    edits = [edit(f"ms-{name}", "dependencies/ms", text, expect, "ms" if expect == STALE else "") for name, text, expect in words]
    edits += [
        edit("zero-caret", "dependencies/picocolors", "^0.2.0", FRESH), edit("zero-caret-other", "dependencies/picocolors", "^0.3.0", STALE, "picocolors"), edit("zero-caret-patch", "dependencies/picocolors", "^0.0.3", STALE, "picocolors"),
        edit("zero-caret-zero", "dependencies/picocolors", "^0", FRESH), edit("zero-caret-zero-x", "dependencies/picocolors", "^0.x", FRESH), edit("zero-tilde-zero", "dependencies/picocolors", "~0", FRESH), edit("zero-x", "dependencies/picocolors", "0.2.x", FRESH),
        edit("number", "dependencies/ms", 2, ERROR), edit("null", "dependencies/ms", None, ERROR), edit("boolean", "dependencies/ms", True, ERROR), edit("list", "dependencies", ["ms"], FRESH), edit("text-group", "dependencies", "ms", FRESH), edit("null-group", "dependencies", None, FRESH),
        edit("accept", "acceptDependencies", {"ms": "^2"}, FRESH), Edit("accept-used", (set_json(M, "dependencies/ms", "^1"), set_json(M, "acceptDependencies", {"ms": "^2"})), FRESH),
        edit("name-capital", "dependencies/MS", "2.0.0", STALE, "MS"), edit("name-scoped", "dependencies/@acme~1ms", "1.0.0", STALE, "@acme/ms"), edit("name-broken", "dependencies/ms two", "1.0.0", ERROR), edit("name-dot", "dependencies/.ms", "1.0.0", ERROR), edit("name-empty", "dependencies/", "1.0.0", ERROR),
        edit("peer-and-dev-same", "peerDependencies", {"acorn": "^8"}, FRESH), edit("peer-and-dev-other", "peerDependencies", {"acorn": "^7"}, FRESH), edit("peer-of-prod-other", "peerDependencies", {"ms": "^1"}, FRESH), edit("optional-and-prod", "optionalDependencies", {"ms": "^2"}, FRESH), edit("optional-and-prod-other", "optionalDependencies", {"ms": "^1"}, STALE, "ms"),
        Edit("dev-to-peer", (moved("acorn", "devDependencies", "peerDependencies"),), FRESH), Edit("prod-to-peer", (moved("ms", "dependencies", "peerDependencies"),), FRESH), Edit("dev-to-optional", (moved("acorn", "devDependencies", "optionalDependencies"),), FRESH),
        edit("bundle-named", "bundledDependencies", ["ms"], FRESH), edit("bundle-unknown", "bundleDependencies", ["nobody"], FRESH),
        Edit("omit-dev", (put(".npmrc", "omit=dev\n"), set_json(M, "devDependencies/once", "^1")), STALE, "once"), Edit("npmrc-strategy", (put(".npmrc", "install-strategy=nested\n"),), FRESH), Edit("npmrc-links", (put(".npmrc", "install-links=true\n"),), FRESH), outside(Edit("npmrc-engine", (put(".npmrc", "engine-strict=true\n"), set_json(M, "engines", {"node": ">=999"})), ERROR)), Edit("npmrc-prefer-dedupe", (put(".npmrc", "prefer-dedupe=true\n"),), FRESH), Edit("npmrc-lock-version", (put(".npmrc", "lockfile-version=2\n"),), FRESH), Edit("npmrc-before", (put(".npmrc", "before=2015-01-01\n"),), FRESH), Edit("npmrc-force", (put(".npmrc", "force=true\n"), set_json(M, "dependencies/ms", "^1")), STALE, "ms"),
        edit("root-version-broken", "version", "one", FRESH), edit("root-name-broken", "name", "De Mo", FRESH), outside(edit("root-os", "os", ["plan9"], ERROR)), edit("root-cpu-not", "cpu", ["!nothing"], FRESH), edit("package-manager", "packageManager", "pnpm@9.0.0", FRESH), edit("dev-engines", "devEngines", {"packageManager": {"name": "npm", "version": ">=1"}}, FRESH), edit("dev-engines-other", "devEngines", {"packageManager": {"name": "pnpm", "onFail": "error"}}, ERROR),
    ]
    return Project("ranges", files, L), edits


def nests() -> tuple[Project, list[Edit]]:
    """Workspaces at several depths, scoped names, members that need each other in every way."""
    files = {
        M: package("top", workspaces=["packages/*", "apps/**", "!apps/old/**", "tools/one"], dependencies={"ms": "2.0.0"}, overrides={"ansi-regex": "5.0.1"}),
        "packages/alpha/package.json": package("@acme/alpha", "1.0.0", dependencies={"once": "^1.3.0"}, peerDependencies={"semver": "^7.0.0"}),
        "packages/beta/package.json": package("beta", "2.1.0", dependencies={"@acme/alpha": "^1.0.0", "strip-ansi": "^6.0.0"}, devDependencies={"semver": "^7.0.0"}),
        "apps/web/package.json": package("web", "0.1.0", dependencies={"beta": "*", "ms": "^1.0.0"}),
        "apps/web/admin/package.json": package("admin", "0.1.0", dependencies={"web": "file:.."}, optionalDependencies={"picocolors": "^1.0.0"}),
        "apps/old/gone/package.json": package("gone", "0.1.0", dependencies={"yallist": "4.0.0"}),
        "tools/one/package.json": package("one", "1.0.0", bin={"one": "one.js"}),
        "tools/two/package.json": package("two", "1.0.0", dependencies={"yallist": "4.0.0"}),
    }
    A, B, W, D, O = "packages/alpha/package.json", "packages/beta/package.json", "apps/web/package.json", "apps/web/admin/package.json", "tools/one/package.json"
    edits = [
        edit("member-missing-dependency", "dependencies/yallist", "4.0.0", STALE, "yallist", O), edit("member-conflict-with-root", "dependencies/ms", "^3", STALE, "ms", W), edit("member-own-copy-met", "dependencies/ms", "0.7.1 || 1.0.0", FRESH, "", W), edit("member-takes-root-copy", "dependencies/ms", "2.0.0", STALE, "ms", W),
        edit("root-takes-member-copy", "dependencies/ms", "^1.0.0", STALE, "ms"), edit("peer-tightened", "peerDependencies/semver", "^6", STALE, "semver", A), edit("peer-made-optional", "peerDependenciesMeta", {"semver": {"optional": True}}, FRESH, "", A), edit("peer-new", "peerDependencies/yallist", "*", STALE, "yallist", A), Edit("peer-gone", (cut_json(A, "peerDependencies"),), FRESH),
        edit("sibling-range-unmet", "dependencies/@acme~1alpha", "^2.0.0", STALE, "@acme/alpha", B), edit("sibling-tag", "dependencies/@acme~1alpha", "latest", FRESH, "", B), edit("sibling-file", "dependencies/@acme~1alpha", "file:../alpha", FRESH, "", B), edit("sibling-file-other", "dependencies/@acme~1alpha", "file:../../tools/one", STALE, "@acme/alpha", B), edit("sibling-star", "dependencies/@acme~1alpha", "*", FRESH, "", B), edit("sibling-new", "dependencies/one", "^1.0.0", FRESH, "", B), edit("sibling-new-unmet", "dependencies/one", "^9.0.0", STALE, "one", B), edit("sibling-alias", "dependencies/other", "npm:@acme/alpha@^1", STALE, "other", B),
        edit("glob-spelt-out", "workspaces", ["packages/alpha", "packages/beta", "apps/web", "apps/web/admin", "tools/one"], FRESH), edit("glob-dot-slash", "workspaces", ["./packages/*", "./apps/web", "./apps/web/admin", "./tools/one/"], FRESH), edit("glob-more", "workspaces", ["packages/*", "apps/**", "!apps/old/**", "tools/*"], STALE, "two"), edit("glob-less", "workspaces", ["packages/*"], FRESH), edit("glob-negation-gone", "workspaces", ["packages/*", "apps/**", "tools/one"], STALE, "gone"), edit("glob-negated-first", "workspaces", ["!apps/old/**", "packages/*", "apps/**", "tools/one"], STALE, "gone"), edit("glob-again-after-negation", "workspaces", ["packages/*", "apps/**", "!apps/**", "apps/web", "tools/one"], FRESH), edit("glob-braces", "workspaces", ["{packages,tools}/*", "apps/web"], STALE, "two"), edit("glob-question", "workspaces", ["packages/bet?", "tools/on?"], FRESH), edit("glob-absolute", "workspaces", ["/packages/*"], FRESH), edit("glob-up", "workspaces", ["../other"], FRESH), edit("glob-none", "workspaces", [], FRESH), edit("glob-text", "workspaces", "packages/*", ERROR), edit("glob-number", "workspaces", 5, ERROR), Edit("workspaces-gone", (cut_json(M, "workspaces"),), FRESH),
        Edit("member-without-name", (cut_json(O, "name"),), FRESH), Edit("member-without-version", (cut_json(O, "version"),), FRESH), Edit("member-renamed-scoped", (renamed("@acme/alpha", "@acme/other", A),), STALE, "@acme/other"), Edit("member-same-name", (put("packages/copy/package.json", package("beta", "9.0.0")),), ERROR), Edit("member-new-scoped", (put("packages/copy/package.json", package("@acme/copy")),), STALE, "@acme/copy"), Edit("member-new-in-excluded", (put("apps/old/more/package.json", package("more")),), FRESH), Edit("member-new-deep", (put("apps/web/admin/deep/package.json", package("deep")),), STALE, "deep"), Edit("member-in-node-modules", (put("apps/web/node_modules/x/package.json", package("x")),), FRESH), Edit("member-broken", (put("packages/copy/package.json", "{"),), ERROR), Edit("member-dot-folder", (put("packages/.copy/package.json", package("copy")),), FRESH), Edit("member-moved", (drop("tools/one"), put("packages/one/package.json", package("one", bin={"one": "one.js"}))), STALE, "one"),
        edit("member-overrides-ignored", "overrides", {"once": "1.3.0"}, FRESH, "", A), edit("override-hits-member", "overrides", {"once": "1.3.0"}, STALE, "once"), edit("override-nested-member", "overrides", {"beta": {"strip-ansi": "5.2.0"}}, STALE, "strip-ansi"), edit("override-for-member-itself", "overrides", {"beta": "9.0.0"}, FRESH), edit("link-up-changed", "dependencies/web", "*", FRESH, "", D), edit("optional-in-member", "optionalDependencies/has-flag", "^4", STALE, "has-flag", D), edit("optional-in-member-unmet", "optionalDependencies/picocolors", "^0.2.0", STALE, "picocolors", D),
    ]
    return Project("nests", files, L), edits


def overrides() -> tuple[Project, list[Edit]]:
    """Overrides in every form, on a tree that already has some."""
    files = {M: package(
        dependencies={"is-odd": "^3.0.0", "strip-ansi": "^6.0.0", "supports-color": "^7.0.0", "lru-cache": "^6.0.0", "ms": "2.0.0"},
        overrides={"is-number": "6.0.0", "strip-ansi": {"ansi-regex": "5.0.1"}, "lru-cache": {"yallist": "$yallist-copy"}},
        devDependencies={"yallist-copy": "npm:yallist@4.0.0"},
    )}
    edits = [
        edit("flat-range-met", "overrides/is-number", ">=6", FRESH), edit("flat-range-unmet", "overrides/is-number", "<6", STALE, "is-number"), edit("flat-star", "overrides/is-number", "*", FRESH), edit("flat-empty", "overrides/is-number", "", FRESH), edit("flat-tag", "overrides/is-number", "latest", FRESH), edit("flat-alias", "overrides/is-number", "npm:is-odd@^3", STALE, "is-number"), edit("flat-alias-same", "overrides/is-number", "npm:is-number@6.0.0", FRESH), edit("flat-git", "overrides/is-number", "git+https://git.example.com/n.git", STALE, "is-number"), edit("flat-file", "overrides/is-number", "file:./n", STALE, "is-number"),
        edit("nested-object-dot", "overrides/is-number", {".": "6.0.0"}, FRESH), edit("nested-object-dot-unmet", "overrides/is-number", {".": "7.0.0"}, STALE, "is-number"), edit("nested-object-empty", "overrides/is-number", {}, FRESH), edit("nested-deeper", "overrides/is-odd", {"is-number": {"kind-of": "1.0.0"}}, FRESH), edit("nested-wins", "overrides/is-odd", {"is-number": "7.0.0"}, STALE, "is-number"), edit("nested-wins-met", "overrides/is-odd", {"is-number": "^6"}, FRESH), edit("nested-key-range", "overrides/is-odd@^3", {"is-number": "7.0.0"}, STALE, "is-number"), edit("nested-key-range-missed", "overrides/is-odd@^2", {"is-number": "7.0.0"}, FRESH), edit("key-range-met", "overrides/is-number@^6", "7.0.0", FRESH),
        edit("reference", "overrides/is-number", "$is-odd", STALE, "is-number"), edit("reference-self", "overrides/ms", "$ms", FRESH), edit("reference-unknown", "overrides/is-number", "$nothing", ERROR), edit("reference-to-transitive", "overrides/is-number", "$ansi-regex", ERROR), Edit("reference-target-changed", (set_json(M, "devDependencies/yallist-copy", "npm:yallist@3.1.1"),), STALE, "yallist"), Edit("reference-target-gone", (cut_json(M, "devDependencies"),), ERROR), edit("direct-same", "overrides/ms", "2.0.0", FRESH), edit("direct-other-text", "overrides/ms", "^2.0.0", ERROR), edit("direct-key-range", "overrides/ms@2", "2.0.0", FRESH), edit("direct-nested-other", "overrides/ms", {"x": "1"}, FRESH),
        Edit("all-gone", (cut_json(M, "overrides"),), FRESH), Edit("one-gone", (cut_json(M, "overrides/strip-ansi"),), FRESH), edit("list", "overrides", ["x"], FRESH), edit("text", "overrides", "x", FRESH), edit("number", "overrides/is-number", 6, ERROR), edit("key-broken", "overrides/is number", "1", FRESH), edit("key-git", "overrides/is-number@git+https://git.example.com/x.git", "7.0.0", FRESH), edit("yarn-resolutions", "resolutions", {"is-number": "7.0.0"}, FRESH), edit("pnpm-overrides", "pnpm", {"overrides": {"is-number": "7.0.0"}}, FRESH), edit("parent-removed-with-rule", "dependencies", {"strip-ansi": "^6.0.0", "ms": "2.0.0"}, FRESH),
    ]
    return Project("overrides", files, L), edits


def sources() -> tuple[Project, list[Edit]]:
    """Local directories in a chain, an alias under a scope, a directory that is also a version."""
    files = {
        M: package(dependencies={"near": "file:near", "@acme/odd": "npm:is-odd@^3.0.0", "ms": "2.0.0"}, devDependencies={"two": "npm:ms@1.0.0"}),
        "near/package.json": package("near", "1.0.0", dependencies={"far": "file:../far", "once": "^1.3.0"}, devDependencies={"isarray": "^2.0.0"}, peerDependencies={"semver": "^7"}),
        "far/package.json": package("far", "1.0.0", dependencies={"has-flag": "^4.0.0"}),
        "spare/package.json": package("near", "1.0.0"),
    }
    N, F = "near/package.json", "far/package.json"
    edits = [
        edit("chain-added", "dependencies/yallist", "4.0.0", STALE, "yallist", F), edit("chain-changed", "dependencies/has-flag", "^3.0.0", STALE, "has-flag", F), edit("chain-dev-added", "devDependencies/yallist", "4.0.0", STALE, "yallist", F), edit("chain-moved", "dependencies/far", "file:../spare", STALE, "far", N), edit("chain-to-version", "dependencies/far", "^1.0.0", FRESH, "", N), edit("chain-dropped", "dependencies", {"once": "^1.3.0"}, FRESH, "", N), edit("peer-changed", "peerDependencies/semver", "^6", STALE, "semver", N), edit("dev-changed", "devDependencies/isarray", "^1", STALE, "isarray", N), edit("same-name-elsewhere", "dependencies/near", "file:spare", STALE, "near"), edit("absolute-spelling", "dependencies/near", "file:./near/", FRESH), edit("bare-path", "dependencies/near", "./near", FRESH), edit("file-slashes", "dependencies/near", "file://./near", STALE, "near"),
        Edit("near-renamed", (renamed("near", "nearby", N),), FRESH), Edit("near-without-version", (cut_json(N, "version"),), FRESH), Edit("far-gone", (drop("far"),), FRESH), Edit("near-broken", (put(N, "{"),), ERROR), edit("scoped-alias-other", "dependencies/@acme~1odd", "npm:is-odd@^2", STALE, "@acme/odd"), edit("scoped-alias-dropped", "dependencies/@acme~1odd", "^3.0.0", FRESH), edit("alias-swapped", "dependencies/ms", "npm:ms@1.0.0", STALE, "ms"), edit("alias-of-other-package", "devDependencies/two", "npm:once@1.0.0", FRESH), edit("alias-made-direct", "devDependencies/two", "1.0.0", FRESH),
    ]
    return Project("sources", files, L), edits


def entries() -> list[Edit]:
    """More edits of a lock by hand, for the project of `ranges`."""
    def on(function) -> Step:
        return edit_json(L, function)

    def at(document: dict, name: str = "ms") -> dict:
        return document["packages"][f"node_modules/{name}"]

    return [
        Edit("lock-entry-empty", (on(lambda d: at(d).clear()),), STALE, "ms"), Edit("lock-entry-text", (on(lambda d: d["packages"].update({"node_modules/ms": "x"})),), STALE), Edit("lock-entry-null", (on(lambda d: d["packages"].update({"node_modules/ms": None})),), STALE),
        Edit("lock-version-gone", (on(lambda d: at(d).pop("version") and None),), STALE, "ms"), Edit("lock-version-number", (on(lambda d: at(d).update(version=2)),), STALE, "ms"), Edit("lock-version-v", (on(lambda d: at(d).update(version="v2.0.0")),), FRESH), Edit("lock-version-words", (on(lambda d: at(d).update(version="two")),), STALE, "ms"), Edit("lock-name-other", (on(lambda d: at(d).update(name="once")),), FRESH), Edit("lock-made-link", (on(lambda d: at(d).update(link=True, resolved="ms")),), STALE, "ms"), Edit("lock-extraneous", (on(lambda d: at(d).update(extraneous=True)),), FRESH), Edit("lock-in-bundle", (on(lambda d: at(d).update(inBundle=True)),), FRESH), Edit("lock-flags-gone", (on(lambda d: at(d, "acorn").pop("dev") and None),), FRESH), Edit("lock-resolved-gone", (on(lambda d: at(d).pop("resolved") and None),), FRESH), Edit("lock-resolved-git", (on(lambda d: at(d).update(resolved="git+ssh://git@git.example.com/ms.git#" + "a" * 40)),), FRESH),
        Edit("lock-key-windows", (on(lambda d: d["packages"].update({"node_modules\\ms": d["packages"].pop("node_modules/ms")})),), STALE, "ms"), Edit("lock-key-up", (on(lambda d: d["packages"].update({"../ms": {"version": "1.0.0"}})),), FRESH), Edit("lock-key-nested-orphan", (on(lambda d: d["packages"].update({"node_modules/none/node_modules/ms": {"version": "1.0.0"}})),), FRESH), Edit("lock-nested-hides", (on(lambda d: d["packages"].update({"node_modules/acorn/node_modules/ms": {"version": "1.0.0"}})),), FRESH),
        Edit("lock-root-renamed", (on(lambda d: d["packages"][""].update(name="x")),), FRESH), Edit("lock-root-more", (on(lambda d: d["packages"][""]["dependencies"].update(once="^1")),), FRESH), Edit("lock-number-1", (set_json(L, "lockfileVersion", 1),), FRESH), Edit("lock-number-text", (set_json(L, "lockfileVersion", "3"),), FRESH), Edit("lock-number-0", (set_json(L, "lockfileVersion", 0),), FRESH), Edit("lock-packages-list", (set_json(L, "packages", []),), STALE), Edit("lock-packages-null", (set_json(L, "packages", None),), STALE), Edit("lock-packages-gone", (cut_json(L, "packages"),), STALE), Edit("lock-requires-gone", (cut_json(L, "requires"),), FRESH), Edit("lock-trailing-comma", (change(L, lambda text: text.rstrip()[:-1].rstrip() + ",\n}\n"),), STALE), Edit("lock-comment", (change(L, lambda text: "// words\n" + text),), STALE), Edit("lock-duplicate-key", (sub(L, '"node_modules/ms": {', '"node_modules/ms": {"version": "1.0.0"},\n    "node_modules/ms": {'),), FRESH), Edit("lock-null", (put(L, "null\n"),), STALE), Edit("lock-minified", (change(L, lambda text: json.dumps(json.loads(text))),), FRESH), Edit("lock-yarn-beside", (put("yarn.lock", "# yarn lockfile v1\n"),), FRESH),
    ]
