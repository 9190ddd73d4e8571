"""What delivering asks of a channel, in no channel's own terms: Telegram is one, others fit beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bot.conversation.effects import Keyboard


class Channel(Protocol):
    """Somewhere to reach people. Every method raises `DeliveryError` where it fails."""

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        """Send a text and return the channel's name for the message."""

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        """Give a message another text and keyboard; succeeds where it has them already."""

    async def strip(self, chat: str, message_id: str) -> None:
        """Take a message's keyboard away; succeeds where it has none."""

    async def remove(self, chat: str, message_id: str) -> None:
        """Remove a message from the chat, also one of the person's."""

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        """Send a PNG picture and return the channel's name for the message."""

    async def show_album(self, chat: str, pictures: Sequence[tuple[bytes, str]]) -> str:
        """Send PNG pictures with their captions, ten at most, together; return the channel's name for the first."""

    async def send_file(self, chat: str, file: Path, name: str, caption: str, keyboard: Keyboard) -> str:
        """Send a file under a name and return the channel's name for the message."""

    async def fetch(self, file_id: str, target: Path) -> None:
        """Download what a person sent; raises `RefusedError` where the channel does not give it."""

    async def set_menu(self, chat: str, commands: Sequence[tuple[str, str]]) -> None:
        """Let a chat's own menu list these commands; without any it is everybody's menu again."""


class DeliveryError(Exception):
    """A message that was not delivered; which subclass says what to do next."""


class UnreachableError(DeliveryError):
    """The channel does not answer, or fails on its side: try again later, more and more slowly."""


class ThrottledError(DeliveryError):
    """This chat has to wait; others have not."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


class PersonGoneError(DeliveryError):
    """The person takes no more messages: blocked the bot, or deleted the account."""


class MessageGoneError(DeliveryError):
    """The message to edit is no longer there, or no longer to be edited: send a new one."""


class RefusedError(DeliveryError):
    """The channel will never take this message; trying again is useless."""


async def put_in_place(channel: Channel, chat: str, message_id: str | None, text: str, keyboard: Keyboard) -> str:
    """Give a message another text and keyboard, or say it anew where the message is gone or unknown; return its id."""
    if message_id is not None:
        try:
            await channel.redraw(chat, message_id, text, keyboard)
        except MessageGoneError:
            pass
        else:
            return message_id
    return await channel.say(chat, text, keyboard)
