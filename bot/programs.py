"""What the commands run until they are stopped: the Telegram bot, the page, or only the Bot API server."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bot.app import Listening, TelegramBot
from bot.errors import UserError
from bot.first_model import Say, ensure_model, provide_model, repair_model
from bot.pseudonyms import Pseudonyms, read_or_make
from bot.settings import Settings
from bot.store.database import Store, shown, sqlite_file
from bot.store.ids import prepare
from bot.store.lock import sole_service
from bot.store.turn import Turn
from bot.tables.filters import zone_of
from bot.telegram.connection import refuse_wrong_token
from bot.telegram.webhook import Webhook, secret_of
from engine.survey import Survey, load

if TYPE_CHECKING:
    from bot.local.server import LocalServer

LOCAL_DATABASE = "sqlite:///local.db"
"""The page's own: what is tried out there never mixes with what people answered."""
PORTS = range(8080, 8100)
"""Where the page may be while nobody names a port."""

CARE_SECONDS = 2.0
"""How long a training may take to break off."""


class PortError(UserError):
    """The page cannot be where it was asked to be."""


async def serve_telegram(settings: Settings, token: str, say: Say) -> None:
    """Serve Telegram until SIGINT or SIGTERM."""
    stop = _stop_on_signal()
    with _opened(settings, settings.database_url.get_secret_value(), say) as (survey, store):
        pseudonyms = await _taken_over(settings, store, stop)
        await _unless(stop, refuse_wrong_token(token, settings.telegram_api_url))  # before anybody waits for a training
        trained = None if store.shared else await ensure_model(survey, settings.versions, stop, say)
        await _talk(
            settings,
            survey,
            store,
            pseudonyms,
            token,
            settings.telegram_api_url,
            stop,
            say,
            webhook=_webhook(settings, token),
            listen=Listening(settings.host, settings.port),
            trained=trained,
        )


async def serve_page(settings: Settings, port: int | None, say: Say) -> None:
    """Serve the chat page and the bot behind it until SIGINT or SIGTERM."""
    stop = _stop_on_signal()
    with _opened(settings, LOCAL_DATABASE, say) as (survey, store):
        pseudonyms = await _taken_over(settings, store, stop)
        await ensure_model(survey, settings.versions, stop, say)
        async with _listening(port) as server:
            say(f"The chat is at {server.url} (for this machine only). Ctrl+C stops it.")
            await _talk(settings, survey, store, pseudonyms, server.token, server.url, stop, say, page=server)


async def serve_bot_api(port: int | None, say: Say) -> None:
    """Serve the Bot API alone until SIGINT or SIGTERM, for a bot in another process."""
    stop = _stop_on_signal()
    async with _listening(port) as server:
        say(f"The chat is at {server.url} (for this machine only); a bot joins it with")
        say(f"BOT_TOKEN={server.token} TELEGRAM_API_URL={server.url} python -m bot run")
        await stop.wait()


@contextmanager
def _opened(settings: Settings, database_url: str, say: Say) -> Iterator[tuple[Survey, Store]]:
    """Read the survey and hold the database, for this process alone."""
    survey, file = load(settings.survey_dir), sqlite_file(database_url)
    with ExitStack() as held:
        if file is not None:
            held.enter_context(sole_service(file))
        store = Store.open(database_url, settings.backup_dir)
        held.callback(store.close)
        say(f"Answers are stored in {shown(database_url)}")
        yield survey, store


async def _taken_over(settings: Settings, store: Store, stop: asyncio.Event) -> Pseudonyms:
    """Return what people are called under DATA_KEY, once the database is known to be that key's."""
    pseudonyms = read_or_make(settings, store.file)
    await _unless(stop, prepare(store, pseudonyms))
    return pseudonyms


async def _talk(
    settings: Settings,
    survey: Survey,
    store: Store,
    pseudonyms: Pseudonyms,
    token: str,
    api_url: str,
    stop: asyncio.Event,
    say: Say,
    *,
    webhook: Webhook | None = None,
    listen: Listening | None = None,
    trained: int | None = None,
    page: LocalServer | None = None,
) -> None:
    """Run a bot; ``trained`` is the exit code of a training that came before, ``page`` who serves the chat page."""
    bot = TelegramBot(
        survey,
        settings.versions,
        store,
        token=token,
        api_url=api_url,
        messages_per_second=settings.messages_per_second,
        webhook=webhook,
        listen=listen,
        pseudonyms=pseudonyms,
        owners=settings.admin_ids,
        zone=zone_of(settings, survey),
        page=None if page is None else page.url,
        say=say,
        collect_only=settings.collect_only,
        nudge_after_hours=settings.nudge_after_hours,
        retention_days=settings.retention_days,
    )
    if page is not None:
        page.offer_ownership(lambda chat: bot.owner_link(str(chat)))
    _collect_rarely()
    caring = asyncio.create_task(_care_for_model(bot, settings, survey, stop, say, trained))
    try:
        await bot.run(stop)
    finally:
        stop.set()
        with suppress(TimeoutError):  # it may wait for a database that is away
            await asyncio.wait_for(caring, CARE_SECONDS)


async def _care_for_model(
    bot: TelegramBot, settings: Settings, survey: Survey, stop: asyncio.Event, say: Say, trained: int | None
) -> None:
    """See to it that there is a usable model, and tell the owners of a training that failed."""
    try:
        if bot.mirror is None:
            code = await repair_model(survey, settings.versions, stop, say)
        else:
            turn = Turn(settings.database_url.get_secret_value())
            code = await provide_model(survey, settings.versions, bot.mirror, turn, stop, say)
        if (ended := trained if code is None else code) is not None:
            await bot.alerts.training_ended(ended)
    except Exception as error:  # people are answered all the same, and their results follow
        say(f"The model could not be looked after: {error}")


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do something, unless the program is stopped first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
    for task in (working, stopping):
        task.cancel()
    await asyncio.gather(working, stopping, return_exceptions=True)


def _collect_rarely() -> None:
    """Leave what is there for good out of garbage collection, and look for the rest less often.

    What a step leaves behind goes by reference counts; Python's default looks for cycles after every 700 objects, which
    took a fifth of a step's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _webhook(settings: Settings, token: str) -> Webhook | None:
    if settings.webhook_url is None:
        return None
    secret = settings.webhook_secret
    return Webhook(settings.webhook_url, secret.get_secret_value() if secret else secret_of(token))


@asynccontextmanager
async def _listening(port: int | None) -> AsyncIterator[LocalServer]:
    """Run the Bot API server on ``port``, or on the first free one where none is asked for."""
    from bot.local.server import LocalServer

    for candidate in PORTS if port is None else (port,):
        server = LocalServer(port=candidate)
        try:
            await server.__aenter__()
        except OSError as error:
            if port is None and error.errno == errno.EADDRINUSE:
                continue
            raise PortError(f"--port: {candidate} cannot be used ({error.strerror}); name another one") from None
        try:
            yield server
        finally:
            await server.__aexit__(None, None, None)
        return
    raise PortError(f"--port: {PORTS[0]} to {PORTS[-1]} are all taken; name a free one")


def _stop_on_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set, on every system."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop
