"""The funnel: how many people came how far, counted from their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Double,
    Integer,
    case,
    cast,
    distinct,
    extract,
    func,
    select,
    true,
)

from bot.conversation.progress import ANSWERED, CONSENTED, ENDED, FINISHED, STARTED, STATED
from bot.erasure import DECLINED, ERASED
from bot.figures.arrivals import Arrivals, read_arrivals
from bot.figures.first_runs import PERSON, first_runs
from bot.figures.small_cells import TOLD_FROM, is_small
from bot.store.dialects import is_postgresql
from bot.store.schema import reached, runs
from engine.intervals import wilson
from engine.survey import ALWAYS, Survey


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of whom."""

    people: int
    of: int

    @property
    def told(self) -> bool:
        """Whether enough people stand behind it."""
        return self.of >= TOLD_FROM and not is_small(self.people)

    @property
    def share(self) -> float:
        """From 0 to 1; of nobody 0."""
        return self.people / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The share's 95 % interval; of nobody nothing is known."""
        if not self.of:
            return 0.0, 1.0
        share = wilson(self.people, self.of)
        return share.low, share.high

    @property
    def lost(self) -> Rate:
        """The others."""
        return Rate(self.of - self.people, self.of)


@dataclass(frozen=True, slots=True)
class Stage:
    """How many came this far.

    Attributes
    ----------
    name : str
        As `bot.conversation.progress` names it.
    people : int
        Who reached this stage or a later one.
    of_start, of_before : Rate
        Of those who pressed START, and of those who reached the stage before; without those for whom an answer had
        closed the survey by then.
    seconds : float or None
        The median since the stage before, if it took anybody time.
    timed : int
        People whom that is known of.
    """

    name: str
    people: int
    of_start: Rate
    of_before: Rate
    seconds: float | None = None
    timed: int = 0

    @property
    def told_seconds(self) -> float | None:
        """The median, where enough people stand behind it."""
        return None if self.timed < TOLD_FROM else self.seconds


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far people came.

    Attributes
    ----------
    stages : tuple of Stage
        From START to the person's own answer to what is predicted.
    ended : int
        For whom an answer closed the survey early.
    declined : int
        Who pressed START and then did not agree, in words: counted as started.
    erased : int
        Who had themselves erased later: counted nowhere else.
    shared : int
        Who came by a link that somebody passed on who had taken part.
    arrivals : Arrivals or None
        By which links people came; None of one campaign.
    """

    stages: tuple[Stage, ...]
    ended: int
    declined: int
    erased: int
    shared: int = 0
    arrivals: Arrivals | None = None

    @property
    def started(self) -> int:
        """Who pressed START."""
        return self.stages[0].people

    @property
    def drawable(self) -> bool:
        """Whether there is enough for a picture."""
        return self.started >= TOLD_FROM

    @property
    def leak(self) -> Stage | None:
        """The stage before which the largest share is lost, if chance alone does not explain that it is the largest.

        Who keeps their own answer to themselves at the end has not left.
        """
        losses = sorted(
            (stage for stage in self.stages[1:] if stage.of_before.of >= TOLD_FROM and stage.name != STATED),
            key=lambda stage: -stage.of_before.lost.share,
        )
        if not losses or losses[0].of_before.lost.people == 0 or not losses[0].of_before.told:
            return None
        low, _ = losses[0].of_before.lost.interval
        _, high = losses[1].of_before.lost.interval if losses[1:] else (0.0, 0.0)
        return losses[0] if low > high else None


def read_funnel(connection: Connection, survey: Survey, campaign: str | None = None) -> Funnel:
    """Count how far people came, in all or by one campaign's link.

    Parameters
    ----------
    connection : Connection
    survey : Survey
    campaign : str, optional
        Its slug.

    Notes
    -----
    A person counts once, with the first run that belongs to what is asked. Runs that are only tried out count
    nowhere.
    """
    asked = true() if campaign is None else runs.c.campaign == campaign
    names = stage_names(survey)
    first = first_runs(asked)
    furthest, ended = _furthest(connection, first, names)
    gone = _gone(connection, asked)
    return Funnel(
        stages=stages(names, furthest, ended, _medians(connection, first, names)),
        ended=sum(ended.values()),
        declined=gone.get(DECLINED, 0),
        erased=gone.get(ERASED, 0),
        shared=connection.execute(select(func.count()).select_from(first).where(first.c.shared)).scalar_one(),
        arrivals=read_arrivals(connection, first) if campaign is None else None,
    )


def stage_names(survey: Survey) -> tuple[str, ...]:
    """Return the stages of everybody's run, in order: a question asked only of some would seem to lose the others."""
    asked = (ANSWERED + question.id for question in survey.asked if question.when == ALWAYS)
    return (STARTED, CONSENTED, *asked, FINISHED, STATED)


