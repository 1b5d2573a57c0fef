"""uv.lock: every way to spell a version, a marker and a requirement, and odd keys of a project."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .tree import append, change, put, resub, sub

P, L = "pyproject.toml", "uv.lock"

TEXT = """[project]
name = "spell.ings"
version = "1.0rc1"
requires-python = ">=3.10,<3.15"
dependencies = [
    "idna~=3.4",
    "six==1.*",
    "toml!=0.9.*",
    "packaging>=20,<100,!=21.0,!=22.0",
    "zipp>=3; python_version >= '3.11' and python_version < '3.13'",
    "attrs; sys_platform in 'linux darwin'",
    "wrapt; platform_machine == 'x86_64' or platform_machine == 'aarch64'",
    "pluggy; implementation_name == 'cpython' and os_name == 'posix'",
    "iniconfig===2.0.0",
]

[project.optional-dependencies]
My_Extra = ["click>=8; sys_platform == 'linux'", "mdurl"]
all = ["spell_ings[my-extra]"]
none = []

[dependency-groups]
Test_Group = ["mdurl~=0.1.0", {include-group = "none"}]
none = []
dev = [{include-group = "test.group"}]
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(P, old, new),), expect, blame)


def versions() -> list[Edit]:
    """Specifiers respelt, or moved by a little."""
    return [
        edit("compatible-star", "idna~=3.4", "idna>=3.4,==3.*", FRESH),
        edit("compatible-zero", "idna~=3.4", "idna~=3.4.0", STALE, "idna"),
        edit("compatible-bounds", "idna~=3.4", "idna>=3.4,<4.dev0", STALE, "idna"),
        edit("compatible-pre", "idna~=3.4", "idna~=3.4rc1", STALE, "idna"),
        edit("compatible-post", "idna~=3.4", "idna~=3.4.post1", STALE, "idna"),
        edit("compatible-local", "idna~=3.4", "idna~=3.4+abc", ERROR),
        edit("compatible-one-part", "idna~=3.4", "idna~=3", ERROR),
        edit("compatible-three", "idna~=3.4", "idna~=3.4.1", STALE, "idna"),
        edit("star-bounds", "six==1.*", "six>=1,<2", FRESH),
        edit("star-compatible", "six==1.*", "six~=1.0", FRESH),
        edit("star-zero", "six==1.*", "six==1.0.*", STALE, "six"),
        edit("star-zero-kept", "toml!=0.9.*", "toml!=0.9.0.*", FRESH),
        edit("star-range", "six==1.*", "six>=1.0.0,<2.0", FRESH),
        edit("star-greater", "six==1.*", "six>=1.*", STALE, "six"),
        edit("not-star-bounds", "toml!=0.9.*", "toml!=0.9", STALE, "toml"),
        edit("missing-comma", "packaging>=20,<100", "packaging>=20<100", FRESH),
        edit("stray-quote", '"six==1.*"', "\"six==1.*'\"", FRESH),
        edit("not-star-or", "toml!=0.9.*", "toml", STALE, "toml"),
        edit("not-twice", "toml!=0.9.*", "toml!=0.9.*,!=0.9.1", FRESH),
        edit("exclusions-order", "!=21.0,!=22.0", "!=22,!=21", FRESH),
        edit("exclusion-outside", "packaging>=20,<100", "packaging>=20,<100,!=101", FRESH),
        edit("exclusion-of-pre", "packaging>=20,<100", "packaging>=20,<100,!=23rc1", STALE, "packaging"),
        edit("lower-strict", "packaging>=20,", "packaging>20,", STALE, "packaging"),
        edit("upper-closed", ",<100,", ",<=100,", STALE, "packaging"),
        edit("upper-local", ",<100,", ",<=100+local,", ERROR),
        edit("redundant-lower", "packaging>=20,", "packaging>=20,>=19,", FRESH),
        edit("redundant-strict", "packaging>=20,", "packaging>=20,>19,", FRESH),
        edit("epoch", "packaging>=20,", "packaging>=1!20,", STALE, "packaging"),
        edit("epoch-zero", "packaging>=20,", "packaging>=0!20,", FRESH),
        edit("leading-v", "packaging>=20,", "packaging>=v20,", FRESH),
        edit("leading-zero", "packaging>=20,", "packaging>=020,", FRESH),
        edit("arbitrary-to-exact", "iniconfig===2.0.0", "iniconfig==2.0.0", FRESH),
        edit("arbitrary-zero", "iniconfig===2.0.0", "iniconfig===2.0", FRESH),
        edit("arbitrary-star", "iniconfig===2.0.0", "iniconfig==2.0.*", STALE, "iniconfig"),
        edit("exact-local", "iniconfig===2.0.0", "iniconfig==2.0.0+abc", STALE, "iniconfig"),
        edit("exact-bounds", "iniconfig===2.0.0", "iniconfig>=2.0.0,<=2.0.0", STALE, "iniconfig"),
        edit("exact-and-lower", "iniconfig===2.0.0", "iniconfig==2.0.0,>=1", STALE, "iniconfig"),
        edit("exact-post", "iniconfig===2.0.0", "iniconfig==2.0.0.post0", STALE, "iniconfig"),
        edit("exact-dashed-post", "iniconfig===2.0.0", "iniconfig==2.0.0-0", STALE, "iniconfig"),
        edit("empty-set", "packaging>=20,", "packaging>=20,<19,", STALE, "packaging"),
        edit("trailing-comma", '"six==1.*"', '"six==1.*,"', FRESH),
        edit("spaces-inside", '"six==1.*"', '" six  ==  1.* "', FRESH),
        edit("tab-inside", '"six==1.*"', '"six\\t==1.*"', FRESH),
        edit("parentheses-empty", '"attrs;', '"attrs ();', FRESH),
        edit("upper-rc", ",<100,", ",<100rc1,", STALE, "packaging"),
        edit("case-of-pre", '"1.0rc1"', '"1.0.RC.1"', FRESH),
        edit("version-c", '"1.0rc1"', '"1.0c1"', FRESH),
        edit("version-pre-word", '"1.0rc1"', '"1.0-preview1"', FRESH),
        edit("version-local", '"1.0rc1"', '"1.0rc1+abc"', STALE, "version"),
        edit("version-invalid", '"1.0rc1"', '"one"', ERROR),
        edit("version-empty", '"1.0rc1"', '""', ERROR),
    ]


