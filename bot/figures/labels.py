"""How many labelled answers there are to learn from, and how many are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.pseudonyms import Pseudonyms
from bot.store.labelled import stated_counts
from bot.tables.answers import Sorter
from engine import gate
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Labels:
    """The labelled answers that a training would learn from.

    Attributes
    ----------
    by_grade : mapping of str to int
        By the letter of the stated grade, best first.
    """

    by_grade: Mapping[str, int]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.by_grade.values())

    @property
    def shortfall(self) -> tuple[str, ...]:
        """What is missing before anything is trained, a sentence each; empty where there is enough."""
        return gate.shortfall(self.by_grade)


def count_labels(connection: Connection, survey: Survey, pseudonyms: Pseudonyms) -> Labels:
    """Count by the rule of `bot.store.labelled`, and as a training table does: by words that the survey still has."""
    sorter, by_value = Sorter(survey), Counter[str | None]()
    for stated, count in stated_counts(connection, pseudonyms).items():
        by_value[sorter.sort({}, stated).stated] += count
    return Labels({grade.grade: by_value[grade.value] for grade in survey.target.grades})
