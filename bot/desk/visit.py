"""One thing that somebody who runs the bot asks of the desk, and what the desk works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.campaigns.links import Links, deep_link, local_link
from bot.conversation import layout
from bot.conversation.effects import Button, Say
from bot.desk.access import Access
from bot.desk.texts import desk_text
from bot.pseudonyms import Pseudonyms
from bot.store import admins, facts
from bot.store.campaigns import Campaign
from bot.store.letters import Address, Message
from engine.survey import Survey

USERNAME = "username"
"""The fact that tells what the bot is called."""
PREFIX = "desk"
"""Begins the data of the desk's buttons."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the desk works with.

    Attributes
    ----------
    survey : Survey
    versions : Path
        Where the trained versions are.
    access : Access
        Who runs the bot.
    pseudonyms : Pseudonyms
        What people are called where they must not be known.
    zone : ZoneInfo
        In which times are told.
    page : str or None
        Where the chat page is, if that is where people come in instead of Telegram.
    collect_only : bool
        Whether nobody is told a result.
    """

    survey: Survey
    versions: Path
    access: Access
    pseudonyms: Pseudonyms
    zone: ZoneInfo
    page: str | None = None
    collect_only: bool = False

    def link(self, connection: Connection, payload: str) -> str | None:
        """Return the link that starts the bot with a payload; None while the bot does not know its own name."""
        if self.page is not None:
            return local_link(self.page, payload)
        username = facts.read(connection, USERNAME)
        return None if username is None else deep_link(username, payload)

    def links(self, connection: Connection, campaign: Campaign) -> Links | None:
        """Return a campaign's links; None while the bot does not know its own name."""
        link, test = self.link(connection, campaign.slug), self.link(connection, campaign.test_slug)
        return None if link is None or test is None else Links(link, test, printable=self.page is None)


@dataclass(frozen=True, slots=True)
class Visit:
    """What somebody who runs the bot asks for, within a step's transaction.

    Attributes
    ----------
    who : Address
    role : str
        "owner" or "admin".
    argument : str
        What stands behind the command, or is carried by the button.
    """

    office: Office
    connection: Connection
    who: Address
    role: str
    language: str
    now: datetime
    argument: str = ""

    def text(self, name: str, /, **values: object) -> str:
        """Return one of the desk's texts in the person's language."""
        return desk_text(name, self.language, **values)

    def say(self, name: str, /, *keyboard: Sequence[Button], **values: object) -> Say:
        """Return one of the desk's texts as a message."""
        return self.say_words(self.text(name, **values), *keyboard)

    def say_words(self, words: str, *keyboard: Sequence[Button]) -> Say:
        """Return a text as a message."""
        return Say(layout.clip(words), tuple(map(tuple, keyboard)))

    def button(self, name: str, action: str, argument: object = "", /, **values: object) -> Button:
        """Return a button that asks the desk for something."""
        return Button(self.text(name, **values), f"{PREFIX}:{action}:{argument}")

    def log(self, act: str, detail: str = "") -> None:
        """Write down what is done, for the audit log."""
        admins.log(self.connection, self.who, act, detail, self.now)

    def shown(self, moment: datetime) -> str:
        """Return a moment as people read it where the bot is."""
        return f"{moment.astimezone(self.office.zone):%Y-%m-%d %H:%M}"


Answer: TypeAlias = Sequence[Message]
Handler: TypeAlias = Callable[[Visit], Answer]
