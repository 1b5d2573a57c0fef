"""Several edits of a random project in a row."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Model = TypeVar("Model")


def several(rng: random.Random, old: Model, ways: Sequence[Callable[[random.Random, Model], str | None]]) -> tuple[Model, str]:
    """The project after one to three edits, and what they were. An edit says what it did where its name does not tell."""
    new, notes = copy.deepcopy(old), []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        way = rng.choice(ways)
        notes.append(f"{way.__name__} {way(rng, new) or ''}".strip())
    return new, " + ".join(notes)
