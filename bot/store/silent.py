"""People by how long they have been silent: those who stopped in the middle, and those whose time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from bot.store.letters import Address
from bot.store.schema import people, remindable, sessions


class Silent(NamedTuple):
    """Somebody who has not written for long.

    Attributes
    ----------
    gone : bool
        Whether they take no messages.
    session : mapping
        What `bot.conversation.session` stored.
    """

    person: int
    address: Address
    gone: bool
    session: Mapping[str, Any]


def unfinished(connection: Connection, since: datetime, until: datetime, most: int) -> list[Silent]:
    """Return people to be reminded who last did something between two moments, the longest silent first."""
    query = _silent(until).where(remindable, sessions.c.updated_at >= since)
    return _read(connection, query.order_by(sessions.c.updated_at).limit(most))


def inactive(connection: Connection, until: datetime, most: int) -> list[Silent]:
    """Return some people who did nothing since a moment."""
    return _read(connection, _silent(until).limit(most))


def still(connection: Connection, found: Sequence[Silent], until: datetime) -> list[Silent]:
    """Return those of the people found earlier who have been silent since, as they stand now."""
    return _read(connection, _silent(until).where(sessions.c.person_id.in_([each.person for each in found])))


def _silent(until: datetime) -> Select[Any]:
    columns = people.c.channel, people.c.user_id, people.c.gone_at, sessions.c.person_id, sessions.c.data
    return select(*columns).join_from(people, sessions).where(sessions.c.updated_at <= until)


def _read(connection: Connection, query: Select[Any]) -> list[Silent]:
    return [
        Silent(row.person_id, Address(row.channel, row.user_id), row.gone_at is not None, row.data)
        for row in connection.execute(query)
    ]
