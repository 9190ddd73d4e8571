"""A campaign's links: Telegram's deep links, and those of the chat page on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Telegram lets a link carry: https://core.telegram.org/bots/features#deep-linking."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a campaign's people and those who try it out begin.

    Attributes
    ----------
    campaign : str
        For people.
    test : str
        For trying it out: what is answered by it counts nowhere.
    printable : bool
        Whether they work anywhere else than on this machine.
    """

    campaign: str
    test: str
    printable: bool


def deep_link(username: str, slug: str) -> str:
    """Return the link that opens a bot in Telegram and starts it with a payload.

    Examples
    --------
    >>> deep_link("@survey_bot", "market-day")
    'https://t.me/survey_bot?start=market-day'
    """
    return f"https://t.me/{username.removeprefix('@')}?start={_payload(slug)}"


def local_link(page_url: str, slug: str) -> str:
    """Return the link that opens the chat page on this machine and starts the bot with a payload.

    Examples
    --------
    >>> local_link("http://127.0.0.1:8080", "market-day")
    'http://127.0.0.1:8080/?start=market-day'
    """
    return urlsplit(page_url)._replace(path="/", query=f"start={_payload(slug)}", fragment="").geturl()


def _payload(slug: str) -> str:
    if not PAYLOAD.fullmatch(slug):
        raise ValueError(f'"{slug}" cannot be carried by a link: 1 to 64 of A-Z, a-z, 0-9, _ and -')
    return slug
