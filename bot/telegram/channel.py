"""Telegram as a channel: messages to Bot API calls, and its errors to what they mean for delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channel import DeliveryError, MessageGoneError, PersonGoneError, RefusedError, ThrottledError, UnreachableError
from bot.conversation.effects import Keyboard
from bot.telegram.connection import describe, seconds_to_wait

T = TypeVar("T")

NAME = "telegram"

_UNCHANGED = "message is not modified"
_MEANINGS: tuple[tuple[str, type[DeliveryError]], ...] = (
    ("message to edit not found", MessageGoneError),
    ("message can't be edited", MessageGoneError),
    ("message_id_invalid", MessageGoneError),
    ("chat not found", PersonGoneError),
)
"""What Telegram's descriptions of a bad request mean; it gives them no numbers."""


class TelegramChannel:
    """Sends and edits messages."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        """Send a text; see `bot.channel.Channel`."""
        markup = _markup(keyboard)
        message = await self._call(lambda: self._bot.send_message(int(chat), text, reply_markup=markup))
        return str(message.message_id)

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        """Edit a text and its keyboard."""
        markup = _markup(keyboard)
        await self._edit(
            lambda: self._bot.edit_message_text(
                text, chat_id=int(chat), message_id=int(message_id), reply_markup=markup
            )
        )

    async def strip(self, chat: str, message_id: str) -> None:
        """Remove a keyboard."""
        await self._edit(lambda: self._bot.edit_message_reply_markup(chat_id=int(chat), message_id=int(message_id)))

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        """Send a picture."""
        markup = _markup(keyboard)
        message = await self._call(
            lambda: self._bot.send_photo(
                int(chat), picture, caption=caption, reply_markup=markup, filename="result.png"
            )
        )
        return str(message.message_id)

    async def _edit(self, call: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._call(call)
        except _UnchangedError:
            return

    async def _call(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await call()
        except TelegramError as error:
            raise _meaning(error) from None


class _UnchangedError(DeliveryError):
    """The message is already as it should be."""


def _meaning(error: TelegramError) -> DeliveryError:
    if isinstance(error, RetryAfter):
        return ThrottledError(seconds_to_wait(error))
    if isinstance(error, Forbidden):
        return PersonGoneError(error.message)
    if isinstance(error, BadRequest):
        return _meaning_of(error.message)
    if isinstance(error, NetworkError):
        return UnreachableError(describe(error))
    # a token withdrawn meanwhile, or something new: receiving meets it too, and says so
    return UnreachableError(type(error).__name__)


def _meaning_of(description: str) -> DeliveryError:
    words = description.casefold()
    if _UNCHANGED in words:
        return _UnchangedError(description)
    return next((kind(description) for hint, kind in _MEANINGS if hint in words), RefusedError(description))


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data, url=b.url) for b in row] for row in keyboard]
    )
