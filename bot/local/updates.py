"""The queue of updates that a bot has not confirmed yet, and the long poll that waits for the next one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeAlias

from bot.local.errors import conflict
from bot.local.ids import Sequence

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Update types that a bot gets only when it asks for them."""
MAX_LIMIT = 100
"""Updates in one answer."""
MAX_TIMEOUT = 50
"""Seconds: the longest poll that Telegram allows."""

Update: TypeAlias = dict[str, Any]


class UpdateQueue:
    """Updates in order; each stays until a poll's offset, or the webhook's 200, confirms it.

    ``on_confirm`` is told of each that was confirmed.
    """

    def __init__(self, on_confirm: Callable[[Update], None] = lambda update: None) -> None:
        self._on_confirm = on_confirm
        self._ids = Sequence()
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[None] | None = None
        self._follower: asyncio.Queue[Update] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, update: Update) -> bool:
        return update["update_id"] in self._pending

    @property
    def allowed(self) -> list[str]:
        """The update types that the bot asked for; empty for the default."""
        return sorted(self._allowed)

    def allow(self, kinds: Iterable[str]) -> None:
        """Restrict the updates to come to these types; none of them is the default."""
        self._allowed = frozenset(kinds)

    def put(self, kind: str, content: dict[str, Any]) -> Update | None:
        """Add an update of ``kind`` and return it; None where the bot does not want that type."""
        wanted = kind in self._allowed if self._allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return None
        number = self._ids.next()
        update = self._pending[number] = {"update_id": number, kind: content}
        if self._follower is not None:
            self._follower.put_nowait(update)
        self._wake()
        return update

    def confirm(self, offset: int) -> None:
        """Forget every update before ``offset``; a negative offset keeps only that many at the end."""
        if offset < 0 and self._pending:
            offset += next(reversed(self._pending)) + 1
        while self._pending and next(iter(self._pending)) < offset:
            self._on_confirm(self._pending.popitem(last=False)[1])

    def confirm_one(self, update: Update) -> None:
        """Forget one update, whatever becomes of the others."""
        if self._pending.pop(update["update_id"], None) is not None:
            self._on_confirm(update)

    def clear(self) -> None:
        """Drop everything that is pending."""
        self._pending.clear()

    async def poll(self, offset: int, limit: int, patience: float) -> list[Update]:
        """Confirm by ``offset``, then return at most ``limit`` updates, waiting ``patience`` seconds for one.

        Raises
        ------
        ApiError
            Conflict, in the poll that was waiting, when another one begins to wait.
        """
        self.confirm(offset)
        if not self._pending and patience > 0:
            await self._wait(min(patience, MAX_TIMEOUT))
        return list(islice(self._pending.values(), min(max(limit, 1), MAX_LIMIT)))

    @contextmanager
    def follow(self) -> Iterator[asyncio.Queue[Update]]:
        """Give a queue of everything that is pending and of all to come, for the one who delivers it."""
        follower = self._follower = asyncio.Queue()
        for update in self._pending.values():
            follower.put_nowait(update)
        try:
            yield follower
        finally:
            self._follower = None

    def interrupt(self, reason: str) -> None:
        """End the waiting poll with a conflict."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(conflict(reason))

    def close(self) -> None:
        """Let the waiting poll return at once, because the server stops."""
        self._wake()

    def _wake(self) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    async def _wait(self, patience: float) -> None:
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        waiter = self._poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait([waiter], timeout=patience)
            if waiter.done():
                waiter.result()
        finally:
            waiter.cancel()
