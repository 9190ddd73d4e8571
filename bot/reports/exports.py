"""The answers as a file: exported by a process of its own, so that nobody's step waits for half a minute of work."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bot.background import background
from bot.channel import Channel
from bot.clock import utc_now
from bot.desk.texts import desk_text
from bot.desk.visit import Office
from bot.reports.dispatch import Maker
from bot.store import campaigns
from bot.store.database import Store
from bot.store.letters import Report
from bot.tables.filters import FilterError, Filters, parse_filters


class ExportReports:
    """Exports answers and sends the files.

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
        return {"export": self._export}

    async def _export(self, channel: Channel, chat: str, report: Report) -> str | None:
        known = await self._store.step(campaigns.everything)
        try:
            filters = parse_filters(str(report.detail["argument"]), known, self._office.zone)
        except FilterError as error:
            return await channel.say(chat, str(error), ())
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            day = f"{utc_now().astimezone(self._office.zone):%Y-%m-%d}"
            trouble = await self._write(Path(folder) / f"answers-{day}.{filters.format}", filters)
            if trouble is not None:
                return await channel.say(chat, desk_text("export_failed", report.language, reason=trouble), ())
            for file in _files(Path(folder)):
                caption = desk_text(f"export_file_{filters.format}", report.language, filters=filters)
                await channel.send_file(chat, file, file.name, caption, ())
        return None

    async def _write(self, file: Path, filters: Filters) -> str | None:
        """Export into a file, or several of that name with numbers, and return what went wrong, if anything did."""
        command = (sys.executable, "-m", "bot", "export", str(file), *filters.arguments())
        settings = {"DATABASE_URL": self._store.url, "SURVEY_DIR": str(self._office.survey.folder)}
        async with background(*command, environment={**os.environ, **settings}) as process:
            _, said = await process.communicate()
        if process.returncode == 0:
            return None
        return said.decode(errors="replace").strip().rpartition("\n")[2] or f"exit code {process.returncode}"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())
