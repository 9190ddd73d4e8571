"""Statistics: who answered and when, what was guessed of them, how good the guesses are, and whether answers drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Row, select

from bot.figures import drift
from bot.figures.drift import Change
from bot.figures.labels import Labels, count_labels
from bot.figures.model_facts import ModelFacts
from bot.store import tombstones
from bot.store.schema import responses
from engine.agreement import kappa_interval
from engine.intervals import Share, wilson
from engine.survey import Survey

RECENT = timedelta(days=30)
"""What counts as now, beside all before."""
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the guess is what people said themselves, where they said it before they were told any result.

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
        Finished runs since then.
    changes : tuple of Change or None
        None: too few answers to tell.
    """

    since: datetime
    answers: int
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures at one moment; tests are in none of them.

    Attributes
    ----------
    people, runs : int
        Who finished, and how often.
    by_day : mapping of date to int
        Finished runs, by the day in the zone.
    grades, stated : mapping of str to int
        How often each grade was guessed, and stated.
    segments, segments_lately : mapping of str to int
        How often each group was told: before the last month, and in it.
    languages : mapping of str to int
    agreement : Agreement or None
        None where nobody's guess can be held against an answer of their own.
    erased : int
        People erased since the model was made, whom it may have learnt from.
    drift : Drift or None
        None where there is no model of real answers to compare with.
    """

    people: int
    runs: int
    by_day: Mapping[date, int]
    grades: Mapping[str, int]
    stated: Mapping[str, int]
    segments: Mapping[str, int]
    segments_lately: Mapping[str, int]
    languages: Mapping[str, int]
    agreement: Agreement | None
    labels: Labels
    model: ModelFacts | None
    erased: int
    drift: Drift | None


@dataclass(slots=True)
class _Tally:
    """Counts of finished runs, one after the other, oldest first."""

    survey: Survey
    zone: ZoneInfo
    lately: datetime
    since: datetime
    told: dict[int, datetime] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    runs: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    segments: Counter[str] = field(default_factory=Counter)
    segments_lately: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    fresh: int = 0
    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answers = drift.counted(self.survey, ())

    def add(self, row: Row[Any]) -> None:
        """Count one run more."""
        self.runs += 1
        self.people.add(row.person_id)
        self.by_day[row.finished_at.astimezone(self.zone).date()] += 1
        self.languages[row.language or self.survey.languages[0]] += 1
        stated = None if row.stated is None else self.survey.target.find(row.stated)
        if stated is not None:
            self.stated[stated.grade] += 1
        if row.grade is not None:
            self.grades[row.grade] += 1
        if row.segment is not None:
            (self.segments_lately if row.finished_at >= self.lately else self.segments)[row.segment] += 1
        told_before = row.person_id in self.told and self.told[row.person_id] <= row.finished_at
        if stated is not None and row.grade in self.survey.target.by_letter and not told_before:
            self.pairs[stated.grade, row.grade] += 1
        if row.told_at is not None:
            self.told[row.person_id] = min(row.told_at, self.told.get(row.person_id, row.told_at))
        if row.finished_at >= self.since:
            self.fresh += 1
            drift.add(self.answers, row.answers)


def read_stats(
    connection: Connection, survey: Survey, *, now: datetime, zone: ZoneInfo, model: ModelFacts | None
) -> Stats:
    """Count everything in one pass.

    Parameters
    ----------
    connection : Connection
    survey : Survey
    now : datetime
    zone : ZoneInfo
        In which days begin.
    model : ModelFacts or None
        The model in use.
    """
    lately = now - RECENT
    tally = _Tally(survey, zone, lately, since=lately if model is None else max(model.made_at, lately))
    columns = ("person_id", "answers", "stated", "language", "finished_at", "told_at", "grade", "segment")
    query = select(*(responses.c[name] for name in columns)).order_by(responses.c.id)
    query = query.where(responses.c.outcome == "complete", responses.c.test.is_(False))
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            tally.add(row)
    return Stats(
        people=len(tally.people),
        runs=tally.runs,
        by_day=tally.by_day,
        grades=tally.grades,
        stated=tally.stated,
        segments=tally.segments,
        segments_lately=tally.segments_lately,
        languages=tally.languages,
        agreement=_agreement(survey, tally.pairs),
        labels=count_labels(connection, survey),
        model=model,
        erased=0 if model is None else tombstones.erased_since(connection, model.made_at),
        drift=_drift(tally, model),
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
    if model is None or model.synthetic:
        return None
    enough = tally.fresh >= drift.FEWEST
    return Drift(
        tally.since, tally.fresh, drift.changes(tally.survey, model.answers, tally.answers) if enough else None
    )
