"""One running bot: its parts wired together, started, watched and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.assessor import Assessor
from bot.clock import utc_now
from bot.conversation.profile import profile
from bot.delivery import Delivery
from bot.fleet import Fleet, new_name
from bot.pacing import Pace
from bot.results import Results
from bot.service import Service
from bot.store import inbox, outbox
from bot.store.budget import SharedBudget
from bot.store.database import Store
from bot.telegram.channel import NAME, TelegramChannel
from bot.telegram.connection import api_request, introduce, make_bot
from bot.telegram.inbox import Inbox
from engine.survey import Survey

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How soon a model that was activated is noticed while nobody waits for a result."""
PURGE_SECONDS = 3600.0
PURGED_AT_ONCE = 1000
"""Rows erased in one transaction: people's steps wait for no more."""
LEAVE_SECONDS = 1.0
"""How long handing over to the other workers may take; where the database is away they notice by themselves."""
STOP_SECONDS = 3.0
"""How long receiving, and then delivering, may take to finish what is in hand: together under ten seconds."""


class TelegramBot:
    """A bot on one token and one database.

    Parameters
    ----------
    survey : Survey
    versions : Path
        Where the trained versions are.
    store : Store
    token, api_url : str
        Whom to be, and where the Bot API is.
    messages_per_second : float
        Telegram's limit for all chats together; 0 for none.
    """

    def __init__(
        self, survey: Survey, versions: Path, store: Store, *, token: str, api_url: str, messages_per_second: float
    ) -> None:
        self._survey = survey
        self._store = store
        self._assessor = Assessor(survey, versions)
        polling = api_request(api_url, 1)
        self._bot = make_bot(token, api_url, polling)
        results, worker = Results(survey, store, self._assessor), new_name()
        pace = Pace(messages_per_second, SharedBudget(store, messages_per_second) if store.shared else None)
        channels = {NAME: TelegramChannel(self._bot)}
        self._delivery = Delivery(store, channels, results, utc_now, worker=worker, pace=pace)
        self._fleet = Fleet(store, worker, utc_now, alone=not store.shared, sweep=self._delivery.sweep)
        self._inbox = Inbox(self._bot, polling, Service(survey, store, self._delivery.take, worker=worker))

    async def run(self, stop: asyncio.Event) -> None:
        """Talk to people until ``stop`` is set; raises `WrongTokenError`."""
        receiving = asyncio.create_task(self._receive())
        stopping = asyncio.create_task(stop.wait())
        behind = [asyncio.create_task(work()) for work in (self._fleet.run, self._watch_model, self._purge)]
        try:
            await asyncio.wait({receiving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            self._inbox.stop()
            await _finish(receiving, STOP_SECONDS)
        finally:
            for task in (receiving, stopping, *behind):
                task.cancel()
            await asyncio.gather(receiving, stopping, *behind, return_exceptions=True)
            await self._delivery.stop(STOP_SECONDS)
            await _finish(asyncio.create_task(self._fleet.leave()), LEAVE_SECONDS)
            await self._bot.shutdown()
            self._assessor.close()

    async def _receive(self) -> None:
        await self._fleet.join()
        name = await introduce(self._bot, profile(self._survey, self._survey.languages[0]))
        logger.info("@%s is running", name)
        await self._inbox.run()

    async def _watch_model(self) -> None:
        """Take up whatever version is active, warm, and deliver the results that waited for it."""
        in_use: str | None = None
        while True:
            try:
                model = await self._assessor.refresh()
                if model is not None and model.version != in_use:
                    in_use = model.version
                    await self._delivery.release_results()
                    await self._assessor.warm_up()
            except Exception:
                logger.exception("the active model cannot be used")
            await asyncio.sleep(LOOK_SECONDS)

    async def _purge(self) -> None:
        while True:
            for purge in (inbox.purge, outbox.purge):
                await self._purge_all(purge)
            await asyncio.sleep(PURGE_SECONDS)

    async def _purge_all(self, purge: Callable[..., int]) -> None:
        """Erase what is old, a little at a time: people's steps go between."""
        erased = PURGED_AT_ONCE
        while erased == PURGED_AT_ONCE:
            erased = await self._store.step(partial(purge, now=utc_now(), most=PURGED_AT_ONCE))


async def _finish(task: asyncio.Task[None], seconds: float) -> None:
    """Wait for a task, and raise what it raised; one that takes longer is left to be cancelled."""
    await asyncio.wait({task}, timeout=seconds)
    if task.done():
        task.result()
