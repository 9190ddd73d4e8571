"""Who answered what: summary statistics of every answer, and the distribution of each question's answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import columns_of, labels
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import count, share
from engine.reporting.parts import Cell, Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature, Question
from engine.translation import Texts

ENGLISH = {
    "title": "Summary statistics and distributions",
    "intro": "How often each answer was given. Thin lines are 95% intervals: so far could the share be off if other "
    "people like these had been asked. Of people whom the survey did not reach they say nothing.",
    "statistics": "Summary statistics",
    "statistics_note": "Of answers that have an order the numbers are those of their codes, as the survey's definition "
    "has them; of boxes the mean is the share that ticked it; of “{target}” they are those of the points, from {worst} "
    "to {best}. Answers without an order have none.",
    "feature": "Answer",
    "n": "People",
    "missing": "Missing",
    "mean": "Mean, or share of ticks",
    "sd": "Standard deviation",
    "median": "Median",
    "low": "Lowest",
    "high": "Highest",
    "mode": "Most frequent",
    "share": "Share of those who answered ({n} people)",
    "ticked": "Share who ticked it ({n} people)",
    "alt": "Bars of the shares: {shares}.",
    "alt_more": "Bars of the shares: {shares}, and {count} more.",
    "one_share": "{answer} {share}",
    "shares": "All answers with their intervals",
    "question": "Question",
    "answer": "Answer",
    "part": "Share",
    "from": "95% from",
    "to": "to",
    "some": "Of {all} questions the first {shown} are drawn; the table has all of them.",
    "people": "People",
    "yes": "ticked",
    "no": "not ticked",
    "nobody": "Nobody answered it.",
    "bins": "Each bar counts from its first number up to, but without, its second.",
    "span": "{low} – {high}",
    "below": "under {high}",
    "above": "{low} and more",
}
TEXTS = Texts(LOCALES, "report_distributions", ENGLISH)

MOST_PICTURES = 12
"""Questions with a picture of their own: more make a page that nobody reads."""
BINS = 10
"""Of a histogram at most, or one or two more for round ends."""
FAR_OUT = 3.0
"""Quartile distances beyond the quartiles where a histogram's bins end (Tukey's "far out"): one slip of the keyboard
would put everybody else into one bin."""
MOST_TOLD = 6
"""Shares that a picture's alternative text names."""


@dataclass(frozen=True)
class Distribution:
    """How often the answers to one question, or its boxes, were given.

    Attributes
    ----------
    name : str
        Of its picture.
    question : str
    answers : tuple of str
    counts : tuple of int
    people : tuple of int
        Who answered: the same for all choices of a question, and for each box those who saw it.
    is_multi, is_binned : bool
        Whether the answers are boxes, any of which may be ticked; or bins of numbers that are not whole.
    """

    name: str
    question: str
    answers: tuple[str, ...]
    counts: tuple[int, ...]
    people: tuple[int, ...]
    is_multi: bool = False
    is_binned: bool = False

    @property
    def shares(self) -> tuple[Share | None, ...]:
        """The share of each answer, None where nobody answered."""
        pairs = zip(self.counts, self.people, strict=True)
        return tuple(wilson(part, whole) if whole else None for part, whole in pairs)


def distributions(study: Study, language: str) -> tuple[Distribution, ...]:
    """Count the answers to the target and to every question."""
    target = study.survey.target
    counts = np.bincount(study.y, minlength=len(target.grades))
    own = Distribution(
        "target",
        target.text.to(language),
        tuple(grade.text.to(language) for grade in target.grades),
        tuple(map(int, counts)),
        (len(study.y),) * len(counts),
    )
    asked = enumerate(study.survey.questions, 1)
    return own, *(_distribution(study, number, question, language) for number, question in asked)


