"""People and their sessions: who writes, and where each stands in the conversation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, func, insert, select, update

from bot.store.dialects import Upsert
from bot.store.letters import Address
from bot.store.outbox import by_channel
from bot.store.schema import cards, outbox, people, sessions, unsent, waiting


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote before; ``session`` is what `bot.conversation.session` stored."""

    id: int
    gone: bool
    session: Mapping[str, Any] | None


def find(connection: Connection, addresses: Iterable[Address]) -> dict[Address, Person]:
    """Return the people at these addresses; nobody stands for an address where nobody wrote from."""
    return {
        Address(row.channel, row.user_id): Person(row.id, row.gone_at is not None, row.data)
        for channel, chats in by_channel(addresses)
        for row in connection.execute(_FIND, {"channel": channel, "chats": chats})
    }


_FIND = (
    select(people.c.channel, people.c.user_id, people.c.id, people.c.gone_at, sessions.c.data)
    .select_from(people.outerjoin(sessions))
    .where(people.c.channel == bindparam("channel"), people.c.user_id.in_(bindparam("chats", expanding=True)))
)


def everybody(connection: Connection) -> Iterator[Address]:
    """Yield where each person who ever wrote is reached."""
    query = select(people.c.channel, people.c.user_id)
    with connection.execute(query, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            yield Address(row.channel, row.user_id)


def add(connection: Connection, addresses: Collection[Address], now: datetime) -> dict[Address, int]:
    """Take in people who write for the first time, or for the first time since being forgotten; return their ids."""
    if not addresses:
        return {}
    rows = [{"channel": address.channel, "user_id": address.chat, "created_at": now} for address in addresses]
    return {Address(row.channel, row.user_id): row.id for row in connection.execute(_ADD, rows)}


_ADD = insert(people).returning(people.c.channel, people.c.user_id, people.c.id)


def save_sessions(
    connection: Connection,
    data: Mapping[int, Mapping[str, Any]],
    survey_hash: str,
    now: datetime,
    remindable: Collection[int] = (),
) -> None:
    """Store people's sessions, by their ids, in place of the ones before; who is ``remindable`` may be reminded."""
    rows = [
        {
            "person_id": person,
            "data": session,
            "survey_hash": survey_hash,
            "updated_at": now,
            "remindable": person in remindable,
        }
        for person, session in data.items()
    ]
    if rows:
        _SAVE.execute(connection, rows)


_SAVE = Upsert(sessions, ("person_id",), replaces=("data", "survey_hash", "updated_at", "remindable"))


def revise_sessions(connection: Connection, data: Mapping[int, Mapping[str, Any]], survey_hash: str) -> None:
    """Store people's sessions anew without their having done anything."""
    rows = [{"person": person, "session": session, "hash": survey_hash} for person, session in data.items()]
    if rows:
        connection.execute(_REVISE, rows)


_REVISE = (
    update(sessions)
    .where(sessions.c.person_id == bindparam("person"))
    .values(data=bindparam("session"), survey_hash=bindparam("hash"))
)


def mark_looked_at(connection: Connection, those: Collection[int]) -> None:
    """Note that it was looked whether people are to be reminded, until they do something again."""
    if those:
        connection.execute(update(sessions).where(sessions.c.person_id.in_(those)).values(remindable=False))


def keep_unreadable(connection: Connection, person: int) -> None:
    """Put the stored session beside those kept earlier, before another one is stored in its place."""
    stored = connection.execute(select(sessions.c.data, sessions.c.unreadable).where(sessions.c.person_id == person))
    row = stored.one()
    kept = update(sessions).where(sessions.c.person_id == person)
    connection.execute(kept.values(unreadable=[*(row.unreadable or ()), row.data]))


def forget(connection: Connection, address: Address, spared: Collection[int]) -> None:
    """Erase a person with all that hangs on them: session, responses, messages sent and unsent, cards.

    The cards in ``spared`` are about to be frozen, and forgotten with that.
    """
    connection.execute(delete(people).where(_is_person(address)))
    connection.execute(delete(outbox).where(_is_theirs(outbox, address)))
    connection.execute(delete(cards).where(_is_theirs(cards, address), cards.c.card.not_in(spared)))


@dataclass(frozen=True, slots=True)
class Messages:
    """How many messages to a person are kept: on their way, sent or given up lately, and to be edited later."""

    waiting: int
    past: int
    cards: int


def messages(connection: Connection, address: Address) -> Messages:
    """Count the messages to a person that are kept."""
    letters = select(func.count()).select_from(outbox).where(_is_theirs(outbox, address))
    editable = select(func.count()).select_from(cards).where(_is_theirs(cards, address))
    counted = (connection.scalar(query) or 0 for query in (letters.where(unsent), letters.where(~unsent), editable))
    return Messages(*counted)


def forget_all(connection: Connection, known: Mapping[Address, int], delivered: Collection[int]) -> None:
    """Erase people, by their ids, with all that hangs on them; ``delivered`` are the messages that they were sent.

    The indexes find what was not delivered; the caller may look through the others beside the steps.
    """
    connection.execute(delete(people).where(people.c.id.in_(known.values())))
    connection.execute(delete(outbox).where(outbox.c.id.in_(delivered)))
    for channel, chats in by_channel(known):
        connection.execute(delete(outbox).where(outbox.c.channel == channel, outbox.c.chat_id.in_(chats), unsent))
        given_up = outbox.c.channel == channel, outbox.c.chat_id.in_(chats), outbox.c.error.is_not(None)
        connection.execute(delete(outbox).where(*given_up))
        connection.execute(delete(cards).where(cards.c.channel == channel, cards.c.chat_id.in_(chats)))


def mark_gone(connection: Connection, address: Address, at: datetime) -> None:
    """Note that a person took no more messages at some time, and drop what waited for them then.

    What came later is the answer to something they did since: it finds out by itself whether they are back, and so does
    a result that is held back until it can be told. Of somebody who was erased and then gone, the cards that were about
    to be frozen are forgotten as well.
    """
    known = connection.execute(update(people).where(_is_person(address)).values(gone_at=at)).rowcount
    connection.execute(delete(outbox).where(_is_theirs(outbox, address), waiting, outbox.c.created_at <= at))
    if not known:
        connection.execute(delete(cards).where(_is_theirs(cards, address)))


def mark_back(connection: Connection, gone: Collection[int]) -> None:
    """Note that people who were gone write again."""
    if gone:
        connection.execute(update(people).where(people.c.id.in_(gone)).values(gone_at=None))


def _is_person(address: Address) -> ColumnElement[bool]:
    return (people.c.channel == address.channel) & (people.c.user_id == address.chat)


def _is_theirs(table: Table, address: Address) -> ColumnElement[bool]:
    return (table.c.channel == address.channel) & (table.c.chat_id == address.chat)
