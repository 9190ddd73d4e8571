"""Which answers go together: Spearman's correlation and Cramér's V, with care for how many pairs are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np

from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.charts import Heatmap
from engine.reporting.dependence import (
    correlation_p,
    cramers_v,
    crossed,
    fisher_interval,
    independence_p,
    ranks_p,
    spearman,
)
from engine.reporting.numbers import count, interval, number
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Which answers go together",
    "intro": "For answers that have an order, Spearman's rank correlation: −1 to 1, 0 where neither goes up or down "
    "with the other. “{target}” is among them.",
    "intro_names": "Where an answer has no order, Cramér's V: 0 to 1, 0 where knowing the one says nothing of the "
    "other, corrected for what chance adds. Beside such an answer a number is cut into {classes} classes of "
    "about equal size.",
    "care": "{tested} pairs were tested. Of so many some look striking by chance, so the p-values are corrected "
    "(Benjamini and Hochberg: among those that hold at most about 5% are false alarms). {held} hold. That a pair does "
    "not hold is no proof that the two have nothing to do with each other, and going together is no cause.",
    "compared": "Pairs that cannot be compared, because fewer than {least} people gave both answers or all of them "
    "gave the same: {skipped}.",
    "boxes": "Boxes of one question are filled together: they hang together, or shut each other out, for that alone.",
    "picture": "Which answers go together",
    "legend": "Association (framed: holds after correction)",
    "alt": "A triangle of shades, one a pair; {held} of {tested} are framed. The strongest that holds: {first} with "
    "{second}, {value}.",
    "alt_none": "A triangle of shades, one a pair. None of {tested} holds after correction.",
    "note": "The numbers above the columns are those of the rows. Blue: more of the one with more of the other; "
    "orange: with less. “More” is the higher code in the survey's definition.",
    "note_names": "Cramér's V has no direction: it is always blue.",
    "few": "No two answers can be compared: that takes {least} people who gave both, and not all the same.",
    "some": "Drawn are the {shown} answers of {all} that go together most with “{target}”; the tables have all.",
    "strongest": "The strongest pairs that hold",
    "all": "All pairs",
    "first": "One",
    "second": "Other",
    "measure": "Measure",
    "value": "Value",
    "from": "95% from",
    "to": "to",
    "n": "People",
    "p": "p-value",
    "adjusted": "Corrected p-value",
    "spearman": "Spearman",
    "cramers_v": "Cramér's V",
    "strongest_note": "Intervals by Fisher's z, for one pair each: those picked out here as the strongest are likely "
    "weaker in truth. None is given for Cramér's V, nor where too few people give the rare answers of both.",
    "all_note": "p-values by Student's t or chi-squared; where too few people give the rare answers of both, by "
    "Fisher's exact test or over random tables with the same totals.",
}
TEXTS = Texts(LOCALES, "report_associations", ENGLISH)

LEVEL = 0.05
"""Share of false alarms among the pairs that hold."""
MOST_DRAWN = 40
"""Answers in the heatmap: of more the cells get too small to be seen on a phone."""
MOST_LISTED = 15
FEWEST = 10
"""People who answered both: of fewer neither an interval nor a p-value is worth anything."""
CLASSES = 4
"""Into so many of about equal size a number is cut beside an answer without an order."""


@dataclass(frozen=True)
class Association:
    """How two answers go together.

    Attributes
    ----------
    first, second : int
        Places among the features; the target's comes after the last feature's.
    measure : {"spearman", "cramers_v"}
    value : float
    low, high : float or None
        The ends of the 95 % interval, of "spearman" only, and not where few people give the rare answers.
    people : int
        Who answered both.
    p, adjusted : float
        The p-value, and what it is among all.
    """

    first: int
    second: int
    measure: str
    value: float
    low: float | None
    high: float | None
    people: int
    p: float
    adjusted: float = 1.0

    @property
    def holds(self) -> bool:
        """Whether it is more than chance, given how many pairs were looked at."""
        return self.adjusted <= LEVEL


def associations(study: Study) -> tuple[Association, ...]:
    """Return every pair of answers, the target's points among them, that can be compared.

    References
    ----------
    Benjamini & Hochberg (1995), Controlling the false discovery rate, J. R. Stat. Soc. B 57. See
    `engine.reporting.dependence` for the others.
    """
    from scipy.stats import false_discovery_control

    columns = np.column_stack([study.codes, study.points])
    names = [place for place, feature in enumerate(study.survey.features) if feature.kind == "nominal"]
    ordered = [place for place in range(columns.shape[1]) if place not in names]
    found = [*_ranked(columns, ordered, study.rng(2)), *_crossed(columns, names, study.rng(1))]
    if not found:
        return ()
    adjusted = false_discovery_control([one.p for one in found])
    return tuple(replace(one, adjusted=float(p)) for one, p in zip(found, adjusted, strict=True))


def _ranked(columns: Floats, ordered: Sequence[int], rng: np.random.Generator) -> Iterator[Association]:
    found = spearman(columns[:, ordered])
    for i, j in combinations(range(len(ordered)), 2):
        value, people = float(found.values[i, j]), int(found.people[i, j])
        if people < FEWEST or np.isnan(value):
            continue
        first, second = ordered[i], ordered[j]
        exact = ranks_p(crossed(columns[:, first], columns[:, second]), rng) if found.rare[i, j] else None
        p = correlation_p(value, people) if exact is None else exact
        # neither of rare answers nor of a perfect order does Fisher's z know anything
        low, high = (None, None) if found.rare[i, j] or abs(value) > 1 - 1e-9 else fisher_interval(value, people)
        yield Association(first, second, "spearman", value, low, high, people, p)


def _crossed(columns: Floats, names: Sequence[int], rng: np.random.Generator) -> Iterator[Association]:
    classes = [column if place in names else _classes(column) for place, column in enumerate(columns.T)]
    for place in names:
        for other in range(columns.shape[1]):
            if other == place or (other in names and other < place):
                continue
            table = crossed(classes[place], classes[other])
            people = int(table.sum())
            if people >= FEWEST and min(table.shape) > 1:
                p = independence_p(table, rng)
                first, second = min(place, other), max(place, other)
                yield Association(first, second, "cramers_v", cramers_v(table), None, None, people, p)


def _classes(column: Floats) -> Floats:
    """Cut what takes many values into classes of about equal size."""
    known = column[~np.isnan(column)]
    if len(np.unique(known)) <= 2 * CLASSES:
        return column
    cuts = np.unique(np.quantile(known, np.arange(1, CLASSES) / CLASSES))
    return np.where(np.isnan(column), np.nan, np.searchsorted(cuts, column, side="right"))


# -- in words ---------------------------------------------------------------------------------------------------------


def section(study: Study, language: str) -> Section:
    """Return which answers go together."""
    words, found = TEXTS.all(language), associations(study)
    names = [feature.name.to(language) for feature in study.survey.features]
    names.append(study.survey.target.name.to(language))
    target = names[-1]
    parts: list[Part] = [TEXTS.text("intro", language, target=target)]
    if any(one.measure == "cramers_v" for one in found):
        parts[0] = f"{parts[0]} {TEXTS.text('intro_names', language, classes=CLASSES)}"
    if not found:
        reason = TEXTS.text("few", language, least=FEWEST)
        return Section("associations", words["title"], (*parts, LeftOut(words["picture"], reason)))
    held = sorted((one for one in found if one.holds), key=lambda one: -abs(one.value))
    parts.append(TEXTS.text("care", language, tested=count(len(found)), held=count(len(held))))
    skipped = comb(len(names), 2) - len(found)
    if skipped:
        parts.append(TEXTS.text("compared", language, skipped=count(skipped), least=FEWEST))
    if any(len(question.options) > 1 for question in study.survey.questions):
        parts.append(words["boxes"])
    drawn = _drawn(found, len(names))
    if len(drawn) < len(names):
        parts.append(TEXTS.text("some", language, shown=len(drawn), all=len(names), target=target))
    parts.append(_picture(found, held, drawn, names, language))
    if held:
        listed = _table("strongest_pairs", words["strongest"], held[:MOST_LISTED], names, language)
        parts.append(replace(listed, note=words["strongest_note"]))
    pairs = _table("pairs", words["all"], sorted(found, key=lambda one: one.p), names, language)
    parts.append(replace(pairs, note=words["all_note"]))
    return Section("associations", words["title"], tuple(parts))


def _drawn(found: Sequence[Association], answers: int) -> list[int]:
    """Return the answers in the heatmap: those that go together most with the target, in the survey's order."""
    strength = dict.fromkeys(range(answers - 1), 0.0)
    strength |= {one.first: abs(one.value) for one in found if one.second == answers - 1}
    kept = sorted(strength, key=lambda place: -strength[place])[: MOST_DRAWN - 1]
    return [*sorted(kept), answers - 1]