def _distribution(study: Study, number: int, question: Question, language: str) -> Distribution:
    places = columns_of(study.survey, question)
    name = f"answers_{number}_{re.sub('[^a-z0-9]+', '_', question.id.lower())}"  # a column may be called anything
    features = [study.survey.features[place] for place in places]
    if question.kind == "multi":
        columns = study.codes[:, places]
        counts, people = np.nansum(columns, axis=0).astype(int), (~np.isnan(columns)).sum(axis=0)
        order = np.argsort(-counts, kind="stable")
        return Distribution(
            name,
            question.text.to(language),
            tuple(features[place].name.to(language) for place in order),
            tuple(int(counts[place]) for place in order),
            tuple(int(people[place]) for place in order),
            is_multi=True,
        )
    known = study.codes[:, places[0]]
    known = known[~np.isnan(known)]
    is_number = question.kind == "number"
    named = _histogram(known, language) if is_number else _levels(features[0], known, language)
    return Distribution(
        name,
        question.text.to(language),
        tuple(answer for answer, _ in named),
        tuple(part for _, part in named),
        (len(known),) * len(named),
        is_binned=is_number and len(np.unique(known)) > BINS and not _are_whole(known),
    )


def _levels(feature: Feature, known: Floats, language: str) -> list[tuple[str, int]]:
    return [(text, int((known == code).sum())) for code, text in labels(feature, language)]


def _histogram(known: Floats, language: str) -> list[tuple[str, int]]:
    """Return how many gave which number: each by itself where they are few, else in bins with round ends."""
    values, counts = np.unique(known, return_counts=True)
    if len(values) <= BINS:
        return [(_plain(value), int(part)) for value, part in zip(values, counts, strict=True)]
    edges = bins(known)
    places = np.clip(np.searchsorted(edges, known, side="right") - 1, 0, len(edges) - 2)
    step = 1.0 if _are_whole(known) else 0.0
    names = [_bin(low, high, step, language) for low, high in pairwise(edges)]
    if values[0] < edges[0]:
        names[0] = TEXTS.text("below", language, high=_plain(edges[1]))
    if values[-1] >= edges[-1]:
        names[-1] = TEXTS.text("above", language, low=_plain(edges[-2]))
    return list(zip(names, map(int, np.bincount(places, minlength=len(names))), strict=True))


def bins(known: Floats) -> Floats:
    """Return the round ends of a histogram's bins; numbers far out belong into the first and the last bin.

    Parameters
    ----------
    known : ndarray of shape (n_people,)
        With different values.
    """
    from matplotlib.ticker import MaxNLocator

    quarter, three_quarters = np.quantile(known, (0.25, 0.75))
    reach = FAR_OUT * (three_quarters - quarter) or np.inf
    low, high = max(known.min(), quarter - reach), min(known.max(), three_quarters + reach)
    return np.asarray(MaxNLocator(BINS, integer=_are_whole(known)).tick_values(float(low), float(high)))


def _are_whole(numbers: Floats) -> bool:
    return bool((numbers == np.rint(numbers)).all())


def _bin(low: float, high: float, step: float, language: str) -> str:
    last = high - step
    return _plain(low) if last == low else TEXTS.text("span", language, low=_plain(low), high=_plain(last))


def _plain(value: float) -> str:
    """Return a number as it stands in a table: years have no comma."""
    return f"{value:.10g}".replace("-", "−")


def section(study: Study, language: str) -> Section:
    """Return the statistics and distributions of all answers."""
    words, found = TEXTS.all(language), distributions(study, language)
    parts: list[Part] = [words["intro"], _statistics(study, language)]
    if len(found) - 1 > MOST_PICTURES:
        parts.append(TEXTS.text("some", language, all=len(found) - 1, shown=MOST_PICTURES))
    parts += [_picture(one, language) for one in found[: MOST_PICTURES + 1]]
    parts.append(_shares(found, language))
    return Section("distributions", words["title"], tuple(parts))


