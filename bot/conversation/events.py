"""What can happen to a conversation: a closed set of small events, free of any channel's types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Started:
    """The person pressed START or sent /start, perhaps through a campaign's link.

    ``{"event": "started", "payload": "market-day", "language": "en-US"}``
    """

    payload: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button was pressed; ``data`` is what the button carried and may be stale or forged.

    ``{"event": "tapped", "data": "a:1:3:7:2"}``
    """

    data: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that is no command.

    ``{"event": "typed", "text": "every day"}``
    """

    text: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command other than /start, without its slash, in lower case.

    ``{"event": "commanded", "name": "cancel", "argument": ""}``
    """

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class SentSomethingElse:
    """A sticker, voice message, photo, contact …: nothing that can answer a question.

    ``{"event": "sent_something_else", "kind": "sticker"}``
    """

    kind: str


Event: TypeAlias = Started | Tapped | Typed | Commanded | SentSomethingElse
