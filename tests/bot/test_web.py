"""Where the process listens."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.errors import UserError
from bot.web import Listener
from tests.bot.running import free_port


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def test_every_route_is_served_and_says_nothing_about_the_server() -> None:
    port = free_port()
    async with Listener([Route("/a", hello), Route("/b", hello)], "127.0.0.1", port), aiohttp.ClientSession() as http:
        for path, status in (("/a", 200), ("/b", 200), ("/c", 404)):
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                assert response.status == status
                assert "server" not in response.headers


async def test_a_request_under_way_is_answered_before_it_stops() -> None:
    port, come, go = free_port(), asyncio.Event(), asyncio.Event()

    async def wait(request: Request) -> PlainTextResponse:
        come.set()
        await go.wait()
        return PlainTextResponse("done")

    async def ask() -> str:
        async with http.get(f"http://127.0.0.1:{port}/") as response:
            return await response.text()

    async with aiohttp.ClientSession() as http:
        async with Listener([Route("/", wait)], "127.0.0.1", port):
            asking = asyncio.create_task(ask())
            await come.wait()
            asyncio.get_running_loop().call_later(0.01, go.set)

        assert await asking == "done"


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(UserError, match=f"PORT: {port} cannot be used .*name another"):
            async with Listener([], "127.0.0.1", port):
                pass


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
async def test_a_host_that_is_not_this_machine_is_named(host: str) -> None:
    with pytest.raises(UserError, match=f"HOST: {host} is no address of this machine"):
        async with Listener([], host, free_port()):
            pass
