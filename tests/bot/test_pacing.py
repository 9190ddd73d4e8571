from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Pace, reserve
from bot.store.budget import SharedBudget
from bot.store.database import Store

orders = st.lists(st.tuples(st.floats(0, 2), st.integers(1, 12), st.booleans()), max_size=30)


@given(per_second=st.sampled_from([0.4, 1.0, 5.0, 30.0]), orders=orders)
def test_no_second_holds_more_than_the_limit_however_places_are_asked_for(
    per_second: float, orders: list[tuple[float, int, bool]]
) -> None:
    now, passed, places = 1000.0, list[float](), list[float]()
    for later, number, bulk in orders:
        now += later
        made = reserve(passed, now, per_second, number, bulk=bulk)
        passed = made.passed
        places += [now + wait for wait in made.waits]
        assert len(made.waits) == number or bulk
        assert not bulk or not any(made.waits)

    most, window = max(1, int(per_second)), max(1.0, 1 / per_second)
    assert places == sorted(places)
    assert all(later - earlier >= window - 1e-6 for earlier, later in zip(places, places[most:], strict=False))


def test_after_a_quiet_second_nobody_waits() -> None:
    full = reserve([], 0.0, 5, 5).passed

    assert reserve(full, 1.0, 5, 5).waits == [0.0] * 5


@pytest.mark.parametrize(("per_second", "most"), [(30, 20), (5, 3), (1, 1), (0.5, 1)])
def test_bulk_leaves_people_a_third_of_every_second(per_second: float, most: int) -> None:
    made = reserve([], 0.0, per_second, 100, bulk=True)

    assert made.waits == [0.0] * most
    assert reserve(made.passed, 0.5, per_second, 1, bulk=True).waits == []


async def passes(pace: Pace, callers: int) -> list[float]:
    """Return when each of so many callers at once was let through."""
    passed: list[float] = []

    async def caller() -> None:
        await pace.wait()
        passed.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(caller() for _ in range(callers)))
    return passed


async def test_less_than_one_a_second_keeps_its_distance() -> None:
    passed = await passes(Pace(0.8), 2)

    assert all(later - earlier >= 1.24 for earlier, later in pairwise(passed))


async def test_without_a_limit_nobody_waits() -> None:
    async with asyncio.timeout(5):
        assert len(await passes(Pace(0), 1000)) == 1000


async def test_people_go_before_bulk_that_has_waited_longer() -> None:
    pace, let_through = Pace(5), []
    await passes(pace, 5)

    async def caller(name: str, *, bulk: bool) -> None:
        await pace.wait(bulk=bulk)
        let_through.append(name)

    nudges = [asyncio.create_task(caller("nudge", bulk=True)) for _ in range(3)]
    await asyncio.sleep(0)
    answers = [asyncio.create_task(caller("answer", bulk=False)) for _ in range(3)]
    await asyncio.gather(*nudges, *answers)

    assert let_through == ["answer"] * 3 + ["nudge"] * 3


async def test_whoever_stopped_waiting_takes_nobodys_place() -> None:
    pace = Pace(2)
    await passes(pace, 2)
    impatient = asyncio.create_task(pace.wait())
    await asyncio.sleep(0)
    impatient.cancel()

    async with asyncio.timeout(10):
        await pace.wait()


@pytest.mark.parametrize("per_second", [8])
async def test_workers_on_one_database_share_one_budget(store: Store, database: str, per_second: float) -> None:
    other = Store.open(database)
    paces = [Pace(per_second, SharedBudget(each, per_second)) for each in (store, other)]

    passed = sorted([time for each in await asyncio.gather(*(passes(pace, 8) for pace in paces)) for time in each])
    other.close()

    # what two workers see of one clock differs by the time that a step takes
    assert all(later - earlier >= 0.8 for earlier, later in zip(passed, passed[8:], strict=False))
