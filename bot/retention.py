"""Keeping people no longer than RETENTION_DAYS: whoever did nothing for so long is erased, without being told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.clock import Clock, utc_now
from bot.desk.access import Access
from bot.erasure import expire
from bot.pseudonyms import Pseudonyms
from bot.settings import Settings
from bot.store import admins, dialects, imported, jobs, outbox, silent
from bot.store.database import Store
from bot.store.letters import Address
from bot.store.silent import Silent
from bot.telegram.channel import NAME

logger = logging.getLogger(__name__)

DAY_SECONDS, AGAIN_SECONDS = 86_400.0, 3600.0
"""How often it is looked whose time is up, and when again after that broke off."""
FOUND_AT_ONCE = 1000
"""People found in one look, beside the steps: each looks through all messages and imported rows."""
ERASED_AT_ONCE = 20
"""People erased in one transaction: others' steps wait for no more."""
BREATH_SECONDS = 0.02
"""Between two of them, so that those steps go between."""

RETAINING = 0x7375727B
"""The number of the lock that one worker has: any, as long as nobody else on the same database uses it."""
IN_WHOSE_NAME = Address("settings", "RETENTION_DAYS")
"""By whom people are erased, in the audit log."""


@dataclass(frozen=True, slots=True)
class _Due:
    """People whose time is up, with what only a look through whole tables finds of each."""

    people: Sequence[Silent]
    delivered: Mapping[Address, Sequence[int]]
    imported: Mapping[Address, Sequence[int]]


class Retention:
    """Erases people whose last activity is too long ago.

    What those who run the bot answered themselves stays for as long as they do.

    Parameters
    ----------
    store : Store
    access : Access
        Knows those who run the bot.
    pseudonyms : Pseudonyms
    days : int
        For how many days after their last activity people are kept.
    clock : Clock
    """

    def __init__(
        self, store: Store, access: Access, pseudonyms: Pseudonyms, *, days: int, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._access = access
        self._pseudonyms = pseudonyms
        self._kept = timedelta(days=days)
        self._clock = clock

    async def run(self) -> None:
        """Erase whose time is up at once and then every day, for ever."""
        while True:
            pause = DAY_SECONDS
            try:
                await self.apply()
            except Exception:
                logger.exception("erasing people whose time is up broke off; it goes on in an hour")
                pause = AGAIN_SECONDS
            await asyncio.sleep(pause)

    async def apply(self) -> int:
        """Erase whose time is up, a few at a time, and return how many it were."""
        now, erased = self._clock(), 0
        until = now - self._kept
        while (due := await self._store.look(partial(self._find, until))).people:
            before = erased
            for first in range(0, len(due.people), ERASED_AT_ONCE):
                few = due.people[first : first + ERASED_AT_ONCE]
                erased += await self._store.step(partial(_erase, due, few, until))
                await asyncio.sleep(BREATH_SECONDS)
            if erased == before:
                break  # another worker is at it
        await self._store.step(partial(self._tidy, erased, until, now))
        if erased:
            logger.info("people erased whose last activity was more than %d days ago: %d", self._kept.days, erased)
        return erased

    def _find(self, until: datetime, connection: Connection) -> _Due:
        staff = self._access.everybody(connection)
        found = silent.inactive(connection, until, FOUND_AT_ONCE + len(staff))
        due = [each for each in found if each.address not in staff]
        named = {self._pseudonyms.of(each.address): each.address for each in due}
        rows = imported.of(connection, named) if due else {}
        delivered = outbox.sent_to(connection, [each.address for each in due])
        return _Due(due, delivered, {named[pseudonym]: numbers for pseudonym, numbers in rows.items()})

    def _tidy(self, erased: int, until: datetime, now: datetime, connection: Connection) -> None:
        """Forget what else is that old and names somebody, and write down how many people were erased."""
        jobs.forget_old(connection, until, self._access.everybody(connection))
        if erased:
            admins.log(connection, IN_WHOSE_NAME, "erase", f"{erased} people", now)


def _erase(due: _Due, few: Sequence[Silent], until: datetime, connection: Connection) -> int:
    """Erase those of a few people who are still silent; none where another worker is at it."""
    if not dialects.take_turn(connection, RETAINING):
        return 0
    dialects.lock(connection, [each.address for each in few])
    known = {each.address: each.person for each in silent.still(connection, few, until)}
    imported.remove(connection, [number for address in known for number in due.imported.get(address, ())])
    expire(connection, known, [number for address in known for number in due.delivered.get(address, ())])
    return len(known)


async def apply_once(settings: Settings, pseudonyms: Pseudonyms) -> int:
    """Erase whose time is up where a restored backup brought them back; return how many it were."""
    if settings.retention_days is None:
        return 0
    store = Store.open(settings.database_url.get_secret_value(), settings.backup_dir)
    try:
        access = Access(Address(NAME, pseudonyms.seals.seal(NAME, owner)) for owner in settings.admin_ids)
        return await Retention(store, access, pseudonyms, days=settings.retention_days).apply()
    finally:
        store.close()
