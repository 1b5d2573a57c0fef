"""Cargo.lock: sources, features, targets and workspaces in their rarer spellings."""

from __future__ import annotations

from .cargo_projects import HEAD, LIB, L, M, crate, edit, own
from .case import ERROR, FRESH, STALE, Edit, Project
from .tree import append, change, drop, put, resub, sub

def puts(files: dict[str, str]) -> tuple:
    return tuple(put(path, text) for path, text in files.items())


def spellings() -> tuple[Project, list[Edit]]:
    """Requirements in every spelling, on a lock that holds known versions."""
    text = HEAD.format("demo", "0.1.0") + '\n[dependencies]\nfnv = "=1.0.6"\nlazy_static = "=1.4.0"\ncfg-if = "=0.1.10"\nitoa = "=0.4.8"\nvoid = { version = "1.0.2", default-features = false }\n'
    words = [
        ("caret-patch", "^1.0.6", FRESH), ("caret-zero", "^1.0", FRESH), ("tilde-major", "~1", FRESH), ("tilde-full", "~1.0.6", FRESH), ("tilde-other", "~1.1", STALE),
        ("star-minor", "1.*", FRESH), ("star-patch", "1.0.*", FRESH), ("star-x", "1.x", FRESH), ("star-X", "1.0.X", FRESH), ("star-all", "*", FRESH), ("star-major-other", "2.*", STALE),
        ("equals-minor", "=1.0", FRESH), ("equals-major", "=1", FRESH), ("equals-spaced", "= 1.0.6", FRESH), ("equals-other", "=1.0.7", STALE),
        ("greater", ">1.0.5", FRESH), ("greater-self", ">1.0.6", STALE), ("greater-minor", ">1.0", STALE), ("greater-equal-minor", ">=1.0", FRESH),
        ("less", "<1.0.7", FRESH), ("less-self", "<1.0.6", STALE), ("less-minor", "<1.0", STALE), ("less-equal-minor", "<=1.0", FRESH), ("less-equal-major", "<=1", FRESH),
        ("both", ">=1.0.2, <1.0.7", FRESH), ("both-no-space", ">=1.0.2,<1.0.7", FRESH), ("both-missed", ">=1.0.2, <1.0.6", STALE), ("three", ">1, <2, >=1.0.3", STALE),
        ("prerelease-below", "1.0.6-rc.1", FRESH), ("prerelease-above", "1.0.7-rc.1", STALE), ("build", "1.0.6+build", FRESH), ("padded", " 1.0.6 ", FRESH),
        ("no-comma", ">=1 <2", ERROR), ("alternatives", "1 || 2", ERROR), ("hyphen", "1.0.0 - 2.0.0", ERROR), ("v-prefix", "v1.0.6", ERROR), ("four-parts", "1.0.6.0", ERROR), ("empty", "", FRESH), ("leading-zero", "01.0", ERROR), ("caret-star", "^*", ERROR), ("equals-star", "=1.*", FRESH), ("tilde-star", "~1.*", FRESH), ("greater-star", ">1.*", STALE), ("trailing-comma", "1.0,", FRESH),
    ]
    edits = [edit(f"fnv-{name}", 'fnv = "=1.0.6"', f'fnv = "{text}"', expect, "fnv" if expect == STALE else "") for name, text, expect in words]
    edits += [
        edit("zero-caret", '"=0.1.10"', '"^0.1"', FRESH), edit("zero-caret-other", '"=0.1.10"', '"^0.2"', STALE, "cfg-if"), edit("zero-caret-zero", '"=0.1.10"', '"0"', FRESH),
        edit("zero-tilde", '"=0.1.10"', '"~0.1.9"', FRESH), edit("zero-range", '"=0.4.8"', '">=0.4, <0.5"', FRESH), edit("zero-range-missed", '"=0.4.8"', '">=0.4, <0.4.8"', STALE, "itoa"),
        edit("version-array", 'fnv = "=1.0.6"', 'fnv = ["1"]', ERROR), edit("version-number", 'fnv = "=1.0.6"', "fnv = 1", ERROR), edit("bare-table", 'fnv = "=1.0.6"', "fnv = {}", FRESH),
        edit("dotted-key", 'fnv = "=1.0.6"', 'fnv.version = "1.0.6"', FRESH), edit("underscore-for-hyphen", 'cfg-if = "=0.1.10"', 'cfg_if = "=0.1.10"', STALE, "cfg_if|cfg-if"),
        edit("capital", 'fnv = "=1.0.6"', 'Fnv = "=1.0.6"', STALE, "Fnv"), edit("features-unknown-key", "default-features = false", "default-feature = false", FRESH),
        edit("default-underscore", "default-features = false", "default_features = false", FRESH), edit("public", 'version = "1.0.2"', 'version = "1.0.2", public = true', FRESH),
        edit("twice-in-table", 'fnv = "=1.0.6"\n', 'fnv = "=1.0.6"\nfnv = "1"\n', ERROR), edit("one-crate-two-names", 'fnv = "=1.0.6"\n', 'fnv = "=1.0.6"\nmine = { package = "fnv", version = "1" }\n', ERROR),
        edit("one-crate-two-names-optional", 'fnv = "=1.0.6"\n', 'fnv = "=1.0.6"\nmine = { package = "fnv", version = "1", optional = true }\n', FRESH),
        edit("one-crate-two-names-dev", "[dependencies]", '[dev-dependencies]\nmine = { package = "fnv", version = "1" }\n\n[dependencies]', ERROR),
        edit("one-crate-same-alias-dev", "[dependencies]", '[dev-dependencies]\nfnv = { package = "fnv", version = "1" }\n\n[dependencies]', FRESH),
        edit("one-crate-two-names-target", "[dependencies]", '[target."cfg(windows)".dependencies]\nmine = { package = "fnv", version = "1" }\n\n[dependencies]', ERROR),
        edit("two-crates-one-name", "[dependencies]", '[dev-dependencies]\nfnv = { package = "scopeguard", version = "1" }\n\n[dependencies]', STALE, "fnv|scopeguard"),
    ]
    return Project("spellings", {M: text} | LIB, L), edits


