"""pdm.lock: a plain project, one with `lock_inputs`, a workspace, and their edits."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .cases_hashed_more import pdm_rich
from .cases_pdm_keys import keys
from .damage import damage
from .tree import append, change, drop, put, resub, sub

P, L = "pyproject.toml", "pdm.lock"

APP = """[project]
name = "demo"
version = "0.1.0"
description = "A demo"
requires-python = ">=3.10"
dependencies = [
    "idna>=3.4,<4",
    "six",
    "attrs>=22; sys_platform != 'win32'",
]

[project.optional-dependencies]
cli = ["click>=8"]

[dependency-groups]
dev = ["iniconfig", {include-group = "lint"}]
lint = ["pluggy>=1.2"]

[tool.pdm]
distribution = false

[tool.pdm.dev-dependencies]
extra-dev = ["toml"]
"""

IDNA = '"idna>=3.4,<4"'
SOURCE = '\n[[tool.pdm.source]]\nname = "corp"\nurl = "https://index.example.com/simple"\nverify_ssl = true\n'


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def manifest() -> list[Edit]:
    """Edits that the hash sees or does not see."""
    return [
        edit("add", '    "six",\n', '    "six",\n    "zipp",\n', STALE, "zipp"),
        edit("remove", '    "six",\n', "", STALE, "six"),
        edit("tighten-satisfied", IDNA, '"idna>=3.5,<4"', STALE, "idna"),
        edit("tighten-violated", IDNA, '"idna>=3.4,<3.5"', STALE, "idna"),
        edit("loosen", IDNA, '"idna"', STALE, "idna"),
        edit("reword-space", IDNA, '"idna >=3.4,<4"', STALE, "idna"),
        edit("reword-order", IDNA, '"idna<4,>=3.4"', STALE, "idna"),
        edit("reword-case", IDNA, '"IDNA>=3.4,<4"', STALE, "idna"),
        edit("reword-quotes", '"six"', "'six'", FRESH),
        edit("reorder", f'    {IDNA},\n    "six",\n', f'    "six",\n    {IDNA},\n', STALE, "idna|six"),
        edit("duplicate", '    "six",\n', '    "six",\n    "six",\n', STALE, "six"),
        edit("marker-changed", "sys_platform != 'win32'", "sys_platform == 'linux'", STALE, "attrs"),
        edit("marker-removed", "attrs>=22; sys_platform != 'win32'", "attrs>=22", STALE, "attrs"),
        edit("extra-changed", '"click>=8"', '"click>=8.1"', STALE, "click"),
        edit("extra-added", 'cli = ["click>=8"]', 'cli = ["click>=8"]\nnone = []', STALE, "none"),
        edit("extra-renamed", "cli = [", "shell = [", STALE, "shell|cli"),
        edit("extra-case", "cli = [", "CLI = [", STALE, "cli"),
        edit("group-changed", '"pluggy>=1.2"', '"pluggy>=1.3"', STALE, "pluggy"),
        edit("group-added", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = ["six"]', STALE, "more"),
        edit("group-empty", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = []', STALE, "more"),
        edit("group-name-spelling", 'lint = ["pluggy', 'Lint = ["pluggy', FRESH),
        edit("group-include-inlined", '{include-group = "lint"}', '"pluggy>=1.2"', STALE, "pluggy"),
        edit("group-include-spelling", 'include-group = "lint"', 'include-group = "LINT"', STALE, "lint"),
        edit("group-table-order", 'dev = ["iniconfig", {include-group = "lint"}]\nlint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\ndev = ["iniconfig", {include-group = "lint"}]', FRESH),
        edit("dev-table-changed", 'extra-dev = ["toml"]', 'extra-dev = ["toml>=0.10"]', STALE, "toml"),
        Edit("dev-table-moved", (sub(P, '\n[tool.pdm.dev-dependencies]\nextra-dev = ["toml"]\n', ""), sub(P, 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nextra-dev = ["toml"]')), FRESH),
        edit("dev-table-name-spelling", "extra-dev = [", "Extra_Dev = [", FRESH),
        Edit("move-dependency-to-dev", (sub(P, '    "six",\n', ""), sub(P, '["iniconfig",', '["iniconfig", "six",')), STALE, "six"),
        edit("requires-python", '">=3.10"', '">=3.11"', STALE, "requires-python|python"),
        edit("requires-python-same", '">=3.10"', '">=3.10.0"', STALE, "requires-python|python"),
        edit("requires-python-gone", 'requires-python = ">=3.10"\n', "", STALE, "requires-python|python"),
        edit("version", '"0.1.0"', '"0.2.0"', FRESH),
        edit("rename", 'name = "demo"', 'name = "other"', FRESH),
        edit("description", "A demo", "Another", FRESH),
        edit("distribution", "distribution = false", "distribution = true", FRESH),
        Edit("source-added", (append(P, SOURCE),), STALE, "corp"),
        Edit("resolution-overrides", (append(P, '\n[tool.pdm.resolution.overrides]\nidna = "3.9"\n'),), STALE, "idna"),
        Edit("resolution-excludes", (append(P, '\n[tool.pdm.resolution]\nexcludes = ["mdurl"]\n'),), STALE, "excludes"),
        Edit("resolution-empty", (append(P, "\n[tool.pdm.resolution]\n"),), FRESH),
        Edit("resolution-prereleases", (append(P, "\n[tool.pdm.resolution]\nallow-prereleases = false\n"),), STALE, "allow-prereleases"),
        Edit("lock-inputs-wanted", (append(P, "\n[tool.pdm.resolution]\nlock_inputs = true\n"),), STALE, "lock_inputs"),
        Edit("options", (append(P, '\n[tool.pdm.options]\nlock = ["--no-cross-platform"]\n'),), FRESH),
        Edit("scripts", (append(P, '\n[tool.pdm.scripts]\nx = "echo"\n'),), FRESH),
        Edit("build-system", (append(P, '\n[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'),), FRESH),
        Edit("pdm-toml", (put("pdm.toml", 'strategy.save = "exact"\n'),), FRESH),
        Edit("manifest-comment", (sub(P, '"six",', '"six",  # a word'),), FRESH),
        Edit("manifest-crlf", (change(P, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(P, lambda text: "\ufeff" + text),), ERROR),
        Edit("manifest-broken", (append(P, "= nonsense\n"),), ERROR),
        edit("requirement-invalid", '"six"', '"six>>1"', STALE, "six"),
    ]


def lock() -> list[Edit]:
    """Edits of pdm.lock by hand, and damage."""
    return [
        Edit("lock-hash-edited", (resub(L, r'content_hash = "sha256:[0-9a-f]{8}', 'content_hash = "sha256:00000000'),), STALE),
        Edit("lock-hash-gone", (resub(L, r"^content_hash = .*\n", ""),), STALE),
        Edit("lock-hash-md5", (resub(L, r'content_hash = "sha256:', 'content_hash = "md5:'),), STALE),
        Edit("lock-version-minor-lower", (resub(L, r'lock_version = ".*"', 'lock_version = "4.4"'),), FRESH),
        Edit("lock-version-minor-higher", (resub(L, r'lock_version = ".*"', 'lock_version = "4.6"'),), STALE),
        Edit("lock-version-patch-higher", (resub(L, r'lock_version = ".*"', 'lock_version = "4.5.9"'),), FRESH),
        Edit("lock-version-major", (resub(L, r'lock_version = ".*"', 'lock_version = "3.1"'),), STALE),
        Edit("lock-version-gone", (resub(L, r"^lock_version = .*\n", ""),), STALE),
        Edit("lock-package-version", (resub(L, r'(name = "six"\nversion = ").*"', r'\g<1>1.0"'),), FRESH),
        Edit("lock-package-removed", (resub(L, r'\[\[package\]\]\nname = "six"\n(?:.*\n)+?\n(?=\[)', ""),), FRESH),
        Edit("lock-files-emptied", (resub(L, r"files = \[\n(?:    .*\n)+\]", "files = []"),), FRESH),
        Edit("lock-groups-edited", (resub(L, r"^groups = .*", 'groups = ["default"]'),), FRESH),
        Edit("lock-metadata-gone", (resub(L, r"^\[metadata\]\n(?:.+\n)+", ""),), STALE),
        *damage(L, "#", cut=ERROR, cut_at_line=FRESH, conflict=ERROR, conflict_version=ERROR, conflict_version_diff3=ERROR, empty=STALE, missing=STALE, crlf=FRESH, bom=ERROR, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def inputs() -> tuple[Project, list[Edit]]:
    """A lock that records its inputs: only real differences count."""
    text = APP.replace("[tool.pdm.dev-dependencies]", "[tool.pdm.resolution]\nlock_inputs = true\n\n[tool.pdm.dev-dependencies]")
    edits = [
        edit("add", '    "six",\n', '    "six",\n    "zipp",\n', STALE, "zipp"),
        edit("remove", '    "six",\n', "", STALE, "six"),
        edit("tighten-satisfied", IDNA, '"idna>=3.5,<4"', FRESH),
        edit("tighten-violated", IDNA, '"idna>=3.4,<3.5"', STALE, "idna"),
        edit("reword-space", IDNA, '"idna >=3.4,<4"', FRESH),
        edit("reword-case", IDNA, '"IDNA>=3.4,<4"', STALE, "idna"),
        edit("reorder", f'    {IDNA},\n    "six",\n', f'    "six",\n    {IDNA},\n', FRESH),
        edit("duplicate", '    "six",\n', '    "six",\n    "six",\n', STALE, "six"),
        edit("marker-changed", "sys_platform != 'win32'", "sys_platform == 'linux'", STALE, "attrs"),
        edit("marker-quotes", "sys_platform != 'win32'", 'sys_platform != \\"win32\\"', FRESH),
        edit("extra-added", '"six"', '"six[x]"', STALE, "six"),
        edit("extra-changed", '"click>=8"', '"click>=8.1"', FRESH),
        edit("extra-violated", '"click>=8"', '"click<8"', STALE, "click"),
        edit("extra-renamed", "cli = [", "shell = [", STALE, "shell|cli"),
        edit("group-added", 'lint = ["pluggy>=1.2"]', 'lint = ["pluggy>=1.2"]\nmore = ["six"]', STALE, "more"),
        edit("group-include-inlined", '{include-group = "lint"}', '"pluggy>=1.2"', FRESH),
        edit("requires-python", '">=3.10"', '">=3.11"', STALE, "requires-python|python"),
        edit("requires-python-same", '">=3.10"', '">=3.10.0"', STALE, "requires-python|python"),
        edit("lock-inputs-off", "[tool.pdm.resolution]\nlock_inputs = true\n", "", FRESH),
        edit("resolution-setting", "lock_inputs = true\n", "lock_inputs = true\nallow-prereleases = true\n", STALE, "allow-prereleases"),
        Edit("source-added", (append(P, SOURCE),), STALE, "corp"),
        edit("version", '"0.1.0"', '"0.2.0"', FRESH),
    ]
    return Project("inputs", {P: text}, L, ("-G:all",)), edits


def workspace() -> tuple[Project, list[Edit]]:
    """A root with two members whose hashes go into one."""
    root = '[project]\nname = "top"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["idna"]\n\n[tool.pdm]\ndistribution = false\n\n[tool.pdm.workspace]\nmembers = ["packages/*"]\n'
    files = {P: root}
    for name, needed in (("alpha", "six"), ("beta", "iniconfig")):
        files[f"packages/{name}/pyproject.toml"] = f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["{needed}"]\n\n[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'
    b = "packages/beta/pyproject.toml"
    edits = [
        Edit("member-requirement", (sub(b, '"iniconfig"', '"iniconfig>=1"'),), STALE, "iniconfig"),
        Edit("member-version", (sub(b, '"1.0"', '"1.1"'),), FRESH),
        Edit("member-removed", (drop("packages/beta"),), STALE, "beta"),
        Edit("member-added", (put("packages/gamma/pyproject.toml", files[b].replace("beta", "gamma")),), STALE, "gamma"),
        Edit("member-rename", (sub(b, '"beta"', '"betty"'),), FRESH),
        Edit("members-spelt-out", (sub(P, '["packages/*"]', '["packages/alpha", "packages/beta"]'),), FRESH),
        Edit("root-requirement", (sub(P, '"idna"', '"idna>=3"'),), STALE, "idna"),
        Edit("workspace-table-gone", (sub(P, '\n[tool.pdm.workspace]\nmembers = ["packages/*"]\n', ""),), STALE, "workspace"),
    ]
    return Project("workspace", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of PDM."""
    return [(Project("app", {P: APP}, L), manifest() + lock()), inputs(), workspace(), pdm_rich(), keys()]
