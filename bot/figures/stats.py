"""Statistics: who answered and when, what was guessed of them, how good the guesses are, and whether answers drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Row, Select, select

from bot.figures import drift
from bot.figures.drift import Change
from bot.figures.labels import Labels, count_labels
from bot.figures.model_facts import ModelFacts
from bot.pseudonyms import Pseudonyms
from bot.store import consents, tombstones
from bot.store.labelled import learnt_from
from bot.store.schema import responses
from bot.tables.answers import Sorter
from engine.agreement import kappa_interval
from engine.intervals import Share, wilson
from engine.survey import Survey

RECENT = timedelta(days=30)
"""What counts as now, beside all before."""
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the guess is what people said themselves.

    Each person counts once, with the answer that a training learns from, where the model that guessed was there first.

    Attributes
    ----------
    people : int
    share : Share
        Of those whose grade is the answer that they stated.
    most_frequent : str
        The grade that was stated most often.
    always : Share
        What always guessing that would reach.
    kappa : Share
        Quadratic weighted kappa: 0 is chance, 1 is agreement.
    """

    people: int
    share: Share
    most_frequent: str
    always: Share
    kappa: Share


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of the answers since the model was made, or in the last month.

    Attributes
    ----------
    since : datetime
    answers : int
        People who finished since then.
    changes : tuple of Change or None
        None: too few answers to tell.
    """

    since: datetime
    answers: int
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures at one moment; tests are in none of them, nor are people who refuse to be in statistics.

    Attributes
    ----------
    people, runs : int
        Who finished, and how often; all that follows but the days counts each person's first finished run.
    by_day : mapping of date to int
        Finished runs, by the day in the zone.
    grades, stated : mapping of str to int
        How often each grade was guessed, and stated.
    grades_before, grades_lately, segments_before, segments_lately : mapping of str to int
        How often each grade and each group was told: before the last month, and in it.
    languages : mapping of str to int
    agreement : Agreement or None
        None where nobody's guess can be held against an answer of their own.
    erased : int
        People erased since the model was made, whom it may have learnt from.
    withdrawn : int
        People who no longer let it learn from their answers since then.
    drift : Drift or None
        None where there is no model of real answers to compare with.
    """

    people: int
    runs: int
    by_day: Mapping[date, int]
    grades: Mapping[str, int]
    stated: Mapping[str, int]
    grades_before: Mapping[str, int]
    grades_lately: Mapping[str, int]
    segments_before: Mapping[str, int]
    segments_lately: Mapping[str, int]
    languages: Mapping[str, int]
    agreement: Agreement | None
    labels: Labels
    model: ModelFacts | None
    erased: int
    withdrawn: int
    drift: Drift | None


@dataclass(slots=True)
class _Tally:
    """Counts of finished runs, one after the other, oldest first."""

    survey: Survey
    zone: ZoneInfo
    lately: datetime
    since: datetime
    sorter: Sorter
    answers: dict[str, Counter[str]]
    people: set[int] = field(default_factory=set)
    runs: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    grades: dict[bool, Counter[str]] = field(default_factory=lambda: {True: Counter(), False: Counter()})
    segments: dict[bool, Counter[str]] = field(default_factory=lambda: {True: Counter(), False: Counter()})
    languages: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    fresh: int = 0

    def add(self, row: Row[Any]) -> None:
        """Count one run more."""
        self.runs += 1
        self.by_day[row.finished_at.astimezone(self.zone).date()] += 1
        stated = None if row.stated is None else self.survey.target.find(row.stated)
        if row.learnt_from and stated is not None and _is_fresh(row) and row.grade in self.survey.target.by_letter:
            self.pairs[stated.grade, row.grade] += 1
        if row.person_id not in self.people:
            self.people.add(row.person_id)
            self._add_person(row, None if stated is None else stated.grade)

    def _add_person(self, row: Row[Any], stated: str | None) -> None:
        lately = row.finished_at >= self.lately
        self.languages[row.language or self.survey.languages[0]] += 1
        if stated is not None:
            self.stated[stated] += 1
        if row.grade is not None:
            self.grades[lately][row.grade] += 1
        if row.segment is not None:
            self.segments[lately][row.segment] += 1
        if row.finished_at >= self.since:
            self.fresh += 1
            drift.add(self.answers, self.sorter.sort(row.answers, None).cells)


def _is_fresh(row: Row[Any]) -> bool:
    """Whether the model that told the result was made before the answers: else it may have learnt from them."""
    try:
        made_at = datetime.strptime(str(row.model_version)[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return bool(made_at <= row.finished_at)


def read_stats(
    connection: Connection,
    survey: Survey,
    pseudonyms: Pseudonyms,
    *,
    now: datetime,
    zone: ZoneInfo,
    model: ModelFacts | None,
) -> Stats:
    """Count everything in one pass.

    Parameters
    ----------
    connection : Connection
    survey : Survey
    pseudonyms : Pseudonyms
    now : datetime
    zone : ZoneInfo
        In which days begin.
    model : ModelFacts or None
        The model in use.
    """
    lately = now - RECENT
    since = lately if model is None else max(model.made_at, lately)
    tally = _Tally(survey, zone, lately, since, Sorter(survey), drift.no_answers(survey))
    with connection.execute(_finished(), execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            tally.add(row)
    real = model is not None and not model.synthetic
    return Stats(
        people=len(tally.people),
        runs=tally.runs,
        by_day=tally.by_day,
        grades=tally.grades[False] + tally.grades[True],
        stated=tally.stated,
        grades_before=tally.grades[False],
        grades_lately=tally.grades[True],
        segments_before=tally.segments[False],
        segments_lately=tally.segments[True],
        languages=tally.languages,
        agreement=_agreement(survey, tally.pairs),
        labels=count_labels(connection, survey, pseudonyms),
        model=model,
        erased=tombstones.erased_since(connection, model.made_at) if model is not None and real else 0,
        withdrawn=consents.withdrawn_since(connection, model.made_at) if model is not None and real else 0,
        drift=_drift(tally, model),
    )


def _finished() -> Select[Any]:
    """Return the query for all finished runs that are no tests, and whether a training learns from each."""
    learnt = learnt_from().subquery()
    names = ("person_id", "answers", "stated", "language", "finished_at", "grade", "segment", "model_version")
    return (
        select(*(responses.c[name] for name in names), learnt.c.id.is_not(None).label("learnt_from"))
        .outerjoin(learnt, learnt.c.id == responses.c.id)
        .where(
            responses.c.outcome == "complete",
            responses.c.test.is_(False),
            responses.c.person_id.not_in(consents.refusing_statistics()),
        )
        .order_by(responses.c.id)
    )


def _agreement(survey: Survey, pairs: Mapping[tuple[str, str], int]) -> Agreement | None:
    letters = [grade.grade for grade in survey.target.grades]
    counts = np.array([[pairs.get((stated, guessed), 0) for guessed in letters] for stated in letters], dtype=np.int64)
    people, frequent = int(counts.sum()), int(counts.sum(axis=1).argmax())
    if not people:
        return None
    return Agreement(
        people=people,
        share=wilson(int(np.trace(counts)), people),
        most_frequent=letters[frequent],
        always=wilson(int(counts[frequent].sum()), people),
        kappa=kappa_interval(counts),
    )


def _drift(tally: _Tally, model: ModelFacts | None) -> Drift | None:
    if model is None or model.synthetic or model.answers is None:
        return None
    found = drift.changes(tally.survey, model.answers, tally.answers) if tally.fresh >= drift.FEWEST else None
    return Drift(tally.since, tally.fresh, found)