def places() -> tuple[Project, list[Edit]]:
    """Targets, build and dev tables in old and new spelling, features and links."""
    text = HEAD.format("demo", "0.1.0") + (
        'links = "demo"\nbuild = "build.rs"\n\n[features]\ndefault = ["std"]\nstd = ["lazy_static?/spin_no_std", "dep:itoa"]\nfull = ["std", "lazy_static"]\n\n'
        '[dependencies]\nlazy_static = { version = "1", optional = true }\nitoa = { version = "1", optional = true }\nfnv = "1"\n\n'
        "[target.'cfg(all(unix, not(target_os = \"macos\")))'.dependencies]\neither = \"1\"\n\n[target.x86_64-pc-windows-msvc.build-dependencies]\nmatches = \"0.1\"\n\n"
        "[target.'cfg(target_arch = \"wasm32\")'.dev-dependencies]\nvoid = \"1\"\n"
    )
    files = {M: text, "build.rs": "fn main() {}\n"} | LIB
    edits = [
        edit("cfg-spelling", 'cfg(all(unix, not(target_os = \\"macos\\")))'.replace("\\", ""), "cfg(unix)", FRESH),
        edit("cfg-never", "cfg(target_arch = \"wasm32\")", "cfg(any())", FRESH),
        edit("cfg-broken", "cfg(target_arch = \"wasm32\")", "cfg(target_arch = )", ERROR),
        edit("cfg-true", "cfg(target_arch = \"wasm32\")", "cfg(true)", FRESH),
        edit("triple-other", "x86_64-pc-windows-msvc", "aarch64-apple-darwin", FRESH),
        edit("triple-unknown", "x86_64-pc-windows-msvc", "z80-unknown-none", FRESH),
        edit("target-added", "[target.x86_64", "[target.'cfg(windows)'.dependencies]\nscopeguard = \"1\"\n\n[target.x86_64", STALE, "scopeguard"),
        edit("target-violated", 'matches = "0.1"', 'matches = "=0.1.2"', STALE, "matches"),
        edit("target-removed", "[target.x86_64-pc-windows-msvc.build-dependencies]\nmatches = \"0.1\"\n\n", "", STALE, "matches"),
        edit("dev-underscore", ".dev-dependencies]", ".dev_dependencies]", FRESH),
        edit("build-underscore", ".build-dependencies]", ".build_dependencies]", FRESH),
        edit("links-changed", 'links = "demo"', 'links = "other"', FRESH),
        edit("links-gone", 'links = "demo"\n', "", FRESH),
        edit("links-without-build", 'build = "build.rs"', "build = false", ERROR),
        edit("feature-removed", 'full = ["std", "lazy_static"]\n', "", FRESH),
        edit("feature-dep-dropped", '"dep:itoa"]', "]", FRESH),
        edit("feature-dep-and-implicit", '"dep:itoa"', '"itoa"', FRESH),
        edit("feature-dep-hides-implicit", '"std", "lazy_static"]', '"std", "itoa"]', ERROR),
        edit("feature-nonsense", '"std", "lazy_static"]', '"std", "nonsense"]', ERROR),
        edit("feature-strong", "lazy_static?/", "lazy_static/", FRESH),
        edit("feature-of-nothing", '"dep:itoa"]', '"dep:itoa", "nothing/x"]', ERROR),
        edit("feature-weak-of-required", '"dep:itoa"]', '"dep:itoa", "fnv?/std"]', ERROR),
        edit("feature-of-required", '"dep:itoa"]', '"dep:itoa", "fnv/std"]', FRESH),
        edit("feature-named-like-dependency", "full =", 'fnv = []\nfull =', ERROR),
        edit("feature-circle", "full =", 'one = ["two"]\ntwo = ["one"]\nfull =', FRESH),
        edit("feature-itself", "full =", 'one = ["one"]\nfull =', ERROR),
        edit("optional-dev", 'void = "1"', 'void = { version = "1", optional = true }', ERROR),
        edit("optional-removed-with-feature", 'itoa = { version = "1", optional = true }\n', "", ERROR),
        edit("edition-2024", "2021", "2024", FRESH),
        edit("edition-unknown", "2021", "2099", ERROR),
        edit("edition-gone", 'edition = "2021"\n', "", FRESH),
        edit("rust-version-above", 'links = "demo"', 'links = "demo"\nrust-version = "1.999"', FRESH),
        edit("rust-version-broken", 'links = "demo"', 'links = "demo"\nrust-version = "new"', ERROR),
        edit("version-gone", 'version = "0.1.0"\n', "", STALE, "demo"),
        edit("version-short", 'version = "0.1.0"', 'version = "0.1"', ERROR),
        edit("version-build", 'version = "0.1.0"', 'version = "0.1.0+5"', STALE, "demo"),
        edit("name-gone", 'name = "demo"\n', "", ERROR),
        edit("name-broken", 'name = "demo"', 'name = "de mo"', ERROR),
        edit("lib-name", "[features]", '[lib]\nname = "other"\n\n[features]', FRESH),
        edit("lib-missing-file", "[features]", '[lib]\npath = "src/none.rs"\n\n[features]', FRESH),
        edit("bin-added", "[features]", '[[bin]]\nname = "tool"\npath = "src/lib.rs"\n\n[features]', FRESH),
        edit("publish-false", 'links = "demo"', 'links = "demo"\npublish = false', FRESH),
        edit("lints", "[features]", "[lints.rust]\nunsafe_code = \"forbid\"\n\n[features]", FRESH),
        Edit("no-target-at-all", (drop("src/lib.rs"),), ERROR),
        Edit("badges", (append(M, '\n[badges]\nmaintenance = { status = "none" }\n'),), FRESH),
    ]
    return Project("places", files, L), edits


