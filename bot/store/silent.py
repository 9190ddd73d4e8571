"""People by how long they have been silent: those who stopped in the middle, and those whose time is up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, literal, select, tuple_

from bot.store.letters import Address
from bot.store.schema import people, sessions


class Place(NamedTuple):
    """A place among all people, the longest silent first: many may have written at the same moment."""

    since: datetime
    person: int


class Silent(NamedTuple):
    """Somebody who has not written since; ``session`` is what `bot.conversation.session` stored."""

    person: int
    address: Address
    since: datetime
    session: Mapping[str, Any]

    @property
    def place(self) -> Place:
        """Their place among the others."""
        return Place(self.since, self.person)


def unfinished(
    connection: Connection, behind: Place, until: datetime, phases: Collection[str], most: int
) -> list[Silent]:
    """Return people behind a place who stopped in one of these phases, did nothing since ``until``, and are there."""
    query = _silent(until).where(
        sessions.c.updated_at >= behind.since,  # what the index finds; of those at that very moment, the later ones
        tuple_(sessions.c.updated_at, sessions.c.person_id) > tuple_(*_bound(behind)),
        sessions.c.data["phase"].as_string().in_(phases),
        people.c.gone_at.is_(None),
    )
    return _read(connection, query.order_by(sessions.c.updated_at, sessions.c.person_id).limit(most))


def inactive(connection: Connection, until: datetime, most: int) -> list[Silent]:
    """Return people who did nothing since ``until``, the longest silent first."""
    return _read(connection, _silent(until).order_by(sessions.c.updated_at).limit(most))


def still(connection: Connection, found: Sequence[Silent], until: datetime) -> list[Silent]:
    """Return those of the people found earlier who have been silent since, as they stand now."""
    query = _silent(until).where(sessions.c.person_id.in_([each.person for each in found]))
    return _read(connection, query.order_by(sessions.c.updated_at, sessions.c.person_id))


def _silent(until: datetime) -> Select[Any]:
    columns = people.c.channel, people.c.user_id, sessions.c.person_id, sessions.c.updated_at, sessions.c.data
    return select(*columns).join_from(people, sessions).where(sessions.c.updated_at <= until)


def _bound(place: Place) -> tuple[Any, Any]:
    return literal(place.since, sessions.c.updated_at.type), literal(place.person)


def _read(connection: Connection, query: Select[Any]) -> list[Silent]:
    return [
        Silent(row.person_id, Address(row.channel, row.user_id), row.updated_at, row.data)
        for row in connection.execute(query)
    ]
