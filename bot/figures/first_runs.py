"""The runs that figures count: each person's first, of those that are no test, not erased and not refused."""

from __future__ import annotations

from sqlalchemy import CTE, ColumnElement, String, and_, cast, func, or_, select

from bot.erasure import ERASED
from bot.store import consents
from bot.store.schema import runs

_ANONYMOUS = 16
"""Characters that the new names of one person's runs begin with, once that person left; see `bot.erasure`."""

PERSON = func.coalesce(cast(runs.c.person_id, String), func.substr(runs.c.run, 1, _ANONYMOUS))
"""Whose a run is, also of those who left."""

COUNTED = and_(
    ~runs.c.test,
    or_(runs.c.ended_by.is_(None), runs.c.ended_by != ERASED),
    or_(runs.c.person_id.is_(None), runs.c.person_id.not_in(consents.refusing_statistics())),
)
"""Neither tried out nor erased, nor of somebody who refuses to be in statistics."""


def first_runs(within: ColumnElement[bool], *, of_each_campaign: bool = False) -> CTE:
    """Return each person's first run, by its start, of those that are asked for.

    Parameters
    ----------
    within : condition
        Which runs are asked for, besides `COUNTED`.
    of_each_campaign : bool, default False
        Whether a person counts once for each campaign, not once in all.
    """
    whose = (PERSON, runs.c.campaign) if of_each_campaign else (PERSON,)
    place = func.row_number().over(partition_by=whose, order_by=(runs.c.started_at, runs.c.run))
    columns = (runs.c.run, runs.c.campaign, runs.c.shared, runs.c.started_at, runs.c.ended_by)
    ordered = select(*columns, place.label("place")).where(COUNTED, within).subquery()
    return select(*(ordered.c[column.name] for column in columns)).where(ordered.c.place == 1).cte("first_runs")
