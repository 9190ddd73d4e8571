"""Passing the survey on: the link by which somebody came, marked as passed on, and its QR code for a chat."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.campaigns.qr import qr_png
from bot.conversation.events import SHARED, WITHOUT_CAMPAIGN
from bot.store import campaigns


def shared_payload(connection: Connection, came_by: str | None) -> str:
    """Return what the link carries that somebody passes on who came by a link that carried ``came_by``.

    Only a campaign that is known goes along: any other text may be about the very person who came by it. Whoever only
    tries it out passes on the link for people.
    """
    campaign = None if came_by is None else campaigns.by_link(connection, came_by)
    return SHARED + (WITHOUT_CAMPAIGN if campaign is None else campaign.slug)


def shared_picture(link: str, title: str, *, printable: bool, language: str) -> bytes:
    """Draw the link for other phones to scan."""
    return qr_png(link, lines=(title,), printable=printable, language=language)
