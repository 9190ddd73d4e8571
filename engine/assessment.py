"""What the engine says about one person, and the model that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Impact:
    """How far one answer moved this person's score from the base, in points.

    ``answer`` is the table's label (or "1"/"0" of a select-all column, or a number as text); None: not answered.
    """

    feature: str
    answer: str | None
    impact: float


@dataclass(frozen=True, slots=True)
class Membership:
    """The segment a person falls into.

    ``index`` points into the model's segments; ``strength`` is between 0 (on the border between two segments)
    and 1 (at the heart of this one).
    """

    index: int
    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    strength: float


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion that this person's answers call for; ``index`` points into the survey's suggestions."""

    index: int
    gain: float


@dataclass(frozen=True, slots=True)
class Change:
    """One answer changed; labels as in the table."""

    feature: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changed answers and what the very same model says then."""

    changes: tuple[Change, ...]
    grade: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the engine says about one person.

    Attributes
    ----------
    grade : str
        The score cut at the model's thresholds.
    most_likely : str
        The grade with the highest probability; it need not be ``grade``.
    probabilities : mapping of grade to float
        Calibrated, best grade first, summing to 1.
    score : float
        Σ points x probability, between 0 and the number of grades - 1.
    base : float
        The mean score of the background; ``base + Σ impacts == score`` to 1e-6.
    impacts : tuple of Impact
        One per feature, largest absolute impact first.
    what_if : tuple of WhatIf
        Smallest change that lifts the grade first; then what moves the chance of the best grade most.
    informative : bool
        False where the model found no signal above the class shares.
    """

    grade: str
    most_likely: str
    probabilities: Mapping[str, float]
    score: float
    base: float
    impacts: tuple[Impact, ...]
    segment: Membership
    suggestions: tuple[Advice, ...]
    what_if: tuple[WhatIf, ...]
    model_version: str
    synthetic: bool
    informative: bool
    answers: Mapping[str, Any]
    thresholds: tuple[float, ...]
