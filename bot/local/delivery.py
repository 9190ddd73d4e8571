"""Posts updates to a webhook, one after the other, each until it is answered with a 2xx."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.local.updates import UpdateQueue

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between attempts; they double."""
TIMEOUT = aiohttp.ClientTimeout(total=30)
"""How long a webhook may take for its answer."""


async def deliver(updates: UpdateQueue, url: str, secret: str, note: Callable[[str], None]) -> None:
    """Post every update of the queue to ``url``, for ever; ``note`` is told of each failure."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    async with aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session:
        pause = FIRST_PAUSE
        while True:
            update = await updates.oldest()
            failure = await _post(session, url, update)
            if failure is None:
                updates.confirm(update["update_id"] + 1)
                pause = FIRST_PAUSE
            else:
                note(failure)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)


async def _post(session: aiohttp.ClientSession, url: str, update: dict[str, Any]) -> str | None:
    """Post one update and return what went wrong, if anything did."""
    try:
        async with session.post(url, json=update) as response:
            return None if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
    except aiohttp.ClientError as error:
        return f"Connection failed: {error}"
    except TimeoutError:
        return "Read timeout expired"
