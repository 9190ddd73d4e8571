"""What a bot sends and edits is seen by the person, within Telegram's limits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.local.wire import Wire, keyboard, next_update, picture

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


async def test_a_sent_message_is_returned_and_seen(wired: Wire, person: Person) -> None:
    sent = await wired.result(
        "sendMessage", chat_id=person.chat_id, text="  hello\n", reply_markup=keyboard("Yes", "No")
    )
    seen = await person.next_message()
    assert seen.raw == sent
    assert seen.text == "hello"
    assert [button.label for button in seen.buttons] == ["Yes", "No"]


async def test_message_ids_grow(wired: Wire, person: Person) -> None:
    await person.say("one")
    ids = [(await wired.result("sendMessage", chat_id=person.chat_id, text=str(n)))["message_id"] for n in range(3)]
    assert person.messages[0].id < ids[0] < ids[1] < ids[2]


BUTTON = {"text": "A"}


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": "@somebody"}, "chat not found"),
        ({"text": "x", "reply_markup": keyboard("é" * 32 + "x")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(*map(str, range(101)))}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[BUTTON]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [BUTTON]}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"text": "x", "reply_markup": "{"}, 'can\'t parse parameter "reply_markup" as JSON'),
        ({"text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
    ],
)
async def test_a_faulty_message_is_refused(wired: Wire, person: Person, params: dict[str, Any], reason: str) -> None:
    assert await wired.refusal("sendMessage", **{"chat_id": person.chat_id, **params}) == f"Bad Request: {reason}"
    assert person.messages == []


async def test_limits_are_what_just_fits(wired: Wire, person: Person) -> None:
    await wired.result("sendMessage", chat_id=person.chat_id, text="😀" * 4096, reply_markup=keyboard("é" * 32))


async def test_a_picture_is_uploaded_seen_and_downloaded(server: LocalServer, wired: Wire, person: Person) -> None:
    content = picture(60, 40)
    sent = await wired.upload("sendPhoto", "photo", content, chat_id=person.chat_id, caption="chart")
    size = sent["result"]["photo"][-1]
    assert (size["width"], size["height"], size["file_size"]) == (60, 40, len(content))
    seen = await person.next_message()
    assert seen.text == "chart"
    assert await person.picture(seen) == content
    path = (await wired.result("getFile", file_id=size["file_id"]))["file_path"]
    async with wired.http.get(f"{server.url}/file/bot{server.token}/{path}") as response:
        assert await response.read() == content


async def test_a_picture_is_sent_again_by_its_id(wired: Wire, person: Person) -> None:
    sent = await wired.upload("sendPhoto", "photo", picture(), chat_id=person.chat_id)
    file_id = sent["result"]["photo"][-1]["file_id"]
    await wired.result("sendPhoto", chat_id=person.chat_id, photo=file_id)
    assert [(await person.next_message()).file_id for _ in range(2)] == [file_id, file_id]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture(1000, 40), "PHOTO_INVALID_DIMENSIONS"),
        (picture(5001, 5000), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_fit_picture_is_refused(wired: Wire, person: Person, content: bytes, reason: str) -> None:
    reply = await wired.upload("sendPhoto", "photo", content, chat_id=person.chat_id)
    assert reply["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "unknown"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendMediaGroup", {"media": [{}]}, 'parameter "media" must hold 2 to 10 Objects'),
        (
            "sendMediaGroup",
            {"media": [{"type": "photo", "media": "1"}, {"type": "document", "media": "2"}]},
            "document can't be mixed with other media types",
        ),
        (
            "sendMediaGroup",
            {"media": [{"type": "photo", "media": "attach://nothing"}] * 2},
            "wrong file identifier/HTTP URL specified",
        ),
        ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    ],
)
async def test_a_faulty_file_or_action_is_refused(
    wired: Wire, person: Person, method: str, params: dict[str, Any], reason: str
) -> None:
    assert await wired.refusal(method, chat_id=person.chat_id, **params) == f"Bad Request: {reason}"


async def test_a_long_caption_is_refused(wired: Wire, person: Person) -> None:
    reply = await wired.upload("sendPhoto", "photo", picture(), chat_id=person.chat_id, caption="x" * 1025)
    assert reply["description"] == "Bad Request: message caption is too long"


async def test_a_file_id_that_is_none_is_refused(wired: Wire) -> None:
    assert await wired.refusal("getFile", file_id="unknown") == "Bad Request: invalid file_id"


async def test_an_edit_replaces_text_and_keyboard(wired: Wire, person: Person) -> None:
    sent = await wired.result("sendMessage", chat_id=person.chat_id, text="one", reply_markup=keyboard("A"))
    where = {"chat_id": person.chat_id, "message_id": sent["message_id"]}
    edited = await wired.result("editMessageText", **where, text="two", reply_markup=keyboard("B"))
    assert edited["edit_date"] >= sent["date"]
    await person.wait_for(lambda chat: [message.text for message in chat] == ["two"])
    assert [button.label for button in person.messages[0].buttons] == ["B"]
    await wired.result("editMessageText", **where, text="two")
    await person.wait_for(lambda chat: chat[0].buttons == [])


async def test_an_edit_that_changes_nothing_is_refused(wired: Wire, person: Person) -> None:
    sent = await wired.result("sendMessage", chat_id=person.chat_id, text="one", reply_markup=keyboard("A"))
    same = {"chat_id": person.chat_id, "message_id": sent["message_id"], "reply_markup": keyboard("A")}
    assert await wired.refusal("editMessageText", **same, text=" one ") == NOT_MODIFIED
    assert await wired.refusal("editMessageReplyMarkup", **same) == NOT_MODIFIED
    await wired.result("editMessageText", **same, text="two")
    assert await wired.refusal("editMessageText", **same, text="two") == NOT_MODIFIED


async def test_a_caption_is_edited(wired: Wire, person: Person) -> None:
    sent = await wired.upload("sendPhoto", "photo", picture(), chat_id=person.chat_id, caption="one")
    where = {"chat_id": person.chat_id, "message_id": sent["result"]["message_id"]}
    await wired.result("editMessageCaption", **where, caption="two")
    await person.wait_for(lambda chat: bool(chat) and chat[0].text == "two" and chat[0].file_id is not None)
    assert await wired.refusal("editMessageText", **where, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("editMessageText", "message to edit not found"),
        ("editMessageReplyMarkup", "message to edit not found"),
        ("editMessageCaption", "message to edit not found"),
        ("deleteMessage", "message to delete not found"),
    ],
)
async def test_what_is_not_there_cannot_be_changed(wired: Wire, person: Person, method: str, reason: str) -> None:
    text = {"text": "x"} if method == "editMessageText" else {}
    assert await wired.refusal(method, chat_id=person.chat_id, message_id=1, **text) == f"Bad Request: {reason}"


async def test_a_persons_message_cannot_be_edited(wired: Wire, person: Person) -> None:
    await person.say("mine")
    message_id = (await next_update(wired))["message"]["message_id"]
    assert await wired.refusal("editMessageText", chat_id=person.chat_id, message_id=message_id, text="x") == (
        "Bad Request: message can't be edited"
    )


async def test_a_deleted_message_is_gone(wired: Wire, person: Person) -> None:
    sent = await wired.result("sendMessage", chat_id=person.chat_id, text="one")
    await person.next_message()
    await wired.result("deleteMessage", chat_id=person.chat_id, message_id=sent["message_id"])
    await person.wait_for(lambda chat: not chat)
