"""Private chats: one person, their messages, and the stream of changes that a page (or a test) follows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.local.trace import Trace

Message = dict[str, Any]

MAX_TEXT = 4096
"""Characters of a message: code points, not UTF-16 units (the live service accepts 4,096 emoji)."""
MAX_CAPTION = 1024
"""Characters of a caption."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the person sees.

    ``number`` puts lasting changes (a message, an edit, a deletion) in order; passing ones (typing, the answer
    to a tap) have 0 and reach only those who are looking.
    """

    kind: str
    content: dict[str, Any]
    number: int = 0


class ChangeNumbers:
    """Numbers for changes: they go on growing over restarts, so that a page knows where it left off."""

    def __init__(self) -> None:
        self._last = time.time_ns() // 1000

    def next(self) -> int:
        """Return the next number; it stays within what JavaScript counts exactly."""
        self._last += 1
        return self._last


class Chat:
    """A private chat with one person.

    Attributes
    ----------
    blocked : bool
        Whether the person has blocked the bot.
    received : int
        The id of the person's last message that the bot has taken.
    trace : Trace
        What went over the wire.
    """

    def __init__(self, chat_id: int, name: str, language: str, numbers: ChangeNumbers) -> None:
        self.id = chat_id
        self.name = name
        self.language = language
        self.blocked = False
        self.received = 0
        self.trace = Trace()
        self._numbers = numbers
        self._messages: dict[int, Message] = {}
        self._changes: dict[int, Change] = {}
        self._followers: set[asyncio.Queue[Change]] = set()

    @property
    def user(self) -> dict[str, Any]:
        """Return the person's User object."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    @property
    def chat(self) -> dict[str, Any]:
        """Return the Chat object."""
        return {"id": self.id, "type": "private", "first_name": self.name}

    def find(self, message_id: int) -> Message | None:
        """Return a message that is (still) in the chat."""
        return self._messages.get(message_id)

    def put(self, message: Message) -> Message:
        """Add a message, or put an edited one in the place of the old."""
        self._messages[message["message_id"]] = message
        self._record("message", message["message_id"], message)
        return message

    def delete(self, message_id: int) -> None:
        """Remove a message."""
        del self._messages[message_id]
        self._record("deleted", message_id, {"message_id": message_id})

    def clear(self) -> None:
        """Forget everything that was said; what comes later is kept again."""
        self._messages.clear()
        self._changes.clear()
        self.trace.clear()

    def signal(self, kind: str, content: dict[str, Any]) -> None:
        """Tell those who are looking of something that passes."""
        self._tell(Change(kind, content))

    @contextmanager
    def follow(self, after: int) -> Iterator[asyncio.Queue[Change]]:
        """Give a queue of what changed after that number, each message in its newest form, and of all to come."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        for change in sorted(self._changes.values(), key=lambda change: change.number):
            if change.number > after:
                queue.put_nowait(change)
        self._followers.add(queue)
        try:
            yield queue
        finally:
            self._followers.discard(queue)

    def _record(self, kind: str, message_id: int, content: dict[str, Any]) -> None:
        change = self._changes[message_id] = Change(kind, content, self._numbers.next())
        self._tell(change)

    def _tell(self, change: Change) -> None:
        for queue in self._followers:
            queue.put_nowait(change)
