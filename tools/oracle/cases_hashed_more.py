"""pdm.lock and Pipfile.lock: what goes into the hash of a richer project, key by key."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tools import python_index
from .tree import append, change, drop, put, resub, sub

P, PDM_LOCK, F, PIPENV_LOCK = "pyproject.toml", "pdm.lock", "Pipfile", "Pipfile.lock"

PDM_RICH = """[project]
name = "demo"
dynamic = ["version"]
requires-python = ">=3.10,<3.15"
dependencies = [
    "idna~=3.4",
    "six==1.*; python_version < '3.15' and (sys_platform == 'linux' or sys_platform == 'darwin')",
    "liba @ file:///${PROJECT_ROOT}/libs/a",
]

[project.optional-dependencies]
Big_Set = ["click>=8", "demo[Other]"]
Other = ["wrapt; extra == 'x'"]

[dependency-groups]
"test.py" = ["iniconfig"]
lint = ["pluggy", {include-group = "base_set"}]
base_set = ["toml!=0.9.*"]

[tool.pdm]
distribution = false

[tool.pdm.dev-dependencies]
late = ["zipp>=3"]
editable = ["-e file:///${PROJECT_ROOT}/libs/a#egg=liba"]

[tool.pdm.resolution]
excludes = ["mdurl"]
respect-source-order = true

[tool.pdm.resolution.overrides]
attrs = ">=22"

[[tool.pdm.source]]
name = "mirror"
url = "@INDEX@"
verify_ssl = true
include_packages = ["six*"]

