"""Who answered what: summary statistics of every answer, and the distribution of each question's answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.intervals import Share, wilson
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import columns_of, labels
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import count, number, share
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature, Question
from engine.translation import Texts

ENGLISH = {
    "title": "Summary statistics and distributions",
    "intro": "How often each answer was given. Thin lines are 95% intervals: so far could the share be off if other "
    "people like these had been asked.",
    "statistics": "Summary statistics",
    "statistics_note": "Of answers in order the numbers are their codes, as the survey's definition has them; of boxes "
    "the mean is the share that ticked it.",
    "feature": "Answer",
    "n": "People",
    "mean": "Mean",
    "sd": "Standard deviation",
    "median": "Median",
    "low": "Lowest",
    "high": "Highest",
    "mode": "Most frequent",
    "target": "{question}",
    "share": "Share of those who answered ({n} people)",
    "ticked": "Share who ticked it ({n} people)",
    "alt": "Bars of the shares: {first} {share}.",
    "shares": "All answers with their intervals",
    "question": "Question",
    "answer": "Answer",
    "part": "Share",
    "from": "95% from",
    "to": "to",
    "some": "Of {all} questions the first {shown} are drawn; the table has all of them.",
    "people": "People",
    "yes": "ticked",
}
TEXTS = Texts(LOCALES, "report_distributions", ENGLISH)

MOST_PICTURES = 12
"""Questions with a picture of their own: more make a page that nobody reads."""
BINS = 10
"""Of a histogram at most."""


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
    """

    name: str
    question: str
    answers: tuple[str, ...]
    counts: tuple[int, ...]
    people: tuple[int, ...]
    is_multi: bool = False

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
    return own, *(_distribution(study, question, language) for question in study.survey.questions)


def _distribution(study: Study, question: Question, language: str) -> Distribution:
    places, name = columns_of(study.survey, question), f"answers_{question.id.lower()}"
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
    named = _bins(known) if question.kind == "number" else _levels(features[0], known, language)
    return Distribution(
        name,
        question.text.to(language),
        tuple(answer for answer, _ in named),
        tuple(part for _, part in named),
        (len(known),) * len(named),
    )


def _levels(feature: Feature, known: Floats, language: str) -> list[tuple[str, int]]:
    return [(text, int((known == code).sum())) for code, text in labels(feature, language)]


def _bins(known: Floats) -> list[tuple[str, int]]:
    """Return a histogram: single numbers where they are few, else bins of equal width with round ends."""
    values = np.unique(known)
    if len(values) <= BINS:
        return [(f"{value:g}", int((known == value).sum())) for value in values]
    from matplotlib.ticker import MaxNLocator

    edges = np.asarray(MaxNLocator(BINS).tick_values(float(values[0]), float(values[-1])))
    counts, _ = np.histogram(known, edges)
    return [(f"{low:g} – {high:g}", int(part)) for low, high, part in zip(edges[:-1], edges[1:], counts, strict=True)]


def section(study: Study, language: str) -> Section:
    """Return the statistics and distributions of all answers."""
    words, found = TEXTS.all(language), distributions(study, language)
    parts: list[Part] = [words["intro"], _statistics(study, language)]
    if len(found) - 1 > MOST_PICTURES:
        parts.append(TEXTS.text("some", language, all=len(found) - 1, shown=MOST_PICTURES))
    parts += [_picture(one, language) for one in found[: MOST_PICTURES + 1] if sum(one.people)]
    parts.append(_shares(found, language))
    return Section("distributions", words["title"], tuple(parts))


def _picture(one: Distribution, language: str) -> Picture:
    shares = [None if part is None else part.value for part in one.shares]
    intervals = tuple(None if part is None else (part.low, part.high) for part in one.shares)
    most = max(range(len(shares)), key=lambda place: shares[place] or 0.0)
    axis = TEXTS.text("ticked" if one.is_multi else "share", language, n=count(max(one.people)))
    alt = TEXTS.text("alt", language, first=one.answers[most], share=share(shares[most] or 0.0))
    chart = Bars(one.answers, (Series("", tuple(shares), intervals),), axis, "share")
    return Picture(one.name, one.question, alt, chart)


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
    words = TEXTS.all(language)
    columns = (
        Column(words["feature"]),
        Column(words["n"], "count"),
        Column(words["mean"], "number", 3),
        Column(words["sd"], "number", 3),
        Column(words["median"], "number"),
        Column(words["low"], "number"),
        Column(words["high"], "number"),
        Column(words["mode"]),
    )
    rows = tuple(
        _described(feature, study.codes[:, place], language) for place, feature in enumerate(study.survey.features)
    )
    return Table("statistics", words["statistics"], columns, rows, words["statistics_note"])


def _described(feature: Feature, codes: Floats, language: str) -> tuple[str | int | float | None, ...]:
    name, known = feature.name.to(language), codes[~np.isnan(codes)]
    if not len(known):
        return name, 0, None, None, None, None, None, None
    values, counts = np.unique(known, return_counts=True)
    mode = _mode(feature, float(values[counts.argmax()]), language)
    if feature.kind == "nominal":  # names have no mean
        return name, len(known), None, None, None, None, None, mode
    spread = float(known.std(ddof=1)) if len(known) > 1 else None
    return (
        name,
        len(known),
        float(known.mean()),
        spread,
        float(np.median(known)),
        *map(float, (known.min(), known.max())),
        mode,
    )


def _mode(feature: Feature, code: float, language: str) -> str:
    if feature.kind == "number":
        return number(code, 0 if code.is_integer() else 2)
    if feature.kind == "binary":
        return TEXTS.all(language)["yes"] if code else "–"
    return dict(labels(feature, language)).get(code, f"{code:g}")
