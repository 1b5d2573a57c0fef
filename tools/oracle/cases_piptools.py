"""requirements.in to requirements.txt: pip-compile and `uv pip compile`."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .cases_piptools_more import more
from .damage import damage
from .tree import append, change, drop, put, resub, sub

I, L = "requirements.in", "requirements.txt"

PLAIN = """# what we need
idna>=3.4
six
markdown-it-py>=2
colorama; sys_platform == 'win32'
typing-extensions>=4; python_version >= '3.8'
-c constraints.txt
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(I, old, new),), expect, blame)


def same(edit: Edit) -> Edit:
    return edit


def plain() -> tuple[Project, list[Edit]]:
    """One input with a constraints file."""
    edits = [
        edit("add", "six\n", "six\ntoml\n", STALE, "toml"),
        edit("add-locked-transitive", "six\n", "six\nmdurl\n", FRESH),
        edit("remove", "six\n", "", STALE, "six"),
        edit("remove-with-transitive", "markdown-it-py>=2\n", "", STALE, "markdown-it-py"),
        edit("tighten-satisfied", "idna>=3.4", "idna>=3.5", FRESH),
        edit("tighten-violated", "idna>=3.4", "idna<3.5", STALE, "idna"),
        edit("tighten-exact-other", "idna>=3.4", "idna==3.4", STALE, "idna"),
        edit("loosen", "idna>=3.4", "idna", FRESH),
        edit("impossible", "idna>=3.4", "idna>=999", STALE, "idna"),
        edit("reword", "idna>=3.4", "IDNA >= 3.4, !=3.5", FRESH),
        edit("reorder", "idna>=3.4\nsix\n", "six\nidna>=3.4\n", FRESH),
        edit("duplicate", "six\n", "six\nsix>=1\n", FRESH),
        edit("comment", "six\n", "six  # a word\n", FRESH),
        edit("marker-false-to-true", "sys_platform == 'win32'", "sys_platform == 'linux'", STALE, "colorama"),
        edit("marker-still-false", "sys_platform == 'win32'", "sys_platform == 'darwin'", FRESH),
        edit("marker-true-to-false", ">= '3.8'", "< '3.8'", STALE, "typing-extensions"),
        edit("marker-dropped-false", "; sys_platform == 'win32'", "", STALE, "colorama"),
        edit("marker-text-on-true", ">= '3.8'", ">= '3.9'", STALE, "typing-extensions"),
        edit("marker-dropped-true", "; python_version >= '3.8'", "", STALE, "typing-extensions"),
        outside(edit("extra-added", "markdown-it-py>=2", "markdown-it-py[linkify]>=2", STALE, "markdown-it-py")),
        edit("prerelease-marker", "idna>=3.4", "idna>=3.4.dev0", FRESH),
        Edit("constraint-tightened-satisfied", (put("constraints.txt", "mdurl>=0.1\nidna<4\n"),), FRESH),
        Edit("constraint-violated", (put("constraints.txt", "mdurl<1\nidna<3.8\n"),), STALE, "idna"),
        Edit("constraint-violated-transitive", (put("constraints.txt", "mdurl<0.1.2\n"),), STALE, "mdurl"),
        Edit("constraint-unused", (append("constraints.txt", "toml<0.1\n"),), FRESH),
        Edit("constraint-removed", (sub(I, "-c constraints.txt\n", ""),), FRESH),
        Edit("constraints-file-gone", (drop("constraints.txt"),), ERROR),
        Edit("include-added", (append(I, "-r more.in\n"), put("more.in", "toml\n")), STALE, "toml"),
        Edit("include-added-satisfied", (append(I, "-r more.in\n"), put("more.in", "six>=1\n")), FRESH),
        Edit("include-missing", (append(I, "-r nowhere.in\n"),), ERROR),
        edit("invalid", "six\n", "six>>1\n", ERROR),
        Edit("manifest-crlf", (change(I, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(I, lambda text: "\ufeff" + text),), FRESH),
        Edit("pin-edited-satisfied", (resub(L, r"^idna==.*", "idna==3.10"),), FRESH),
        Edit("pin-edited-violated", (resub(L, r"^idna==.*", "idna==3.3"),), STALE, "idna"),
        Edit("pin-direct-removed", (resub(L, r"^six==.*\n(?:    #.*\n)*", ""),), STALE, "six"),
        outside(Edit("pin-transitive-removed", (resub(L, r"^mdurl==.*\n(?:    #.*\n)*", ""),), STALE, "mdurl")),
        Edit("pin-transitive-edited", (resub(L, r"^mdurl==.*", "mdurl==0.1.1"),), FRESH),
        Edit("pin-orphan", (append(L, "toml==0.10.2\n    # via -r requirements.in\n"),), STALE, "toml"),
        Edit("pin-orphan-bare", (append(L, "toml==0.10.2\n"),), STALE, "toml"),
        Edit("pin-name-case", (sub(L, "idna==", "IDNA=="),), FRESH),
        # Without its comments nothing in the file tells which pins others bring.
        outside(Edit("comments-stripped", (resub(L, r"^\s*#.*\n", "", 0),), FRESH)),
        *damage(L, "#", empty=STALE, missing=STALE, crlf=FRESH, bom=FRESH, comment=FRESH, no_last_newline=FRESH, blank_lines=FRESH, conflict=ERROR),
    ]
    return Project("plain", {I: PLAIN, "constraints.txt": "mdurl<1\n"}, L, (I,)), edits


def hashed(tool: str) -> tuple[Project, list[Edit]]:
    """Output with hashes."""
    edits = [
        edit("add", "six\n", "six\ntoml\n", STALE, "toml"),
        edit("remove", "six\n", "", STALE, "six"),
        edit("tighten-satisfied", "idna>=3.4", "idna>=3.5", FRESH),
        edit("tighten-violated", "idna>=3.4", "idna<3.5", STALE, "idna"),
        Edit("one-hash-removed", (resub(L, r" \\\n    --hash=sha256:[0-9a-f]{64}\n    #", "\n    #"),), FRESH),
        Edit("all-hashes-of-one", (resub(L, r"^(six==\S+) \\\n(?:    --hash=\S+(?: \\)?\n)+", r"\1\n"),), STALE, "six"),
        # pip-compile may ask the registry about the other hashes, and then stops.
        (outside if tool == "pip-tools" else same)(Edit("hash-edited", (resub(L, r"sha256:[0-9a-f]{8}", "sha256:00000000"),), FRESH)),
        # The old hashes stay, and whether they are of that version only the registry knows.
        outside(Edit("pin-edited", (resub(L, r"^idna==\S+", "idna==3.10"),), ERROR if tool == "pip-tools" else FRESH)),
    ]
    return Project("hashed", {I: "idna>=3.4\nsix\n"}, L, ("--generate-hashes", I)), edits


def layered() -> tuple[Project, list[Edit]]:
    """A development file that includes the base input and is bound by its output."""
    files = {
        "requirements/base.in": "idna>=3.4\n",
        "requirements/base.txt": "idna==3.10\n    # via -r requirements/base.in\n",
        "requirements/dev.in": "-r base.in\n-c base.txt\niniconfig\n",
    }
    B, D, T = "requirements/base.in", "requirements/dev.in", "requirements/dev.txt"
    edits = [
        Edit("base-add", (append(B, "six\n"),), STALE, "six"),
        Edit("base-tighten-satisfied", (sub(B, ">=3.4", ">=3.9"),), FRESH),
        Edit("base-pin-moved", (sub("requirements/base.txt", "idna==3.10", "idna==3.9"),), STALE, "idna"),
        Edit("dev-add", (append(D, "toml\n"),), STALE, "toml"),
        Edit("dev-remove", (sub(D, "iniconfig\n", ""),), STALE, "iniconfig"),
        Edit("include-dropped", (sub(D, "-r base.in\n", ""),), STALE, "idna"),
        Edit("constraint-dropped", (sub(D, "-c base.txt\n", ""),), FRESH),
        # The same version, but spelled as the registry does not spell it.
        outside(Edit("pin-edited", (resub(T, r"^iniconfig==.*", "iniconfig==1.0"),), STALE, "iniconfig")),
    ]
    return Project("layered", files, T, (D,)), edits


def manifest(tool: str) -> tuple[Project, list[Edit]]:
    """A pyproject.toml with an extra as the input."""
    P = "pyproject.toml"
    text = '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["idna>=3.4", "six"]\n\n[project.optional-dependencies]\ncli = ["click>=8"]\nweb = ["toml"]\n\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n\n[tool.flit.module]\nname = "demo"\n'
    files = {P: text.replace('version = "1.0"', 'version = "1.0"\ndescription = "d"'), "demo.py": '"""Demo."""\n'}
    edits = [
        Edit("add", (sub(P, '"six"', '"six", "zipp"'),), STALE, "zipp"),
        Edit("remove", (sub(P, ', "six"', ""),), STALE, "six"),
        Edit("tighten-satisfied", (sub(P, "idna>=3.4", "idna>=3.5"),), FRESH),
        Edit("tighten-violated", (sub(P, "idna>=3.4", "idna<3.5"),), STALE, "idna"),
        Edit("extra-used-changed", (sub(P, '"click>=8"', '"click>=8", "iniconfig"'),), STALE, "iniconfig"),
        Edit("extra-other-changed", (sub(P, '"toml"', '"toml", "iniconfig"'),), FRESH),
        Edit("version", (sub(P, '"1.0"', '"1.1"'),), FRESH),
        Edit("extra-removed", (sub(P, 'cli = ["click>=8"]\n', ""),), ERROR if tool == "uv-pip" else STALE, "click"),
    ]
    return Project("manifest", files, L, ("--extra", "cli", P)), edits


def unannotated() -> tuple[Project, list[Edit]]:
    """Output without `via` comments."""
    option = "--no-annotate"
    edits = [
        edit("add", "six\n", "six\ntoml\n", STALE, "toml"),
        edit("tighten-satisfied", "idna>=3.4", "idna>=3.5", FRESH),
        edit("tighten-violated", "idna>=3.4", "idna<3.5", STALE, "idna"),
    ]
    return Project("unannotated", {I: "idna>=3.4\nsix\n"}, L, (option, I)), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """The same projects for both compilers."""
    made = [plain(), hashed(tool), layered(), manifest(tool), unannotated(), *more(tool)]
    if tool == "uv-pip":
        universal, edits = plain()
        files = dict(universal.files)
        chosen = {"marker-false-to-true", "marker-still-false", "marker-true-to-false", "marker-dropped-false", "add", "remove", "tighten-violated"}
        made.append((Project("universal", files, L, ("--universal", I)), [one for one in edits if one.name in chosen]))
    return made
