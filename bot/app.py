"""One running bot: its parts wired together, started, watched and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.alerts import Alerts, Watch, watched_folders
from bot.analysis import Analyst
from bot.assessor import Assessor
from bot.clock import utc_now
from bot.collecting import Collecting
from bot.conversation.profile import profile
from bot.delivery import Delivery
from bot.desk.access import OWNER, Access
from bot.desk.desk import Desk
from bot.desk.opening import FIRST_OWNER_VALID, open_desk
from bot.desk.staff import invitation
from bot.desk.visit import Office
from bot.errors import UserError
from bot.fleet import Fleet, new_name
from bot.health import Health
from bot.house import House
from bot.jobs import Jobs, Teller, Work, purge_files
from bot.metrics import Metrics
from bot.model_mirror import ModelMirror
from bot.nudging import Nudging
from bot.pacing import Pace
from bot.pseudonyms import Pseudonyms
from bot.reports.analyses import AnalysisReports
from bot.reports.campaigns import CampaignFiles
from bot.reports.dispatch import Maker, Reports
from bot.reports.exports import ExportReports
from bot.reports.funnels import FunnelReports
from bot.reports.models import ModelReports
from bot.reports.mydata import DataReports
from bot.reports.stats import StatsReports
from bot.reports.trainings import TrainingReports
from bot.results import Results
from bot.retention import Retention
from bot.service import Service
from bot.store import inbox, jobs, outbox
from bot.store.budget import SharedBudget
from bot.store.database import Store
from bot.store.letters import Address
from bot.telegram.api import BotApi
from bot.telegram.channel import NAME, TelegramChannel
from bot.telegram.connection import introduce
from bot.telegram.inbox import PollingInbox
from bot.telegram.webhook import Webhook, WebhookInbox
from bot.training import Trainer
from bot.undecided import erase_undecided
from bot.web import Listener
from engine.survey import Survey

logger = logging.getLogger(__name__)

UTC = ZoneInfo("UTC")

LOOK_SECONDS = 2.0
"""How soon a model that was activated is noticed while nobody waits for a result."""
PURGE_SECONDS = 3600.0
PURGED_AT_ONCE = 1000
"""Rows erased in one transaction: people's steps wait for no more."""
LEAVE_SECONDS = 1.0
"""How long handing over to the other workers may take; where the database is away they notice by themselves."""
STOP_SECONDS = 3.0
"""How long receiving, and then delivering, may take to finish what is in hand: together under ten seconds."""


