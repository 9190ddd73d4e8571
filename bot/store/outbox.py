"""The outbox: messages decided on in a step, waiting to be delivered in order per chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from bot.conversation.effects import Button, Freeze, Redraw, Say
from bot.store.schema import cards, outbox, unsent

KEPT = timedelta(hours=48)
"""How long delivered messages stay, for looking into what happened."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached. Chats are private, so the person's id in the channel is the chat's too."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Result:
    """The words of one view of a run's result; worked out when it is sent."""

    run: str
    view: str
    language: str
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that belongs to a run's result; drawn when it is sent."""

    run: str
    language: str
    card: int | None = None


Message: TypeAlias = Say | Redraw | Freeze | Result | Picture

_KINDS: Mapping[str, type[Message]] = {
    "say": Say,
    "redraw": Redraw,
    "freeze": Freeze,
    "result": Result,
    "picture": Picture,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way.

    Attributes
    ----------
    id : int
        Its place in the outbox; never given twice.
    due_at : datetime
        Not to be sent before.
    attempts : int
        How often it failed to be delivered.
    edits : str or None
        The channel's message that the message's card became, where it has a card that was sent.
    """

    id: int
    address: Address
    message: Message
    due_at: datetime
    attempts: int
    edits: str | None = field(default=None)


def put(connection: Connection, address: Address, messages: Iterable[Message], now: datetime) -> None:
    """Put messages at the end of a chat's queue."""
    rows = [
        {
            "channel": address.channel,
            "chat_id": address.chat,
            "kind": _NAMES[type(message)],
            "payload": asdict(message),
            "created_at": now,
            "due_at": now,
        }
        for message in messages
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def first(connection: Connection, address: Address) -> Letter | None:
    """Return the oldest message that the chat waits for; those held back let younger ones pass."""
    query = (
        select(outbox.c.id, outbox.c.kind, outbox.c.payload, outbox.c.due_at, outbox.c.attempts)
        .where(outbox.c.channel == address.channel, outbox.c.chat_id == address.chat)
        .where(unsent, outbox.c.held.is_(None))
        .order_by(outbox.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    message = _read(row.kind, row.payload)
    edits = _card(connection, address, message.card) if isinstance(message, Redraw | Freeze) else None
    return Letter(row.id, address, message, row.due_at, row.attempts, edits)


def waiting(connection: Connection) -> Sequence[Address]:
    """Return the chats that wait for messages not held back."""
    query = select(outbox.c.channel, outbox.c.chat_id).where(unsent, outbox.c.held.is_(None)).distinct()
    return [Address(*row) for row in connection.execute(query)]


def sent(connection: Connection, letter: Letter, message_id: str | None, now: datetime) -> None:
    """Note that a message is delivered, and which message of the channel its card is now.

    A frozen card is never touched again and is forgotten, as is one whose person was erased meanwhile.
    """
    known = connection.execute(update(outbox).where(outbox.c.id == letter.id).values(sent_at=now)).rowcount
    card = letter.message.card
    if isinstance(letter.message, Freeze):
        connection.execute(delete(cards).where(_is_card(letter.address, letter.message.card)))
    elif known and card is not None and message_id is not None:
        _remember_card(connection, letter.address, card, message_id)


def postpone(connection: Connection, letter: Letter, until: datetime) -> None:
    """Try a message again later; the chat's younger ones wait behind it."""
    values = {"attempts": outbox.c.attempts + 1, "due_at": until}
    connection.execute(update(outbox).where(outbox.c.id == letter.id).values(values))


def park(connection: Connection, letter: Letter, error: str) -> None:
    """Give a message up, with the reason; the chat's younger ones go on."""
    connection.execute(update(outbox).where(outbox.c.id == letter.id).values(error=error[:255]))


def hold(connection: Connection, letter: Letter, reason: str) -> None:
    """Keep a message back until what it needs is there; the chat's younger ones go on."""
    connection.execute(update(outbox).where(outbox.c.id == letter.id).values(held=reason))


def release(connection: Connection, reason: str) -> None:
    """Let go every message held back for ``reason``."""
    connection.execute(update(outbox).where(outbox.c.held == reason, unsent).values(held=None))


def purge(connection: Connection, now: datetime) -> None:
    """Erase messages delivered long ago."""
    connection.execute(delete(outbox).where(outbox.c.sent_at < now - KEPT))


def _card(connection: Connection, address: Address, card: int) -> str | None:
    return connection.scalar(select(cards.c.message_id).where(_is_card(address, card)))


def _remember_card(connection: Connection, address: Address, card: int, message_id: str) -> None:
    known = connection.execute(update(cards).where(_is_card(address, card)).values(message_id=message_id)).rowcount
    if not known:
        values = {"channel": address.channel, "chat_id": address.chat, "card": card, "message_id": message_id}
        connection.execute(insert(cards).values(values))


def _is_card(address: Address, card: int) -> ColumnElement[bool]:
    return (cards.c.channel == address.channel) & (cards.c.chat_id == address.chat) & (cards.c.card == card)


def _read(kind: str, payload: Mapping[str, Any]) -> Message:
    fields = dict(payload)
    if "keyboard" in fields:
        fields["keyboard"] = tuple(tuple(Button(**button) for button in row) for row in fields["keyboard"])
    return _KINDS[kind](**fields)
