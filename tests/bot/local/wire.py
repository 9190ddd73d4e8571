"""The Bot API over the bare wire, without a library that would hide what is sent."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from PIL import Image

from bot.local.server import LocalServer


class Wire:
    """Calls methods with JSON bodies and returns whole replies."""

    def __init__(self, server: LocalServer, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.base = f"{server.url}/bot{server.token}"

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/{method}", json=params) as response:
            reply: dict[str, Any] = await response.json()
            assert response.status == reply.get("error_code", 200)
            return reply

    async def result(self, method: str, **params: Any) -> Any:
        reply = await self.call(method, **params)
        assert reply["ok"], reply
        return reply["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        reply = await self.call(method, **params)
        assert not reply["ok"], reply
        return str(reply["description"])

    async def upload(self, method: str, field: str, content: bytes, **params: Any) -> dict[str, Any]:
        form = aiohttp.FormData({name: str(value) for name, value in params.items()})
        form.add_field(field, content, filename="chart.png", content_type="image/png")
        async with self.http.post(f"{self.base}/{method}", data=form) as response:
            reply: dict[str, Any] = await response.json()
            return reply


@asynccontextmanager
async def wire(server: LocalServer) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as http:
        yield Wire(server, http)


def picture(width: int = 60, height: int = 40) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5cb8").save(stream, "PNG")
    return stream.getvalue()


def keyboard(*labels: str) -> dict[str, Any]:
    """One button per row, each carrying its own label."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]}


async def next_update(bot: Wire, after: int = 0) -> dict[str, Any]:
    update: dict[str, Any]
    (update,) = await bot.result("getUpdates", offset=after + 1, timeout=10, limit=1)
    return update
