"""poetry.lock: both manifest styles in one file, dynamic fields, packages of the repository, sources, old groups."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tools import python_index
from .tree import append, change, drop, put, resub, sub

P, L = "pyproject.toml", "poetry.lock"

BOTH = """[project]
name = "demo"
version = "0.1.0"
description = ""
readme = "README.md"
requires-python = ">=3.10"
dynamic = ["classifiers", "dependencies"]

[project.scripts]
demo = "demo:main"

[project.optional-dependencies]
cli = ["click (>=8,<9)"]
Big_Set = ["wrapt; python_version >= '3.11'"]

[project.urls]
homepage = "https://example.com"

[tool.poetry]
packages = [{ include = "demo" }]
classifiers = ["Topic :: Software Development"]
requires-poetry = ">=2.0"

[tool.poetry.dependencies]
python = ">=3.10,<4.0"
idna = [
    { version = "^3.4", python = ">=3.12" },
    { version = ">=3.4,<3.9", python = "<3.12" },
]
six = { version = "*", markers = "sys_platform == 'linux' or os_name == 'nt'" }
liba = { path = "libs/a", develop = true }
packaging = { version = ">=23", source = "mirror", allow-prereleases = true }
wrapt = { version = "^2.0", optional = true, platform = "linux" }

[tool.poetry.group.dev.dependencies]
iniconfig = "2.*"
pluggy = { version = ">=1", extras = ["dev"] }

[tool.poetry.group.docs]
optional = true
include-groups = ["dev"]

[tool.poetry.group.docs.dependencies]
mdurl = "!=0.1.0"

[[tool.poetry.source]]
name = "mirror"
url = "@INDEX@"
priority = "explicit"

[dependency-groups]
lint = ["toml (>=0.10,<1.0)", { include-group = "base" }]
base = ["zipp"]
mixed = ["toml"]

[tool.poetry.group.mixed.dependencies]
toml = { version = "<1", allow-prereleases = true }
attrs = "*"

[build-system]
requires = ["poetry-core>=2.0.0,<3.0.0"]
build-backend = "poetry.core.masonry.api"
"""

LIBRARY = '[project]\nname = "liba"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["mdurl"]\n\n[build-system]\nrequires = ["poetry-core>=2.0.0,<3.0.0"]\nbuild-backend = "poetry.core.masonry.api"\n'

OLDER = """[tool.poetry]
name = "demo"
version = "0.1.0"
description = "A demo"
authors = ["A <a@example.com>"]
readme = "README.md"
license = "MIT"

[tool.poetry.dependencies]
python = "~3.11"
idna = [{ version = "^3.4", python = "<3.12" }, { version = "*", python = ">=3.12" }]
Six = "1.*"
packaging = { version = ">=23", allow-prereleases = true }
wrapt = { version = "*", optional = true }
click = { version = ">=8 || ==7.1.2", optional = true, python = ">=3.10" }

[tool.poetry.extras]
cli = ["click"]
all = ["click", "wrapt"]

[tool.poetry.dev-dependencies]
iniconfig = "*"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
mdurl = ">=0,<1"

[tool.poetry.scripts]
demo = "demo:main"

