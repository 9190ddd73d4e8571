"""The workers on one database: each shows that it lives, and takes over what those leave behind that died."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from logging import getLogger

from sqlalchemy import Connection

from bot.clock import Clock
from bot.store import workers
from bot.store.database import Store

logger = getLogger(__name__)

BEAT_SECONDS = 1.0
"""How often a worker shows that it lives, and looks for what nobody looks after."""
DEAD_AFTER = 6.0
"""Seconds without a beat after which a worker counts as dead: with the looks between, takeover is within ten."""
LONGEST_LOOK = 3.0
"""Seconds between two looks after which nothing follows from beats that stand still: perhaps we slept ourselves."""


def new_name() -> str:
    """Return a name that no worker had before, and that tells a reader where it runs."""
    return f"{socket.gethostname()[:15]}-{secrets.token_hex(6)}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A worker's beat, and when it was first seen standing there, by our own clock."""

    beat: int
    since: float


class Fleet:
    """This worker among the others.

    Whether another one lives is judged by whether its beat goes on, never by its clock: clocks need not agree.

    Parameters
    ----------
    store : Store
    name : str
        See `new_name`.
    clock : Clock
    alone : bool
        Whether no other worker can be on this database, so that beats are needless and all the others are dead.
    sweep : callable
        Looks after whatever nobody looks after; called with every look.
    """

    def __init__(
        self, store: Store, name: str, clock: Clock, *, alone: bool, sweep: Callable[[], Awaitable[None]]
    ) -> None:
        self._store = store
        self._name = name
        self._clock = clock
        self._alone = alone
        self._sweep = sweep
        self._seen: dict[str, _Seen] = {}
        self._looked_at = 0.0

    async def join(self) -> None:
        """Begin to work here, and look after what earlier workers left behind."""
        await self._store.step(partial(workers.join, name=self._name, now=self._clock(), alone=self._alone))
        await self._look()

    async def run(self) -> None:
        """Beat and look around, for ever."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._look()

    async def leave(self) -> None:
        """Hand over to the others at once."""
        await self._store.step(partial(workers.bury, name=self._name))

    async def _look(self) -> None:
        try:
            if not self._alone:
                await self._beat()
            await self._sweep()
        except Exception:
            logger.exception("looking around broke off; the next look follows")

    async def _beat(self) -> None:
        alive, beats = await self._store.step(partial(_beat_and_look, name=self._name))
        if not alive:
            logger.warning("this worker was taken for dead; it joins again")
            await self._store.step(partial(workers.join, name=self._name, now=self._clock(), alone=False))
        for other in self._dead(beats):
            if await self._store.step(partial(workers.bury, name=other, at_beat=beats[other])):
                logger.warning("worker %s is dead; its chats are taken over", other)

    def _dead(self, beats: dict[str, int]) -> list[str]:
        """Return the workers whose beat stands still for too long."""
        now = asyncio.get_running_loop().time()
        slept, self._looked_at = now - self._looked_at > LONGEST_LOOK, now
        before = {} if slept else self._seen
        self._seen = {
            name: seen if (seen := before.get(name)) is not None and seen.beat == beat else _Seen(beat, now)
            for name, beat in beats.items()
            if name != self._name
        }
        return [name for name, seen in self._seen.items() if now - seen.since > DEAD_AFTER]


def _beat_and_look(connection: Connection, name: str) -> tuple[bool, dict[str, int]]:
    return workers.beat(connection, name), workers.beats(connection)
