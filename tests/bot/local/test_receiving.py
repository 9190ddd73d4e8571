"""A bot receives updates by polling or a webhook, each until it is confirmed."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local.person import Person
from bot.local.server import LocalServer
from bot.local.updates import UpdateQueue
from tests.bot.local.wire import Wire, next_update, wire


async def test_a_message_becomes_an_update(wired: Wire, person: Person) -> None:
    await person.start("market-day")
    message = (await next_update(wired))["message"]
    assert message["text"] == "/start market-day"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["chat"]["type"] == "private"
    assert message["chat"]["id"] == message["from"]["id"] == person.chat_id
    assert message["from"]["language_code"] == "km"


async def test_an_update_comes_again_until_the_next_offset_confirms_it(wired: Wire, person: Person) -> None:
    await person.say("one")
    await person.say("two")
    first, second = await wired.result("getUpdates")
    assert await wired.result("getUpdates") == [first, second]
    assert await wired.result("getUpdates", offset=second["update_id"]) == [second]
    assert await wired.result("getUpdates", offset=second["update_id"] + 1) == []


async def test_a_negative_offset_keeps_the_last_ones(wired: Wire, person: Person) -> None:
    for word in ("one", "two", "three"):
        await person.say(word)
    kept = await wired.result("getUpdates", offset=-2)
    assert [update["message"]["text"] for update in kept] == ["two", "three"]


async def test_a_poll_waits_for_the_next_update(wired: Wire, person: Person) -> None:
    poll = asyncio.create_task(wired.result("getUpdates", timeout=30))
    await person.say("at last")
    (update,) = await poll
    assert update["message"]["text"] == "at last"


async def test_of_two_polls_the_one_that_waited_is_ended(wired: Wire, server: LocalServer, person: Person) -> None:
    first = asyncio.create_task(wired.call("getUpdates", timeout=30))
    second = asyncio.create_task(wired.call("getUpdates", timeout=30))
    done, _ = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
    (ended,) = (task.result() for task in done)
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request")
    await person.say("for the other")
    (_, other), _ = await asyncio.wait([first, second])
    assert {first.result()["ok"], second.result()["ok"]} == {True, False}
    assert other.done()


async def test_only_the_wanted_types_of_updates_are_queued(wired: Wire, person: Person) -> None:
    await wired.result("getUpdates", allowed_updates=["callback_query"])
    await person.say("unheard")
    await person.tap_data(1, "heard")
    assert [sorted(update)[0] for update in await wired.result("getUpdates")] == ["callback_query"]


async def test_ids_do_not_start_anew_with_the_server() -> None:
    firsts = set()
    for _ in range(2):
        async with LocalServer() as server, wire(server) as wired, Person(server.url) as person:
            await person.say("hello")
            firsts.add((await next_update(wired))["update_id"])
    assert len(firsts) == 2


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-3, 12)), max_size=30))
def test_a_queue_gives_what_is_not_confirmed_in_order(steps: list[int | None]) -> None:
    """None adds an update; a number confirms up to that many after the first (negative: keeps the last)."""
    queue, expected, number = UpdateQueue(), list[int](), 0
    queue.put("message", {"number": -1})
    first = asyncio.run(queue.poll(0, 1, 0))[0]["update_id"] + 1
    queue.confirm(first)
    for step in steps:
        if step is None:
            queue.put("message", {"number": number})
            expected.append(number)
            number += 1
        else:
            queue.confirm(step if step < 0 else first + step)
            expected = expected[step:] if step < 0 else [n for n in expected if n >= step]
    assert [update["message"]["number"] for update in asyncio.run(queue.poll(0, 100, 0))] == expected


async def test_a_webhook_gets_each_update_until_it_says_200(wired: Wire, person: Person) -> None:
    received: list[tuple[str | None, str]] = []
    enough = asyncio.Event()

    async def webhook(request: web.Request) -> web.Response:
        secret, update = request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()
        received.append((secret, update["message"]["text"]))
        if update["message"]["text"] == "three":
            enough.set()
        return web.Response(status=500 if len(received) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", webhook)
    async with TestServer(app) as target:
        await wired.result("setWebhook", url=str(target.make_url("/hook")), secret_token="geheim", max_connections=1)
        assert "can't use getUpdates method while webhook is active" in await wired.refusal("getUpdates")
        for word in ("one", "two", "three"):
            await person.say(word)
        async with asyncio.timeout(10):
            await enough.wait()
        info = await wired.result("getWebhookInfo")
        await wired.result("deleteWebhook")
    assert received == [("geheim", word) for word in ("one", "one", "two", "three")]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_webhook_is_posted_to_over_as_many_connections_as_it_wants(wired: Wire, person: Person) -> None:
    async with Hook() as hook:
        await wired.result("setWebhook", url=hook.url, max_connections=3)
        for word in ("one", "two", "three", "four"):
            await person.say(word)

        await hook.has(3)
        assert hook.under_way == {"one", "two", "three"}
        assert (await wired.result("getWebhookInfo"))["pending_update_count"] == 4

        hook.answer("two", 200)
        await hook.has(1)
        assert hook.under_way == {"one", "three", "four"}
        assert (await wired.result("getWebhookInfo"))["pending_update_count"] == 3

        for word in ("one", "three", "four"):
            hook.answer(word, 200)
        info = await once_pending(wired, 0)
        assert info["max_connections"] == 3
        assert "last_error_message" not in info


async def test_an_update_that_fails_comes_again_and_holds_up_no_other(wired: Wire, person: Person) -> None:
    async with Hook() as hook:
        await wired.result("setWebhook", url=hook.url, max_connections=2)
        await person.say("one")
        await person.say("two")
        await hook.has(2)

        hook.answer("two", 200)
        hook.answer("one", 503)
        await hook.has(1)

        assert hook.under_way == {"one"}
        info = await wired.result("getWebhookInfo")
        assert info["pending_update_count"] == 1
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        hook.answer("one", 200)


async def test_what_was_not_confirmed_to_a_webhook_is_still_there_for_the_next_receiver(
    wired: Wire, person: Person
) -> None:
    async with Hook() as hook, Hook() as another:
        await wired.result("setWebhook", url=hook.url)
        await person.say("one")
        await person.say("two")
        await hook.has(2)
        hook.answer("one", 200)
        await once_pending(wired, 1)

        await wired.result("setWebhook", url=another.url)
        await another.has(1)
        assert another.under_way == {"two"}

        await wired.result("deleteWebhook")
        assert [update["message"]["text"] for update in await wired.result("getUpdates")] == ["two"]


async def test_what_is_pending_is_dropped_where_the_bot_says_so(wired: Wire, person: Person) -> None:
    async with Hook() as hook:
        await person.say("old")
        await wired.result("setWebhook", url=hook.url, drop_pending_updates=True)
        await person.say("new")
        await hook.has(1)

        assert hook.under_way == {"new"}


@pytest.mark.parametrize("connections", [0, 101])
async def test_a_webhook_has_1_to_100_connections(wired: Wire, connections: int) -> None:
    words = await wired.refusal("setWebhook", url="http://127.0.0.1:9/", max_connections=connections)

    assert "max_connections must be 1 to 100" in words


async def once_pending(wired: Wire, count: int) -> dict[str, Any]:
    """Return what is told of the webhook once so many updates are pending."""
    async with asyncio.timeout(10):
        while True:
            info: dict[str, Any] = await wired.result("getWebhookInfo")
            if info["pending_update_count"] == count:
                return info


class Hook:
    """A webhook that answers each update when it is told to."""

    def __init__(self) -> None:
        self._answers: dict[str, asyncio.Future[int]] = {}
        self._arrivals: asyncio.Queue[str] = asyncio.Queue()
        app = web.Application()
        app.router.add_post("/hook", self._receive)
        self._server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self._server.make_url("/hook"))

    @property
    def under_way(self) -> set[str]:
        """The texts that wait for an answer."""
        return set(self._answers)

    async def has(self, count: int) -> None:
        """Return once so many more updates have arrived."""
        async with asyncio.timeout(10):
            for _ in range(count):
                await self._arrivals.get()

    def answer(self, text: str, status: int) -> None:
        self._answers.pop(text).set_result(status)

    async def _receive(self, request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        answer = self._answers[text] = asyncio.get_running_loop().create_future()
        self._arrivals.put_nowait(text)
        return web.Response(status=await answer)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        for answer in self._answers.values():
            answer.cancel()
        await self._server.close()
