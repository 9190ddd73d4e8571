"""A tiny bot with a card, a picture, files, a menu and an echo, so that the page can be tested before any real bot."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from PIL import Image, ImageDraw
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    Contact,
    Document,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Location,
    Message,
    PhotoSize,
    Sticker,
    Update,
    Voice,
)
from telegram.error import BadRequest

from bot.local.server import LocalServer

FILE_NAME = "ចម្លើយ July 2026.csv"
FILE = "\ufeffFreq_Use\nDaily\n".encode()
LONG = "I compare the fees of several providers before I choose one of them, every single time"
CARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Daily", callback_data="daily")],
        [InlineKeyboardButton(LONG, callback_data="long")],
        [
            InlineKeyboardButton("◀ Back", callback_data="back"),
            InlineKeyboardButton("Send a picture", callback_data="picture"),
        ],
    ]
)


@asynccontextmanager
async def echo_bot(server: LocalServer) -> AsyncIterator[None]:
    """Answer everybody for as long as the block lasts; a fault of the bot fails the test."""
    answering = asyncio.create_task(_answer_everybody(server))
    try:
        yield
    finally:
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


async def _answer_everybody(server: LocalServer) -> None:
    async with Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot") as bot:
        await bot.set_my_name("Echo & <friends>")
        await bot.set_my_description("One card, a picture, and an echo.")
        await bot.set_my_commands([BotCommand("start", "Begin"), BotCommand("help", "What I can do")])
        await bot.set_my_commands([BotCommand("start", "ចាប់ផ្ដើម")], language_code="km")
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=20):
                offset = update.update_id + 1
                await _answer(bot, update)


async def _answer(bot: Bot, update: Update) -> None:
    if update.callback_query:
        await _answer_tap(bot, update.callback_query)
    elif update.my_chat_member and update.my_chat_member.new_chat_member.status == "member":
        await bot.send_message(update.my_chat_member.chat.id, "You let me write again.")
    elif update.edited_message:
        await bot.send_message(update.edited_message.chat_id, f"You changed it to: {update.edited_message.text}")
    elif update.message and update.message.document:
        await _answer_file(bot, update.message, update.message.document)
    elif update.message and update.message.text:
        await _answer_text(bot, update.message, update.message.text)
    elif update.message:
        await bot.send_message(update.message.chat_id, f"You sent {await _told(update.message)}")


async def _told(message: Message) -> str:
    """Return what a bot learns of something that is no text."""
    match message.effective_attachment:
        case Contact() as contact:
            return f"the number {contact.phone_number} of {contact.first_name}"
        case Location() as place:
            return f"the place {place.latitude}, {place.longitude}"
        case Sticker() as sticker:
            return f"a sticker {sticker.width} wide, {await _size(sticker) == sticker.file_size}"
        case Voice() as voice:
            return f"a voice in {voice.mime_type}, {await _size(voice) == voice.file_size}"
        case (*_, PhotoSize() as photo):
            return f"a photo {photo.width} wide with: {message.caption}"
    raise AssertionError(message)


async def _size(file: Sticker | Voice) -> int:
    return len(await (await file.get_file()).download_as_bytearray())


async def _answer_text(bot: Bot, message: Message, text: str) -> None:
    chat_id = message.chat_id
    match text.split():
        case ["/start", *campaign]:
            await bot.send_message(chat_id, f"How often? (campaign: {' '.join(campaign)})", reply_markup=CARD)
        case ["/language"]:
            assert message.from_user is not None
            await bot.send_message(chat_id, f"Your app speaks: {message.from_user.language_code}")
        case ["/file"]:
            await bot.send_document(chat_id, FILE, filename=FILE_NAME, caption="All answers.")
        case ["/album", number]:
            await bot.send_media_group(
                chat_id, [InputMediaPhoto(picture(), caption=f"Picture {place}") for place in range(int(number))]
            )
        case ["/admin"]:
            await bot.set_my_commands([BotCommand("retrain", "Train again")], BotCommandScopeChat(chat_id))
        case ["/resign"]:
            await bot.delete_my_commands(BotCommandScopeChat(chat_id))
        case _:
            await bot.send_message(chat_id, f"You said: {text}")


async def _answer_file(bot: Bot, message: Message, document: Document) -> None:
    try:
        content = await (await document.get_file()).download_as_bytearray()
    except BadRequest as error:
        await bot.send_message(message.chat_id, error.message)
    else:
        words = f"{document.file_name}: {len(content)} bytes, with: {message.caption}"
        await bot.send_message(message.chat_id, words)


async def _answer_tap(bot: Bot, query: CallbackQuery) -> None:
    message = query.message
    assert isinstance(message, Message)
    if query.data == "picture":
        await bot.send_chat_action(message.chat_id, "typing")
        await bot.send_photo(message.chat_id, picture(), caption="A picture. See https://example.org/a?b=1 or /help.")
        await query.answer()
    else:
        await query.answer(f"Noted: {query.data}")
        try:
            await message.edit_text(f"You chose: {query.data}", reply_markup=CARD)
        except BadRequest as error:
            await bot.send_message(message.chat_id, error.message)


def picture() -> bytes:
    """Draw a picture that is larger than a phone's screen."""
    image = Image.new("RGB", (1200, 800), "white")
    draw = ImageDraw.Draw(image)
    for row in range(8):
        draw.rectangle((200, 40 + 95 * row, 300 + 110 * row, 100 + 95 * row), fill="#0b5cb8")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
