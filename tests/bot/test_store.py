from __future__ import annotations

import asyncio
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from bot.store import database as databases
from bot.store import dialects, facts
from bot.store.database import Store, StoreError, migrations, shown
from bot.store.letters import Address
from bot.store.lock import sole_service
from bot.store.schema import metadata, parked_updates, people, sessions
from tests.postgres import engine_for

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def add_person(connection: Connection) -> None:
    connection.execute(insert(people).values(channel="telegram", user_id="7", created_at=NOON))


def count_people(connection: Connection) -> int:
    return len(connection.execute(select(people)).all())


async def test_a_step_is_there_for_everybody_once_it_returned(store: Store, database: str) -> None:
    await store.step(add_person)

    another_program = engine_for(database)
    with another_program.connect() as connection:
        assert count_people(connection) == 1
    another_program.dispose()


async def test_a_step_that_fails_leaves_nothing(store: Store) -> None:
    def fail_half_way(connection: Connection) -> None:
        add_person(connection)
        raise KeyError("half way")

    with pytest.raises(KeyError):
        await store.step(fail_half_way)

    assert await store.step(count_people) == 0


async def test_two_programs_that_read_and_then_write_lose_nothing(store: Store, database: str) -> None:
    """SQLite's deferred transactions, the driver's default, lose updates or fail here; PostgreSQL needs the lock."""
    await store.step(add_person)
    other = Store.open(database)

    def lengthen(connection: Connection) -> None:
        dialects.lock(connection, [Address("telegram", "7")])
        name = connection.scalar(select(people.c.user_id))
        connection.execute(update(people).values(user_id=f"{name}x"))

    await asyncio.gather(*(each.step(lengthen) for each in [store, other] * 20))
    other.close()

    assert await store.step(lambda connection: connection.scalar(select(people.c.user_id))) == "7" + 40 * "x"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_database_that_does_not_answer_is_waited_for(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(databases, "FIRST_PAUSE", 0.01)
    store = Store.open(database)
    other = sqlite3.connect(tmp_path / "answers.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    step = asyncio.create_task(store.step(add_person))
    async with asyncio.timeout(10):
        while not caplog.messages:  # noqa: ASYNC110  # the log is where people see it, too
            await asyncio.sleep(0.01)
    assert not step.done()
    other.execute("ROLLBACK")
    await step

    assert "the database does not answer (database is locked)" in caplog.messages[0]
    assert "the database answers again, after" in caplog.messages[1]
    assert await store.step(count_people) == 1
    other.close()
    store.close()


async def test_statements_run_in_one_thread_that_is_not_the_loops(store: Store) -> None:
    threads = [await store.step(lambda _: threading.current_thread()) for _ in range(3)]

    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_answer_survives_a_power_cut(store: Store) -> None:
    def settings(connection: Connection) -> tuple[str, int, int]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        mode, synchronous, foreign_keys = (connection.scalar(text(f"PRAGMA {name}")) for name in names)
        return mode, synchronous, foreign_keys

    full = 2
    assert await store.step(settings) == ("wal", full, 1)


async def test_what_hangs_on_a_person_goes_with_the_person(store: Store) -> None:
    def erase(connection: Connection) -> int:
        add_person(connection)
        connection.execute(insert(sessions).values(person_id=1, data={}, survey_hash="", updated_at=NOON))
        connection.execute(people.delete())
        return len(connection.execute(select(sessions)).all())

    assert await store.step(erase) == 0


async def test_workers_that_write_the_same_fact_at_once_do_not_stand_in_each_others_way(
    store: Store, database: str
) -> None:
    """As two do that start at the same moment and both set the webhook."""
    others = [Store.open(database) for _ in range(3)]

    await asyncio.gather(
        *(each.step(partial(facts.write, name=f"fact {number}", value="w")) for number in range(20) for each in others)
    )

    assert await store.step(partial(facts.read, name="fact 19")) == "w"
    for other in others:
        other.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_connection_that_breaks_leaves_nothing_open(store: Store, database: str) -> None:
    reading = text("SELECT id FROM people")
    await store.look(lambda connection: connection.execute(text("SELECT 1")))
    engine = engine_for(database)
    with engine.begin() as connection:
        own = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"))
    engine.dispose()

    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        with pytest.raises(OperationalError):
            await store.look(lambda connection: connection.execute(reading, execution_options={"yield_per": 10}))
        gc.collect()

    assert [str(complaint.message) for complaint in complaints] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_server_that_froze_keeps_nobody_from_stopping(database: str) -> None:
    store = Store.open(database)
    server = await store.step(lambda connection: connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    os.kill(server, signal.SIGSTOP)
    try:
        waiting = asyncio.create_task(store.step(count_people))
        await asyncio.sleep(0.1)

        await asyncio.wait_for(asyncio.to_thread(store.close), 60)
    finally:
        os.kill(server, signal.SIGCONT)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


# -- times ----------------------------------------------------------------------------------------------------


async def test_times_come_back_in_utc(store: Store) -> None:
    in_phnom_penh = NOON.astimezone(timezone(timedelta(hours=7)))

    def keep(connection: Connection) -> datetime | None:
        values = {"channel": "telegram", "kind": "Typed", "error": "", "parked_at": in_phnom_penh}
        connection.execute(insert(parked_updates).values(values))
        return connection.scalar(select(parked_updates.c.parked_at))

    kept = await store.step(keep)

    assert kept == NOON
    assert kept is not None
    assert kept.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(Exception, match="a time without its zone"):
        await store.step(
            lambda connection: connection.execute(
                insert(people).values(channel="telegram", user_id="7", created_at=naive)
            )
        )


# -- opening --------------------------------------------------------------------------------------------------


def test_migrations_walked_up_down_and_up_end_at_the_tables_of_the_code(database: str) -> None:
    engine = engine_for(database)
    with engine.begin() as connection:
        config = migrations(connection)
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(config, "head")

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_tables_of_a_newer_program_are_left_alone(database: str) -> None:
    Store.open(database).close()
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StoreError, match=r"of a newer program \(revision 9999, this one knows \d{4}\): install"):
        Store.open(database)


async def test_before_the_tables_are_changed_the_database_is_copied(database: str, tmp_path: Path) -> None:
    engine = engine_for(database)
    with engine.begin() as connection:
        command.upgrade(migrations(connection), "0001")
        add_person(connection)
    engine.dispose()

    store = Store.open(database, backups=tmp_path / "copies")

    assert await store.step(count_people) == 1
    store.close()
    [copy] = (tmp_path / "copies").glob("before-*.db")
    with sqlite3.connect(copy) as backup:
        assert backup.execute("SELECT user_id FROM people").fetchall() == [("7",)]
        assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    backup.close()
    Store.open(database, backups=tmp_path / "copies").close()
    assert len(list((tmp_path / "copies").iterdir())) == 1


def test_of_several_workers_that_start_at_once_one_makes_the_tables(database: str) -> None:
    with ThreadPoolExecutor(4) as starting:
        stores = list(starting.map(lambda _: Store.open(database), range(4)))

    for store in stores:
        store.close()


async def test_opening_again_keeps_what_is_there(store: Store, database: str) -> None:
    await store.step(add_person)

    again = Store.open(database)

    assert await again.step(count_people) == 1
    again.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("survey.db", "DATABASE_URL: not a database URL; right would be for example sqlite:///survey.db"),
        ("sqlite://", "DATABASE_URL: names no file"),
        ("mysql://bot:geheim@db/bot", "DATABASE_URL: mysql is no database that this program knows; right would be"),
        ("postgresql://bot:geheim@nosuchhost.invalid/bot", r"bot:\*\*\*@nosuchhost.invalid/bot cannot be opened"),
        ("postgresql+nosuchdriver://bot:geheim@db/bot", r"bot:\*\*\*@db/bot cannot be opened"),
    ],
)
def test_a_url_that_leads_nowhere_is_named(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store.open(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear all, this is no database, however long it gets. " * 30, encoding="utf-8")

    with pytest.raises(StoreError, match=r"letter\.db cannot be opened: file is not a database"):
        Store.open(f"sqlite:///{letter}")


def test_a_file_is_shown_as_its_path_and_a_server_without_its_password(tmp_path: Path) -> None:
    assert shown(f"sqlite:///{tmp_path / 'a.db'}") == str(tmp_path / "a.db")
    assert shown("postgresql://bot:geheim@db/bot") == "postgresql://bot:***@db/bot"


# -- one service per file -------------------------------------------------------------------------------------


def test_a_second_service_on_the_same_file_is_refused(tmp_path: Path) -> None:
    with (
        sole_service(tmp_path / "answers.db"),
        pytest.raises(StoreError, match=r"Another bot already works on .*answers\.db\. Stop it first, or give"),
        sole_service(tmp_path / "answers.db"),
    ):
        pass


def test_a_service_that_ended_or_was_killed_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from bot.store.lock import sole_service\n"
        "with sole_service(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    file = tmp_path / "answers.db"
    with subprocess.Popen([sys.executable, "-c", program, str(file)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(StoreError), sole_service(file):
            pass
        other.kill()

    with sole_service(file):
        pass


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_service_leaves_the_file_open_to_backups(store: Store, tmp_path: Path) -> None:
    with sole_service(tmp_path / "answers.db"):
        await store.step(add_person)
        with sqlite3.connect(tmp_path / "answers.db") as original, sqlite3.connect(tmp_path / "copy.db") as copy:
            original.backup(copy)
        original.close()

    assert copy.execute("SELECT user_id FROM people").fetchall() == [("7",)]
    copy.close()
