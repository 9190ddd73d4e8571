"""Where the process listens: the webhook, and whatever else is asked of it over HTTP."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.errors import UserError
from bot.serving import serving

BACKLOG = 2048
"""Connections that may wait to be accepted."""
KEEP_ALIVE = 180
"""Seconds that an unused connection stays open: longer than proxies keep theirs, so that none is closed under them."""
GRACE = 1
"""Seconds that open requests get in the end; those that matter were waited for before."""


class Listener:
    """A web server at HOST:PORT, running for as long as its ``async with`` block.

    Parameters
    ----------
    routes : sequence of starlette.routing.BaseRoute
        What is served.
    host, port : str, int
        Where to listen.

    Raises
    ------
    UserError
        On entering, where it cannot listen there; it names the setting.
    """

    def __init__(self, routes: Sequence[BaseRoute], host: str, port: int) -> None:
        self._app = Starlette(routes=list(routes))
        self._host = host
        self._port = port

    async def __aenter__(self) -> Self:
        """Listen, and return once requests are answered."""
        self._serving = serving(
            self._app,
            _listen(self._host, self._port),
            backlog=BACKLOG,
            http="httptools",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=KEEP_ALIVE,
        )
        await self._serving.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let open requests finish, then stop."""
        await self._serving.__aexit__(kind, error, trace)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        # a name that leads nowhere comes with a negative number
        if error.errno is None or error.errno < 0 or error.errno == errno.EADDRNOTAVAIL:
            raise UserError(f"HOST: {host} is no address of this machine; 0.0.0.0 means all of them") from None
        raise UserError(f"PORT: {port} cannot be used ({os.strerror(error.errno)}); name another one") from None