[build-system]
requires = ["pdm-backend"]
build-backend = "pdm.backend"
"""

LIBRARY = '[project]\nname = "liba"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = []\n\n[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'


def pdm_edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def pdm_rich() -> tuple[Project, list[Edit]]:
    """Groups in both tables, overrides, sources with packages, a directory."""
    edit = pdm_edit
    edits = [
        edit("marker-reworded", "sys_platform == 'linux' or sys_platform == 'darwin'", "sys_platform == 'darwin' or sys_platform == 'linux'", STALE, "six"),
        edit("marker-dropped", "python_version < '3.15' and (sys_platform == 'linux' or sys_platform == 'darwin')", "python_version < '3.15'", STALE, "six"),
        edit("star-respelt", "six==1.*", "six~=1.0", STALE, "six"),
        edit("compatible-bounds", "idna~=3.4", "idna>=3.4,<4", STALE, "idna"),
        edit("compatible-zero", "idna~=3.4", "idna~=3.4.0", STALE, "idna"),
        edit("path-spelling", "dependencies = [\n", "dependencies = [ # the list\n", FRESH),
        edit("path-changed", "${PROJECT_ROOT}/libs/a\",", "${PROJECT_ROOT}/libs/./a\",", STALE, "liba"),
        edit("extra-case", "Big_Set", "big-set", STALE, "big-set|big_set"),
        edit("extra-self", '"demo[Other]"', '"demo[other]"', STALE, "demo"),
        edit("extra-requirement", '"click>=8"', '"click>=8.0"', STALE, "click"),
        edit("extra-order", '"click>=8", "demo[Other]"', '"demo[Other]", "click>=8"', STALE, "click|demo"),
        edit("extra-table-order", 'Big_Set = ["click>=8", "demo[Other]"]\nOther = ["wrapt; extra == \'x\'"]\n', 'Other = ["wrapt; extra == \'x\'"]\nBig_Set = ["click>=8", "demo[Other]"]\n', FRESH),
        edit("group-include-case", '"base_set"', '"base-set"', STALE, "base-set|base_set|lint"),
        edit("group-name-case", 'base_set = [', 'Base-Set = [', FRESH),
        edit("group-not-star", "toml!=0.9.*", "toml!=0.9", STALE, "toml"),
        edit("group-both-moved", '"pluggy",', '"pluggy", "zipp>=3",', STALE, "zipp"),
        Edit("group-dev-moved", (sub(P, 'late = ["zipp>=3"]\n', ""), sub(P, 'base_set = [', 'late = ["zipp>=3"]\nbase_set = [')), FRESH),
        edit("group-dev-case", 'late = ["zipp>=3"]', 'LATE = ["zipp>=3"]', FRESH),
        edit("group-dev-changed", '"zipp>=3"', '"zipp>=3.1"', STALE, "zipp"),
        edit("group-editable-changed", "#egg=liba", "#egg=LibA", STALE, "liba"),
        edit("group-empty-added", "[tool.pdm]\n", "more = []\n\n[tool.pdm]\n", STALE, "more"),
        edit("group-empty-dev-added", "[tool.pdm.dev-dependencies]\n", "[tool.pdm.dev-dependencies]\nmore = []\n", STALE, "more"),
        edit("excludes-more", '["mdurl"]', '["mdurl", "zipp"]', STALE, "excludes|zipp"),
        edit("excludes-gone", 'excludes = ["mdurl"]\n', "", STALE, "excludes|mdurl"),
        edit("order-setting", "respect-source-order = true", "respect-source-order = false", STALE, "respect-source-order"),
        edit("override-changed", 'attrs = ">=22"', 'attrs = ">=23"', STALE, "attrs"),
        edit("override-added", 'attrs = ">=22"', 'attrs = ">=22"\nzipp = "3.*"', STALE, "zipp"),
        edit("override-gone", '[tool.pdm.resolution.overrides]\nattrs = ">=22"\n', "", STALE, "attrs|overrides"),
        edit("override-inline", '[tool.pdm.resolution.overrides]\nattrs = ">=22"\n', 'overrides = { attrs = ">=22" }\n', FRESH),
        edit("source-verify", "verify_ssl = true", "verify_ssl = false", STALE, "mirror|verify_ssl"),
        edit("source-packages", '["six*"]', '["six*", "idna"]', STALE, "mirror|include_packages|idna"),
        edit("source-name", 'name = "mirror"', 'name = "other"', STALE, "other|mirror"),
        Edit("source-url-slash", (resub(P, r'^url = "(.*)"', r'url = "\1/"'),), STALE, "mirror"),
        Edit("source-second", (append(P, '\n[[tool.pdm.source]]\nname = "two"\nurl = "https://index.example.com/simple"\n'),), STALE, "two"),
        edit("source-type", "verify_ssl = true", 'verify_ssl = true\ntype = "index"', STALE, "mirror|type"),
        edit("python-space", '">=3.10,<3.15"', '">=3.10, <3.15"', STALE, "requires-python|python"),
        edit("python-order", '">=3.10,<3.15"', '"<3.15,>=3.10"', STALE, "requires-python|python"),
        edit("python-invalid", '">=3.10,<3.15"', '"^3.10"', ERROR),
        edit("dynamic-dependencies", 'dynamic = ["version"]', 'dynamic = ["version", "description"]', FRESH),
        edit("static-version", 'dynamic = ["version"]', 'version = "1"', FRESH),
        edit("scripts", "[tool.pdm]\n", "[tool.pdm.scripts]\nx = \"echo\"\n\n[tool.pdm]\n", FRESH),
        edit("version-source", "[tool.pdm]\n", '[tool.pdm.version]\nsource = "file"\npath = "x.py"\n\n[tool.pdm]\n', FRESH),
        edit("plugins", "[tool.pdm]\n", '[tool.pdm]\nplugins = ["pdm-nope"]\n', FRESH),
        edit("strategy-setting", "respect-source-order = true", 'respect-source-order = true\nstrategy = "x"', STALE, "strategy"),
        edit("allow-prereleases", "respect-source-order = true", "respect-source-order = true\nallow-prereleases = true", STALE, "allow-prereleases"),
        edit("requirement-twice", '    "idna~=3.4",\n', '    "idna~=3.4",\n    "idna~=3.4",\n', STALE, "idna"),
        edit("requirement-moved-to-group", '    "idna~=3.4",\n', "", STALE, "idna"),
        edit("requirement-escape", '"idna~=3.4"', '"\\u0069dna~=3.4"', FRESH),
        edit("requirement-number", '"idna~=3.4"', "3.4", ERROR),
        edit("group-text", '"test.py" = ["iniconfig"]', 'test.py = "iniconfig"', ERROR),
        edit("group-cycle", 'base_set = ["toml!=0.9.*"]', 'base_set = ["toml!=0.9.*", {include-group = "lint"}]', STALE, "lint|base-set|base_set"),
        edit("project-gone", "[project]\n", "[other]\n", ERROR),
        Edit("library-changed", (sub("libs/a/pyproject.toml", '"1.0"', '"2.0"'),), FRESH),
        Edit("library-gone", (drop("libs/a"),), FRESH),
        Edit("lock-targets-gone", (resub(PDM_LOCK, r"^\[\[metadata\.targets\]\]\n.*\n", ""),), FRESH),
        Edit("lock-hash-sha1", (resub(PDM_LOCK, r'content_hash = "sha256:', 'content_hash = "sha1:'),), STALE),
        Edit("lock-hash-bare", (resub(PDM_LOCK, r'content_hash = "sha256:', 'content_hash = "'),), STALE),
        Edit("lock-hash-upper", (change(PDM_LOCK, lambda text: text.replace('content_hash = "sha256:', 'content_hash = "SHA256:')),), STALE),
        Edit("lock-version-number", (resub(PDM_LOCK, r'lock_version = ".*"', "lock_version = 4.5"),), ERROR),
        Edit("lock-version-plain", (resub(PDM_LOCK, r'lock_version = ".*"', 'lock_version = "4"'),), FRESH),
        Edit("lock-version-odd", (resub(PDM_LOCK, r'lock_version = ".*"', 'lock_version = "four"'),), ERROR),
    ]
    files = {P: PDM_RICH.replace("@INDEX@", python_index()[0]), "libs/a/pyproject.toml": LIBRARY, "libs/a/liba.py": ""}
    return Project("rich", files, PDM_LOCK), edits


PIPFILE = """[[source]]
url = "@INDEX@"
verify_ssl = true
name = "main"