def _picture(one: Distribution, language: str) -> Picture | LeftOut:
    words = TEXTS.all(language)
    if not any(one.people):
        return LeftOut(one.question, words["nobody"])
    shares = tuple(None if part is None else part.value for part in one.shares)
    intervals = tuple(None if part is None else (part.low, part.high) for part in one.shares)
    axis = TEXTS.text("ticked" if one.is_multi else "share", language, n=count(max(one.people)))
    chart = Bars(one.answers, (Series("", shares, intervals),), axis, "share")
    return Picture(one.name, one.question, _alt(one, language), chart, words["bins"] if one.is_binned else "")


def _alt(one: Distribution, language: str) -> str:
    told = [
        TEXTS.text("one_share", language, answer=answer, share=share(part.value))
        for answer, part in zip(one.answers, one.shares, strict=True)
        if part is not None
    ]
    rest = len(told) - MOST_TOLD
    return TEXTS.text("alt_more" if rest > 0 else "alt", language, shares=", ".join(told[:MOST_TOLD]), count=rest)


def _shares(found: tuple[Distribution, ...], language: str) -> Table:
    words = TEXTS.all(language)
    rows = tuple(
        (one.question, answer, part, *((known.value, known.low, known.high) if known else (None, None, None)))
        for one in found
        for answer, part, known in zip(one.answers, one.counts, one.shares, strict=True)
    )
    columns = (
        Column(words["question"]),
        Column(words["answer"]),
        Column(words["people"], "count"),
        Column(words["part"], "share", 3),
        Column(words["from"], "share", 3),
        Column(words["to"], "share", 3),
    )
    return Table("answers", words["shares"], columns, rows)


def _statistics(study: Study, language: str) -> Table:
    words, target = TEXTS.all(language), study.survey.target
    columns = (
        Column(words["feature"]),
        Column(words["n"], "count"),
        Column(words["missing"], "count"),
        Column(words["mean"], "number", 3),
        Column(words["sd"], "number", 3),
        Column(words["median"], "number"),
        Column(words["low"], "number"),
        Column(words["high"], "number"),
        Column(words["mode"]),
    )
    rows = [_described(feature, study.codes[:, place], language) for place, feature in enumerate(study.survey.features)]
    most = target.grades[int(np.bincount(study.y).argmax())].text.to(language)
    rows.append((target.name.to(language), len(study.y), 0, *_moments(study.points), most))
    note = TEXTS.text(
        "statistics_note", language, target=target.name.to(language), worst=0, best=len(target.grades) - 1
    )
    return Table("statistics", words["statistics"], columns, tuple(rows), note)


def _described(feature: Feature, codes: Floats, language: str) -> tuple[Cell, ...]:
    known = codes[~np.isnan(codes)]
    counted = feature.name.to(language), len(known), len(codes) - len(known)
    if not len(known):
        return *counted, *(None,) * 6
    moments, mode = _moments(known), _mode(feature, known, language)
    if feature.kind == "nominal":  # names have no mean
        return *counted, *(None,) * 5, mode
    if feature.kind == "binary":  # the share says it all
        return *counted, *moments[:2], *(None,) * 3, mode
    return *counted, *moments, mode


def _moments(known: Floats) -> tuple[float | None, ...]:
    """Return mean, standard deviation, median, lowest and highest."""
    spread = float(known.std(ddof=1)) if len(known) > 1 else None
    return float(known.mean()), spread, float(np.median(known)), float(known.min()), float(known.max())


def _mode(feature: Feature, known: Floats, language: str) -> str | None:
    """Return the most frequent answer; None of numbers of which none was given twice."""
    values, counts = np.unique(known, return_counts=True)
    code = float(values[counts.argmax()])
    if feature.kind == "number":
        return _plain(code) if counts.max() > 1 else None
    if feature.kind == "binary":
        return TEXTS.all(language)["yes" if code else "no"]
    return dict(labels(feature, language)).get(code, _plain(code))
