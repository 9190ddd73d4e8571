"""What is answered by the way, over real HTTP: a Bot API that writes down what it is asked, and refuses on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.telegram.api import BotApi
from bot.telegram.courtesies import Courtesies
from tests.bot.house import decode

ME = {"id": 99, "is_bot": True, "first_name": "Bot", "username": "Survey_bot"}
SOKHA = {"id": 7, "is_bot": False, "first_name": "Sokha", "language_code": "en-GB"}
GROUP = {"id": -5, "type": "group", "title": "Market"}
CHANNEL = {"id": -6, "type": "channel", "title": "News"}


class Telegram:
    """Writes down the calls that it gets."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self._refuses = refuses

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getMe":
            return web.json_response({"ok": True, "result": ME})
        self.calls.append((method, dict(parse_qsl(await request.text()))))
        if self._refuses:
            return web.json_response({"ok": False, "error_code": 403, "description": "Forbidden"}, status=403)
        return web.json_response({"ok": True, "result": True})

    async def told(self, *updates: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
        """Return what a bot calls when it is told of these updates, none of which is anything to a conversation."""
        async with self.courtesies() as courtesies:
            for update in updates:
                assert decode(update) is None
                courtesies.answer(update)
            await courtesies.finish()
        return self.calls

    @asynccontextmanager
    async def courtesies(self) -> AsyncIterator[Courtesies]:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.answer)
        async with TestServer(app) as server, asyncio.timeout(30):
            api = BotApi("99:x", str(server.make_url("")).rstrip("/"))
            await api.open()
            yield Courtesies(api)
            await api.close()


def membership(chat: Mapping[str, Any], status: str) -> dict[str, Any]:
    old, new = {"status": "left", "user": ME}, {"status": status, "user": ME}
    change = {"chat": chat, "from": SOKHA, "date": 1, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 42, "my_chat_member": change}


def said(chat: Mapping[str, Any], **content: Any) -> dict[str, Any]:
    return {"update_id": 42, "message": {"message_id": 1, "date": 1, "chat": chat, "from": SOKHA, **content}}


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(membership(GROUP, "member"), id="added"),
        pytest.param(membership(GROUP, "administrator"), id="made an administrator"),
        pytest.param(said(GROUP, text="/start@Survey_bot"), id="a command"),
        pytest.param(said(GROUP, text="are you there, @survey_bot"), id="a mention"),
        pytest.param(said({**GROUP, "type": "supergroup"}, text="?", reply_to_message={"from": ME}), id="a reply"),
    ],
)
async def test_a_group_that_brings_the_bot_in_is_told_where_it_talks_and_left(update: dict[str, Any]) -> None:
    calls = await Telegram().told(update)

    [(sent, message), (left, chat)] = calls
    assert (sent, left, chat) == ("sendMessage", "leaveChat", {"chat_id": "-5"})
    assert message["chat_id"] == "-5"
    assert "https://t.me/Survey_bot\n" in message["text"]


async def test_a_channel_is_left_without_a_word_to_its_readers() -> None:
    assert await Telegram().told(membership(CHANNEL, "administrator")) == [("leaveChat", {"chat_id": "-6"})]


async def test_a_group_in_which_the_bot_may_not_write_is_left_as_well() -> None:
    calls = await Telegram(refuses=True).told(membership(GROUP, "member"))

    assert [method for method, _ in calls] == ["sendMessage", "leaveChat"]


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(membership(GROUP, "left"), id="removed"),
        pytest.param(membership(GROUP, "kicked"), id="banned"),
        pytest.param(said(GROUP, text="good morning"), id="words among others"),
        pytest.param(said(GROUP, text="/start@another_bot"), id="another bot's command"),
        pytest.param(said(GROUP, text="write to me@survey_bot"), id="an address"),
        pytest.param(said(GROUP, text="?", reply_to_message={"from": SOKHA}), id="a reply to somebody else"),
        pytest.param(said(GROUP, new_chat_members=[ME]), id="the note that goes with being added"),
        pytest.param(said(GROUP, voice={"file_id": "a"}), id="a voice message"),
    ],
)
async def test_what_is_not_for_the_bot_is_passed_over_in_silence(update: dict[str, Any]) -> None:
    assert await Telegram().told(update) == []


async def test_who_searches_by_the_bots_name_is_offered_the_way_to_it() -> None:
    [(method, parameters)] = await Telegram().told(
        {"update_id": 42, "inline_query": {"id": "5", "from": SOKHA, "query": "my secret", "offset": ""}}
    )

    assert method == "answerInlineQuery"
    assert json.loads(parameters["button"]) == {"text": "Open the survey", "start_parameter": "inline"}
    assert (parameters["inline_query_id"], parameters["results"]) == ("5", "[]")
    assert "secret" not in str(parameters)


@pytest.mark.parametrize("kind", ["inline_query", "my_chat_member", "message", "callback_query"])
@pytest.mark.parametrize("content", [None, 7, [], {}, {"chat": {"type": "group"}}, {"id": 1, "chat": {"id": "x"}}])
async def test_what_makes_no_sense_is_answered_by_nothing(kind: str, content: object) -> None:
    telegram = Telegram()
    async with telegram.courtesies() as courtesies:
        courtesies.answer({"update_id": 42, kind: content})
        await courtesies.finish()

    assert telegram.calls == []
