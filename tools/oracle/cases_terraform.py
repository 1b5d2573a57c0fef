""".terraform.lock.hcl: a root module, a module it calls, and their edits."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project, outside
from .damage import damage
from .tree import Step, append, change, drop, put, resub, sub

V, M, Q, L = "versions.tf", "main.tf", "queue/main.tf", ".terraform.lock.hcl"
HOST = "tf.example.com"

VERSIONS = f"""terraform {{
  required_version = ">= 1.3"

  required_providers {{
    amber = {{
      source  = "{HOST}/acme/amber"
      version = "~> 1.2"
    }}
    birch = {{
      source = "{HOST}/acme/birch"
    }}
  }}
}}
"""
MAIN = """provider "amber" {
  region = "north"
}

resource "amber_thing" "one" {
  name = "one"
}

module "queue" {
  source = "./queue"
}
"""
QUEUE = f"""terraform {{
  required_providers {{
    amber = {{
      source  = "{HOST}/acme/amber"
      version = ">= 1.0, < 2.0"
    }}
    cedar = {{
      source  = "{HOST}/acme/cedar"
      version = "1.1.0"
    }}
  }}
}}

resource "cedar_thing" "one" {{}}
"""
FILES = {V: VERSIONS, M: MAIN, Q: QUEUE}


def edit(name: str, old: str, new: str, expect: str, blame: str = "", file: str = V) -> Edit:
    """Replaces a text."""
    return Edit(name, (sub(file, old, new),), expect, blame)


def constraints() -> list[Edit]:
    """The constraint on amber, which is locked at 1.2.3 of 1.0.0, 1.2.0, 1.2.3, 1.3.0-beta1 and 2.0.0, in every spelling."""
    words = [
        ("same", "~> 1.2.0", FRESH), ("pessimistic-patch", "~> 1.1.0", STALE), ("exact", "1.2.3", FRESH), ("equals", "= 1.2.3", FRESH), ("equals-tight", "=1.2.3", FRESH), ("equals-short", "= 1.2", STALE), ("v-prefix", "v1.2.3", ERROR),
        ("at-least", ">= 1.2.3", FRESH), ("at-least-tight", ">=1.2.3", FRESH), ("at-least-short", ">= 1", FRESH), ("above", "> 1.2.3", STALE), ("below", "< 1.2.3", STALE), ("at-most", "<= 1.2.3", FRESH), ("at-most-short", "<= 1.2", STALE), ("not", "!= 1.2.3", STALE), ("not-other", "!= 1.2.0", FRESH),
        ("several", ">= 1.0.0, != 1.2.0, < 2.0.0", FRESH), ("several-missed", ">= 1.0.0, != 1.2.3, < 2.0.0", STALE), ("several-no-space", ">=1.0.0,<2", FRESH), ("other-major", "~> 2.0", STALE), ("pessimistic-one-part", "~> 1", FRESH), ("pessimistic-full-missed", "~> 1.2.4", STALE),
        ("prerelease", "1.3.0-beta1", STALE), ("prerelease-at-least", ">= 1.3.0-beta1", STALE), ("prerelease-pessimistic", "~> 1.2.0-beta1", FRESH), ("star", "*", ERROR), ("caret", "^1.2", ERROR), ("empty", "", FRESH), ("words", "newest", ERROR), ("trailing-comma", "~> 1.2,", ERROR), ("four-parts", "1.2.3.4", ERROR), ("equals-twice", "== 1.2.3", ERROR), ("impossible", ">= 99", STALE), ("x-range", "1.x", ERROR), ("zeros", "01.2.3", ERROR), ("build", "1.2.3+build", FRESH),
    ]
    return [edit(f"amber-{name}", '"~> 1.2"', f'"{text}"', expect, f"{HOST}/acme/amber" if expect == STALE else "") for name, text, expect in words]


def configuration() -> list[Edit]:
    """Edits of what the modules ask for."""
    H = HOST
    return [
        edit("constraint-gone", '      version = "~> 1.2"\n', "", FRESH),
        edit("constraint-on-birch", f'source = "{H}/acme/birch"', f'source = "{H}/acme/birch"\n      version = "~> 2.0"', STALE, f"{HOST}/acme/birch"),
        edit("provider-added", "    birch = {", f'    cedar = {{\n      source = "{H}/acme/cedar"\n    }}\n    birch = {{', FRESH),
        edit("provider-new", "    birch = {", f'    dune = {{\n      source = "{H}/acme/dune"\n    }}\n    birch = {{', STALE, f"{HOST}/acme/dune"),
        edit("provider-new-short", "    birch = {", f'    dune = {{ source = "{H}/acme/dune", version = "1.0.0" }}\n    birch = {{', STALE, f"{HOST}/acme/dune"),
        edit("provider-removed", f'    birch = {{\n      source = "{H}/acme/birch"\n    }}\n', "", STALE, f"{HOST}/acme/birch"),
        edit("provider-renamed-locally", "    birch = {", "    bark = {", FRESH),
        edit("namespace-changed", f"{H}/acme/birch", f"{H}/other/birch", STALE, f"{HOST}/other/birch"),
        edit("host-changed", f"{H}/acme/birch", "tf2.example.com/acme/birch", STALE, "tf2.example.com/acme/birch"),
        edit("source-capitals", f"{H}/acme/birch", f"{H}/Acme/Birch", FRESH),
        edit("source-broken", f"{H}/acme/birch", f"{H}/acme/birch/more", ERROR),
        edit("version-only", "    birch = {", '    ember = "~> 1.0"\n    birch = {', STALE, "hashicorp/ember"),
        edit("implied-by-resource", 'resource "amber_thing" "one" {', 'resource "ember_thing" "one" {}\n\nresource "amber_thing" "one" {', STALE, "hashicorp/ember", M),
        edit("implied-by-data", 'resource "amber_thing" "one" {', 'data "ember_thing" "one" {}\n\nresource "amber_thing" "one" {', STALE, "hashicorp/ember", M),
        edit("implied-by-block", 'provider "amber" {', 'provider "ember" {}\n\nprovider "amber" {', STALE, "hashicorp/ember", M),
        edit("implied-by-meta", '  name = "one"\n', '  name = "one"\n  provider = ember.north\n', STALE, "hashicorp/ember", M),
        edit("meta-of-known", '  name = "one"\n', '  name = "one"\n  provider = amber\n', FRESH, "", M),
        edit("built-in", 'resource "amber_thing" "one" {', 'resource "terraform_data" "one" {}\n\nresource "amber_thing" "one" {', FRESH, "", M),
        edit("block-version", '  region = "north"\n', '  region  = "north"\n  version = "~> 1.0"\n', FRESH, "", M),
        edit("block-version-missed", '  region = "north"\n', '  region  = "north"\n  version = "~> 2.0"\n', STALE, f"{HOST}/acme/amber", M),
        edit("block-alias", 'provider "amber" {', 'provider "amber" {\n  alias = "south"\n}\n\nprovider "amber" {', FRESH, "", M),
        edit("aliases-declared", '      version = ">= 1.0, < 2.0"\n', '      version = ">= 1.0, < 2.0"\n      configuration_aliases = [amber.south]\n', ERROR, "", Q),
        edit("module-constraint-met", ">= 1.0, < 2.0", ">= 1.2", FRESH, "", Q),
        edit("module-constraint-missed", ">= 1.0, < 2.0", "< 1.2", STALE, f"{HOST}/acme/amber", Q),
        edit("module-provider-new", "    cedar = {", f'    dune = {{\n      source = "{H}/acme/dune"\n    }}\n    cedar = {{', STALE, f"{HOST}/acme/dune", Q),
        edit("module-provider-removed", f'    cedar = {{\n      source  = "{H}/acme/cedar"\n      version = "1.1.0"\n    }}\n', "", STALE, f"{HOST}/acme/cedar", Q),
        edit("module-call-removed", '\nmodule "queue" {\n  source = "./queue"\n}\n', "", STALE, f"{HOST}/acme/cedar", M),
        edit("module-call-twice", 'module "queue" {', 'module "again" {\n  source = "./queue"\n}\n\nmodule "queue" {', FRESH, "", M),
        edit("module-missing", '"./queue"', '"./none"', ERROR, "", M),
        edit("module-spelling", '"./queue"', '"./queue/../queue"', FRESH, "", M),
        outside(edit("required-version", '">= 1.3"', '">= 99"', ERROR)),
        edit("required-version-met", '">= 1.3"', '"~> 1.0"', FRESH),
        edit("comment", "terraform {", "# words\nterraform {", FRESH),
        edit("attribute-unknown", "      version = \"~> 1.2\"", '      version = "~> 1.2"\n      news = "x"', ERROR),
        edit("version-computed", '"~> 1.2"', 'var.version', ERROR),
        edit("two-blocks", "terraform {", "terraform {\n}\n\nterraform {", FRESH),
        edit("two-lists", "terraform {", "terraform {\n  required_providers {\n  }\n}\n\nterraform {", ERROR),
        Edit("json-file-met", (put("more.tf.json", '{"terraform": {"required_providers": {"x": []}}}'.replace('{"x": []}', f'{{"dune": {{"source": "{H}/acme/dune"}}}}')),), ERROR),
        Edit("json-resource", (put("more.tf.json", '{"resource": {"amber_thing": {"two": {}}}}\n'),), FRESH),
        Edit("json-resource-new", (put("more.tf.json", '{"resource": {"ember_thing": {"two": {}}}}\n'),), STALE, "hashicorp/ember"),
        Edit("override-file", (put("override.tf", f'terraform {{\n  required_providers {{\n    amber = {{\n      source  = "{H}/acme/amber"\n      version = "~> 2.0"\n    }}\n  }}\n}}\n'),), STALE, f"{HOST}/acme/amber"),
        Edit("other-file", (put("more.tf", 'variable "x" {}\n'),), FRESH),
        Edit("unused-folder", (put("else/main.tf", f'terraform {{\n  required_providers {{\n    dune = {{\n      source = "{H}/acme/dune"\n    }}\n  }}\n}}\n'),), FRESH),
        Edit("file-broken", (append(M, "resource {\n"),), ERROR),
        Edit("backend", (sub(V, '  required_version = ">= 1.3"\n', '  required_version = ">= 1.3"\n\n  backend "local" {}\n'),), FRESH),
    ]


def lock() -> list[Edit]:
    """Edits of the lockfile by hand."""
    amber = rf'(provider "{HOST}/acme/amber" \{{\n)'
    whole = rf'provider "{HOST}/acme/amber" \{{\n(?:.+\n)+?\}}\n\n?'

    def in_amber(old: str, new: str) -> Step:
        return resub(L, rf"{amber}((?:.+\n)*?.*?){old}", rf"\g<1>\g<2>{new}")

    return [
        Edit("lock-provider-removed", (resub(L, whole, ""),), STALE, f"{HOST}/acme/amber"),
        Edit("lock-provider-extra", (append(L, f'\nprovider "{HOST}/acme/dune" {{\n  version = "1.0.0"\n  hashes = [\n    "h1:aaaa=",\n  ]\n}}\n'),), STALE, f"{HOST}/acme/dune"),
        Edit("lock-version-other", (in_amber(r'version     = "1\.2\.3"', 'version     = "1.2.0"'),), ERROR),
        Edit("lock-version-unmet", (in_amber(r'version     = "1\.2\.3"', 'version     = "2.0.0"'),), STALE, f"{HOST}/acme/amber"),
        Edit("lock-version-gone", (in_amber(r'  version     = "1\.2\.3"\n', ""),), ERROR),
        Edit("lock-version-short", (in_amber(r'"1\.2\.3"', '"1.2"'),), ERROR),
        Edit("lock-version-v", (in_amber(r'"1\.2\.3"', '"v1.2.3"'),), ERROR),
        Edit("lock-version-words", (in_amber(r'"1\.2\.3"', '"newest"'),), ERROR),
        Edit("lock-constraints-other", (in_amber(r'constraints = ".*"', 'constraints = "~> 9.0"'),), FRESH),
        Edit("lock-constraints-gone", (in_amber(r'  constraints = ".*"\n', ""),), FRESH),
        Edit("lock-constraints-unordered", (in_amber(r'constraints = ".*"', 'constraints = "< 2.0.0, >= 1.0.0"'),), ERROR),
        Edit("lock-constraints-spelling", (in_amber(r'constraints = ".*"', 'constraints = ">=1.0.0"'),), ERROR),
        Edit("lock-constraints-words", (in_amber(r'constraints = ".*"', 'constraints = "newest"'),), ERROR),
        Edit("lock-hashes-gone", (in_amber(r"  hashes = \[\n(?:    .+\n)+  \]\n", ""),), FRESH),
        Edit("lock-hashes-empty", (in_amber(r"hashes = \[\n(?:    .+\n)+  \]", "hashes = []"),), FRESH),
        outside(Edit("lock-hash-other", (in_amber(r'"h1:.*"', '"h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'),), ERROR)),
        outside(Edit("lock-hash-cut", (in_amber(r'"h1:.*"', '"h1:AAAA"'),), ERROR)),
        Edit("lock-hash-more", (in_amber(r'(    "h1:.*",\n)', r'\3    "h1:AAAA",\n    "zh:00",\n'),), FRESH),
        Edit("lock-hash-unknown-scheme", (in_amber(r'(    "h1:.*",\n)', r'\3    "h9:AAAA",\n'),), FRESH),
        Edit("lock-hash-no-scheme", (in_amber(r'"h1:.*"', '"AAAA"'),), ERROR),
        Edit("lock-hash-empty-value", (in_amber(r'(    "h1:.*",\n)', r'\3    "h1:",\n'),), ERROR),
        Edit("lock-hash-number", (in_amber(r'"h1:.*"', "5"),), ERROR),
        Edit("lock-duplicate", (resub(L, rf"({whole})", r"\1\1"),), ERROR),
        Edit("lock-unknown-block", (append(L, '\nnews "x" {\n}\n'),), ERROR),
        Edit("lock-module-block", (append(L, '\nmodule "x" {\n}\n'),), FRESH),
        Edit("lock-unknown-key", (in_amber(r"(  version)", r'  news = "x"\n\3'),), ERROR),
        Edit("lock-unknown-top-key", (append(L, '\nnews = "x"\n'),), ERROR),
        Edit("lock-capitals", (sub(L, f"{HOST}/acme/amber", f"{HOST}/Acme/amber"),), ERROR),
        Edit("lock-short-address", (sub(L, f"{HOST}/acme/amber", "acme/amber"),), ERROR),
        Edit("lock-other-host", (sub(L, f"{HOST}/acme/amber", "tf2.example.com/acme/amber"),), STALE, f"{HOST}/acme/amber"),
        Edit("lock-two-labels", (sub(L, f'"{HOST}/acme/amber"', f'"{HOST}/acme/amber" "x"'),), ERROR),
        Edit("lock-header-gone", (resub(L, r"^#.*\n", "", 0),), FRESH),
        Edit("lock-order", (resub(L, rf"({whole})((?:.|\n)*)", r"\2\n\1"),), FRESH),
        Edit("lock-indent", (change(L, lambda text: text.replace("  ", "\t")),), FRESH),
        *damage(L, "#", cut=ERROR, conflict=ERROR, conflict_version=ERROR, empty=STALE, missing=STALE, crlf=FRESH, bom=ERROR, comment=FRESH, folder=ERROR, no_last_newline=FRESH, blank_lines=FRESH),
    ]


def implied() -> tuple[Project, list[Edit]]:
    """Providers that nothing but their resources name, and a module without any statement."""
    files = {M: 'resource "ember_thing" "one" {}\n\nmodule "part" {\n  source = "./part"\n}\n', "part/main.tf": 'data "flint_thing" "one" {}\n\nprovider "terraform" {}\n'}
    P = "part/main.tf"
    edits = [
        edit("resource-removed", 'resource "ember_thing" "one" {}\n', "", STALE, "hashicorp/ember", M),
        edit("data-removed", 'data "flint_thing" "one" {}\n', "", STALE, "hashicorp/flint", P),
        edit("stated", 'resource "ember_thing"', 'terraform {\n  required_providers {\n    ember = {\n      source = "hashicorp/ember"\n    }\n  }\n}\n\nresource "ember_thing"', FRESH, "", M),
        edit("stated-short", 'resource "ember_thing"', 'terraform {\n  required_providers {\n    ember = "~> 1.0"\n  }\n}\n\nresource "ember_thing"', FRESH, "", M),
        edit("stated-elsewhere", 'resource "ember_thing"', f'terraform {{\n  required_providers {{\n    ember = {{\n      source = "{HOST}/acme/dune"\n    }}\n  }}\n}}\n\nresource "ember_thing"', STALE, f"hashicorp/ember|{HOST}/acme/dune", M),
        edit("stated-unmet", 'resource "ember_thing"', 'terraform {\n  required_providers {\n    ember = "~> 9.0"\n  }\n}\n\nresource "ember_thing"', STALE, "hashicorp/ember", M),
        edit("another", 'resource "ember_thing" "one" {}', 'resource "ember_thing" "one" {}\n\nephemeral "flint_thing" "two" {}', FRESH, "", M),
        Edit("module-gone", (sub(M, '\nmodule "part" {\n  source = "./part"\n}\n', ""), drop("part")), STALE, "hashicorp/flint"),
        Edit("tofu-file", (put("more.tofu", 'resource "dune_thing" "x" {}\n'),), FRESH),
        Edit("hidden-file", (put(".hidden.tf", 'resource "dune_thing" "x" {}\n'),), FRESH),
        Edit("backup-file", (put("main.tf~", 'resource "dune_thing" "x" {}\n'),), FRESH),
    ]
    return Project("implied", files, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    """All projects of Terraform."""
    return [(Project("app", FILES, L), constraints() + configuration() + lock()), implied()]
