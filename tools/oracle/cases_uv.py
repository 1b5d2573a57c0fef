"""uv.lock: projects and their edits."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_uv_more import script, settings, sources, virtual_root, workspace
from .cases_uv_options import nested, options, shapes
from .cases_uv_origins import local, remote
from .cases_uv_settings import above, dynamic, indexes, rules
from .cases_uv_spellings import spellings
from .damage import damage
from .tree import append, change, put, resub, sub

P, L = "pyproject.toml", "uv.lock"

APP = """[project]
name = "demo"
version = "0.1.0"
description = "A demo"
requires-python = ">=3.10"
dependencies = [
    "idna>=3.4,<4",
    "six",
    "attrs>=22; sys_platform != 'win32'",
    "packaging>=23.0; python_version >= '3.11' and platform_system == 'Linux'",
    "markdown-it-py[linkify]>=2",
]

[project.optional-dependencies]
cli = ["click>=8"]
fast = ["wrapt>=1.14"]

[dependency-groups]
dev = ["iniconfig", {include-group = "lint"}]
lint = ["pluggy>=1.2"]

[tool.uv]
environments = ["sys_platform == 'linux'", "sys_platform == 'win32'"]
"""

IDNA = '"idna>=3.4,<4"'
ATTRS = "attrs>=22; sys_platform != 'win32'"
PACKAGING = "packaging>=23.0; python_version >= '3.11' and platform_system == 'Linux'"
MARKDOWN = "markdown-it-py[linkify]>=2"


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def requirements() -> list[Edit]:
    """Edits of `project.dependencies`."""
    return [
        edit("add", '    "six",\n', '    "six",\n    "toml",\n', STALE, "toml"),
        edit("add-locked-transitive", '    "six",\n', '    "six",\n    "mdurl",\n', STALE, "mdurl"),
        edit("remove", '    "six",\n', "", STALE, "six"),
        edit("tighten-satisfied", IDNA, '"idna>=3.5,<4"', STALE, "idna"),
        edit("tighten-violated", IDNA, '"idna>=3.4,<3.5"', STALE, "idna"),
        edit("loosen", IDNA, '"idna>=3"', STALE, "idna"),
        edit("impossible", IDNA, '"idna>=999"', STALE, "idna"),
        edit("order-of-clauses", IDNA, '"idna<4,>=3.4"', FRESH),
        edit("spaces", IDNA, '"idna >= 3.4 , < 4"', FRESH),
        edit("parentheses", IDNA, '"idna (>=3.4,<4)"', FRESH),
        edit("upper-case", IDNA, '"IDNA>=3.4,<4"', FRESH),
        edit("equivalent-compatible", IDNA, '"idna~=3.4"', FRESH),
        edit("equivalent-star", IDNA, '"idna==3.*,>=3.4"', FRESH),
        edit("equivalent-exclusion", IDNA, '"idna>=3.4,<4,!=2.1"', FRESH),
        edit("trailing-zero", IDNA, '"idna>=3.4.0,<4.0"', FRESH),
        edit("upper-dev", IDNA, '"idna>=3.4,<4.dev0"', STALE, "idna"),
        edit("excludes-inside", IDNA, '"idna>=3.4,<4,!=3.5"', STALE, "idna"),
        edit("exact", IDNA, '"idna==3.10"', STALE, "idna"),
        edit("arbitrary-equal", IDNA, '"idna===3.10"', STALE, "idna"),
        edit("duplicate", IDNA, '"idna>=3.4,<4", "idna>=3.4,<4"', FRESH),
        edit("duplicate-overlapping", IDNA, '"idna>=3.4", "idna<4"', FRESH),
        edit("duplicate-redundant-marker", IDNA, "\"idna>=3.4,<4\", \"idna<11; python_version >= '3.12'\"", FRESH),
        edit("duplicate-tighter-marker", IDNA, "\"idna>=3.4,<4\", \"idna<3.9; python_version >= '3.12'\"", STALE, "idna"),
        edit("duplicate-split-marker", IDNA, "\"idna>=3.4,<4; sys_platform == 'win32'\", \"idna>=3.4,<4; sys_platform != 'win32'\"", FRESH),
        edit("duplicate-split-specifier", IDNA, "\"idna>=3.4; sys_platform == 'win32'\", \"idna>=3.4; sys_platform != 'win32'\", \"idna<4\"", FRESH),
        edit("duplicate-extra-split", MARKDOWN, 'markdown-it-py>=2", "markdown-it-py[linkify]', FRESH),
        edit("duplicate-in-extra-redundant", '"click>=8"', '"click>=8", "idna<11"', STALE, "idna"),
        edit("duplicate-in-extra-same", '"click>=8"', '"click>=8", "idna>=3.4,<4"', STALE, "idna"),
        edit("duplicate-false-marker", IDNA, "\"idna>=3.4,<4\", \"idna<3; python_version < '3.0'\"", STALE, "idna"),
        edit("marker-impossible-pair", '"six"', "\"six; os_name != 'nt' or sys_platform != 'linux'\"", FRESH),
        edit("marker-impossible-word", ATTRS, "attrs>=22; sys_platform != 'win32' or (os_name == 'nt' and sys_platform == 'darwin')", FRESH),
        edit("marker-platform-never", ATTRS, "attrs>=22; sys_platform != 'win32' and (platform_system != 'FreeBSD' or sys_platform != 'darwin')", FRESH),
        edit("reorder", f'    {IDNA},\n    "six",\n', f'    "six",\n    {IDNA},\n', FRESH),
        edit("single-quotes", '"six"', "'six'", FRESH),
        edit("six-any", '"six"', '"six>=0"', STALE, "six"),
        edit("separator-in-name", MARKDOWN, "Markdown_It.Py[linkify]>=2", FRESH),
        edit("rename-dependency", '"six"', '"toml"', STALE, "toml"),
        edit("invalid-requirement", '"six"', '"six>>1"', ERROR),
        edit("url-requirement", '"six"', '"six @ https://files.example.com/six-1.17.0-py2.py3-none-any.whl"', STALE, "six"),
        edit("extra-removed", "markdown-it-py[linkify]", "markdown-it-py", STALE, "markdown-it-py"),
        edit("extra-added", "[linkify]", "[linkify,plugins]", STALE, "markdown-it-py"),
        edit("extra-case", "[linkify]", "[Linkify]", FRESH),
        edit("extra-twice", "[linkify]", "[linkify,linkify]", FRESH),
    ]


def markers() -> list[Edit]:
    """Edits of markers, most of them rewordings."""
    return [
        edit("marker-quotes", ATTRS, 'attrs>=22; sys_platform != \\"win32\\"', FRESH),
        edit("marker-flipped", ATTRS, "attrs>=22; 'win32' != sys_platform", FRESH),
        edit("marker-parentheses", ATTRS, "attrs>=22; (sys_platform != 'win32')", FRESH),
        edit("marker-platform-system", ATTRS, "attrs>=22; platform_system != 'Windows'", FRESH),
        edit("marker-os-name", ATTRS, "attrs>=22; os_name != 'nt'", STALE, "attrs"),
        edit("marker-changed", ATTRS, "attrs>=22; sys_platform == 'win32'", STALE, "attrs"),
        edit("marker-removed", ATTRS, "attrs>=22", STALE, "attrs"),
        edit("marker-added", '"six"', "\"six; python_version < '3.12'\"", STALE, "six"),
        edit("marker-added-true", '"six"', "\"six; python_version >= '3.8'\"", FRESH),
        edit("marker-added-false", '"six"', "\"six; python_version < '3.8'\"", STALE, "six"),
        edit("marker-full-version", PACKAGING, "packaging>=23.0; python_full_version >= '3.11' and sys_platform == 'linux'", FRESH),
        edit("marker-operands-swapped", PACKAGING, "packaging>=23.0; platform_system == 'Linux' and python_version >= '3.11'", FRESH),
        edit("marker-greater", PACKAGING, "packaging>=23.0; python_version > '3.10' and platform_system == 'Linux'", FRESH),
        edit("marker-or", PACKAGING, "packaging>=23.0; python_version >= '3.11' or platform_system == 'Linux'", STALE, "packaging"),
        edit("marker-not-in", PACKAGING, "packaging>=23.0; python_version not in '3.10' and platform_system == 'Linux'", FRESH),
        edit("marker-minor", PACKAGING, "packaging>=23.0; python_version >= '3.12' and platform_system == 'Linux'", STALE, "packaging"),
        edit("marker-absorbed", PACKAGING, "packaging>=23.0; (python_version >= '3.11' and platform_system == 'Linux') or (python_version >= '3.12' and platform_system == 'Linux')", FRESH),
        edit("marker-extra-inline", '"six"', "\"six; extra == 'cli'\"", STALE, "six"),
    ]


def extras_and_groups() -> list[Edit]:
    """Edits of extras, groups and what they hold."""
    return [
        edit("extra-table-added", 'fast = ["wrapt>=1.14"]', 'fast = ["wrapt>=1.14"]\nmore = ["six"]', STALE, "more"),
        edit("extra-table-empty", 'fast = ["wrapt>=1.14"]', 'fast = ["wrapt>=1.14"]\nmore = []', STALE, "more"),
        edit("extra-table-removed", 'fast = ["wrapt>=1.14"]\n', "", STALE, "fast"),
        edit("extra-table-renamed", "fast = [", "quick = [", STALE, "quick|fast"),
        edit("extra-table-spelling", "fast = [", "FAST = [", FRESH),
        edit("extra-requirement-changed", '"click>=8"', '"click>=8.1"', STALE, "click"),
        edit("extra-requirement-moved", 'cli = ["click>=8"]\nfast = ["wrapt>=1.14"]', 'cli = []\nfast = ["wrapt>=1.14", "click>=8"]', STALE, "click"),
        edit("extras-self", 'fast = ["wrapt>=1.14"]', 'fast = ["wrapt>=1.14"]\nall = ["demo[cli,fast]"]', STALE, "all"),
        edit("group-added", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\ntest = ["iniconfig"]', STALE, "test"),
        edit("group-empty", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\ntest = []', STALE, "test"),
        edit("group-removed-include", ', {include-group = "lint"}]', "]", STALE, "pluggy"),
        edit("group-include-inlined", '{include-group = "lint"}', '"pluggy>=1.2"', FRESH),
        edit("group-requirement-added", '["iniconfig",', '["iniconfig", "toml",', STALE, "toml"),
        edit("group-requirement-changed", '"pluggy>=1.2"', '"pluggy>=1.3"', STALE, "pluggy"),
        edit("group-name-spelling", 'lint = ["pluggy', 'Lint = ["pluggy', FRESH),
        edit("group-include-missing", 'include-group = "lint"', 'include-group = "nope"', ERROR),
        edit("group-include-cycle", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2", {include-group = "dev"}]', ERROR),
        edit("group-order", 'dev = ["iniconfig", {include-group = "lint"}]\nlint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\ndev = [{include-group = "lint"}, "iniconfig"]', FRESH),
        edit("move-to-group", '    "six",\n', "", STALE, "six"),
        Edit("move-dependency-to-dev", (sub(P, '    "six",\n', ""), sub(P, '["iniconfig",', '["iniconfig", "six",')), STALE, "six"),
        Edit("dev-dependencies-table", (sub(P, '["iniconfig",', "["), append(P, 'dev-dependencies = ["iniconfig"]\n')), FRESH),
        Edit("dev-dependencies-added", (append(P, 'dev-dependencies = ["toml"]\n'),), STALE, "toml"),
        Edit("default-groups", (append(P, 'default-groups = ["dev", "lint"]\n'),), STALE, "default-groups"),
        Edit("default-groups-default", (append(P, 'default-groups = ["dev"]\n'),), FRESH),
        Edit("default-groups-all", (append(P, 'default-groups = "all"\n'),), STALE, "default-groups"),
    ]


def project_keys() -> list[Edit]:
    """Edits of the project's own keys."""
    return [
        edit("version-bump", '"0.1.0"', '"0.2.0"', STALE, "version"),
        edit("version-equal", '"0.1.0"', '"0.1"', FRESH),
        edit("version-v-prefix", '"0.1.0"', '"v0.1.0"', FRESH),
        edit("version-dynamic", 'version = "0.1.0"', 'dynamic = ["version"]', STALE, "version"),
        edit("rename", 'name = "demo"', 'name = "other"', STALE, "other"),
        edit("rename-spelling", 'name = "demo"', 'name = "Demo"', FRESH),
        edit("description", "A demo", "Another", FRESH),
        edit("requires-python-raised", '">=3.10"', '">=3.11"', STALE, "requires-python|python"),
        edit("requires-python-same", '">=3.10"', '">=3.10.0"', FRESH),
        edit("requires-python-exclusion", '">=3.10"', '">=3.10,!=3.11.2"', FRESH),
        edit("requires-python-bounded", '">=3.10"', '">=3.10,<4"', STALE, "requires-python|python"),
        edit("requires-python-compatible", '">=3.10"', '"~=3.10"', STALE, "requires-python|python"),
        edit("requires-python-greater", '">=3.10"', '">3.9"', STALE, "requires-python|python"),
        edit("requires-python-lowered", '">=3.10"', '">=3.8"', STALE, "requires-python|python"),
        Edit("build-system", (append(P, '\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'),), STALE, "demo"),
        Edit("package-true", (append(P, "package = true\n"),), STALE, "demo"),
        Edit("package-false", (append(P, "package = false\n"),), FRESH),
        Edit("scripts", (append(P, '\n[project.scripts]\nx = "demo:main"\n'),), FRESH),
        Edit("other-tool", (append(P, "\n[tool.ruff]\nline-length = 100\n"),), FRESH),
        Edit("comment", (sub(P, '    "six",', '    "six",  # a word'),), FRESH),
        Edit("manifest-crlf", (change(P, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-broken", (append(P, "= nonsense\n"),), ERROR),
        Edit("manifest-conflict", (sub(P, '    "six",\n', '<<<<<<< HEAD\n    "six",\n=======\n    "six>=1",\n>>>>>>> x\n'),), ERROR),
        Edit("manifest-bom", (change(P, lambda text: "\ufeff" + text),), FRESH),
    ]


def resolver_settings() -> list[Edit]:
    """Edits of [tool.uv]."""
    lines = {
        "resolution": ('resolution = "lowest-direct"', STALE),
        "resolution-default": ('resolution = "highest"', FRESH),
        "prerelease": ('prerelease = "allow"', STALE),
        "prerelease-default": ('prerelease = "if-necessary-or-explicit"', FRESH),
        "fork-strategy": ('fork-strategy = "fewest"', STALE),
        "fork-strategy-default": ('fork-strategy = "requires-python"', FRESH),
        "exclude-newer": ('exclude-newer = "2026-06-01T00:00:00Z"', STALE),
        "constraint-dependencies": ('constraint-dependencies = ["idna<3.9"]', STALE),
        "constraint-not-locked": ('constraint-dependencies = ["toml<1"]', FRESH),
        "constraint-empty": ("constraint-dependencies = []", FRESH),
        "constraint-unbounded": ('constraint-dependencies = ["idna"]', FRESH),
        "override-dependencies": ('override-dependencies = ["idna==3.9"]', STALE),
        "override-not-locked": ('override-dependencies = ["toml==0.10.2"]', FRESH),
        "exclude-dependencies": ('exclude-dependencies = ["mdurl"]', STALE),
        "build-constraint-dependencies": ('build-constraint-dependencies = ["setuptools<80"]', STALE),
        "required-environments": ("required-environments = [\"sys_platform == 'linux'\"]", STALE),
        "conflicts": ('conflicts = [[{ extra = "cli" }, { extra = "fast" }]]', STALE),
        "index-explicit-unused": ('index = [{ name = "corp", url = "https://index.example.com/simple", explicit = true }]', FRESH),
        "compile-bytecode": ("compile-bytecode = true", FRESH),
        "managed-false": ("managed = false", ERROR),
        "unknown-setting": ("no-such-setting = 1", FRESH),
    }
    made = [Edit(f"setting-{name}", (append(P, line + "\n"),), expect, name if expect == STALE else "") for name, (line, expect) in lines.items()]
    environments = "environments = [\"sys_platform == 'linux'\", \"sys_platform == 'win32'\"]"
    made += [
        edit("environments-removed", environments + "\n", "", STALE, "environments"),
        edit("environments-order", environments, "environments = [\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"]", STALE, "environments"),
        edit("environments-reworded", environments, "environments = [\"platform_system == 'Linux'\", \"sys_platform == 'win32'\"]", FRESH),
        edit("environments-fewer", environments, "environments = [\"sys_platform == 'linux'\"]", STALE, "environments"),
    ]
    return made


def lock_edits() -> list[Edit]:
    """Edits of uv.lock by hand."""
    return [
        Edit("lock-version-2", (sub(L, "version = 1\n", "version = 2\n"),), ERROR),
        Edit("lock-revision-99", (resub(L, r"^revision = \d+", "revision = 99"),), FRESH),
        Edit("lock-revision-gone", (resub(L, r"^revision = \d+\n", ""),), FRESH),
        Edit("lock-hash-edited", (resub(L, r"sha256:[0-9a-f]{8}", "sha256:00000000"),), FRESH),
        Edit("lock-hash-removed", (resub(L, r", hash = \"sha256:[0-9a-f]{64}\"", ""),), FRESH),
        Edit("lock-requires-python", (sub(L, 'requires-python = ">=3.10"', 'requires-python = ">=3.11"'),), STALE, "requires-python|python"),
        Edit("lock-requires-dist-spec", (sub(L, '{ name = "idna", specifier = ">=3.4,<4" }', '{ name = "idna", specifier = ">=3.3,<4" }'),), STALE, "idna"),
        Edit("lock-requires-dist-gone", (resub(L, r'(requires-dist = \[\n(?:    .*\n)*?)    \{ name = "six" \},\n', r"\1"),), STALE, "six"),
        Edit("lock-registry-host", (resub(L, r'(name = "six"\nversion = ".*"\nsource = )\{ registry = ".*" \}', r'\1{ registry = "https://index.example.com/simple" }'),), FRESH),
        Edit("lock-root-version", (resub(L, r'(name = "demo"\nversion = ")0.1.0', r"\g<1>0.0.9"),), STALE, "version"),
        Edit("lock-package-version", (resub(L, r'(name = "six"\nversion = ")[\d.]+', r"\g<1>1.0.0"),), ERROR),
        Edit("lock-package-removed", (resub(L, r'\[\[package\]\]\nname = "mdurl"\n(?:.+\n)+\n', ""),), ERROR),
        Edit("lock-direct-removed", (resub(L, r'\[\[package\]\]\nname = "six"\n(?:.+\n)+\n', ""),), ERROR),
        Edit("lock-package-twice", (resub(L, r'(\[\[package\]\]\nname = "six"\n(?:.+\n)+\n)', r"\1\1"),), ERROR),
        Edit("lock-edge-removed", (resub(L, r'dependencies = \[\n    \{ name = "mdurl"', 'dependencies = [\n    { name = "mdurl-x"'),), ERROR),
        Edit("lock-transitive-edge-dropped", (resub(L, r'^    \{ name = "mdurl".*\n', ""),), FRESH),
        Edit("lock-orphan", (append(L, '\n[[package]]\nname = "zorphan"\nversion = "1.0"\nsource = { registry = "https://index.example.com/simple" }\n'),), FRESH),
        Edit("lock-unknown-key", (sub(L, "version = 1\n", "version = 1\nnews = true\n"),), FRESH),
        Edit("lock-options-added", (sub(L, "\n[[package]]", '\n[options]\nresolution-mode = "lowest"\n\n[[package]]'),), STALE, "resolution"),
        Edit("lock-provides-extras", (resub(L, r'provides-extras = \["cli", "fast"\]', 'provides-extras = ["cli"]'),), STALE, "fast"),
        Edit("lock-supported-markers", (resub(L, r"^supported-markers = \[\n(?:    .*\n)+\]\n", ""),), STALE, "environments"),
        Edit("uv-toml-added", (put("uv.toml", 'resolution = "lowest"\n'),), STALE, "resolution"),
        Edit("uv-toml-empty", (put("uv.toml", "\n"),), FRESH),
        Edit("python-version-file", (put(".python-version", "3.11\n"),), FRESH),
    ]


def app() -> tuple[Project, list[Edit]]:
    """One project with extras, groups, markers and environments."""
    edits = requirements() + markers() + extras_and_groups() + project_keys() + resolver_settings() + lock_edits()
    edits += damage(L, "#", cut=ERROR, cut_at_line=ERROR, conflict=ERROR, conflict_version=ERROR, conflict_version_diff3=ERROR, empty=ERROR, missing=STALE, crlf=FRESH, bom=FRESH, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH)
    return Project("app", {P: APP}, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of uv."""
    return [app(), workspace(), virtual_root(), sources(), settings(), indexes(), rules(), dynamic(), script(), spellings(), remote(), local(), above(), options(), shapes(), nested()]
