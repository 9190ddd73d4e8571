"""People and their sessions: who writes, and where each stands in the conversation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from bot.store.outbox import Address
from bot.store.schema import cards, outbox, people, sessions, unsent


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote before; ``session`` is what `bot.conversation.session` stored."""

    id: int
    gone: bool
    session: Mapping[str, Any] | None


def find(connection: Connection, address: Address) -> Person | None:
    """Return the person at an address."""
    query = (
        select(people.c.id, people.c.gone_at, sessions.c.data)
        .select_from(people.outerjoin(sessions))
        .where(_is_person(address))
    )
    row = connection.execute(query).first()
    return None if row is None else Person(row.id, row.gone_at is not None, row.data)


def add(connection: Connection, address: Address, now: datetime) -> int:
    """Take in a person who writes for the first time, or for the first time since being forgotten."""
    person = insert(people).values(channel=address.channel, user_id=address.chat, created_at=now)
    number: int = connection.execute(person.returning(people.c.id)).scalar_one()
    return number


def save_session(connection: Connection, person: int, data: Mapping[str, Any], survey_hash: str, now: datetime) -> None:
    """Store the session in place of the one before."""
    values = {"data": data, "survey_hash": survey_hash, "updated_at": now}
    if connection.execute(update(sessions).where(sessions.c.person_id == person).values(values)).rowcount == 0:
        connection.execute(insert(sessions).values(person_id=person, **values))


def forget(connection: Connection, address: Address, spared: Collection[int]) -> None:
    """Erase a person with all that hangs on them: session, responses, messages sent and unsent, cards.

    The cards in ``spared`` are about to be frozen, and forgotten with that.
    """
    connection.execute(delete(people).where(_is_person(address)))
    connection.execute(delete(outbox).where(_is_theirs(outbox, address)))
    connection.execute(delete(cards).where(_is_theirs(cards, address), cards.c.card.not_in(spared)))


def mark_gone(connection: Connection, address: Address, now: datetime) -> None:
    """Note that a person no longer takes messages, and drop what still waits for them."""
    connection.execute(update(people).where(_is_person(address)).values(gone_at=now))
    connection.execute(delete(outbox).where(_is_theirs(outbox, address), unsent))


def mark_back(connection: Connection, person: int) -> None:
    """Note that a person who was gone writes again."""
    connection.execute(update(people).where(people.c.id == person).values(gone_at=None))


def _is_person(address: Address) -> ColumnElement[bool]:
    return (people.c.channel == address.channel) & (people.c.user_id == address.chat)


def _is_theirs(table: Table, address: Address) -> ColumnElement[bool]:
    return (table.c.channel == address.channel) & (table.c.chat_id == address.chat)
