"""What the commands run until they are stopped: the Telegram bot, the page, or only the Bot API server."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.errors import UserError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.local.server import LocalServer

Say: TypeAlias = Callable[[str], None]
"""Writes a line to the person at the console."""

LOCAL_DATABASE = "sqlite:///local.db"
FIRST_PORT, PORTS = 8080, 20


class PortError(UserError):
    """The port asked for is taken."""


async def serve_telegram(settings: Settings, say: Say) -> None:
    """Serve Telegram until SIGINT or SIGTERM."""
    token = settings.bot_token.get_secret_value()
    await _serve(settings, settings.database_url.get_secret_value(), token, settings.telegram_api_url, say, _stop())


async def serve_page(settings: Settings, port: int | None, say: Say) -> None:
    """Serve the chat page, and the bot behind it, until SIGINT or SIGTERM."""
    stop = _stop()
    async with _listening(port, say) as server:
        say(f"The chat is at {server.url} (only on this machine). Ctrl+C stops it.")
        await _serve(settings, LOCAL_DATABASE, server.token, server.url, say, stop)


async def serve_bot_api(port: int | None, say: Say) -> None:
    """Serve the Bot API alone until SIGINT or SIGTERM, for a bot in another process."""
    stop = _stop()
    async with _listening(port, say) as server:
        say(f"The chat is at {server.url} (only on this machine); a bot joins it with")
        say(f"  TELEGRAM_API_URL={server.url} BOT_TOKEN={server.token} python -m bot run")
        await stop.wait()