class Listening(NamedTuple):
    """Where a process listens."""

    host: str
    port: int


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
    webhook : Webhook, optional
        Where Telegram posts updates to; without it they are polled.
    listen : Listening, optional
        Where the process listens: for the webhook, which needs it, and for whoever watches over it.
    pseudonyms : Pseudonyms
    owners : sequence of int
        Telegram's ids of those who run the bot, besides those whom the database knows.
    zone : ZoneInfo, default UTC
        In which times are told.
    page : str, optional
        Where the chat page is, if people come in by that.
    collect_only : bool, default False
        Whether nobody is told a result.
    nudge_after_hours : float, optional
        After how much silence people are reminded who stopped in the middle; without it nobody is.
    retention_days : int, optional
        For how long after their last activity people are kept; without it for ever.
    say : callable, optional
        Writes a line to the person at the console.

    Attributes
    ----------
    mirror : ModelMirror or None
        Keeps ``versions`` in line with a database that other workers share.
    alerts : Alerts
        Tells the owners of what needs them.
    """

    def __init__(
        self,
        survey: Survey,
        versions: Path,
        store: Store,
        *,
        token: str,
        api_url: str,
        messages_per_second: float,
        pseudonyms: Pseudonyms,
        webhook: Webhook | None = None,
        listen: Listening | None = None,
        owners: Sequence[int] = (),
        zone: ZoneInfo = UTC,
        page: str | None = None,
        collect_only: bool = False,
        nudge_after_hours: float | None = None,
        retention_days: int | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._survey = survey
        self._store = store
        self.mirror = ModelMirror(store, versions, survey) if store.shared else None
        self._assessor = Assessor(survey, versions, self.mirror.fetch if self.mirror else None)
        self._metrics = Metrics()
        self._api = BotApi(token, api_url)
        worker = new_name()
        pace = Pace(messages_per_second, SharedBudget(store, messages_per_second) if store.shared else None)
        seals = pseudonyms.seals
        channels = {NAME: TelegramChannel(self._api, seals)}
        access = Access(Address(NAME, seals.seal(NAME, owner)) for owner in owners)
        self._office = office = Office(survey, versions, access, pseudonyms, zone, page, collect_only)
        results = Results(survey, store, self._assessor, self._metrics, office.link, printable=page is None)
        self._say = say
        self._delivery = Delivery(
            store,
            channels,
            results,
            utc_now,
            worker=worker,
            pace=pace,
            metrics=self._metrics,
            reports=Reports(self._makers()),
        )
        works: dict[str, Work] = {
            jobs.TRAINING: Trainer(office, store, channels, switched=self._take_up),
            jobs.ANALYSIS: Analyst(office, store),
        }
        self._jobs = Jobs(store, works, Teller(office, store, self._delivery.notify), worker=worker)
        self._fleet = Fleet(store, worker, utc_now, alone=not store.shared, sweep=self._delivery.sweep)
        self._joined = asyncio.Event()
        house = House(access, pseudonyms, Desk(office), zone=zone, retention_days=retention_days)
        self.alerts = Alerts(store, access, self._delivery.notify)
        folders, collecting = watched_folders(store.file, versions), Collecting(office, store)
        self._watch = Watch(self.alerts, store, folders, others=(collecting.look,))
        self._others: list[Callable[[], Coroutine[Any, Any, None]]] = []
        if nudge_after_hours is not None:
            after = timedelta(hours=nudge_after_hours)
            self._others.append(Nudging(survey, store, access, after=after, zone=zone).run)
        if retention_days is not None:
            self._others.append(Retention(store, access, pseudonyms, days=retention_days).run)
        service = Service(
            survey,
            store,
            self._delivery.take,
            worker=worker,
            house=house,
            metrics=self._metrics,
            collect_only=collect_only,
        )
        self._inbox: PollingInbox | WebhookInbox
        routes = Health(store, self._metrics, lambda: self._assessor.active_version).routes()
        if webhook is None:
            self._inbox = PollingInbox(self._api, service, seals)
        else:
            self._inbox = posted = WebhookInbox(self._api, service, store, webhook, seals)
            routes.append(posted.route)
        store.on_fault = partial(self._metrics.error, "database")
        store.on_return = self._note_return
        self._listener = None if listen is None else Listener(routes, listen.host, listen.port)

    async def run(self, stop: asyncio.Event) -> None:
        """Talk to people until ``stop`` is set; raises `WrongTokenError`."""
        receiving = asyncio.create_task(self._receive())
        stopping = asyncio.create_task(stop.wait())
        works = (self._beat, self._watch_model, self._watch.run, self._work, self._purge, *self._others)
        behind = [asyncio.create_task(work()) for work in works]
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
            await self._api.close()
            self._assessor.close()

    async def owner_link(self, chat: str) -> str | None:
        """Return the payload of a link that makes the person of a chat an owner; None where they are one."""
        sealed = self._office.pseudonyms.seals.sealed(NAME, chat)
        return await self._store.step(partial(_owner_link, self._office, Address(NAME, sealed), utc_now()))

    async def _receive(self) -> None:
        await self._fleet.join()  # before anything can be claimed in this worker's name
        self._joined.set()
        async with self._listening():
            name = await introduce(self._api, {each: profile(self._survey, each) for each in self._survey.languages})
            opening = partial(open_desk, self._office, name, self._say, utc_now())
            self._delivery.notify(await self._store.step(opening))
            logger.info("@%s is running", name)
            await self._inbox.run()

    def _makers(self) -> dict[str, Maker]:
        """Return who makes the reports that those who run the bot ask for."""
        office, store = self._office, self._store
        return {
            **AnalysisReports(office, store, NAME).makers,
            **CampaignFiles(office, store).makers,
            **DataReports(office, store, NAME).makers,
            **ExportReports(office, store).makers,
            **FunnelReports(office, store).makers,
            **ModelReports(office, store, self._take_up).makers,
            **StatsReports(office, store).makers,
            **TrainingReports(office, store).makers,
        }

    async def _work(self) -> None:
        await self._joined.wait()  # else its jobs would seem to be a dead worker's
        await self._jobs.run()

    async def _take_up(self) -> None:
        """Tell the other workers of a model that was activated here."""
        if self.mirror is not None:
            await self.mirror.sync()

    async def _beat(self) -> None:
        await self._joined.wait()
        await self._fleet.run()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Listen; who polls can do without, and says so where the port is taken."""
        async with AsyncExitStack() as stack:
            if self._listener is not None:
                try:
                    await stack.enter_async_context(self._listener)
                except UserError as error:
                    if isinstance(self._inbox, WebhookInbox):
                        raise
                    logger.warning("%s; until then there is no /healthz and no /metrics", error)
            yield

    def _note_return(self, seconds: float) -> None:
        self._telling = asyncio.create_task(self.alerts.database_was_away(seconds))

    async def _watch_model(self) -> None:
        """Take up whatever version is active, warm, and deliver the results that waited for it."""
        in_use: str | None = None
        while True:
            try:
                if self.mirror is not None:
                    await self.mirror.sync()
                model = await self._assessor.refresh()
                if model is not None and model.version != in_use:
                    in_use = model.version
                    self._metrics.model(model.version, synthetic=model.synthetic)
                    await self._assessor.warm_up()
                    await self.alerts.model_in_use()
                if model is not None:
                    # every time: a result may be held back when the look that found the model is over
                    await self._delivery.release_results()
                elif self._assessor.refusal is not None:
                    in_use = None
                    self._metrics.model(None)
                    await self.alerts.model_refused(self._assessor.refusal)
            except Exception:
                logger.exception("the active model cannot be used")
            await asyncio.sleep(LOOK_SECONDS)

    async def _purge(self) -> None:
        while True:
            try:
                for purge in (inbox.purge, outbox.purge, outbox.purge_given_up):
                    await self._purge_all(purge)
                await self._store.step(partial(purge_files, now=utc_now()))
                await erase_undecided(self._store)
            except Exception:
                logger.exception("erasing what is old broke off; it goes on in an hour")
            await asyncio.sleep(PURGE_SECONDS)

    async def _purge_all(self, purge: Callable[..., int]) -> None:
        """Erase what is old, a little at a time: people's steps go between."""
        erased = PURGED_AT_ONCE
        while erased == PURGED_AT_ONCE:
            erased = await self._store.step(partial(purge, now=utc_now(), most=PURGED_AT_ONCE))


def _owner_link(office: Office, who: Address, now: datetime, connection: Connection) -> str | None:
    if office.access.role(connection, who) == OWNER:
        return None
    link = invitation(office, connection, OWNER, now + FIRST_OWNER_VALID)
    return link and link.rpartition("start=")[2]


async def _finish(task: asyncio.Task[None], seconds: float) -> None:
    """Wait for a task, and raise what it raised; one that takes longer is left to be cancelled."""
    await asyncio.wait({task}, timeout=seconds)
    if task.done():
        task.result()
