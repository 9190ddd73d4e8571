"""What people do reaches the bot, and nobody else can do it for them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from starlette.requests import Request

from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.page import ASSETS, FONT
from bot.local.person import Person
from bot.local.person_side import PersonSide
from bot.local.server import LocalServer
from tests.bot.local.wire import Wire, keyboard, next_update


async def test_a_tap_is_answered_once(wired: Wire, person: Person) -> None:
    sent = await wired.result("sendMessage", chat_id=person.chat_id, text="one", reply_markup=keyboard("A"))
    await person.tap("A")
    query = (await next_update(wired))["callback_query"]
    assert (query["data"], query["message"], query["from"]["id"]) == ("A", sent, person.chat_id)
    await wired.result("answerCallbackQuery", callback_query_id=query["id"], text="noted")
    await person.wait_for(lambda _: [answer["text"] for answer in person.answers] == ["noted"])
    assert await wired.refusal("answerCallbackQuery", callback_query_id=query["id"]) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_a_tap_on_a_message_of_before_a_restart_is_still_a_tap(wired: Wire, person: Person) -> None:
    await person.tap_data(4711, "old")
    query = (await next_update(wired))["callback_query"]
    assert query["message"] == {"chat": query["message"]["chat"], "message_id": 4711, "date": 0}


async def test_what_passes_while_a_page_only_begins_to_follow_is_told_to_it(server: LocalServer) -> None:
    api = server.api
    chat = api.join(None, "Sokha", "en")
    request = Request({"type": "http", "path_params": {"chat_id": chat.id}, "headers": [], "query_string": b""})
    stream = (await PersonSide(api).events(request)).body_iterator  # type: ignore[attr-defined]
    kinds = [(await anext(stream)).split()[1] for _ in range(2)]

    api.block(chat)

    assert [*kinds, (await anext(stream)).split()[1]] == ["profile", "received", "profile"]
    await stream.aclose()


async def test_who_blocks_the_bot_gets_nothing_until_they_write_again(wired: Wire, person: Person) -> None:
    await person.block()
    assert await wired.call("sendMessage", chat_id=person.chat_id, text="x") == {
        "ok": False,
        "error_code": 403,
        "description": "Forbidden: bot was blocked by the user",
    }
    await person.say("again")
    updates = await wired.result("getUpdates")
    states = [update["my_chat_member"]["new_chat_member"]["status"] for update in updates[:2]]
    assert states == ["kicked", "member"]
    await wired.result("sendMessage", chat_id=person.chat_id, text="x")


async def test_other_things_than_text_arrive(wired: Wire, person: Person) -> None:
    await person.send_sticker()
    assert (await next_update(wired))["message"]["sticker"]["emoji"] == "👍"


async def test_commands_are_those_of_the_narrowest_scope_and_the_persons_language(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    def menu(word: str) -> list[dict[str, str]]:
        return [{"command": word, "description": word}]

    chat = server.api.chats[person.chat_id]
    await wired.result("setMyCommands", commands=menu("everybody"))
    assert server.api.profile.commands_for(chat) == menu("everybody")
    await wired.result("setMyCommands", commands=menu("khmer"), language_code="km")
    assert server.api.profile.commands_for(chat) == menu("khmer")
    scope = {"type": "chat", "chat_id": person.chat_id}
    await wired.result("setMyCommands", commands=menu("admin"), scope=scope)
    assert server.api.profile.commands_for(chat) == menu("admin")
    await wired.result("deleteMyCommands", scope=scope)
    assert server.api.profile.commands_for(chat) == menu("khmer")
    assert await wired.result("getMyCommands") == menu("everybody")


CHAT, PRIVATE, DEFAULT = "chat", "all_private_chats", "default"


async def test_a_menu_that_is_removed_leaves_the_next_wider_one(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    chat = server.api.chats[person.chat_id]
    by_precedence = [(scope, language) for scope in (CHAT, PRIVATE, DEFAULT) for language in ("km", "")]
    places = [
        {
            "scope": {"type": kind, "chat_id": str(chat.id)} if kind == CHAT else {"type": kind},
            "language_code": language,
        }
        for kind, language in by_precedence
    ]
    for number, place in enumerate(places):
        await wired.result("setMyCommands", commands=[{"command": f"c{number}", "description": "x"}], **place)
    await wired.result("setMyCommands", commands=[{"command": "x", "description": "x"}], language_code="en")

    for number, place in enumerate(places):
        assert [command["command"] for command in server.api.profile.commands_for(chat)] == [f"c{number}"]
        assert await wired.result("getMyCommands", **place) == server.api.profile.commands_for(chat)
        await wired.result("deleteMyCommands", **place)
    assert server.api.profile.commands_for(chat) == []


async def test_a_menu_of_one_chat_is_that_persons_alone(server: LocalServer, wired: Wire, person: Person) -> None:
    menu = [{"command": "retrain", "description": "Train again"}]
    async with Person(server.url) as other:
        await wired.result("setMyCommands", commands=menu, scope={"type": CHAT, "chat_id": person.chat_id})

        assert server.api.profile.commands_for(server.api.chats[person.chat_id]) == menu
        assert server.api.profile.commands_for(server.api.chats[other.chat_id]) == []


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"scope": {"type": "everyone"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": {"type": CHAT}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"scope": {"type": CHAT, "chat_id": 1}}, "chat not found"),
        ({"language_code": "english"}, "invalid language code specified"),
        ({"language_code": "KM"}, "invalid language code specified"),
    ],
)
async def test_a_menu_for_nobody_is_refused(wired: Wire, params: dict[str, Any], reason: str) -> None:
    for method in ("setMyCommands", "getMyCommands", "deleteMyCommands"):
        assert await wired.refusal(method, **params) == f"Bad Request: {reason}"


async def test_a_scope_for_groups_is_refused_for_a_private_chat(wired: Wire, person: Person) -> None:
    scope = {"type": "chat_administrators", "chat_id": person.chat_id}

    assert await wired.refusal("setMyCommands", commands=[], scope=scope) == (
        "Bad Request: can't use specified scope in private chats"
    )


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Start", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "start", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_faulty_command_is_refused(wired: Wire, command: dict[str, str], reason: str) -> None:
    assert await wired.refusal("setMyCommands", commands=[command]) == f"Bad Request: {reason}"


async def test_who_comes_back_sees_the_chat_as_it_stands(server: LocalServer, wired: Wire, person: Person) -> None:
    sent = await wired.result("sendMessage", chat_id=person.chat_id, text="one")
    await wired.result("sendMessage", chat_id=person.chat_id, text="two")
    await wired.result("editMessageText", chat_id=person.chat_id, message_id=sent["message_id"], text="one, edited")
    async with Person(server.url, chat_id=person.chat_id) as returned:
        await returned.wait_for(lambda chat: [message.text for message in chat] == ["one, edited", "two"])


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    await wired.result("sendMessage", chat_id=person.chat_id, text="seen")
    url = f"{server.url}/chat/{person.chat_id}/events"
    async with wired.http.get(url) as stream:
        last = await _event_id(stream)
    await wired.result("sendMessage", chat_id=person.chat_id, text="missed")
    async with wired.http.get(url, headers={"Last-Event-ID": last}) as stream:
        assert await _event_id(stream) > last
        assert b"missed" in await stream.content.readline()


async def _event_id(stream: aiohttp.ClientResponse) -> str:
    async for line in stream.content:
        if line.startswith(b"id: "):
            return line.decode().removeprefix("id: ").strip()
    raise AssertionError("the stream ended")


async def test_people_do_not_see_each_other(server: LocalServer, wired: Wire, person: Person) -> None:
    async with Person(server.url) as other:
        await wired.result("sendMessage", chat_id=person.chat_id, text="for one")
        await wired.result("sendMessage", chat_id=other.chat_id, text="for the other")
        assert (await person.next_message()).text == "for one"
        assert (await other.next_message()).text == "for the other"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Content-Type": "text/plain"}],
)
async def test_other_pages_cannot_speak_for_a_person(
    server: LocalServer, wired: Wire, person: Person, headers: dict[str, str]
) -> None:
    url = f"{server.url}/chat/{person.chat_id}/say"
    async with wired.http.post(
        url, data='{"text": "hi"}', headers={"Content-Type": "application/json", **headers}
    ) as response:
        assert response.status in (403, 415)
    assert await wired.result("getUpdates") == []


@pytest.mark.parametrize("text", ["", "  ", "x" * 4097])
async def test_a_text_that_no_app_would_send_is_refused(
    server: LocalServer, wired: Wire, person: Person, text: str
) -> None:
    async with wired.http.post(f"{server.url}/chat/{person.chat_id}/say", json={"text": text}) as response:
        assert response.status == 400


async def test_the_page_comes_whole_and_loads_nothing_from_elsewhere(server: LocalServer, wired: Wire) -> None:
    async with wired.http.get(server.url) as response:
        page = await response.text()
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "http" not in page
    for name in (*ASSETS, FONT):
        async with wired.http.get(f"{server.url}/page/{name}") as response:
            assert response.status == 200
    async with wired.http.get(f"{server.url}/page/__init__.py") as response:
        assert response.status == 404


async def test_a_server_stops_although_people_and_a_bot_are_waiting() -> None:
    polled = asyncio.Event()

    async def note(call: Call, proceed: Proceed) -> Any:
        polled.set()
        return await proceed()

    server = LocalServer(intercept=note)
    async with asyncio.timeout(10), aiohttp.ClientSession() as http:
        async with server:
            chat = server.api.join(None, "Sokha", "en")
            stream = await http.get(f"{server.url}/chat/{chat.id}/events")
            poll = asyncio.create_task(Wire(server, http).call("getUpdates", timeout=50))
            await polled.wait()
        assert await poll == {"ok": True, "result": []}
        assert (await stream.content.read()).startswith(b"event: profile")


async def test_a_port_that_is_taken_is_an_error_of_the_system(server: LocalServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await LocalServer(port=port).__aenter__()
