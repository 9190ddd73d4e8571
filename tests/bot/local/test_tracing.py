"""What goes over the wire of a chat is shown to developers: all of this chat, nothing of another, and no token."""

from __future__ import annotations

from typing import Any

from bot.local.person import Person
from bot.local.server import LocalServer
from bot.local.trace import KEPT, Trace
from tests.bot.local.wire import Wire, keyboard, next_update, picture


def entries(server: LocalServer, person: Person) -> list[dict[str, Any]]:
    """Return what is remembered of a person's chat."""
    with server.api.chats[person.chat_id].trace.follow() as queue:
        found = [queue.get_nowait() for _ in range(queue.qsize())]
    return [entry for entry in found if entry is not None]


async def test_updates_and_calls_are_told_in_their_order(server: LocalServer, wired: Wire, person: Person) -> None:
    await person.say("hello")
    await wired.result("sendMessage", chat_id=person.chat_id, text="one", reply_markup=keyboard("A"))
    await person.tap("A")
    tap = (await next_update(wired, after=(await next_update(wired))["update_id"]))["callback_query"]
    await wired.result("answerCallbackQuery", callback_query_id=tap["id"], text="noted")
    told = entries(server, person)

    assert [(entry["kind"], entry["name"]) for entry in told] == [
        ("update", "message"),
        ("call", "sendMessage"),
        ("update", "callback_query"),
        ("call", "answerCallbackQuery"),
    ]
    assert told[0]["body"]["message"]["text"] == "hello"
    assert told[1]["answer"]["result"]["text"] == "one"
    assert told[1]["milliseconds"] >= 0


async def test_a_refused_call_is_told_with_the_reason(server: LocalServer, wired: Wire, person: Person) -> None:
    await wired.refusal("editMessageText", chat_id=person.chat_id, message_id=1, text="x")

    (entry,) = entries(server, person)
    assert entry["answer"]["description"] == "Bad Request: message to edit not found"


async def test_a_form_is_told_legibly_and_its_files_by_name_and_size(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    content = picture()
    markup = '{"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}'
    await wired.upload("sendPhoto", "photo", content, chat_id=person.chat_id, caption="{no object", reply_markup=markup)

    (entry,) = entries(server, person)
    assert entry["body"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "A"
    assert entry["body"]["caption"] == "{no object"
    assert entry["body"]["photo"] == {"file_name": "chart.png", "mime_type": "image/png", "file_size": len(content)}


async def test_nobody_is_told_of_another_chat(server: LocalServer, wired: Wire, person: Person) -> None:
    async with Person(server.url) as other:
        await wired.result("sendMessage", chat_id=other.chat_id, text="for the other")
        scope = {"type": "chat", "chat_id": other.chat_id}
        await wired.result("setMyCommands", commands=[], scope=scope)
        await wired.result("getMe")

        assert entries(server, person) == []
        assert [entry["name"] for entry in entries(server, other)] == ["sendMessage", "setMyCommands"]


async def test_the_stream_begins_with_what_was_and_never_holds_the_token(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    await person.say("hello")
    async with wired.http.get(f"{server.url}/chat/{person.chat_id}/trace") as stream:
        assert await stream.content.readline() == b"event: trace\n"
        assert b"hello" in await stream.content.readline()
        await stream.content.readline()
        await wired.result("sendMessage", chat_id=person.chat_id, text="and on")
        await stream.content.readline()
        line = await stream.content.readline()
    assert b"and on" in line
    assert server.token.encode() not in line


def test_only_the_latest_are_remembered() -> None:
    trace = Trace()
    for number in range(KEPT + 5):
        trace.note_update("message", {"update_id": number})

    with trace.follow() as queue:
        assert queue.qsize() == KEPT
        first = queue.get_nowait()
    assert first is not None
    assert first["body"] == {"update_id": 5}
