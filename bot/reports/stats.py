"""The statistics: read beside everything else, drawn in a thread, and sent as a picture and in words."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.channel import Channel
from bot.clock import utc_now
from bot.desk.texts import desk_text
from bot.desk.visit import Office
from bot.figures.model_facts import model_facts
from bot.figures.stats import read_stats
from bot.figures.stats_chart import stats_picture
from bot.figures.stats_text import stats_text
from bot.reports.dispatch import Maker
from bot.store.database import Store
from bot.store.letters import Report


class StatsReports:
    """Makes and sends statistics."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {"stats": self._stats}

    async def _stats(self, channel: Channel, chat: str, report: Report) -> str | None:
        survey, zone, now = self._office.survey, self._office.zone, utc_now()
        model = await asyncio.to_thread(model_facts, self._office.versions, survey)
        pseudonyms = self._office.pseudonyms
        reading = partial(read_stats, survey=survey, pseudonyms=pseudonyms, now=now, zone=zone, model=model)
        stats = await self._store.look(reading)
        today = now.astimezone(zone).date()
        picture = await asyncio.to_thread(stats_picture, stats, survey, report.language, today)
        if picture is not None:
            await channel.show(chat, picture, desk_text("stats_caption", report.language), ())
        return await channel.say(chat, stats_text(stats, survey, report.language, today=today, zone=zone), ())
