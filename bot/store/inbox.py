"""The inbox's memory: which updates were taken in, and which could not be."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, delete, insert, select, tuple_

from bot.store.dialects import Upsert
from bot.store.schema import parked_updates, seen_updates

REMEMBERED = timedelta(hours=48)
"""Channels repeat an update for a day at most; their numbers may restart at random later."""

Number: TypeAlias = tuple[str, int]
"""A channel and its number for an update."""


def note(connection: Connection, numbers: Collection[Number], now: datetime) -> set[Number]:
    """Note updates and return those that were not taken in before."""
    rows = [
        {"channel": channel, "update_id": number, "seen_at": now} for channel, number in sorted(set(numbers))
    ]  # in one order, so that two workers which are given the same ones do not wait for each other in a circle
    return {(row.channel, row.update_id) for row in _NOTE.execute(connection, rows)} if rows else set()


_NOTE = Upsert(seen_updates, ("channel", "update_id"), returning=("channel", "update_id"))


def park(connection: Connection, channel: str, kind: str, error: str, now: datetime) -> None:
    """Keep what kind of update could not be handled and why, and nothing of what it said."""
    values = {"channel": channel, "kind": kind[:64], "error": error[:255], "parked_at": now}
    connection.execute(insert(parked_updates).values(values))


def purge(connection: Connection, now: datetime, most: int) -> int:
    """Forget at most so many updates seen so long ago that they cannot be repeated; return how many it were."""
    key = seen_updates.c.channel, seen_updates.c.update_id
    old = select(*key).where(seen_updates.c.seen_at < now - REMEMBERED).limit(most)
    return connection.execute(delete(seen_updates).where(tuple_(*key).in_(old))).rowcount
