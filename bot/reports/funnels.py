"""How far people come, as a picture and in words; and all campaigns at a glance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.channel import Channel, UnreachableError
from bot.conversation import layout
from bot.conversation.effects import Button
from bot.desk.visit import PREFIX, Office
from bot.figures.funnel import read_funnel
from bot.figures.funnel_chart import funnel_picture
from bot.figures.funnel_text import CAMPAIGNS_LISTED, campaigns_text, funnel_text
from bot.figures.overviews import read_overviews
from bot.figures.texts import figure_text
from bot.reports.dispatch import Maker
from bot.store.database import DATABASE_FAULTS, Store
from bot.store.letters import Report

T = TypeVar("T")


class FunnelReports:
    """Shows funnels and lists campaigns.

    Parameters
    ----------
    office : Office
    store : Store
    """

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {"funnel": self._funnel, "campaigns": self._campaigns}

    async def _funnel(self, channel: Channel, chat: str, report: Report) -> str | None:
        survey, language = self._office.survey, report.language
        slug, name = (None if (given := report.detail.get(key)) is None else str(given) for key in ("slug", "name"))
        funnel = await self._look(partial(read_funnel, survey=survey, campaign=slug))
        if funnel.drawable:
            picture = await asyncio.to_thread(funnel_picture, funnel, survey, name, language)
            caption = figure_text("funnel", language) if name is None else figure_text("funnel_of", language, name=name)
            await channel.show(chat, picture, caption, ())
        return await channel.say(chat, funnel_text(funnel, survey, name, language), ())

    async def _campaigns(self, channel: Channel, chat: str, report: Report) -> str | None:
        overviews = await self._look(read_overviews)
        buttons = (
            (Button(layout.shorten(overview.name, layout.LABEL_WIDTH), f"{PREFIX}:show:{overview.id}"),)
            for overview in overviews[:CAMPAIGNS_LISTED]
        )
        return await channel.say(chat, campaigns_text(overviews, report.language), tuple(buttons))

    async def _look(self, work: Callable[[Connection], T]) -> T:
        """Read beside the steps; a database that is away is a reason to send the report later."""
        try:
            return await self._store.look(work)
        except DATABASE_FAULTS as error:
            raise UnreachableError("the database does not answer") from error
