from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.pacing import Pace


async def passes(pace: Pace, callers: int) -> list[float]:
    """Return when each of so many callers at once was let through."""
    passed: list[float] = []

    async def caller() -> None:
        await pace.wait()
        passed.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(caller() for _ in range(callers)))
    return passed


@pytest.mark.parametrize("per_second", [5, 20.0])
async def test_no_second_sees_more_than_the_limit(per_second: float) -> None:
    passed = await passes(Pace(per_second), int(per_second) + 3)

    limit = int(per_second)
    assert all(later - earlier >= 0.999 for earlier, later in zip(passed, passed[limit:], strict=False))


async def test_less_than_one_a_second_keeps_its_distance() -> None:
    passed = await passes(Pace(0.8), 2)

    assert all(later - earlier >= 1.249 for earlier, later in pairwise(passed))


async def test_without_a_limit_nobody_waits() -> None:
    async with asyncio.timeout(1):
        assert len(await passes(Pace(0), 1000)) == 1000
