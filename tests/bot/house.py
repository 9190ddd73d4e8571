"""A bot that nobody runs: what tests hand to a service where only respondents matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.conversation.effects import Keyboard
from bot.desk.access import Access
from bot.house import House
from bot.incoming import Update
from bot.pseudonyms import Pseudonyms
from bot.store.letters import Address
from bot.telegram import updates

KEY = "a key for tests only"
PSEUDONYMS = Pseudonyms(KEY)


def address_of(number: int) -> Address:
    """Return where a person with this number is reached, as everything beyond the channel knows it."""
    return Address("telegram", PSEUDONYMS.seals.seal("telegram", number))


def nobodys_house() -> House:
    return House(Access(), PSEUDONYMS)


class WithoutFiles:
    """What a channel of a test need not do where nobody runs the bot."""

    async def send_file(self, chat: str, file: Path, name: str, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError

    async def show_album(self, chat: str, pictures: Sequence[tuple[bytes, str]]) -> str:
        raise NotImplementedError

    async def fetch(self, file_id: str, target: Path) -> None:
        raise NotImplementedError

    async def remove(self, chat: str, message_id: str) -> None:
        raise NotImplementedError

    async def set_menu(self, chat: str, commands: Sequence[tuple[str, str]]) -> None:
        raise NotImplementedError


def decode(update: Mapping[str, Any]) -> Update | None:
    """Read an update of Telegram, its people under the seals of `PSEUDONYMS`."""
    return updates.decode(update, PSEUDONYMS.seals)
