"""Which processes work on this database: each counts up its beat, and the others notice when one no longer does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.store import outbox
from bot.store.dialects import Upsert
from bot.store.schema import workers


def join(connection: Connection, name: str, now: datetime, *, alone: bool) -> None:
    """Take a worker in, perhaps again. One that is ``alone`` on its database knows that all the others are dead."""
    if alone:
        for other in connection.scalars(select(workers.c.id)).all():
            bury(connection, other)
    _JOIN.execute(connection, [{"id": name, "beat": 0, "started_at": now}])
    outbox.give_up_unknown_claims(connection)


_JOIN = Upsert(workers, ("id",), replaces=("beat",))


def beat(connection: Connection, name: str) -> bool:
    """Show that a worker lives; False where the others have buried it meanwhile."""
    alive = update(workers).where(workers.c.id == name).values(beat=workers.c.beat + 1)
    return connection.execute(alive).rowcount > 0


def beats(connection: Connection) -> dict[str, int]:
    """Return every worker's beat."""
    return {row.id: row.beat for row in connection.execute(select(workers.c.id, workers.c.beat))}


def bury(connection: Connection, name: str, at_beat: int | None = None) -> bool:
    """Remove a worker and leave its chats to the others; False where it lives, or another one buried it."""
    dead = delete(workers).where(workers.c.id == name)
    if at_beat is not None:
        dead = dead.where(workers.c.beat == at_beat)
    if connection.execute(dead).rowcount == 0:
        return False
    outbox.give_up_claims(connection, name)
    return True
