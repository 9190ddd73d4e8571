from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.responses import HTMLResponse

from bot.channel import (
    DeliveryError,
    MessageGoneError,
    PersonGoneError,
    RefusedError,
    ThrottledError,
    UnreachableError,
)
from bot.conversation.effects import Button
from bot.local.bot_side import OtherReplyError, Proceed
from bot.local.call import Call
from bot.local.errors import ApiError
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.sealing import SealError, Seals
from bot.telegram.api import BotApi
from bot.telegram.channel import NAME, TelegramChannel
from tests.bot.house import PSEUDONYMS, address_of

KEYBOARD = ((Button("Yes", "y"), Button("Read", url="https://example.org/")),)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c63606060f80f00010401"
    "005fe5c34b0000000049454e44ae426082".replace(" ", "")
)


@asynccontextmanager
async def connected(server: LocalServer) -> AsyncIterator[tuple[TelegramChannel, Person]]:
    api = BotApi(server.token, server.url)
    await api.open()
    async with Person(server.url) as person:
        yield TelegramChannel(api, PSEUDONYMS.seals), person
    await api.close()


async def test_a_message_is_said_redrawn_and_stripped() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        chat = str(person.chat_id)
        message_id = await channel.say(chat, "Yes?", KEYBOARD)
        card = await person.next_message()
        assert (str(card.id), card.text) == (message_id, "Yes?")
        assert [(button.label, button.data, button.url) for button in card.buttons] == [
            ("Yes", "y", None),
            ("Read", None, "https://example.org/"),
        ]

        await channel.redraw(chat, message_id, "Sure?", KEYBOARD)
        await channel.strip(chat, message_id)

        await person.wait_for(lambda chat: chat[-1].text == "Sure?" and not chat[-1].buttons)


async def test_pictures_are_shown_as_an_album_and_one_alone_as_a_picture() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        chat = address_of(person.chat_id).chat
        first = await channel.show_album(chat, [(PIXEL, "One"), (PIXEL, f"Of {chat}"), (PIXEL, "")])
        alone = await channel.show_album(chat, [(PIXEL, "Alone")])
        await person.wait_for(lambda chat: len(chat) == 4)
        *album, picture = person.messages

    assert (str(album[0].id), str(picture.id)) == (first, alone)
    assert [seen.text for seen in album] == ["One", f"Of {person.chat_id}", ""]
    assert len({seen.album for seen in album}) == 1
    assert album[0].album is not None
    assert (picture.text, picture.album) == ("Alone", None)


async def test_seals_are_opened_where_a_message_leaves_and_nowhere_else() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        seal, other = address_of(person.chat_id).chat, address_of(123456789).chat
        remove = ((Button(f"Remove {other}", f"desk:dismiss:{NAME}:{other}"),),)

        await channel.say(seal, f"{seal} and {other}", remove)
        card = await person.next_message()
        await channel.set_menu(seal, [("admins", "Who may")])

        assert card.text == f"{person.chat_id} and 123456789"
        [button] = card.buttons
        assert (button.label, button.data) == ("Remove 123456789", f"desk:dismiss:{NAME}:{other}")


async def test_a_seal_of_another_key_reaches_nobody() -> None:
    async with LocalServer() as server, connected(server) as (channel, _):
        with pytest.raises(SealError):
            await channel.say(Seals("another key of some length").seal(NAME, 7), "Yes?", ())


async def test_a_picture_comes_with_its_caption_and_buttons() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        message_id = await channel.show(str(person.chat_id), PIXEL, "Your result", KEYBOARD)

        shown = await person.next_message()

        assert (str(shown.id), shown.text) == (message_id, "Your result")
        assert [button.label for button in shown.buttons] == ["Yes", "Read"]
        assert await person.picture(shown) == PIXEL


async def test_every_call_has_the_parameters_that_the_bot_api_gives_it() -> None:
    """The names are the Bot API's own; what it requires is always there, and nothing more than is needed."""
    calls: list[Call] = []

    async def note(call: Call, proceed: Proceed) -> object:
        calls.append(call)
        return await proceed()

    async with LocalServer(intercept=note) as server, connected(server) as (channel, person):
        chat = str(person.chat_id)
        message_id = await channel.say(chat, "Yes & no = 100 %?", KEYBOARD)
        await channel.redraw(chat, message_id, "Sure?", ())
        await channel.strip(chat, message_id)
        await channel.show(chat, PIXEL, "Your result", ())

    markup = {
        "inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Read", "url": "https://example.org/"}]]
    }
    sent, edited, stripped, shown = calls[1:]  # after the getMe of the start
    assert sent.object("reply_markup") == markup
    assert sent.text("text") == "Yes & no = 100 %?"
    assert [(call.method, {*call.params}, {*call.uploads}) for call in (sent, edited, stripped, shown)] == [
        ("sendMessage", {"chat_id", "text", "reply_markup"}, set()),
        ("editMessageText", {"chat_id", "message_id", "text"}, set()),
        ("editMessageReplyMarkup", {"chat_id", "message_id"}, set()),
        ("sendPhoto", {"chat_id", "caption"}, {"photo"}),
    ]
    assert {call.text("chat_id") for call in (sent, edited, stripped, shown)} == {chat}
    assert edited.text("message_id") == stripped.text("message_id") == message_id


