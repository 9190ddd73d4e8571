"""Runs: who came by which link, how far each came and when; what the funnels are counted from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.conversation.progress import CONSENTED
from bot.store.dialects import Upsert
from bot.store.schema import people, reached, responses, runs


@dataclass(frozen=True, slots=True)
class Run:
    """A run that begins.

    Attributes
    ----------
    campaign : str or None
        What the link carried, known or not.
    test : bool
        Whether it is tried out only.
    shared : bool
        Whether the link was passed on by somebody who had taken part.
    """

    run: str
    person: int
    campaign: str | None
    test: bool
    language: str
    shared: bool = False


def begin(connection: Connection, begun: Sequence[Run], now: datetime) -> None:
    """Note runs that begin."""
    rows = [
        {
            "run": run.run,
            "person_id": run.person,
            "campaign": run.campaign,
            "test": run.test,
            "language": run.language,
            "shared": run.shared,
            "started_at": now,
        }
        for run in begun
    ]
    if rows:
        _BEGIN.execute(connection, rows)


_BEGIN = Upsert(runs, ("run",))


def redirect(connection: Connection, changed: Sequence[Run]) -> None:
    """Note that runs came by another link than they began with."""
    for run in changed:
        moved = update(runs).where(runs.c.run == run.run)
        connection.execute(moved.values(campaign=run.campaign, test=run.test, shared=run.shared))


def note(connection: Connection, stages: Mapping[str, Iterable[str]], now: datetime) -> None:
    """Note the stages that runs reached; the first time counts."""
    rows = [{"run": run, "stage": stage[:128], "at": now} for run, names in stages.items() for stage in names]
    if rows:
        _NOTE.execute(connection, rows)


_NOTE = Upsert(reached, ("run", "stage"))


def tests(connection: Connection, names: Collection[str]) -> set[str]:
    """Return which of these runs are only tried out."""
    found = select(runs.c.run).where(runs.c.run.in_(names), runs.c.test)
    return set(connection.scalars(found)) if names else set()


def arrived(connection: Connection, came: Mapping[int, str]) -> None:
    """Note by which link people came just now; the first one stays beside it."""
    rows = [{"person": person, "slug": slug} for person, slug in came.items()]
    if rows:
        connection.execute(_ARRIVED, rows)


_ARRIVED = (
    update(people)
    .where(people.c.id == bindparam("person"))
    .values(
        first_campaign=func.coalesce(people.c.first_campaign, bindparam("slug")),
        last_campaign=bindparam("slug"),
    )
)


def agreed(connection: Connection, persons: Collection[int]) -> set[int]:
    """Return those of these people who ever agreed to take part, or finished a run."""
    consented = select(runs.c.person_id).join_from(runs, reached, runs.c.run == reached.c.run)
    consented = consented.where(runs.c.person_id.in_(persons), reached.c.stage == CONSENTED)
    finished = select(responses.c.person_id).where(responses.c.person_id.in_(persons))
    return {*connection.scalars(consented), *connection.scalars(finished)} if persons else set()


@dataclass(frozen=True, slots=True)
class Leaving:
    """How somebody leaves.

    Attributes
    ----------
    ended_by : {"declined", "undecided", "erased"}
    anonymous : str
        A fresh random name that their runs' new names begin with: the old ones stand in the person's chat.
    """

    ended_by: str
    anonymous: str


def leave(connection: Connection, leaving: Mapping[int, Leaving]) -> None:
    """Keep of people's runs only that somebody came, on which day, by which link, and that they are gone."""
    query = select(runs).where(runs.c.person_id.in_(leaving))
    theirs = connection.execute(query).mappings().all() if leaving else []
    if not theirs:
        return
    names = [row["run"] for row in theirs]
    connection.execute(delete(reached).where(reached.c.run.in_(names)))
    connection.execute(delete(runs).where(runs.c.run.in_(names)))
    connection.execute(
        insert(runs),
        [
            {
                **row,
                "run": f"{leaving[row['person_id']].anonymous}.{number}",
                "person_id": None,
                "started_at": row["started_at"].replace(hour=0, minute=0, second=0, microsecond=0),
                "ended_by": leaving[row["person_id"]].ended_by,
            }
            for number, row in enumerate(theirs)
        ],
    )
