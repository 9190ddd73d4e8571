"""Receiving: our own getUpdates loop, which confirms an update only once it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, cast

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.service import Service
from bot.telegram.connection import patiently
from bot.telegram.updates import WANTED, decode, tap_id

POLL_SECONDS = 30
"""How long Telegram holds a call open while nothing happens."""
SLACK_SECONDS = 10.0
"""How much later than that its answer may come."""


class Inbox:
    """Takes a bot's updates to the service, batch by batch.

    The library's own Updater would confirm what it has merely queued, and its `get_updates` decodes a batch as a
    whole, so that one strange update would stop all others: this loop asks for the raw batch.
    """

    def __init__(self, bot: Bot, polling: HTTPXRequest, service: Service) -> None:
        self._bot = bot
        self._polling = polling
        self._service = service
        self._poll: asyncio.Task[Sequence[Mapping[str, Any]]] | None = None
        self._stopping = False
        self._taps: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Receive until `stop`. Raises `WrongTokenError` where Telegram no longer knows the token."""
        offset = 0
        while not self._stopping:
            self._poll = asyncio.create_task(patiently(partial(self._updates, offset)))
            await asyncio.wait([self._poll])
            if self._poll.cancelled():
                continue
            if batch := self._poll.result():
                await self._handle(batch)
                offset = batch[-1]["update_id"] + 1

    def stop(self) -> None:
        """Receive no more; what is in hand is handled first. What Telegram still holds it keeps for later."""
        self._stopping = True
        if self._poll is not None:
            self._poll.cancel()

    async def _updates(self, offset: int) -> Sequence[Mapping[str, Any]]:
        parameters = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(WANTED)}
        # a POST with a body, as the library makes all its calls: servers that stand in for Telegram expect no other
        data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        batch = await self._polling.post(
            f"{self._bot.base_url}/getUpdates", data, read_timeout=POLL_SECONDS + SLACK_SECONDS
        )
        return cast(Sequence[Mapping[str, Any]], batch)

    async def _handle(self, batch: Sequence[Mapping[str, Any]]) -> None:
        for tap in filter(None, map(tap_id, batch)):
            task = asyncio.create_task(self._acknowledge(tap))
            self._taps.add(task)
            task.add_done_callback(self._taps.discard)
        if updates := [update for raw in batch if (update := decode(raw)) is not None]:
            await self._service.handle(updates)

    async def _acknowledge(self, tap: str) -> None:
        """Stop the button's spinner at once; where that fails it stops by itself, so nobody minds."""
        with suppress(TelegramError):
            await self._bot.answer_callback_query(tap)
