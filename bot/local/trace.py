"""What went over the wire of one chat, for developers: its updates, and the bot's calls with their answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from bot.local.call import Call

KEPT = 200
"""Entries of one chat that are remembered."""

Entry: TypeAlias = dict[str, Any]


class Trace:
    """The last entries of one chat; what the server itself holds is shown, so a token never is."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._followers: set[asyncio.Queue[Entry | None]] = set()

    def note_update(self, kind: str, update: Mapping[str, Any]) -> None:
        """Note an update that waits for the bot."""
        self._note({"kind": "update", "name": kind, "body": update})

    def note_call(self, call: Call, reply: Mapping[str, Any], seconds: float) -> None:
        """Note what the bot called, what it was answered and how long that took."""
        body = {name: _legible(value) for name, value in call.params.items()}
        files = {
            name: {"file_name": upload.name, "mime_type": upload.media_type, "file_size": len(upload.content)}
            for name, upload in call.uploads.items()
        }
        took = round(seconds * 1000, 1)
        self._note({"kind": "call", "name": call.method, "body": body | files, "answer": reply, "milliseconds": took})

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def close(self) -> None:
        """Let go those who follow."""
        for queue in self._followers:
            queue.put_nowait(None)

    @contextmanager
    def follow(self) -> Iterator[asyncio.Queue[Entry | None]]:
        """Give a queue of what is remembered and of all to come; None is its end."""
        queue: asyncio.Queue[Entry | None] = asyncio.Queue()
        for entry in self._entries:
            queue.put_nowait(entry)
        self._followers.add(queue)
        try:
            yield queue
        finally:
            self._followers.discard(queue)

    def _note(self, entry: Entry) -> None:
        entry["at"] = round(time.time(), 3)
        self._entries.append(entry)
        for queue in self._followers:
            queue.put_nowait(entry)


def _legible(value: Any) -> Any:
    """Return an object or array as such, also where a form carried it as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
