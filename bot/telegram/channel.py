"""Telegram as a channel: messages to Bot API calls, and its errors to what they mean for delivery."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channel import DeliveryError, MessageGoneError, PersonGoneError, RefusedError, ThrottledError, UnreachableError
from bot.conversation.effects import Button, Keyboard
from bot.sealing import Seals
from bot.telegram.api import BotApi
from bot.telegram.connection import describe, seconds_to_wait
from bot.telegram.transport import FILE_SECONDS, READ_SECONDS, Files

NAME = "telegram"

_UNCHANGED = "message is not modified"
_MEANINGS: tuple[tuple[str, type[DeliveryError]], ...] = (
    ("message to edit not found", MessageGoneError),
    ("message can't be edited", MessageGoneError),
    ("message_id_invalid", MessageGoneError),
    ("message to delete not found", MessageGoneError),
    ("message can't be deleted", MessageGoneError),
    ("chat not found", PersonGoneError),
)
"""What Telegram's descriptions of a bad request mean; it gives them no numbers."""


class TelegramChannel:
    """Sends and edits messages.

    The library's own methods would make an object of every button and of every message that comes back; of all
    that a message's number is what we keep.

    Everything else knows chats, and people that a text mentions, by their seals only: they are opened here.
    """

    def __init__(self, api: BotApi, seals: Seals) -> None:
        self._api = api
        self._seals = seals

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        """Send a text; see `bot.channel.Channel`."""
        message = await self._call("sendMessage", {**self._chat(chat), **self._content(text, keyboard)})
        return str(message["message_id"])

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        """Edit a text and its keyboard."""
        content = self._content(text, keyboard)
        await self._edit("editMessageText", {**self._chat(chat), "message_id": message_id, **content})

    async def strip(self, chat: str, message_id: str) -> None:
        """Remove a keyboard."""
        await self._edit("editMessageReplyMarkup", {**self._chat(chat), "message_id": message_id})

    async def remove(self, chat: str, message_id: str) -> None:
        """Remove a message; Telegram allows it for two days."""
        await self._call("deleteMessage", {**self._chat(chat), "message_id": message_id})

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        """Send a picture."""
        files = {"photo": ("result.png", picture, "image/png")}
        content = self._content(caption, keyboard, "caption")
        message = await self._call("sendPhoto", {**self._chat(chat), **content}, files)
        return str(message["message_id"])

    async def show_album(self, chat: str, pictures: Sequence[tuple[bytes, str]]) -> str:
        """Send pictures as an album; Telegram makes one of two to ten."""
        if len(pictures) == 1:
            [(picture, caption)] = pictures
            return await self.show(chat, picture, caption, ())
        files = {
            f"picture{place}": ("picture.png", picture, "image/png") for place, (picture, _) in enumerate(pictures)
        }
        media = [
            {"type": "photo", "media": f"attach://{name}", **self._content(caption, (), "caption")}
            for name, (_, caption) in zip(files, pictures, strict=True)
        ]
        messages = await self._call("sendMediaGroup", {**self._chat(chat), "media": media}, files, FILE_SECONDS)
        return str(messages[0]["message_id"])

    async def send_file(self, chat: str, file: Path, name: str, caption: str, keyboard: Keyboard) -> str:
        """Send a file under a name."""
        with file.open("rb") as content:
            files = {"document": (name, content, "application/octet-stream")}
            parameters = {**self._chat(chat), **self._content(caption, keyboard, "caption")}
            message = await self._call("sendDocument", parameters, files, FILE_SECONDS)
        return str(message["message_id"])

    async def fetch(self, file_id: str, target: Path) -> None:
        """Download what a person sent."""
        try:
            await self._api.download(file_id, target)
        except TelegramError as error:
            raise _meaning(error) from None

    async def set_menu(self, chat: str, commands: Sequence[tuple[str, str]]) -> None:
        """Let a chat's own menu list these commands; without any it is everybody's menu again."""
        scope = {"type": "chat", "chat_id": int(self._seals.opened(NAME, chat))}
        menu = [{"command": name, "description": description} for name, description in commands]
        if menu:
            await self._call("setMyCommands", {"commands": menu, "scope": scope})
        else:
            await self._call("deleteMyCommands", {"scope": scope})

    def _chat(self, chat: str) -> dict[str, object]:
        return {"chat_id": self._seals.opened(NAME, chat)}

    def _content(self, text: str, keyboard: Keyboard, name: str = "text") -> dict[str, object]:
        return {name: self._seals.opened_in(NAME, text), **self._markup(keyboard)}

    def _markup(self, keyboard: Keyboard) -> dict[str, object]:
        if not keyboard:
            return {}
        return {"reply_markup": {"inline_keyboard": [[self._button(button) for button in row] for row in keyboard]}}

    def _button(self, button: Button) -> dict[str, str]:
        label = self._seals.opened_in(NAME, button.label)
        if button.url is not None:
            return {"text": label, "url": button.url}
        return {"text": label, "callback_data": button.data or ""}

    async def _edit(self, method: str, parameters: Mapping[str, object]) -> None:
        try:
            await self._call(method, parameters)
        except _UnchangedError:
            return

    async def _call(
        self,
        method: str,
        parameters: Mapping[str, object],
        files: Files | None = None,
        seconds: float = READ_SECONDS,
    ) -> Any:
        try:
            return await self._api.call(method, parameters, files, seconds)
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
    return next((kind(description) for hint, kind in _MEANINGS if hint in words), RefusedError(_unquoted(description)))


def _unquoted(description: str) -> str:
    """Return why Telegram refuses a message, without what it may quote of it, or whose: reasons are kept and told."""
    return re.sub("[0-9]{5,}", "…", re.sub('"[^"]*"', '"…"', description))
