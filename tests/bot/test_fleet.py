"""Workers on one database: one that dies is noticed by its beat, and what it had in hand goes to another."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from bot import fleet as fleets
from bot.clock import utc_now
from bot.conversation.effects import Say
from bot.fleet import Fleet, new_name
from bot.store import outbox, schema, workers
from bot.store.database import Store
from bot.store.letters import Address

SOKHA = Address("post", "Sokha")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(fleets, "DEAD_AFTER", 0.5)
    monkeypatch.setattr(fleets, "LONGEST_LOOK", 30.0)


class Worker:
    """A worker that only beats and looks around."""

    def __init__(self, store: Store, *, alone: bool = False) -> None:
        self.name = new_name()
        self.store = store
        self.fleet = Fleet(store, self.name, utc_now, alone=alone, sweep=self._sweep)
        self.found: list[Address] = []

    async def _sweep(self) -> None:
        self.found += await self.store.step(outbox.abandoned)

    async def __aenter__(self) -> Worker:
        await self.fleet.join()
        self._task = asyncio.create_task(self.fleet.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def finds(self, address: Address) -> None:
        async with asyncio.timeout(30):
            while address not in self.found:  # noqa: ASYNC110  # what the sweep finds is what counts
                await asyncio.sleep(0.01)

    async def claims(self, address: Address) -> None:
        post = partial(outbox.post, mail={address: [Say("one")]}, worker=self.name, now=utc_now())
        assert len(await self.store.step(post)) == 1


async def names(store: Store) -> set[str]:
    return set(await store.step(lambda connection: connection.scalars(select(schema.workers.c.id)).all()))


async def test_what_a_dead_worker_had_in_hand_is_found_by_another(store: Store) -> None:
    async with Worker(store) as dead:
        await dead.claims(SOKHA)

    async with Worker(store) as alive:
        await alive.finds(SOKHA)
        assert await names(store) == {alive.name}


async def test_a_worker_that_lives_keeps_what_it_has_in_hand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "DEAD_AFTER", 2.0)
    async with Worker(store) as one, Worker(store) as other:
        await one.claims(SOKHA)
        await asyncio.sleep(3)

        assert await names(store) == {one.name, other.name}
        assert other.found == []


async def test_a_worker_that_leaves_hands_over_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "DEAD_AFTER", 3600)
    async with Worker(store) as other:
        async with Worker(store) as leaving:
            await leaving.claims(SOKHA)
            await leaving.fleet.leave()

        await other.finds(SOKHA)


async def test_a_worker_that_is_alone_takes_over_at_its_start(store: Store) -> None:
    async with Worker(store) as dead:
        await dead.claims(SOKHA)

    async with Worker(store, alone=True) as alive:
        assert alive.found == [SOKHA]
        assert await names(store) == {alive.name}


async def test_a_worker_that_was_taken_for_dead_goes_on(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    async with Worker(store) as slow:
        await store.step(partial(workers.bury, name=slow.name))

        async with asyncio.timeout(30):
            while slow.name not in await names(store):  # noqa: ASYNC110  # another process would look likewise
                await asyncio.sleep(0.01)

    assert "taken for dead" in caplog.text


async def test_beats_that_stood_still_while_nobody_looked_bury_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that was away for a minute, or a machine that slept, must not make everybody bury everybody."""
    monkeypatch.setattr(fleets, "LONGEST_LOOK", 0.0)
    async with Worker(store) as silent:
        pass

    async with Worker(store) as looking:
        await asyncio.sleep(1.2)

        assert await names(store) == {silent.name, looking.name}
