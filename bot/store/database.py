"""The database: opening and migrating it, and running one transaction at a time in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InternalError, OperationalError, SQLAlchemyError

from bot.errors import UserError
from bot.store.dialects import is_postgresql

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

DATABASE_FAULTS = (OperationalError, InternalError)
"""The database itself fails (locked, full, gone): nothing that another update or message could do better."""

CLOSE_SECONDS = 1.5
"""How long the last step may take: whoever stops the program is not to wait for a database."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two tries while the database does not answer."""

BUSY_SECONDS = 2.0
"""How long SQLite itself waits for another process, a backup for instance, before that counts as a fault."""

POSTGRESQL = {
    "connect_timeout": 2,
    # a server that vanished without a word is noticed within seconds, not after the system's two hours
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
POSTGRESQL_LIMITS = {
    "statement_timeout": "20s",
    "lock_timeout": "10s",
    # a worker that froze in the middle of a step must not keep its people's chats locked
    "idle_in_transaction_session_timeout": "3s",
}

MIGRATION_LOCK = 0x73757276
"""Any number, as long as nobody else on the same PostgreSQL database locks it."""


class StoreError(UserError):
    """The database cannot be used at all; the message says what to do about it."""


class Store:
    """One database, in which every step is one transaction.

    The statements of a step run synchronously, in one hop to the store's only thread: several times cheaper
    than a hop per statement, and the order of the steps is the order of their commits.

    Attributes
    ----------
    file : Path or None
        The database's own, where it has one.
    url : str
        What other processes open it by; holds the password, if there is one.
    shared : bool
        Whether other processes may work on the same database.
    on_fault, on_return : callable
        Called with every try that fails, and with the seconds that the database was away once it answers again.
    """

    def __init__(self, engine: Engine) -> None:
        self.file = Path(str(engine.url.database)).absolute() if engine.dialect.name == "sqlite" else None
        self.url = engine.url.render_as_string(hide_password=False)
        self.shared = self.file is None
        self._engine = engine
        self._away_since: float | None = None
        self._connected: Any = None
        if self.shared:
            event.listen(engine, "connect", self._prepare_postgresql)
        self.on_fault: Callable[[], object] = lambda: None
        self.on_return: Callable[[float], object] = lambda _: None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store reader")
        self._reader: Engine | None = None

    @classmethod
    def open(cls, url: str, backups: Path | None = None) -> Store:
        """Open the database, creating it or bringing its tables up to date; raises `StoreError`.

        Before tables are changed a copy of the whole database goes to ``backups``; unless given, that is the SQLite
        file's own folder, or "backups" in the current one.
        """
        try:
            if (file := sqlite_file(url)) is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            _migrate(parse_url(url), backups or (file.parent if file else Path("backups")))
            engine = _engine(parse_url(url), pool_size=1, max_overflow=0)  # for the store's one thread
        except (SQLAlchemyError, OSError, ImportError) as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"DATABASE_URL: {shown(url)} cannot be opened: {reason}") from error
        return cls(engine)

    async def step(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in one transaction and return its result once that is committed.

        A database that does not answer is waited for, for as long as it takes; any other exception rolls the
        transaction back and is the caller's. ``work`` may therefore run more than once, even after it was committed
        where the connection broke before the answer came, and must not touch anything but its connection.
        """
        pause, loop = FIRST_PAUSE, asyncio.get_running_loop()
        while True:
            try:
                result = await loop.run_in_executor(self._thread, partial(_in_transaction, self._engine, work))
            except DATABASE_FAULTS as error:
                self._note_fault(error, loop.time())
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                if self._away_since is not None:
                    self._note_return(loop.time())
                return result

    async def look(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work``, which only reads and may take its time, beside the steps; they do not wait for it.

        It sees one state of the database from its begin to its end. What it raises is the caller's, a database that
        does not answer as well.
        """
        run = partial(_in_transaction, self._readers(), work)
        return await asyncio.get_running_loop().run_in_executor(self._reading, run)

    def _readers(self) -> Engine:
        if self._reader is None:
            self._reader = _reader(self._engine.url)
        return self._reader

    def _prepare_postgresql(self, connection: Any, _record: object) -> None:
        self._connected = connection
        for name, value in POSTGRESQL_LIMITS.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.commit()

    def _note_fault(self, error: DBAPIError, now: float) -> None:
        """Say that the database is away when that begins: many steps may wait for it, and for long."""
        if self._away_since is None:
            self._away_since = now
            logger.warning("the database does not answer (%s); trying again until it does", error.orig)
        self.on_fault()

    def _note_return(self, now: float) -> None:
        assert self._away_since is not None
        seconds, self._away_since = now - self._away_since, None
        logger.warning("the database answers again, after %.1f s", seconds)
        self.on_return(seconds)

    def close(self) -> None:
        """Let the step under way finish, and no other begin; one that a frozen server holds is broken off."""
        shutdown = partial(self._thread.shutdown, cancel_futures=True)
        closing = threading.Thread(target=shutdown, daemon=True, name="closing the store")
        closing.start()
        closing.join(CLOSE_SECONDS)
        if closing.is_alive() and self._connected is not None:
            _hang_up(self._connected)
        closing.join()
        self._engine.dispose()
        self._reading.shutdown(wait=False, cancel_futures=True)
        if self._reader is not None:
            self._reader.dispose()


_RIGHT = "right would be for example sqlite:///survey.db or postgresql://user:password@host/name"


def parse_url(url: str) -> URL:
    """Take a database URL apart; raises `StoreError` with what would be right."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"DATABASE_URL: not a database URL; {_RIGHT}") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError(f"DATABASE_URL: names no file, so that every answer would be lost; {_RIGHT}")
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database, or None for one on a server."""
    parsed = parse_url(url)
    return Path(str(parsed.database)).absolute() if parsed.get_backend_name() == "sqlite" else None


def shown(url: str) -> str:
    """Return the URL fit for a console: a server's without its password, a file's as its path."""
    file = sqlite_file(url)
    return str(file or parse_url(url).render_as_string(hide_password=True).replace("+psycopg", "", 1))


def _in_transaction(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    with engine.begin() as connection:
        return work(connection)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


JSON = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
"""How an engine writes JSON columns: messages as they are, without a copy of each as plain data first."""


def _engine(url: URL, **pool: Any) -> Engine:
    options: dict[str, Any] = {**JSON, **pool}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    elif url.get_backend_name() == "postgresql":
        engine = create_engine(url, connect_args=POSTGRESQL, **options)
        event.listen(engine, "handle_error", _close_cursor)
    else:
        raise StoreError(f"DATABASE_URL: {url.get_backend_name()} is no database that this program knows; {_RIGHT}")
    return engine


def _reader(url: URL) -> Engine:
    """Return an engine for reading: one connection, whose transactions see one state and hold up no writer."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": BUSY_SECONDS}, **JSON)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return engine
    engine = create_engine(
        url, pool_size=1, max_overflow=0, isolation_level="REPEATABLE READ", connect_args=POSTGRESQL, **JSON
    )
    event.listen(engine, "handle_error", _close_cursor)
    return engine


def _close_cursor(context: ExceptionContext) -> None:
    """Close the cursor whose connection broke: SQLAlchemy leaves it, and one of the server's own then complains."""
    from psycopg import Error

    if context.is_disconnect and context.execution_context is not None:
        with suppress(Error):
            context.execution_context.cursor.close()


def _hang_up(connection: Any) -> None:
    """Break a connection off under whoever waits for its answer: the driver itself would ask the server to."""
    with suppress(OSError, SQLAlchemyError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late: see _begin_immediate
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL survives kill -9 but not a power cut, and an answer that Telegram saw confirmed never comes again
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_immediate(connection: Connection) -> None:
    # a deferred transaction that reads first and writes later fails, or loses, against another writer
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(url: URL, backups: Path) -> None:
    """Bring the tables to the state that this program knows; of several workers that start at once one does."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    engine = _engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        if is_postgresql(connection):
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = migrations(connection)
        script = ScriptDirectory.from_config(config)
        found, head = MigrationContext.configure(connection).get_current_revision(), script.get_current_head()
        if found == head:
            return
        if found is not None:
            if found not in {step.revision for step in script.walk_revisions()}:
                raise StoreError(
                    f"DATABASE_URL: the tables are of a newer program (revision {found}, this one knows {head}): "
                    "install that program again, or restore a backup from before it"
                )
            _back_up(engine, backups, found)
        command.upgrade(config, "head")


def _back_up(engine: Engine, backups: Path, revision: str) -> None:
    """Copy the database aside before its tables are changed."""
    from bot.store.snapshot import snapshot

    backups.mkdir(parents=True, exist_ok=True)
    path = backups / f"before-{revision}-was-left-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    snapshot(engine, path)
    logger.info("the tables are about to change; a copy of the database is in %s", path)


def migrations(connection: Connection) -> Config:
    """Return Alembic's configuration for migrating over ``connection``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
