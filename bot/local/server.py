"""Runs the local Bot API server and its chat page on 127.0.0.1, within the running event loop."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.local import bot_side, page
from bot.local.guard import LoopbackGuard
from bot.local.person_side import PersonSide
from bot.local.state import LocalBotApi

HOST = "127.0.0.1"
"""Never another: whoever reaches this server can talk as anybody."""
GRACE = 3
"""Seconds that open requests get when the server stops."""


def create_app(api: LocalBotApi, intercept: bot_side.Intercept | None = None) -> Starlette:
    """Return the web application around ``api``."""
    return Starlette(
        routes=[*bot_side.routes(api, intercept), *PersonSide(api).routes(), *page.routes()],
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
        self._app = create_app(self.api, intercept)

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.api.token

    async def __aenter__(self) -> Self:
        """Listen, and return once requests are answered."""
        self._socket = socket.create_server((HOST, self._port))
        # asyncio does so by itself only where a socket names its protocol; without it every reply is 40 ms late
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        await self._server.ready.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go those who wait, then stop."""
        await self.api.close()
        self._server.should_exit = True
        await self._task
        self._socket.close()


class _Server(uvicorn.Server):
    """A server that says when it is ready, and leaves signals to the program that it is part of."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()
