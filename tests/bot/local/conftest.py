"""A server of its own for every test, somebody who talks there, and a bot on the bare wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.local.person import Person
from bot.local.server import LocalServer
from tests.bot.local.wire import Wire, wire


@pytest.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with LocalServer() as server:
        yield server


@pytest.fixture
async def wired(server: LocalServer) -> AsyncIterator[Wire]:
    async with wire(server) as wired:
        yield wired


@pytest.fixture
async def person(server: LocalServer) -> AsyncIterator[Person]:
    async with Person(server.url, language="km") as person:
        yield person