def members() -> tuple[Project, list[Edit]]:
    """A root package that is a workspace, nested members, a member by path alone, and inheritance of everything."""
    root = HEAD.format("top", "1.0.0") + (
        '\n[workspace]\nmembers = ["crates/*", "tools/deep/one"]\nexclude = ["crates/skipped"]\nresolver = "2"\n\n[workspace.package]\nversion = "0.5.0"\nedition = "2021"\nrust-version = "1.60"\n\n'
        '[workspace.dependencies]\nfnv = "1"\nalpha = { path = "crates/alpha", version = "0.1" }\nscope = { package = "scopeguard", version = "1" }\nitertools = { version = "0.10", default-features = false }\n\n'
        '[dependencies]\nalpha.workspace = true\nloose = { path = "loose" }\n'
    )
    files = {M: root} | LIB | crate("alpha", '\n[features]\nmore = ["dep:itertools"]\n\n[dependencies]\nfnv.workspace = true\nscope.workspace = true\nitertools = { workspace = true, optional = true }\n')
    files |= crate("skipped", '\n[dependencies]\nvoid = "1"\n') | own("loose", "loose", more='\n[dependencies]\neither = "1"\n\n[dev-dependencies]\nmatches = "0.1"\n')
    files |= {"tools/deep/one/Cargo.toml": '[package]\nname = "one"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\n[dependencies]\nalpha = { workspace = true, features = ["more"] }\n', "tools/deep/one/src/lib.rs": ""}
    A, O, S = "crates/alpha/Cargo.toml", "loose/Cargo.toml", "tools/deep/one/Cargo.toml"
    edits = [
        edit("default-members", 'resolver = "2"', 'default-members = ["crates/alpha"]\nresolver = "2"', FRESH),
        edit("default-members-unknown", 'resolver = "2"', 'default-members = ["crates/none"]\nresolver = "2"', ERROR),
        edit("member-missing", '"tools/deep/one"]', '"tools/deep/one", "tools/none"]', ERROR),
        edit("member-glob-of-nothing", '"tools/deep/one"]', '"tools/deep/one", "none/*"]', FRESH),
        edit("member-dropped", ', "tools/deep/one"', "", ERROR),
        Edit("member-dropped-and-gone", (sub(M, ', "tools/deep/one"', ""), drop("tools")), FRESH),
        edit("member-glob-wider", '"tools/deep/one"]', '"tools/*/*"]', FRESH),
        edit("exclude-dropped", 'exclude = ["crates/skipped"]\n', "", STALE, "skipped"),
        edit("exclude-more", '"crates/skipped"]', '"crates/skipped", "loose"]', STALE, "matches|loose"),
        edit("exclude-glob", '"crates/skipped"]', '"crates/s*"]', STALE, "skipped"),
        edit("shared-changed", '"1"\nalpha', '"=1.0.6"\nalpha', STALE, "fnv"),
        edit("shared-alias-other", 'package = "scopeguard", version = "1"', 'package = "scopeguard", version = "=1.1.0"', STALE, "scope|scopeguard"),
        edit("shared-to-path", 'fnv = "1"', 'fnv = { path = "loose" }', ERROR),
        edit("shared-optional", 'fnv = "1"', 'fnv = { version = "1", optional = true }', ERROR),
        edit("shared-default-features", ", default-features = false", "", FRESH),
        edit("shared-path-gone", 'alpha = { path = "crates/alpha", version = "0.1" }', 'alpha = "0.1"', STALE, "alpha"),
        edit("shared-version-unmet", 'path = "crates/alpha", version = "0.1"', 'path = "crates/alpha", version = "3"', ERROR),
        edit("shared-gone", 'scope = { package = "scopeguard", version = "1" }\n', "", ERROR),
        edit("shared-version", 'version = "0.5.0"', 'version = "0.6.0"', STALE, "one"),
        edit("shared-edition", 'edition = "2021"\nrust-version', 'edition = "2018"\nrust-version', FRESH),
        edit("shared-package-gone", 'rust-version = "1.60"\n', "", ERROR),
        edit("inherit-more", "fnv.workspace = true\n", "fnv.workspace = true\nitoa.workspace = true\n", ERROR, "", A),
        edit("inherit-false", "fnv.workspace = true\n", "fnv.workspace = false\n", ERROR, "", A),
        edit("inherit-long", "fnv.workspace = true", "fnv = { workspace = true }", FRESH, "", A),
        edit("inherit-in-dev-too", "[features]", "[dev-dependencies]\nfnv.workspace = true\n\n[features]", FRESH, "", A),
        edit("inherit-with-version", "fnv.workspace = true", 'fnv = { workspace = true, version = "2" }', ERROR, "", A),
        edit("inherit-optional", "fnv.workspace = true", "fnv = { workspace = true, optional = true }", FRESH, "", A),
        edit("inherit-dropped-other", "fnv.workspace = true", 'fnv = "=1.0.6"', STALE, "fnv", A),
        edit("alias-inherited-dropped", "scope.workspace = true\n", "", STALE, "scope|scopeguard", A),
        edit("add-to-loose", 'either = "1"', 'either = "1"\nvoid = "1"', STALE, "void", O),
        edit("add-dev-to-loose", 'matches = "0.1"', 'matches = "0.1"\nvoid = "1"', STALE, "void", O),
        edit("loose-version", '"0.1.0"', '"0.3.0"', STALE, "loose", O),
        edit("loose-name", 'name = "loose"', 'name = "tight"', ERROR, "", O),
        edit("loose-dropped", 'loose = { path = "loose" }\n', "", STALE, "loose"),
        edit("loose-renamed", 'loose = { path = "loose" }', 'tight = { path = "loose", package = "loose" }', FRESH),
        edit("path-spelling", 'path = "loose"', 'path = "./crates/../loose"', FRESH),
        edit("path-and-version", 'path = "loose"', 'path = "loose", version = "0.1"', FRESH),
        edit("path-and-git", 'path = "loose"', 'path = "loose", git = "https://git.example.com/loose.git"', ERROR),
        Edit("own-workspace", (append(O, "\n[workspace]\n"),), ERROR),
        Edit("points-elsewhere", (sub(S, "[dependencies]", "workspace = \"../..\"\n\n[dependencies]"),), ERROR),
        Edit("points-to-root", (sub(S, "[dependencies]", 'workspace = "../../.."\n\n[dependencies]'),), ERROR),
        edit("member-feature-dropped", ', features = ["more"]', "", FRESH, "", S),
        edit("member-feature-unknown", '["more"]', '["less"]', ERROR, "", S),
        edit("member-optional-off", ", optional = true", "", ERROR, "", A),
        edit("resolver-3", 'resolver = "2"', 'resolver = "3"', FRESH),
        edit("resolver-9", 'resolver = "2"', 'resolver = "9"', ERROR),
        edit("resolver-in-member", "[dependencies]", 'resolver = "1"\n\n[dependencies]', ERROR, "", O),
        Edit("member-added-below", puts(own("crates/alpha/inner", "inner")), FRESH),
        Edit("member-added-twice-named", puts(own("crates/beta", "alpha")), ERROR),
        Edit("member-folder-without-manifest", (put("crates/notes/readme.md", ""),), ERROR),
        Edit("member-hidden-folder", puts(own("crates/.hidden", "hidden")), STALE, "hidden"),
        Edit("workspace-metadata", (append(M, "\n[workspace.metadata]\nx = 1\n"),), FRESH),
        Edit("workspace-lints", (append(M, '\n[workspace.lints.rust]\nunsafe_code = "forbid"\n'),), FRESH),
        Edit("patch-of-member", (append(M, '\n[patch.crates-io]\nalpha = { path = "crates/alpha" }\n'),), FRESH),
        Edit("patch-in-member", (append(A, '\n[patch.crates-io]\nfnv = { path = "../../loose" }\n'),), FRESH),
        Edit("profile-in-member", (append(A, "\n[profile.dev]\nopt-level = 1\n"),), FRESH),
    ]
    return Project("members", files, L), edits


