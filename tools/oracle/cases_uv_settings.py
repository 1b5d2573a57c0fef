"""uv.lock: indexes, conflicts, overrides, metadata by hand and group settings in force."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .tools import python_index
from .tree import append, drop, put, resub, sub

P, L = "pyproject.toml", "uv.lock"


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def indexes() -> tuple[Project, list[Edit]]:
    """A default index and a named, explicit one; both are the real one."""
    index = python_index()[0]
    text = f"""[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["six", "idna>=3.4", "markdown-it-py"]

[dependency-groups]
dev = ["toml"]

[tool.uv.sources]
six = {{ index = "corp" }}
toml = {{ index = "corp", group = "dev" }}

[[tool.uv.index]]
name = "main"
url = "{index}"
default = true

[[tool.uv.index]]
name = "corp"
url = "{index}/"
explicit = true
"""
    other = "https://index.example.com/simple"
    edits = [
        edit("index-renamed", 'name = "main"', 'name = "prime"', FRESH),
        edit("index-default-moved", f'name = "main"\nurl = "{index}"', f'name = "main"\nurl = "{other}"', STALE, "idna"),
        edit("index-explicit-moved", f'url = "{index}/"', f'url = "{other}"', STALE, "six"),
        edit("index-explicit-slash", f'url = "{index}/"', f'url = "{index}"', STALE, "six"),
        edit("index-credentials", f'url = "{index}/"', 'url = "' + index.replace("://", "://user:secret@") + '/"', FRESH),
        edit("index-default-gone", "default = true\n", "", FRESH),
        edit("index-explicit-gone", "explicit = true\n", "", FRESH),
        Edit("index-third", (append(P, f'\n[[tool.uv.index]]\nname = "third"\nurl = "{other}"\nexplicit = true\n'),), FRESH),
        edit("source-index-dropped", 'six = { index = "corp" }\n', "", STALE, "six"),
        edit("source-index-added", 'six = { index = "corp" }\n', 'six = { index = "corp" }\nidna = { index = "corp" }\n', STALE, "idna"),
        edit("source-index-unknown", '{ index = "corp" }', '{ index = "nope" }', ERROR),
        edit("source-group-dropped", ', group = "dev"', "", STALE, "toml"),
        edit("source-group-other", ', group = "dev"', ', group = "test"', ERROR),
        edit("source-marker", '{ index = "corp" }', "{ index = \"corp\", marker = \"sys_platform == 'linux'\" }", STALE, "six"),
        edit("source-list", '{ index = "corp" }', "[{ index = \"corp\", marker = \"sys_platform == 'linux'\" }, { index = \"main\", marker = \"sys_platform != 'linux'\" }]", STALE, "six"),
        edit("no-sources", "[tool.uv.sources]", "[tool.uv]\nno-sources = true\n\n[tool.uv.sources]", STALE, "six"),
        Edit("lock-direct-registry", (resub(L, r'(name = "idna"\nversion = ".*"\nsource = )\{ registry = ".*" \}', rf'\1{{ registry = "{other}" }}'),), STALE, "idna"),
        Edit("lock-transitive-registry", (resub(L, r'(name = "mdurl"\nversion = ".*"\nsource = )\{ registry = ".*" \}', rf'\1{{ registry = "{other}" }}'),), FRESH),
    ]
    return Project("indexes", {P: text}, L), edits


def rules() -> tuple[Project, list[Edit]]:
    """Overrides, conflicts, dependency metadata and group settings that the lock records."""
    text = """[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["six", "idna>=3.4"]

[project.optional-dependencies]
old = ["click<8.1"]
new = ["click>=8.1"]

[dependency-groups]
dev = ["toml"]
late = ["zipp"]

[tool.uv]
override-dependencies = ["idna==3.9", "six>=1.10"]
constraint-dependencies = ["click<9", "zipp>=3"]
conflicts = [[{ extra = "old" }, { extra = "new" }]]
default-groups = ["dev", "late"]
required-environments = ["sys_platform == 'linux'"]

[tool.uv.dependency-groups]
late = { requires-python = ">=3.11" }

[[tool.uv.dependency-metadata]]
name = "six"
version = "1.17.0"
requires-dist = ["toml"]
"""
    edits = [
        edit("override-order", '"idna==3.9", "six>=1.10"', '"six>=1.10", "idna==3.9"', FRESH),
        edit("override-reworded", '"idna==3.9"', '"IDNA == 3.9"', FRESH),
        edit("override-zero", '"idna==3.9"', '"idna==3.9.0"', FRESH),
        edit("override-changed", '"idna==3.9"', '"idna==3.8"', STALE, "idna"),
        edit("override-removed", '"idna==3.9", ', "", STALE, "idna"),
        edit("override-marker", '"six>=1.10"', "\"six>=1.10; sys_platform == 'linux'\"", STALE, "six"),
        edit("overridden-requirement", '"idna>=3.4"', '"idna>=3.5"', STALE, "idna"),
        edit("constraint-order", '"click<9", "zipp>=3"', '"zipp>=3", "click<9"', FRESH),
        edit("constraint-changed", '"click<9"', '"click<10"', STALE, "click"),
        edit("constraint-extra", '"click<9"', '"click[x]<9"', FRESH),
        edit("constraint-twice", '"click<9"', '"click<9", "click<9"', FRESH),
        edit("constraint-split", '"zipp>=3"', '"zipp>=3", "zipp>2"', FRESH),
        edit("conflicts-order", '{ extra = "old" }, { extra = "new" }', '{ extra = "new" }, { extra = "old" }', FRESH),
        edit("conflicts-package", '{ extra = "old" }', '{ package = "demo", extra = "old" }', FRESH),
        edit("conflicts-twice", '[[{ extra = "old" }, { extra = "new" }]]', '[[{ extra = "old" }, { extra = "new" }], [{ extra = "old" }, { extra = "new" }]]', STALE, "conflicts"),
        edit("conflicts-more", '{ extra = "new" }]]', '{ extra = "new" }, { group = "dev" }]]', STALE, "conflicts"),
        edit("default-groups-order", '["dev", "late"]', '["late", "dev"]', FRESH),
        edit("default-groups-fewer", '["dev", "late"]', '["dev"]', STALE, "default-groups"),
        edit("required-environments-reworded", "\"sys_platform == 'linux'\"", "\"platform_system == 'Linux'\"", FRESH),
        edit("group-python-changed", '">=3.11"', '">=3.12"', STALE, "late"),
        edit("group-python-gone", '\n[tool.uv.dependency-groups]\nlate = { requires-python = ">=3.11" }\n', "", STALE, "late"),
        edit("group-python-same", '">=3.11"', '">=3.11.0"', FRESH),
        edit("group-python-implied", '[tool.uv.dependency-groups]\n', '[tool.uv.dependency-groups]\ndev = { requires-python = ">=3.10" }\n', STALE, "dev"),
        edit("metadata-requires", 'requires-dist = ["toml"]', 'requires-dist = ["toml>=0.9"]', STALE, "six"),
        edit("metadata-version", '"1.17.0"', '"1.16.0"', STALE, "six"),
        edit("metadata-version-gone", 'version = "1.17.0"\n', "", STALE, "six"),
        Edit("metadata-unused", (append(P, '\n[[tool.uv.dependency-metadata]]\nname = "wcwidth"\nversion = "1"\n'),), FRESH),
        edit("extra-conflicting-changed", '"click<8.1"', '"click<8.0"', STALE, "click"),
        edit("dev-table-both", "[tool.uv]\n", '[tool.uv]\ndev-dependencies = ["toml"]\n', FRESH),
        Edit("uv-toml-beside", (put("uv.toml", 'required-environments = ["sys_platform == \'darwin\'"]\n'),), ERROR),
        Edit("uv-toml-hides-metadata", (put("uv.toml", 'override-dependencies = ["idna==3.8"]\n'),), STALE, "six"),
        Edit("lock-conflicts-gone", (resub(L, r"^conflicts = \[\[\n(?:.*\n)+?\]\]\n", ""),), STALE, "conflicts"),
        Edit("lock-manifest-gone", (resub(L, r"^\[manifest\]\n(?:.+\n)+\n", ""),), STALE, "constraint-dependencies"),
    ]
    return Project("rules", {P: text}, L), edits


def dynamic() -> tuple[Project, list[Edit]]:
    """Forms of a project that uv has to build to know all of: the version comes from a module."""
    text = '[project]\nname = "demo"\ndynamic = ["version", "description"]\nrequires-python = ">=3.10"\ndependencies = ["six"]\n\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    module = '"""Demo."""\n__version__ = "1.0"\n'
    edits = [
        Edit("version-in-module", (sub("demo.py", "1.0", "2.0"),), FRESH),
        Edit("version-static", (sub(P, 'dynamic = ["version", "description"]', 'dynamic = ["description"]\nversion = "1.0"'),), STALE, "version"),
        Edit("requirement-added", (sub(P, '"six"', '"six", "toml"'),), STALE, "toml"),
        Edit("build-system-changed", (sub(P, '"flit_core"', '"flit_core>=3"'),), FRESH),
        outside(Edit("build-system-gone", (resub(P, r"\n\[build-system\]\n(?:.*\n)+", ""),), ERROR)),
        Edit("module-gone", (drop("demo.py"),), FRESH),
    ]
    return Project("dynamic", {P: text, "demo.py": module}, L), edits


def above() -> tuple[Project, list[Edit]]:
    """A project without settings, below a directory that has some."""
    app, toml, top = "app/pyproject.toml", "uv.toml", "pyproject.toml"
    text = '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["six>=1.16", "idna>=3.4"]\n'
    edits = [
        Edit("above-changed", (sub(toml, "lowest-direct", "highest"),), STALE, "resolution"),
        Edit("above-gone", (drop(toml),), STALE, "resolution"),
        Edit("above-more", (append(toml, 'prerelease = "allow"\n'),), STALE, "prerelease"),
        Edit("above-cache", (append(toml, 'link-mode = "copy"\n'),), FRESH),
        Edit("own-file-hides", (put("app/uv.toml", "\n"),), STALE, "resolution"),
        Edit("own-table-hides", (append(app, "\n[tool.uv]\n"),), STALE, "resolution"),
        Edit("own-table-same", (append(app, '\n[tool.uv]\nresolution = "lowest-direct"\n'),), FRESH),
        Edit("above-manifest", (drop(toml), put(top, '[tool.uv]\nresolution = "lowest-direct"\n')), FRESH),
        Edit("above-manifest-other", (drop(toml), put(top, '[tool.uv]\nresolution = "highest"\n')), STALE, "resolution"),
        Edit("above-manifest-hidden", (put(top, '[tool.uv]\nresolution = "highest"\n'),), FRESH),
        Edit("above-manifest-bare", (drop(toml), put(top, '[project]\nname = "top"\nversion = "1"\n')), STALE, "resolution"),
        Edit("above-constraint", (drop(toml), put(top, '[tool.uv]\nresolution = "lowest-direct"\nconstraint-dependencies = ["six<1.17"]\n')), FRESH),
    ]
    return Project("above", {app: text, toml: 'resolution = "lowest-direct"\n'}, "app/uv.lock", ("--project", "app")), edits
