"""The sender: delivers the outbox, in order within a chat and all chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.batching import Batcher
from bot.channel import (
    Channel,
    MessageGoneError,
    PersonGoneError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    put_in_place,
)
from bot.clock import Clock
from bot.conversation.effects import Freeze, Redraw, Say
from bot.errors import place
from bot.metrics import Metrics
from bot.pacing import Pace
from bot.reports.dispatch import Reports
from bot.results import WITHOUT_MODEL, ResultNotReadyError, Results
from bot.store import dialects, outbox, people
from bot.store.database import Store
from bot.store.letters import (
    Address,
    Fate,
    Held,
    Letter,
    Menu,
    Parked,
    Picture,
    Postponed,
    Removal,
    Report,
    Result,
    Sent,
    places,
)

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
"""Seconds before the second try of a message; the pauses double up to `outbox.LONGEST_PAUSE`."""
SETTLED_AT_ONCE = 200
"""Letters whose fate is written down in one transaction, at most."""
SETTLE_SECONDS = 0.03
"""Between two such transactions' beginnings, at least: who is quick to tap again has not read the card yet."""
BULK_AT_ONCE = 4
"""Messages to many that are on their way at the same time: answers to people must find the way free."""
BULK_SECONDS = 5.0
"""How long one of them keeps its place at most."""
FORGOTTEN_AFTER = timedelta(seconds=5)
"""A chat of ours that is due for so long, and that nobody here looks after, slipped from a transaction's answer."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The person takes no more messages: what waits for them is dropped."""

    letter: Letter
    at: datetime