def markers() -> list[Edit]:
    """Markers respelt, or moved by a little."""
    zipp = "python_version >= '3.11' and python_version < '3.13'"
    return [
        edit("in-list", zipp, "python_version in '3.11 3.12'", FRESH),
        edit("in-list-commas", zipp, "python_version in '3.11,3.12'", STALE, "zipp"),
        edit("in-list-gap", zipp, "python_version in '3.11 3.13'", STALE, "zipp"),
        edit("python-equal-or", zipp, "python_version == '3.11' or python_version == '3.12'", FRESH),
        edit("python-star", zipp, "python_version == '3.11.*' or python_version == '3.12.*'", FRESH),
        edit("python-compatible", zipp, "python_version ~= '3.11' and python_version < '3.13'", FRESH),
        edit("python-not", zipp, "python_version != '3.10' and python_version != '3.13' and python_version != '3.14'", FRESH),
        edit("python-full-bounds", zipp, "python_full_version >= '3.11.0' and python_full_version < '3.13.0'", FRESH),
        edit("python-full-patch", zipp, "python_full_version >= '3.11.1' and python_version < '3.13'", STALE, "zipp"),
        edit("python-version-patch", zipp, "python_version >= '3.11.0' and python_version < '3.13'", FRESH),
        edit("python-version-patch-equal", zipp, "python_version == '3.11.1'", STALE, "zipp"),
        edit("python-le", zipp, "python_version > '3.10' and python_version <= '3.12'", FRESH),
        edit("python-flipped", zipp, "'3.11' <= python_version and '3.13' > python_version", FRESH),
        edit("python-upper-known", zipp, "python_version >= '3.11' and python_version < '3.13' and python_version < '3.15'", FRESH),
        edit("python-upper-dropped", "; " + zipp, "; python_version >= '3.11'", STALE, "zipp"),
        edit("python-pre", zipp, "python_full_version >= '3.11.0rc1' and python_version < '3.13'", STALE, "zipp"),
        edit("implementation-version", zipp, zipp + " and implementation_version >= '3.11'", STALE, "zipp"),
        edit("platform-release", zipp, zipp + " and platform_release >= '20'", STALE, "zipp"),
        edit("in-text-order", "sys_platform in 'linux darwin'", "sys_platform in 'darwin linux'", STALE, "attrs"),
        edit("in-text-equal", "sys_platform in 'linux darwin'", "sys_platform == 'linux' or sys_platform == 'darwin'", STALE, "attrs"),
        edit("in-text-flipped", "sys_platform in 'linux darwin'", "'linux' in sys_platform", STALE, "attrs"),
        edit("in-text-not", "sys_platform in 'linux darwin'", "sys_platform not in 'linux darwin'", STALE, "attrs"),
        edit("or-order", "platform_machine == 'x86_64' or platform_machine == 'aarch64'", "platform_machine == 'aarch64' or platform_machine == 'x86_64'", FRESH),
        edit("or-de-morgan", "platform_machine == 'x86_64' or platform_machine == 'aarch64'", "platform_machine == 'x86_64' or (platform_machine != 'x86_64' and platform_machine == 'aarch64')", FRESH),
        edit("machine-case", "platform_machine == 'x86_64'", "platform_machine == 'X86_64'", STALE, "wrapt"),
        edit("machine-old-name", "platform_machine == 'x86_64'", "platform.machine == 'x86_64'", FRESH),
        edit("implementation-old-name", "implementation_name == 'cpython'", "python_implementation == 'CPython'", STALE, "pluggy"),
        edit("platform-implementation", "implementation_name == 'cpython'", "platform_python_implementation == 'CPython'", STALE, "pluggy"),
        edit("os-name-and-not", "os_name == 'posix'", "os_name != 'nt'", STALE, "pluggy"),
        edit("os-name-old", "os_name == 'posix'", "os.name == 'posix'", FRESH),
        edit("os-platform-word", "os_name == 'posix'", "os_name == 'posix' and sys_platform != 'win32'", FRESH),
        edit("platform-version", "os_name == 'posix'", "platform_version == 'x'", STALE, "pluggy"),
        edit("marker-compare-words", "os_name == 'posix'", "os_name >= 'posix'", STALE, "pluggy"),
        edit("marker-invalid-operator", "os_name == 'posix'", "os_name === 'posix'", STALE, "pluggy"),
        edit("marker-compatible-word", "os_name == 'posix'", "os_name ~= 'posix'", STALE, "pluggy"),
        edit("marker-unknown-name", "os_name == 'posix'", "no_such == 'posix'", ERROR),
        edit("marker-unclosed", "os_name == 'posix'", "(os_name == 'posix'", ERROR),
        edit("marker-two-values", "os_name == 'posix'", "'a' == 'a'", STALE, "pluggy"),
        edit("marker-two-names", "os_name == 'posix'", "os_name == sys_platform", STALE, "pluggy"),
        edit("marker-no-space", "attrs; sys_platform", "attrs;sys_platform", FRESH),
        edit("marker-space-before", "attrs; sys_platform", "attrs ; sys_platform", FRESH),
        edit("marker-extra-in-extra", "click>=8; sys_platform == 'linux'", "click>=8; sys_platform == 'linux' and extra == 'my-extra'", FRESH),
        edit("marker-other-extra-in-extra", "click>=8; sys_platform == 'linux'", "click>=8; extra == 'none'", STALE, "click"),
        edit("marker-in-extra-dropped", "click>=8; sys_platform == 'linux'", "click>=8", STALE, "click"),
        edit("marker-extra-in-group", '"mdurl~=0.1.0"', "\"mdurl~=0.1.0; extra == 'x'\"", STALE, "mdurl"),
        edit("marker-dependency-groups", '"mdurl~=0.1.0"', "\"mdurl~=0.1.0; 'x' in dependency_groups\"", STALE, "mdurl"),
        edit("marker-group-python", '"mdurl~=0.1.0"', "\"mdurl~=0.1.0; python_version >= '3.9'\"", FRESH),
        edit("marker-group-upper", '"mdurl~=0.1.0"', "\"mdurl~=0.1.0; python_version < '3.15'\"", FRESH),
        edit("marker-group-upper-inside", '"mdurl~=0.1.0"', "\"mdurl~=0.1.0; python_version < '3.14'\"", STALE, "mdurl"),
    ]


