"""How people arrive who cannot scan: a campaign's short code, typed as the first message, leads where its link does."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.campaigns.naming import read_code
from bot.store import campaigns


def slug_of_code(connection: Connection, text: str) -> str | None:
    """Return what the link of the campaign carries whose short code somebody typed, if it is one."""
    code = read_code(text)
    campaign = None if code is None else campaigns.by_code(connection, code)
    return None if campaign is None else campaign.slug
