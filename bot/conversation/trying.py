"""Answers that are only tried out, after the result: what is changed, as a button carries it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.survey import Feature, Survey

_CHANGE = re.compile(r"([a-z]+)(-?[0-9]+(?:\.[0-9]+)?)")
_FORM = re.compile(rf"((?:{_CHANGE.pattern})*)([a-z]*)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_STAMPS = 10_000


@dataclass(frozen=True, slots=True)
class Trying:
    """What somebody tries: answers in place of their own, and the question whose other answers they look at.

    Attributes
    ----------
    changes : mapping of column to str
        The table's label, "1" or "0", or a number as text.
    picking : str or None
        A column.
    """

    changes: Mapping[str, str] = field(default_factory=dict)
    picking: str | None = None

    def pick(self, column: str | None) -> Trying:
        """Return the same with another question looked at."""
        return Trying(self.changes, column)

    def change(self, column: str, label: str | None) -> Trying:
        """Return the same with one answer more changed, or (None) taken back."""
        others = {name: changed for name, changed in self.changes.items() if name != column}
        return Trying(others if label is None else {**others, column: label})


AS_ANSWERED = Trying()
"""Nothing is changed."""


def encode(survey: Survey, trying: Trying) -> str:
    """Return what a button carries: for each change the question's place in letters and the answer's in digits.

    Of a number question the number itself. The same changes give the same text, in whichever order they were made.
    """
    changes = (
        _letters(place) + _digits(feature, trying.changes[feature.column])
        for place, feature in enumerate(survey.features)
        if feature.column in trying.changes
    )
    places = {feature.column: place for place, feature in enumerate(survey.features)}
    return "".join(changes) + ("" if trying.picking is None else _letters(places[trying.picking]))


def decode(survey: Survey, carried: str) -> Trying | None:
    """Read it back; None where it speaks of questions or answers that there are not, or of one question twice."""
    match = _FORM.fullmatch(carried)
    if match is None:
        return None
    changes: dict[str, str] = {}
    for letters, digits in _CHANGE.findall(match[1]):
        feature = _feature(survey, letters)
        label = None if feature is None else _label(feature, digits)
        if feature is None or label is None or feature.column in changes:
            return None
        changes[feature.column] = label
    picked = _feature(survey, match[4]) if match[4] else None
    if match[4] and picked is None:
        return None
    return Trying(changes, None if picked is None else picked.column)


def stamp(survey: Survey) -> int:
    """Return a number that tells of which questions and answers the places speak."""
    return 1 + int(survey.meaning_hash[:8], 16) % (_STAMPS - 1)


def _feature(survey: Survey, letters: str) -> Feature | None:
    place = 0
    for letter in letters:
        place = place * len(_LETTERS) + _LETTERS.index(letter)
    canonical = place < len(survey.features) and _letters(place) == letters
    return survey.features[place] if canonical else None


def _letters(place: int) -> str:
    rest, last = divmod(place, len(_LETTERS))
    return (_letters(rest) if rest else "") + _LETTERS[last]


def _digits(feature: Feature, label: str) -> str:
    return str(list(feature.question.by_value).index(label)) if feature.kind in ("ordinal", "nominal") else label


def _label(feature: Feature, digits: str) -> str | None:
    if feature.kind == "number":
        return digits
    if feature.kind == "binary":
        return digits if digits in ("0", "1") else None
    choices = feature.question.choices
    place = int(digits) if digits.isdigit() and len(digits) <= 3 else len(choices)
    return choices[place].value if place < len(choices) and choices[place].ends is None else None
