"""Ids at rest: which key sealed those in a database, and sealing what earlier releases stored as it came."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select, update

from bot.pseudonyms import Pseudonyms
from bot.sealing import MARK, Seals
from bot.store import facts, schema
from bot.store.database import MIGRATION_LOCK, Store, StoreError, shown
from bot.store.dialects import is_postgresql
from bot.store.letters import Address

logger = logging.getLogger(__name__)

KEY_FACT = "data_key"
"""Tells under which key the ids are sealed."""
STATE_FACT = "ids"
"""Tells how far sealing is: `SEALED`, and, of an SQLite file, `REWRITTEN` as well."""
SEALED, REWRITTEN = "sealed", "rewritten"
CHANNEL = "telegram"
"""The only channel that there was when ids were stored as they came."""
GREETED = "greeted:"

COLUMNS: tuple[Column[str], ...] = (
    schema.people.c.user_id,
    schema.outbox.c.chat_id,
    schema.cards.c.chat_id,
    schema.admins.c.user_id,
    schema.audit.c.user_id,
    schema.trainings.c.chat_id,
)
"""Where ids are."""
ROWS_AT_ONCE = 1000
"""Rows in memory at the same time."""
BUSY_SECONDS = 30.0
"""How long an export or a backup may keep an SQLite file from being written anew."""

_TO_PERSON = re.compile(rf"({CHANNEL}:)([0-9]+)", re.ASCII)
"""How a button's data names a person."""


async def prepare(store: Store, pseudonyms: Pseudonyms) -> None:
    """Make sure, before anybody is served, that all ids are sealed, and under this key; raises `StoreError`."""
    await store.step(partial(seal_ids, pseudonyms=pseudonyms, where=shown(store.url)))
    if store.file is None or await store.step(partial(facts.read, name=STATE_FACT)) == REWRITTEN:
        return
    try:
        await asyncio.to_thread(_rewrite, store.file)
    except sqlite3.Error as error:
        logger.warning("%s could not be written anew (%s) and may still hold what was erased", store.file, error)
        return  # the next start tries again
    await store.step(partial(facts.write, name=STATE_FACT, value=REWRITTEN))


def refuse_another_key(connection: Connection, pseudonyms: Pseudonyms, where: str) -> None:
    """Raise `StoreError` where people are stored under another key than this: they could not be reached any more."""
    before = facts.read(connection, KEY_FACT)
    if before in (None, pseudonyms.fingerprint) or not _anybody(connection):
        return
    raise StoreError(
        f"DATA_KEY: it is not the key under which the people in {where} are stored, and without that one nobody there "
        "can be reached. Put the old key back: it stood in DATA_KEY, in the file that DATA_KEY_FILE names, or in the "
        "file data.key beside the database. If it is lost for good, they are lost with it, and only an empty database "
        "goes on: name another one in DATABASE_URL, or move this one away"
    )


def seal_ids(connection: Connection, pseudonyms: Pseudonyms, where: str) -> None:
    """Take the database over under this key, and seal what is not sealed yet; raises `StoreError` as above.

    Of several workers that start at once one does it, and the others find it done.
    """
    if is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    refuse_another_key(connection, pseudonyms, where)
    facts.write(connection, KEY_FACT, pseudonyms.fingerprint)
    if facts.read(connection, STATE_FACT) is not None:
        return
    found = [column for column in COLUMNS if _seal_column(connection, pseudonyms.seals, column)]
    _seal_messages(connection, pseudonyms.seals)
    _seal_log(connection, pseudonyms.seals)
    _rename_greetings(connection, pseudonyms)
    facts.write(connection, STATE_FACT, SEALED)
    if found:
        logger.info("the ids in %s are encrypted from now on; copies and backups made before still hold them", where)


def _anybody(connection: Connection) -> bool:
    """Whether there are ids, or, where several work on the database, somebody who may just take one in."""
    tables = [column.table for column in COLUMNS] + ([schema.workers] if is_postgresql(connection) else [])
    return any(connection.execute(select(table).limit(1)).first() is not None for table in tables)


def _seal_column(connection: Connection, seals: Seals, column: Column[str]) -> bool:
    """Seal the ids in a column, and return whether there were any."""
    table, any_found = column.table, False
    assert isinstance(table, Table)
    key = table.c.get("id", column)
    change = update(table).where(table.c.channel == CHANNEL, key == bindparam("key"))
    for rows in _batches(connection, key, column, table.c.channel == CHANNEL, column.not_like(f"{MARK}%")):
        changed = [{"key": row[0], "sealed": seals.sealed(CHANNEL, row[1])} for row in rows]
        connection.execute(change.values({column: bindparam("sealed")}), changed)
        any_found = True
    return any_found


def _seal_messages(connection: Connection, seals: Seals) -> None:
    """Seal the ids that messages to those who run the bot mention; the channel opens them when it sends those."""
    table = schema.outbox
    change = update(table).where(table.c.id == bindparam("key")).values(payload=bindparam("sealed"))
    for rows in _batches(connection, table.c.id, table.c.payload, table.c.channel == CHANNEL):
        sealed = [{"key": row.id, "sealed": _sealed_message(seals, row.payload)} for row in rows]
        changed = [new for new, row in zip(sealed, rows, strict=True) if new["sealed"] != row.payload]
        if changed:
            connection.execute(change, changed)


def _sealed_message(seals: Seals, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    sealed = dict(payload)
    if isinstance(text := payload.get("text"), str):
        sealed["text"] = seals.sealed_in(CHANNEL, text)
    if keyboard := payload.get("keyboard"):
        sealed["keyboard"] = [[_sealed_button(seals, button) for button in row] for row in keyboard]
    return sealed


def _sealed_button(seals: Seals, button: Mapping[str, Any]) -> Mapping[str, Any]:
    sealed = {**button, "label": seals.sealed_in(CHANNEL, button["label"])}
    if button.get("data"):
        sealed["data"] = _TO_PERSON.sub(lambda found: found[1] + seals.sealed(CHANNEL, found[2]), button["data"])
    return sealed


def _seal_log(connection: Connection, seals: Seals) -> None:
    """Seal whom somebody took a role from."""
    table = schema.audit
    for row in connection.execute(select(table.c.id, table.c.detail).where(table.c.act == "dismiss")).all():
        sealed = seals.sealed(CHANNEL, row.detail)
        connection.execute(update(table).where(table.c.id == row.id).values(detail=sealed))


def _rename_greetings(connection: Connection, pseudonyms: Pseudonyms) -> None:
    """Give the notes of who was greeted the names that they have now."""
    table = schema.facts
    for name in connection.scalars(select(table.c.name).where(table.c.name.like(f"{GREETED}%"))).all():
        connection.execute(delete(table).where(table.c.name == name))
        who = Address(CHANNEL, name.removeprefix(GREETED))
        facts.write(connection, f"{GREETED}{pseudonyms.of(who)}", "yes")


def _batches(connection: Connection, key: Column[Any], column: Column[Any], *conditions: Any) -> Iterator[list[Any]]:
    """Yield key and value of some rows at a time, each once, in the keys' order."""
    query = select(key, column.label("value") if key is column else column).where(*conditions).order_by(key)
    query, last = query.limit(ROWS_AT_ONCE), None
    while rows := connection.execute(query if last is None else query.where(key > last)).all():
        yield list(rows)
        last = rows[-1][0]


def _rewrite(file: Path) -> None:
    """Write an SQLite file anew, without the pages that were freed: they hold what once stood there."""
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("another program is reading it")
