"""requirements.txt: several inputs, extras, addresses, options within inputs, and every style of comment."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .tree import append, change, drop, put, resub, sub

I, L, P = "requirements.in", "requirements.txt", "pyproject.toml"


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(I, old, new),), expect, blame)


def styled(style: str) -> tuple[Project, list[Edit]]:
    """The same input with comments in one line, or none at all, or split over lines."""
    text = "idna>=3.4\nmarkdown-it-py[linkify]>=2\nsix\n"
    edits = [
        edit("add", "six\n", "six\ntoml\n", STALE, "toml"),
        edit("add-transitive", "six\n", "six\nmdurl>=0\n", FRESH),
        edit("remove", "six\n", "", STALE, "six"),
        edit("remove-with-transitive", "markdown-it-py[linkify]>=2\n", "", STALE, "markdown-it-py"),
        # The file does not say which extra brings a pin.
        outside(edit("extra-gone", "[linkify]", "", STALE, "linkify-it-py|markdown-it-py")),
        edit("violated", "idna>=3.4", "idna<3.5", STALE, "idna"),
        edit("satisfied", "idna>=3.4", "idna>=3.5", FRESH),
        Edit("pin-gone", (resub(L, r"^six==.*\n(?:    #.*\n)*", ""),), STALE, "six"),
        Edit("pin-orphan", (append(L, "toml==0.10.2          # via -r requirements.in\n" if style == "line" else "toml==0.10.2\n    # via -r requirements.in\n"),), STALE, "toml"),
    ]
    return Project(f"style-{style}", {I: text}, L, (f"--annotation-style={style}", I)), edits


def several(tool: str) -> tuple[Project, list[Edit]]:
    """Two inputs side by side, one of which includes a third, with odd layout."""
    files = {
        "in/base.in": "# base\nidna >= 3.4 , < 4   # why\n\n-r ./more/extra.in\n",
        "in/more/extra.in": "--constraint=../bounds.txt\nsix>=1.10; python_version >= \"3.6\"\nattrs>=22 ; sys_platform != 'win32'\n",
        "in/dev.in": "iniconfig\npluggy==1.*\n",
        "in/bounds.txt": "six<2\nmdurl<1\n",
    }
    B, X, D, C = "in/base.in", "in/more/extra.in", "in/dev.in", "in/bounds.txt"
    edits = [
        Edit("add-to-first", (append(B, "toml\n"),), STALE, "toml"),
        Edit("add-to-second", (append(D, "toml\n"),), STALE, "toml"),
        Edit("add-to-included", (append(X, "toml\n"),), STALE, "toml"),
        Edit("remove-from-second", (sub(D, "iniconfig\n", ""),), STALE, "iniconfig"),
        Edit("move-between", (sub(D, "iniconfig\n", ""), append(B, "iniconfig\n")), FRESH),
        Edit("bound-violated", (sub(C, "six<2", "six<1.12"),), STALE, "six"),
        Edit("bound-satisfied", (sub(C, "six<2", "six<3"),), FRESH),
        Edit("bound-added", (append(C, "idna<3.6\n"),), STALE, "idna"),
        Edit("bound-with-extra-file", (append(C, "-c other.txt\n"), put("in/other.txt", "idna<3.6\n")), STALE, "idna"),
        Edit("star-to-exact", (sub(D, "pluggy==1.*", "pluggy==1.0.0"),), STALE, "pluggy"),
        Edit("star-satisfied", (sub(D, "pluggy==1.*", "pluggy~=1.0"),), FRESH),
        Edit("not-equal-hit", (resub(D, r"^pluggy==1\.\*", "pluggy!=1.6.0,!=1.6.1,!=1.7.0,<1.6"),), STALE, "pluggy"),
        Edit("marker-in-list", (sub(X, "sys_platform != 'win32'", "sys_platform in 'linux darwin'"),), STALE, "attrs"),
        Edit("marker-quotes", (sub(X, "sys_platform != 'win32'", 'sys_platform != "win32"'),), FRESH),
        Edit("comment-hash", (sub(D, "iniconfig\n", "iniconfig # toml\n"),), FRESH),
        Edit("case", (sub(D, "iniconfig", "IniConfig"),), FRESH),
        Edit("twice-differing", (append(D, "idna>=3.5\n"),), FRESH),
        Edit("twice-contradicting", (append(D, "idna<3\n"),), ERROR),
        Edit("include-gone", (drop(X),), ERROR),
        Edit("include-dropped", (sub(B, "-r ./more/extra.in\n", ""),), STALE, "six|attrs"),
        Edit("include-spelling", (sub(B, "-r ./more/extra.in", "--requirement=more/extra.in"),), FRESH),
        Edit("include-cycle", (append(X, "-r ../base.in\n"),), FRESH if tool == "uv-pip" else ERROR),
        Edit("option-pre", (append(D, "--pre\n"),), FRESH),
        Edit("option-no-binary", (append(D, "--no-binary=:none:\n"),), FRESH),
        Edit("option-unknown", (append(D, "--nonsense\n"),), ERROR),
        Edit("arbitrary", (sub(D, "pluggy==1.*", "pluggy===0.1"),), STALE, "pluggy"),
        Edit("tilde-one-part", (sub(D, "pluggy==1.*", "pluggy~=1"),), ERROR),
        Edit("second-empty", (put(D, "# nothing\n"),), STALE, "iniconfig|pluggy"),
        Edit("lock-other-place", (change(L, lambda text: text.replace("    # via", "    #  via")),), FRESH),
    ]
    return Project("several", files, L, (B, D)), edits


def groups() -> tuple[Project, list[Edit]]:
    """A pyproject.toml with all extras."""
    text = '[project]\nname = "demo"\nversion = "1.0"\ndescription = "d"\nrequires-python = ">=3.10"\ndependencies = ["idna>=3.4; python_version >= \'3.8\'"]\n\n[project.optional-dependencies]\nCli_Set = ["click>=8", "demo[web]"]\nweb = ["toml"]\n\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n\n[tool.flit.module]\nname = "demo"\n'
    edits = [
        Edit("extra-added", (sub(P, 'web = ["toml"]', 'web = ["toml"]\nmore = ["six"]'),), STALE, "six"),
        Edit("extra-changed", (sub(P, '"toml"', '"toml", "six"'),), STALE, "six"),
        Edit("extra-narrowed", (sub(P, '"toml"', '"toml<0.10"'),), STALE, "toml"),
        Edit("extra-self-gone", (sub(P, ', "demo[web]"', ""),), FRESH),
        Edit("extra-renamed", (sub(P, "Cli_Set", "cli-set"),), FRESH),
        Edit("extra-gone", (sub(P, 'Cli_Set = ["click>=8", "demo[web]"]\n', ""),), STALE, "click"),
        Edit("main-added", (sub(P, "\"idna>=3.4; python_version >= '3.8'\"", "\"idna>=3.4; python_version >= '3.8'\", \"six\""),), STALE, "six"),
        Edit("requires-python", (sub(P, '">=3.10"', '">=3.9"'),), FRESH),
        Edit("name", (sub(P, 'name = "demo"\nversion', 'name = "Demo"\nversion'),), FRESH),
        Edit("broken", (append(P, "= 1\n"),), ERROR),
    ]
    return Project("all-extras", {P: text, "demo.py": '"""Demo."""\n'}, L, ("--all-extras", P)), edits


def universal() -> tuple[Project, list[Edit]]:
    """`uv pip compile --universal` with markers that split."""
    text = "idna>=3.4; python_version >= '3.11'\nsix>=1.10; sys_platform == 'win32'\nsix; sys_platform == 'linux'\ncolorama; os_name == 'nt'\nattrs; platform_machine == 'x86_64'\n"
    edits = [
        # Nor for which interpreter it was compiled.
        outside(edit("marker-moved", ">= '3.11'", ">= '3.12'", STALE, "idna")),
        edit("marker-dropped", "colorama; os_name == 'nt'", "colorama", STALE, "colorama"),
        edit("marker-same", "python_version >= '3.11'", "python_version > '3.10'", FRESH),
        edit("marker-platform", "sys_platform == 'win32'", "platform_system == 'Windows'", FRESH),
        edit("marker-union", "six; sys_platform == 'linux'", "six; sys_platform == 'darwin'", STALE, "six"),
        edit("marker-never", "attrs; platform_machine == 'x86_64'", "attrs; python_version < '3'", STALE, "attrs"),
        edit("add-marked", "attrs;", "toml; os_name == 'nt'\nattrs;", STALE, "toml"),
        edit("add-never", "attrs;", "toml; python_version < '3'\nattrs;", FRESH),
        edit("one-narrowed", "six>=1.10;", "six<1.16;", STALE, "six"),
    ]
    return Project("split", {I: text}, L, ("--universal", I)), edits


def addresses() -> tuple[Project, list[Edit]]:
    """A directory of the repository, plain and editable."""
    library = '[project]\nname = "liba"\nversion = "1.0"\ndescription = "d"\nrequires-python = ">=3.10"\ndependencies = ["idna"]\n\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    edits = [
        edit("add", "six\n", "six\ntoml\n", STALE, "toml"),
        edit("path-gone", "-e ./libs/a\n", "", STALE, "liba|idna"),
        edit("path-plain", "-e ./libs/a\n", "./libs/a\n", STALE, "./libs/a"),
        edit("remove", "six\n", "", STALE, "six"),
        edit("url", "six\n", "six @ https://files.example.com/six-1.17.0-py2.py3-none-any.whl\n", STALE, "six"),
        outside(Edit("library-changed", (sub("libs/a/pyproject.toml", '"idna"', '"idna", "toml"'),), STALE, "toml")),
    ]
    files = {I: "-e ./libs/a\nsix\n", "libs/a/pyproject.toml": library, "libs/a/liba.py": '"""A."""\n__version__ = "1.0"\n'}
    return Project("addresses", files, L, (I,)), edits


def more(tool: str) -> list[tuple[Project, list[Edit]]]:
    """The projects of one compiler."""
    made = [styled("line"), several(tool), groups()]
    # pip-compile writes a directory by its absolute path, which is another one on each machine.
    return [*made, universal(), addresses()] if tool == "uv-pip" else made
