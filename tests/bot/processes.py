"""The bot as its owner runs it: a process of its own, which a test starts, kills and starts again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from bot.local.bot_side import Intercept
from bot.local.server import LocalServer
from bot.settings import REPOSITORY
from tests.bot.balancer import Balancer
from tests.bot.faults import Faults
from tests.bot.house import KEY

Mode: TypeAlias = Literal["polling", "webhook"]
MODES: tuple[Mode, ...] = ("polling", "webhook")

PATIENCE = 60.0
"""Seconds for anything that a process has to do."""
STOPPED = 0
KILLED = -signal.SIGKILL


@dataclass
class BotProcess:
    """`python -m bot run` with these settings; what it says goes to ``log``.

    Attributes
    ----------
    kills : int
        How often it was killed, or killed itself.
    """

    settings: Mapping[str, str]
    log: Path
    kills: int = 0
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self, *crash: str) -> None:
        """Start; with a point's name and a number it kills itself at that passing of `tests.bot.crashing`'s point."""
        program = ("tests.bot.crashing", *crash) if crash else ("bot", "run")
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *program),
                cwd=self.log.parent,
                env={**_surroundings(), "PYTHONPATH": str(REPOSITORY), **self.settings},
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def cut_short(self) -> None:
        """Kill it and wait for its end."""
        self.kill()
        await self.ended()

    async def ended(self) -> int:
        """Wait for its end and return the exit code."""
        assert self._process is not None
        code = await self._process.wait()
        self.kills += code == KILLED
        return code

    async def stop(self) -> int:
        """Ask it to stop, as a supervisor does, and return the exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            return await self.ended()

    def said(self) -> str:
        """Return what it said in all its lives."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _surroundings() -> dict[str, str]:
    """Return the environment without anything that covers the tests' own children, or slows their start down."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


@asynccontextmanager
async def bot_and_server(
    database: str, versions: Path, mode: Mode, folder: Path, intercept: Intercept | None = None, number: int = 1
) -> AsyncIterator[tuple[LocalServer, Sequence[BotProcess]]]:
    """Give a Bot API server and the processes, not yet started, of a bot that belongs to it.

    By webhook they may be several, behind a load balancer. `Faults` as an intercept reach the updates, too.
    """
    async with LocalServer(intercept=intercept) as server:
        settings = {
            "BOT_TOKEN": server.token,
            "TELEGRAM_API_URL": server.url,
            "DATABASE_URL": database,
            "DATA_KEY": KEY,
            "MODELS_DIR": str(versions),
            "MESSAGES_PER_SECOND": "0",
        }
        if mode == "polling":
            async with _killed_in_the_end([BotProcess(settings, folder / "bot.log")]) as processes:
                yield server, processes
            return
        ports = [free_port() for _ in range(number)]
        faults = intercept if isinstance(intercept, Faults) else None
        async with Balancer(ports, faults) as balancer:
            settings["WEBHOOK_URL"] = f"{balancer.url}/telegram"
            settings["WEBHOOK_SECRET"] = "geheim"
            workers = [BotProcess({**settings, "PORT": str(port)}, folder / f"bot-{port}.log") for port in ports]
            async with _killed_in_the_end(workers) as processes:
                yield server, processes


@asynccontextmanager
async def _killed_in_the_end(processes: Sequence[BotProcess]) -> AsyncIterator[Sequence[BotProcess]]:
    """Leave no process behind, whatever becomes of the test."""
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
