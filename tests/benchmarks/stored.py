"""What stands in the database before a bot starts: half-finished conversations, and a broadcast on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, select, update

from bot.clock import utc_now
from bot.conversation.effects import Say
from bot.pseudonyms import read_or_make
from bot.sealing import Seals
from bot.settings import read_settings
from bot.store import jobs, outbox
from bot.store.database import Store, sqlite_file
from bot.store.letters import Address
from bot.store.schema import cards, imported, people, seen_updates, sessions
from bot.store.schema import outbox as outbox_table
from bot.telegram.channel import NAME
from engine.encoding import label_of
from tests.engine.people import invented_people

APART = 100_000
"""Between the numbers of one copy and of the next."""
_NUMBERS = frozenset({"id", "person_id", "update_id"})
_TEXTS = frozenset({"user_id", "chat_id"})

FIRST_READER = 900_000_001
"""The chat of the first person who only gets a nudge."""


def multiply(database: str, copies: int) -> None:
    """Copy everybody in a database, with all that is stored about them, that many times."""
    seals = read_or_make(read_settings(), sqlite_file(database)).seals
    engine = create_engine(database)
    try:
        with engine.begin() as connection:
            for table in (people, sessions, seen_updates, outbox_table, cards):
                _multiply(connection, table, copies, seals)
    finally:
        engine.dispose()


def _multiply(connection: Connection, table: Table, copies: int, seals: Seals) -> None:
    rows = connection.execute(select(table)).mappings().all()
    for number in range(1, copies + 1):
        connection.execute(insert(table), [_moved(row, number * APART, seals) for row in rows])


def _moved(row: Mapping[Any, Any], by: int, seals: Seals) -> dict[str, Any]:
    values = {str(name): value for name, value in row.items()}
    moved = {name: values[name] + by for name in _NUMBERS & values.keys()}
    ids = {name: int(seals.opened(NAME, values[name])) + by for name in _TEXTS & values.keys()}
    return values | moved | {name: seals.seal(NAME, number) for name, number in ids.items()}


async def put_nudges(database: str, count: int, due_at: datetime) -> None:
    """Put a broadcast to as many chats into the outbox, to be sent from then on."""
    store = Store.open(database)
    try:
        await store.step(partial(_put_nudges, count=count, due_at=due_at))
    finally:
        store.close()


async def put_training(database: str, rows: int) -> None:
    """Let a training on so many imported answers wait for the bot."""
    store = Store.open(database)
    try:
        await store.step(partial(_put_training, rows=rows))
    finally:
        store.close()


def _put_training(connection: Connection, rows: int) -> None:
    survey, codes, classes = invented_people(rows, seed=2)
    now, grades = utc_now(), survey.target.grades
    connection.execute(
        insert(imported),
        [
            {
                "row_id": f"P{number}",
                "answers": {
                    feature.column: int(code) if feature.kind == "binary" else label_of(feature, code)
                    for feature, code in zip(survey.features, person, strict=True)
                },
                "stated": grades[grade].value,
                "source": "invented.csv",
                "imported_at": now,
            }
            for number, (person, grade) in enumerate(zip(codes, classes, strict=True))
        ],
    )
    jobs.add(connection, Address(NAME, str(FIRST_READER)), survey.languages[0], now)


def _put_nudges(connection: Connection, count: int, due_at: datetime) -> None:
    for chat in range(FIRST_READER, FIRST_READER + count):
        outbox.put(
            connection, Address(NAME, str(chat)), [Say("You can go on where you stopped: write /start.")], utc_now()
        )
    connection.execute(update(outbox_table).values(bulk=True, due_at=due_at))
