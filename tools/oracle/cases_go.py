"""go.mod with go.sum, and with vendor/modules.txt."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .damage import damage
from .tree import append, resub, sub

M, L, V = "go.mod", "go.sum", "vendor/modules.txt"

MAIN = """package main

import (
	_ "go.example.com/amber"
	_ "go.example.com/cedar"
)

func main() {}
"""

MOD = """module go.example.com/shop

go 1.17

require (
	go.example.com/amber v1.0.0
	go.example.com/cedar v1.0.0
)

require go.example.com/birch v1.0.0 // indirect
"""

VENDORED = """# go.example.com/amber v1.0.0
## explicit; go 1.17
go.example.com/amber
# go.example.com/birch v1.0.0
## explicit; go 1.17
go.example.com/birch
# go.example.com/cedar v1.0.0
## explicit; go 1.17
go.example.com/cedar
"""


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(M, old, new),), expect, blame)


def sums() -> tuple[Project, list[Edit]]:
    edits = [
        edit("bump", "amber v1.0.0", "amber v1.1.0", STALE, "go.example.com/amber"),
        edit("bump-brings", "amber v1.0.0", "amber v1.2.0", STALE, "go.example.com/amber"),
        edit("bump-indirect", "birch v1.0.0", "birch v1.1.0", STALE, "go.example.com/birch"),
        edit("comment", "go 1.17", "go 1.17 // old", FRESH),
        edit("one-block", ")\n\nrequire go.example.com/birch v1.0.0 // indirect", "\tgo.example.com/birch v1.0.0 // indirect\n)", FRESH),
        edit("indirect-dropped", " // indirect", "", FRESH),
        edit("indirect-added", "amber v1.0.0", "amber v1.0.0 // indirect", FRESH),
        edit("not-go", "require (", "demand (", ERROR),
        Edit("lock-line-gone", (resub(L, r"^go.example.com/amber v1.0.0 h1:.*\n", ""),), STALE, "go.example.com/amber"),
        Edit("lock-mod-line-gone", (resub(L, r"^go.example.com/amber v1.0.0/go.mod h1:.*\n", ""),), STALE, "go.example.com/amber"),
        Edit("lock-left-over", (append(L, "go.example.com/amber v0.9.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),), FRESH),
        Edit("lock-malformed", (append(L, "go.example.com/amber v0.9.0\n"),), ERROR),
        *damage(L, "", crlf=FRESH, no_last_newline=FRESH, blank_lines=FRESH, conflict=ERROR, empty=STALE),
    ]
    return Project("sums", {M: MOD, "main.go": MAIN}, L), edits


def vendored() -> tuple[Project, list[Edit]]:
    edits = [
        edit("bump", "amber v1.0.0", "amber v1.1.0", STALE, "go.example.com/amber"),
        edit("remove", "\tgo.example.com/amber v1.0.0\n", "", STALE, "go.example.com/amber"),
        edit("add", "\tgo.example.com/amber", "\tgo.example.com/dill v1.0.0\n\tgo.example.com/amber", STALE, "go.example.com/dill"),
        edit("replace", "require (", "replace go.example.com/amber => ./amber\n\nrequire (", STALE, "go.example.com/amber"),
        edit("replace-unused", "require (", "replace go.example.com/dill => ./dill\n\nrequire (", STALE, "go.example.com/dill"),
        edit("indirect-dropped", " // indirect", "", FRESH),
        edit("old-go", "go 1.17", "go 1.13", FRESH),
        Edit("list-unmarked", (sub(V, "## explicit; go 1.17\ngo.example.com/amber", "## go 1.17\ngo.example.com/amber"),), STALE, "go.example.com/amber"),
        Edit("list-version", (sub(V, "amber v1.0.0", "amber v1.1.0"),), STALE, "go.example.com/amber"),
        Edit("list-orphan", (append(V, "# go.example.com/dill v1.0.0\n## explicit\ngo.example.com/dill\n"),), STALE, "go.example.com/dill"),
        Edit("list-unmarked-orphan", (append(V, "# go.example.com/dill v1.0.0\ngo.example.com/dill\n"),), FRESH),
        Edit("list-replaced", (sub(V, "amber v1.0.0", "amber v1.0.0 => ./amber"),), STALE, "go.example.com/amber"),
    ]
    return Project("vendored", {M: MOD, "main.go": MAIN, V: VENDORED}, V), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    return [sums(), vendored()]