[tool.poetry.urls]
Bugs = "https://example.com/bugs"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def both() -> tuple[Project, list[Edit]]:
    """A package whose requirements stand in [project], [tool.poetry] and [dependency-groups]."""
    edits = [
        edit("list-item-changed", '"<3.12"', '"<3.13"', STALE, "idna"),
        edit("list-item-version", '">=3.4,<3.9"', '">=3.4,<3.10"', STALE, "idna"),
        edit("list-item-gone", '    { version = ">=3.4,<3.9", python = "<3.12" },\n', "", STALE, "idna"),
        edit("list-order", '    { version = "^3.4", python = ">=3.12" },\n    { version = ">=3.4,<3.9", python = "<3.12" },\n', '    { version = ">=3.4,<3.9", python = "<3.12" },\n    { version = "^3.4", python = ">=3.12" },\n', STALE, "idna"),
        edit("list-layout", '    { version = "^3.4", python = ">=3.12" },\n', '    { python = ">=3.12", version = "^3.4" }, # why\n', FRESH),
        edit("marker-changed", "sys_platform == 'linux' or os_name == 'nt'", "sys_platform == 'linux'", STALE, "six"),
        edit("path-develop", "develop = true", "develop = false", STALE, "liba"),
        edit("path-spelling", '"libs/a"', '"./libs/a"', STALE, "liba"),
        edit("path-missing", '"libs/a"', '"libs/z"', ERROR),
        Edit("path-library-changed", (sub("libs/a/pyproject.toml", '"mdurl"', '"mdurl", "toml"'),), FRESH),
        Edit("path-library-version", (sub("libs/a/pyproject.toml", '"1.0"', '"2.0"'),), FRESH),
        Edit("path-library-gone", (drop("libs/a"),), ERROR),
        edit("source-on-package", ', source = "mirror"', "", STALE, "packaging"),
        edit("source-priority", '"explicit"', '"supplemental"', STALE, "mirror"),
        edit("source-priority-case", '"explicit"', '"Explicit"', ERROR),
        edit("source-renamed", 'name = "mirror"', 'name = "other"', STALE, "mirror|other"),
        Edit("source-renamed-both", (sub(P, '"mirror"', '"other"', True),), STALE, "other|packaging"),
        Edit("source-url", (resub(P, r'^url = ".*"', 'url = "https://index.example.com/simple"'),), STALE, "mirror"),
        Edit("source-url-slash", (resub(P, r'^url = "(.*)"', r'url = "\1/"'),), STALE, "mirror"),
        Edit("source-priority-gone", (sub(P, 'priority = "explicit"\n', ""),), STALE, "mirror"),
        Edit("source-url-gone", (resub(P, r'^url = ".*"\n', ""),), ERROR),
        edit("prereleases-off", ", allow-prereleases = true", "", STALE, "packaging"),
        edit("prereleases-word", "allow-prereleases = true", "allows-prereleases = true", STALE, "packaging"),
        edit("optional-off", ", optional = true, platform", ", platform", STALE, "wrapt"),
        edit("platform-changed", 'platform = "linux"', 'platform = "win32"', STALE, "wrapt"),
        edit("python-narrower", 'python = ">=3.10,<4.0"', 'python = ">=3.11,<4.0"', STALE, "python"),
        edit("python-wider", 'python = ">=3.10,<4.0"', 'python = ">=3.9,<4.0"', ERROR),
        edit("python-respelt", 'python = ">=3.10,<4.0"', 'python = "^3.10"', STALE, "python"),
        edit("requires-python-changed", 'requires-python = ">=3.10"', 'requires-python = ">=3.9"', STALE, "requires-python|python"),
        edit("project-extra-changed", "click (>=8,<9)", "click (>=8.1,<9)", STALE, "click"),
        edit("project-extra-reworded", "click (>=8,<9)", "click>=8,<9", STALE, "click"),
        edit("project-extra-marker", ">= '3.11'", ">= '3.12'", STALE, "wrapt"),
        edit("project-extra-name", "Big_Set", "big-set", STALE, "big-set|big_set"),
        edit("project-dependencies-appear", "dynamic = ", 'dependencies = []\ndynamic = ', STALE, "dependencies"),
        edit("project-dependencies-full", "dynamic = ", 'dependencies = ["idna", "six"]\ndynamic = ', STALE, "dependencies"),
        edit("dynamic-fewer", ', "dependencies"]', "]", FRESH),
        edit("dynamic-unknown", ', "dependencies"]', ', "nonsense"]', ERROR),
        edit("group-table-changed", '"2.*"', '"2.0.*"', STALE, "iniconfig"),
        edit("group-extras", '["dev"]', '["dev", "testing"]', STALE, "pluggy"),
        edit("group-optional", "optional = true\n", "optional = false\n", STALE, "docs"),
        edit("group-include-gone", 'include-groups = ["dev"]\n', "", STALE, "docs|dev|include-groups"),
        edit("group-include-unknown", 'include-groups = ["dev"]', 'include-groups = ["nope"]', ERROR),
        edit("group-include-self", 'include-groups = ["dev"]', 'include-groups = ["docs"]', ERROR),
        edit("group-include-case", 'include-groups = ["dev"]', 'include-groups = ["DEV"]', STALE, "docs|dev|include-groups"),
        edit("group-clash", "[tool.poetry.group.docs]", "[tool.poetry.group.DEV.dependencies]\nsix = \"*\"\n\n[tool.poetry.group.docs]", ERROR),
        edit("pep-group-changed", "toml (>=0.10,<1.0)", "toml (>=0.9,<1.0)", STALE, "toml"),
        edit("pep-group-include-gone", ', { include-group = "base" }', "", STALE, "lint|base"),
        edit("pep-group-include-case", '"base" }', '"BASE" }', STALE, "lint|base"),
        edit("pep-group-renamed", 'base = ["zipp"]', 'Base = ["zipp"]', STALE, "base"),
        edit("pep-group-order", 'base = ["zipp"]\nmixed = ["toml"]\n', 'mixed = ["toml"]\nbase = ["zipp"]\n', FRESH),
        edit("pep-group-gone", 'mixed = ["toml"]\n', "", STALE, "mixed|toml|attrs"),
        edit("mixed-enrichment", 'toml = { version = "<1"', 'toml = { version = "<2"', STALE, "toml"),
        edit("mixed-ignored", 'attrs = "*"', 'attrs = ">=1"', STALE, "attrs"),
        edit("pep-group-invalid", '["zipp"]', '["zipp>>1"]', ERROR),
        edit("pep-group-path", '["zipp"]', '["zipp @ file:///nonexistent"]', STALE, "zipp"),
        edit("readme-missing", '"README.md"', '"NO.md"', ERROR),
        edit("readme-table", 'readme = "README.md"', 'readme = { file = "README.md", content-type = "text/markdown" }', FRESH),
        edit("readme-twice", "[tool.poetry]\n", '[tool.poetry]\nreadme = ["README.md", "x.rst"]\n', ERROR),
        edit("name-in-both", "[tool.poetry]\n", '[tool.poetry]\nname = "demo"\n', FRESH),
        edit("version-in-both", "[tool.poetry]\n", '[tool.poetry]\nversion = "3"\n', FRESH),
        edit("version-gone", 'version = "0.1.0"\n', "", ERROR),
        edit("version-gone-no-package", 'version = "0.1.0"\n', 'dynamic = ["version"]\n', ERROR),
        edit("name-invalid", 'name = "demo"', 'name = "de mo"', ERROR),
        edit("version-invalid", '"0.1.0"', '"one"', ERROR),
        edit("package-mode-false", "[tool.poetry]\n", "[tool.poetry]\npackage-mode = false\n", FRESH),
        edit("package-mode-text", "[tool.poetry]\n", '[tool.poetry]\npackage-mode = "false"\n', ERROR),
        edit("packages-changed", '{ include = "demo" }', '{ include = "demo", from = "src" }', FRESH),
        edit("packages-invalid", '{ include = "demo" }', '{ from = "src" }', ERROR),
        edit("classifier-changed", "Topic :: Software Development", "Topic :: Utilities", FRESH),
        edit("classifier-license", "Topic :: Software Development", "License :: OSI Approved :: MIT License", FRESH),
        edit("license-expression", 'description = ""', 'description = ""\nlicense = "MIT OR Apache-2.0"', FRESH),
        edit("license-odd", 'description = ""', 'description = ""\nlicense = "Whatever"', FRESH),
        edit("license-table", 'description = ""', 'description = ""\nlicense = { text = "x" }', FRESH),
        edit("license-file-missing", 'description = ""', 'description = ""\nlicense = { file = "NO" }', ERROR),
        edit("authors-text", 'description = ""', 'description = ""\nauthors = ["A <a@example.com>"]', ERROR),
        edit("author-mail", 'description = ""', 'description = ""\nauthors = [{ email = "nobody" }]', ERROR),
        edit("url-invalid", '"https://example.com"', '"not an address"', ERROR),
        edit("scripts-invalid", '"demo:main"', "1", ERROR),
        edit("requires-poetry-higher", '">=2.0"', '">=99"', ERROR),
        edit("requires-poetry-invalid", '">=2.0"', '"?"', ERROR),
        edit("requires-plugins", "[tool.poetry.dependencies]\n", '[tool.poetry.requires-plugins]\nno-such-plugin-here = ">=1"\n\n[tool.poetry.dependencies]\n', FRESH),
        edit("build-constraints", "[tool.poetry.dependencies]\n", '[tool.poetry.build-constraints]\nsix = { setuptools = "<80" }\n\n[tool.poetry.dependencies]\n', FRESH),
        edit("build-system-changed", "<3.0.0", "<4.0.0", FRESH),
        Edit("build-system-gone", (resub(P, r"^\[build-system\]\n(?:.+\n)+", ""),), FRESH),
        edit("project-gone", "[project]\n", "[other]\n", ERROR),
        edit("extra-legacy-added", "[tool.poetry.group.dev.dep", '[tool.poetry.extras]\nold = ["wrapt"]\n\n[tool.poetry.group.dev.dep', STALE, "extras|old|wrapt"),
        edit("dev-dependencies-table", "[tool.poetry.group.dev.dep", '[tool.poetry.dev-dependencies]\nsix = "*"\n\n[tool.poetry.group.dev.dep', STALE, "six|dev-dependencies"),
        edit("dependency-number", 'iniconfig = "2.*"', "iniconfig = 2", ERROR),
        edit("dependency-empty-table", 'iniconfig = "2.*"', "iniconfig = {}", STALE, "iniconfig"),
        edit("dependency-empty-list", 'iniconfig = "2.*"', "iniconfig = []", ERROR),
        edit("dependency-unknown-key", 'iniconfig = "2.*"', 'iniconfig = { version = "2.*", nonsense = 1 }', ERROR),
        edit("dependency-git", 'iniconfig = "2.*"', 'iniconfig = { git = "https://git.example.com/x.git", rev = "abc" }', STALE, "iniconfig"),
        edit("dependency-git-two", 'iniconfig = "2.*"', 'iniconfig = { git = "https://git.example.com/x.git", rev = "abc", tag = "v1" }', ERROR),
        edit("dependency-url", 'iniconfig = "2.*"', 'iniconfig = { url = "https://files.example.com/iniconfig-2.0.0-py3-none-any.whl" }', STALE, "iniconfig"),
        edit("dependency-self", 'iniconfig = "2.*"', 'demo = "*"', ERROR),
        edit("dependency-key-escaped", 'iniconfig = "2.*"', '"inicon\\u0066ig" = "2.*"', FRESH),
        edit("dependency-dotted", 'iniconfig = "2.*"', 'iniconfig.version = "2.*"', STALE, "iniconfig"),
        edit("dependency-wild", 'iniconfig = "2.*"', 'iniconfig = "2.x"', STALE, "iniconfig"),
        edit("dependency-or", 'iniconfig = "2.*"', 'iniconfig = "^1 || ^2"', STALE, "iniconfig"),
        edit("dependency-space-and", 'iniconfig = "2.*"', 'iniconfig = ">=2 <3"', STALE, "iniconfig"),
        edit("dependency-latest", 'iniconfig = "2.*"', 'iniconfig = "latest"', ERROR),
        edit("dependency-empty-text", 'iniconfig = "2.*"', 'iniconfig = ""', STALE, "iniconfig"),
        edit("marker-invalid", "sys_platform == 'linux' or os_name == 'nt'", "sys_platform = 'linux'", ERROR),
        Edit("readme-file-gone", (drop("README.md"),), ERROR),
        Edit("poetry-toml-odd", (put("poetry.toml", "[installer]\nno-binary = [\"six\"]\n"),), FRESH),
        Edit("poetry-toml-broken", (put("poetry.toml", "= 1\n"),), ERROR),
        Edit("lock-two-dot-zero", (resub(L, r'lock-version = ".*"', 'lock-version = "2.0"'),), FRESH),
        Edit("lock-comment-writer", (resub(L, r"Poetry 2\.5\.1", "Poetry 2.2.1"),), FRESH),
        Edit("lock-no-packages", (change(L, lambda text: "[metadata]\n" + text.split("\n[metadata]\n", 1)[1]),), FRESH),
        Edit("uv-lock-beside", (put("uv.lock", 'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n'),), FRESH),
    ]
    files = {P: BOTH, "README.md": "# Demo\n", "libs/a/pyproject.toml": LIBRARY, "libs/a/liba.py": "", "demo/__init__.py": ""}
    return Project("both", files | {P: BOTH.replace("@INDEX@", python_index()[0])}, L), edits


