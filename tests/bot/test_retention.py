"""Keeping people for so many days: whose time is up is erased with everything, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, Table, cast, func, insert, select, update
from typer.testing import CliRunner

from bot.__main__ import app
from bot.clock import utc_now
from bot.conversation.effects import Say
from bot.desk.access import Access
from bot.retention import ERASED_AT_ONCE, IN_WHOSE_NAME, Retention
from bot.store import schema
from bot.store.backup import back_up
from bot.store.database import Store
from bot.store.letters import Address
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS
from tests.bot.running import RunningBot, answer_everything, begin, stored
from tests.postgres import engine_for

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS = 365
SOKHA, OWNER = Address("telegram", "7000001"), Address("telegram", "7000009")


class Books:
    """A store in which people stand with all that can be kept of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._access = Access([OWNER])

    def retention(self, store: Store | None = None) -> Retention:
        return Retention(store or self.store, self._access, PSEUDONYMS, days=DAYS, clock=lambda: NOW)

    async def write(self, *rows: tuple[Table, dict[str, Any]]) -> None:
        await self.store.step(lambda connection: [connection.execute(insert(table).values(row)) for table, row in rows])

    async def person(self, address: Address, days_ago: float, *, agreed: bool = True) -> None:
        """Let somebody have finished a run so many days ago, with messages in every state."""
        number, at = int(address.chat), NOW - timedelta(days=days_ago)
        chat = {"channel": address.channel, "chat_id": address.chat}
        message = {**chat, "kind": "say", "payload": Say("…"), "created_at": at, "due_at": at, "attempts": 0}
        run = {"run": f"run-{number}", "person_id": number}
        await self.write(
            (schema.people, {"id": number, "channel": "telegram", "user_id": address.chat, "created_at": at}),
            (schema.sessions, {"person_id": number, "data": {}, "survey_hash": "", "updated_at": at}),
            (schema.runs, {**run, "campaign": "market-day", "language": "en", "started_at": at}),
            (schema.reached, {"run": run["run"], "stage": "started", "at": at}),
            (schema.outbox, {**message, "bulk": True}),
            (schema.outbox, {**message, "bulk": False, "sent_at": NOW}),
            (schema.outbox, {**message, "bulk": False, "error": "refused"}),
            (schema.cards, {**chat, "card": 1, "message_id": "1"}),
        )
        if agreed:
            await self.write(
                (schema.reached, {"run": run["run"], "stage": "consented", "at": at}),
                (schema.responses, {**run, "answers": {}, "outcome": "complete", "finished_at": at}),
                (schema.imported, _imported(PSEUDONYMS.of(address))),
                (schema.imported, _imported(f"{PSEUDONYMS.of(address)}-2")),
            )

    async def rows(self, table: Table) -> list[Any]:
        return await self.store.step(lambda connection: list(connection.execute(select(table)).all()))

    async def people(self) -> list[str]:
        return sorted(row.user_id for row in await self.rows(schema.people))

    async def mentions(self, words: str) -> list[str]:
        """Return the tables in which a word stands anywhere."""

        def find(connection: Any) -> list[str]:
            return [
                table.name
                for table in schema.metadata.sorted_tables
                for column in table.columns
                if connection.scalar(
                    select(func.count()).select_from(table).where(cast(column, String).contains(words))
                )
            ]

        return await self.store.step(find)


def _imported(row_id: str) -> dict[str, Any]:
    return {"row_id": row_id, "answers": {}, "stated": "Yes", "source": "old.xlsx", "imported_at": NOW}


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


async def test_of_whose_time_is_up_nothing_is_left_but_that_somebody_came(books: Books) -> None:
    await books.person(SOKHA, days_ago=DAYS + 1)

    assert await books.retention().apply() == 1

    assert await books.mentions(SOKHA.chat) == []
    assert await books.mentions(PSEUDONYMS.of(SOKHA)) == []
    [left] = await books.rows(schema.runs)
    assert (left.person_id, left.campaign, left.ended_by) == (None, "market-day", "erased")
    for table in (schema.sessions, schema.responses, schema.reached, schema.outbox, schema.cards, schema.tombstones):
        assert await books.rows(table) == []


async def test_who_never_agreed_counts_as_somebody_who_came_and_did_not_decide(books: Books) -> None:
    await books.person(SOKHA, days_ago=DAYS + 1, agreed=False)

    await books.retention().apply()

    assert [row.ended_by for row in await books.rows(schema.runs)] == ["undecided"]


async def test_who_wrote_since_keeps_everything(books: Books) -> None:
    await books.person(SOKHA, days_ago=DAYS - 0.01)
    tables = (schema.people, schema.sessions, schema.responses, schema.outbox, schema.cards, schema.imported)
    before = [await books.rows(table) for table in tables]

    assert await books.retention().apply() == 0

    assert [await books.rows(table) for table in tables] == before
    assert await books.rows(schema.audit) == []


