"""Crates and edits that the projects of cargo share."""

from __future__ import annotations

from .case import Edit
from .tree import sub

M, L = "Cargo.toml", "Cargo.lock"
LIB = {"src/lib.rs": ""}
HEAD = '[package]\nname = "{}"\nversion = "{}"\nedition = "2021"\n'


def own(folder: str, name: str, version: str = "0.1.0", more: str = "") -> dict[str, str]:
    """A crate in a folder."""
    return {f"{folder}/Cargo.toml": HEAD.format(name, version) + more, f"{folder}/src/lib.rs": ""}


def crate(name: str, more: str = "") -> dict[str, str]:
    """A crate in the folder of its name below crates/."""
    return own(f"crates/{name}", name, more=more)


def edit(name: str, old: str, new: str, expect: str, blame: str = "", file: str = M) -> Edit:
    """Replaces a text in a manifest."""
    return Edit(name, (sub(file, old, new),), expect, blame)
