"""A bot that nobody runs: what tests hand to a service where only respondents matter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.conversation.effects import Keyboard
from bot.desk.access import Access
from bot.house import House
from bot.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms("a key for tests only")


def nobodys_house() -> House:
    return House(Access(), PSEUDONYMS)


class WithoutFiles:
    """What a channel of a test need not do where nobody runs the bot."""

    async def send_file(self, chat: str, file: Path, name: str, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError

    async def fetch(self, file_id: str, target: Path) -> None:
        raise NotImplementedError

    async def remove(self, chat: str, message_id: str) -> None:
        raise NotImplementedError

    async def set_menu(self, chat: str, commands: Sequence[tuple[str, str]]) -> None:
        raise NotImplementedError
