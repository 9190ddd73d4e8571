"""The sender: delivers the outbox, in order within a chat and all chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from sqlalchemy import Connection

from bot.channel import Channel, MessageGoneError, PersonGoneError, RefusedError, ThrottledError, UnreachableError
from bot.clock import Clock
from bot.conversation.effects import Freeze, Redraw, Say
from bot.errors import place
from bot.results import WITHOUT_MODEL, ResultNotReadyError, Results
from bot.store import outbox, people
from bot.store.database import Store
from bot.store.outbox import Address, Letter, Picture, Result

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the second try of a message, and at most between two tries."""

Settlement: TypeAlias = Callable[[Connection], None]
"""What became of a letter: written down in the transaction that also takes the chat's next one."""


class Delivery:
    """Delivers what the outbox holds: one task for each chat that waits for something, none for the others."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], results: Results, clock: Clock) -> None:
        self._store = store
        self._channels = channels
        self._results = results
        self._clock = clock
        self._tasks: dict[Address, asyncio.Task[None]] = {}
        self._again: set[Address] = set()
        self._stopping = asyncio.Event()

    def notify(self, addresses: Iterable[Address]) -> None:
        """Look after these chats: something new is committed for them."""
        for address in addresses:
            if address in self._tasks:
                self._again.add(address)
            elif not self._stopping.is_set():
                self._tasks[address] = asyncio.create_task(self._look_after(address))

    async def resume(self) -> None:
        """Look after every chat that waits, as after a start."""
        self.notify(await self._store.step(outbox.waiting))

    async def release_results(self) -> None:
        """Let go the results that were held back: there is a model now."""
        await self._store.step(partial(outbox.release, reason=WITHOUT_MODEL))
        await self.resume()

    async def stop(self, seconds: float) -> None:
        """Finish the messages in hand, for at most ``seconds``; the others stay in the outbox for the next start."""
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _look_after(self, address: Address) -> None:
        try:
            await self._empty_queue(address)
        except Exception:
            logger.exception("delivering to one chat broke off; its messages wait for the next start")
        finally:
            del self._tasks[address]
            self._again.discard(address)

    async def _empty_queue(self, address: Address) -> None:
        settlement: Settlement = _nothing
        while True:
            letter = await self._store.step(partial(_settle_and_take, settlement, address))
            settlement = _nothing
            if self._stopping.is_set():
                return
            if letter is None:
                # no await between the look and the return: what is committed later finds no task and starts one
                if address not in self._again:
                    return
                self._again.discard(address)
            elif (wait := letter.due_at - self._clock()) > timedelta(0):
                await self._pause(wait)
            else:
                settlement = await self._attempt(letter)

    async def _pause(self, wait: timedelta) -> None:
        """Wait, and then look again: meanwhile the message may have been erased."""
        try:
            await asyncio.wait_for(self._stopping.wait(), wait.total_seconds())
        except TimeoutError:
            return

    async def _attempt(self, letter: Letter) -> Settlement:
        try:
            message_id = await self._deliver(letter)
        except Exception as error:  # a fault of ours in one message must not stop the chat's others
            return self._after(letter, error)
        return partial(outbox.sent, letter=letter, message_id=message_id, now=self._clock())

    def _after(self, letter: Letter, error: Exception) -> Settlement:
        match error:
            case ThrottledError():
                return self._later(letter, error.seconds)
            case UnreachableError():
                pause = min(FIRST_PAUSE * 2**letter.attempts, LONGEST_PAUSE)
                logger.warning("message %d was not delivered (%s); trying again in %.1f s", letter.id, error, pause)
                return self._later(letter, pause)
            case PersonGoneError():
                return partial(people.mark_gone, address=letter.address, now=self._clock())
            case ResultNotReadyError():
                return partial(outbox.hold, letter=letter, reason=WITHOUT_MODEL)
        reason = str(error) if isinstance(error, RefusedError) else place(error)
        logger.error("message %d is given up: %s", letter.id, reason)
        return partial(outbox.park, letter=letter, error=reason)

    def _later(self, letter: Letter, seconds: float) -> Settlement:
        return partial(outbox.postpone, letter=letter, until=self._clock() + timedelta(seconds=seconds))

    async def _deliver(self, letter: Letter) -> str | None:
        """Deliver a letter and return the channel's name for what it became."""
        channel, chat = self._channels[letter.address.channel], letter.address.chat
        match letter.message:
            case Say() as say:
                return await channel.say(chat, say.text, say.keyboard)
            case Redraw() as redraw:
                return await _redraw(channel, chat, letter.edits, redraw)
            case Freeze() as freeze:
                await _freeze(channel, chat, letter.edits, freeze)
                return None
            case Result() as result:
                return await self._results.tell(channel, chat, result)
            case Picture() as picture:
                return await self._results.show(channel, chat, picture)


async def _redraw(channel: Channel, chat: str, message_id: str | None, redraw: Redraw) -> str | None:
    if message_id is not None:
        try:
            await channel.redraw(chat, message_id, redraw.text, redraw.keyboard)
        except MessageGoneError:
            pass
        else:
            return message_id
    return await channel.say(chat, redraw.text, redraw.keyboard)


async def _freeze(channel: Channel, chat: str, message_id: str | None, freeze: Freeze) -> None:
    if message_id is None:
        return
    with suppress(MessageGoneError):
        if freeze.text is None:
            await channel.strip(chat, message_id)
        else:
            await channel.redraw(chat, message_id, freeze.text, ())


def _nothing(connection: Connection) -> None:
    """Write nothing down: there was no attempt."""


def _settle_and_take(settlement: Settlement, address: Address, connection: Connection) -> Letter | None:
    settlement(connection)
    return outbox.first(connection, address)
