"""Long work that was asked for in the chat: carried out one job at a time, with a card that shows how far it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.channel import DeliveryError
from bot.clock import Clock, utc_now
from bot.conversation.effects import Button, Redraw, Say
from bot.desk.texts import desk_text
from bot.desk.visit import PREFIX, Office
from bot.errors import UserError, place
from bot.store import jobs, outbox
from bot.store.database import Store
from bot.store.jobs import Job
from bot.store.letters import Address, Message

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How soon a job that was asked for begins, and one that was cancelled ends."""
SHOWN_EVERY = 2.0
"""Seconds between two edits of the card: a chat takes about one a second, answers to people included."""
BAR = 12
"""Characters of the progress bar."""
FILES_KEPT = timedelta(hours=1)
"""For how long files stay at least, sent or not."""
AGAIN = {jobs.TRAINING: ("button_again", "again"), jobs.ANALYSIS: ("button_analysis_again", "analysis")}
"""Of each kind the button that asks for it once more: its text, and what it does."""


class StoppedError(Exception):
    """A job that came to nothing; ``messages`` tell the person why."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__("the job came to nothing")
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Done:
    """What a job came to.

    Attributes
    ----------
    messages : sequence of Message
    outcome : mapping
        Kept with the job.
    files : mapping of str to bytes
        Kept until they are sent.
    follow_up : callable or None
        What has to be done before it is told, and can no longer be broken off.
    """

    messages: Sequence[Message]
    outcome: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    follow_up: Callable[[], Awaitable[None]] | None = None


class Work(Protocol):
    """Carries out one kind of job; the desk's texts for it begin with the kind's name."""

    async def carry_out(self, job: Job, teller: Teller) -> Done:
        """Do the job; raises `StoppedError`, and is cancelled where the job is."""


class Teller:
    """Tells of jobs: whoever asked for one, or, where they no longer run the bot, the owners."""

    def __init__(
        self, office: Office, store: Store, notify: Callable[[Iterable[Address]], None], clock: Clock = utc_now
    ) -> None:
        self._office = office
        self._store = store
        self._notify = notify
        self._clock = clock

    async def say(self, job: Job, messages: Sequence[Message]) -> None:
        """Say something of a job that is under way."""
        self._notify(await self._store.step(partial(_tell, self._office, job, messages, self._clock())))

    async def show(self, job: Job, words: str) -> None:
        """Show on the card how far a job is."""
        cancel = Button(desk_text("button_cancel_training", job.language), f"{PREFIX}:cancel:{job.id}")
        await self.say(job, [Redraw(job.card, words, ((cancel,),))])

    async def end(self, job: Job, state: str, messages: Sequence[Message], done: Done | None = None) -> None:
        """Write down how a job ended, and say so."""
        self._notify(await self._store.step(partial(_end, self._office, job, state, messages, done, self._clock())))


@dataclass(slots=True)
class Progress:
    """How far a job is, shown every now and then.

    Attributes
    ----------
    text : str
        Name of the desk's text.
    values : mapping of str to object
        For the text, besides its bar.
    """

    teller: Teller
    job: Job
    text: str
    values: Mapping[str, object]
    shown_at: float = -SHOWN_EVERY

    async def note(self, done: int, of: int) -> None:
        """Take in how much is done."""
        if monotonic() - self.shown_at < SHOWN_EVERY:
            return
        self.shown_at = monotonic()
        share = done / max(of, 1)
        bar = "▓" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        values = {**self.values, "bar": bar, "percent": round(100 * share)}
        await self.teller.show(self.job, desk_text(self.text, self.job.language, **values))


class Jobs:
    """Carries out jobs.

    Parameters
    ----------
    store : Store
    works : mapping of str to Work
        Who carries out each kind.
    teller : Teller
    worker : str
        This process's name.
    """

    def __init__(self, store: Store, works: Mapping[str, Work], teller: Teller, *, worker: str) -> None:
        self._store = store
        self._works = works
        self._teller = teller
        self._worker = worker

    async def run(self) -> None:
        """Carry out what is asked for, for ever."""
        while True:
            try:
                orphans, job = await self._store.step(partial(_look, worker=self._worker))
                for orphan in orphans:
                    await self._tell_of_orphan(orphan)
                if job is not None:
                    await self._carry_out(job)
                    continue
            except Exception:
                logger.exception("a job broke off; the next one follows")
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell_of_orphan(self, job: Job) -> None:
        """Say that a job was cut off, whose process is no more."""
        text, action = AGAIN[job.kind]
        again = Button(desk_text(text, job.language), f"{PREFIX}:{action}:")
        words = desk_text(f"{job.kind}_cut_off", job.language)
        await self._teller.end(job, jobs.CUT_OFF, [Redraw(job.card, words, ((again,),))])

    async def _carry_out(self, job: Job) -> None:
        working = asyncio.create_task(self._works[job.kind].carry_out(job, self._teller))
        try:
            while not working.done():
                await asyncio.wait({working}, timeout=LOOK_SECONDS)
                current = await self._store.step(partial(jobs.get, number=job.id))
                if current is None or current.state == jobs.CANCELLING:
                    working.cancel()
                    break
            await asyncio.wait({working})
        finally:
            working.cancel()  # also where the bot is stopped: its next start says that the job was cut off
            await asyncio.gather(working, return_exceptions=True)
        await self._conclude(job, working)

    async def _conclude(self, job: Job, working: asyncio.Task[Done]) -> None:
        """Tell what came of it."""
        if working.cancelled():
            words = desk_text(f"{job.kind}_cancelled", job.language)
            await self._teller.end(job, jobs.CANCELLED, [Redraw(job.card, words)])
            return
        error = working.exception()
        if isinstance(error, StoppedError):
            await self._teller.end(job, jobs.FAILED, error.messages)
        elif error is not None:
            reason = str(error) if isinstance(error, UserError | DeliveryError) else place(error)
            logger.error("a job of the kind %s failed: %s", job.kind, place(error))
            await self._teller.end(job, jobs.FAILED, [failed(job, reason)])
        else:
            done = working.result()
            if done.follow_up is not None:
                await done.follow_up()
            await self._teller.end(job, jobs.DONE, done.messages, done)


def purge_files(connection: Connection, now: datetime) -> None:
    """Drop the files of jobs that nothing in the outbox waits for any more."""
    jobs.drop_files(connection, now - FILES_KEPT, outbox.jobs_waiting(connection))


def failed(job: Job, reason: str) -> Message:
    """Return what is told of a job that did not work."""
    return Redraw(job.card, desk_text(f"{job.kind}_failed", job.language, reason=reason))


def _look(connection: Connection, worker: str) -> tuple[list[Job], Job | None]:
    """Return the jobs whose process is no more, and else the next one, which is this worker's from now on."""
    orphans = jobs.orphans(connection)
    return orphans, None if orphans else jobs.take_next(connection, worker)


def _end(
    office: Office,
    job: Job,
    state: str,
    messages: Sequence[Message],
    done: Done | None,
    now: datetime,
    connection: Connection,
) -> list[Address]:
    jobs.end(connection, job.id, state, now, None if done is None else done.outcome)
    if done is not None and done.files:
        jobs.keep_files(connection, job.id, done.files)
    return _tell(office, job, messages, now, connection)


def _tell(
    office: Office, job: Job, messages: Sequence[Message], now: datetime, connection: Connection
) -> list[Address]:
    """Put messages about a job into the outbox of whoever asked for it, or, once that is over, of the owners."""
    if office.access.role(connection, job.chat) is not None:
        outbox.put(connection, job.chat, messages, now)
        return [job.chat]
    lasting = [message for message in messages if not (isinstance(message, Redraw) and message.keyboard)]
    owners = office.access.owners(connection) if lasting else []
    note = Say(desk_text(f"{job.kind}_of_dismissed", job.language, who=job.chat.chat))
    for owner in owners:
        outbox.put(connection, owner, [note, *lasting], now)
    return owners
