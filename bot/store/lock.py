"""One service per database file: a second one would send every message twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.store.database import StoreError


@contextmanager
def sole_service(database: Path) -> Iterator[None]:
    """Hold ``database`` for this process, or raise `StoreError` where another one holds it.

    The lock is SQLite's own, on an empty database beside the real one: it is the same on every system, ends
    with the process however that ends, and leaves the real file open to backups and exports.
    """
    beside = database.with_name(database.name + "-lock")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(beside, timeout=0, isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"DATABASE_URL: {beside} cannot be written: {error}") from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StoreError(_refusal(database, error)) from error
        yield


def _refusal(database: Path, error: sqlite3.OperationalError) -> str:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return f"Another bot already works on {database}. Stop it first, or give this one its own DATABASE_URL."
    return f"DATABASE_URL: {database.parent} cannot be written: {error}"
