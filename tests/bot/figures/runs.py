"""Runs put into a store directly: figures only look at what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert

from bot.store.database import Store
from bot.store.schema import people, reached, runs

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

_numbers = count(1)


async def come(store: Store, *journeys: Sequence[str], seconds: float = 10, **known: Any) -> None:
    """Let a new person come for each journey, which reaches one stage after the other."""

    def work(connection: Connection) -> None:
        for each in journeys:
            _run(connection, each, seconds, known)

    await store.step(work)


def _run(connection: Connection, journey: Sequence[str], seconds: float, known: Mapping[str, Any]) -> None:
    number = next(_numbers)
    run = {
        "run": f"run-{number:06}",
        "campaign": None,
        "test": False,
        "language": "en",
        "started_at": NOON,
        **known,
    }
    if "person_id" not in known:
        someone = {"channel": "telegram", "user_id": str(number), "created_at": NOON}
        run["person_id"] = connection.execute(insert(people).values(someone).returning(people.c.id)).scalar_one()
    connection.execute(insert(runs).values(run))
    rows = [
        {"run": run["run"], "stage": stage, "at": run["started_at"] + place * seconds * SECOND}
        for place, stage in enumerate(journey, 1)
    ]
    if rows:
        connection.execute(insert(reached), rows)


def journey(*questions: str, end: Sequence[str] = ()) -> Iterator[str]:
    """Yield the stages of somebody who agrees and answers these questions."""
    yield "consented"
    yield from (f"answered:{question}" for question in questions)
    yield from end
