"""A real Chromium, once for all browser tests, and a fresh page for each.

They share the browser's event loop: a test module here is marked ``asyncio(loop_scope="session")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot.local.server import LocalServer
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.echo_bot import echo_bot

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is no reason to fail
PHONE = ViewportSize(width=390, height=844)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What pages wrote to the console as an error or a warning, and what they threw; at a test's end nothing."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    async with LocalServer() as server, echo_bot(server):
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, complaints: list[str]) -> AsyncIterator[Page]:
    """A tab on a phone."""
    context = await browser.new_context(viewport=PHONE, locale="en-US", reduced_motion="reduce")
    context.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield await context.new_page()
    await context.close()
    assert complaints == []
