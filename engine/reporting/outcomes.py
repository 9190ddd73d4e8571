"""The target by segment: what the people of each segment say themselves, with intervals and a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.metrics import Estimate, mean_of
from engine.predictors import Ints
from engine.reporting.associations import cramers_v, independence_p
from engine.reporting.charts import Bars, Dots, Series
from engine.reporting.numbers import number, p_value, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "The target by segment",
    "intro": "What the people of each segment say themselves to “{target}”. Their segment was found without that "
    "answer.",
    "differs": "The segments differ in it (p {p}, Cramér's V {v}): more than chance alone would give.",
    "alike": "No difference between the segments can be shown (p {p}, Cramér's V {v}): they may well answer alike.",
    "one": "There is one segment only: nothing can be compared.",
    "picture": "What each segment says",
    "share": "Share of the segment's people",
    "alt": "Stacked bars. “{best}” say: {shares}.",
    "small": "Pale: fewer than {least} people, too few to go by.",
    "left_out": "Segments of fewer than {least} people are not shown: {names}.",
    "points": "Mean points by segment",
    "points_axis": "Mean points, from 0 (“{worst}”) to {most} (“{best}”), with 95% intervals",
    "points_alt": "Dots with intervals: {means}.",
    "everybody": "Everybody: {mean}",
    "table": "Grades by segment",
    "segment": "Segment",
    "grade": "Grade",
    "answer": "Own answer",
    "people": "People",
    "part": "Share",
    "from": "95% from",
    "to": "to",
}
TEXTS = Texts(LOCALES, "report_outcomes", ENGLISH)

SMALL = 20
"""People below whom a segment's shares are drawn pale: an interval of 40 points and more."""
FEWEST = 5
"""People below whom nothing is said of a segment: fewer could be known by it."""
LEVEL = 0.05


@dataclass(frozen=True)
class Outcomes:
    """Who says what, by segment.

    Attributes
    ----------
    counts : ndarray of shape (n_segments, n_grades)
        Best grade first.
    p, cramers_v : float
        Of independence; 1 and 0 where there is nothing to compare.
    means : tuple of Estimate or None
        Mean points of each segment, None where it is too small.
    """

    counts: Ints
    p: float
    cramers_v: float
    means: tuple[Estimate | None, ...]

    def part(self, segment: int, grade: int) -> Share:
        """Return the share of a segment's people who say one thing."""
        return wilson(int(self.counts[segment, grade]), int(self.counts[segment].sum()))

    @property
    def shown(self) -> list[int]:
        """The segments of which something may be said."""
        return [segment for segment, row in enumerate(self.counts) if row.sum() >= FEWEST]


def outcomes(study: Study) -> Outcomes:
    """Count what the people of each segment say, and test whether the segments differ in it."""
    segments, grades = len(study.segmentation.segments), len(study.survey.target.grades)
    counts = np.bincount(study.segments * grades + study.y, minlength=segments * grades).reshape(segments, grades)
    table = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    comparable = min(table.shape) > 1
    means = []
    for segment in range(segments):
        mine = study.points[study.segments == segment]
        means.append(mean_of(mine, study.seed) if len(mine) >= FEWEST else None)
    return Outcomes(
        counts=np.asarray(counts, dtype=np.intp),
        p=independence_p(table, study.rng(3)) if comparable else 1.0,
        cramers_v=cramers_v(table) if comparable else 0.0,
        means=tuple(means),
    )


def section(study: Study, language: str) -> Section:
    """Return what each segment says."""
    words, found = TEXTS.all(language), outcomes(study)
    parts: list[Part] = [TEXTS.text("intro", language, target=study.survey.target.text.to(language))]
    if len(found.counts) == 1:
        return Section(
            "outcomes",
            words["title"],
            (*parts, LeftOut(words["picture"], words["one"]), _table(study, found, language)),
        )
    verdict = "differs" if found.p < LEVEL else "alike"
    parts.append(TEXTS.text(verdict, language, p=p_value(found.p), v=number(found.cramers_v)))
    hidden = [name for place, name in enumerate(study.segment_names(language)) if place not in found.shown]
    if hidden:
        parts.append(TEXTS.text("left_out", language, least=FEWEST, names=", ".join(hidden)))
    if found.shown:
        parts += [_stacked(study, found, language), _points(study, found, language)]
    parts.append(_table(study, found, language))
    return Section("outcomes", words["title"], tuple(parts))


def _stacked(study: Study, found: Outcomes, language: str) -> Picture:
    words, grades = TEXTS.all(language), study.survey.target.grades
    names = study.segment_names(language)
    sizes = {place: int(found.counts[place].sum()) for place in found.shown}
    series = tuple(
        Series(grade.text.to(language), tuple(found.part(place, rank).value for place in found.shown))
        for rank, grade in enumerate(grades)
    )
    small = frozenset(row for row, place in enumerate(found.shown) if sizes[place] < SMALL)
    chart = Bars(
        tuple(f"{names[place]} ({sizes[place]:,})" for place in found.shown),
        series,
        words["share"],
        "share",
        stacked=True,
        ordered=True,
        small=small,
    )
    shares = ", ".join(f"{names[place]} {share(found.part(place, 0).value)}" for place in found.shown)
    alt = TEXTS.text("alt", language, best=grades[0].text.to(language), shares=shares)
    note = TEXTS.text("small", language, least=SMALL) if small else ""
    return Picture("outcomes", words["picture"], alt, chart, note)


def _points(study: Study, found: Outcomes, language: str) -> Picture:
    words, grades, names = TEXTS.all(language), study.survey.target.grades, study.segment_names(language)
    known = [(names[place], found.means[place]) for place in found.shown]
    estimates = [(name, mean) for name, mean in known if mean is not None]
    everybody = float(study.points.mean())
    scale = {"worst": grades[-1].text.to(language), "best": grades[0].text.to(language), "most": len(grades) - 1}
    chart = Dots(
        tuple(name for name, _ in estimates),
        (
            Series(
                "",
                tuple(mean.mean for _, mean in estimates),
                tuple((mean.low, mean.high) for _, mean in estimates),
            ),
        ),
        TEXTS.text("points_axis", language, **scale),
        reference=everybody,
        reference_label=TEXTS.text("everybody", language, mean=number(everybody)),
    )
    means = ", ".join(f"{name} {number(mean.mean)}" for name, mean in estimates)
    return Picture("points_by_segment", words["points"], TEXTS.text("points_alt", language, means=means), chart)


def _table(study: Study, found: Outcomes, language: str) -> Table:
    words, grades, names = TEXTS.all(language), study.survey.target.grades, study.segment_names(language)
    rows = []
    for place in found.shown:
        for rank, grade in enumerate(grades):
            part = found.part(place, rank)
            count = int(found.counts[place, rank])
            rows.append((names[place], grade.grade, grade.text.to(language), count, part.value, part.low, part.high))
    columns = (
        Column(words["segment"]),
        Column(words["grade"]),
        Column(words["answer"]),
        Column(words["people"], "count"),
        Column(words["part"], "share", 3),
        Column(words["from"], "share", 3),
        Column(words["to"], "share", 3),
    )
    return Table("grades_by_segment", words["table"], columns, tuple(rows))
