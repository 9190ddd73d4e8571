from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.batching import Batcher


class Bakery:
    """Bakes what is ordered; the first batch waits until the oven may open."""

    def __init__(self) -> None:
        self.batches: list[Sequence[str]] = []
        self.oven = asyncio.Event()
        self.orders: Batcher[str, str] = Batcher(self._bake, limit=3)

    async def _bake(self, batch: Sequence[str]) -> Sequence[str]:
        self.batches.append(batch)
        await self.oven.wait()
        if "stone" in batch:
            raise ValueError("stones do not bake")
        return [f"baked {item}" for item in batch]


async def test_what_comes_while_a_batch_is_under_way_shares_the_next_ones() -> None:
    bakery = Bakery()
    orders = [bakery.orders.add(item) for item in "abcdef"]
    await asyncio.sleep(0)
    late = bakery.orders.add("g")
    bakery.oven.set()

    assert await asyncio.gather(*orders, late) == [f"baked {item}" for item in "abcdefg"]
    assert bakery.batches == [["a", "b", "c"], ["d", "e", "f"], ["g"]]


async def test_a_batch_that_fails_is_told_to_everybody_of_it_and_to_nobody_else() -> None:
    bakery = Bakery()
    bakery.oven.set()

    bad = await asyncio.gather(*map(bakery.orders.add, ("a", "stone")), return_exceptions=True)

    assert [str(each) for each in bad] == ["stones do not bake"] * 2
    assert await bakery.orders.add("b") == "baked b"


async def test_somebody_who_no_longer_waits_holds_up_nobody() -> None:
    bakery = Bakery()
    impatient, patient = bakery.orders.add("a"), bakery.orders.add("b")
    await asyncio.sleep(0)
    impatient.cancel()
    bakery.oven.set()

    assert await patient == "baked b"
    with pytest.raises(asyncio.CancelledError):
        await impatient
