"""package-lock.json: projects and their edits."""

from __future__ import annotations

import json

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_npm_keys import keys
from .cases_npm_more import entries, nests, overrides, ranges, sources
from .damage import damage
from .js_projects import M, app, edit, monorepo, moved, package, renamed, reordered
from .tree import change, cut_json, drop, edit_json, need, put, set_json, sub

L = "package-lock.json"


def manifest() -> list[Edit]:
    """Edits of package.json."""
    return [
        edit("add", "dependencies/wrappy-x1", "^1.0.0", STALE, "wrappy-x1"),
        edit("add-real", "dependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-dev", "devDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-optional", "optionalDependencies/ansi-regex", "^5.0.0", STALE, "ansi-regex"),
        edit("add-peer", "peerDependencies", {"ansi-regex": "^5.0.0"}, STALE, "ansi-regex"),
        edit("add-peer-satisfied", "peerDependencies", {"wrappy": "1"}, FRESH),
        edit("promote-transitive", "dependencies/is-number", "^6.0.0", FRESH),
        edit("promote-transitive-other", "dependencies/is-number", "^7.0.0", STALE, "is-number"),
        Edit("add-optional-peer", (set_json(M, "peerDependencies", {"ansi-regex": "^5"}), set_json(M, "peerDependenciesMeta", {"ansi-regex": {"optional": True}})), FRESH),
        Edit("remove", (cut_json(M, "dependencies/ms"),), FRESH),
        Edit("remove-all", (cut_json(M, "dependencies"),), FRESH),
        edit("tighten-satisfied", "dependencies/is-odd", "~3.0.1", FRESH),
        edit("tighten-violated", "dependencies/semver", "~5.6.0", STALE, "semver"),
        edit("loosen", "dependencies/ms", "*", FRESH),
        edit("empty-range", "dependencies/ms", "", FRESH),
        edit("equals", "dependencies/ms", "=2.0.0", FRESH),
        edit("v-prefix", "dependencies/ms", "v2.0.0", FRESH),
        edit("hyphen", "dependencies/ms", "1.0.0 - 2.0.0", FRESH),
        edit("alternatives", "dependencies/ms", "1 || 2.0.0", FRESH),
        edit("x-range", "dependencies/ms", "2.x.x", FRESH),
        edit("greater", "dependencies/ms", ">2.0.0", STALE, "ms"),
        edit("less", "dependencies/ms", "<2", STALE, "ms"),
        edit("major", "dependencies/ms", "^1.0.0", STALE, "ms"),
        edit("impossible", "dependencies/ms", ">=999", STALE, "ms"),
        edit("tag-latest", "dependencies/ms", "latest", FRESH),
        edit("tag-next", "dependencies/ms", "next", FRESH),
        edit("alias-self", "dependencies/ms", "npm:ms@2.0.0", FRESH),
        edit("alias-other", "dependencies/ms", "npm:once@^1.3.0", STALE, "ms"),
        edit("alias-other-range-met", "dependencies/ms", "npm:once@*", FRESH),
        edit("git", "dependencies/ms", "git+https://git.example.com/ms.git#v2.0.0", STALE, "ms"),
        edit("tarball-url", "dependencies/ms", "https://files.example.com/ms-2.0.0.tgz", STALE, "ms"),
        edit("invalid-range", "dependencies/ms", "not a range!!", ERROR),
        Edit("move-to-dev", (moved("ms", "dependencies", "devDependencies"),), FRESH),
        Edit("move-to-prod", (moved("isarray", "devDependencies", "dependencies"),), FRESH),
        Edit("move-to-optional", (moved("ms", "dependencies", "optionalDependencies"),), FRESH),
        edit("both-groups-same", "devDependencies/ms", "2.0.0", FRESH),
        edit("both-groups-conflict", "devDependencies/ms", "^1.0.0", STALE, "ms"),
        Edit("reorder", (reordered("dependencies"),), FRESH),
        Edit("rename", (renamed("demo", "other"),), FRESH),
        Edit("version", (set_json(M, "version", "2.0.0"),), FRESH),
        edit("scripts", "scripts", {"x": "echo"}, FRESH),
        edit("engines", "engines", {"node": ">=18"}, FRESH),
        edit("bundle", "bundleDependencies", ["ms"], FRESH),
        edit("override-unmet", "overrides", {"is-number": "7.0.0"}, STALE, "is-number"),
        edit("override-met", "overrides", {"is-number": "6.0.0"}, FRESH),
        edit("override-nobody", "overrides", {"left-pad": "1.0.0"}, FRESH),
        edit("override-nested-unmet", "overrides", {"is-odd": {"is-number": "7.0.0"}}, STALE, "is-number"),
        edit("override-nested-elsewhere", "overrides", {"once": {"is-number": "7.0.0"}}, FRESH),
        edit("override-range-key-miss", "overrides", {"is-number@^7": "7.0.0"}, FRESH),
        edit("override-reference", "overrides", {"is-number": "$ms"}, STALE, "is-number"),
        edit("override-reference-lost", "overrides", {"is-number": "$nobody"}, ERROR),
        edit("override-direct-conflict", "overrides", {"ms": "1.0.0"}, STALE, "ms"),
        edit("workspaces-empty-glob", "workspaces", ["packages/*"], FRESH),
        Edit("reformat", (change(M, lambda text: json.dumps(json.loads(text), indent=4)),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(M, lambda text: "\ufeff" + text),), FRESH),
        Edit("manifest-broken", (change(M, lambda text: text[:-4]),), ERROR),
        Edit("manifest-conflict", (sub(M, '    "ms": "2.0.0",\n', '<<<<<<< HEAD\n    "ms": "2.0.0",\n=======\n    "ms": "2.1.0",\n>>>>>>> x\n'),), ERROR),
        Edit("npmrc-no-lock", (put(".npmrc", "package-lock=false\n"),), FRESH),
        Edit("npmrc-legacy-peers", (put(".npmrc", "legacy-peer-deps=true\n"), set_json(M, "peerDependencies", {"ansi-regex": "5"})), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of the lock by hand."""
    def place(document: dict, name: str) -> dict:
        return document["packages"][f"node_modules/{name}"]

    def put_version(document: dict) -> None:
        place(document, "ms")["version"] = "1.0.0"

    def strip_integrity(document: dict) -> None:
        for entry in document["packages"].values():
            entry.pop("integrity", None)

    def without(name: str):
        return edit_json(L, lambda document: document["packages"].pop(f"node_modules/{name}") and None)

    def keep_only_root(document: dict) -> None:
        document["packages"] = {"": document["packages"][""]}

    def foreign(document: dict) -> None:
        place(document, "ms")["resolved"] = "https://registry.example.com/ms/-/ms-2.0.0.tgz"

    def orphan(document: dict) -> None:
        document["packages"]["node_modules/zorphan"] = {"version": "1.0.0"}

    def inner_range(document: dict) -> None:
        place(document, "is-odd")["dependencies"]["is-number"] = "^7.0.0"

    def root_range(document: dict) -> None:
        document["packages"][""]["dependencies"]["ms"] = "^2.0.0"

    def turned(document: dict) -> None:
        document["packages"] = dict(reversed(document["packages"].items()))

    return [
        Edit("lock-version-edited", (edit_json(L, put_version),), STALE, "ms"),
        Edit("lock-integrity-stripped", (edit_json(L, strip_integrity),), FRESH),
        Edit("lock-direct-removed", (without("ms"),), STALE, "ms"),
        Edit("lock-transitive-removed", (without("is-number"),), STALE, "is-number"),
        Edit("lock-optional-removed", (without("picocolors"),), STALE, "picocolors"),
        Edit("lock-dev-removed", (without("isarray"),), STALE, "isarray"),
        Edit("lock-only-root", (edit_json(L, keep_only_root),), STALE),
        Edit("lock-foreign-host", (edit_json(L, foreign),), FRESH),
        Edit("lock-orphan", (edit_json(L, orphan),), FRESH),
        Edit("lock-inner-range", (edit_json(L, inner_range),), STALE, "is-number"),
        Edit("lock-root-range", (edit_json(L, root_range),), FRESH),
        Edit("lock-root-entry-gone", (edit_json(L, lambda document: document["packages"].pop("") and None),), FRESH),
        Edit("lock-reordered", (edit_json(L, turned),), FRESH),
        Edit("lock-number-99", (set_json(L, "lockfileVersion", 99),), FRESH),
        Edit("lock-number-gone", (cut_json(L, "lockfileVersion"),), FRESH),
        Edit("lock-no-packages", (set_json(L, "packages", {}),), STALE),
        Edit("lock-object", (put(L, "{}\n"),), STALE),
        Edit("lock-array", (put(L, "[]\n"),), STALE),
        Edit("lock-as-shrinkwrap", (lambda tree: tree.__setitem__("npm-shrinkwrap.json", need(tree, L)),), FRESH),
        Edit("lock-shrinkwrap-wins", (put("npm-shrinkwrap.json", "{}\n"),), STALE),
        *damage(L, "", cut=STALE, cut_at_line=STALE, conflict=STALE, conflict_version=FRESH, conflict_version_diff3=STALE, empty=STALE, missing=STALE, crlf=FRESH, bom=FRESH, folder=STALE, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def workspace() -> tuple[Project, list[Edit]]:
    """Two members."""
    A, B = "packages/alpha/package.json", "packages/beta/package.json"
    edits = [
        Edit("member-add", (put("packages/gamma/package.json", package("gamma")),), STALE, "gamma"),
        Edit("member-add-dependent", (put("packages/gamma/package.json", package("gamma", dependencies={"ansi-regex": "^5"})),), STALE, "gamma"),
        Edit("member-remove", (drop("packages/beta"),), FRESH),
        Edit("member-remove-needed", (drop("packages/alpha"),), FRESH),
        Edit("member-rename", (renamed("beta", "betty", B),), STALE, "betty"),
        Edit("member-version", (set_json(B, "version", "2.0.0"),), FRESH),
        Edit("member-version-unmet", (set_json(A, "version", "2.0.0"),), STALE, "alpha"),
        Edit("member-version-met", (set_json(A, "version", "1.5.0"),), FRESH),
        edit("member-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex", B),
        edit("member-requirement-violated", "dependencies/once", "~1.3.0", STALE, "once", B),
        edit("member-requirement-satisfied", "dependencies/once", "^1.4.0", FRESH, "", B),
        Edit("member-requirement-removed", (cut_json(B, "dependencies/once"),), FRESH),
        edit("member-dev-added", "devDependencies/ansi-regex", "^5", STALE, "ansi-regex", B),
        edit("globs-spelt-out", "workspaces", ["packages/alpha", "packages/beta"], FRESH),
        edit("globs-narrow", "workspaces", ["packages/a*"], FRESH),
        edit("globs-negated", "workspaces", ["packages/*", "!packages/beta"], FRESH),
        edit("globs-object", "workspaces", {"packages": ["packages/*"]}, FRESH),
        edit("globs-object-nohoist", "workspaces", {"packages": ["packages/*"], "nohoist": ["x"]}, FRESH),
        Edit("glob-matches-no-manifest", (put("packages/none/readme.txt", "x"),), FRESH),
        edit("root-needs-member", "dependencies/alpha", "^1.0.0", FRESH),
        edit("root-needs-member-unmet", "dependencies/alpha", "^2.0.0", FRESH),
    ]
    return Project("workspace", monorepo("", workspaces=["packages/*"]), L), edits


def special() -> tuple[Project, list[Edit]]:
    """An alias, overrides and a local directory."""
    files = {
        M: package(dependencies={"odd": "npm:is-odd@^3.0.0", "local": "file:./local"}, overrides={"is-number": "6.0.0"}),
        "local/package.json": package("local", "1.0.0", dependencies={"ms": "2.0.0"}),
    }
    N = "local/package.json"
    edits = [
        edit("alias-range", "dependencies/odd", "npm:is-odd@^2.0.0", STALE, "odd"),
        edit("alias-target", "dependencies/odd", "npm:is-number@>=3", FRESH),
        edit("alias-loosened", "dependencies/odd", "npm:is-odd@*", FRESH),
        edit("alias-dropped", "dependencies/odd", "^3.0.0", FRESH),
        edit("override-changed", "overrides/is-number", "5.0.0", STALE, "is-number"),
        Edit("override-removed", (cut_json(M, "overrides"),), FRESH),
        edit("override-as-object", "overrides", {"is-number": {".": "6.0.0"}}, FRESH),
        edit("override-caret", "overrides/is-number", "^6.0.0", FRESH),
        edit("directory-requirement-added", "dependencies/ansi-regex", "^5", STALE, "ansi-regex", N),
        edit("directory-requirement-changed", "dependencies/ms", "^1", STALE, "ms", N),
        edit("directory-version", "version", "2.0.0", FRESH, "", N),
        edit("directory-moved", "dependencies/local", "file:./elsewhere", STALE, "local"),
        Edit("directory-gone", (drop("local"),), FRESH),
        edit("directory-to-registry", "dependencies/local", "^1.0.0", FRESH),
        edit("directory-spelling", "dependencies/local", "file:local", FRESH),
        edit("directory-link", "dependencies/local", "link:./local", ERROR),
    ]
    return Project("special", files, L), edits


def peers() -> tuple[Project, list[Edit]]:
    """Peers of dependencies, a package in two versions, nested overrides with ranges."""
    files = {M: package(
        dependencies={"acorn": "^8.0.0", "acorn-jsx": "^5.3.0", "strip-ansi": "^6.0.0", "ansi-regex": "^2.0.0", "supports-color": "^7.0.0"},
        overrides={"supports-color": {"has-flag": "4.0.0"}, "wrappy@<1": "1.0.0"},
    )}

    def nested(document: dict) -> dict:
        return next(entry for name, entry in document["packages"].items() if name.count("node_modules/") == 2)

    def lift(document: dict) -> None:
        name = next(name for name in document["packages"] if name.count("node_modules/") == 2)
        del document["packages"][name]

    edits = [
        edit("peer-host-older", "dependencies/acorn", "^6.0.0", STALE, "acorn"),
        edit("peer-host-satisfied", "dependencies/acorn", ">=8", FRESH),
        Edit("peer-host-removed", (cut_json(M, "dependencies/acorn"),), FRESH),
        Edit("peer-dependent-removed", (cut_json(M, "dependencies/acorn-jsx"),), FRESH),
        edit("peer-own-conflict", "peerDependencies", {"acorn": "^6.0.0"}, FRESH),
        edit("nested-promoted", "dependencies/ansi-regex", "^5.0.1", STALE, "ansi-regex"),
        Edit("nested-range-removed", (cut_json(M, "dependencies/ansi-regex"),), FRESH),
        Edit("lock-nested-removed", (edit_json(L, lift),), STALE, "ansi-regex"),
        Edit("lock-nested-version", (edit_json(L, lambda document: nested(document).update(version="4.1.0")),), STALE, "ansi-regex"),
        edit("override-nested-changed", "overrides/supports-color", {"has-flag": "3.0.0"}, STALE, "has-flag"),
        edit("override-ranged-direct", "overrides", {"supports-color@^7": {"has-flag": "4.0.0"}}, STALE, "supports-color"),
        edit("override-ranged-missed", "overrides", {"supports-color@^5": {"has-flag": "3.0.0"}}, FRESH),
        edit("override-parent-and-child", "overrides", {"supports-color": {".": "^7.0.0", "has-flag": "4.0.0"}}, FRESH),
        edit("override-parent-other-text", "overrides", {"supports-color": {".": "7.2.0", "has-flag": "4.0.0"}}, STALE, "supports-color"),
        edit("override-parent-unmet", "overrides", {"supports-color": {".": "5.5.0"}}, STALE, "supports-color"),
        edit("override-deep", "overrides", {"strip-ansi": {"ansi-regex": "4.1.0"}}, STALE, "ansi-regex"),
        edit("override-all", "overrides", {"ansi-regex": "2.1.1"}, STALE, "ansi-regex"),
        edit("override-star", "overrides", {"has-flag": "*"}, FRESH),
        edit("bundled", "bundleDependencies", True, FRESH),
        edit("meta-only", "peerDependenciesMeta", {"acorn": {"optional": True}}, FRESH),
        Edit("legacy-peer-deps", (put(".npmrc", "legacy-peer-deps=true\n"),), FRESH),
        Edit("strict-peer-deps", (put(".npmrc", "strict-peer-deps=true\n"),), FRESH),
        edit("install-strategy", "engines", {"node": ">=999"}, FRESH),
    ]
    return Project("peers", files, L), edits


def older(number: str, names: set[str]) -> tuple[Project, list[Edit]]:
    """The first project locked in an older format."""
    edits = [one for one in manifest() if one.name in names]

    def other_half(document: dict) -> None:
        document["dependencies"]["ms"]["version"] = "1.0.0"

    edits.append(Edit("legacy-half-edited", (edit_json(L, other_half),), FRESH if number == "2" else STALE, "ms"))
    return Project(f"lock-v{number}", app(), L, (f"--lockfile-version={number}",)), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of npm."""
    some = {"add-real", "promote-transitive", "promote-transitive-other", "remove", "tighten-satisfied", "tighten-violated", "add-dev", "loosen", "tag-latest", "major", "move-to-dev", "both-groups-conflict", "override-unmet", "impossible"}
    plain = Project("app", app(), L), manifest() + lock()
    spelt, edits = ranges()
    return [plain, workspace(), special(), peers(), (spelt, edits + entries()), nests(), overrides(), sources(), keys(), older("1", some), older("2", some)]
