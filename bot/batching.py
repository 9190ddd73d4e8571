"""Doing together what arrives while the batch before is under way: the busier it gets, the less each item costs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Batcher(Generic[Item, Outcome]):
    """Gathers items, and carries them out in batches, one batch after the other and in the order they came.

    Parameters
    ----------
    carry_out : callable
        Takes a batch and returns an outcome for each item, in the same order. What it raises, each of the batch gets.
    limit : int
        Items in a batch at most.
    interval : float
        Seconds between the beginnings of two batches at least: what comes within shares the next one. Whoever comes
        after a quiet time waits for nothing.
    """

    def __init__(
        self, carry_out: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], limit: int, interval: float = 0.0
    ) -> None:
        self._carry_out = carry_out
        self._limit = limit
        self._interval = interval
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._working: asyncio.Task[None] | None = None

    def add(self, item: Item) -> asyncio.Future[Outcome]:
        """Have an item carried out with the next batch; its outcome is to be awaited."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return outcome

    async def _work(self) -> None:
        # no await between the last look and the end: whatever comes later finds no task and starts one
        clock = asyncio.get_running_loop().time
        try:
            while self._waiting:
                began = clock()
                batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                await self._do(batch)
                if len(self._waiting) < self._limit and (rest := began + self._interval - clock()) > 0:
                    await asyncio.sleep(rest)
        finally:
            self._working = None

    async def _do(self, batch: Sequence[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._carry_out([item for item, _ in batch])
        except Exception as error:  # it is for those who wait, whatever it is
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():  # whoever waited may have been cancelled
                future.set_result(outcome)
