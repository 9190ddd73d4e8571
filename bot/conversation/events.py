"""What can happen to a conversation: a closed set of small events, free of any channel's types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.conversation.sensitive import holds_card

SHARED = "s_"
"""How the payload of a link begins that somebody passed on; the campaign's own payload follows."""
WITHOUT_CAMPAIGN = "X"
"""What follows where there is none: no campaign's payload has capitals, and a chat may cut a "_" off a link's end."""

_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Started:
    """The person pressed START or sent /start, perhaps through a campaign's link.

    ``language`` is the app's, ``campaign_language`` that in which the campaign meets people, if it has one.

    ``{"event": "started", "payload": "market-day", "language": "en-US"}``
    """

    payload: str | None = None
    language: str | None = None
    campaign_language: str | None = None

    @property
    def campaign(self) -> str | None:
        """What the campaign's link carried, also where that was passed on; None where no link of Telegram's could."""
        carried = self._link.removeprefix(SHARED)
        return None if self.shared and carried in ("", WITHOUT_CAMPAIGN) else carried or None

    @property
    def shared(self) -> bool:
        """Whether the link came from somebody who had taken part."""
        return self._link.startswith(SHARED)

    @property
    def _link(self) -> str:
        carried = self.payload or ""
        return carried if _LINK.fullmatch(carried) and not holds_card(carried) else ""


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
class Edited:
    """A text that was sent before now says something else.

    ``{"event": "edited", "text": "every week"}``
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
class File:
    """A file that was sent: the channel's name for it, its own name, its bytes, and what was written below it."""

    id: str
    name: str
    size: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SentSomethingElse:
    """A sticker, voice message, photo, contact …: nothing that can answer a question.

    ``kind`` is what it has in common with others: "sound", "picture", "sticker", "file", "place", "contact" or "other".
    ``words`` were written below it; ``album`` names what it was sent as a part of, where there are several.

    ``{"event": "sent_something_else", "kind": "sticker"}``
    """

    kind: str
    file: File | None = None
    words: str = ""
    album: str | None = None


Event: TypeAlias = Started | Tapped | Typed | Edited | Commanded | SentSomethingElse
