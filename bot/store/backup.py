"""Backup and restore: everything in one file and back, from and to either kind of database, while the bot runs."""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Integer,
    NullPool,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.pseudonyms import Pseudonyms
from bot.store import dialects, people, runs, schema, tombstones
from bot.store.database import Store, StoreError, migrations, parse_url, shown, sqlite_file
from bot.store.ids import seal_ids
from bot.store.letters import Address
from bot.store.snapshot import (
    LABEL,
    REVISIONS,
    Row,
    copy_file,
    copy_rows,
    fault,
    file_engine,
    program_version,
    reflected,
    snapshot,
    snapshot_within,
)
from bot.store.withdrawals import withdraw_again, withdrawals

OF_THE_MOMENT = frozenset({"workers", "budget", "alerts", "facts"})
"""What is true of the running processes, their machines and what Telegram was told, now: no backup knows better."""
SEEN = "seen_updates"
TOMBSTONES = "tombstones"
KEPT = frozenset({SEEN, TOMBSTONES})
"""Stay, and what the backup has joins them: nothing is handled twice, and nobody who was erased comes back."""
PEOPLE_AT_ONCE = 500
OUTBOX = "outbox"
BUSY_SECONDS = 30.0
"""How long another program may keep an SQLite file to itself before a restore gives up."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a backup holds."""

    people: int
    responses: int

    def __str__(self) -> str:
        return f"people {self.people}, finished responses {self.responses}"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes
    ----------
    before : Path or None
        Where that is which was there before; None where there was nothing.
    erased : int
        People of the backup who had asked to be erased since, and were erased again.
    """

    contents: Contents
    before: Path | None
    erased: int


def backup_folder(url: str, chosen: Path | None) -> Path:
    """Return where copies of the database go that nobody named: BACKUP_DIR, or beside an SQLite file, or "backups"."""
    file = sqlite_file(url)
    return chosen or (file.parent if file else Path("backups"))


def back_up(url: str, path: Path) -> Contents:
    """Copy everything to a new file; raises `StoreError`."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise StoreError(f"DATABASE_URL: there is no {file} to back up")
    try:
        snapshot(create_engine(parse_url(url), poolclass=NullPool), path)
    except (SQLAlchemyError, ImportError) as error:
        raise _unusable(url, error) from error
    with file_engine(path).connect() as connection:
        return _contents(connection)


def restore(url: str, path: Path, folder: Path, now: datetime, pseudonyms: Pseudonyms) -> Restored:
    """Put what a backup holds in the place of everything that is there; raises `StoreError`.

    What is there goes into a backup in ``folder`` first. Whoever was erased since, as ``pseudonyms`` and the tombstones
    tell, is erased from what is restored as well, and what people withdrew since stays withdrawn. A bot that is running
    goes on with what was restored at its next step: messages get numbers that were never given before, so that one
    which is just being sent is not taken for one of them.
    """
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file; name one that `python -m bot backup` wrote")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as workshop:
        source = file_engine(_up_to_date(path, Path(workshop) / "backup.db"))
        with source.begin() as backup:  # an older one's ids must never reach the database as they came
            seal_ids(backup, pseudonyms, str(path))
        Store.open(url, folder).close()  # brings the tables to the revision that the copy has
        target = create_engine(parse_url(url), poolclass=NullPool, connect_args=_patience(url))
        if sqlite_file(url):  # who is erased takes all that hangs on them along
            event.listen(target, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
        try:
            with target.begin() as connection:
                seal_ids(connection, pseudonyms, shown(url))
            with source.connect() as backup, target.begin() as connection:
                _have_to_oneself(connection, _tables_of(backup))
                withdrawn = withdrawals(connection, pseudonyms)
                before = _replace(connection, backup, folder, now)
                erased = _erase_again(connection, pseudonyms)
                withdraw_again(connection, pseudonyms, withdrawn)
                return Restored(_contents(connection), before, erased)
        except (SQLAlchemyError, OSError) as error:
            raise _unusable(url, error) from error


def _patience(url: str) -> dict[str, Any]:
    return {"timeout": BUSY_SECONDS} if sqlite_file(url) else {}


def _unusable(url: str, error: Exception) -> StoreError:
    reason = getattr(error, "orig", None) or error
    return StoreError(f"DATABASE_URL: {shown(url)} cannot be used, and is as it was: {reason}")


def _contents(connection: Connection) -> Contents:
    people, responses = (connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("people", "responses"))
    return Contents(people or 0, responses or 0)


# -- reading a backup -----------------------------------------------------------------------------------------


def _up_to_date(path: Path, copy: Path) -> Path:
    """Copy a backup and bring the copy's tables to the revision of this program."""
    try:
        copy_file(path, copy)
        damage = fault(copy)
        revision, maker = _origin(copy)
    except (sqlite3.Error, TypeError) as error:  # another file, or a table without its row
        raise StoreError(f"{path}: not a backup ({error}); name one that `python -m bot backup` wrote") from error
    if damage is not None:
        raise StoreError(f"{path}: the file is damaged ({damage}); take another backup")
    with file_engine(copy).begin() as connection:
        steps = ScriptDirectory.from_config(config := migrations(connection))
        if revision not in {step.revision for step in steps.walk_revisions()}:
            raise StoreError(
                f"{path}: its tables are at revision {revision}, and this program, version {program_version()}, knows "
                f"them up to {steps.get_current_head()} only; install version {maker}, which wrote it, first"
            )
        command.upgrade(config, "head")
    return copy


def _origin(path: Path) -> tuple[str, str]:
    """Return the revision of a backup's tables, and the version of the program that wrote it."""
    with closing(sqlite3.connect(path)) as connection:
        [revision] = connection.execute(f"SELECT version_num FROM {REVISIONS}").fetchone()
        [maker] = connection.execute(f"SELECT program_version FROM {LABEL}").fetchone()
        return revision, maker


# -- replacing ------------------------------------------------------------------------------------------------


def _replace(connection: Connection, backup: Connection, folder: Path, now: datetime) -> Path | None:
    names = _tables_of(backup)
    origin, tables = reflected(backup, names), reflected(connection, names).sorted_tables
    before = None
    if any(connection.execute(select(table).limit(1)).first() is not None for table in tables):
        before = _free(folder, f"before-restore-{now:%Y%m%dT%H%M%SZ}")
        snapshot_within(connection, before)
    for table in reversed(tables):
        if table.name not in KEPT:
            connection.execute(delete(table))
    for table in tables:
        copy_rows(backup, origin.tables[table.name], _writer(connection, table))
    _go_on_counting(connection, tables)
    return before


def _tables_of(backup: Connection) -> set[str]:
    return set(inspect(backup).get_table_names()) - {REVISIONS, LABEL} - OF_THE_MOMENT


def _have_to_oneself(connection: Connection, names: Collection[str]) -> None:
    """Keep everybody else's steps wholly before or wholly after this transaction."""
    if dialects.is_postgresql(connection):
        # the strongest mode: a step that has only read so far would otherwise go on with what it read
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(sorted(names))} IN ACCESS EXCLUSIVE MODE")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _free(folder: Path, name: str) -> Path:
    candidates = (folder / f"{name}{'' if number == 1 else f'-{number}'}.db" for number in count(1))
    return next(path for path in candidates if not path.exists())


