"""Cargo.lock: a package, a workspace, path crates, and their edits."""

from __future__ import annotations

import re

from .cargo_projects import LIB, L, M, crate, edit
from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .cases_cargo_keys import keys
from .cases_cargo_more import members, patched, places, spellings
from .damage import damage
from .tree import Step, append, change, drop, put, resub, sub

APP = """[package]
name = "demo"
version = "0.1.0"
edition = "2021"

[features]
default = []
extra = ["dep:lazy_static"]

[dependencies]
either = "1.6"
fnv = "1.0.7"
lazy_static = { version = "1.4", optional = true }
alias = { package = "scopeguard", version = "1" }
itertools = { version = "0.10", default-features = false }

[dev-dependencies]
void = "1"

[build-dependencies]
cfg-if = "1"

[target.'cfg(windows)'.dependencies]
matches = "0.1"
"""


def manifest() -> list[Edit]:
    """Edits of one package's manifest."""
    return [
        edit("add", 'fnv = "1.0.7"\n', 'fnv = "1.0.7"\nbitflags = "1"\n', STALE, "bitflags"),
        edit("add-dev", 'void = "1"\n', 'void = "1"\nbitflags = "1"\n', STALE, "bitflags"),
        edit("add-optional", 'fnv = "1.0.7"\n', 'fnv = "1.0.7"\nbitflags = { version = "1", optional = true }\n', STALE, "bitflags"),
        edit("remove", 'fnv = "1.0.7"\n', "", STALE, "fnv"),
        edit("remove-target", "\n[target.'cfg(windows)'.dependencies]\nmatches = \"0.1\"\n", "", STALE, "matches"),
        edit("remove-used-by-other", 'either = "1.6"\n', "", STALE, "either"),
        edit("tighten-satisfied", '"1.0.7"', '"=1.0.7"', FRESH),
        edit("tighten-violated", 'either = "1.6"', 'either = "=1.6.0"', STALE, "either"),
        edit("other-major", 'version = "0.10"', 'version = "0.9"', STALE, "itertools"),
        edit("loosen", '"1.0.7"', '"*"', FRESH),
        edit("loosen-two", '"1.0.7"', '">=1, <2"', FRESH),
        edit("tilde", '"1.0.7"', '"~1.0"', FRESH),
        edit("wildcard-unmet", '"1.0.7"', '"1.1.*"', STALE, "fnv"),
        edit("impossible", '"1.0.7"', '"999"', STALE, "fnv"),
        edit("invalid-requirement", '"1.0.7"', '"not-a-version"', ERROR),
        edit("table-form", 'fnv = "1.0.7"', 'fnv = { version = "1.0.7" }', FRESH),
        edit("features-own", "default = []", 'default = []\nmore = []', FRESH),
        edit("feature-of-registry-noop", 'fnv = "1.0.7"', 'fnv = { version = "1.0.7", features = ["std"] }', FRESH),
        outside(edit("feature-of-registry-brings", 'lazy_static = { version = "1.4", optional = true }', 'lazy_static = { version = "1.4", optional = true, features = ["spin_no_std"] }', STALE, "lazy_static")),
        edit("default-features-on", ", default-features = false", "", FRESH),
        edit("optional-off", ", optional = true", "", ERROR),
        edit("optional-on", 'fnv = "1.0.7"', 'fnv = { version = "1.0.7", optional = true }', FRESH),
        edit("alias-renamed", "alias = {", "other = {", FRESH),
        edit("alias-other-crate", 'package = "scopeguard"', 'package = "bitflags"', STALE, "bitflags"),
        edit("alias-dropped", 'alias = { package = "scopeguard", version = "1" }', 'scopeguard = "1"', FRESH),
        Edit("move-to-dev", (sub(M, 'fnv = "1.0.7"\n', ""), sub(M, 'void = "1"\n', 'void = "1"\nfnv = "1.0.7"\n')), FRESH),
        Edit("move-to-target", (sub(M, 'fnv = "1.0.7"\n', ""), append(M, 'fnv = "1.0.7"\n')), FRESH),
        edit("repeat-in-dev", 'void = "1"\n', 'void = "1"\nfnv = "1"\n', FRESH),
        edit("repeat-other-version", 'void = "1"\n', 'void = "1"\nfnv = "=1.0.6"\n', STALE, "fnv"),
        edit("cfg-changed", "cfg(windows)", "cfg(unix)", FRESH),
        edit("target-unmet", 'matches = "0.1"', 'matches = "=0.1.1"', STALE, "matches"),
        edit("git", 'fnv = "1.0.7"', 'fnv = { git = "https://git.example.com/fnv.git" }', STALE, "fnv"),
        outside(edit("registry-named", 'fnv = "1.0.7"', 'fnv = { version = "1.0.7", registry = "corp" }', ERROR)),
        edit("version-bump", 'version = "0.1.0"', 'version = "0.2.0"', STALE, "demo"),
        edit("rename", 'name = "demo"', 'name = "other"', STALE, "other"),
        edit("edition", '"2021"', '"2018"', FRESH),
        edit("rust-version", 'edition = "2021"', 'edition = "2021"\nrust-version = "1.70"', FRESH),
        edit("resolver", 'edition = "2021"', 'edition = "2021"\nresolver = "1"', FRESH),
        Edit("workspace-table", (append(M, "\n[workspace]\n"),), FRESH),
        Edit("workspace-unused-dependency", (append(M, '\n[workspace]\n\n[workspace.dependencies]\nbitflags = "1"\n'),), FRESH),
        Edit("profile", (append(M, "\n[profile.release]\nlto = true\n"),), FRESH),
        Edit("reorder", (sub(M, 'either = "1.6"\nfnv = "1.0.7"\n', 'fnv = "1.0.7"\neither = "1.6"\n'),), FRESH),
        Edit("patch-unused", (append(M, '\n[patch.crates-io]\nbitflags = { path = "bits" }\n'), put("bits/Cargo.toml", '[package]\nname = "bitflags"\nversion = "1.0.0"\nedition = "2021"\n'), put("bits/src/lib.rs", "")), STALE, "bitflags"),
        Edit("patch-used", (append(M, '\n[patch.crates-io]\nfnv = { path = "mine" }\n'), put("mine/Cargo.toml", '[package]\nname = "fnv"\nversion = "1.0.9"\nedition = "2021"\n'), put("mine/src/lib.rs", "")), STALE, "fnv"),
        Edit("path-added", (sub(M, 'fnv = "1.0.7"\n', 'fnv = "1.0.7"\nmine = { path = "mine" }\n'), put("mine/Cargo.toml", '[package]\nname = "mine"\nversion = "1.0.0"\nedition = "2021"\n'), put("mine/src/lib.rs", "")), STALE, "mine"),
        Edit("path-missing", (sub(M, 'fnv = "1.0.7"\n', 'fnv = "1.0.7"\nmine = { path = "nowhere" }\n'),), ERROR),
        Edit("manifest-comment", (sub(M, 'fnv = "1.0.7"', 'fnv = "1.0.7" # a word'),), FRESH),
        Edit("manifest-crlf", (change(M, lambda text: text.replace("\n", "\r\n")),), FRESH),
        Edit("manifest-bom", (change(M, lambda text: "\ufeff" + text),), FRESH),
        Edit("manifest-broken", (append(M, "= nonsense\n"),), ERROR),
        Edit("unknown-key", (sub(M, 'edition = "2021"', 'edition = "2021"\nnonsense = 1'),), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of Cargo.lock by hand."""
    block = r'\[\[package\]\]\nname = "{}"\n(?:.+\n)+\n?'
    return [
        Edit("lock-number-3", (sub(L, "version = 4", "version = 3"),), FRESH),
        Edit("lock-number-gone", (sub(L, "version = 4\n", ""),), FRESH),
        Edit("lock-number-5", (sub(L, "version = 4", "version = 5"),), ERROR),
        Edit("lock-number-9", (sub(L, "version = 4", "version = 9"),), ERROR),
        Edit("lock-checksum-stripped", (resub(L, r'(name = "fnv"\n(?:.+\n)*?)checksum = .*\n', r"\1"),), STALE, "fnv"),
        outside(Edit("lock-checksum-edited", (resub(L, r'(name = "fnv"\n(?:.+\n)*?checksum = ")[0-9a-f]{8}', r"\g<1>00000000"),), ERROR)),
        Edit("lock-checksums-all-stripped", (resub(L, r"^checksum = .*\n", "", 0),), STALE),
        Edit("lock-version-edited", (resub(L, r'(name = "fnv"\nversion = ").*"', r'\g<1>1.0.6"'),), STALE, "fnv"),
        outside(Edit("lock-version-unknown", (resub(L, r'(name = "fnv"\nversion = ").*"', r'\g<1>1.0.99"'),), STALE, "fnv")),
        Edit("lock-own-version", (resub(L, r'(name = "demo"\nversion = ").*"', r'\g<1>0.0.9"'),), STALE, "demo"),
        Edit("lock-direct-removed", (resub(L, block.format("fnv"), ""),), STALE, "fnv"),
        Edit("lock-root-removed", (resub(L, block.format("demo"), ""),), STALE, "demo"),
        Edit("lock-orphan", (resub(L, rf"({block.format('fnv')})((?:.|\n)*)", r'\1\2\n\1'), resub(L, r'name = "fnv"(?!(?:.|\n)*name = "fnv")', 'name = "zorphan"')), STALE, "zorphan"),
        Edit("lock-orphan-path", (append(L, '\n[[package]]\nname = "zorphan"\nversion = "1.0.0"\n'),), FRESH),
        Edit("lock-edge-removed", (resub(L, r'^ "fnv",\n', ""),), STALE, "fnv"),
        Edit("lock-edge-added", (resub(L, r'^( "fnv",\n)', r'\1 "matches",\n'),), FRESH),
        Edit("lock-edge-to-nothing", (resub(L, r'^( "fnv",\n)', r'\1 "nothing",\n'),), FRESH),
        Edit("lock-edge-long-form", (resub(L, r'^ "fnv",\n', ' "fnv 1.0.7",\n'),), FRESH),
        Edit("lock-duplicate", (resub(L, rf"({block.format('fnv')})", r"\1\1"),), ERROR),
        Edit("lock-source-foreign", (resub(L, r'(name = "fnv"\nversion = .*\nsource = )".*"', r'\1"registry+https://index.example.com/git"'),), STALE, "fnv"),
        Edit("lock-order", (resub(L, rf"({block.format('either')})((?:.|\n)*)", r"\2\n\1"),), FRESH),
        Edit("lock-unknown-key", (sub(L, "version = 4", "version = 4\nnews = 1"),), FRESH),
        *damage(L, "#", cut=ERROR, cut_at_line=STALE, conflict=ERROR, conflict_version=ERROR, conflict_version_diff3=ERROR, empty=STALE, missing=STALE, crlf=FRESH, bom=FRESH, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def workspace() -> tuple[Project, list[Edit]]:
    """A virtual workspace with inheritance, and a path crate outside the members."""
    root = '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old", "vendor"]\nresolver = "2"\n\n[workspace.package]\nversion = "0.5.0"\n\n[workspace.dependencies]\nfnv = "1.0.7"\neither = { version = "1", default-features = false }\nscopeguard = "1"\n'
    files = {M: root}
    files |= crate("alpha", '\n[dependencies]\nfnv.workspace = true\nbeta = { path = "../beta", version = "0.1" }\n')
    files |= crate("beta", '\n[dependencies]\neither = { workspace = true, features = ["use_std"] }\noutside = { path = "../../vendor/outside", features = ["on"] }\n\n[dev-dependencies]\nscopeguard.workspace = true\n')
    files |= crate("old", '\n[dependencies]\nvoid = "1"\n')
    files["crates/gamma/Cargo.toml"] = '[package]\nname = "gamma"\nversion.workspace = true\nedition = "2021"\n'
    files["crates/gamma/src/lib.rs"] = ""
    files["vendor/outside/Cargo.toml"] = '[package]\nname = "outside"\nversion = "2.0.0"\nedition = "2021"\n\n[features]\non = ["dep:lazy_static"]\noff = ["dep:matches"]\n\n[dependencies]\nlazy_static = { version = "1", optional = true }\nmatches = { version = "0.1", optional = true }\n\n[dev-dependencies]\nvoid = "1"\n'
    files["vendor/outside/src/lib.rs"] = ""
    a, b, c, o = "crates/alpha/Cargo.toml", "crates/beta/Cargo.toml", "crates/gamma/Cargo.toml", "vendor/outside/Cargo.toml"
    edits = [
        edit("member-version", '"0.1.0"', '"0.1.1"', STALE, "beta", b),
        edit("member-version-unmet", '"0.1.0"', '"0.2.0"', ERROR, "", b),
        edit("member-version-inherited", 'version = "0.5.0"', 'version = "0.6.0"', STALE, "gamma"),
        edit("member-rename", 'name = "gamma"', 'name = "delta"', STALE, "delta", c),
        Edit("member-add", tuple(put(path, text) for path, text in crate("delta").items()), STALE, "delta"),
        Edit("member-add-dependent", tuple(put(path, text) for path, text in crate("delta", '\n[dependencies]\nbitflags = "1"\n').items()), STALE, "delta"),
        Edit("member-remove-empty", (drop("crates/gamma"),), FRESH),
        edit("member-remove-glob", '["crates/*"]', '["crates/alpha", "crates/beta"]', FRESH),
        edit("members-spelt-out", '["crates/*"]', '["crates/alpha", "crates/beta", "crates/gamma"]', FRESH),
        edit("members-by-path", '["crates/*"]', '["crates/alpha", "crates/gamma"]', FRESH),
        edit("exclude-dropped", 'exclude = ["crates/old", "vendor"]\n', "", STALE, "old"),
        edit("exclude-vendor-dropped", ', "vendor"]', "]", STALE, "outside"),
        edit("excluded-changes", 'void = "1"', 'bitflags = "1"', FRESH, "", "crates/old/Cargo.toml"),
        edit("default-members", 'resolver = "2"', 'resolver = "2"\ndefault-members = ["crates/alpha"]', FRESH),
        edit("resolver-1", 'resolver = "2"', 'resolver = "1"', FRESH),
        edit("inherited-changed-satisfied", 'fnv = "1.0.7"', 'fnv = "1"', FRESH),
        edit("inherited-changed-violated", 'fnv = "1.0.7"', 'fnv = "=1.0.6"', STALE, "fnv"),
        edit("inherited-dev-violated", 'scopeguard = "1"', 'scopeguard = "=1.1.0"', STALE, "scopeguard"),
        edit("inherited-gone", 'scopeguard = "1"\n', "", ERROR),
        edit("inherited-unused-added", 'scopeguard = "1"\n', 'scopeguard = "1"\nbitflags = "1"\n', FRESH),
        edit("inheritance-dropped", "fnv.workspace = true", 'fnv = "1"', FRESH, "", a),
        edit("member-add-inherited", "fnv.workspace = true\n", "fnv.workspace = true\nscopeguard.workspace = true\n", STALE, "scopeguard", a),
        edit("member-remove-dependency", "fnv.workspace = true\n", "", STALE, "fnv", a),
        edit("path-dependency-removed", 'beta = { path = "../beta", version = "0.1" }\n', "", STALE, "beta", a),
        edit("path-requirement-satisfied", 'version = "0.1" }', 'version = "0.1.0" }', FRESH, "", a),
        edit("path-requirement-unmet", 'version = "0.1" }', 'version = "7" }', ERROR, "", a),
        edit("outside-version", '"2.0.0"', '"2.0.1"', STALE, "outside", o),
        edit("outside-feature-on", '["on"]', '["on", "off"]', STALE, "outside", b),
        edit("outside-feature-off", ', features = ["on"]', "", STALE, "outside", b),
        edit("outside-feature-unknown", '["on"]', '["nope"]', ERROR, "", b),
        edit("outside-default-feature", "[features]\n", '[features]\ndefault = ["off"]\n', STALE, "matches", o),
        edit("outside-dev-added", 'void = "1"', 'void = "1"\nbitflags = "1"', FRESH, "", o),
        edit("outside-optional-added", 'matches = {', 'bitflags = { version = "1", optional = true }\nmatches = {', FRESH, "", o),
        edit("outside-dependency-added", 'matches = {', 'bitflags = "1"\nmatches = {', STALE, "bitflags", o),
        edit("outside-optional-off", 'lazy_static = { version = "1", optional = true }', 'lazy_static = "1"', ERROR, "", o),
        outside(edit("outside-weak-feature", 'on = ["dep:lazy_static"]', 'on = ["dep:lazy_static", "matches?/x"]', STALE, "matches", o)),
        edit("outside-requirement-unmet", 'lazy_static = { version = "1"', 'lazy_static = { version = "=1.3.0"', STALE, "lazy_static", o),
        Edit("nested-lock", (put("crates/alpha/Cargo.lock", "version = 4\n"),), FRESH),
        Edit("outside-gone", (drop("vendor"),), ERROR),
        Edit("member-manifest-broken", (append(a, "= 1\n"),), ERROR),
        Edit("lock-member-removed", (resub(L, r'\[\[package\]\]\nname = "gamma"\n(?:.+\n)+\n?', ""),), STALE, "gamma"),
    ]
    return Project("workspace", files, L), edits


def to_first_format(text: str) -> str:
    """A lock of today in the form of 2016: long edges, checksums in [metadata], no version."""
    blocks = [dict(re.findall(r'^(\w+) = "(.*)"$', block, re.M)) | {"edges": re.findall(r'^ "(.*)",$', block, re.M)} for block in text.split("[[package]]")[1:]]
    full = {block["name"]: f'{block["name"]} {block["version"]}' + (f' ({block["source"]})' if "source" in block else "") for block in blocks}
    lines = []
    for block in blocks:
        lines += ["[[package]]", f'name = "{block["name"]}"', f'version = "{block["version"]}"']
        lines += [f'source = "{block["source"]}"'] if "source" in block else []
        if block["edges"]:
            lines += ["dependencies = [", *(f' "{full[edge.split()[0]]}",' for edge in block["edges"]), "]"]
        lines.append("")
    sums = [f'"checksum {full[block["name"]]}" = "{block["checksum"]}"' for block in blocks if "checksum" in block]
    return "\n".join([*lines, "[metadata]", *sums, ""])


def older(name: str, step: Step) -> tuple[Project, list[Edit]]:
    """The first project with its lock in an older format."""
    chosen = {"add", "remove", "tighten-satisfied", "tighten-violated", "version-bump", "move-to-dev", "add-optional", "other-major"}
    edits = [one for one in manifest() if one.name in chosen]
    edits += [
        Edit("lock-checksum-of-one", (resub(L, r'(name = "fnv"\n(?:.+\n)*?)checksum = .*\n|^"checksum fnv .*\n', r"\1"),), STALE, "fnv"),
        Edit("lock-direct-removed", (resub(L, r'\[\[package\]\]\nname = "fnv"\n(?:.+\n)+\n?', ""),), STALE, "fnv"),
    ]
    return Project(name, {M: APP} | LIB, L, (), (step,)), edits


def replaced() -> tuple[Project, list[Edit]]:
    """A patch, a replacement and a renamed crate in force."""
    own = '[package]\nname = "fnv"\nversion = "1.0.8"\nedition = "2021"\n'
    text = '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nfnv = "1"\neither = "1"\nold = { package = "itoa", version = "0.4" }\nitoa = "1"\n\n[patch.crates-io]\nfnv = { path = "mine/fnv" }\n'
    files = {M: text, "src/lib.rs": "", "mine/fnv/Cargo.toml": own, "mine/fnv/src/lib.rs": ""}
    F = "mine/fnv/Cargo.toml"
    edits = [
        Edit("patch-removed", (resub(M, r"\n\[patch.crates-io\]\n.*\n", ""),), STALE, "fnv"),
        Edit("patch-version", (sub(F, "1.0.8", "1.0.9"),), STALE, "fnv"),
        Edit("patch-version-unmet", (sub(F, "1.0.8", "2.0.0"),), STALE, "fnv"),
        Edit("patch-requires-more", (append(F, '\n[dependencies]\nvoid = "1"\n'),), STALE, "void"),
        Edit("patch-requirement-satisfied", (sub(M, 'fnv = "1"', 'fnv = "1.0.7"'),), FRESH),
        Edit("patch-requirement-unmet", (sub(M, 'fnv = "1"', 'fnv = "=1.0.7"'),), STALE, "fnv"),
        Edit("patch-second-unused", (append(M, 'void = { path = "mine/void" }\n'), put("mine/void/Cargo.toml", own.replace("fnv", "void")), put("mine/void/src/lib.rs", "")), STALE, "void"),
        Edit("two-majors-one-dropped", (sub(M, 'itoa = "1"\n', ""),), STALE, "itoa"),
        Edit("two-majors-other-range", (sub(M, 'itoa = "1"\n', 'itoa = "1.0.5"\n'),), FRESH),
        Edit("two-majors-swapped", (sub(M, 'version = "0.4"', 'version = "1"'), sub(M, 'itoa = "1"\n', 'itoa = "0.4"\n')), FRESH),
        Edit("lock-edge-ambiguous", (resub(L, r'^ "itoa 1.*",\n', ' "itoa",\n'),), STALE, "itoa"),
        Edit("lock-unused-patch", (append(L, '\n[[patch.unused]]\nname = "void"\nversion = "1.0.2"\n'),), FRESH),
    ]
    return Project("replaced", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of cargo."""
    return [(Project("app", {M: APP} | LIB, L), manifest() + lock()), workspace(), replaced(), spellings(), places(), members(), patched(), keys(), older("lock-v1", change(L, to_first_format)), older("lock-v2", sub(L, "version = 4\n", ""))]
