"""How the bot is doing, for whoever watches over it: /healthz and /metrics. Neither holds an answer or an id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock, utc_now
from bot.metrics import Metrics
from bot.store.condition import Condition, look
from bot.store.database import Store

PATIENCE_SECONDS = 1.0
"""How long the database may take; steps wait for it for ever, but whoever asks wants to know now."""


class Health:
    """Answers what is asked about one running bot.

    Parameters
    ----------
    store : Store
    metrics : Metrics
    active_model : callable
        Returns the version that makes predictions just now, or None.
    clock : Clock
    """

    def __init__(
        self, store: Store, metrics: Metrics, active_model: Callable[[], str | None], clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._active_model = active_model
        self._clock = clock
        self._looking: asyncio.Task[Condition] | None = None

    def routes(self) -> list[Route]:
        """Return /healthz and /metrics."""
        return [Route("/healthz", self._health), Route("/metrics", self._measurements)]

    async def _health(self, _request: Request) -> Response:
        condition, model = await self._look(), self._active_model()
        status = _status(condition, model)
        content = {"status": status, "database": condition is not None, "model": model, **self._details(condition)}
        return JSONResponse(content, 503 if status == "down" else 200, {"Cache-Control": "no-store"})

    async def _measurements(self, _request: Request) -> Response:
        self._metrics.observe(await self._look(), self._clock())
        return Response(self._metrics.render(), media_type=CONTENT_TYPE_LATEST)

    def _details(self, condition: Condition | None) -> dict[str, object]:
        if condition is None:
            return {"last_update": None, "outbox": None}
        last = condition.last_update
        outbox = {
            **condition.messages,
            "oldest_seconds": round(condition.oldest_seconds(self._clock()), 1),
            "stuck_chats": condition.stuck_chats,
        }
        return {"last_update": None if last is None else last.isoformat(timespec="seconds"), "outbox": outbox}

    async def _look(self) -> Condition | None:
        """Look into the database, or return None where it takes too long.

        A look that takes too long goes on and serves who asks next: were each to begin one of its own, they would
        queue up in front of people's steps.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._store.step(partial(look, now=self._clock())))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await asyncio.shield(self._looking)
        except TimeoutError:
            return None


def _status(condition: Condition | None, model: str | None) -> str:
    """Return "down" while nothing works, "degraded" while people miss something, else "ok"."""
    if condition is None:
        return "down"
    return "degraded" if condition.stuck_chats or model is None else "ok"
