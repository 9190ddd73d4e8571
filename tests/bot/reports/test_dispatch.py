from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from bot.channel import Channel, RefusedError, ThrottledError, UnreachableError
from bot.conversation.effects import Keyboard
from bot.reports.dispatch import Reports
from bot.store.letters import Report
from tests.bot.house import WithoutFiles

ASKED = Report("figures", "en")


class Wall(WithoutFiles):
    """A channel that shows what is said."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        self.texts.append(text)
        return "1"

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        raise NotImplementedError

    async def strip(self, chat: str, message_id: str) -> None:
        raise NotImplementedError

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError


def failing(error: Exception) -> Reports:
    async def make(channel: Channel, chat: str, report: Report) -> str | None:
        raise error

    return Reports({"figures": make})


async def test_a_report_is_made_by_whoever_makes_its_kind() -> None:
    async def make(channel: Channel, chat: str, report: Report) -> str | None:
        return await channel.say(chat, f"{report.kind} in {report.language}", ())

    wall = Wall()

    assert await Reports({"figures": make}).send(wall, "7", ASKED) == "1"
    assert wall.texts == ["figures in en"]


async def test_a_database_that_is_away_is_waited_for() -> None:
    wall = Wall()

    with pytest.raises(UnreachableError, match="the database does not answer"):
        await failing(OperationalError("SELECT", {}, Exception("gone"))).send(wall, "7", ASKED)

    assert wall.texts == []


async def test_what_the_channel_wants_is_left_to_the_delivery() -> None:
    with pytest.raises(ThrottledError):
        await failing(ThrottledError(3)).send(Wall(), "7", ASKED)


async def test_whoever_asked_is_told_of_a_fault_of_ours() -> None:
    wall = Wall()

    with pytest.raises(ZeroDivisionError):
        await failing(ZeroDivisionError()).send(wall, "7", ASKED)

    assert ["Sorry, something went wrong" in text for text in wall.texts] == [True]


async def test_what_nobody_makes_any_more_is_given_up() -> None:
    with pytest.raises(RefusedError, match="no report of the kind figures"):
        await Reports({}).send(Wall(), "7", ASKED)
