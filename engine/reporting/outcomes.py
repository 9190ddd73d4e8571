"""The target by segment: what the people of each segment say themselves, with intervals and a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.metrics import Estimate, mean_of
from engine.predictors import Ints
from engine.reporting.charts import Bars, Dots, Series
from engine.reporting.dependence import FEWEST_EXPECTED, TABLES, chi_squared, cramers_v, independence_p
from engine.reporting.numbers import count, number, p_value, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "The target by segment",
    "intro": "What the people of each segment say themselves to “{target}”. Their segment was found without that "
    "answer.",
    "differs": "The segments differ in it (p {p}; Cramér's V {v}, 95% from {low} to {high}): more than chance alone "
    "would give. That is an association and no cause.",
    "alike": "No difference between the segments can be shown (p {p}; Cramér's V {v}, 95% from {low} to {high}). That "
    "is no proof that they answer alike.",
    "test": "Cramér's V: 0 where the segment says nothing of the answer, 1 where it says all, corrected for what "
    "chance adds. The p-value is by chi-squared, or where that expects fewer than {expected} people in a cell, exact, "
    "or over {tables} random tables of the same sums and more.",
    "named": "These were named by that very answer: {names}. That they stand out in it is no second finding.",
    "same": "All of a segment gave the same answer: no interval can be computed for {names}.",
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
    "mean": "Mean points",
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
    low, high : float
        The ends of Cramér's V's 95 % interval.
    means : tuple of Estimate or None
        Mean points of each segment, None where it is too small.
    """

    counts: Ints
    p: float
    cramers_v: float
    low: float
    high: float
    means: tuple[Estimate | None, ...]

    def part(self, segment: int, grade: int) -> Share:
        """Return the share of a segment's people who say one thing."""
        return wilson(int(self.counts[segment, grade]), self.people(segment))

    def people(self, segment: int) -> int:
        """Return how many people a segment has."""
        return int(self.counts[segment].sum())

    @property
    def shown(self) -> list[int]:
        """The segments of which something may be said."""
        return [segment for segment, row in enumerate(self.counts) if row.sum() >= FEWEST]


def outcomes(study: Study) -> Outcomes:
    """Count what the people of each segment say, and test whether the segments differ in it."""
    segments, grades = len(study.segmentation.segments), len(study.survey.target.grades)
    counts = np.bincount(study.segments * grades + study.y, minlength=segments * grades).reshape(segments, grades)
    table = np.asarray(counts[counts.any(axis=1)][:, counts.any(axis=0)], dtype=np.intp)
    comparable = min(table.shape) > 1
    low, high = v_interval(table) if comparable else (0.0, 1.0)
    means = []
    for segment in range(segments):
        mine = study.points[study.segments == segment]
        means.append(mean_of(mine, study.seed) if len(mine) >= FEWEST else None)
    return Outcomes(
        counts=np.asarray(counts, dtype=np.intp),
        p=independence_p(table, study.rng(3)) if comparable else 1.0,
        cramers_v=cramers_v(table) if comparable else 0.0,
        low=low,
        high=high,
        means=tuple(means),
    )


