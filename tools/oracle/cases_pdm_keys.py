"""pdm.lock: every table and key of a manifest, right and wrong."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tree import append, put, sub

M = "package.json"
L = "pdm.lock"
P = "pyproject.toml"


def keys() -> tuple[Project, list[Edit]]:
    """A project with groups of both kinds, overrides and resolution settings."""
    files = {
        P: '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["six>=1", "idna>=3.4; python_version < \'3.13\'"]\n\n[project.optional-dependencies]\na = ["toml"]\n\n[dependency-groups]\ndev = ["click", {include-group = "lint"}]\nlint = ["pluggy"]\n\n[tool.pdm]\ndistribution = false\n\n[tool.pdm.resolution]\nexcludes = ["attrs"]\nrespect-source-order = true\n\n[tool.pdm.resolution.overrides]\ntoml = "0.10.2"\n\n[tool.pdm.dev-dependencies]\ndocs = ["zipp"]\n\n',
    }
    edits = [
        Edit("distribution", (sub(P, "distribution = false", "distribution = true"),), FRESH),
        Edit("dist-gone", (sub(P, "distribution = false\n", ""),), FRESH),
        Edit("excludes", (sub(P, '["attrs"]', "[]"),), STALE),
        Edit("excludes-gone", (sub(P, 'excludes = ["attrs"]\n', ""),), STALE),
        Edit("respect", (sub(P, "respect-source-order = true\n", ""),), STALE),
        Edit("override", (sub(P, '"0.10.2"', '"0.10.1"'),), STALE),
        Edit("override-tbl", (sub(P, 'toml = "0.10.2"', 'toml = {version="0.10.2"}'),), STALE),
        Edit("override-more", (sub(P, 'toml = "0.10.2"', 'toml = "0.10.2"\nzipp = "3"'),), STALE),
        Edit("override-case", (sub(P, 'toml = "0.10.2"', 'TOML = "0.10.2"'),), STALE),
        Edit("res-cve", (sub(P, "respect-source-order", "allow-prereleases = true\nrespect-source-order"),), STALE),
        Edit("res-uv", (sub(P, "respect-source-order", "use-uv = true\nrespect-source-order"),), STALE),
        Edit("use-uv", (sub(P, "distribution = false", "distribution=false\nuse-uv = true"),), FRESH),
        Edit("source-add", (append(P, '[[tool.pdm.source]]\nname="x"\nurl="https://a.example.com/simple"\n'),), STALE),
        Edit("source-tbl", (append(P, '[tool.pdm.source]\nname="x"\nurl="https://a.example.com/simple"\n'),), STALE),
        Edit("source-nourl", (append(P, '[[tool.pdm.source]]\nname="x"\n'),), STALE),
        Edit("source-noname", (append(P, '[[tool.pdm.source]]\nurl="https://a.example.com/simple"\n'),), STALE),
        Edit("source-dup", (append(P, '[[tool.pdm.source]]\nname="x"\nurl="https://a.example.com/simple"\n[[tool.pdm.source]]\nname="x"\nurl="https://b.example.com/simple"\n'),), STALE),
        Edit("docs-move", (sub(P, '[tool.pdm.dev-dependencies]\ndocs = ["zipp"]\n', ""), sub(P, 'lint = ["pluggy"]', 'lint = ["pluggy"]\ndocs = ["zipp"]'),), FRESH),
        Edit("docs-case", (sub(P, 'docs = ["zipp"]', 'Docs = ["zipp"]'),), FRESH),
        Edit("docs-editable", (sub(P, 'docs = ["zipp"]', 'docs = ["-e ./lib"]'),), STALE),
        Edit("docs-both", (sub(P, 'docs = ["zipp"]', 'dev = ["zipp"]'),), STALE),
        Edit("inc-inline", (sub(P, '{include-group = "lint"}', '"pluggy"'),), STALE),
        Edit("inc-unknown", (sub(P, '{include-group = "lint"}', '{include-group = "zz"}'),), STALE),
        Edit("inc-cycle", (sub(P, 'lint = ["pluggy"]', 'lint = ["pluggy", {include-group="dev"}]'),), STALE),
        Edit("group-dup", (sub(P, 'lint = ["pluggy"]', 'lint = ["pluggy"]\nLint=["attrs"]'),), ERROR),
        Edit("group-is-extra", (sub(P, 'lint = ["pluggy"]', 'a = ["pluggy"]'),), STALE),
        Edit("group-empty", (sub(P, 'lint = ["pluggy"]', "lint = []"),), STALE),
        Edit("group-str", (sub(P, 'lint = ["pluggy"]', 'lint = "pluggy"'),), STALE),
        Edit("group-bad", (sub(P, '"pluggy"', '"pluggy>>"'),), STALE),
        Edit("extra-case", (sub(P, 'a = ["toml"]', 'A = ["toml"]'),), STALE),
        Edit("extra-empty", (sub(P, 'a = ["toml"]', 'a = ["toml"]\nb = []'),), STALE),
        Edit("extra-self", (sub(P, 'a = ["toml"]', 'a = ["toml"]\nb = ["demo[a]"]'),), STALE),
        Edit("py", (sub(P, '">=3.10"', '">=3.10,<4"'),), STALE),
        Edit("py-sp", (sub(P, '">=3.10"', '">= 3.10"'),), STALE),
        Edit("py-gone", (sub(P, 'requires-python = ">=3.10"\n', ""),), STALE),
        Edit("py-bad", (sub(P, '">=3.10"', '"^3.10"'),), STALE),
        Edit("py-num", (sub(P, '">=3.10"', "3.10"),), STALE),
        Edit("six", (sub(P, '"six>=1"', '"six>=1.0"'),), STALE),
        Edit("six-bad", (sub(P, '"six>=1"', '"six>>1"'),), STALE),
        Edit("six-empty", (sub(P, '"six>=1"', '""'),), STALE),
        Edit("six-num", (sub(P, '"six>=1"', "5"),), STALE),
        Edit("six-sp", (sub(P, '"six>=1"', '"six >=1"'),), STALE),
        Edit("mk-quotes", (sub(P, "python_version < '3.13'", 'python_version < \\"3.13\\"'),), STALE),
        Edit("dyn", (sub(P, 'version = "1.0"\n', 'dynamic = ["version"]\n'),), FRESH),
        Edit("dyn-deps", (sub(P, 'version = "1.0"', 'version = "1.0"\ndynamic=["dependencies"]'),), FRESH),
        Edit("dyn-tool", (sub(P, "[tool.pdm]\n", '[tool.pdm]\nversion = {source="scm"}\n'),), FRESH),
        Edit("name", (sub(P, 'name = "demo"', 'name = "Demo2"'),), FRESH),
        Edit("noname", (sub(P, 'name = "demo"\n', ""),), FRESH),
        Edit("proj-key", (sub(P, 'version = "1.0"', 'version = "1.0"\nnews=1'),), FRESH),
        Edit("pdm-key", (sub(P, "distribution = false", "distribution = false\nnews = 1"),), FRESH),
        Edit("scripts", (append(P, '[tool.pdm.scripts]\na = "b"\n'),), FRESH),
        Edit("build", (append(P, '[tool.pdm.build]\nincludes=["x"]\n'),), FRESH),
        Edit("options", (append(P, '[tool.pdm.options]\nlock=["--no-cross-platform"]\n'),), FRESH),
        Edit("options-check", (append(P, '[tool.pdm.options]\nlock=["-G","docs"]\n'),), FRESH),
        Edit("pdm-toml", (put("pdm.toml", '[pypi]\nurl="https://a.example.com/simple"\n'),), FRESH),
        Edit("pdm-toml-fmt", (put("pdm.toml", '[lock]\nformat="pylock"\n'),), FRESH),
        Edit("pdm-toml-res", (put("pdm.toml", "[resolution]\nuse-uv=true\n"),), FRESH),
        Edit("pdm-python", (put(".pdm-python", "/x/python"),), FRESH),
        Edit("poetry-tbl", (append(P, '[tool.poetry]\nname="x"\n'),), FRESH),
        Edit("uv-tbl", (append(P, "[tool.uv]\nnews=1\n"),), FRESH),
        Edit("ws", (append(P, '[tool.pdm.workspace]\nmembers=["packages/*"]\n'),), STALE),
        Edit("ws-bad", (append(P, '[tool.pdm.workspace]\nmembers="packages/*"\n'),), STALE),
        Edit("ws-empty", (append(P, "[tool.pdm.workspace]\n"),), FRESH),
        Edit("ws-miss", (append(P, '[tool.pdm.workspace]\nmembers=["nope"]\n'),), STALE),
        Edit("lock-strategy", (sub(L, "strategy = [", 'strategy = ["zzz", '),), FRESH),
    ]
    return Project("keys", files, L, ('-G:all',)), edits