async def test_those_who_run_the_bot_are_kept_as_long_as_they_do(books: Books) -> None:
    admin, former = Address("telegram", "7000002"), Address("telegram", "7000003")
    for each in (OWNER, admin, former):
        await books.person(each, days_ago=DAYS + 1)
    await books.write((schema.admins, {"channel": "telegram", "user_id": admin.chat, "role": "admin", "since": NOW}))

    assert await books.retention().apply() == 1

    assert await books.people() == [admin.chat, OWNER.chat]


async def test_everybody_whose_time_is_up_goes_in_small_steps_and_is_counted_in_the_log(books: Books) -> None:
    count = 2 * ERASED_AT_ONCE + 1
    for number in range(count):
        await books.person(Address("telegram", str(7_100_000 + number)), days_ago=DAYS + 2)

    assert await books.retention().apply() == count

    [act] = await books.rows(schema.audit)
    assert (act.user_id, act.act, act.detail) == (IN_WHOSE_NAME.chat, "erase", f"{count} people")


async def test_trainings_go_with_the_time(books: Books) -> None:
    old, lately = NOW - timedelta(days=DAYS + 1), NOW - timedelta(days=1)
    of = {"channel": "telegram", "chat_id": "7000003", "language": "en"}
    await books.write(
        (schema.trainings, {**of, "state": "done", "created_at": old}),
        (schema.trainings, {**of, "state": "done", "created_at": lately}),
        (schema.trainings, {**of, "state": "waiting", "created_at": old}),
        (schema.trainings, {**of, "chat_id": OWNER.chat, "state": "done", "created_at": old}),
    )

    await books.retention().apply()

    assert [row.id for row in await books.rows(schema.trainings)] == [2, 3, 4]


async def test_a_crash_between_leaves_whole_people_for_the_next_time(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    await books.person(SOKHA, days_ago=DAYS + 1)
    with monkeypatch.context() as patch:
        patch.setattr("bot.erasure.people.forget_all", _crash)
        with pytest.raises(ZeroDivisionError):
            await books.retention().apply()

    assert len(await books.rows(schema.reached)) == 2
    assert await books.retention().apply() == 1


def _crash(*_: object) -> None:
    raise ZeroDivisionError


@pytest.fixture
def other_store(database: str, store: Store) -> Iterator[Store]:
    other = Store.open(database)
    yield other
    other.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_several_workers_erase_everybody_once(books: Books, other_store: Store) -> None:
    for number in range(ERASED_AT_ONCE + 5):
        await books.person(Address("telegram", str(7_100_000 + number)), days_ago=DAYS + 2)

    erased = await asyncio.gather(books.retention().apply(), books.retention(other_store).apply())

    assert sum(erased) == ERASED_AT_ONCE + 5
    assert await books.people() == []


# -- the whole bot --------------------------------------------------------------------------------------------


def let_pass(database: str, days: float) -> None:
    """Let everybody have been silent for so long."""
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(update(schema.sessions).values(updated_at=utc_now() - timedelta(days=days)))
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_bot_erases_at_its_start_says_nothing_and_meets_the_person_anew(
    home: Survey, trained: Path, database: str
) -> None:
    async with RunningBot(home, trained, database, retention_days=30) as bot, bot.person() as person:
        await begin(person)
        await answer_everything(person)
        await bot.stop()
        let_pass(database, days=31)
        seen = len(person.messages)

        bot.start(webhook=False)
        async with asyncio.timeout(30):
            while stored(database, select(schema.people)):  # noqa: ASYNC110  # a database has no event for that
                await asyncio.sleep(0.1)

        assert stored(database, select(schema.responses)) == []
        assert len(person.messages) == seen
        await person.start()
        await person.wait_for(lambda chat: "To agree" in chat[-1].text)


def test_a_restored_backup_does_not_bring_back_whose_time_is_up(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(database)
    books = Books(store)

    async def fill() -> None:
        for number, days in ((1, 31), (2, 29), (3, 31)):
            at = utc_now() - timedelta(days=days)
            person = {"id": number, "channel": "telegram", "user_id": str(7_000_000 + number), "created_at": at}
            session = {"person_id": number, "data": {}, "survey_hash": "", "updated_at": at}
            await books.write((schema.people, person), (schema.sessions, session))

    asyncio.run(fill())
    store.close()
    back_up(database, tmp_path / "backup.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path))
    monkeypatch.setenv("RETENTION_DAYS", "30")
    monkeypatch.setenv("ADMIN_IDS", "7000003")

    restored = CliRunner().invoke(app, ["restore", str(tmp_path / "backup.db")])

    assert restored.exit_code == 0, restored.output
    assert "more than 30 days ago, erased: 1." in restored.output
    assert stored(database, select(schema.people.c.id).order_by(schema.people.c.id)) == [(2,), (3,)]