def older() -> tuple[Project, list[Edit]]:
    """A package of Poetry 1 with the old table for development."""
    edits = [
        edit("dev-changed", 'iniconfig = "*"', 'iniconfig = ">=1"', STALE, "iniconfig"),
        edit("dev-to-group", "[tool.poetry.dev-dependencies]", "[tool.poetry.group.dev.dependencies]", STALE, "dev|iniconfig|dev-dependencies"),
        edit("dev-gone", '[tool.poetry.dev-dependencies]\niniconfig = "*"\n', "", STALE, "dev-dependencies|iniconfig"),
        edit("dev-empty", '[tool.poetry.dev-dependencies]\niniconfig = "*"\n', "[tool.poetry.dev-dependencies]\n", STALE, "dev-dependencies|iniconfig"),
        edit("dev-both", "[tool.poetry.group.docs]", '[tool.poetry.group.dev.dependencies]\ntoml = "*"\n\n[tool.poetry.group.docs]', STALE, "dev|toml"),
        edit("or-reworded", ">=8 || ==7.1.2", "==7.1.2 || >=8", STALE, "click"),
        edit("or-pipe", ">=8 || ==7.1.2", ">=8|==7.1.2", STALE, "click"),
        edit("python-star", '"~3.11"', '"*"', STALE, "python"),
        edit("python-exact", '"~3.11"', '"3.11.*"', STALE, "python"),
        edit("python-gone", 'python = "~3.11"\n', "", STALE, "python"),
        edit("name-case", "\nSix =", "\nsix =", STALE, "six"),
        edit("extra-order", '["click", "wrapt"]', '["wrapt", "click"]', STALE, "all"),
        edit("extra-name-case", 'cli = ["click"]', 'CLI = ["click"]', STALE, "cli"),
        edit("extra-item-case", 'cli = ["click"]', 'cli = ["Click"]', STALE, "cli|click"),
        edit("extra-unknown", 'cli = ["click"]', 'cli = ["toml"]', STALE, "cli"),
        edit("extra-text", 'cli = ["click"]', 'cli = "click"', ERROR),
        edit("optional-gone", 'wrapt = { version = "*", optional = true }', 'wrapt = "*"', STALE, "wrapt"),
        edit("optional-false", 'wrapt = { version = "*", optional = true }', 'wrapt = { version = "*", optional = false }', STALE, "wrapt"),
        edit("prereleases-false", "allow-prereleases = true", "allow-prereleases = false", STALE, "packaging"),
        edit("list-to-one", '[{ version = "^3.4", python = "<3.12" }, { version = "*", python = ">=3.12" }]', '{ version = "^3.4", python = "<3.12" }', STALE, "idna"),
        edit("group-optional", "optional = true\n\n[tool.poetry.group.docs.d", "optional = false\n\n[tool.poetry.group.docs.d", STALE, "docs"),
        edit("group-dotted", "[tool.poetry.group.docs]\noptional = true\n", "[tool.poetry.group]\ndocs.optional = true\n", FRESH),
        edit("group-name-case", "group.docs", "group.Docs", STALE, "docs"),
        edit("license", '"MIT"', '"Apache-2.0"', FRESH),
        edit("license-odd", '"MIT"', '"Proprietary"', FRESH),
        edit("readme-gone", 'readme = "README.md"\n', "", FRESH),
        edit("readme-missing", '"README.md"', '"NO.md"', ERROR),
        edit("authors-gone", 'authors = ["A <a@example.com>"]\n', "", FRESH),
        edit("authors-odd", "A <a@example.com>", "A (a@example.com)", ERROR),
        edit("description-gone", 'description = "A demo"\n', "", FRESH),
        edit("description-lines", '"A demo"', '"A\\ndemo"', ERROR),
        edit("keywords-text", 'license = "MIT"', 'license = "MIT"\nkeywords = "a"', ERROR),
        edit("maintainers", 'license = "MIT"', 'license = "MIT"\nmaintainers = ["B <b@example.com>"]', FRESH),
        edit("homepage", 'license = "MIT"', 'license = "MIT"\nhomepage = "https://example.com"', FRESH),
        edit("include", 'license = "MIT"', 'license = "MIT"\ninclude = ["x", { path = "y", format = "sdist" }]', FRESH),
        edit("include-format", 'license = "MIT"', 'license = "MIT"\ninclude = [{ path = "y", format = "egg" }]', ERROR),
        edit("packages", 'license = "MIT"', 'license = "MIT"\npackages = [{ include = "x", to = "y" }]', FRESH),
        edit("build-script", 'license = "MIT"', 'license = "MIT"\nbuild = "build.py"', FRESH),
        edit("script-extra", 'demo = "demo:main"', 'demo = { reference = "demo:main", extras = ["cli"], type = "console" }', FRESH),
        edit("script-extra-unknown", 'demo = "demo:main"', 'demo = { reference = "demo:main", extras = ["nope"], type = "console" }', ERROR),
        edit("script-file", 'demo = "demo:main"', 'demo = { reference = "bin/demo", type = "file" }', FRESH),
        edit("plugins", "[tool.poetry.urls]", '[tool.poetry.plugins."a.b"]\nx = "demo:x"\n\n[tool.poetry.urls]', FRESH),
        edit("source-default", "[tool.poetry.urls]", '[[tool.poetry.source]]\nname = "x"\nurl = "https://index.example.com/simple"\ndefault = true\n\n[tool.poetry.urls]', ERROR),
        edit("source-added", "[tool.poetry.urls]", '[[tool.poetry.source]]\nname = "x"\nurl = "https://index.example.com/simple"\n\n[tool.poetry.urls]', STALE, "x"),
        edit("package-extra-key", "[tool.poetry]\n", '[tool.poetry]\nrequires-poetry = ">=1"\n', FRESH),
        edit("version-invalid", '"0.1.0"', '"zero"', ERROR),
        edit("version-dev", '"0.1.0"', '"0.1.0.dev1+x"', FRESH),
        edit("project-added", "[tool.poetry]\n", '[project]\nname = "demo"\nversion = "1"\n\n[tool.poetry]\n', FRESH),
        edit("project-python-added", "[tool.poetry]\n", '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\n\n[tool.poetry]\n', STALE, "requires-python|python"),
        edit("pep-groups-added", "[build-system]", '[dependency-groups]\nlint = ["zipp"]\n\n[build-system]', STALE, "lint|zipp"),
        edit("pep-groups-empty", "[build-system]", "[dependency-groups]\n\n[build-system]", FRESH),
        Edit("lock-one-dot-one", (resub(L, r'lock-version = ".*"', 'lock-version = "1.1"'),), FRESH),
        Edit("lock-hash-number", (resub(L, r'content-hash = ".*"', "content-hash = 1"),), STALE),
        Edit("lock-metadata-list", (resub(L, r"^\[metadata\]", "[[metadata]]"),), ERROR),
    ]
    return Project("older", {P: OLDER, "README.md": "# Demo\n", "demo.py": ""}, L), edits
