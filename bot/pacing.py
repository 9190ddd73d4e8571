"""Keeping to a number of messages a second, all chats and all workers together; answers to people go before bulk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

AT_ONCE = 10
"""Places reserved in one go: few enough that another worker, or somebody who comes later, need not wait long."""

BULK_SHARE = 2 / 3
"""How much of a second's places bulk may fill."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """In how many seconds each message may leave, and the times of all that counts from now on."""

    waits: list[float]
    passed: list[float]


def reserve(passed: Sequence[float], now: float, per_second: float, number: int, *, bulk: bool = False) -> Reservation:
    """Find the next places for ``number`` messages such that no second holds more than ``per_second``.

    Bursts up to the limit pass at once: after a quiet second nobody waits.

    Parameters
    ----------
    passed : sequence of float
        Times of the messages before, rising, in seconds; some may still be to come.
    now : float
        The same clock's time.
    per_second : float
        Above 0; a limit below one a second is one in as many seconds as it takes.
    bulk : bool
        Reserve nothing that would have to wait, nor the last third of a second's places: those are for people.
    """
    most, window = max(1, int(per_second)), max(1.0, 1 / per_second)
    times = deque(passed, maxlen=most)
    waits = []
    for _ in range(number):
        if bulk and sum(time > now - window for time in times) >= max(1, int(most * BULK_SHARE)):
            break
        place = max(now, times[0] + window) if len(times) == most else now
        place = max(place, times[-1]) if times else place
        times.append(place)
        waits.append(place - now)
    return Reservation(waits, list(times))


class Budget(Protocol):
    """Where the places are reserved."""

    def draw(self, number: int, *, bulk: bool) -> Awaitable[Sequence[float]]:
        """Reserve the next places and return in how many seconds each message may leave."""


class OwnBudget:
    """The budget of a worker that is alone on its database."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._passed: list[float] = []

    async def draw(self, number: int, *, bulk: bool) -> Sequence[float]:
        """Reserve the next places; see `Budget`."""
        now = asyncio.get_running_loop().time()
        made = reserve(self._passed, now, self._per_second, number, bulk=bulk)
        self._passed = made.passed
        return made.waits


class Pace:
    """Lets messages through as its budget allows: those for people in the order they came, and then bulk.

    Parameters
    ----------
    per_second : float
        The limit; 0 for none.
    budget : Budget, optional
        Where the places are reserved; unless given, this worker's own.
    """

    def __init__(self, per_second: float, budget: Budget | None = None) -> None:
        self._per_second = per_second
        self._budget = budget or OwnBudget(per_second)
        self._people: deque[asyncio.Future[None]] = deque()
        self._bulk: deque[asyncio.Future[None]] = deque()
        self._pump: asyncio.Task[None] | None = None

    async def wait(self, *, bulk: bool = False) -> None:
        """Return when the next message may be sent."""
        if not self._per_second:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._bulk if bulk else self._people).append(turn)
        if self._pump is None:
            self._pump = asyncio.create_task(self._let_through())
        await turn

    async def _let_through(self) -> None:
        try:
            while self._people or self._bulk:
                if self._people:
                    await self._reserved(await self._budget.draw(min(len(self._people), AT_ONCE), bulk=False))
                elif waits := await self._budget.draw(1, bulk=True):
                    await self._reserved(waits)
                else:
                    await asyncio.sleep(1 / self._per_second)
        finally:
            self._pump = None

    async def _reserved(self, waits: Sequence[float]) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for wait in waits:
            await asyncio.sleep(max(0.0, began + wait - clock()))
            self._next()

    def _next(self) -> None:
        """Let the next one through; whoever stopped waiting takes nobody's place."""
        for queue in (self._people, self._bulk):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
