"""Receiving by webhook, over real HTTP: the local Bot API server posts, and so does whoever else finds the address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select

from bot.errors import UserError
from bot.incoming import Update
from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError, bad_request
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.service import Service
from bot.store import schema
from bot.store.database import Store
from bot.telegram import webhook
from bot.telegram.api import BotApi
from bot.telegram.updates import WANTED
from bot.telegram.webhook import MAX_BODY, Webhook, WebhookInbox, secret_of
from bot.web import Listener
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS, nobodys_house
from tests.bot.running import RunningBot, answer_everything, begin, free_port, tap_first

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def hooked(home: Survey, trained: Path, database: str) -> AsyncIterator[RunningBot]:
    """Return a bot that receives by webhook."""
    async with RunningBot(home, trained, database, webhook=True) as bot:
        yield bot


# -- conversations ---------------------------------------------------------------------------------------------


async def test_a_conversation_by_webhook_ends_with_a_result(hooked: RunningBot) -> None:
    async with hooked.person() as person:
        await person.start("market-day")
        await answer_everything(person)

        assert person.messages[-2].text.startswith("Your result is ready.")
    columns = schema.responses.c
    [stored] = hooked.stored(select(columns.grade, columns.campaign))
    assert stored.campaign == "market-day"
    assert stored.grade is not None


async def test_every_tap_by_webhook_is_acknowledged(hooked: RunningBot) -> None:
    async with hooked.person() as person:
        await begin(person)
        await tap_first(person)

        await person.wait_for(lambda _: len(person.answers) == 2)


async def test_changing_how_to_receive_in_the_middle_of_a_conversation_loses_and_doubles_nothing(
    running: RunningBot,
) -> None:
    async with running.person() as person:
        await begin(person)
        for number, by_webhook in enumerate((True, False, True, False), 2):
            tap = asyncio.create_task(tap_first(person))  # while the bot is away, or changes over
            await running.stop()
            running.start(webhook=by_webhook)
            assert f"Question {number} of 7" in (await tap).text
        await answer_everything(person)

    assert running.stored(select(func.count(schema.responses.c.id))) == [(1,)]


async def test_what_came_while_the_bot_was_away_is_posted_when_it_is_back(running: RunningBot) -> None:
    async with running.person() as person:
        await begin(person)
        await running.stop()
        await person.say("/help")

        running.start(webhook=True)

        await person.wait_for(lambda chat: "/privacy" in chat[-1].text)


# -- parallel and repeated -------------------------------------------------------------------------------------


async def test_many_people_are_served_at_the_same_time(hooked: RunningBot) -> None:
    people = [hooked.person() for _ in range(20)]
    await asyncio.gather(*(talk(person) for person in people))

    assert hooked.stored(select(func.count(schema.people.c.id))) == [(20,)]


async def talk(person: Person) -> None:
    async with person:
        await begin(person)
        card = await tap_first(person)
        assert "Question 2 of 7" in card.text


async def test_an_update_that_is_posted_again_and_again_counts_once(hooked: RunningBot) -> None:
    async with hooked.person() as person:
        card = await begin(person)
        tap = an_update(person.chat_id, data=card.buttons[0].data, card=card.id)

        answers = await asyncio.gather(*(post(hooked.hook, tap) for _ in range(10)))
        await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)
        again = await post(hooked.hook, tap)
        await tap_first(person)

        assert {*answers, again} == {200}
        assert "Question 3 of 7" in person.messages[-1].text


async def test_a_reply_that_is_lost_brings_the_update_again_and_changes_nothing(hooked: RunningBot) -> None:
    async with hooked.person() as person:
        card = await begin(person)
        tap = an_update(person.chat_id, data=card.buttons[0].data, card=card.id)

        await post_and_hang_up(hooked.hook, tap)
        await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)

        assert await post(hooked.hook, tap) == 200
        await tap_first(person)
        assert "Question 3 of 7" in person.messages[-1].text


async def test_an_update_is_committed_before_it_is_confirmed(hooked: RunningBot) -> None:
    async with hooked.person() as person:
        hello = an_update(person.chat_id, text="/start")

        assert await post(hooked.hook, hello) == 200

        assert hooked.stored(select(schema.seen_updates.c.update_id)) == [(hello["update_id"],)]


# -- what is not taken -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "wrong", "Ω"])
async def test_whoever_does_not_know_the_secret_is_turned_away(hooked: RunningBot, secret: str | None) -> None:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    body = json.dumps(an_update(7, text="/start")).encode()

    assert await post_raw(hooked.hook, body, headers) == 401

    assert hooked.stored(select(schema.seen_updates)) == []


async def test_nothing_of_a_strangers_body_is_read(hooked: RunningBot) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    assert await post_raw(hooked.hook, endless(), {}) == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"secret"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": 1e99}',
        b'{"update_id": 9223372036854775808}',
    ],
)
async def test_what_is_no_update_is_refused(hooked: RunningBot, body: bytes) -> None:
    assert await post_raw(hooked.hook, body) == 400


async def test_a_body_that_is_too_large_is_refused_however_long_it_says_it_is(hooked: RunningBot) -> None:
    body = json.dumps(an_update(1, text="x" * MAX_BODY)).encode()

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    assert await post_raw(hooked.hook, body) == 413
    assert await post_raw(hooked.hook, in_pieces()) == 413
    async with hooked.person() as person:
        await begin(person)


async def test_an_update_that_cannot_be_read_is_parked_and_confirmed(hooked: RunningBot) -> None:
    strange = {"update_id": 42, "message": {"chat": {"id": "seven", "type": "private"}, "text": "secret"}}

    assert await post(hooked.hook, strange) == 200

    [parked] = hooked.stored(select(schema.parked_updates))
    assert parked.kind == "message"
    assert "secret" not in parked.error


async def test_an_update_of_tomorrow_is_confirmed(hooked: RunningBot) -> None:
    assert await post(hooked.hook, {"update_id": 42, "something_of_tomorrow": {}}) == 200


async def test_an_update_that_fails_is_not_confirmed_and_its_words_are_not_logged(
    held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    held.service.fault = RuntimeError("secret")
    held.service.go.set()

    assert await post(held.hook, an_update(7, text="secret")) == 500

    assert "could not be taken in (RuntimeError" in caplog.text
    assert "secret" not in caplog.text


# -- limits, and stopping --------------------------------------------------------------------------------------


async def test_who_posts_while_too_many_wait_is_told_to_come_again(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "MAX_WAITING", 3)
    waiting = [asyncio.create_task(post(held.hook, an_update(7, text="hello"))) for _ in range(3)]
    await held.service.has(3)

    assert await post(held.hook, an_update(7, text="one more")) == 503

    held.service.go.set()
    assert await asyncio.gather(*waiting) == [200, 200, 200]
    assert await post(held.hook, an_update(7, text="again")) == 200


async def test_stopping_finishes_what_is_in_hand_and_takes_nothing_new(held: Held) -> None:
    in_hand = asyncio.create_task(post(held.hook, an_update(7, text="hello")))
    await held.service.has(1)

    held.inbox.stop()

    assert await post(held.hook, an_update(7, text="too late")) == 503
    assert not held.receiving.done()
    held.service.go.set()
    assert await in_hand == 200
    await held.receiving


# -- telling Telegram where to post ----------------------------------------------------------------------------


async def test_the_webhook_is_set_with_all_it_needs(registrar: Registrar) -> None:
    await registrar.start(Webhook("http://127.0.0.1:9/telegram", "geheim"))

    [call] = registrar.calls
    assert {**call.params, "allowed_updates": call.array("allowed_updates")} == {
        "url": "http://127.0.0.1:9/telegram",
        "secret_token": "geheim",
        "max_connections": "100",
        "allowed_updates": list(WANTED),
        "drop_pending_updates": "false",
    }


async def test_the_webhook_is_set_only_where_it_differs(registrar: Registrar) -> None:
    here = Webhook("http://127.0.0.1:9/telegram", "geheim")
    await registrar.start(here)
    await registrar.start(here)
    assert len(registrar.calls) == 1

    await registrar.start(Webhook("http://127.0.0.1:9/elsewhere", "geheim"))
    assert len(registrar.calls) == 2

    await registrar.start(Webhook("http://127.0.0.1:9/elsewhere", "another secret".replace(" ", "_")))
    assert len(registrar.calls) == 3


async def test_the_webhook_is_set_again_after_somebody_deleted_it(registrar: Registrar) -> None:
    here = Webhook("http://127.0.0.1:9/telegram", "geheim")
    await registrar.start(here)

    await registrar.server.api.webhook.set("")
    await registrar.start(here)

    assert len(registrar.calls) == 2


async def test_the_webhook_is_set_again_where_telegram_was_turned_away_as_a_stranger(registrar: Registrar) -> None:
    async def turn_away(request: web.Request) -> web.Response:
        return web.Response(status=401)

    app = web.Application()
    app.router.add_post("/telegram", turn_away)
    async with TestServer(app) as elsewhere, Person(registrar.server.url) as person:
        here = Webhook(str(elsewhere.make_url("/telegram")), "geheim")
        await registrar.start(here)
        await person.say("hello")
        async with asyncio.timeout(10), opened(registrar.server) as api:
            while "last_error_message" not in await api.call("getWebhookInfo", {}):
                pass

        await registrar.start(here)

    assert len(registrar.calls) == 2


async def test_a_url_that_telegram_refuses_is_named(registrar: Registrar) -> None:
    registrar.refusal = bad_request("bad webhook: HTTPS url must be provided for webhook")

    with pytest.raises(UserError, match=r"(?i)WEBHOOK_URL: Telegram refuses it \(.*HTTPS url must be provided"):
        await registrar.start(Webhook("http://127.0.0.1:9/telegram", "geheim"))


def test_all_workers_of_a_token_agree_on_the_secret_and_it_tells_nothing() -> None:
    secret = secret_of("123456:ABC")

    assert secret == secret_of("123456:ABC") != secret_of("123456:ABD")
    assert len(secret) == 64
    assert set(secret) <= set("0123456789abcdef")
    assert "geheim" not in repr(Webhook("https://bot.example.org/telegram", "geheim"))


# -- in hand ---------------------------------------------------------------------------------------------------


class HeldService(Service):
    """Takes updates in only once it is let go, as where the database does not answer."""

    def __init__(self, survey: Survey, store: Store) -> None:
        super().__init__(survey, store, lambda letters: None, worker="this", house=nobodys_house())
        self.go = asyncio.Event()
        self.fault: Exception | None = None
        self._waiting: asyncio.Queue[None] = asyncio.Queue()

    async def has(self, count: int) -> None:
        """Return once so many updates wait."""
        for _ in range(count):
            await self._waiting.get()

    async def handle(self, updates: Sequence[Update]) -> None:
        self._waiting.put_nowait(None)
        await self.go.wait()
        if self.fault is not None:
            raise self.fault
        await super().handle(updates)


@dataclass
class Held:
    """An inbox at work before a service that waits."""

    hook: Webhook
    inbox: WebhookInbox
    service: HeldService
    receiving: asyncio.Task[None]


@pytest.fixture
async def held(home: Survey, store: Store) -> AsyncIterator[Held]:
    port = free_port()
    hook = Webhook(f"http://127.0.0.1:{port}/telegram", "geheim")
    async with LocalServer() as server, opened(server) as api:
        service = HeldService(home, store)
        inbox = WebhookInbox(api, service, store, hook, PSEUDONYMS.seals)
        async with Listener([inbox.route], "127.0.0.1", port):
            receiving = asyncio.create_task(inbox.run())
            yield Held(hook, inbox, service, receiving)
            inbox.stop()
            await receiving


class Registrar:
    """Starts inboxes one after the other, and notes how often a webhook is set."""

    def __init__(self, home: Survey, store: Store) -> None:
        self.server = LocalServer(intercept=self._note)
        self.calls: list[Call] = []
        self.refusal: ApiError | None = None
        self._service = Service(home, store, lambda letters: None, worker="this", house=nobodys_house())
        self._store = store

    async def start(self, hook: Webhook) -> None:
        async with opened(self.server) as api:
            inbox = WebhookInbox(api, self._service, self._store, hook, PSEUDONYMS.seals)
            inbox.stop()
            await inbox.run()

    async def _note(self, call: Call, proceed: Proceed) -> object:
        if call.method == "setWebhook":
            self.calls.append(call)
            if self.refusal is not None:
                raise self.refusal
        return await proceed()


@pytest.fixture
async def registrar(home: Survey, store: Store) -> AsyncIterator[Registrar]:
    registrar = Registrar(home, store)
    async with registrar.server:
        yield registrar


@asynccontextmanager
async def opened(server: LocalServer) -> AsyncIterator[BotApi]:
    api = BotApi(server.token, server.url)
    await api.open()
    try:
        yield api
    finally:
        await api.close()


NUMBERS = count(1)


def an_update(chat_id: int, *, text: str = "", data: str | None = None, card: int = 1) -> dict[str, Any]:
    """Return an update as Telegram writes it: a text, or a tap on a card's button where ``data`` is given."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Sokha"}
    message = {"message_id": card, "date": 1, "chat": {"id": chat_id, "type": "private"}}
    if data is None:
        return {"update_id": next(NUMBERS), "message": {**message, "from": person, "text": text}}
    query = {"id": "1", "from": person, "chat_instance": "1", "message": message, "data": data}
    return {"update_id": next(NUMBERS), "callback_query": query}


async def post(hook: Webhook, update: dict[str, Any]) -> int:
    """Post an update as Telegram does, and return the status of the answer."""
    return await post_raw(hook, json.dumps(update).encode())


async def post_raw(hook: Webhook, body: bytes | AsyncIterator[bytes], headers: Mapping[str, str] | None = None) -> int:
    headers = {SECRET_HEADER: hook.secret} if headers is None else headers
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.post(hook.url, data=body, headers=headers) as response:
                    return response.status
            except aiohttp.ClientConnectorError:  # the bot is only just starting
                await asyncio.sleep(0.01)


async def post_and_hang_up(hook: Webhook, update: dict[str, Any]) -> None:
    """Post an update and do not wait for the answer."""
    body = json.dumps(update).encode()
    url = urlsplit(hook.url)
    _, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(
        f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n{SECRET_HEADER}: {hook.secret}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
