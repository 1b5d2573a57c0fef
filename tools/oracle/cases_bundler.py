"""Gemfile and Gemfile.lock; the locks are written by hand, as gems come from a registry."""

from __future__ import annotations

from .case import ERROR, FRESH, STALE, Edit, Project
from .damage import damage
from .tree import sub

M, L = "Gemfile", "Gemfile.lock"

GEMFILE = """source "https://gems.example.com"

gem "amber", "~> 2.0"
gem "birch"
gem "own", path: "own"
group :test do
  gem "cedar", ">= 1", "< 3"
end
"""

LOCK = """PATH
  remote: own
  specs:
    own (0.1.0)

GEM
  remote: https://gems.example.com/
  specs:
    amber (2.1)
      dill (~> 1.0)
    birch (1.2)
    cedar (2.0)
    dill (1.5)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  amber (~> 2.0)
  birch
  cedar (< 3, >= 1)
  own!

BUNDLED WITH
   2.3.27
"""

GEMSPEC = 'Gem::Specification.new { |s| s.name = "own"; s.version = "0.1.0"; s.summary = "x"; s.authors = ["x"] }\n'


def edit(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(M, old, new),), expect, blame)


def lock(name: str, old: str, new: str, expect: str, blame: str = "") -> Edit:
    return Edit(name, (sub(L, old, new),), expect, blame)


def shop() -> tuple[Project, list[Edit]]:
    """One source, a path gem, a group."""
    edits = [
        edit("require", 'gem "birch"', 'gem "birch", require: false', FRESH),
        edit("comment", 'gem "birch"', 'gem "birch" # why', FRESH),
        edit("spacing", '"~> 2.0"', '"~>2.0"', FRESH),
        edit("order-of-clauses", '">= 1", "< 3"', '"< 3", ">= 1"', FRESH),
        edit("zeros", '"< 3"', '"< 3.0"', FRESH),
        edit("zeros-of-twiddle", '"~> 2.0"', '"~> 2.0.0"', STALE, "amber"),
        edit("group", "group :test", "group :development, :test", FRESH),
        edit("list", '">= 1", "< 3"', '[">= 1", "< 3"]', FRESH),
        edit("parentheses", 'gem "birch"', 'gem("birch")', FRESH),
        edit("tighten", '"~> 2.0"', '"~> 2.1"', STALE, "amber"),
        edit("add-range", 'gem "birch"', 'gem "birch", ">= 1"', STALE, "birch"),
        edit("open-range", 'gem "birch"', 'gem "birch", ">= 0"', FRESH),
        edit("remove", 'gem "birch"\n', "", STALE, "birch"),
        edit("add", 'gem "birch"', 'gem "birch"\ngem "elder"', STALE, "elder"),
        edit("add-transitive", 'gem "birch"', 'gem "birch"\ngem "dill"', STALE, "dill"),
        edit("path-gone", ', path: "own"', "", STALE, "own"),
        edit("path-spelled", 'path: "own"', 'path: "./own/"', FRESH),
        edit("to-git", 'gem "birch"', 'gem "birch", git: "https://git.example.com/birch.git"', STALE, "birch"),
        edit("source-slash", "gems.example.com", "gems.example.com/", FRESH),
        edit("ruby", 'gem "birch"', 'ruby ">= 2.0"\ngem "birch"', FRESH),
        edit("platforms", 'gem "birch"', 'gem "birch", platforms: :ruby', FRESH),
        lock("lock-dependency-gone", "  birch\n\n" if "  birch\n\n" in LOCK else "  birch\n", "", STALE, "birch"),
        lock("lock-range", "  cedar (< 3, >= 1)", "  cedar (>= 1)", STALE, "cedar"),
        lock("lock-bundler", "BUNDLED WITH\n   2.3.27\n", "", FRESH),
        lock("lock-version", "amber (2.1)", "amber (2.9)", FRESH),
        *damage(L, "", crlf=FRESH, no_last_newline=FRESH, blank_lines=FRESH, conflict=ERROR, empty=STALE),
    ]
    return Project("shop", {M: GEMFILE, L: LOCK, "own/own.gemspec": GEMSPEC}, L), edits


def plan(tool: str) -> list[tuple[Project, list[Edit]]]:
    return [shop()]
