"""Suggestions by reach: how many people each one speaks to, and what those say themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoding import code_of, levels
from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.metrics import Estimate
from engine.predictors import Floats
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import share
from engine.reporting.parts import Cell, Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Clause, Condition, Suggestion
from engine.translation import Texts

ENGLISH = {
    "title": "Suggestions by reach",
    "intro": "The survey's suggestions, and how many people's answers each of them fits. Reach is no effect: "
    "these numbers do not say whether following one changes anything.",
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
    "say_best": "“{best}”, of these",
    "points": "Their mean points",
    "other_points": "The others' mean points",
    "difference": "Difference",
    "few": "fewer than {least}",
    "not_shown": "Suggestions that fit fewer than {least} people are not shown: {count}.",
    "note": "Points: of people's own answers, {most} for “{best}” down to 0 for “{worst}”. Of fewer than {least} "
    "people nothing is told. The intervals are of each row by itself: among many rows some differences are chance.",
}
TEXTS = Texts(LOCALES, "report_reach", ENGLISH)

FEWEST = 5
"""People below whom nothing is told of them."""


@dataclass(frozen=True)
class Reach:
    """How many people a suggestion speaks to, and what they say themselves.

    Attributes
    ----------
    suggestion : Suggestion
    people : int
    share : Share
        Of all respondents.
    best : Share or None
        How many of those say what is best; None where they are too few to be told of, as below.
    points, other_points : float or None
        Mean stated points of those and of the others.
    lead : Estimate or None
        The first mean less the second, with Welch's 95 % interval; None also where all of one side say the same: then
        nothing tells how much people differ.
    """

    suggestion: Suggestion
    people: int
    share: Share
    best: Share | None
    points: float | None
    other_points: float | None
    lead: Estimate | None


def reaches(study: Study) -> tuple[Reach, ...]:
    """Return the reach of every suggestion, the widest first."""
    found = [_reach(study, suggestion) for suggestion in study.survey.suggestions]
    return tuple(sorted(found, key=lambda one: -one.people))


def _reach(study: Study, suggestion: Suggestion) -> Reach:
    fits = who_fits(study, suggestion.when)
    people, mine, theirs = int(fits.sum()), study.points[fits], study.points[~fits]
    told = len(mine) >= FEWEST
    return Reach(
        suggestion,
        people,
        share=wilson(people, len(fits)),
        best=wilson(int((study.y[fits] == 0).sum()), people) if told else None,
        points=float(mine.mean()) if told else None,
        other_points=float(theirs.mean()) if len(theirs) >= FEWEST else None,
        lead=_lead(mine, theirs, len(study.survey.target.grades) - 1),
    )


def _lead(mine: Floats, theirs: Floats, most: int) -> Estimate | None:
    from scipy.stats import ttest_ind

    if min(len(mine), len(theirs)) < FEWEST or not min(np.ptp(mine), np.ptp(theirs)):
        return None
    interval = ttest_ind(mine, theirs, equal_var=False).confidence_interval(0.95)
    low, high = np.clip(interval, -most, most).tolist()  # of few people it may reach beyond what can be
    return Estimate(float(mine.mean() - theirs.mean()), low, high)


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
    parts: list[Part] = [words["intro"]] if found else []
    if not any(one.suggestion.by == "provider" for one in found):
        parts.append(words["no_provider"])
    for who in ("provider", "person"):
        mine = [one for one in found if one.suggestion.by == who]
        if who == "provider" and any(one.people >= FEWEST for one in mine):
            parts.append(_picture(mine, language))
        if mine:
            parts.append(_table(study, who, mine, language))
    return Section("reach", words["title"], tuple(parts))


def _picture(found: Sequence[Reach], language: str) -> Picture:
    words, shown = TEXTS.all(language), [one for one in found if one.people >= FEWEST]
    series = Series(
        "", tuple(one.share.value for one in shown), tuple((one.share.low, one.share.high) for one in shown)
    )
    names = tuple(one.suggestion.text.to(language) for one in shown)
    alt = TEXTS.text("alt", language, text=names[0], share=share(shown[0].share.value))
    left = len(found) - len(shown)
    note = TEXTS.text("not_shown", language, least=FEWEST, count=left) if left else ""
    return Picture("reach_provider", words["provider"], alt, Bars(names, (series,), words["axis"], "share"), note)


def _table(study: Study, who: str, found: Sequence[Reach], language: str) -> Table:
    words, grades = TEXTS.all(language), study.survey.target.grades
    best, worst = grades[0].text.to(language), grades[-1].text.to(language)
    columns = (
        Column(words["suggestion"]),
        Column(words["people"], "count"),
        Column(words["share"], "share"),
        Column(words["from"], "share"),
        Column(words["to"], "share"),
        Column(TEXTS.text("say_best", language, best=best), "share"),
        Column(words["from"], "share"),
        Column(words["to"], "share"),
        Column(words["points"], "number"),
        Column(words["other_points"], "number"),
        Column(words["difference"], "signed"),
        Column(words["from"], "signed"),
        Column(words["to"], "signed"),
    )
    note = TEXTS.text("note", language, least=FEWEST, most=len(grades) - 1, best=best, worst=worst)
    rows = tuple(_row(one, language) for one in found)
    return Table(f"reach_{who}", words[who], columns, rows, note)


def _row(one: Reach, language: str) -> tuple[Cell, ...]:
    text = one.suggestion.text.to(language)
    if one.people < FEWEST:
        return text, TEXTS.text("few", language, least=FEWEST), *[None] * 11
    best = (one.best.value, one.best.low, one.best.high) if one.best else (None, None, None)
    lead = (one.lead.mean, one.lead.low, one.lead.high) if one.lead else (None, None, None)
    ends = (one.share.value, one.share.low, one.share.high)
    return text, one.people, *ends, *best, one.points, one.other_points, *lead
