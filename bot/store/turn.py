"""A turn at what only one of all workers should do: it ends with the process that has it, however that ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Connection, NullPool, create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from bot.store.database import parse_url

logger = logging.getLogger(__name__)

MAKING_A_MODEL = 0x73757277
"""The lock's number: any, as long as nobody else on the same PostgreSQL database uses it."""
LOOK_SECONDS = 2.0
"""How soon a turn that became free is noticed."""
NOTICED_DEAD = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 3", "tcp_keepalives_count = 3")
"""A killed process is noticed at once, a machine that vanished only by these: the system's own wait is two hours."""


class Turn:
    """A turn among the workers on one PostgreSQL database.

    It is an advisory lock of a session on a connection of its own, outside any transaction: a row in a table would need
    somebody to find out that its owner is dead. Where the connection is lost meanwhile, so is the turn, and two may
    have it for once: what is done in it must bear that.
    """

    def __init__(self, url: str, key: int = MAKING_A_MODEL) -> None:
        self._key = key
        self._engine = create_engine(
            parse_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
        )

    @asynccontextmanager
    async def taken(self, stop: asyncio.Event) -> AsyncIterator[bool]:
        """Wait for the turn and have it for the block; False where ``stop`` was set first."""
        held = await self._wait(stop)
        try:
            yield held is not None
        finally:
            if held is not None:
                await asyncio.to_thread(held.close)

    async def _wait(self, stop: asyncio.Event) -> Connection | None:
        said = False
        while not stop.is_set():
            try:
                held = await asyncio.to_thread(self._try)
            except OperationalError as error:
                logger.warning("the database does not answer (%s); trying again in %.1f s", error.orig, LOOK_SECONDS)
            else:
                if held is not None:
                    return held
                if not said:
                    logger.info("another worker is making a model; this one waits for it and talks to people meanwhile")
                    said = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        return None

    def _try(self) -> Connection | None:
        connection = self._engine.connect()
        try:
            for setting in NOTICED_DEAD:
                connection.execute(text(f"SET {setting}"))
            ours = connection.scalar(select(func.pg_try_advisory_lock(self._key)))
        except BaseException:
            connection.close()
            raise
        if ours:
            return connection
        connection.close()
        return None
