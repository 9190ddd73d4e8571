"""Receiving by polling: our own getUpdates loop, which confirms an update only once it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from telegram.error import TelegramError

from bot.sealing import Seals
from bot.service import Service
from bot.telegram.api import BotApi
from bot.telegram.connection import patiently
from bot.telegram.courtesies import Courtesies
from bot.telegram.transport import InvalidReplyError
from bot.telegram.updates import WANTED, decode, update_id

POLL_SECONDS = 30
"""How long Telegram holds a call open while nothing happens."""
SLACK_SECONDS = 10.0
"""How much later than that its answer may come."""


class PollingInbox:
    """Takes a bot's updates to the service, batch by batch.

    The library's own Updater would confirm what it has merely queued, and its `get_updates` decodes a batch as a
    whole, so that one strange update would stop all others: this loop asks for the raw batch.
    """

    def __init__(self, api: BotApi, service: Service, seals: Seals) -> None:
        self._api = api
        self._service = service
        self._seals = seals
        self._courtesies = Courtesies(api)
        self._poll: asyncio.Task[Sequence[Mapping[str, Any]]] | None = None
        self._stopping = False

    async def run(self) -> None:
        """Receive until `stop`. Raises `WrongTokenError` where Telegram no longer knows the token."""
        await self._end_webhook()
        offset = 0
        while not self._stopping:
            self._poll = asyncio.create_task(patiently(partial(self._updates, offset)))
            await asyncio.wait([self._poll])
            if self._poll.cancelled():
                continue
            if batch := self._poll.result():
                await self._handle(batch)
                offset = batch[-1]["update_id"] + 1
        await self._courtesies.finish()

    def stop(self) -> None:
        """Receive no more; what is in hand is handled first. What Telegram still holds it keeps for later."""
        self._stopping = True
        if self._poll is not None:
            self._poll.cancel()

    async def _end_webhook(self) -> None:
        """Have updates wait for us, those that a webhook has not taken yet among them."""
        try:
            if (await self._api.call("getWebhookInfo", {}))["url"] == "":
                return
        except (TelegramError, LookupError, TypeError):
            pass  # servers that stand in for Telegram may not know it; deleting no webhook does no harm
        await patiently(partial(self._api.call, "deleteWebhook", {"drop_pending_updates": False}))

    async def _updates(self, offset: int) -> Sequence[Mapping[str, Any]]:
        parameters = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": WANTED}
        batch = await self._api.poll(parameters, POLL_SECONDS + SLACK_SECONDS)
        updates = [raw for raw in batch if update_id(raw) is not None] if isinstance(batch, list) else []
        if batch and not updates:
            raise InvalidReplyError
        return updates

    async def _handle(self, batch: Sequence[Mapping[str, Any]]) -> None:
        for raw in batch:
            self._courtesies.answer(raw)
        if updates := [update for raw in batch if (update := decode(raw, self._seals)) is not None]:
            await self._service.handle(updates)
