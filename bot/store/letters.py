"""What travels through the outbox: messages, the letters that carry them, and what becomes of those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.conversation.effects import Button, Freeze, Redraw, Say

MESSAGES = "messages"
"""Names in a report's detail how many messages it becomes."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached. Chats are private, so the person's id in the channel is the chat's too.

    It is sealed where it comes in, and opened where a message leaves: see `bot.sealing`.
    """

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Result:
    """The words of one view of a run's result; worked out when it is sent.

    See `bot.conversation.effects.Assess` for the views. With a card they have the result's buttons; ``in_place`` they
    take the place of what the card showed.
    """

    run: str
    view: str
    language: str
    card: int | None = None
    in_place: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)
    picking: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that belongs to a run's result; drawn when it is sent."""

    run: str
    language: str
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Something that is worked out when it is sent: a chart, a file, a list, what is kept about a person.

    ``kind`` names who makes it (see `bot.reports`), ``detail`` says of what, and, where that is known to be more than
    one, of how many messages.
    """

    kind: str
    language: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands that a chat's own menu lists from now on; without any it is everybody's menu again."""

    commands: tuple[tuple[str, str], ...]
    language: str
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A message of the person's own, by the channel's name for it, that is to leave the chat."""

    message: str
    card: int | None = None


Message: TypeAlias = Say | Redraw | Freeze | Result | Picture | Report | Menu | Removal

_KINDS: Mapping[str, type[Message]] = {
    "say": Say,
    "redraw": Redraw,
    "freeze": Freeze,
    "result": Result,
    "picture": Picture,
    "report": Report,
    "menu": Menu,
    "removal": Removal,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way.

    Attributes
    ----------
    id : int
        Its place in the outbox; never given twice.
    created_at, due_at : datetime
        When it was put in; not to be sent before.
    attempts : int
        How often it failed to be delivered.
    bulk : bool
        Whether it was written to many, and lets answers to people go first.
    edits : str or None
        The channel's message that the message's card became, where it has a card that was sent.
    """

    id: int
    address: Address
    message: Message
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    bulk: bool = False
    edits: str | None = None


# -- what became of a letter --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """It was delivered; ``message_id`` is the channel's name for what it became."""

    letter: Letter
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is to be tried again later; the chat's younger ones wait behind it."""

    letter: Letter
    until: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """It is given up; the chat's younger ones go on."""

    letter: Letter
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """It is kept back until what it needs is there; the chat's younger ones go on."""

    letter: Letter
    reason: str


Fate: TypeAlias = Sent | Postponed | Parked | Held


def edits(message: Message) -> bool:
    """Whether a message changes one that its card became before."""
    return isinstance(message, Redraw | Freeze) or (isinstance(message, Result) and message.in_place)


def places(message: Message) -> int:
    """Return as how many messages it counts where they are limited."""
    return int(message.detail.get(MESSAGES, 1)) if isinstance(message, Report) else 1


# -- as they are stored -----------------------------------------------------------------------------------------


def kind_of(message: Message) -> str:
    """Return the name under which a message's kind is stored."""
    return _NAMES[type(message)]


def read(kind: str, payload: Mapping[str, Any]) -> Message:
    """Return a stored message."""
    fields = dict(payload)
    if "keyboard" in fields:
        fields["keyboard"] = tuple(tuple(Button(**button) for button in row) for row in fields["keyboard"])
    if "commands" in fields:
        fields["commands"] = tuple((name, description) for name, description in fields["commands"])
    return _KINDS[kind](**fields)