def names() -> list[Edit]:
    """Names, extras and groups respelt."""
    return [
        edit("project-spelling", '"spell.ings"', '"Spell_Ings"', FRESH),
        edit("project-invalid", '"spell.ings"', '"-spell"', ERROR),
        edit("self-spelling", "spell_ings[my-extra]", "Spell.Ings[MY.extra]", FRESH),
        edit("self-flattened", '"spell_ings[my-extra]"', "\"click>=8; sys_platform == 'linux'\", \"mdurl\"", STALE, "click"),
        edit("self-without-extra", "spell_ings[my-extra]", "spell_ings", STALE, "all"),
        edit("self-unknown-extra", "spell_ings[my-extra]", "spell_ings[nope]", STALE, "spell-ings"),
        edit("self-more", "spell_ings[my-extra]", "spell_ings[my-extra,none]", STALE, "spell-ings"),
        edit("self-in-group", "{include-group = \"none\"}", '"spell.ings[all]"', STALE, "spell-ings"),
        edit("extra-clash", "none = []\n\n[dependency-groups]", "none = []\nNONE = []\n\n[dependency-groups]", ERROR),
        edit("extra-invalid", "My_Extra = [", '"my extra" = [', ERROR),
        edit("extra-none-gone", "none = []\n\n[dependency-groups]", "\n[dependency-groups]", STALE, "none"),
        edit("extra-to-group", 'all = ["spell_ings[my-extra]"]\n', "", STALE, "all"),
        edit("group-clash", "dev = [{", 'NONE = []\ndev = [{', ERROR),
        edit("group-include-spelling", '"test.group"', '"TEST_group"', FRESH),
        edit("group-include-none-gone", ', {include-group = "none"}', "", FRESH),
        edit("group-none-gone", 'none = []\ndev', "dev", ERROR),
        edit("group-dev-gone", 'dev = [{include-group = "test.group"}]\n', "", STALE, "dev"),
        edit("group-include-twice", '[{include-group = "test.group"}]', '[{include-group = "test.group"}, {include-group = "test.group"}]', FRESH),
        edit("group-dev-more", '[{include-group = "test.group"}]', '[{include-group = "test.group"}, "mdurl>=0.1"]', FRESH),
        edit("group-item-wrong", '[{include-group = "test.group"}]', '[{include = "test.group"}]', ERROR),
        edit("group-item-number", '[{include-group = "test.group"}]', "[1]", ERROR),
        edit("group-not-list", '[{include-group = "test.group"}]', '"mdurl"', ERROR),
        edit("group-name-invalid", "dev = [", '"d v" = [', ERROR),
        edit("group-same-as-extra", "none = []\ndev", 'none = ["six"]\ndev', STALE, "six"),
        edit("requirement-empty", '"attrs;', '"", "attrs;', ERROR),
        edit("requirement-comment", '"six==1.*"', '"six==1.*  # pinned"', ERROR),
        edit("requirement-only-extras", '"six==1.*"', '"six[]==1.*"', FRESH),
        edit("requirement-extras-spaces", '"six==1.*"', '"six [ a , b ] ==1.*"', STALE, "six"),
        edit("dependencies-not-list", '    "iniconfig===2.0.0",\n]', '    "iniconfig===2.0.0",\n    {name = "x"},\n]', ERROR),
        edit("multi-line-text", '"six==1.*"', '"""six==1.*"""', FRESH),
        edit("literal-text", '"six==1.*"', "'six==1.*'", FRESH),
        edit("dotted-project-key", '[project]\nname = "spell.ings"', '[project]\n"name" = "spell.ings"', FRESH),
        edit("description-in-dynamic", 'version = "1.0rc1"\n', 'version = "1.0rc1"\ndynamic = ["description"]\n', FRESH),
        edit("version-both", 'version = "1.0rc1"\n', 'version = "1.0rc1"\ndynamic = ["version"]\n', ERROR),
        edit("dynamic-dependencies", 'version = "1.0rc1"\n', 'version = "1.0rc1"\ndynamic = ["dependencies"]\n', ERROR),
        edit("dynamic-empty", 'version = "1.0rc1"\n', 'version = "1.0rc1"\ndynamic = []\n', FRESH),
        edit("project-gone", '[project]\nname = "spell.ings"\nversion = "1.0rc1"\n', "[other]\n", STALE),
        edit("name-gone", 'name = "spell.ings"\n', "", ERROR),
        edit("version-gone", 'version = "1.0rc1"\n', "", ERROR),
        edit("version-number", '"1.0rc1"', "1.0", ERROR),
        edit("readme-missing", 'version = "1.0rc1"\n', 'version = "1.0rc1"\nreadme = "NO.md"\n', FRESH),
        edit("license-odd", 'version = "1.0rc1"\n', 'version = "1.0rc1"\nlicense = {text = "x"}\n', FRESH),
        edit("unknown-project-key", 'version = "1.0rc1"\n', 'version = "1.0rc1"\nnonsense = 1\n', FRESH),
        edit("key-twice", 'version = "1.0rc1"\n', 'version = "1.0rc1"\nversion = "1.0rc1"\n', ERROR),
        Edit("table-twice", (append(P, "\n[project]\n"),), ERROR),
        edit("requires-python-spaces", '">=3.10,<3.15"', '" >= 3.10 , < 3.15 "', FRESH),
        edit("requires-python-order", '">=3.10,<3.15"', '"<3.15,>=3.10"', FRESH),
        edit("requires-python-star", '">=3.10,<3.15"', '">=3.10,!=3.9.*,<3.15"', FRESH),
        edit("requires-python-hole", '">=3.10,<3.15"', '">=3.10,!=3.12.*,<3.15"', FRESH),
        edit("requires-python-edge-hole", '">=3.10,<3.15"', '">=3.10,!=3.10.*,<3.15"', STALE, "requires-python|python"),
        edit("requires-python-equal", '">=3.10,<3.15"', '"==3.12.*"', STALE, "requires-python|python"),
        edit("requires-python-closed", '">=3.10,<3.15"', '">=3.10,<=3.14"', STALE, "requires-python|python"),
        edit("requires-python-four", '">=3.10,<3.15"', '">=3.10,<4.0"', STALE, "requires-python|python"),
        edit("requires-python-or", '">=3.10,<3.15"', '">=3.10 || <3"', ERROR),
        edit("requires-python-caret", '">=3.10,<3.15"', '"^3.10"', ERROR),
        edit("requires-python-pre", '">=3.10,<3.15"', '">=3.10.dev0,<3.15"', STALE, "requires-python|python"),
        edit("requires-python-upper-dev", '">=3.10,<3.15"', '">=3.10,<3.15.dev0"', STALE, "requires-python|python"),
        edit("requires-python-lower-strict", '">=3.10,<3.15"', '">3.10,<3.15"', STALE, "requires-python|python"),
        edit("requires-python-bare", '">=3.10,<3.15"', '"3.10"', ERROR),
        edit("requires-python-empty", '">=3.10,<3.15"', '""', STALE, "requires-python|python"),
        Edit("manifest-cr", (change(P, lambda text: text.replace("\n", "\r")),), ERROR),
        Edit("lock-revision-0", (resub(L, r"^revision = \d+", "revision = 0"),), FRESH),
        Edit("lock-revision-1", (resub(L, r"^revision = \d+", "revision = 1"),), FRESH),
        Edit("lock-revision-text", (resub(L, r"^revision = \d+", 'revision = "3"'),), ERROR),
        Edit("lock-old-tables", (change(L, lambda text: text.replace("[[package]]", "[[distribution]]").replace("[package.", "[distribution.")),), FRESH),
        Edit("lock-old-groups", (change(L, lambda text: text.replace("[package.dev-dependencies]", "[package.dependency-groups]")),), FRESH),
        Edit("lock-version-text", (resub(L, r"^version = 1$", 'version = "1"'),), ERROR),
        Edit("lock-version-gone", (resub(L, r"^version = 1\n", ""),), ERROR),
        Edit("lock-requires-python-gone", (resub(L, r"^requires-python.*\n", ""),), ERROR),
        Edit("lock-metadata-marker", (change(L, lambda text: text.replace("python_full_version >= '3.11' and", "python_full_version >= '3.12' and")),), STALE, "zipp"),
        Edit("lock-resolution-markers", (resub(L, r"^requires-python(.*)\n", "requires-python\\1\nresolution-markers = [\n    \"sys_platform == 'x'\",\n]\n"),), FRESH),
        Edit("ruff-toml", (put("ruff.toml", "line-length = 1\n"),), FRESH),
    ]


def spellings() -> tuple[Project, list[Edit]]:
    """One project that uses each operator and each marker once."""
    return Project("spellings", {P: TEXT}, L), versions() + markers() + names()
