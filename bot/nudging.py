"""Reminding people who stopped in the middle: once a run, in the daytime, and behind all answers to others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.clock import Clock, utc_now
from bot.conversation.effects import Freeze, Say
from bot.conversation.reminding import nudge
from bot.conversation.session import Session
from bot.desk.access import Access
from bot.errors import place
from bot.sessions import open_session
from bot.store import dialects, outbox, people, runs, silent
from bot.store.database import Store
from bot.store.letters import Message
from bot.store.silent import Silent
from engine.survey import Survey

logger = logging.getLogger(__name__)

FIRST_HOUR, LAST_HOUR = 9, 20
"""From when until when people are reminded, by the clocks where the bot is: a phone that hums at night, in the early
morning or late in the evening makes no friends."""
LATEST = timedelta(days=30)
"""After how long beyond its time a reminder is left out: when reminders are first asked for, or after a long pause, it
would come out of the blue."""
NUDGED_AT_ONCE = 20
"""People reminded in one transaction: others' steps wait for no more."""
MOST_WAITING = 100
"""Messages that may wait to be sent before more are written: what lies there could come too late in the evening."""
LOOK_SECONDS, NEXT_SECONDS = 30.0, 0.5
"""How often somebody is looked for, and how soon again while there are more."""

NUDGING = 0x7375727A
"""The number of the lock that one worker has: any, as long as nobody else on the same database uses it."""


class Nudging:
    """Reminds people.

    Parameters
    ----------
    survey : Survey
    store : Store
    access : Access
        Knows those who run the bot, who are not reminded of their tests.
    after : timedelta
        After how much silence.
    zone : ZoneInfo
        Whose clocks tell what is night.
    clock : Clock
    """

    def __init__(
        self, survey: Survey, store: Store, access: Access, *, after: timedelta, zone: ZoneInfo, clock: Clock = utc_now
    ) -> None:
        self._survey = survey
        self._store = store
        self._access = access
        self._after = after
        self._zone = zone
        self._clock = clock

    async def run(self) -> None:
        """Remind whoever is to be reminded, for ever."""
        while True:
            more = False
            try:
                more = await self.look()
            except Exception:
                logger.exception("reminding people broke off; the next look follows")
            await asyncio.sleep(NEXT_SECONDS if more else LOOK_SECONDS)

    async def look(self) -> bool:
        """Remind a few people; return whether there may be more of them just now."""
        now = self._clock()
        if (morning := next_morning(now, self._zone)) is not None:
            await self._store.step(partial(outbox.postpone_bulk, until=morning))
            return False
        looked_at, reminded = await self._store.step(partial(self._remind, now))
        if reminded:
            logger.info("reminded people who had stopped in the middle: %d", reminded)
        return looked_at

    def _remind(self, now: datetime, connection: Connection) -> tuple[bool, int]:
        """Write the reminders of a few people, and note in the same transaction that they were looked at.

        Returns whether there may be more people, and how many were reminded.
        """
        if not dialects.take_turn(connection, NUDGING):
            return False, 0  # another worker is at it
        if outbox.bulk_waiting(connection, MOST_WAITING) >= MOST_WAITING:
            return True, 0
        until = now - self._after
        found = silent.unfinished(connection, until - LATEST, until, NUDGED_AT_ONCE)
        dialects.lock(connection, [each.address for each in found])
        found = silent.still(connection, found, until)
        reminded = self._decide(connection, found, now)
        sessions = {each.person: session.store() for each, session, _ in reminded}
        people.revise_sessions(connection, sessions, self._survey.meaning_hash)
        people.mark_looked_at(connection, [each.person for each in found])
        for each, _, messages in reminded:
            outbox.put(connection, each.address, messages, now, bulk=True)
        return bool(found), len(reminded)

    def _decide(
        self, connection: Connection, found: Sequence[Silent], now: datetime
    ) -> list[tuple[Silent, Session, Sequence[Message]]]:
        """Return who is reminded, where they stand then, and what is said."""
        staff = self._access.roles(connection, [each.address for each in found])
        asked = [(each, self._nudge(each, now)) for each in found if each.address not in staff and not each.gone]
        tests = runs.tests(connection, [session.run for _, (session, _) in asked if session is not None])
        return [
            (each, session, messages)
            for each, (session, messages) in asked
            if session is not None and messages and session.run not in tests
        ]

    def _nudge(self, each: Silent, now: datetime) -> tuple[Session | None, Sequence[Message]]:
        stood = open_session(each.session, self._survey)
        if stood.session is None or stood.fault is not None:
            return None, ()
        try:
            step = nudge(self._survey, stood.session, now)
        except Exception as error:  # whatever it is, it must not keep the others from being reminded
            logger.warning("somebody could not be reminded: %s", place(error))
            return None, ()
        return step.session, [effect for effect in step.effects if isinstance(effect, Say | Freeze)]


def next_morning(now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when it is time again to remind people; None by day, when it is time now."""
    local = now.astimezone(zone)
    if FIRST_HOUR <= local.hour < LAST_HOUR:
        return None
    day = local.date() + timedelta(days=local.hour >= LAST_HOUR)
    return datetime.combine(day, time(FIRST_HOUR), zone)
