"""The picture of what people said beside what was guessed: a confusion matrix that a phone can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.locales import LOCALES
from engine.predictors import Floats
from engine.survey import Grade, Survey
from engine.translation import Texts

ENGLISH = {
    "title": "What they said, what I guessed",
    "people": "{count} people, each guessed by a model that had not seen them",
    "person": "1 person, guessed by a model that had not seen them",
    "observed": "They said",
    "predicted": "I guessed",
    "legend": "Framed: guessed right. Percentages are of all who said so; the darker, the more of them.",
    "averaged": "Each person was guessed more than once: halves are averages.",
}
"""The chart's own words; all others come from the survey."""

TEXTS = Texts(LOCALES, "confusion", ENGLISH)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of those who stated one grade were given another (or the same).

    Attributes
    ----------
    count : float
        People; on average, where they were guessed more than once.
    share : float or None
        Of those who stated the row's grade, 0 to 1; None where nobody did.
    right : bool
        Whether the guess is what was stated.
    """

    count: float
    share: float | None
    right: bool

    @property
    def count_words(self) -> str:
        """The count as it is written: a decimal only where it is no whole number."""
        tenths = round(self.count, 1)
        return f"{tenths:,.0f}" if tenths.is_integer() else f"{tenths:,.1f}"

    @property
    def count_forms(self) -> tuple[str, ...]:
        """The count as it may be written where there is room for less and less; never cut off, as a text may be."""
        return self.count_words, f"{self.count:,.0f}", f"{self.count / 1e3:.0f}k", f"{self.count / 1e6:.1f}M"

    @property
    def share_words(self) -> str:
        """The share as it is written."""
        return "" if self.share is None else f"{self.share:.0%}"


@dataclass(frozen=True, slots=True)
class Line:
    """Those who stated one grade.

    Attributes
    ----------
    grade, label : str
        The grade's letter, and the answer that it stands for.
    people : int
    cells : tuple of Cell
        One per guess, best grade first.
    """

    grade: str
    label: str
    people: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ConfusionChart:
    """All words and numbers of the picture."""

    title: str
    subtitle: str
    question: str
    observed: str
    predicted: str
    lines: tuple[Line, ...]
    legend: str

    def png(self) -> bytes:
        """Draw the chart.

        Returns
        -------
        bytes
            A PNG file, 720 pixels wide and at most 1,280 tall; the same for the same chart, in any thread.
        """
        from engine.confusion_layout import draw

        return draw(self)


def confusion_chart(survey: Survey, confusion: Sequence[Sequence[float]], language: str = "en") -> ConfusionChart:
    """Put a confusion matrix into words and numbers.

    Parameters
    ----------
    survey : Survey
    confusion : array of shape (n_grades, n_grades)
        Observed x predicted counts, best grade first; averages where people were guessed more than once.
    language : str, default "en"
        Language of the words; what is not translated falls back to the survey's first language, or English.

    Raises
    ------
    ValueError
        If the matrix does not fit the survey's grades.
    """
    counts, grades = np.asarray(confusion, dtype=float), survey.target.grades
    if counts.shape != (len(grades), len(grades)):
        raise ValueError(f"a confusion matrix of shape {counts.shape} does not fit {len(grades)} grades")
    words = TEXTS.all(language)
    lines = tuple(_line(grade, place, counts[place], language) for place, grade in enumerate(grades))
    people = sum(line.people for line in lines)
    averaged = any("." in cell.count_words for line in lines for cell in line.cells)
    return ConfusionChart(
        title=words["title"],
        subtitle=words["person"] if people == 1 else words["people"].format(count=f"{people:,}"),
        question=survey.target.text.to(language),
        observed=words["observed"],
        predicted=words["predicted"],
        lines=lines,
        legend=f"{words['legend']} {words['averaged']}" if averaged else words["legend"],
    )


def _line(grade: Grade, place: int, counts: Floats, language: str) -> Line:
    total = float(counts.sum())
    cells = tuple(
        Cell(float(count), float(count) / total if total else None, guess == place)
        for guess, count in enumerate(counts)
    )
    return Line(grade.grade, grade.text.to(language), round(total), cells)
