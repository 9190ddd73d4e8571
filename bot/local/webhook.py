"""Where updates go when the bot does not poll."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bot.local.updates import UpdateQueue


class Webhook:
    """The webhook that the bot has set, if any, and what went wrong with it last."""

    def __init__(self, updates: UpdateQueue) -> None:
        self.url = ""
        self._updates = updates
        self._last_error: dict[str, Any] = {}
        self._delivery: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str) -> None:
        """Deliver to ``url`` from now on; the empty one ends delivery."""
        await self.close()
        self.url, self._last_error = url, {}
        if url:
            from bot.local.delivery import deliver  # imports aiohttp (0.2 s), which only webhooks need

            self._updates.interrupt("terminated by setWebhook request")
            self._delivery = asyncio.create_task(deliver(self._updates, url, secret, self._note))

    async def close(self) -> None:
        """Stop delivering."""
        if self._delivery:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            self._delivery = None

    def info(self) -> dict[str, Any]:
        """Return the WebhookInfo object."""
        info = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        return {**info, **self._last_error}

    def _note(self, error: str) -> None:
        self._last_error = {"last_error_date": int(time.time()), "last_error_message": error}