[[source]]
url = "https://${USER_NAME}:${TOKEN}@index.example.com/simple"
verify_ssl = false
name = "corp"

[packages]
idna = {version = "~=3.4", index = "main", markers = "python_version >= '3.8'"}
"markdown-it-py" = {extras = ["linkify"], version = "*"}
attrs = {version = ">=22", sys_platform = "== 'linux'"}
Typing_Extensions = ">=4,<5"
liba = {path = "./libs/a", editable = true}

[packages.click]
version = ">=8"
os_name = "== 'posix'"

[dev-packages]
iniconfig = "==2.0.0"

[Docs-Set]
mdurl = "*"

[requires]
python_version = "3.11"

[pipenv]
allow_prereleases = false
sort_pipfile = true
"""


def pipenv_edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(F, old, new),), expect, blame)


def pipenv_rich() -> tuple[Project, list[Edit]]:
    """Two sources, options of packages, an editable directory, a category."""
    edit = pipenv_edit
    edits = [
        edit("index-changed", 'index = "main"', 'index = "corp"', STALE, "idna"),
        edit("index-gone", ', index = "main"', "", STALE, "idna"),
        edit("index-unknown", 'index = "main"', 'index = "nope"', STALE, "idna"),
        edit("key-order", '{extras = ["linkify"], version = "*"}', '{version = "*", extras = ["linkify"]}', FRESH),
        edit("extras-more", '["linkify"]', '["linkify", "plugins"]', STALE, "markdown-it-py"),
        edit("extras-case", '["linkify"]', '["Linkify"]', STALE, "markdown-it-py"),
        edit("extras-gone", 'extras = ["linkify"], ', "", STALE, "markdown-it-py"),
        edit("key-marker-changed", "sys_platform = \"== 'linux'\"", "sys_platform = \"== 'darwin'\"", STALE, "attrs"),
        edit("key-marker-to-markers", "sys_platform = \"== 'linux'\"", "markers = \"sys_platform == 'linux'\"", STALE, "attrs"),
        edit("table-to-inline", '[packages.click]\nversion = ">=8"\nos_name = "== \'posix\'"\n', "", STALE, "click"),
        edit("table-key-changed", "== 'posix'", "== 'nt'", STALE, "click"),
        edit("range-order", '">=4,<5"', '"<5,>=4"', STALE, "typing-extensions"),
        edit("range-zero", '">=4,<5"', '">=4.0,<5"', STALE, "typing-extensions"),
        edit("name-dash", "Typing_Extensions", "typing-extensions", FRESH),
        edit("name-twice", "Typing_Extensions", 'typing-extensions = "*"\nTyping_Extensions', STALE, "typing-extensions"),
        edit("exact-changed", '"==2.0.0"', '"==2.1.0"', STALE, "iniconfig"),
        edit("exact-arbitrary", '"==2.0.0"', '"===2.0.0"', STALE, "iniconfig"),
        edit("exact-bare", '"==2.0.0"', '"2.0.0"', STALE, "iniconfig"),
        edit("path-spelling", '"./libs/a"', '"libs/a"', STALE, "liba"),
        edit("path-editable", "editable = true", "editable = false", STALE, "liba"),
        edit("path-file-key", 'path = "./libs/a"', 'file = "./libs/a"', STALE, "liba"),
        edit("git", '"==2.0.0"', '{git = "https://git.example.com/iniconfig.git", ref = "v2"}', STALE, "iniconfig"),
        edit("git-unknown-key", '"==2.0.0"', '{git = "https://git.example.com/iniconfig.git", tag = "v2"}', ERROR),
        edit("version-number", '"==2.0.0"', "2", STALE, "iniconfig"),
        edit("version-true", '"==2.0.0"', "true", STALE, "iniconfig"),
        edit("version-list", '"==2.0.0"', '["2.0.0"]', ERROR),
        edit("skip-resolver", '"==2.0.0"', '{version = "==2.0.0", skip_resolver = true}', STALE, "iniconfig"),
        edit("category-case", "[Docs-Set]", "[docs-set]", STALE, "docs-set"),
        edit("category-second", "[requires]", '[extra]\nsix = "*"\n\n[requires]', STALE, "extra|six"),
        edit("category-quoted", "[Docs-Set]", '["Docs-Set"]', FRESH),
        edit("category-dotted", "[Docs-Set]\nmdurl", "[Docs-Set.mdurl]\nversion", STALE, "mdurl"),
        edit("category-value", "[Docs-Set]", "[x]\n[Docs-Set]", STALE, "x"),
        edit("python-number", '"3.11"', "3.11", ERROR),
        edit("python-both", '"3.11"', '"3.11"\npython_full_version = "3.11.7"', STALE, "python_full_version"),
        edit("python-unknown-key", '"3.11"', '"3.11"\nplatform = "linux"', STALE, "platform"),
        edit("source-order", "verify_ssl = false\nname = \"corp\"", "name = \"corp\"\nverify_ssl = false", FRESH),
        edit("source-token", "${TOKEN}", "${SECRET}", STALE, "corp"),
        edit("source-verify-text", "verify_ssl = false", 'verify_ssl = "false"', ERROR),
        edit("source-verify-gone", "verify_ssl = false\n", "", STALE, "corp|verify_ssl"),
        edit("source-extra-key", "verify_ssl = false", "verify_ssl = false\nnote = 1", STALE, "corp|note"),
        edit("source-name-gone", 'name = "corp"\n', "", ERROR),
        edit("pipenv-setting", "sort_pipfile = true", "sort_pipfile = false", FRESH),
        edit("pipenv-prereleases", "allow_prereleases = false", "allow_prereleases = true", FRESH),
        edit("pipenv-prereleases-text", "allow_prereleases = false", 'allow_prereleases = "yes"', ERROR),
        edit("scripts-table", "[pipenv]\n", '[scripts]\nx = {call = "a:b"}\n\n[pipenv]\n', FRESH),
        edit("scripts-empty", "[pipenv]\n", '[scripts]\nx = ""\n\n[pipenv]\n', ERROR),
        edit("packages-gone", "[dev-packages]\n", "[dev-packages-x]\n", STALE, "dev-packages|dev-packages-x|iniconfig"),
        edit("escape", '"==2.0.0"', '"\\u003d=2.0.0"', FRESH),
        edit("unicode", "[pipenv]\n", '[pipenv]\nnote = "\u00e9"\n', FRESH),
        edit("unicode-in-package", '"==2.0.0"', '{version = "==2.0.0", markers = "platform_machine == \'\u00e9\'"}', STALE, "iniconfig"),
        Edit("library-changed", (sub("libs/a/pyproject.toml", '"1.0"', '"2.0"'),), FRESH),
        Edit("env-file", (put(".env", "A=1\n"),), FRESH),
        Edit("lock-hash-upper", (change(PIPENV_LOCK, lambda text: text.replace('"sha256": "', '"sha256": "A', 1)),), STALE),
        Edit("lock-spec-version", (resub(PIPENV_LOCK, r'"pipfile-spec": \d+', '"pipfile-spec": 99'),), FRESH),
    ]
    files = {F: PIPFILE.replace("@INDEX@", python_index()[0]), "libs/a/pyproject.toml": LIBRARY.replace("pdm-backend", "setuptools").replace("pdm.backend", "setuptools.build_meta"), "libs/a/liba.py": ""}
    return Project("rich", files, PIPENV_LOCK), edits