async def test_an_edit_that_changes_nothing_succeeds() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        chat = str(person.chat_id)
        message_id = await channel.say(chat, "Yes?", ())

        await channel.redraw(chat, message_id, "Yes?", ())
        await channel.strip(chat, message_id)


async def test_a_message_that_is_not_there_is_gone() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        with pytest.raises(MessageGoneError):
            await channel.redraw(str(person.chat_id), "12345", "Yes?", ())
        with pytest.raises(MessageGoneError):
            await channel.strip(str(person.chat_id), "12345")
        with pytest.raises(MessageGoneError):
            await channel.remove(str(person.chat_id), "12345")


async def test_what_a_person_wrote_can_be_removed() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        await person.say("my secret")
        await person.wait_for(lambda chat: len(chat) == 1)

        await channel.remove(str(person.chat_id), str(person.messages[0].id))

        await person.wait_for(lambda chat: len(chat) == 0)


async def test_a_person_who_blocked_the_bot_is_gone() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        await person.block()

        with pytest.raises(PersonGoneError):
            await channel.say(str(person.chat_id), "Yes?", ())


async def test_a_chat_that_never_was_is_gone() -> None:
    async with LocalServer() as server, connected(server) as (channel, _):
        with pytest.raises(PersonGoneError):
            await channel.say("12345", "Yes?", ())


async def test_a_message_that_telegram_will_never_take_is_refused() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        with pytest.raises(RefusedError, match=r"(?i)too long"):
            await channel.say(str(person.chat_id), "x" * 5000, ())


def failing(error: ApiError) -> Callable[[Call, Proceed], Awaitable[object]]:
    async def intercept(call: Call, proceed: Proceed) -> object:
        if call.method == "getMe":
            return await proceed()
        raise error

    return intercept


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ApiError(429, "Too Many Requests: retry after 7", retry_after=7), ThrottledError),
        (ApiError(500, "Internal Server Error"), UnreachableError),
        (ApiError(502, "Bad Gateway"), UnreachableError),
        (ApiError(401, "Unauthorized"), UnreachableError),
        (ApiError(403, "Forbidden: user is deactivated"), PersonGoneError),
        (ApiError(400, "Bad Request: something of tomorrow"), RefusedError),
    ],
)
async def test_telegrams_errors_say_what_to_do_next(error: ApiError, meaning: type[DeliveryError]) -> None:
    server = LocalServer(intercept=failing(error))
    async with server, connected(server) as (channel, person):
        with pytest.raises(meaning) as raised:
            await channel.say(str(person.chat_id), "Yes?", ())

    if isinstance(raised.value, ThrottledError):
        assert raised.value.seconds == 7


async def test_a_server_that_is_not_there_is_unreachable_and_no_token_is_told() -> None:
    async with LocalServer() as server, connected(server) as (channel, person):
        chat = str(person.chat_id)
        await server.__aexit__(None, None, None)

        with pytest.raises(UnreachableError) as raised:
            await channel.say(chat, "Yes?", ())

    assert server.token not in str(raised.value)


async def test_a_proxys_refusal_is_not_taken_for_telegrams() -> None:
    page = OtherReplyError(HTMLResponse("<h1>Forbidden by the firewall</h1>", 403))

    async def firewall(call: Call, proceed: Proceed) -> object:
        if call.method == "getMe":
            return await proceed()
        raise page

    async with LocalServer(intercept=firewall) as server, connected(server) as (channel, person):
        with pytest.raises(UnreachableError):
            await channel.say(str(person.chat_id), "Yes?", ())


async def test_what_telegram_quotes_of_a_message_that_it_refuses_or_of_its_chat_is_not_passed_on() -> None:
    error = ApiError(400, 'Bad Request: can\'t parse "my secret" at offset 3 in chat 123456789')
    server = LocalServer(intercept=failing(error))
    async with server, connected(server) as (channel, person):
        with pytest.raises(RefusedError, match=r'parse "…" at offset 3 in chat …$'):
            await channel.say(str(person.chat_id), "my secret", ())
