"""What is kept about a person, shown to that person: in the chat, or as a file where they want one or it is long."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from bot.channel import Channel
from bot.conversation import layout
from bot.conversation.texts import phrase
from bot.desk.visit import Office
from bot.reports.dispatch import Maker
from bot.reports.mydata_text import data_sections, word_sections
from bot.service import MY_DATA
from bot.store.database import Store
from bot.store.kept import read_kept
from bot.store.letters import Address, Report

MOST_MESSAGES = 3
"""What takes more messages than these is sent as a file."""
FILE = "my-data.txt"


class DataReports:
    """Shows people what is kept about them.

    Parameters
    ----------
    office : Office
    store : Store
    channel : str
        The name of the channel that the chats are of.
    """

    def __init__(self, office: Office, store: Store, channel: str) -> None:
        self._office = office
        self._store = store
        self._channel = channel

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {MY_DATA: self._show}

    async def _show(self, channel: Channel, chat: str, report: Report) -> str | None:
        address, language = Address(self._channel, chat), report.language
        kept = await self._store.look(partial(read_kept, pseudonyms=self._office.pseudonyms, address=address))
        sections = data_sections(kept, self._office.survey, self._office.zone, language)
        way_to_file = [] if kept.person is None else [phrase("mydata_as_file", language)]
        pages = layout.pages([*sections, *way_to_file])
        if len(pages) > MOST_MESSAGES or (report.detail["file"] and way_to_file):
            return await self._send(channel, chat, [*sections, *word_sections(kept, language)], language)
        for page in pages:
            await channel.say(chat, page, ())
        return None

    async def _send(self, channel: Channel, chat: str, sections: list[str], language: str) -> str | None:
        with tempfile.TemporaryDirectory(prefix="mydata-") as folder:
            file = Path(folder) / FILE
            file.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
            return await channel.send_file(chat, file, FILE, phrase("mydata_caption", language), ())
