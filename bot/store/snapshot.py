"""The whole database as one SQLite file, whichever database it comes from, as it was at one moment."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.util import CommandError
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import StoreError, migrations, shown
from bot.store.moments import UtcTime

PACKAGE = "survey-chatbot"
REVISIONS = "alembic_version"
LABEL = "backup"
"""The table of a copy that says which version of the program made it."""
ROWS_AT_ONCE = 1000
"""Rows in memory at the same time; of tables with whole files in them, one."""

Row: TypeAlias = dict[str, Any]


def snapshot(engine: Engine, path: Path) -> None:
    """Copy the database to a new file, at whatever revision its tables are; nobody who works with it has to stop.

    Raises
    ------
    StoreError
        When the file exists or cannot be written, or the database has no tables of this program.
    """
    # a connection of its own: the engine's pool may have a single one, and that in use
    reader = create_engine(engine.url, poolclass=NullPool)
    options = {} if reader.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with reader.connect().execution_options(**options) as connection:
        snapshot_within(connection, path)


def snapshot_within(connection: Connection, path: Path) -> None:
    """Copy the database as the transaction of ``connection`` sees it, before it has changed anything itself."""
    if not inspect(connection).has_table(REVISIONS):
        raise StoreError(f"DATABASE_URL: {_shown(connection)} has no tables of this program yet: nothing to back up")
    try:
        with _written_aside(path) as aside:
            if connection.dialect.name == "sqlite":
                copy_file(Path(str(connection.engine.url.database)), aside)
            else:
                _copy_tables(connection, aside)
            _seal(aside)
    except (SQLAlchemyError, sqlite3.Error, OSError, CommandError) as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"{path}: the database could not be copied there: {reason}") from error


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database that others may be writing to."""
    with closing(_opened(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)  # all pages at once: in parts it would begin anew with every step of the bot
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def fault(path: Path) -> str | None:
    """Return what SQLite finds damaged in a file, if anything."""
    with closing(_opened(path)) as connection:
        found: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return None if found == "ok" else found


def file_engine(path: Path) -> Engine:
    """Return an engine on an SQLite file that nobody else uses."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return engine


def reflected(connection: Connection, names: Iterable[str]) -> MetaData:
    """Return tables as they are in the database, with types that come out of every database alike."""
    tables = MetaData()
    event.listen(tables, "column_reflect", _make_alike)
    tables.reflect(connection, only=list(names))
    return tables


def copy_rows(source: Connection, origin: Table, write: Callable[[list[Row]], object]) -> None:
    """Hand a table's rows to ``write``, in order and some at a time."""
    heavy = any(isinstance(column.type, LargeBinary) for column in origin.columns)
    rows = 1 if heavy else ROWS_AT_ONCE
    query = select(origin).order_by(*origin.primary_key)
    with source.execute(query, execution_options={"yield_per": rows}) as found:
        for part in found.mappings().partitions():
            write([dict(row) for row in part])


def program_version() -> str:
    """Return this program's version."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "unknown"


def _make_alike(_inspector: object, _table: Table, column: dict[str, Any]) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = UtcTime()
    elif isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)  # what is absent must not come out as JSON's null


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file for reading; unlike `sqlite3.connect` by itself this never makes one."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


@contextmanager
def _written_aside(path: Path) -> Iterator[Path]:
    """Yield a file to write, which becomes ``path`` once it is whole and on the disk: a half one never has the name."""
    if path.exists():
        raise StoreError(f"{path}: exists already, and is never overwritten; name a new file")
    if not path.parent.is_dir():
        raise StoreError(f"{path}: there is no folder {path.parent}; make it, or name another one")
    aside = path.with_name(path.name + ".part")
    aside.unlink(missing_ok=True)
    try:
        yield aside
        _sync(aside)
        aside.rename(path)
        if os.name != "nt":  # Windows knows no folders on disk to be synced
            _sync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_tables(connection: Connection, path: Path) -> None:
    """Make the tables of the same revision in a file, and copy row by row."""
    revision = connection.scalar(text(f"SELECT version_num FROM {REVISIONS}"))
    engine = file_engine(path)
    with engine.begin() as target:
        command.upgrade(migrations(target), str(revision))
        names = set(inspect(target).get_table_names()) - {REVISIONS}
        origin = reflected(connection, names)
        for table in reflected(target, names).sorted_tables:
            copy_rows(connection, origin.tables[table.name], partial(target.execute, insert(table)))


def _seal(path: Path) -> None:
    """Write down which program made the copy, and make sure that it can be read."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {LABEL} (program_version TEXT NOT NULL)")
        connection.execute(f"DELETE FROM {LABEL}")
        connection.execute(f"INSERT INTO {LABEL} VALUES (?)", [program_version()])
    if (damage := fault(path)) is not None:
        raise StoreError(f"{path}: the copy is damaged, and so perhaps the database is ({damage})")


def _shown(connection: Connection) -> str:
    return shown(connection.engine.url.render_as_string(hide_password=False))
