"""Posts updates to a webhook, several at once, each until it is answered with a 2xx."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from bot.local.updates import Update, UpdateQueue

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between attempts; they double."""
TIMEOUT = aiohttp.ClientTimeout(total=30)
"""How long a webhook may take for its answer."""


async def deliver(updates: UpdateQueue, url: str, secret: str, connections: int, note: Callable[[str], None]) -> None:
    """Post every update of the queue to ``url``, for ever, at most ``connections`` of them at once.

    They begin in their order and may well end in another, as with Telegram; ``note`` is told of each failure.
    """
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=headers, connector=connector) as session:
        poster = _Poster(session, updates, url, note)
        with updates.follow() as coming:
            async with asyncio.TaskGroup() as group:
                for _ in range(connections):
                    group.create_task(poster.work(coming))


class _Poster:
    def __init__(
        self, session: aiohttp.ClientSession, updates: UpdateQueue, url: str, note: Callable[[str], None]
    ) -> None:
        self._session = session
        self._updates = updates
        self._url = url
        self._note = note

    async def work(self, coming: asyncio.Queue[Update]) -> None:
        """Post one update after the other."""
        while True:
            await self._insist(await coming.get())

    async def _insist(self, update: Update) -> None:
        pause = FIRST_PAUSE
        while update in self._updates:
            failure = await self._post(update)
            if failure is None:
                self._updates.confirm_one(update)
                return
            self._note(failure)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _post(self, update: Update) -> str | None:
        """Post one update and return what went wrong, if anything did."""
        try:
            async with self._session.post(self._url, json=update) as response:
                return None if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientError as error:
            return f"Connection failed: {error}"
        except TimeoutError:
            return "Read timeout expired"
