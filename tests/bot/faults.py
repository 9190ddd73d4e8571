"""What networks, proxies and Telegram itself do to calls and updates, on purpose and repeatably.

`Faults` stands around the local Bot API server's calls: ``LocalServer(intercept=Faults(seed, rates))``; the same object
handed to a `tests.bot.balancer.Balancer` does to a webhook's updates what it does to those of polling.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from bot.local.bot_side import OtherReplyError, Proceed
from bot.local.call import Call
from bot.local.errors import ApiError

EVERYBODY = ""
"""Instead of a chat, where Telegram refuses the calls for all chats."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what goes wrong, as shares of all calls (a call has one fault at most), of updates and of batches."""

    internal_error: float = 0.0
    """500, and nothing was done."""
    bad_gateway: float = 0.0
    """502 with a proxy's page for a body, and nothing was done."""
    reset: float = 0.0
    """The connection breaks before the call is carried out."""
    lost_reply: float = 0.0
    """The connection breaks once it is carried out."""
    slow: float = 0.0
    """It takes up to `longest` seconds."""
    throttled: float = 0.0
    """429 for the chat, for a second."""
    flood: float = 0.0
    """429 for every chat, for a second."""
    duplicated: float = 0.0
    """The update comes again, later."""
    reordered: float = 0.0
    """The batch of updates comes in another order; a webhook's update comes late."""
    longest: float = 0.3


TEN_PERCENT = Rates(
    internal_error=0.02,
    bad_gateway=0.02,
    reset=0.02,
    lost_reply=0.02,
    slow=0.02,
    throttled=0.01,
    flood=0.001,
    duplicated=0.05,
    reordered=0.1,
)
"""Every tenth call fails or is slow; beside that Telegram asks to wait, and repeats and reorders updates."""


class Faults:
    """An `Intercept` that injects faults at given rates.

    Attributes
    ----------
    counts : Counter
        How often each fault was injected.
    impatient : int
        Calls for a chat that came although Telegram had asked to wait for that chat.
    """

    def __init__(self, seed: int, rates: Rates) -> None:
        self.counts: Counter[str] = Counter()
        self.impatient = 0
        self._random = Random(seed)
        self._rates = rates
        self._again: list[dict[str, Any]] = []
        self._closed_until: dict[str, float] = {}
        self._kinds: Mapping[str, Callable[[Call, Proceed], Awaitable[Any]]] = {
            "internal_error": self._internal_error,
            "bad_gateway": self._bad_gateway,
            "reset": self._reset,
            "lost_reply": self._lost_reply,
            "slow": self._slow,
            "throttled": self._throttled,
            "flood": self._flood,
        }

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Carry out the call, or let it fail."""
        self._refuse_where_closed(call)
        kind = self.fate()
        result = await (proceed() if kind is None else self._kinds[kind](call, proceed))
        return self._disturbed(result) if call.method == "getUpdates" else result

    def close(self, chat: str, seconds: float) -> None:
        """Refuse the chat's calls, or `EVERYBODY`'s, for so long."""
        self._closed_until[chat] = time.monotonic() + seconds

    def again(self) -> bool:
        """Whether an update is to come again, later."""
        return self._happens("duplicated")

    async def delay(self) -> None:
        """Hold a webhook's update back, so that others overtake it."""
        if self._happens("reordered"):
            await asyncio.sleep(self._random.random() * self._rates.longest)

    # -- what befalls a call --------------------------------------------------------------------------------------

    def fate(self) -> str | None:
        """Draw what befalls the next call."""
        draw = self._random.random()
        for kind in self._kinds:
            draw -= getattr(self._rates, kind)
            if draw < 0:
                self.counts[kind] += 1
                return kind
        return None

    async def _internal_error(self, call: Call, proceed: Proceed) -> Any:
        raise ApiError(500, "Internal Server Error")

    async def _bad_gateway(self, call: Call, proceed: Proceed) -> Any:
        raise OtherReplyError(HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502))

    async def _reset(self, call: Call, proceed: Proceed) -> Any:
        raise OtherReplyError(BrokenOff())

    async def _lost_reply(self, call: Call, proceed: Proceed) -> Any:
        await proceed()
        raise OtherReplyError(BrokenOff())

    async def _slow(self, call: Call, proceed: Proceed) -> Any:
        await asyncio.sleep(self._random.random() * self._rates.longest)
        return await proceed()

    async def _throttled(self, call: Call, proceed: Proceed) -> Any:
        chat = call.text("chat_id")
        return await (self._refuse(chat) if chat else proceed())

    async def _flood(self, call: Call, proceed: Proceed) -> Any:
        return await self._refuse(EVERYBODY)

    async def _refuse(self, chat: str) -> None:
        self.close(chat, 1)
        raise _too_many_requests(1)

    def _refuse_where_closed(self, call: Call) -> None:
        now, chat = time.monotonic(), call.text("chat_id")
        if chat and self._closed_until.get(chat, now) > now:
            self.impatient += 1
        wait = max(self._closed_until.get(each, now) for each in (chat, EVERYBODY)) - now
        if wait > 0:
            raise _too_many_requests(math.ceil(wait))

    # -- what befalls updates -------------------------------------------------------------------------------------

    def _disturbed(self, updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return a poll's updates, behind some of earlier ones, perhaps shuffled."""
        if not updates:
            return updates
        batch = [*self._again, *updates]
        self._again = [update for update in updates if self.again()]
        if len(batch) > 1 and self._happens("reordered"):
            self._random.shuffle(batch)
        return batch

    def _happens(self, kind: str) -> bool:
        happens: bool = self._random.random() < getattr(self._rates, kind)
        self.counts[kind] += happens
        return happens


class BrokenOff(Response):
    """A reply that promises a body and ends before it, whereupon the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send no more than the head."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def _too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
