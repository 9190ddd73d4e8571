"""What happens at the desk when the bot starts."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.clock import utc_now
from bot.desk.access import OWNER, Access
from bot.desk.opening import open_desk
from bot.desk.visit import Office
from bot.store import admins, schema
from bot.store.database import Store
from bot.store.letters import Address
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS

OWNER_S_CHAT = Address("telegram", "7")


class Start:
    """Starts of a bot on one database."""

    def __init__(self, survey: Survey, store: Store, *named: Address) -> None:
        self._survey = survey
        self._access = Access(named)
        self._store = store
        self.lines: list[str] = []

    async def __call__(self) -> list[Address]:
        office = Office(self._survey, Path("nowhere"), self._access, PSEUDONYMS, ZoneInfo("UTC"))
        return await self._store.step(
            lambda connection: open_desk(office, "survey_bot", self.lines.append, utc_now(), connection)
        )


async def test_where_nobody_owns_the_bot_the_console_shows_a_link_once_per_start(home: Survey, store: Store) -> None:
    start = Start(home, store)

    await start()
    await start()

    links = [line.rpartition("\n")[2] for line in start.lines]
    assert all(link.startswith("https://t.me/survey_bot?start=own_") for link in links)
    assert len(set(links)) == 2
    invited = await store.step(lambda connection: connection.execute(select(schema.invitations)).all())
    assert len(invited) == 1  # the one of the start before works no more


async def test_where_somebody_does_there_is_no_link(home: Survey, store: Store) -> None:
    await store.step(lambda connection: admins.appoint(connection, OWNER_S_CHAT, OWNER, utc_now()))
    start = Start(home, store)

    assert await start() == [OWNER_S_CHAT]
    assert start.lines == []


async def test_an_owner_by_the_settings_has_no_menu_before_they_press_start(home: Survey, store: Store) -> None:
    start = Start(home, store, OWNER_S_CHAT)

    await start()

    waiting = await store.step(lambda connection: connection.execute(select(schema.outbox)).all())
    assert waiting == []
