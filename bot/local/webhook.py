"""Where updates go when the bot does not poll."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bot.local.delivery import deliver
from bot.local.updates import UpdateQueue

DEFAULT_CONNECTIONS, MOST_CONNECTIONS = 40, 100
"""Updates that are posted at once: unless the bot says otherwise, and at most."""


class Webhook:
    """The webhook that the bot has set, if any, and what went wrong with it last."""

    def __init__(self, updates: UpdateQueue) -> None:
        self.url = ""
        self._connections = DEFAULT_CONNECTIONS
        self._updates = updates
        self._last_error: dict[str, Any] = {}
        self._delivery: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str = "", connections: int = DEFAULT_CONNECTIONS) -> None:
        """Deliver to ``url`` from now on, over so many connections; the empty one ends delivery."""
        await self.close()
        self.url, self._connections, self._last_error = url, connections, {}
        if url:
            self._updates.interrupt("terminated by setWebhook request")
            self._delivery = asyncio.create_task(deliver(self._updates, url, secret, connections, self._note))

    async def close(self) -> None:
        """Stop delivering."""
        if self._delivery:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)
            self._delivery = None

    def info(self) -> dict[str, Any]:
        """Return the WebhookInfo object."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self.url:
            info["max_connections"] = self._connections
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        return {**info, **self._last_error}

    def _note(self, error: str) -> None:
        self._last_error = {"last_error_date": int(time.time()), "last_error_message": error}
