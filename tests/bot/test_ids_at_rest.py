"""Nobody's Telegram id rests anywhere: in no table, file or backup, whichever release wrote it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, inspect, select, text, update

from bot.clock import utc_now
from bot.pseudonyms import KEY_FILE, Pseudonyms, read_or_make
from bot.settings import Settings
from bot.store import facts, ids, schema
from bot.store.backup import back_up, restore
from bot.store.database import Store, StoreError, sqlite_file
from engine.survey import Survey
from tests.bot.desk.staff import admin_of, ask, heard, owner_of
from tests.bot.house import PSEUDONYMS, address_of
from tests.bot.running import RunningBot, answer_everything, begin, stored, tap_first
from tests.postgres import engine_for

SEALS = PSEUDONYMS.seals
NAMED = 123456789
"""An owner whom the settings name."""


def found(database: str, numbers: Iterable[int], *files: Path) -> set[int]:
    """Return those of the numbers that stand in a database or in files, as any program may read them."""
    content = b"".join(path.read_bytes() for path in files)
    if (file := sqlite_file(database)) is not None:
        content += b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    else:
        content += change(database, _everything).encode()
    assert content, "this should be a database with something in it"
    return {number for number in numbers if re.search(rf"(?<!\d){number}(?!\d)".encode(), content)}


def _everything(connection: Connection) -> str:
    tables = inspect(connection).get_table_names()
    return "\n".join(row for table in tables for row in connection.scalars(text(f'SELECT t::text FROM "{table}" t')))


def change(database: str, work: Callable[[Connection], Any]) -> Any:
    """Do something in a database as another program would."""
    engine = engine_for(database)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def as_an_earlier_release_left_it(connection: Connection) -> None:
    """Put ids in the place of all seals."""
    for column in ids.COLUMNS:
        for (seal,) in connection.execute(select(column).distinct()).all():
            opened = {column: SEALS.opened("telegram", seal)}
            connection.execute(update(column.table).where(column == seal).values(opened))
    for row in connection.execute(select(schema.outbox.c.id, schema.outbox.c.payload)).all():
        opened_ = _opened(row.payload)
        connection.execute(update(schema.outbox).where(schema.outbox.c.id == row.id).values(payload=opened_))
    for row in connection.execute(select(schema.audit.c.id, schema.audit.c.detail)).all():
        detail = SEALS.opened("telegram", row.detail)
        connection.execute(update(schema.audit).where(schema.audit.c.id == row.id).values(detail=detail))
    connection.execute(delete(schema.facts).where(schema.facts.c.name.like("greeted:%")))
    connection.execute(delete(schema.facts).where(schema.facts.c.name == ids.STATE_FACT))
    facts.write(connection, f"greeted:{NAMED}", "yes")
    facts.write(connection, ids.KEY_FACT, PSEUDONYMS.fingerprint)


def _opened(stored: Any) -> Any:
    match stored:
        case str():
            return SEALS.opened_in("telegram", stored)
        case dict():
            return {name: _opened(value) for name, value in stored.items()}
        case list():
            return [_opened(value) for value in stored]
    return stored


async def take_over(database: str, pseudonyms: Pseudonyms = PSEUDONYMS) -> None:
    store = Store.open(database)
    try:
        await ids.prepare(store, pseudonyms)
    finally:
        store.close()


# -- what is written now --------------------------------------------------------------------------------------


async def test_after_conversations_and_an_owners_acts_no_id_stands_in_the_database_or_a_backup(
    home: Survey, trained: Path, database: str, tmp_path: Path
) -> None:
    backup = tmp_path / "copies" / "backup.db"
    backup.parent.mkdir()
    async with (
        RunningBot(home, trained, database) as bot,
        bot.person() as person,
        bot.person() as leaver,
        owner_of(bot) as owner,
        admin_of(bot, owner) as admin,
    ):
        await ask(admin, "/campaign Market Day", "is ready")
        await ask(owner, "/admins", str(admin.chat_id))
        await owner.tap(f"Remove {admin.chat_id}")
        await owner.tap("Yes, remove")
        await heard(owner, f"{admin.chat_id} no longer runs the bot")
        log = await ask(owner, "/audit", "Who did what")
        await begin(person)
        await answer_everything(person)
        await begin(leaver)
        await leaver.block()
        await leaver.say("Daily")
        everybody = {each.chat_id for each in (owner, admin, person, leaver)}
        await asyncio.to_thread(back_up, database, backup)

        assert found(database, everybody, backup) == set()

    assert f"{owner.chat_id} (you): dismiss {admin.chat_id}" in log.text
    assert found(database, everybody) == set()
    assert {address_of(number).chat for number in everybody} == {
        name
        for column in (schema.people.c.user_id, schema.audit.c.user_id)
        for (name,) in stored(database, select(column))
    }


def test_a_backup_does_not_hold_the_key(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'survey.db'}"
    Store.open(database).close()
    read_or_make(Settings(), tmp_path / "survey.db")
    asyncio.run(take_over(database))

    back_up(database, tmp_path / "backup.db")

    key = (tmp_path / KEY_FILE).read_bytes().strip()
    for file in ("survey.db", "backup.db"):
        assert key not in (tmp_path / file).read_bytes()


# -- what earlier releases wrote ------------------------------------------------------------------------------


async def test_ids_of_an_earlier_release_are_sealed_at_the_start_and_people_go_on(
    home: Survey, trained: Path, database: str
) -> None:
    async with (
        RunningBot(home, trained, database, owners=[NAMED]) as bot,
        bot.person() as person,
        bot.person(NAMED) as owner,
    ):
        await owner.start()
        async with admin_of(bot, owner) as admin:
            listed = await ask(owner, "/admins", str(admin.chat_id))
            await owner.tap(f"Remove {admin.chat_id}")
            await owner.tap("Yes, remove")
            await heard(owner, f"{admin.chat_id} no longer runs the bot")
            await begin(person)
            await tap_first(person)
            everybody = {each.chat_id for each in (owner, admin, person)}
            await bot.stop()
            change(database, as_an_earlier_release_left_it)
            assert found(database, everybody) == everybody

            await take_over(database)

            assert found(database, everybody) == set()
            bot.start(webhook=False)
            assert "Question 3 of 7" in (await tap_first(person)).text
            await owner.tap_data(listed.id, f"desk:dismiss:telegram:{admin.chat_id}")  # as it looked then
            await heard(owner, f"{admin.chat_id} no longer run the bot?")
            log = await ask(owner, "/audit", f"dismiss {admin.chat_id}")

    assert f"{NAMED} (you): invite admin" in log.text
    assert found(database, everybody) == set()
    greetings = [name for (name,) in stored(database, select(schema.facts.c.name)) if name.startswith("greeted:")]
    assert greetings == [f"greeted:{PSEUDONYMS.of(address_of(NAMED))}"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_of_workers_that_start_at_once_one_seals(database: str) -> None:
    Store.open(database).close()
    change(database, partial(take_in, numbers=range(10**9, 10**9 + 3000)))

    await asyncio.gather(*(take_over(database) for _ in range(3)))

    people = select(schema.people.c.user_id).order_by(schema.people.c.id)
    assert stored(database, people) == [(address_of(number).chat,) for number in range(10**9, 10**9 + 3000)]


async def test_an_older_backup_is_sealed_before_it_is_restored(database: str, tmp_path: Path) -> None:
    numbers = range(10**9, 10**9 + 20)
    older = f"sqlite:///{tmp_path / 'older' / 'answers.db'}"
    Store.open(older).close()
    change(older, partial(take_in, numbers=numbers))
    back_up(older, tmp_path / "older.db")
    assert found(older, numbers, tmp_path / "older.db") == set(numbers)

    restore(database, tmp_path / "older.db", tmp_path / "copies", utc_now(), PSEUDONYMS)

    assert found(database, numbers) == set()
    sealed = {name for (name,) in stored(database, select(schema.people.c.user_id))}
    assert sealed == {address_of(number).chat for number in numbers}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_file_that_another_program_reads_is_written_anew_at_the_next_start(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ids, "BUSY_SECONDS", 0.1)
    Store.open(database).close()
    change(database, partial(take_in, numbers=range(10**9, 10**9 + 500)))

    with closing(sqlite3.connect(sqlite_file(database) or "", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        await take_over(database)
        assert "could not be written anew" in caplog.text
        assert found(database, [10**9]), "what the reader sees is still there"
    await take_over(database)

    assert found(database, range(10**9, 10**9 + 500)) == set()


# -- another key ----------------------------------------------------------------------------------------------


async def test_another_key_than_before_is_refused_and_changes_nothing(database: str, tmp_path: Path) -> None:
    await take_over(database)
    change(database, partial(take_in, numbers=[7]))
    back_up(database, tmp_path / "backup.db")
    another = Pseudonyms("another key of some length")

    with pytest.raises(StoreError, match=r"^DATA_KEY: .* Put the old key back: .*DATA_KEY_FILE.*data\.key.*lost"):
        await take_over(database, another)
    with pytest.raises(StoreError, match=r"^DATA_KEY: .*backup\.db"):
        restore(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "backup.db", tmp_path, utc_now(), another)

    await take_over(database)
    assert not (tmp_path / "new.db").exists()


async def test_where_nobody_is_stored_another_key_is_taken(database: str) -> None:
    await take_over(database)

    await take_over(database, Pseudonyms("another key of some length"))

    assert Pseudonyms("another key of some length").fingerprint in {
        value for (value,) in stored(database, select(schema.facts.c.value))
    }


def take_in(connection: Connection, numbers: Iterable[int]) -> None:
    """Store people as an earlier release did, by what Telegram calls them."""
    rows = [{"channel": "telegram", "user_id": str(number), "created_at": utc_now()} for number in numbers]
    connection.execute(insert(schema.people), rows)
