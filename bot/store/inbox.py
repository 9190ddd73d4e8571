"""The inbox's memory: which updates were taken in, and which could not be."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store.schema import parked_updates, seen_updates

REMEMBERED = timedelta(hours=48)
"""Channels repeat an update for a day at most; their numbers may restart at random later."""


def note(connection: Connection, channel: str, update: int, now: datetime) -> bool:
    """Note an update; False where it was taken in before."""
    seen = select(seen_updates.c.update_id).where(seen_updates.c.channel == channel, seen_updates.c.update_id == update)
    if connection.execute(seen).first() is not None:
        return False
    connection.execute(insert(seen_updates).values(channel=channel, update_id=update, seen_at=now))
    return True


def park(connection: Connection, channel: str, kind: str, error: str, now: datetime) -> None:
    """Keep what kind of update could not be handled and why, and nothing of what it said."""
    connection.execute(insert(parked_updates).values(channel=channel, kind=kind, error=error, parked_at=now))


def purge(connection: Connection, now: datetime) -> None:
    """Forget updates seen so long ago that they cannot be repeated."""
    connection.execute(delete(seen_updates).where(seen_updates.c.seen_at < now - REMEMBERED))
