"""What a service does for those who run the bot: it answers them, and notes how people get on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.desk.access import Access
from bot.erasure import Erasure, Gone
from bot.incoming import Incoming
from bot.pseudonyms import Pseudonyms
from bot.store.letters import Address, Message
from bot.store.people import Person
from bot.tracking import Stride, track


class Desk(Protocol):
    """Answers those who run the bot."""

    def answer(self, connection: Connection, update: Incoming, now: datetime) -> Sequence[Message] | None:
        """Do what an update asks for and return what to say; None where it is no business of the desk."""


UTC = ZoneInfo("UTC")


class House:
    """What a service does besides talking to people.

    Parameters
    ----------
    access : Access
        Who runs the bot.
    pseudonyms : Pseudonyms
    desk : Desk, optional
        Without one nobody is anything but a respondent.
    zone : ZoneInfo, default UTC
        In which people are told times.
    retention_days : int, optional
        After how many days without a word people are erased; None: never by itself.
    """

    def __init__(
        self,
        access: Access,
        pseudonyms: Pseudonyms,
        desk: Desk | None = None,
        *,
        zone: ZoneInfo = UTC,
        retention_days: int | None = None,
    ) -> None:
        self.zone = zone
        self.retention_days = retention_days
        self._access = access
        self._desk = desk
        self._erasure = Erasure(pseudonyms, access.owners)

    def answer(
        self, connection: Connection, updates: Sequence[Incoming], now: datetime
    ) -> Mapping[Address, Sequence[Message]]:
        """Answer those among updates of different people that are for the desk."""
        if self._desk is None:
            return {}
        answers = ((update.address, self._desk.answer(connection, update, now)) for update in updates)
        return {address: messages for address, messages in answers if messages is not None}

    def track(self, connection: Connection, strides: Sequence[Stride], now: datetime) -> frozenset[str]:
        """Note how people get on; return the runs that begin as tests, such as those of people who run the bot."""
        new = [stride.address for stride in strides if stride.begins or stride.redirected]
        return track(connection, strides, self._access.roles(connection, new), now)

    def erase(
        self, connection: Connection, address: Address, person: Person | None, spared: Collection[int], now: datetime
    ) -> Gone:
        """Erase a person, if there is anything of them, and return what went."""
        if person is None:
            return Gone()
        return self._erasure.erase(connection, address, person, spared, now)