def _picture(
    found: Sequence[Association],
    held: Sequence[Association],
    drawn: Sequence[int],
    names: Sequence[str],
    language: str,
) -> Picture:
    words = TEXTS.all(language)
    known = {(one.first, one.second): one for one in found}
    pairs = [[known.get((column, row)) if column < row else None for column in drawn] for row in drawn]
    chart = Heatmap(
        rows=tuple(names[place] for place in drawn),
        columns=tuple(names[place] for place in drawn),
        values=tuple(tuple(None if one is None else one.value for one in row) for row in pairs),
        lowest=-1.0,
        highest=1.0,
        legend=words["legend"],
        framed=frozenset(
            (i, j) for i, row in enumerate(pairs) for j, one in enumerate(row) if one is not None and one.holds
        ),
    )
    tested, note = count(len(found)), words["note"]
    alt = TEXTS.text("alt_none", language, tested=tested)
    if held:
        best = held[0]
        ends = {"first": names[best.first], "second": names[best.second], "value": _with_interval(best)}
        alt = TEXTS.text("alt", language, tested=tested, held=count(len(held)), **ends)
    if any(one.measure == "cramers_v" for one in found):
        note = f"{note} {words['note_names']}"
    return Picture("associations", words["picture"], alt, chart, note, interactive=True)


def _with_interval(one: Association) -> str:
    if one.low is None or one.high is None:
        return number(one.value)
    return f"{number(one.value)} ({interval(one.low, one.high)})"


def _table(name: str, title: str, found: Sequence[Association], names: Sequence[str], language: str) -> Table:
    words = TEXTS.all(language)
    columns = (
        Column(words["first"]),
        Column(words["second"]),
        Column(words["measure"]),
        Column(words["value"], "number"),
        Column(words["from"], "number"),
        Column(words["to"], "number"),
        Column(words["n"], "count"),
        Column(words["p"], "p"),
        Column(words["adjusted"], "p"),
    )
    rows = tuple(
        (
            *(names[one.first], names[one.second], words[one.measure]),
            *(one.value, one.low, one.high, one.people, one.p, one.adjusted),
        )
        for one in found
    )
    return Table(name, title, columns, rows)