def patched() -> tuple[Project, list[Edit]]:
    """A patch in use, one that is not, and a replacement."""
    text = HEAD.format("demo", "0.1.0") + '\n[dependencies]\nfnv = "1"\neither = "1"\nitertools = "0.10"\n\n[patch.crates-io]\nfnv = { path = "mine/fnv" }\nvoid = { path = "mine/void" }\n'
    files = {M: text} | LIB | own("mine/fnv", "fnv", "1.0.20") | own("mine/void", "void", "1.0.9") | own("mine/either", "either", "1.99.0")
    F, V = "mine/fnv/Cargo.toml", "mine/void/Cargo.toml"
    edits = [
        edit("unused-removed", 'void = { path = "mine/void" }\n', "", STALE, "void"),
        edit("unused-version", '"1.0.9"', '"1.0.8"', STALE, "void", V),
        edit("unused-used", 'either = "1"\n', 'either = "1"\nvoid = "1"\n', STALE, "void"),
        edit("unused-requires", 'edition = "2021"\n', 'edition = "2021"\n\n[dependencies]\nitoa = "1"\n', FRESH, "", V),
        edit("used-removed", 'fnv = { path = "mine/fnv" }\n', "", STALE, "fnv"),
        edit("used-version", '"1.0.20"', '"1.0.21"', STALE, "fnv", F),
        edit("used-too-new", '"1.0.20"', '"2.0.0"', STALE, "fnv", F),
        edit("used-dev-added", 'edition = "2021"\n', 'edition = "2021"\n\n[dev-dependencies]\nitoa = "1"\n', FRESH, "", F),
        edit("used-optional-added", 'edition = "2021"\n', 'edition = "2021"\n\n[dependencies]\nitoa = { version = "1", optional = true }\n', FRESH, "", F),
        edit("patch-of-transitive", 'void = { path = "mine/void" }\n', 'void = { path = "mine/void" }\neither = { path = "mine/either" }\n', STALE, "either"),
        edit("patch-alias", 'fnv = { path = "mine/fnv" }', 'renamed = { path = "mine/fnv", package = "fnv" }', FRESH),
        edit("patch-other-registry", "[patch.crates-io]", "[patch.'https://git.example.com/x']", STALE, "fnv"),
        edit("patch-missing-folder", 'path = "mine/void"', 'path = "mine/none"', ERROR),
        edit("patch-wrong-crate", 'path = "mine/void"', 'path = "mine/either"', ERROR),
        edit("patch-same-source", 'void = { path = "mine/void" }', 'void = "1"', ERROR),
        edit("patch-version-too", 'fnv = { path = "mine/fnv" }', 'fnv = { path = "mine/fnv", version = "1" }', FRESH),
        edit("patch-version-unmet", 'fnv = { path = "mine/fnv" }', 'fnv = { path = "mine/fnv", version = "2" }', ERROR),
        Edit("replace-added", (append(M, '\n[replace]\n"either:1.15.0" = { path = "mine/either" }\n'),), ERROR),
        Edit("lock-unused-gone", (resub(L, r"\n\[\[patch\.unused\]\]\n(?:.+\n)+", ""),), STALE, "void"),
        Edit("lock-unused-version", (resub(L, r'(name = "void"\nversion = )"1.0.9"', r'\1"1.0.8"'),), STALE, "void"),
    ]
    return Project("patched", files, L), edits
