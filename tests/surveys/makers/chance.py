"""Chance in survey words: answers on a scale, boxes that are ticked, questions that are left out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Person: TypeAlias = Mapping[str, object]
"""One row of a sample: column -> cell; every person of a survey has the same columns."""
People: TypeAlias = Iterator[Person]


class Chance(random.Random):
    """A stream of chance that is the same on every machine and Python version."""

    def weighted(self, weights: Mapping[str, float]) -> str:
        """Return a label, drawn by its weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def tick(self, share: float) -> int:
        """Return 1 for a box that this share of people tick, else 0."""
        return int(self.random() < share)

    def unless_left_out(self, answer: object, missing: float) -> object:
        """Return the answer, or a blank for this share of people."""
        return "" if self.random() < missing else answer


def level(value: float, cuts: Sequence[float], labels: Sequence[str]) -> str:
    """Return the label of the step that a value reaches; there is one label more than cuts."""
    return labels[sum(value > cut for cut in cuts)]