class Delivery:
    """Delivers what the outbox holds: one task for each chat that waits for something, none for the others.

    Parameters
    ----------
    store : Store
    channels : mapping of str to Channel
        By their names.
    results : Results
        Works out what is worked out only when it is sent.
    clock : Clock
    worker : str
        This process's name among those that deliver from the same outbox.
    pace : Pace
        The limit of messages a second.
    metrics : Metrics, optional
    reports : Reports, optional
        Makes what those who run the bot asked for.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        results: Results,
        clock: Clock,
        *,
        worker: str,
        pace: Pace,
        metrics: Metrics | None = None,
        reports: Reports | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._reports = reports or Reports({})
        self._store = store
        self._channels = channels
        self._results = results
        self._clock = clock
        self._worker = worker
        self._pace = pace
        self._fates: Batcher[Fate | Gone, Letter | None] = Batcher(self._settle, SETTLED_AT_ONCE, SETTLE_SECONDS)
        self._tasks: dict[Address, asyncio.Task[None]] = {}
        self._late: dict[Address, Letter] = {}
        self._others: set[asyncio.Task[None]] = set()
        self._bulk: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def take(self, letters: Iterable[Letter]) -> None:
        """Look after these letters, claimed for this worker."""
        for letter in letters:
            if self._stopping.is_set():
                return  # what is claimed is given up at the very end
            if letter.address in self._tasks:
                self._late[letter.address] = letter  # claimed when the task's last letter was settled, but not yet gone
            else:
                self._tasks[letter.address] = asyncio.create_task(self._look_after(letter))

    def notify(self, addresses: Iterable[Address]) -> None:
        """Look after these chats: something new is committed for them, for whoever comes first."""
        if not self._stopping.is_set():
            task = asyncio.create_task(self._claim(set(addresses)))
            self._others.add(task)
            task.add_done_callback(self._others.discard)

    async def sweep(self) -> None:
        """Look after whatever nobody looks after: left behind by a worker that died, put in by others, or bulk."""
        more, bulk = True, False
        while more and not self._stopping.is_set():
            look = partial(_look_around, worker=self._worker, now=self._clock())
            abandoned, ours, bulk = await self._store.step(look)
            if abandoned:
                await self._claim(abandoned)
            if forgotten := set(ours) - set(self._tasks):
                self.take(await self._reclaim(forgotten))
            more = len(abandoned) == outbox.LOOKED_AT
        if bulk and self._bulk is None and not self._stopping.is_set():
            self._bulk = asyncio.create_task(self._deliver_bulk())

    async def release_results(self) -> None:
        """Let go the results that were held back: there is a model now."""
        if await self._store.step(partial(outbox.release, reason=WITHOUT_MODEL)):
            await self.sweep()

    async def stop(self, seconds: float) -> None:
        """Finish the messages in hand, for at most ``seconds``; the others stay in the outbox for the next start."""
        self._stopping.set()
        running = [*self._tasks.values(), *self._others, *([self._bulk] if self._bulk else [])]
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self, addresses: Collection[Address]) -> None:
        self.take(await self._store.step(partial(outbox.claim, addresses=addresses, worker=self._worker)))

    async def _reclaim(self, addresses: Collection[Address]) -> list[Letter]:
        return await self._store.step(partial(outbox.reclaim, addresses=addresses, worker=self._worker))

    async def _look_after(self, first: Letter) -> None:
        try:
            letter: Letter | None = first
            while letter is not None and not self._stopping.is_set():
                following = await self._next_after(letter)
                late = self._late.pop(first.address, None)
                letter = late if following is None and late is not None and late.id != letter.id else following
        except Exception:
            logger.exception("delivering to one chat broke off; its messages wait for the next look around")
        finally:
            # no await since the last look for a late one: whatever comes now starts a task of its own
            del self._tasks[first.address]
            self._late.pop(first.address, None)

    async def _next_after(self, letter: Letter) -> Letter | None:
        """Deliver a letter as soon as it is due, and return the chat's next."""
        wait = (letter.due_at - self._clock()).total_seconds()
        if wait > 0:
            return await self._pause(letter, wait)
        if not letter.bulk:
            for _ in range(places(letter.message)):
                await self._pace.wait()
        return await self._fates.add(await self._attempt(letter))

    async def _pause(self, letter: Letter, seconds: float) -> Letter | None:
        """Wait, and then look again: meanwhile the message may have been erased, or become pointless."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
            return None
        return next(iter(await self._reclaim({letter.address})), None)

    async def _deliver_bulk(self) -> None:
        try:
            await asyncio.gather(*(self._drain_bulk() for _ in range(BULK_AT_ONCE)))
        finally:
            self._bulk = None

    async def _drain_bulk(self) -> None:
        while not self._stopping.is_set():
            # first the place, then the chat: a claimed chat's answers would have to wait as well
            await self._pace.wait(bulk=True)
            letter = await self._store.step(partial(outbox.claim_bulk, worker=self._worker, now=self._clock()))
            if letter is None:
                return
            self.take([letter])
            if (task := self._tasks.get(letter.address)) is not None:
                # no longer than that: perhaps the person answers, and then Telegram makes the chat wait
                await asyncio.wait({task}, timeout=BULK_SECONDS)

    async def _settle(self, fates: Sequence[Fate | Gone]) -> Sequence[Letter | None]:
        work = partial(_settle, fates=fates, worker=self._worker, now=self._clock())
        following = {letter.address: letter for letter in await self._store.step(work)}
        return [following.get(fate.letter.address) for fate in fates]

    async def _attempt(self, letter: Letter) -> Fate | Gone:
        try:
            fate = Sent(letter, await self._deliver(letter))
        except Exception as error:  # a fault of ours in one message must not stop the chat's others
            return self._after(letter, error)
        self._metrics.delivered("sent", (self._clock() - letter.created_at).total_seconds())
        return fate

    def _after(self, letter: Letter, error: Exception) -> Fate | Gone:
        match error:
            case ThrottledError():
                self._metrics.delivered("throttled")
                return self._later(letter, error.seconds)
            case UnreachableError():
                self._metrics.delivered("retried")
                pause = min(FIRST_PAUSE * 2 ** min(letter.attempts, 10), outbox.LONGEST_PAUSE.total_seconds())
                logger.warning("message %d was not delivered (%s); trying again in %.1f s", letter.id, error, pause)
                return self._later(letter, pause)
            case PersonGoneError():
                self._metrics.delivered("gone")
                return Gone(letter, self._clock())
            case ResultNotReadyError():
                return Held(letter, WITHOUT_MODEL)
        reason = str(error) if isinstance(error, RefusedError) else place(error)
        logger.error("message %d is given up: %s", letter.id, reason)
        self._metrics.delivered("parked")
        self._metrics.error("parked_message")
        return Parked(letter, reason)

    def _later(self, letter: Letter, seconds: float) -> Postponed:
        return Postponed(letter, self._clock() + timedelta(seconds=seconds))

    async def _deliver(self, letter: Letter) -> str | None:
        """Deliver a letter and return the channel's name for what it became."""
        channel, chat = self._channels[letter.address.channel], letter.address.chat
        match letter.message:
            case Say() as say:
                return await channel.say(chat, say.text, say.keyboard)
            case Redraw() as redraw:
                return await put_in_place(channel, chat, letter.edits, redraw.text, redraw.keyboard)
            case Freeze() as freeze:
                await _freeze(channel, chat, letter.edits, freeze)
                return None
            case Removal() as removal:
                await _remove(channel, chat, removal.message)
                return None
            case Menu() as menu:
                await channel.set_menu(chat, menu.commands)
                return None
            case later:
                return await self._work_out(channel, chat, later, letter.edits)

    async def _work_out(
        self, channel: Channel, chat: str, message: Result | Picture | Report, message_id: str | None
    ) -> str | None:
        """Make what is made only when it is sent, and send it."""
        match message:
            case Result():
                return await self._results.tell(channel, chat, message, message_id)
            case Picture():
                return await self._results.show(channel, chat, message)
            case Report():
                return await self._reports.send(channel, chat, message)


async def _freeze(channel: Channel, chat: str, message_id: str | None, freeze: Freeze) -> None:
    if message_id is None:
        return
    with suppress(MessageGoneError):
        if freeze.text is None:
            await channel.strip(chat, message_id)
        else:
            await channel.redraw(chat, message_id, freeze.text, ())


async def _remove(channel: Channel, chat: str, message_id: str) -> None:
    with suppress(MessageGoneError, RefusedError):  # too old, or removed by the person: all that we could is done
        await channel.remove(chat, message_id)


def _settle(connection: Connection, fates: Sequence[Fate | Gone], worker: str, now: datetime) -> list[Letter]:
    dialects.lock(connection, {fate.letter.address for fate in fates})
    for fate in fates:
        if isinstance(fate, Gone):
            people.mark_gone(connection, fate.letter.address, fate.at)
    return outbox.settle(connection, [fate for fate in fates if not isinstance(fate, Gone)], worker, now)


def _look_around(connection: Connection, worker: str, now: datetime) -> tuple[list[Address], list[Address], bool]:
    """Return the chats that nobody delivers to, those of ours that are late, and whether bulk is due."""
    outbox.give_up_unknown_claims(connection)
    forgotten = outbox.claimed_before(connection, worker, now - FORGOTTEN_AFTER)
    return outbox.abandoned(connection), forgotten, outbox.bulk_is_due(connection, now)
