"""Serving HTTP within a running event loop, for as long as a block takes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket, **options: Any) -> AsyncIterator[None]:
    """Answer what comes to a listening socket, which is closed in the end; ``options`` are uvicorn's."""
    # asyncio does so by itself only where a socket names its protocol; without it every reply is 40 ms late
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", **options)
    server = _Server(config)
    task = asyncio.create_task(server.serve([listening]))
    try:
        await server.ready.wait()
        yield
    finally:
        server.should_exit = True
        await task
        listening.close()


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
