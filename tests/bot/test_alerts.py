"""What the owners are told in the chat, and how often."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot import alerts as watching
from bot.alerts import Alerts, Watch, watched_folders
from bot.conversation.effects import Say
from bot.desk.access import Access
from bot.finding import Finding
from bot.owner_texts import TEXTS
from bot.store import outbox, schema
from bot.store.database import Store
from bot.store.letters import Address

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
OWNERS = (Address("telegram", "11"), Address("telegram", "12"))
GB = 1_000_000_000
Usage = namedtuple("Usage", "total used free")  # as shutil returns it


@dataclass
class Room:
    """The owners' chats, the time, and how much of the disk is free."""

    store: Store
    folder: Path
    now: datetime = NOON
    notified: list[Address] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alerts = self.worker()
        self.watch = Watch(self.alerts, self.store, {"the database": self.folder}, clock=lambda: self.now)

    def worker(self, owners: Iterable[Address] = OWNERS) -> Alerts:
        return Alerts(self.store, Access(owners), self.notified.extend, clock=lambda: self.now)

    async def told(self, owner: Address = OWNERS[0]) -> list[str]:
        """Return what the owner was told so far."""
        columns = schema.outbox.c
        query = select(columns.payload).where(columns.chat_id == owner.chat).order_by(columns.id)
        return await self.store.step(lambda connection: [payload["text"] for payload in connection.scalars(query)])

    async def deliver(self) -> None:
        """Let everything in the outbox be delivered."""
        sent = update(schema.outbox).where(schema.unsent).values(sent_at=self.now)
        await self.store.step(lambda connection: connection.execute(sent))

    async def put(self, chat: str, **values: object) -> None:
        await self.store.step(
            partial(outbox.put, address=Address("telegram", chat), messages=[Say("hello")], now=self.now)
        )
        if values:
            theirs = update(schema.outbox).where(schema.outbox.c.chat_id == chat).values(**values)
            await self.store.step(lambda connection: connection.execute(theirs))


@pytest.fixture
def room(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    has_free(monkeypatch, 50 * GB)
    return Room(store, tmp_path)


def has_free(monkeypatch: pytest.MonkeyPatch, free: int, total: int = 100 * GB) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total, total - free, free))


TROUBLE = Finding("disk", "The disk is full.", "The disk has room.")
RELIEF = Finding("disk", None, "The disk has room.")


# -- once -----------------------------------------------------------------------------------------------------


async def test_every_owner_is_told_once_when_it_begins_and_once_when_it_is_over(room: Room) -> None:
    for finding in (RELIEF, TROUBLE, TROUBLE, RELIEF, RELIEF):
        await room.alerts.settle([finding])

    for owner in OWNERS:
        assert await room.told(owner) == ["The disk is full.", "The disk has room."]
    assert room.notified == [*OWNERS, *OWNERS]


async def test_a_condition_that_comes_back_is_told_again(room: Room) -> None:
    for finding in (TROUBLE, RELIEF, TROUBLE):
        await room.alerts.settle([finding])

    assert await room.told() == ["The disk is full.", "The disk has room.", "The disk is full."]


async def test_a_restart_tells_nothing_again(room: Room) -> None:
    await room.alerts.settle([TROUBLE])

    await room.worker().settle([TROUBLE])
    await room.worker().settle([RELIEF])

    assert await room.told() == ["The disk is full.", "The disk has room."]


async def test_of_two_workers_one_tells(room: Room, database: str) -> None:
    other = Store.open(database)
    elsewhere = Alerts(other, Access(OWNERS), room.notified.extend, clock=lambda: NOON)

    for finding in (TROUBLE, RELIEF, TROUBLE):
        await asyncio.gather(room.alerts.settle([finding]), elsewhere.settle([finding]))

    other.close()
    assert await room.told() == ["The disk is full.", "The disk has room.", "The disk is full."]


