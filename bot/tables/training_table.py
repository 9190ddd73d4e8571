"""The table that a training learns from: the labelled answers of the store, as the engine reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.pseudonyms import Pseudonyms
from bot.store.labelled import labelled
from bot.tables.answers import Sorter
from bot.tables.csv_file import csv_writer
from engine.survey import Survey

SOURCE = "Source"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a training table has.

    Attributes
    ----------
    by_source : mapping of str to int
        See `bot.store.labelled.Labelled.source`.
    by_grade : mapping of str to int
        By the letter of the stated grade.
    unreadable : int
        People left out because the survey no longer has what they stated.
    """

    by_source: Mapping[str, int]
    by_grade: Mapping[str, int]
    unreadable: int

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.by_source.values())


def write_training_table(
    connection: Connection, survey: Survey, pseudonyms: Pseudonyms, path: Path, *, in_statistics: bool = False
) -> Counts:
    """Write the labelled answers as a .csv file: "ID", "Source", and the survey's own columns and labels.

    An answer in words that the survey no longer has is written as missing. For ``in_statistics`` see
    `bot.store.labelled.labelled`.
    """
    columns, sorter = [feature.column for feature in survey.features], Sorter(survey)
    sources, grades = Counter[str](), Counter[str]()
    letters = {grade.value: grade.grade for grade in survey.target.grades}
    unreadable = 0
    rows_of = labelled(connection, pseudonyms, in_statistics=in_statistics)
    with csv_writer(path) as write, closing(rows_of) as rows:
        write(["ID", SOURCE, *columns, survey.target.column])
        for row in rows:
            found = sorter.sort(row.answers, row.stated)
            if found.stated is None:
                unreadable += 1
                continue
            sources[row.source] += 1
            grades[letters[found.stated]] += 1
            write([row.id, row.source, *map(found.cells.get, columns), found.stated])
    return Counts(dict(sources), dict(grades), unreadable)