def stages(
    names: Sequence[str],
    furthest: Mapping[int, int],
    ended: Mapping[int, int],
    medians: Mapping[str, tuple[float, int]],
) -> tuple[Stage, ...]:
    """Put the stages' numbers together.

    Parameters
    ----------
    names : sequence of str
    furthest : mapping of int to int
        How many people's furthest stage is the one of this place in ``names``.
    ended : mapping of int to int
        How many of those came no further because an answer closed the survey.
    medians : mapping of str to (float, int)
        Seconds since the stage before, and people whom they are known of.
    """
    made: list[Stage] = []
    left = started = before = sum(furthest.values())
    for place, name in enumerate(names):
        seconds, timed = medians.get(name, (None, 0))
        made.append(Stage(name, left, Rate(left, started), Rate(left, before), seconds, timed))
        started -= ended.get(place, 0)
        before = left - ended.get(place, 0)
        left -= furthest.get(place, 0)
    return tuple(made)


_UNKNOWN = -1
"""The place of a question that the survey no longer has."""


def _place(names: Sequence[str], unknown: int) -> ColumnElement[int]:
    """Return the place among these stages of one that was reached."""
    places = {name[:128]: place for place, name in enumerate(names)}
    return case(places, value=reached.c.stage, else_=unknown)


def _furthest(connection: Connection, first: CTE, names: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many came how far, and for how many of them an answer closed the survey there."""
    finished = names.index(FINISHED)
    each = (
        select(
            func.max(_place(names, unknown=names.index(CONSENTED))).label("place"),
            func.max(case((reached.c.stage == ENDED, 1), else_=0)).label("ended"),
        )
        .join(first, first.c.run == reached.c.run)
        .group_by(reached.c.run)
        .subquery()
    )
    furthest: dict[int, int] = {}
    ended: dict[int, int] = {}
    for place, closed, people in connection.execute(
        select(each.c.place, each.c.ended, func.count()).group_by(each.c.place, each.c.ended)
    ):
        furthest[place] = furthest.get(place, 0) + people
        if closed and place < finished:
            ended[place] = people
    came = connection.execute(select(func.count()).select_from(first)).scalar_one()
    furthest[0] = furthest.get(0, 0) + came - sum(furthest.values())
    return furthest, ended


def _medians(connection: Connection, first: CTE, names: Sequence[str]) -> dict[str, tuple[float, int]]:
    """Return the median seconds that each stage took, to the second, and of how many people.

    What is stated is left out: it is reached in one step with the end.
    """
    at, started = (_seconds(connection, moment) for moment in (reached.c.at, first.c.started_at))
    moments = (
        select(reached.c.run, _place(names, _UNKNOWN).label("place"), at.label("at"), started.label("started"))
        .join(first, first.c.run == reached.c.run)
        .where(reached.c.stage.not_in((ENDED, STATED)))
        .subquery()
    )
    previous = func.lag(moments.c.at, 1, moments.c.started).over(
        partition_by=moments.c.run, order_by=(moments.c.at, moments.c.place)
    )
    steps = select(moments.c.place, (moments.c.at - previous).label("taken")).subquery()
    seconds = cast(func.round(steps.c.taken), Integer).label("seconds")
    counted = select(steps.c.place, seconds, func.count()).group_by(steps.c.place, seconds).order_by(seconds)
    histograms: dict[int, list[tuple[int, int]]] = {}
    for place, value, people in connection.execute(counted):
        histograms.setdefault(place, []).append((value, people))
    return {names[place]: _median(histogram) for place, histogram in histograms.items() if place != _UNKNOWN}


def _seconds(connection: Connection, moment: ColumnElement[datetime]) -> ColumnElement[float]:
    """Return a moment as a number of seconds."""
    if is_postgresql(connection):
        return cast(extract("epoch", moment), Double)
    return func.julianday(moment) * 86_400


def _median(histogram: Sequence[tuple[int, int]]) -> tuple[float, int]:
    """Return the median of values, given in order with how often each occurs, and their number."""
    number = sum(times for _, times in histogram)
    return (_value(histogram, (number - 1) // 2) + _value(histogram, number // 2)) / 2, number


def _value(histogram: Sequence[tuple[int, int]], place: int) -> int:
    for value, times in histogram:
        place -= times
        if place < 0:
            return value
    raise IndexError(place)


def _gone(connection: Connection, asked: ColumnElement[bool]) -> dict[str, int]:
    """Return how many people left, by what ended their runs."""
    people = func.count(distinct(PERSON)).label("people")
    query = select(runs.c.ended_by, people).where(asked, ~runs.c.test, runs.c.ended_by.is_not(None))
    return {row.ended_by: row.people for row in connection.execute(query.group_by(runs.c.ended_by))}
