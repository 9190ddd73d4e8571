"""A campaign's files: its QR code as a picture for the chat and as SVG, and its poster."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from bot.campaigns.links import Links
from bot.campaigns.poster import poster_for, poster_pdf
from bot.campaigns.qr import qr_png, qr_svg
from bot.channel import Channel
from bot.desk.texts import desk_text
from bot.desk.visit import USERNAME, Office
from bot.reports.dispatch import Maker
from bot.store import campaigns, facts
from bot.store.campaigns import Campaign
from bot.store.database import Store
from bot.store.letters import Report


class Ready(NamedTuple):
    """What a campaign's files are made from."""

    campaign: Campaign
    links: Links
    username: str


class CampaignFiles:
    """Makes and sends campaigns' files."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store

    @property
    def makers(self) -> dict[str, Maker]:
        """Return who makes what, by the kind of report."""
        return {
            "campaign_png": self._picture,
            "campaign_svg": partial(self._file, "svg", svg_of),
            "campaign_pdf": partial(self._file, "pdf", partial(pdf_of, self._office)),
        }

    async def _ready(self, report: Report) -> Ready | None:
        return await self._store.step(partial(ready, self._office, slug=str(report.detail["slug"])))

    async def _picture(self, channel: Channel, chat: str, report: Report) -> str | None:
        found = await self._ready(report)
        if found is None:
            return None
        picture = await asyncio.to_thread(png_of, found)
        caption = desk_text("campaign_caption", report.language, name=found.campaign.name, link=found.links.campaign)
        return await channel.show(chat, picture, caption, ())

    async def _file(
        self, kind: str, make: Callable[[Ready], bytes], channel: Channel, chat: str, report: Report
    ) -> str | None:
        found = await self._ready(report)
        if found is None:
            return None
        content = await asyncio.to_thread(make, found)
        name = "campaign_pdf_local" if kind == "pdf" and not found.links.printable else f"campaign_{kind}"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"file.{kind}"
            file.write_bytes(content)
            caption = desk_text(name, report.language)
            return await channel.send_file(chat, file, f"{found.campaign.slug}.{kind}", caption, ())


def ready(office: Office, connection: Connection, slug: str) -> Ready | None:
    """Return what a campaign's files are made from; None where it, or the bot's own name, is unknown."""
    found = campaigns.find(connection, slug, "")
    links = None if found is None else office.links(connection, found)
    if found is None or links is None:
        return None
    return Ready(found, links, facts.read(connection, USERNAME) or "")


def png_of(found: Ready) -> bytes:
    """Draw a campaign's QR code."""
    lines = (found.campaign.name, f"@{found.username}") if found.username else (found.campaign.name,)
    return qr_png(found.links.campaign, lines=lines, printable=found.links.printable)


def svg_of(found: Ready) -> bytes:
    """Draw a campaign's QR code as SVG."""
    return qr_svg(found.links.campaign, printable=found.links.printable)


def pdf_of(office: Office, found: Ready) -> bytes:
    """Make a campaign's poster."""
    poster = poster_for(
        office.survey,
        link=found.links.campaign,
        username=found.username,
        code=found.campaign.code,
        campaign=found.campaign.name,
        language=found.campaign.language,
        printable=found.links.printable,
    )
    return poster_pdf(poster)
