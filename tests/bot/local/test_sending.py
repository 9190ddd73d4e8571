"""What people send besides texts arrives as the Bot API writes it; and what they do with what they sent."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.local.page import ASSETS
from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.local.wire import Wire, next_update, picture

VOICE, STICKER = (ASSETS[name].read_bytes() for name in ("voice.ogg", "sticker.webp"))


async def post(wired: Wire, url: str, content: bytes, name: str, media_type: str, **fields: str) -> tuple[int, str]:
    """Send a file's form and return the answer's status and text."""
    form = aiohttp.FormData(fields)
    form.add_field("file", content, filename=name, content_type=media_type)
    async with wired.http.post(url, data=form) as response:
        return response.status, await response.text()


async def received(wired: Wire) -> dict[str, Any]:
    message: dict[str, Any] = (await next_update(wired))["message"]
    return message


async def test_a_photo_a_sticker_and_a_voice_arrive_as_such(server: LocalServer, wired: Wire, person: Person) -> None:
    url = f"{server.url}/chat/{person.chat_id}"
    await post(wired, f"{url}/photo", picture(60, 40), "a.png", "image/png", caption="look")
    photo = await next_update(wired)
    await post(wired, f"{url}/sticker", STICKER, "s.webp", "image/webp")
    sticker = await next_update(wired, after=photo["update_id"])
    await post(wired, f"{url}/voice", VOICE, "v.ogg", "audio/ogg", duration="7")
    voice = (await next_update(wired, after=sticker["update_id"]))["message"]["voice"]

    assert photo["message"]["caption"] == "look"
    assert [(size["width"], size["height"]) for size in photo["message"]["photo"]] == [(60, 40)]
    assert (sticker["message"]["sticker"]["type"], sticker["message"]["sticker"]["width"]) == ("regular", 512)
    assert (voice["duration"], voice["mime_type"], voice["file_size"]) == (7, "audio/ogg", len(VOICE))
    assert "file_name" not in voice
    assert await wired.result("getFile", file_id=voice["file_id"])


@pytest.mark.parametrize(
    ("kind", "content", "fields", "reason"),
    [
        ("photo", b"no picture", {}, "IMAGE_PROCESS_FAILED"),
        ("photo", picture(1, 400), {}, "PHOTO_INVALID_DIMENSIONS"),
        ("voice", VOICE, {"duration": "an hour"}, "duration must be a number of seconds"),
        ("document", b"", {}, "must not be empty"),
    ],
)
async def test_what_no_app_would_send_is_refused(
    server: LocalServer, wired: Wire, person: Person, kind: str, content: bytes, fields: dict[str, str], reason: str
) -> None:
    url = f"{server.url}/chat/{person.chat_id}/{kind}"
    status, text = await post(wired, url, content, "a", "image/png", **fields)

    assert status == 400
    assert reason in text


async def test_an_own_text_is_edited_and_the_bot_told(server: LocalServer, wired: Wire, person: Person) -> None:
    await person.say("/helo")
    sent = await received(wired)
    url = f"{server.url}/chat/{person.chat_id}/edit"
    async with wired.http.post(url, json={"message_id": sent["message_id"], "text": "hello"}) as response:
        assert response.status == 200
    updates = await wired.result("getUpdates")

    edited = updates[-1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (sent["message_id"], "hello")
    assert edited["edit_date"] >= edited["date"]
    assert "entities" not in edited
    await person.wait_for(lambda chat: [seen.text for seen in chat] == ["hello"])


async def test_nothing_else_can_be_edited(server: LocalServer, wired: Wire, person: Person) -> None:
    of_the_bot = await wired.result("sendMessage", chat_id=person.chat_id, text="mine")
    await person.send(location={"latitude": 1.0, "longitude": 2.0})
    place = await received(wired)
    for message_id in (of_the_bot["message_id"], place["message_id"], 1, None):
        body = {"message_id": message_id, "text": "x"}
        async with wired.http.post(f"{server.url}/chat/{person.chat_id}/edit", json=body) as response:
            assert response.status == 400


async def test_the_language_is_that_of_the_last_time_somebody_joined(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    await wired.result("setMyName", name="បុត", language_code="km")
    chat = server.api.chats[person.chat_id]
    assert server.api.profile_for(chat)["name"] == "បុត"
    async with Person(server.url, chat_id=person.chat_id, language="en-GB"):
        assert server.api.profile_for(chat)["name"] == "Survey bot"
        await person.say("hello")

    assert (await received(wired))["from"]["language_code"] == "en-GB"


async def test_somebody_of_before_a_restart_can_be_written_to_before_they_come_back(wired: Wire) -> None:
    async with LocalServer() as former, Person(former.url) as person:
        chat_id = person.chat_id
    await wired.result("sendMessage", chat_id=chat_id, text="still here")
    await wired.result("setMyCommands", commands=[], scope={"type": "chat", "chat_id": chat_id})


async def test_a_forgotten_chat_is_empty_and_goes_on(server: LocalServer, wired: Wire, person: Person) -> None:
    await person.say("hello")
    async with wired.http.post(f"{server.url}/chat/{person.chat_id}/forget", json={}) as response:
        assert response.status == 200
    await wired.result("sendMessage", chat_id=person.chat_id, text="later")
    async with Person(server.url, chat_id=person.chat_id) as returned:
        await returned.wait_for(lambda chat: [seen.text for seen in chat] == ["later"])


async def test_nobody_becomes_the_owner_where_no_bot_offers_it(
    server: LocalServer, wired: Wire, person: Person
) -> None:
    url = f"{server.url}/chat/{person.chat_id}/owner"
    async with wired.http.post(url, json={}) as response:
        assert response.status == 404

    async def link(chat_id: int) -> str | None:
        return f"own_{chat_id}"

    server.offer_ownership(link)
    async with wired.http.post(url, json={}) as response:
        assert await response.json() == {"start": f"own_{person.chat_id}"}
    async with wired.http.post(url, headers={"Origin": "http://evil.example"}, json={}) as response:
        assert response.status == 403
    async with wired.http.post(url) as response:
        assert response.status == 415
