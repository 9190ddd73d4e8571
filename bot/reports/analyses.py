"""An analysis report's pictures and page: sent as they were kept, whichever worker made them."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.analysis import ALBUM, PAGE, PAGE_FILE
from bot.channel import Channel
from bot.clock import utc_now
from bot.conversation import layout
from bot.desk.texts import desk_text
from bot.desk.visit import Office
from bot.reports.dispatch import Maker
from bot.store import jobs
from bot.store.database import Store
from bot.store.letters import Address, Report


class AnalysisReports:
    """Sends what belongs to an analysis report, to nobody who no longer runs the bot.

    Parameters
    ----------
    office : Office
    store : Store
    channel : str
        The name of the channel that it is sent by.
    """

    def __init__(self, office: Office, store: Store, channel: str) -> None:
        self._office = office
        self._store = store
        self._channel = channel

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {ALBUM: self._album, PAGE: self._page}

    async def _album(self, channel: Channel, chat: str, report: Report) -> str | None:
        pictures = await self._store.look(partial(self._pictures, chat, int(report.detail["job"])))
        return await channel.show_album(chat, pictures) if pictures else None

    def _pictures(self, chat: str, number: int, connection: Connection) -> list[tuple[bytes, str]]:
        """Return the album's pictures, as far as they are still kept; none for who no longer runs the bot."""
        job = jobs.get(connection, number)
        if job is None or not job.outcome or not self._may(connection, chat):
            return []
        album = job.outcome["album"]
        kept = jobs.files(connection, number, [one["file"] for one in album])
        captions = {one["file"]: layout.clip(one["caption"], layout.CAPTION_LENGTH) for one in album}
        return [(kept[name], caption) for name, caption in captions.items() if name in kept]

    async def _page(self, channel: Channel, chat: str, report: Report) -> str | None:
        number = int(report.detail["job"])
        if not await self._store.look(partial(self._may, chat=chat)):
            return None
        kept = await self._store.look(partial(jobs.files, number=number, names=[PAGE_FILE]))
        if PAGE_FILE not in kept:
            return await channel.say(chat, desk_text("analysis_gone", report.language), ())
        with tempfile.TemporaryDirectory(prefix="report-") as folder:
            file = Path(folder) / PAGE_FILE
            await asyncio.to_thread(file.write_bytes, kept[PAGE_FILE])
            name = f"report-{utc_now().astimezone(self._office.zone):%Y-%m-%d}.html"
            return await channel.send_file(chat, file, name, desk_text("analysis_page", report.language), ())

    def _may(self, connection: Connection, chat: str) -> bool:
        return self._office.access.role(connection, Address(self._channel, chat)) is not None