def _writer(connection: Connection, table: Table) -> Callable[[list[Row]], object]:
    """Return what writes a table's rows into the database."""
    if table.name in KEPT:
        return partial(dialects.Upsert(table, [column.name for column in table.primary_key]).execute, connection)
    if table.name == OUTBOX:
        numbers = count(_last_given(connection, table) + 1)
        return lambda rows: connection.execute(insert(table), [_renumbered(row, next(numbers)) for row in rows])
    return partial(connection.execute, insert(table))


def _erase_again(connection: Connection, pseudonyms: Pseudonyms) -> int:
    """Erase those who asked for it after they last wrote for the first time, and return how many they are."""
    found = []
    query = select(schema.people.c.id, schema.people.c.channel, schema.people.c.user_id, schema.people.c.created_at)
    with connection.execute(query, execution_options={"yield_per": PEOPLE_AT_ONCE}) as everybody:
        for rows in everybody.partitions():
            named = {pseudonyms.of(Address(row.channel, row.user_id)): row for row in rows}
            erased = tombstones.erased(connection, named)
            found += [named[name] for name, at in erased.items() if named[name].created_at < at]
    for row in found:
        runs.leave(connection, {row.id: runs.Leaving("erased", secrets.token_hex(8))})
        people.forget(connection, Address(row.channel, row.user_id), ())
    return len(found)


def _renumbered(message: Row, number: int) -> Row:
    """Return a message that nobody delivers yet, and that nobody can take for another."""
    return {**message, "id": number, "worker": None}


def _last_given(connection: Connection, table: Table) -> int:
    """Return the highest number that a row of the table ever had."""
    if dialects.is_postgresql(connection):
        found = connection.scalar(text(f"SELECT last_value FROM {_sequence(connection, table)}"))
    else:
        found = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found or 0)


def _go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL give numbers above those that were copied; SQLite does so by itself."""
    if not dialects.is_postgresql(connection):
        return
    for table in tables:
        if (sequence := _sequence(connection, table)) is not None:
            highest = connection.scalar(select(func.max(table.c.id))) or 0
            last = max(highest, _last_given(connection, table))
            connection.execute(select(func.setval(sequence, last)))


def _sequence(connection: Connection, table: Table) -> str | None:
    """Return the sequence that numbers a table's rows, if one does."""
    if "id" not in table.c or not isinstance(table.c.id.type, Integer):
        return None
    return connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
