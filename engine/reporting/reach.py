"""Suggestions by reach: how many people each one speaks to, and what those say themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoding import code_of, levels
from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.metrics import Estimate, mean_of
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import share
from engine.reporting.parts import Cell, Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Clause, Condition, Suggestion
from engine.translation import Texts

ENGLISH = {
    "title": "Suggestions by reach",
    "intro": "The survey's suggestions, and how many people's answers each of them fits. Reach is no effect: "
    "nobody knows yet whether following one changes anything.",
    "provider": "Suggestions to the provider",
    "person": "Suggestions to people",
    "no_provider": 'The survey has no suggestions to the provider (by = "provider").',
    "axis": "Share of people whose answers it fits",
    "alt": "Bars, longest first: “{text}” fits {share}.",
    "suggestion": "Suggestion",
    "people": "People",
    "share": "Share",
    "from": "95% from",
    "to": "to",
    "points": "Their mean points",
    "other_points": "The others' mean points",
    "few": "fewer than {least}",
    "note": "Points: of people's own answers, {most} for “{best}” down to 0 for “{worst}”. Of fewer than {least} "
    "people nothing is told.",
}
TEXTS = Texts(LOCALES, "report_reach", ENGLISH)

FEWEST = 5
"""People below whom nothing is told of them."""


@dataclass(frozen=True)
class Reach:
    """How many people a suggestion speaks to.

    Attributes
    ----------
    suggestion : Suggestion
    people : int
    share : Share
    points, other_points : Estimate or None
        Mean stated points of those and of the others; None where they are too few.
    """

    suggestion: Suggestion
    people: int
    share: Share
    points: Estimate | None
    other_points: Estimate | None


def reaches(study: Study) -> tuple[Reach, ...]:
    """Return the reach of every suggestion, the widest first."""
    found = []
    for suggestion in study.survey.suggestions:
        fits = who_fits(study, suggestion.when)
        people = int(fits.sum())
        found.append(
            Reach(
                suggestion,
                people,
                wilson(people, len(fits)),
                _mean(study, fits),
                _mean(study, ~fits),
            )
        )
    return tuple(sorted(found, key=lambda one: -one.people))


def _mean(study: Study, who: np.ndarray) -> Estimate | None:
    return mean_of(study.points[who], study.seed) if who.sum() >= FEWEST else None


def who_fits(study: Study, when: Condition) -> np.ndarray:
    """Return whose answers fit a condition, shape (n_respondents,): as `Condition.fits` says of one person."""
    fits = np.zeros(len(study.y), dtype=bool)
    for clauses in when.alternatives:
        both = np.ones(len(study.y), dtype=bool)
        for clause in clauses:
            both &= _fits(study, clause)
        fits |= both
    return fits


def _fits(study: Study, clause: Clause) -> np.ndarray:
    """Judge every different answer once: few are different, and many people give each."""
    places = {feature.column: place for place, feature in enumerate(study.survey.features)}
    if clause.column not in places:  # a suggestion never rests on what is predicted
        return np.zeros(len(study.y), dtype=bool)
    feature = study.survey.features[places[clause.column]]
    codes = study.codes[:, places[clause.column]]
    values, where = np.unique(codes, return_inverse=True)
    names = {code_of(feature, choice): choice.value for choice in levels(feature)} if feature.kind == "nominal" else {}
    fitting = [
        not np.isnan(value) and clause.fits({clause.column: names.get(float(value), float(value))}) for value in values
    ]
    return np.array(fitting, dtype=bool)[where]


def section(study: Study, language: str) -> Section:
    """Return the reach of the suggestions to the provider, and of those to people."""
    words, found = TEXTS.all(language), reaches(study)
    by = {who: [one for one in found if one.suggestion.by == who] for who in ("provider", "person")}
    parts: list[Part] = [words["intro"]]
    if not by["provider"]:
        parts.append(words["no_provider"])
    for who, mine in by.items():
        if mine:
            parts += [_picture(mine, language)] if who == "provider" else []
            parts.append(_table(study, who, mine, language))
    return Section("reach", words["title"], tuple(parts))


def _picture(found: Sequence[Reach], language: str) -> Picture:
    words = TEXTS.all(language)
    series = Series(
        "", tuple(one.share.value for one in found), tuple((one.share.low, one.share.high) for one in found)
    )
    names = tuple(one.suggestion.text.to(language) for one in found)
    alt = TEXTS.text("alt", language, text=names[0], share=share(found[0].share.value))
    return Picture("reach_provider", words["provider"], alt, Bars(names, (series,), words["axis"], "share"))


def _table(study: Study, who: str, found: Sequence[Reach], language: str) -> Table:
    words, grades = TEXTS.all(language), study.survey.target.grades
    columns = (
        Column(words["suggestion"]),
        Column(words["people"], "count"),
        Column(words["share"], "share", 3),
        Column(words["from"], "share", 3),
        Column(words["to"], "share", 3),
        Column(words["points"], "number"),
        Column(words["from"], "number"),
        Column(words["to"], "number"),
        Column(words["other_points"], "number"),
    )
    ends = {"most": len(grades) - 1, "best": grades[0].text.to(language), "worst": grades[-1].text.to(language)}
    note = TEXTS.text("note", language, least=FEWEST, **ends)
    rows = tuple(_row(one, language) for one in found)
    return Table(f"reach_{who}", words[who], columns, rows, note)


def _row(one: Reach, language: str) -> tuple[Cell, ...]:
    text = one.suggestion.text.to(language)
    if one.people < FEWEST:
        return text, TEXTS.text("few", language, least=FEWEST), *[None] * 7
    points = (one.points.mean, one.points.low, one.points.high) if one.points else (None, None, None)
    others = one.other_points.mean if one.other_points else None
    return text, one.people, one.share.value, one.share.low, one.share.high, *points, others
