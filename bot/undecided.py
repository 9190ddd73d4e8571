"""Those who pressed START and never agreed: after a day nothing is left of them but that somebody came."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Select, exists, select

from bot.clock import Clock, utc_now
from bot.store import dialects, people, runs
from bot.store.database import Store
from bot.store.letters import Address
from bot.store.schema import consents, responses, sessions
from bot.store.schema import people as people_table

UNDECIDED = "undecided"
"""How their runs ended."""
KEPT = timedelta(days=1)
AT_ONCE = 50
"""People erased in one transaction: others' steps wait for no more."""


async def erase_undecided(store: Store, clock: Clock = utc_now) -> int:
    """Erase all who have not agreed for a day, a few at a time, and return how many they were."""
    erased, some = 0, AT_ONCE
    while some == AT_ONCE:
        some = await store.step(partial(_erase, before=clock() - KEPT))
        erased += some
    return erased


def _undecided(before: datetime, among: Collection[int] | None = None) -> Select[tuple[int, str, str]]:
    """Return the query for some of those who last did something before that and never agreed to anything."""
    query = (
        select(people_table.c.id, people_table.c.channel, people_table.c.user_id)
        .join(sessions, sessions.c.person_id == people_table.c.id)
        .where(
            sessions.c.updated_at < before,
            ~exists().where(consents.c.person_id == people_table.c.id),
            ~exists().where(responses.c.person_id == people_table.c.id),
        )
        .limit(AT_ONCE)
    )
    return query if among is None else query.where(people_table.c.id.in_(among))


def _erase(connection: Connection, before: datetime) -> int:
    found = {Address(row.channel, row.user_id): row.id for row in connection.execute(_undecided(before))}
    dialects.lock(connection, found)
    still = {row.id for row in connection.execute(_undecided(before, found.values()))}
    for address, number in found.items():
        if number in still:
            runs.leave(connection, {number: runs.Leaving(UNDECIDED, secrets.token_hex(8))})
            people.forget(connection, address, ())
    return len(found)  # who did something meanwhile is not found the next time
