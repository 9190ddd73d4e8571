"""Acknowledging taps: a button's spinner stops at once, whatever else there is to do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from telegram.error import TelegramError

from bot.telegram.api import BotApi
from bot.telegram.updates import tap_id


class Taps:
    """Acknowledges taps in the background."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()

    def acknowledge(self, raw: Mapping[str, Any]) -> None:
        """Acknowledge an update where it is a tap."""
        if (tap := tap_id(raw)) is not None:
            task = asyncio.create_task(self._acknowledge(tap))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Return once none is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _acknowledge(self, tap: str) -> None:
        # where it fails the spinner stops by itself, so nobody minds
        with suppress(TelegramError):
            await self._api.call("answerCallbackQuery", {"callback_query_id": tap})
