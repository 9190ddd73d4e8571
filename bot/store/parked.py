"""What was set aside: updates that could not be handled and messages that were refused, by kind and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.store.schema import outbox, parked_updates

LISTED = 10
"""Kinds that are listed, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Parked:
    """Updates or messages of one kind that were set aside for one reason."""

    kind: str
    reason: str
    number: int
    last_at: datetime


def updates(connection: Connection) -> list[Parked]:
    """Return what people sent that could not be handled."""
    table = parked_updates.c
    query = select(table.kind, table.error, func.count(), func.max(table.parked_at)).group_by(table.kind, table.error)
    return [Parked(*row) for row in connection.execute(query.order_by(func.count().desc()).limit(LISTED))]


def messages(connection: Connection) -> list[Parked]:
    """Return the messages that were refused for good."""
    table = outbox.c
    query = select(table.kind, table.error, func.count(), func.max(table.created_at)).group_by(table.kind, table.error)
    query = query.where(table.error.is_not(None)).order_by(func.count().desc())
    return [Parked(*row) for row in connection.execute(query.limit(LISTED))]


def clear(connection: Connection) -> None:
    """Forget all of it."""
    connection.execute(delete(parked_updates))
    connection.execute(delete(outbox).where(outbox.c.error.is_not(None)))
