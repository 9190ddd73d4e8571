"""What comes in from a channel: updates that could be read, and those that could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.events import Event
from bot.store.letters import Address


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person did.

    ``update`` is the channel's number for it, ``message`` its name for what they wrote, ``language`` that of their app.
    """

    address: Address
    update: int
    event: Event
    message: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """A person who takes no more messages from now on (``gone``), or takes them again."""

    address: Address
    update: int
    gone: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that the channel's adapter could not make sense of, and its sender where at least that is known."""

    channel: str
    update: int
    kind: str
    error: str
    address: Address | None


Update: TypeAlias = Incoming | Presence | Unreadable
