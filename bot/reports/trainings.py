"""A training's pictures and files: its confusion matrix, and the full list of a table's faults."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot.channel import Channel
from bot.desk.texts import desk_text
from bot.desk.visit import Office
from bot.reports.dispatch import Maker
from bot.store import jobs
from bot.store.database import Store
from bot.store.letters import Report
from bot.tables.import_texts import write_faults
from bot.tables.reading import Faults


class TrainingReports:
    """Makes and sends what belongs to a training."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {"confusion": self._confusion, "faults": self._faults}

    async def _confusion(self, channel: Channel, chat: str, report: Report) -> str | None:
        training = await self._store.step(partial(jobs.get, number=int(report.detail["training"])))
        if training is None or not training.outcome or training.outcome.get("confusion") is None:
            return None
        picture = await asyncio.to_thread(self._draw, training.outcome, report.language)
        return await channel.show(chat, picture, desk_text("confusion_caption", report.language), ())

    def _draw(self, outcome: Mapping[str, Any], language: str) -> bytes:
        from engine.confusion_chart import confusion_chart  # matplotlib takes a moment

        return confusion_chart(self._office.survey, outcome["confusion"], language).png()

    async def _faults(self, channel: Channel, chat: str, report: Report) -> str | None:
        lines = [str(line) for line in report.detail["lines"]]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "faults.txt"
            write_faults(Faults(tuple(lines)), file)
            caption = desk_text("table_all_faults", report.language, number=len(lines))
            return await channel.send_file(chat, file, file.name, caption, ())