def v_interval(table: Ints) -> tuple[float, float]:
    """Return the 95 % interval of Cramér's V, on the scale of `engine.reporting.dependence.cramers_v`.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        Counts, without empty rows and columns; two of each at least.

    Notes
    -----
    Pearson's statistic is about noncentral chi-squared; the ends are the noncentralities under which the observed
    one would be at the 97.5th and at the 2.5th percentile. A bootstrap would add its own noise to a statistic that
    cannot be below 0, and put the interval too high.

    References
    ----------
    Smithson (2003), Confidence Intervals, Sage: chapter 4.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    n, (r, k) = int(table.sum()), table.shape
    degrees = (r - 1) * (k - 1)
    # Less than chance alone gives is no surer sign of independence: the corrected V is 0 there, too.
    statistic = max(chi_squared(table), float(degrees))
    ends = []
    for tail in (0.975, 0.025):
        if chi2.cdf(statistic, degrees) <= tail:
            ends.append(0.0)
            continue
        most = statistic + 20 * np.sqrt(statistic) + 50  # far beyond the percentile: the statistic's spread is 2 sqrt
        ends.append(float(brentq(lambda nc, tail=tail: ncx2.cdf(statistic, degrees, nc) - tail, 1e-9, most)))
    sides = (r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1))  # as chance alone would have them: Bergsma's
    low, high = np.minimum(np.sqrt(np.array(ends) / n / max(min(sides) - 1, 1e-12)), 1.0)
    return float(low), float(high)


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
    measured = {"v": number(found.cramers_v), "low": number(found.low), "high": number(found.high)}
    parts.append(TEXTS.text(verdict, language, p=p_value(found.p), **measured))
    parts.append(TEXTS.text("test", language, expected=f"{FEWEST_EXPECTED:.0f}", tables=count(TABLES)))
    named = _named_by_target(study, language)
    if named:
        parts.append(TEXTS.text("named", language, names=", ".join(named)))
    hidden = [name for place, name in enumerate(study.segment_names(language)) if place not in found.shown]
    if hidden:
        parts.append(TEXTS.text("left_out", language, least=FEWEST, names=", ".join(hidden)))
    if found.shown:
        parts += [_stacked(study, found, language), *_points(study, found, language)]
    parts.append(_table(study, found, language))
    return Section("outcomes", words["title"], tuple(parts))


def _named_by_target(study: Study, language: str) -> list[str]:
    """Return the segments whose archetype's rule asks for the target: to find them apart in it is circular."""
    survey = study.survey
    rules = [
        {of: archetype.name.to(of) for of in survey.languages}
        for archetype in survey.archetypes
        if any(clause.column == survey.target.column for clauses in archetype.when.alternatives for clause in clauses)
    ]
    named = zip(study.segment_names(language), study.segmentation.segments, strict=True)
    return [name for name, segment in named if dict(segment.name) in rules]


def _stacked(study: Study, found: Outcomes, language: str) -> Picture:
    words, grades = TEXTS.all(language), study.survey.target.grades
    names = study.segment_names(language)
    series = tuple(
        Series(grade.text.to(language), tuple(found.part(place, rank).value for place in found.shown))
        for rank, grade in enumerate(grades)
    )
    small = frozenset(row for row, place in enumerate(found.shown) if found.people(place) < SMALL)
    chart = Bars(
        _sized(study, found, language),
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


def _sized(study: Study, found: Outcomes, language: str) -> tuple[str, ...]:
    names = study.segment_names(language)
    return tuple(f"{names[place]} ({count(found.people(place))})" for place in found.shown)


def _points(study: Study, found: Outcomes, language: str) -> tuple[Picture, Table]:
    words, grades, names = TEXTS.all(language), study.survey.target.grades, study.segment_names(language)
    known = [(place, mean) for place in found.shown if (mean := found.means[place]) is not None]
    everybody = float(study.points.mean())
    scale = {"worst": grades[-1].text.to(language), "best": grades[0].text.to(language), "most": len(grades) - 1}
    chart = Dots(
        _sized(study, found, language),
        (
            Series(
                "",
                tuple(mean.mean for _, mean in known),
                tuple(None if _is_point(mean) else (mean.low, mean.high) for _, mean in known),
            ),
        ),
        TEXTS.text("points_axis", language, **scale),
        reference=everybody,
        reference_label=TEXTS.text("everybody", language, mean=number(everybody)),
    )
    said = ", ".join(_said(names[place], mean) for place, mean in known)
    same = [names[place] for place, mean in known if _is_point(mean)]
    note = TEXTS.text("same", language, names=", ".join(same)) if same else ""
    columns = (
        Column(words["segment"]),
        Column(words["people"], "count"),
        *(Column(words[title], "number") for title in ("mean", "from", "to")),
    )
    rows = tuple(
        (names[place], found.people(place), mean.mean, *((None, None) if _is_point(mean) else (mean.low, mean.high)))
        for place, mean in known
    )
    alt = TEXTS.text("points_alt", language, means=said)
    return (
        Picture("points_by_segment", words["points"], alt, chart, note),
        Table("points_by_segment", words["points"], columns, rows),
    )


def _is_point(mean: Estimate) -> bool:
    """Whether all gave one answer: resampling them gives the same again, which is no certainty."""
    return mean.high - mean.low < 1e-9


def _said(name: str, mean: Estimate) -> str:
    ends = "" if _is_point(mean) else f" ({number(mean.low)}–{number(mean.high)})"
    return f"{name} {number(mean.mean)}{ends}"


def _table(study: Study, found: Outcomes, language: str) -> Table:
    words, grades, names = TEXTS.all(language), study.survey.target.grades, study.segment_names(language)
    rows = []
    for place in found.shown:
        for rank, grade in enumerate(grades):
            part = found.part(place, rank)
            people = int(found.counts[place, rank])
            rows.append((names[place], grade.grade, grade.text.to(language), people, part.value, part.low, part.high))
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
