"""The table of versions, and the turn at making one: however many workers at once, one is active and one makes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select

from bot.store import models, turn
from bot.store.database import Store
from bot.store.schema import models as table
from bot.store.turn import Turn

if TYPE_CHECKING:
    from tests.postgres import Postgres

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    url = postgres.new_database()
    yield url.replace("postgresql://", "postgresql+psycopg://")
    postgres.drop(url)


@pytest.fixture
def stores(url: str) -> Iterator[list[Store]]:
    """Return the stores of three workers on one database."""
    stores = [Store.open(url) for _ in range(3)]
    yield stores
    for store in stores:
        store.close()


def add(connection: Connection, identity: str, archive: bytes = b"zip") -> None:
    models.add(connection, identity, {"id": identity}, archive, NOON)


def active(connection: Connection) -> list[str]:
    return list(connection.scalars(select(table.c.id).where(table.c.active)))


async def test_a_version_is_stored_with_all_it_has_and_not_active_by_itself(stores: list[Store]) -> None:
    await stores[0].step(partial(add, identity="v1", archive=b"all of it"))

    assert await stores[1].step(models.known) == models.Known(frozenset({"v1"}), None)
    assert await stores[1].step(partial(models.archive, identity="v1")) == b"all of it"
    assert await stores[1].step(partial(models.manifest, identity="v1")) == {"id": "v1"}
    assert await stores[1].step(partial(models.archive, identity="v2")) is None


async def test_a_version_that_all_store_at_once_is_there_once(stores: list[Store]) -> None:
    await asyncio.gather(*(store.step(partial(add, identity="v1")) for store in stores))
    await stores[0].step(partial(add, identity="v1", archive=b"another"))

    assert await stores[0].step(partial(models.archive, identity="v1")) == b"zip"


async def test_one_is_active_however_many_workers_store_and_switch_at_once(stores: list[Store]) -> None:
    def store_and_activate(connection: Connection, identity: str) -> bool:
        before = models.known(connection).active
        add(connection, identity)
        return models.activate(connection, identity, before)

    outcomes = await asyncio.gather(
        *(store.step(partial(store_and_activate, identity=f"v{number}")) for number, store in enumerate(stores * 10))
    )

    assert any(outcomes)
    assert len(await stores[0].step(active)) == 1


async def test_whoever_saw_another_version_active_switches_nothing(stores: list[Store]) -> None:
    for identity in ("v1", "v2", "v3"):
        await stores[0].step(partial(add, identity=identity))
    activate = partial(models.activate, instead_of=None)

    assert await stores[0].step(partial(activate, identity="v1"))
    assert not await stores[1].step(partial(activate, identity="v2"))
    assert not await stores[1].step(partial(models.activate, identity="nothing stored", instead_of="v1"))
    assert await stores[1].step(partial(models.activate, identity="v3", instead_of="v1"))

    assert await stores[0].step(active) == ["v3"]


# -- the turn ---------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "LOOK_SECONDS", 0.02)


@pytest.fixture
async def waits(caplog: pytest.LogCaptureFixture) -> AsyncIterator[asyncio.Event]:
    """Return the event that ends waiting; set when the test is over."""
    caplog.set_level("INFO")
    stop = asyncio.Event()
    yield stop
    stop.set()


async def until_it_waits(caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(30):
        while "another worker is making a model" not in caplog.text:  # noqa: ASYNC110  # the log is where people see it
            await asyncio.sleep(0.01)


async def test_a_turn_is_one_workers_at_a_time(
    url: str, waits: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    had: list[str] = []

    async def take(name: str) -> None:
        async with Turn(url).taken(waits) as ours:
            assert ours
            had.append(f"{name} begins")
            await asyncio.sleep(0.1)
            had.append(f"{name} ends")

    await asyncio.gather(*(take(name) for name in "abc"))

    assert [line.split()[1] for line in had] == ["begins", "ends"] * 3
    assert [line[0] for line in had[::2]] == [line[0] for line in had[1::2]]


async def test_who_is_to_stop_does_not_wait_for_a_turn(
    url: str, waits: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    async def take() -> bool:
        async with Turn(url).taken(waits) as ours:
            return ours

    async with Turn(url).taken(asyncio.Event()) as first:
        second = asyncio.create_task(take())
        await until_it_waits(caplog)
        waits.set()

        assert (first, await second) == (True, False)


HOLD = """
import asyncio, sys
from bot.store.turn import Turn
async def hold():
    async with Turn(sys.argv[1]).taken(asyncio.Event()):
        print("held", flush=True)
        await asyncio.sleep(600)
asyncio.run(hold())
"""


async def test_a_killed_workers_turn_is_the_next_ones(
    url: str, waits: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    async def take() -> bool:
        async with Turn(url).taken(waits) as ours:
            return ours

    other = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, url, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert (await other.stdout.readline()).strip() == b"held"
    waiting = asyncio.create_task(take())
    await until_it_waits(caplog)

    other.kill()

    async with asyncio.timeout(30):
        assert await waiting
    await other.communicate()
