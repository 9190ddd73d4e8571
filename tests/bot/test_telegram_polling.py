"""Receiving by polling: what it does about a webhook, and that one strange update stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.conversation.events import Typed
from bot.incoming import Incoming, Unreadable, Update
from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.service import Service
from bot.store.database import Store
from bot.telegram.api import BotApi
from bot.telegram.inbox import PollingInbox
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS, nobodys_house


class Taken(Service):
    """Takes updates in, and says when."""

    def __init__(self, survey: Survey, store: Store) -> None:
        super().__init__(survey, store, lambda letters: None, worker="this", house=nobodys_house())
        self.updates: asyncio.Queue[Update] = asyncio.Queue()

    async def handle(self, updates: Sequence[Update]) -> None:
        await super().handle(updates)
        for update in updates:
            self.updates.put_nowait(update)


@pytest.fixture
def service(home: Survey, store: Store) -> Taken:
    return Taken(home, store)


async def receive(server: LocalServer, service: Taken, last: str) -> list[Update]:
    """Poll until this text is committed, and return all that was."""
    api = BotApi(server.token, server.url)
    await api.open()
    inbox = PollingInbox(api, service, PSEUDONYMS.seals)
    running = asyncio.create_task(inbox.run())
    async with asyncio.timeout(10):
        updates = [await service.updates.get()]
        while not (isinstance(updates[-1], Incoming) and updates[-1].event == Typed(last)):
            updates.append(await service.updates.get())
    inbox.stop()
    await running
    await api.close()
    return updates


async def test_a_webhook_is_ended_only_where_there_is_one(service: Taken) -> None:
    deletions: list[Call] = []

    async def note(call: Call, proceed: Proceed) -> object:
        if call.method == "deleteWebhook":
            deletions.append(call)
        return await proceed()

    async with LocalServer(intercept=note) as server, Person(server.url) as person:
        await person.say("one")
        await receive(server, service, last="one")
        assert deletions == []

        await server.api.webhook.set("http://127.0.0.1:9/elsewhere")
        await person.say("two")
        await receive(server, service, last="two")

    [deletion] = deletions
    assert deletion.params == {"drop_pending_updates": "false"}


async def test_a_server_that_tells_nothing_of_webhooks_is_polled_all_the_same(service: Taken) -> None:
    async def know_no_webhooks(call: Call, proceed: Proceed) -> object:
        if call.method == "getWebhookInfo":
            raise ApiError(404, "Not Found: method not found")
        return await proceed()

    async with LocalServer(intercept=know_no_webhooks) as server, Person(server.url) as person:
        await person.say("one")

        assert await receive(server, service, last="one")


async def test_one_strange_update_stops_no_other(service: Taken) -> None:
    async def put_strange_ones_in_front(call: Call, proceed: Proceed) -> object:
        batch: Any = await proceed()
        if call.method != "getUpdates" or not batch:
            return batch
        return [None, {"update_id": "x"}, {"update_id": 1, "message": {"text": []}}, *batch]

    async with LocalServer(intercept=put_strange_ones_in_front) as server, Person(server.url) as person:
        await person.say("one")

        strange, _ = await receive(server, service, last="one")

    assert isinstance(strange, Unreadable)
