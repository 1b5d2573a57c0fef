"""uv.lock: workspaces, roots without a project, sources, settings in uv.toml, scripts."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tree import append, drop, put, resub, sub

P, L = "pyproject.toml", "uv.lock"
BUILD = '\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'


def member(name: str, dependencies: str = "", more: str = "", python: str = ">=3.10") -> str:
    return f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = "{python}"\ndependencies = [{dependencies}]\n{more}'


def workspace() -> tuple[Project, list[Edit]]:
    """A root with two members, one of them a package that the root depends on."""
    root = member("top", '"alpha", "idna"', '\n[tool.uv]\nconstraint-dependencies = ["idna<3.9"]\n\n[tool.uv.sources]\nalpha = { workspace = true }\n\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old-*"]\n')
    alpha = member("alpha", '"six"', "\n[dependency-groups]\ndev = [\"toml\"]\n" + BUILD)
    beta = member("beta", '"iniconfig"')
    files = {P: root, "packages/alpha/pyproject.toml": alpha, "packages/beta/pyproject.toml": beta, "packages/old-x/pyproject.toml": member("old-x")}
    a, b = "packages/alpha/pyproject.toml", "packages/beta/pyproject.toml"
    edits = [
        Edit("member-add", (put("packages/gamma/pyproject.toml", member("gamma")),), STALE, "gamma"),
        Edit("member-remove", (drop("packages/beta"),), STALE, "beta"),
        Edit("member-rename", (sub(b, '"beta"', '"betty"'),), STALE, "betty"),
        Edit("member-rename-spelling", (sub(b, '"beta"', '"Beta"'),), FRESH),
        Edit("member-version", (sub(b, '"1.0"', '"1.1"'),), STALE, "beta"),
        Edit("member-version-equal", (sub(b, '"1.0"', '"1.0.0"'),), FRESH),
        Edit("member-requirement-added", (sub(b, '"iniconfig"', '"iniconfig", "toml"'),), STALE, "toml"),
        Edit("member-requirement-changed", (sub(b, '"iniconfig"', '"iniconfig>=1"'),), STALE, "iniconfig"),
        Edit("member-group-changed", (sub(a, '"toml"', '"toml>=0.10"'),), STALE, "toml"),
        Edit("member-requires-python", (sub(b, ">=3.10", ">=3.11"),), STALE, "requires-python|python"),
        Edit("member-requires-python-gone", (resub(b, r"requires-python.*\n", ""),), FRESH),
        Edit("member-build-system", (append(b, BUILD),), STALE, "beta"),
        Edit("member-build-system-gone", (sub(a, BUILD, ""),), FRESH),
        Edit("member-package-false", (append(a, "\n[tool.uv]\npackage = false\n"),), STALE, "alpha"),
        Edit("member-managed-false", (append(b, "\n[tool.uv]\nmanaged = false\n"),), STALE, "beta"),
        Edit("member-no-manifest", (put("packages/delta/readme.txt", "x"),), ERROR),
        Edit("member-hidden-folder", (put("packages/.cache/readme.txt", "x"),), FRESH),
        Edit("member-file-not-folder", (put("packages/notes.txt", "x"),), FRESH),
        Edit("excluded-changes", (put("packages/old-x/pyproject.toml", member("old-x", '"toml"')),), FRESH),
        Edit("exclude-dropped", (sub(P, 'exclude = ["packages/old-*"]\n', ""),), STALE, "old-x"),
        Edit("exclude-more", (sub(P, '"packages/old-*"', '"packages/old-*", "packages/beta"'),), STALE, "beta"),
        Edit("members-spelt-out", (sub(P, '["packages/*"]', '["packages/alpha", "packages/beta"]'),), FRESH),
        Edit("members-glob-narrow", (sub(P, '["packages/*"]', '["packages/a*"]'),), STALE, "beta"),
        Edit("source-dropped", (sub(P, "alpha = { workspace = true }\n", ""),), ERROR),
        Edit("source-not-member", (sub(P, "alpha = { workspace = true }\n", "alpha = { workspace = true }\nidna = { workspace = true }\n"),), ERROR),
        Edit("source-unused", (sub(P, "alpha = { workspace = true }\n", 'alpha = { workspace = true }\ntoml = { path = "nowhere" }\n'),), ERROR),
        Edit("source-editable-false", (sub(P, "{ workspace = true }", "{ workspace = true, editable = false }"),), STALE, "alpha"),
        Edit("requires-member", (sub(b, '"iniconfig"', '"iniconfig", "alpha"'), append(b, "\n[tool.uv.sources]\nalpha = { workspace = true }\n")), STALE, "alpha"),
        Edit("requires-member-root-source", (sub(b, '"iniconfig"', '"iniconfig", "alpha"'),), STALE, "alpha"),
        Edit("constraint-removed", (sub(P, 'constraint-dependencies = ["idna<3.9"]\n', ""),), STALE, "constraint-dependencies"),
        Edit("constraint-reworded", (sub(P, '"idna<3.9"', '"IDNA < 3.9.0"'),), FRESH),
        Edit("constraint-in-member", (append(b, '\n[tool.uv]\nconstraint-dependencies = ["six<1.17"]\n'),), FRESH),
        Edit("nested-lock", (put("packages/beta/uv.lock", 'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n'),), FRESH),
        Edit("member-manifest-broken", (append(b, "= 1\n"),), ERROR),
        Edit("lock-members-edited", (resub(L, r'^    "beta",\n', ""),), STALE, "beta"),
    ]
    return Project("workspace", files, L), edits


def virtual_root() -> tuple[Project, list[Edit]]:
    """A root without [project]: its groups are recorded in the manifest table."""
    root = '[dependency-groups]\ndev = ["toml"]\nnone = []\n\n[tool.uv.workspace]\nmembers = ["apps/*"]\n'
    files = {P: root, "apps/one/pyproject.toml": member("one", '"six"')}
    edits = [
        Edit("group-requirement", (sub(P, '"toml"', '"toml>=0.10"'),), STALE, "toml"),
        Edit("group-added", (sub(P, "none = []", 'none = []\nmore = ["idna"]'),), STALE, "more"),
        Edit("group-empty-added", (sub(P, "none = []", "none = []\nmore = []"),), FRESH),
        Edit("group-renamed", (sub(P, "dev = [", "devel = ["),), STALE, "devel|dev|iniconfig|toml"),
        Edit("project-added", (sub(P, "[dependency-groups]", '[project]\nname = "top"\nversion = "1"\nrequires-python = ">=3.10"\n\n[dependency-groups]'),), STALE, "top"),
        Edit("member-version", (sub("apps/one/pyproject.toml", '"1.0"', '"2.0"'),), STALE, "one"),
        Edit("second-member", (put("apps/two/pyproject.toml", member("two")),), STALE, "two"),
    ]
    return Project("virtual-root", files, L), edits


def sources() -> tuple[Project, list[Edit]]:
    """Path dependencies of several kinds."""
    root = member("demo", '"liba", "libb", "libc"', '\n[tool.uv.sources]\nliba = { path = "libs/a" }\nlibb = { path = "libs/b", editable = true }\nlibc = { path = "libs/c", package = false }\n')
    files = {
        P: root,
        "libs/a/pyproject.toml": member("liba", '"six"', BUILD),
        "libs/b/pyproject.toml": member("libb", '"idna"', '\n[project.optional-dependencies]\nx = ["toml"]\n' + BUILD),
        "libs/c/pyproject.toml": member("libc", '"iniconfig"'),
    }
    a, b, c = (f"libs/{name}/pyproject.toml" for name in "abc")
    edits = [
        Edit("path-requirement-added", (sub(a, '"six"', '"six", "toml"'),), STALE, "toml"),
        Edit("path-requirement-changed", (sub(b, '"idna"', '"idna>=3"'),), STALE, "idna"),
        Edit("path-virtual-requirement", (sub(c, '"iniconfig"', '"iniconfig>=1"'),), STALE, "iniconfig"),
        Edit("path-version", (sub(a, '"1.0"', '"1.1"'),), STALE, "liba"),
        Edit("path-extra-added", (sub(b, 'x = ["toml"]', 'x = ["toml"]\ny = []'),), STALE, "y"),
        Edit("path-extra-requested", (sub(P, '"libb"', '"libb[x]"'),), STALE, "libb"),
        Edit("path-spelling", (sub(P, '"libs/a"', '"./libs/x/../a/"'),), FRESH),
        Edit("path-moved", (sub(P, '"libs/a"', '"libs/b"'),), ERROR),
        Edit("path-editable-on", (sub(P, '{ path = "libs/a" }', '{ path = "libs/a", editable = true }'),), STALE, "liba"),
        Edit("path-editable-off", (sub(P, ", editable = true", ""),), STALE, "libb"),
        Edit("path-package-true", (sub(P, ", package = false", ", package = true"),), STALE, "libc"),
        Edit("path-gone", (drop("libs/a"),), ERROR),
        Edit("path-specifier-added", (sub(P, '"liba"', '"liba>=1"'),), FRESH),
        Edit("source-removed", (sub(P, 'liba = { path = "libs/a" }\n', ""),), STALE, "liba"),
        Edit("source-to-registry-index", (sub(P, "[tool.uv.sources]", '[[tool.uv.index]]\nname = "corp"\nurl = "https://index.example.com/simple"\nexplicit = true\n\n[tool.uv.sources]\nsix = { index = "corp" }'),), FRESH),
        Edit("source-marker", (sub(P, '{ path = "libs/a" }', "{ path = \"libs/a\", marker = \"sys_platform == 'linux'\" }"),), STALE, "liba"),
        Edit("source-group-only", (sub(P, '{ path = "libs/a" }', '[{ path = "libs/a" }]'),), FRESH),
        Edit("source-git", (sub(P, '{ path = "libs/a" }', '{ git = "https://git.example.com/a.git", tag = "v1" }'),), STALE, "liba"),
        Edit("path-dynamic-version", (sub(a, 'version = "1.0"', 'dynamic = ["version", "description"]'), put("libs/a/liba.py", '"""A."""\n__version__ = "1.0"\n')), STALE, "liba"),
        Edit("path-requires-python", (sub(a, ">=3.10", ">=3.9"),), FRESH),
        Edit("path-dev-group", (append(a, '\n[dependency-groups]\ndev = ["toml"]\n'),), STALE, "toml"),
    ]
    return Project("sources", files, L), edits


def settings() -> tuple[Project, list[Edit]]:
    """A project whose settings stand in uv.toml."""
    root = member("demo", '"six>=1.16", "idna>=3.4"') + "\n[tool.uv]\n"
    toml = 'resolution = "lowest-direct"\nexclude-newer = "2026-03-01T00:00:00Z"\nprerelease = "disallow"\n'
    U = "uv.toml"
    edits = [
        Edit("toml-resolution", (sub(U, "lowest-direct", "highest"),), STALE, "resolution"),
        Edit("toml-removed", (drop(U),), STALE, "resolution"),
        Edit("toml-exclude-newer-later", (sub(U, "2026-03-01", "2026-04-01"),), FRESH),
        Edit("toml-exclude-newer-earlier", (sub(U, "2026-03-01", "2026-02-01"),), STALE, "exclude-newer"),
        Edit("toml-exclude-newer-gone", (resub(U, "^exclude-newer.*\n", ""),), STALE, "exclude-newer"),
        Edit("toml-exclude-newer-zone", (sub(U, "2026-03-01T00:00:00Z", "2026-03-01T01:00:00+01:00"),), FRESH),
        Edit("toml-exclude-newer-span", (sub(U, "2026-03-01T00:00:00Z", "1 week"),), STALE, "exclude-newer"),
        Edit("toml-prerelease", (sub(U, '"disallow"', '"allow"'),), STALE, "prerelease"),
        Edit("toml-wins-over-pyproject", (append(P, 'resolution = "lowest"\nprerelease = "allow"\n'),), FRESH),
        Edit("pyproject-constraint-still-read", (append(P, 'constraint-dependencies = ["six<1.17"]\n'),), STALE, "constraint-dependencies"),
        Edit("toml-constraint", (append(U, 'constraint-dependencies = ["six<1.17"]\n'),), FRESH),
        Edit("toml-package-exclude-newer", (append(U, 'exclude-newer-package = { six = "2026-01-01T00:00:00Z" }\n'),), STALE, "exclude-newer-package"),
        Edit("toml-broken", (append(U, "= 1\n"),), ERROR),
        Edit("toml-cache-dir", (append(U, 'link-mode = "copy"\n'),), FRESH),
        Edit("lock-exclude-newer", (sub(L, "2026-03-01", "2026-03-02"),), STALE, "exclude-newer"),
        Edit("lock-prerelease-gone", (resub(L, "^prerelease-mode.*\n", ""),), STALE, "prerelease"),
    ]
    return Project("settings", {P: root, "uv.toml": toml}, L), edits


def script() -> tuple[Project, list[Edit]]:
    """A PEP 723 script with its own lock."""
    text = '# /// script\n# requires-python = ">=3.10"\n# dependencies = [\n#     "six",\n#     "idna>=3",\n# ]\n# ///\nimport six\n'
    S = "tool.py"
    edits = [
        Edit("script-add", (sub(S, '"six",\n', '"six",\n#     "toml",\n'),), STALE, "toml"),
        Edit("script-change", (sub(S, "idna>=3", "idna>=3.2"),), STALE, "idna"),
        Edit("script-remove", (sub(S, '#     "six",\n', ""),), STALE, "six"),
        Edit("script-order", (sub(S, '#     "six",\n#     "idna>=3",\n', '#     "idna>=3",\n#     "six",\n'),), FRESH),
        Edit("script-python", (sub(S, ">=3.10", ">=3.11"),), STALE, "requires-python|python"),
        Edit("script-body", (append(S, "print(1)\n"),), FRESH),
        Edit("script-setting", (sub(S, "# ]\n# ///", '# ]\n# [tool.uv]\n# resolution = "lowest"\n# ///'),), STALE, "resolution"),
        Edit("script-constraint", (sub(S, "# ]\n# ///", '# ]\n# [tool.uv]\n# constraint-dependencies = ["six<1.17"]\n# ///'),), STALE, "constraint-dependencies"),
        Edit("script-block-gone", (sub(S, "# /// script\n", ""),), STALE),
    ]
    return Project("script", {S: text}, "tool.py.lock", ("--script", S)), edits
