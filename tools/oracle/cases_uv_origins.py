"""uv.lock: requirements from repositories, addresses and archives; nothing of it is fetched while the lock fits.

The addresses do not exist: the tool locks a directory, and the lock is turned into what it would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .tree import Step, Tree, append, change, drop, put, resub, sub

P, L = "pyproject.toml", "uv.lock"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

TEXT = """[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["liba[x]", "toml>=0; sys_platform == 'linux'", "six", "libc"]

[project.optional-dependencies]
more = ["idna"]

[dependency-groups]
dev = ["libc", "iniconfig"]

[tool.uv.sources]
liba = { path = "libs/a" }
libc = { path = "libs/c" }
"""

GIT = "https://git.example.com/team/liba.git"
SOURCE_A = f'liba = {{ git = "{GIT}", tag = "v1.0", subdirectory = "python" }}'
SOURCE_C = 'libc = { git = "ssh://git@git.example.com/team/libc.git", rev = "0123456" }'


def package(name: str, needed: str, more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = [{needed}]\n{more}\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'


def transplant(tree: Tree) -> None:
    """The directories become a repository with a tag and one with a commit, and toml a wheel at its own address."""
    for path in [path for path in tree if path.startswith("libs/")]:
        del tree[path]
    lock = tree[L]
    block, url, wheel = toml_wheel(lock)
    text = tree[P].replace('liba = { path = "libs/a" }', SOURCE_A).replace('libc = { path = "libs/c" }', SOURCE_C)
    tree[P] = text.rstrip("\n") + f'\ntoml = {{ url = "{url}" }}\n'
    a = f"{GIT}?subdirectory=python&tag=v1.0"
    c = "ssh://git@git.example.com/team/libc.git?rev=0123456"
    for path, address in (("libs/a", a), ("libs/c", c)):
        lock = lock.replace(f'source = {{ directory = "{path}" }}', f'source = {{ git = "{address}#{COMMIT}" }}')
        lock = lock.replace(f'directory = "{path}"', f'git = "{address}"')
    lock = lock.replace(block, f'[[package]]\nname = "toml"\nversion = "0.10.2"\nsource = {{ url = "{url}" }}\nwheels = [\n    {wheel},\n]\n\n')
    tree[L] = re.sub(r'\{ name = "toml", marker = "([^"]*)", specifier = "[^"]*" \}', rf'{{ name = "toml", marker = "\1", url = "{url}" }}', lock)
    blocks = re.split(r"(?=^\[\[package\]\]\n)", tree[L], flags=re.M)
    tree[L] = "".join(one.partition("\n[package.metadata]")[0] + "\n" if re.search(r'^name = "lib[ac]"', one, re.M) and "[package.metadata]" in one else one for one in blocks)


def toml_wheel(lock: str) -> tuple[str, str, str]:
    """The block of toml, the address of its wheel, and the wheel's entry with nothing but address and hash."""
    block = re.search(r'\[\[package\]\]\nname = "toml"\n(?:.+\n)+\n?', lock)[0]  # type: ignore[index]
    url, digest = re.search(r'wheels = \[\n    \{ url = "([^"]+)", hash = "([^"]+)"', block).groups()  # type: ignore[union-attr]
    return block, url, f'{{ url = "{url}", hash = "{digest}" }}'


def at_url(edit: Callable[[str], tuple[str, str]]) -> Step:
    """Replaces a text that is told from the address of toml."""

    def step(tree: Tree) -> None:
        url = re.search(r'^toml = \{ url = "([^"]+)"', tree[P], re.M)[1]  # type: ignore[index]
        sub(P, *edit(url))(tree)

    return step


def upper_host(url: str) -> str:
    scheme, rest = url.split("://", 1)
    host, path = rest.split("/", 1)
    return f"{scheme}://{host.upper()}/{path}"


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def remote() -> tuple[Project, list[Edit]]:
    """Repositories and an archive at an address."""
    files = {
        P: TEXT,
        "libs/a/pyproject.toml": package("liba", '"idna"', '\n[project.optional-dependencies]\nx = ["click"]\ny = []\n'),
        "libs/c/pyproject.toml": package("libc", ""),
    }
    edits = [
        edit("git-tag", '"v1.0"', '"v1.1"', STALE, "liba"),
        edit("git-tag-to-branch", "tag =", "branch =", STALE, "liba"),
        edit("git-tag-to-rev", "tag =", "rev =", STALE, "liba"),
        edit("git-no-reference", ', tag = "v1.0"', "", STALE, "liba"),
        edit("git-subdirectory-gone", ', subdirectory = "python"', "", STALE, "liba"),
        edit("git-subdirectory-spelling", '"python"', '"./python/"', FRESH),
        edit("git-subdirectory-other", '"python"', '"rust"', STALE, "liba"),
        edit("git-suffix-gone", "liba.git", "liba", STALE, "liba"),
        edit("git-host-case", "https://git.example.com/team/liba", "https://GIT.example.com/team/liba", FRESH),
        edit("git-host-other", "https://git.example.com/team/liba", "https://git2.example.com/team/liba", STALE, "liba"),
        edit("git-scheme", "https://git.example.com/team/liba", "ssh://git@git.example.com/team/liba", STALE, "liba"),
        edit("git-credentials", "https://git.example.com/team/liba", "https://user:secret@git.example.com/team/liba", FRESH),
        edit("git-user-gone", "ssh://git@git", "ssh://git", STALE, "libc"),
        edit("git-plus", 'git = "https://git', 'git = "git+https://git', FRESH),
        edit("git-slash", "liba.git", "liba.git/", STALE, "liba"),
        edit("git-rev-full", '"0123456"', f'"{COMMIT}"', STALE, "libc"),
        edit("git-rev-longer", '"0123456"', '"01234567"', STALE, "libc"),
        edit("git-rev-to-tag", 'rev = "0123456"', 'tag = "0123456"', STALE, "libc"),
        edit("git-lfs", 'tag = "v1.0"', 'tag = "v1.0", lfs = true', STALE, "liba"),
        edit("git-two-references", 'tag = "v1.0"', 'tag = "v1.0", branch = "main"', ERROR),
        edit("git-editable", 'tag = "v1.0"', 'tag = "v1.0", editable = true', ERROR),
        edit("git-unknown-key", 'tag = "v1.0"', 'tag = "v1.0", nonsense = true', ERROR),
        edit("git-inline", '"libc"]', f'"libc @ git+ssh://git@git.example.com/team/libc.git@0123456"]', FRESH),
        edit("git-marker", SOURCE_A, SOURCE_A.replace(" }", ", marker = \"sys_platform == 'linux'\" }"), STALE, "liba"),
        edit("git-list", SOURCE_A, SOURCE_A.replace("= {", "= [{").replace(" }", ", marker = \"sys_platform == 'linux'\" }, { git = \"https://git.example.com/team/liba.git\", tag = \"v0\", marker = \"sys_platform != 'linux'\" }]"), STALE, "liba"),
        edit("git-list-of-one", SOURCE_A, SOURCE_A.replace("= {", "= [{").replace(" }", " }]"), FRESH),
        edit("git-list-overlap", SOURCE_A, SOURCE_A.replace("= {", "= [{").replace(" }", " }, { index = \"x\" }]"), ERROR),
        edit("git-specifier", "liba[x]", "liba[x]>=1", FRESH),
        edit("git-extra-gone", "liba[x]", "liba", STALE, "liba"),
        edit("git-extra-empty", "liba[x]", "liba[x,y]", STALE, "liba"),
        edit("git-to-registry", SOURCE_A + "\n", "", STALE, "liba"),
        edit("git-group-only", SOURCE_C, SOURCE_C.replace(" }", ', group = "dev" }'), STALE, "libc"),
        Edit("url-other", (at_url(lambda url: (url, url.replace("0.10.2", "0.10.1"))),), STALE, "toml"),
        Edit("url-query", (at_url(lambda url: (url, url + "?x=1")),), STALE, "toml"),
        Edit("url-fragment", (at_url(lambda url: (url, url + "#sha256=00")),), ERROR),
        Edit("url-credentials", (at_url(lambda url: (url, url.replace("://", "://user:secret@"))),), FRESH),
        Edit("url-host-case", (at_url(lambda url: (url, upper_host(url))),), FRESH),
        Edit("url-subdirectory", (at_url(lambda url: (f'{url}"', f'{url}", subdirectory = "x"')),), STALE, "toml"),
        Edit("url-inline", (at_url(lambda url: ("toml>=0;", f"toml @ {url} ;")),), FRESH),
        Edit("url-inline-alone", (at_url(lambda url: ("toml>=0;", f"toml @ {url} ;")), resub(P, r"^toml = .*\n", "")), FRESH),
        Edit("url-inline-no-space", (at_url(lambda url: ("toml>=0;", f"toml@{url} ;")), resub(P, r"^toml = .*\n", "")), FRESH),
        Edit("url-inline-hash", (at_url(lambda url: ("toml>=0;", f"toml @ {url}#sha256={'0' * 64} ;")), resub(P, r"^toml = .*\n", "")), FRESH),
        Edit("url-inline-egg", (at_url(lambda url: ("toml>=0;", f"toml @ {url}#egg=toml ;")), resub(P, r"^toml = .*\n", "")), FRESH),
        Edit("url-inline-other", (at_url(lambda url: ("toml>=0;", f"toml @ {url.replace('0.10.2', '0.10.1')} ;")), resub(P, r"^toml = .*\n", "")), STALE, "toml"),
        Edit("git-inline-alone", (sub(P, SOURCE_A + "\n", ""), sub(P, "liba[x]", f"liba[x] @ git+{GIT}@v1.0#subdirectory=python")), STALE, "liba"),
        Edit("git-inline-rev", (sub(P, SOURCE_C + "\n", ""), sub(P, '"libc"]\n\n[project', '"libc @ git+ssh://git@git.example.com/team/libc.git@0123456"]\n\n[project')), STALE, "libc"),
        edit("url-marker-dropped", "toml>=0; sys_platform == 'linux'", "toml>=0", STALE, "toml"),
        edit("url-specifier", "toml>=0;", "toml>=0.1;", FRESH),
        Edit("url-to-registry", (resub(P, r"^toml = .*\n", ""),), STALE, "toml"),
        edit("no-sources-package-url", "[tool.uv.sources]", '[tool.uv]\nno-sources-package = ["toml"]\n\n[tool.uv.sources]', STALE, "toml"),
        edit("source-two-kinds", SOURCE_C, SOURCE_C.replace(" }", ', path = "x" }'), ERROR),
        edit("source-none", SOURCE_C, "libc = {}", ERROR),
        edit("source-name-spelling", "liba = {", "LibA = {", FRESH),
        edit("source-text", SOURCE_C, 'libc = "libs/c"', ERROR),
        edit("source-marker-invalid", SOURCE_C, SOURCE_C.replace(" }", ', marker = "x" }'), ERROR),
        edit("source-extra", SOURCE_C, SOURCE_C.replace(" }", ', extra = "more" }'), ERROR),
        edit("source-never", SOURCE_C, SOURCE_C.replace(" }", ", marker = \"sys_platform == 'win32'\" }"), STALE, "libc"),
        edit("source-always", SOURCE_C, SOURCE_C.replace(" }", ", marker = \"python_version >= '3'\" }"), FRESH),
        Edit("lock-git-commit", (sub(L, "#" + COMMIT, "#" + COMMIT[::-1], True),), FRESH),
        Edit("lock-git-commit-gone", (sub(L, "#" + COMMIT, "", True),), ERROR),
        Edit("lock-git-commit-short", (sub(L, "#" + COMMIT, "#0123456", True),), ERROR),
        Edit("lock-git-tag", (sub(L, f"tag=v1.0#{COMMIT}", f"tag=v1.1#{COMMIT}"),), FRESH),
        Edit("lock-url-hash-gone", (resub(L, r'(source = \{ url.*\nwheels = \[\n    \{ url = "[^"]+"), hash = "[^"]+"', r"\1"),), ERROR),
        Edit("uv-toml-no-sources", (put("uv.toml", "no-sources = true\n"),), STALE, "liba"),
        edit("no-sources-package", "[tool.uv.sources]", '[tool.uv]\nno-sources-package = ["liba"]\n\n[tool.uv.sources]', STALE, "liba"),
    ]
    return Project("remote", files, L, finish=(transplant,)), edits


def local() -> tuple[Project, list[Edit]]:
    """Directories in every manner, also out of an extra, a group and the folder above."""
    text = """[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ["liba", "libd"]

[project.optional-dependencies]
more = ["libb>=1; python_version >= '3.11'"]

[dependency-groups]
dev = ["libc"]

[tool.uv]
environments = ["sys_platform == 'linux'"]
constraint-dependencies = ["liba>=1"]

[tool.uv.sources]
liba = { path = "libs/a" }
libb = { path = "libs/b", editable = true, extra = "more" }
libc = [{ path = "libs/c", group = "dev", marker = "sys_platform == 'linux'" }]
libd = { path = "libs/d" }
"""
    files = {
        P: text,
        "libs/a/pyproject.toml": package("liba", '"six", "libd"', '\n[tool.uv.sources]\nlibd = { path = "../d" }\n'),
        "libs/b/pyproject.toml": package("libb", '"idna"', '\n[dependency-groups]\ndev = ["toml"]\n'),
        "libs/c/pyproject.toml": '[project]\nname = "libc"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["iniconfig"]\n',
        "libs/d/pyproject.toml": package("libd", '"pluggy"', '\n[tool.uv]\noverride-dependencies = ["six<1"]\nconstraint-dependencies = ["six<1"]\n'),
    }
    a, b, c, d = (f"libs/{name}/pyproject.toml" for name in "abcd")
    edits = [
        Edit("nested-requirement", (sub(d, '"pluggy"', '"pluggy", "toml"'),), STALE, "toml"),
        Edit("nested-source-gone", (sub(a, 'libd = { path = "../d" }\n', ""),), STALE, "libd"),
        Edit("nested-source-moved", (sub(a, '"../d"', '"../../libs/d"'),), FRESH),
        Edit("nested-version", (sub(d, 'version = "1.0"', 'version = "1.1"'),), STALE, "libd"),
        Edit("nested-version-equal", (sub(d, 'version = "1.0"', 'version = "1.0.0"'),), FRESH),
        Edit("nested-settings", (sub(d, 'override-dependencies = ["six<1"]\n', ""),), FRESH),
        Edit("nested-python", (sub(d, ">=3.10", ">=3.11"),), FRESH),
        Edit("nested-name", (sub(d, 'name = "libd"', 'name = "libx"'),), ERROR),
        Edit("nested-group", (sub(b, '"toml"', '"toml>=0.1"'),), STALE, "toml"),
        Edit("nested-extra-added", (append(b, '\n[project.optional-dependencies]\nz = ["toml"]\n'),), STALE, "z"),
        Edit("nested-gone", (drop("libs/d"),), ERROR),
        Edit("nested-broken", (append(d, "= 1\n"),), ERROR),
        Edit("nested-build-gone", (change(c, lambda text: text + '\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'),), FRESH),
        Edit("nested-package-false", (append(c, "\n[tool.uv]\npackage = false\n"),), STALE, "libc"),
        Edit("nested-lock", (put("libs/d/uv.lock", "version = 1\n"),), FRESH),
        edit("extra-source-to-all", ', extra = "more"', "", FRESH),
        edit("extra-source-marker", ', extra = "more"', ", extra = \"more\", marker = \"sys_platform == 'linux'\"", STALE, "libb"),
        edit("extra-requirement-marker", ">= '3.11'", ">= '3.12'", STALE, "libb"),
        edit("extra-requirement-specifier", "libb>=1;", "libb>=1.1;", FRESH),
        edit("extra-moved", 'more = ["libb', 'less = ["libb', ERROR),
        edit("group-source-marker", ", marker = \"sys_platform == 'linux'\"", "", STALE, "libc"),
        edit("group-source-other", 'group = "dev"', 'group = "test"', ERROR),
        edit("editable-off", "editable = true, ", "", STALE, "libb"),
        edit("editable-false", 'liba = { path = "libs/a" }', 'liba = { path = "libs/a", editable = false }', FRESH),
        edit("package-false", 'liba = { path = "libs/a" }', 'liba = { path = "libs/a", package = false }', STALE, "liba"),
        edit("package-false-editable", 'liba = { path = "libs/a" }', 'liba = { path = "libs/a", package = false, editable = true }', ERROR),
        outside(edit("path-absolute", 'liba = { path = "libs/a" }', 'liba = { path = "/nonexistent/a" }', ERROR)),
        edit("path-missing", 'liba = { path = "libs/a" }', 'liba = { path = "libs/z" }', ERROR),
        edit("path-url", 'liba = { path = "libs/a" }', 'liba = { workspace = true }', ERROR),
        edit("workspace-now", "[tool.uv]\n", '[tool.uv.workspace]\nmembers = ["libs/c"]\n\n[tool.uv]\n', STALE, "libc"),
        edit("constraint-on-path", '["liba>=1"]', '["liba>=1.0"]', FRESH),
        edit("constraint-on-path-more", '["liba>=1"]', '["liba>=0.9"]', STALE, "liba"),
        edit("environments-text", "[\"sys_platform == 'linux'\"]", "\"sys_platform == 'linux'\"", FRESH),
        edit("environments-more", "[\"sys_platform == 'linux'\"]", "[\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]", STALE, "environments"),
        edit("environments-overlap", "[\"sys_platform == 'linux'\"]", "[\"sys_platform == 'linux'\", \"python_version >= '3.10'\"]", ERROR),
        edit("environments-invalid", "[\"sys_platform == 'linux'\"]", '["linux"]', ERROR),
        edit("required-environments-outside", "[tool.uv]\n", "[tool.uv]\nrequired-environments = [\"sys_platform == 'win32'\"]\n", STALE, "required-environments"),
        edit("inline-path", '"liba", ', '"liba @ file:libs/a", ', ERROR),
        Edit("inline-path-alone", (sub(P, 'liba = { path = "libs/a" }\n', ""), sub(P, '"liba", ', '"liba @ ./libs/a", ')), ERROR),
        Edit("inline-path-rooted", (sub(P, 'liba = { path = "libs/a" }\n', ""), sub(P, '"liba", ', '"liba @ file:///${PROJECT_ROOT}/libs/a", ')), FRESH),
    ]
    return Project("local", files, L), edits
