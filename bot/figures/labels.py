"""How many labelled answers there are to learn from, and how many are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.store.labelled import stated_counts
from engine.gate import shortfall
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled answers, as a training counts them, by grade."""

    by_grade: Mapping[str, int]

    @property
    def number(self) -> int:
        """How many there are."""
        return sum(self.by_grade.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """What a training still needs, in sentences; nothing where it has enough."""
        return shortfall(self.by_grade)


def count_labels(connection: Connection, survey: Survey) -> Labels:
    """Count them; what people stated in words that the survey no longer has does not count."""
    counts = stated_counts(connection)
    grades = {stated: survey.target.find(stated) for stated in counts}
    by_grade = {grade.grade: 0 for grade in survey.target.grades}
    for stated, number in counts.items():
        if (grade := grades[stated]) is not None:
            by_grade[grade.grade] += number
    return Labels(by_grade)
