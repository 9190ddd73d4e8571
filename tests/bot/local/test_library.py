"""The real client library accepts every reply of the local Bot API server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MenuButtonCommands,
    Message,
    Update,
)
from telegram.error import BadRequest, Conflict, EndPointNotFound, Forbidden, InvalidToken, RetryAfter

from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError
from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.local.wire import picture

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])


@pytest.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with LocalServer() as server:
        yield server


@pytest.fixture
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    async with client(server, server.token) as bot:
        yield bot


@pytest.fixture
async def person(server: LocalServer) -> AsyncIterator[Person]:
    async with Person(server.url) as person:
        yield person


def client(server: LocalServer, token: str) -> Bot:
    return Bot(token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")


async def next_update(bot: Bot, after: int = 0) -> Update:
    (update,) = await bot.get_updates(offset=after + 1, timeout=10, limit=1)
    return update


async def test_a_message_and_a_tap_are_decoded(bot: Bot, person: Person) -> None:
    await person.start("market-day")
    started = await next_update(bot)
    assert started.message is not None
    assert started.message.text == "/start market-day"
    assert started.effective_user is not None
    assert started.effective_user.language_code == "en"

    sent = await bot.send_message(person.chat_id, "Ready?", reply_markup=YES)
    await person.tap("Yes")
    query = (await next_update(bot, started.update_id)).callback_query
    assert query is not None
    assert (query.data, query.message) == ("yes", sent)
    assert await query.answer("noted", show_alert=True)
    await person.wait_for(lambda _: bool(person.answers))


async def test_a_message_is_sent_edited_and_deleted(bot: Bot, person: Person) -> None:
    message = await bot.send_message(person.chat_id, "one", reply_markup=YES, disable_notification=True)
    edited = await message.edit_text("two", reply_markup=YES)
    assert isinstance(edited, Message)
    assert edited.text == "two"
    stripped = await message.edit_reply_markup(None)
    assert isinstance(stripped, Message)
    assert stripped.reply_markup is None
    assert await message.delete()


async def test_pictures_documents_and_albums_go_both_ways(bot: Bot, person: Person) -> None:
    photo = await bot.send_photo(person.chat_id, picture(), caption="chart", reply_markup=YES)
    again = await bot.send_photo(person.chat_id, photo.photo[-1].file_id)
    assert again.photo == photo.photo
    file = await photo.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == picture()
    caption = await photo.edit_caption("new caption")
    assert isinstance(caption, Message)
    assert caption.caption == "new caption"

    document = await bot.send_document(person.chat_id, b"a,b\n1,2\n", filename="answers.csv")
    assert document.document is not None
    assert document.document.file_name == "answers.csv"

    album = await bot.send_media_group(
        person.chat_id, [InputMediaPhoto(picture(), caption="first"), InputMediaPhoto(picture(30, 30))]
    )
    assert [message.caption for message in album] == ["first", None]
    assert len({message.media_group_id for message in album}) == 1


async def test_a_bot_introduces_itself(bot: Bot, person: Person) -> None:
    assert await bot.set_my_name("Survey")
    assert (await bot.get_my_name()).name == (await bot.get_me()).first_name == "Survey"
    assert await bot.set_my_description("Seven questions.")
    assert (await bot.get_my_description()).description == "Seven questions."
    assert await bot.set_my_short_description("Seven.")
    assert (await bot.get_my_short_description()).short_description == "Seven."
    commands = [BotCommand("help", "What I can do")]
    assert await bot.set_my_commands(commands)
    assert await bot.get_my_commands() == tuple(commands)
    assert await bot.delete_my_commands()
    assert await bot.set_chat_menu_button(person.chat_id, MenuButtonCommands())
    assert (await bot.get_chat(person.chat_id)).first_name == "Sokha"
    assert await bot.send_chat_action(person.chat_id, "typing")
    await person.wait_for(lambda _: person.actions == ["typing"])


async def test_a_webhook_is_set_and_deleted(bot: Bot) -> None:
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", allowed_updates=["message"])
    info = await bot.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("http://127.0.0.1:9/hook", ("message",))
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook(drop_pending_updates=False)
    assert (await bot.get_webhook_info()).url == ""


async def test_failures_become_the_librarys_exceptions(bot: Bot, person: Person, server: LocalServer) -> None:
    message = await bot.send_message(person.chat_id, "one")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await message.edit_text("one")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "one")
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendMesage")
    await person.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(person.chat_id, "two")
    with pytest.raises(InvalidToken):
        async with client(server, "1:" + "x" * 35):
            pass


async def test_a_second_poller_ends_the_first(bot: Bot, server: LocalServer) -> None:
    async with client(server, server.token) as other:
        polls = [asyncio.create_task(poller.get_updates(timeout=20)) for poller in (bot, other)]
        done, pending = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
        assert isinstance(done.pop().exception(), Conflict)
        async with Person(server.url) as person:
            await person.say("hello")
            (update,) = await pending.pop()
        assert update.message is not None


async def test_too_many_requests_name_the_pause() -> None:
    async def slow_down(call: Call, proceed: Proceed) -> object:
        if call.method == "sendMessage":
            raise ApiError(429, "Too Many Requests: retry after 7", retry_after=7)
        return await proceed()

    async with LocalServer(intercept=slow_down) as server, client(server, server.token) as bot:
        with pytest.raises(RetryAfter, match="7"):
            await bot.send_message(1, "one")