async def test_without_owners_there_are_log_lines_only(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    await room.worker(owners=()).settle([TROUBLE])

    assert "The disk is full." in caplog.messages
    assert await room.store.step(lambda connection: connection.execute(select(schema.outbox)).all()) == []


async def test_no_log_line_names_an_owner(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    await room.alerts.settle([TROUBLE])

    assert not any(owner.chat in message for message in caplog.messages for owner in OWNERS)


# -- the conditions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("free", "total"), [(1.9 * GB, 100 * GB), (0.9 * GB, 20 * GB), (0.4 * GB, 2 * GB)])
async def test_a_disk_with_less_than_a_twentieth_but_2_gb_at_most_or_500_mb_free_is_low(
    room: Room, monkeypatch: pytest.MonkeyPatch, free: int, total: int
) -> None:
    await room.watch.look()
    has_free(monkeypatch, int(free), total)
    await room.watch.look()
    has_free(monkeypatch, total, total)
    await room.watch.look()

    [low, again] = await room.told()
    assert "Little disk space is left on " in low
    assert "where the database is kept" in low
    assert "There is enough disk space on " in again


async def test_a_disk_at_the_limit_is_not_told_of_to_and_fro(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    for free in (1.9, 2.1, 1.9, 2.3, 2.1):
        has_free(monkeypatch, int(free * GB))
        await room.watch.look()

    assert len(await room.told()) == 1


async def test_a_disk_of_another_machine_is_another_condition(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    has_free(monkeypatch, GB)
    monkeypatch.setattr("socket.gethostname", lambda: "one")
    await room.watch.look()
    has_free(monkeypatch, 50 * GB)
    monkeypatch.setattr("socket.gethostname", lambda: "two")
    await room.watch.look()

    assert len(await room.told()) == 1


def test_the_disks_of_the_database_and_the_models_are_watched(tmp_path: Path) -> None:
    versions = tmp_path / "versions"

    assert watched_folders(tmp_path / "answers.db", versions) == {
        "the database": tmp_path,
        "the trained models": versions,
    }
    assert watched_folders(None, versions) == {"the trained models": versions}


async def test_a_folder_that_is_not_there_yet_is_looked_for_around_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_free(monkeypatch, GB)
    folders = watched_folders(room.folder / "answers.db", room.folder / "not" / "yet")

    await Watch(room.alerts, room.store, folders, clock=lambda: NOON).look()

    [low] = await room.told()
    assert "where the database and the trained models is kept" in low


async def test_messages_that_nobody_sends_are_told_of_until_they_are_sent(room: Room) -> None:
    await room.put("7", due_at=NOON - timedelta(minutes=6))
    await room.watch.look()
    await room.put("7", sent_at=NOON)
    await room.watch.look()

    [stuck, over] = await room.told()
    assert "Messages are stuck: chats that have waited for more than five minutes: 1." in stuck
    assert over == TEXTS["stuck_no_longer"]


async def test_messages_that_were_refused_are_told_of_with_their_reasons(room: Room) -> None:
    await room.put("7", error="Bad Request: can't parse entities")
    await room.put("8", error="Bad Request: can't parse entities")
    await room.watch.look()
    await room.deliver()
    room.now += timedelta(hours=25)
    await room.watch.look()

    [refused, over] = await room.told()
    assert "2 × say: Bad Request: can't parse entities" in refused
    assert over == TEXTS["messages_no_longer"]


async def test_updates_that_were_parked_are_told_of_without_what_they_said(room: Room) -> None:
    errors = [f"KeyError in core.py:{line}" for line in range(7) for _ in range(8 - line)]
    parked = [{"channel": "telegram", "kind": "Typed", "error": error, "parked_at": NOON} for error in errors]
    await room.store.step(lambda connection: connection.execute(insert(schema.parked_updates), parked))

    await room.watch.look()

    [told] = await room.told()
    assert "8 × Typed: KeyError in core.py:0" in told
    assert "… and 2 more kinds" in told


async def test_a_refused_model_is_told_of_until_there_is_one(room: Room) -> None:
    await room.alerts.model_refused("version v1 is refused: model.joblib is damaged")
    await room.alerts.model_in_use()

    [refused, again] = await room.told()
    assert "version v1 is refused: model.joblib is damaged" in refused
    assert again == TEXTS["model_again"]


@pytest.mark.parametrize("over", ["trained", "model in use"])
async def test_a_training_that_failed_is_told_of_until_there_is_a_model(room: Room, over: str) -> None:
    await room.alerts.training_ended(2)
    await (room.alerts.training_ended(0) if over == "trained" else room.alerts.model_in_use())

    [failed, trained] = await room.told()
    assert "(exit code 2)" in failed
    assert trained == TEXTS["training_again"]


async def test_a_database_that_was_away_is_told_of_once_by_all_workers_and_again_the_next_time(room: Room) -> None:
    await room.alerts.database_was_away(42.4)
    await room.worker().database_was_away(41)
    await room.deliver()
    room.now += timedelta(minutes=11)
    await room.watch.look()
    await room.alerts.database_was_away(120)

    assert [text.split(",")[0] for text in await room.told()] == [
        "ℹ️ The database did not answer for 42 seconds",
        "ℹ️ The database did not answer for 120 seconds",
    ]


async def test_a_database_that_stumbled_is_nobodys_news(room: Room) -> None:
    await room.alerts.database_was_away(2)

    assert await room.told() == []


# -- the watch ------------------------------------------------------------------------------------------------


async def test_the_watch_goes_on_after_a_look_that_failed(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 1 // 0))
    watch = asyncio.create_task(room.watch.run())
    async with asyncio.timeout(10):
        while not caplog.messages:  # noqa: ASYNC110  # the log is where people see it, too
            await asyncio.sleep(0.01)

    has_free(monkeypatch, GB)

    async with asyncio.timeout(10):
        while not await room.told():  # noqa: ASYNC110  # the same
            await asyncio.sleep(0.01)
    watch.cancel()


def test_no_text_is_too_long_for_a_message_or_knows_a_survey() -> None:
    for text in TEXTS.values():
        assert len(text) < 400
        assert "money" not in text
