"""A whole bot at work within the test: server, service and sender over real HTTP, and people who talk to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from sqlalchemy import Select

from bot.app import Listening, TelegramBot
from bot.local.bot_side import Intercept
from bot.local.person import Person, Seen
from bot.local.server import LocalServer
from bot.store.database import Store
from bot.telegram.webhook import Webhook, secret_of
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS
from tests.postgres import engine_for


class RunningBot:
    """A bot on a server and a database of its own; use it with ``async with``.

    ``webhook`` says how it receives: by webhook, or else by polling; ``options`` are the bot's own.
    """

    def __init__(
        self,
        survey: Survey,
        versions: Path,
        database: str,
        intercept: Intercept | None = None,
        *,
        webhook: bool = False,
        collect_only: bool = False,
        owners: Sequence[int] = (),
        **options: Any,
    ) -> None:
        self.database = database
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self._collect_only = collect_only
        self._owners = owners
        self._options = options
        self.hook = Webhook("", "")
        self._survey = survey
        self._versions = versions
        self._webhook = webhook
        self.server = LocalServer(intercept=intercept)

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.start(webhook=self._webhook)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self.server.__aexit__(kind, error, trace)

    def start(self, *, webhook: bool) -> None:
        """Start the bot, receiving in this way."""
        self._stop = asyncio.Event()
        self._store = Store.open(self.database)
        port = free_port()
        self.hook = Webhook(f"http://127.0.0.1:{port}/telegram", secret_of(self.server.token))
        bot = TelegramBot(
            self._survey,
            self._versions,
            self._store,
            token=self.server.token,
            api_url=self.server.url,
            messages_per_second=0,
            pseudonyms=PSEUDONYMS,
            webhook=self.hook if webhook else None,
            listen=Listening("127.0.0.1", port) if webhook else None,
            owners=self._owners,
            collect_only=self._collect_only,
            say=self.said.put_nowait,
            **self._options,
        )
        self.server.offer_ownership(lambda chat: bot.owner_link(str(chat)))
        self._running = asyncio.create_task(bot.run(self._stop))

    async def stop(self) -> None:
        """Stop the bot; people may go on talking to the server."""
        self._stop.set()
        try:
            await self._running
        finally:
            self._store.close()

    def person(self, chat_id: int | None = None) -> Person:
        """Return somebody in the bot's chat, new unless named."""
        return Person(self.server.url, chat_id=chat_id)

    async def menu(self, person: Person) -> list[dict[str, str]]:
        """Return the commands that a person's menu lists."""
        scope = {"type": "chat", "chat_id": person.chat_id}
        async with aiohttp.ClientSession(f"{self.server.url}/bot{self.server.token}/") as http:
            async with http.post("getMyCommands", json={"scope": scope}) as response:
                own: list[dict[str, str]] = (await response.json())["result"]
            async with http.post("getMyCommands", json={}) as response:
                everybodys: list[dict[str, str]] = (await response.json())["result"]
        return own or everybodys

    async def owner(self) -> Person:
        """Return somebody who came by the link that the console shows, and owns the bot; to be left by `__aexit__`."""
        person = await self.person().__aenter__()
        await person.start((await self.said.get()).rpartition("start=")[2])
        await person.wait_for(lambda chat: any("You own this bot" in seen.text for seen in chat))
        return person

    def stored(self, query: Select[Any]) -> list[Any]:
        """Return the rows of a query, seen as another program sees them."""
        return stored(self.database, query)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def stored(database: str, query: Select[Any]) -> list[Any]:
    """Return the rows of a query, seen as another program sees them."""
    engine = engine_for(database)
    try:
        with engine.connect() as connection:
            return list(connection.execute(query).all())
    finally:
        engine.dispose()


async def begin(person: Person) -> Seen:
    """Start, agree, and return the first question."""
    await person.start()
    return await tap_first(person)


async def tap_first(person: Person) -> Seen:
    """Tap the open card's "Done", else its first button, and return the card that the chat shows then."""
    await _tap_first(person)
    await person.wait_for(lambda chat: bool(chat[-1].buttons))
    return person.messages[-1]


async def answer_until(person: Person, done: Callable[[Sequence[Seen]], bool]) -> Seen:
    """Answer question after question until the chat is as wanted, and return its last message."""
    while True:
        await person.wait_for(lambda chat: bool(chat) and (done(chat) or bool(chat[-1].buttons)))
        if done(person.messages):
            return person.messages[-1]
        await _tap_first(person)


async def answer_everything(person: Person) -> Seen:
    """Answer until the picture of the result comes, and return that."""
    return await answer_until(person, lambda chat: chat[-1].file_id is not None)


async def _tap_first(person: Person) -> None:
    await person.wait_for(lambda chat: bool(chat and chat[-1].buttons))
    card = person.messages[-1]
    button = next((button for button in card.buttons if button.label == "Done"), card.buttons[0])
    await person.tap_data(card.id, button.data or "")
    await person.wait_for(lambda chat: chat[-1].raw != card.raw)
