"""A bot receives updates by polling or a webhook, each until it is confirmed."""

from __future__ import annotations

import asyncio

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
        await wired.result("setWebhook", url=str(target.make_url("/hook")), secret_token="geheim")
        assert "can't use getUpdates method while webhook is active" in await wired.refusal("getUpdates")
        for word in ("one", "two", "three"):
            await person.say(word)
        async with asyncio.timeout(10):
            await enough.wait()
        info = await wired.result("getWebhookInfo")
        await wired.result("deleteWebhook")
    assert received == [("geheim", word) for word in ("one", "one", "two", "three")]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
