"""A load balancer before a webhook's workers, and the network between it and Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from tests.bot.faults import Faults

_HOP_BY_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


class Balancer:
    """Passes each request on to the workers in turn, and by those that take none; use it with ``async with``.

    Attributes
    ----------
    url : str
        Where to send what is for the workers; known once it runs.
    passed : int
        How many requests a worker answered.
    """

    def __init__(self, ports: Sequence[int], faults: Faults | None = None) -> None:
        self.url = ""
        self.passed = 0
        self._ports = ports
        self._faults = faults
        self._turn = count()
        self._later: set[asyncio.Task[int]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        connector = aiohttp.TCPConnector(limit=0)
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None), connector=connector)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Pass nothing on any more."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        await self._runner.cleanup()
        await self._http.close()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        if self._faults is not None:
            await self._faults.delay()
            if self._faults.again():
                self._pass_later(request.path_qs, headers, body)
        return web.Response(status=await self._pass_on(request.path_qs, headers, body))

    def _pass_later(self, path: str, headers: dict[str, str], body: bytes) -> None:
        async def pass_later() -> int:
            await asyncio.sleep(0.5)
            return await self._pass_on(path, headers, body)

        task = asyncio.create_task(pass_later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _pass_on(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Pass a request on and return the status of the answer."""
        turn = next(self._turn)
        for place in range(len(self._ports)):
            port = self._ports[(turn + place) % len(self._ports)]
            try:
                async with self._http.post(f"http://127.0.0.1:{port}{path}", headers=headers, data=body) as response:
                    self.passed += 1
                    return response.status
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                break  # that worker has the request, and may have handled it: it is for Telegram to repeat it
        return 502
