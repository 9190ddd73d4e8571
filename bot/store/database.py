"""The database: opening and migrating it, and running one transaction at a time in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InternalError, OperationalError, SQLAlchemyError

from bot.errors import UserError

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

DATABASE_FAULTS = (OperationalError, InternalError)
"""The database itself fails (locked, full, gone): nothing that another update or message could do better."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two tries while the database does not answer."""

BUSY_SECONDS = 2.0
"""How long SQLite itself waits for another process, a backup for instance, before that counts as a fault."""


class StoreError(UserError):
    """The database cannot be used at all; the message says what to do about it."""


class Store:
    """One database, in which every step is one transaction.

    The statements of a step run synchronously, in one hop to the store's only thread: several times cheaper
    than a hop per statement, and the order of the steps is the order of their commits.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database, creating it or bringing its tables up to date; raises `StoreError`."""
        file = sqlite_file(url)
        try:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            engine = _engine(parse_url(url))
            _migrate(engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"DATABASE_URL: {shown(url)} cannot be opened: {reason}") from error
        return cls(engine)

    async def step(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in one transaction and return its result once that is committed.

        A database that does not answer is waited for, for as long as it takes; any other exception rolls the
        transaction back and is the caller's. ``work`` may therefore run more than once and must not touch
        anything but its connection.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                result = await asyncio.get_running_loop().run_in_executor(
                    self._thread, partial(_in_transaction, self._engine, work)
                )
            except DATABASE_FAULTS as error:
                logger.warning("the database does not answer (%s); trying again in %.1f s", error.orig, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return result

    def close(self) -> None:
        """Let the step under way finish, then close the connections."""
        self._thread.shutdown()
        self._engine.dispose()


def parse_url(url: str) -> URL:
    """Take a database URL apart; raises `StoreError` with what would be right."""
    right = "right would be for example sqlite:///survey.db"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"DATABASE_URL: not a database URL; {right}") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError(f"DATABASE_URL: names no file, so that every answer would be lost; {right}")
    return parsed


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, or None for one on a server."""
    parsed = parse_url(url)
    return Path(str(parsed.database)).absolute() if parsed.get_backend_name() == "sqlite" else None


def shown(url: str) -> str:
    """Return the URL fit for a console: a server's without its password, a file's as its path."""
    return str(sqlite_file(url) or parse_url(url).render_as_string(hide_password=True))


def _in_transaction(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    with engine.begin() as connection:
        return work(connection)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late: see _begin_immediate
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL survives kill -9 but not a power cut, and an answer that Telegram saw confirmed never comes again
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_immediate(connection: Connection) -> None:
    # a deferred transaction that reads first and writes later fails, or loses, against another writer
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.upgrade(migrations(connection), "head")


def migrations(connection: Connection) -> Config:
    """Return Alembic's configuration for migrating over ``connection``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
