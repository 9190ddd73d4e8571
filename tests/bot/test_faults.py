"""The fault kit does what it says: otherwise a bot that withstands it withstands nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.balancer import Balancer
from tests.bot.faults import TEN_PERCENT, Faults, Rates
from tests.bot.local.wire import Wire, next_update, wire
from tests.bot.processes import free_port


async def send(faults: Faults, calls: int = 1) -> tuple[list[object], int]:
    """Make calls that send a message; return what came of each, and how many messages the person has."""
    seen: list[object] = []
    async with LocalServer(intercept=faults) as server, Person(server.url) as person, wire(server) as wired:
        for _ in range(calls):
            seen.append(await outcome(wired, person.chat_id))
        with server.api.chats[person.chat_id].follow(0) as changes:
            return seen, changes.qsize()


async def outcome(wired: Wire, chat: int) -> object:
    """Send a message; return the status and the kind of the reply, or the error that stood for one."""
    try:
        async with wired.http.post(f"{wired.base}/sendMessage", json={"chat_id": chat, "text": "hello"}) as response:
            await response.read()
            return response.status, response.content_type
    except aiohttp.ClientError:
        return "cut"


@pytest.mark.parametrize(
    ("rates", "reply", "messages"),
    [
        (Rates(), (200, "application/json"), 1),
        (Rates(internal_error=1), (500, "application/json"), 0),
        (Rates(bad_gateway=1), (502, "text/html"), 0),
        (Rates(reset=1), "cut", 0),
        (Rates(lost_reply=1), "cut", 1),
        (Rates(slow=1, longest=0.01), (200, "application/json"), 1),
        (Rates(throttled=1), (429, "application/json"), 0),
        (Rates(flood=1), (429, "application/json"), 0),
    ],
)
async def test_a_call_meets_the_fault_and_is_carried_out_or_not(rates: Rates, reply: object, messages: int) -> None:
    assert await send(Faults(1, rates)) == ([reply], messages)


async def test_the_same_seed_gives_the_same_faults() -> None:
    rates = Rates(internal_error=0.3, reset=0.3)

    first, second, third = [(await send(Faults(seed, rates), calls=20))[0] for seed in (1, 1, 2)]

    assert first == second != third


async def test_a_chat_that_has_to_wait_is_told_how_long_and_holds_up_no_other() -> None:
    faults = Faults(1, Rates())
    async with (
        LocalServer(intercept=faults) as server,
        wire(server) as wired,
        Person(server.url) as sokha,
        Person(server.url) as dara,
    ):
        faults.close(str(sokha.chat_id), seconds=60)
        refused = await wired.call("sendMessage", chat_id=sokha.chat_id, text="hello")
        await wired.result("sendMessage", chat_id=dara.chat_id, text="hello")

    assert refused["error_code"] == 429
    assert refused["parameters"] == {"retry_after": 60}
    assert faults.impatient == 1


async def test_after_the_wait_the_chat_is_open_again() -> None:
    faults = Faults(1, Rates())
    async with LocalServer(intercept=faults) as server, wire(server) as wired, Person(server.url) as person:
        faults.close(str(person.chat_id), seconds=0)
        await wired.result("sendMessage", chat_id=person.chat_id, text="hello")

    assert faults.impatient == 0


async def test_of_the_ten_percent_about_ten_percent_are_faults() -> None:
    faults = Faults(1, TEN_PERCENT)
    drawn = Counter(faults.fate() for _ in range(10_000))

    assert 0.09 < 1 - drawn[None] / 10_000 < 0.13


# -- updates by polling -----------------------------------------------------------------------------------------


async def test_a_doubled_update_comes_again_with_a_later_batch() -> None:
    async with (
        LocalServer(intercept=Faults(1, Rates(duplicated=1))) as server,
        Person(server.url) as person,
        wire(server) as wired,
    ):
        await person.say("one")
        first = await next_update(wired)
        await person.say("two")

        again = await wired.result("getUpdates", offset=first["update_id"] + 1, timeout=10)

    assert [update["message"]["text"] for update in again] == ["one", "two"]
    assert again[0] == first


async def test_a_reordered_batch_holds_the_same_updates() -> None:
    words = [str(number) for number in range(20)]
    async with (
        LocalServer(intercept=Faults(1, Rates(reordered=1))) as server,
        Person(server.url) as person,
        wire(server) as wired,
    ):
        for word in words:
            await person.say(word)
        batch = [update["message"]["text"] for update in await wired.result("getUpdates")]

    assert batch != words
    assert sorted(batch) == sorted(words)


# -- updates by webhook -----------------------------------------------------------------------------------------


class Worker:
    """Somebody behind the load balancer, who notes what arrives."""

    def __init__(self, status: int = 200) -> None:
        self.received: list[str] = []
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self.server = TestServer(app)
        self._status = status

    async def _take(self, request: web.Request) -> web.Response:
        self.received.append(await request.text())
        return web.Response(status=self._status)

    @property
    def port(self) -> int:
        assert self.server.port is not None
        return self.server.port


async def post(balancer: Balancer, *texts: str) -> list[int]:
    async with aiohttp.ClientSession() as http:
        statuses = []
        for text in texts:
            async with http.post(f"{balancer.url}/hook", data=text) as response:
                statuses.append(response.status)
        return statuses


async def test_workers_take_turns() -> None:
    one, two = Worker(), Worker()
    async with one.server, two.server, Balancer([one.port, two.port]) as balancer:
        assert await post(balancer, "a", "b", "c", "d") == [200] * 4

    assert [len(one.received), len(two.received)] == [2, 2]


async def test_a_dead_worker_is_passed_by() -> None:
    worker = Worker()
    async with worker.server, Balancer([free_port(), worker.port]) as balancer:
        assert await post(balancer, "a", "b") == [200, 200]

    assert worker.received == ["a", "b"]


async def test_where_all_are_dead_telegram_hears_so_and_a_workers_own_no_is_passed_on() -> None:
    refusing = Worker(status=403)
    async with refusing.server, Balancer([free_port()]) as dead, Balancer([refusing.port]) as alive:
        assert await post(dead, "a") == [502]
        assert await post(alive, "a") == [403]


async def test_an_update_may_reach_the_webhook_twice() -> None:
    worker = Worker()
    async with worker.server, Balancer([worker.port], Faults(1, Rates(duplicated=1))) as balancer:
        await post(balancer, "a")
        async with asyncio.timeout(10):
            while len(worker.received) < 2:  # noqa: ASYNC110  # what arrived is all there is to see
                await asyncio.sleep(0.01)

    assert worker.received == ["a", "a"]
