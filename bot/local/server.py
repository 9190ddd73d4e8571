"""Runs the local Bot API server and its chat page on 127.0.0.1, within the running event loop."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.local import bot_side, page
from bot.local.guard import LoopbackGuard
from bot.local.person_side import OwnerLink, PersonSide
from bot.local.state import LocalBotApi
from bot.serving import serving

HOST = "127.0.0.1"
"""Never another: whoever reaches this server can talk as anybody."""
GRACE = 3
"""Seconds that open requests get when the server stops."""


def create_app(api: LocalBotApi, people: PersonSide, intercept: bot_side.Intercept | None = None) -> Starlette:
    """Return the web application around ``api``."""
    return Starlette(
        routes=[*bot_side.routes(api, intercept), *people.routes(), *page.routes()],
        middleware=[Middleware(LoopbackGuard)],
    )


class LocalServer:
    """The server, running for as long as its ``async with`` block.

    Attributes
    ----------
    api : LocalBotApi
        What the server knows.
    url : str
        Where the page is, and the base of ``<url>/bot<token>/<method>``; known once the server runs.

    Raises
    ------
    OSError
        On entering, when the port is taken.
    """

    def __init__(self, *, port: int = 0, token: str | None = None, intercept: bot_side.Intercept | None = None) -> None:
        self.api = LocalBotApi(token)
        self.url = ""
        self._port = port
        self._people = PersonSide(self.api)
        self._app = create_app(self.api, self._people, intercept)

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.api.token

    def offer_ownership(self, link: OwnerLink) -> None:
        """Let the page open a tab as the bot's owner: ``link`` tells by what payload of /start one becomes that."""
        self._people.owner_link = link

    async def __aenter__(self) -> Self:
        """Listen, and return once requests are answered."""
        listening = socket.create_server((HOST, self._port))
        self.url = f"http://{HOST}:{listening.getsockname()[1]}"
        self._serving = serving(self._app, listening, timeout_graceful_shutdown=GRACE)
        await self._serving.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go those who wait, then stop."""
        await self.api.close()
        await self._serving.__aexit__(kind, error, trace)
        self.api.files.close()
