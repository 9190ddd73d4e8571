"""Bots, the load server and PostgreSQL as processes: started in a folder of their own, measured, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import psutil

from tests.engine.people import HOME
from tests.postgres import Postgres

TOKEN = "4200000042:AAE-measured-on-loopback-only"
READY_SECONDS = 60.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.05


class CannotRunError(Exception):
    """What is to be measured does not run; the message says why."""


@asynccontextmanager
async def python(folder: str | Path, *arguments: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``python …`` in a folder of its own, and stop it; what it says about errors is kept there."""
    with _errors(folder) as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(HOME.parents[1]), **settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.communicate(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.communicate()


def _errors(folder: str | Path) -> BinaryIO:
    return Path(folder, "stderr.txt").open("ab")


@asynccontextmanager
async def bot(folder: str | Path, *command: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``python -m bot`` on the home survey."""
    home = {"SURVEY_DIR": str(HOME), "MODELS_DIR": os.environ.get("MODELS_DIR", str(HOME / "versions"))}
    async with python(folder, "-m", "bot", *command, **{**home, **settings}) as process:
        yield process


def sqlite(folder: str | Path) -> str:
    """Return the URL of the database file in a bot's folder."""
    return f"sqlite:///{folder}/bot.db"


def resident_megabytes(process_id: int) -> float:
    """Return a process's resident memory."""
    return float(psutil.Process(process_id).memory_info().rss) / 2**20


def cpu_seconds(process_id: int) -> float:
    """Return the CPU time that a process, its threads and its children have used."""
    process = psutil.Process(process_id)
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Load:
    """The load server: Telegram and its people in a process that is not measured."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    @classmethod
    @asynccontextmanager
    async def running(cls, *options: str) -> AsyncIterator[Load]:
        """Run it with these options."""
        with tempfile.TemporaryDirectory() as folder:
            async with python(folder, "-m", "tests.benchmarks.load_server", *options) as process:
                first = await cls(process, "")._answer()
                yield cls(process, first["url"])

    @property
    def settings(self) -> dict[str, str]:
        """What a bot needs to reach it, past any proxy of the machine."""
        return {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.url, "NO_PROXY": "127.0.0.1"}

    async def ask(self, command: str) -> Any:
        """Give one of its commands, and return what it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())
        return await self._answer()

    async def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), READY_SECONDS)
        if not line:
            raise CannotRunError("the load server ended; see its errors with python -m tests.benchmarks.load_server")
        return json.loads(line)


async def polled(load: Load, process: asyncio.subprocess.Process, folder: str | Path) -> float:
    """Wait for the first getUpdates and return when it came, by the monotonic clock."""

    async def look() -> float | None:
        state = await load.ask("state")
        heard: float | None = state["polled_at"]
        return heard

    moment: float = await _patiently(look, (process,), folder, "it does not poll")
    return moment


async def served(
    load: Load, processes: Iterable[asyncio.subprocess.Process], folder: str | Path, urls: Iterable[str]
) -> None:
    """Wait until every worker listens for updates, and Telegram was told so."""

    async def look() -> bool:
        state = await load.ask("state")
        if state["polled_at"] is not None:
            raise CannotRunError("WEBHOOK_URL is set, but the bot polls: this version of it has no webhook")
        return state["webhook"] is not None and all(map(_listens, urls))

    await _patiently(look, processes, folder, "it does not listen, or never called setWebhook")


async def _patiently(
    look: Callable[[], Any], processes: Iterable[asyncio.subprocess.Process], folder: str | Path, failure: str
) -> Any:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if found := await look():
            return found
        for process in processes:
            if process.returncode is not None:
                raise CannotRunError(f"it ended at once: {last_error(folder)}")
        await asyncio.sleep(LOOK_SECONDS)
    raise CannotRunError(f"{failure} within {READY_SECONDS:.0f} s: {last_error(folder)}")


def last_error(folder: str | Path) -> str:
    """Return the last line that was written to the standard error."""
    lines = Path(folder, "stderr.txt").read_text(encoding="utf-8").strip().splitlines()
    return lines[-1] if lines else "it says nothing"


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((parts.hostname or "", parts.port or 80)) == 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one measurement gave; times in milliseconds, CPU in seconds.

    Attributes
    ----------
    steps : int
        Taps that were answered by a next card.
    p50, p99 : float
        From a tap to the next card, except results.
    result_p50, result_p99 : float or None
        From the last tap to the picture.
    waiting, stuck : int
        Who had waited for more than a second at the end; who had waited so long that they wrote /start.
    readers : int
        Messages to people who only read.
    cpu, server_cpu, load_cpu, strangers_cpu : float
        What the measured processes used, the database's server, the load generator, and all the rest of the machine.
    calls : mapping of str to int
        How often each method was called.
    """

    steps: int
    seconds: float
    p50: float
    p99: float
    result_p50: float | None
    result_p99: float | None
    waiting: int
    stuck: int
    readers: int
    cpu: float
    server_cpu: float
    load_cpu: float
    strangers_cpu: float
    calls: Mapping[str, int]

    @property
    def cpu_per_step(self) -> float:
        """CPU milliseconds of a step."""
        return 1000 * self.cpu / self.steps

    @property
    def per_cpu_second(self) -> float:
        """Steps per CPU second: what a core can do."""
        return self.steps / self.cpu


async def measured(
    load: Load, process_ids: Iterable[int], warm_up: float, seconds: float, server: Postgres | None = None
) -> Figures:
    """Let the people write, and measure the processes, and the database's beside, once the warm-up is over."""
    ids = tuple(process_ids)

    def used() -> tuple[float, float, float]:
        return sum(map(cpu_seconds, ids)), cpu_seconds(server_process(server)) if server else 0.0, _machine_seconds()

    await load.ask("begin")
    await asyncio.sleep(warm_up)
    await load.ask("reset")
    before = used()
    await asyncio.sleep(seconds)
    report = await load.ask("report")
    cpu, server_cpu, all_cpu = (after - earlier for after, earlier in zip(used(), before, strict=True))
    if not report["steps"]:
        raise CannotRunError("not one tap was answered by a next card")
    strangers = max(0.0, all_cpu - cpu - server_cpu - report["load_cpu"])
    return Figures(cpu=cpu, server_cpu=server_cpu, strangers_cpu=strangers, **report)


def _machine_seconds() -> float:
    """Return the CPU time that the whole machine has used."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


@contextmanager
def postgresql() -> Iterator[Postgres]:
    """Run a PostgreSQL server that keeps what it commits, as one that people rely on does."""
    with ExitStack() as held:
        try:
            server = held.enter_context(Postgres(settings="max_connections = 200"))
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            raise CannotRunError(f"PostgreSQL does not start ({error}); is the extra test installed?") from error
        yield server


def server_process(server: Postgres) -> int:
    """Return a server's first process, the parent of all others."""
    return int((server.folder / "postmaster.pid").read_text(encoding="ascii").split()[0])


@asynccontextmanager
async def workers(
    load_options: Iterable[str], count: int, **settings: str
) -> AsyncIterator[tuple[Load, list[asyncio.subprocess.Process]]]:
    """Run ``count`` workers on one database by webhook, and the load server that posts to them in turn."""
    ports = [free_port() for _ in range(count)]
    urls = [f"http://127.0.0.1:{port}/telegram" for port in ports]
    options = [option for url in urls for option in ("--webhook", url)]
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        load = await stack.enter_async_context(Load.running(*load_options, *options))
        common = {"WEBHOOK_URL": urls[0], "WEBHOOK_SECRET": "benchmark", "DATABASE_URL": sqlite(folder)}
        processes = []
        for port in ports:
            own = {**load.settings, **common, "PORT": str(port), "MESSAGES_PER_SECOND": "0", **settings}
            processes.append(await stack.enter_async_context(bot(folder, "run", **own)))
        await served(load, processes, folder, urls)
        yield load, processes


@asynccontextmanager
async def poller(
    load_options: Iterable[str], *command: str, folder: str | Path | None = None, **settings: str
) -> AsyncIterator[tuple[Load, asyncio.subprocess.Process]]:
    """Run a bot that polls the load server: ``python -m bot run``, or the command given."""
    async with AsyncExitStack() as stack:
        folder = folder or stack.enter_context(tempfile.TemporaryDirectory())
        load = await stack.enter_async_context(Load.running(*load_options))
        if command:
            running = python(folder, *command, **load.settings)
        else:
            common = {"DATABASE_URL": sqlite(folder), "MESSAGES_PER_SECOND": "0"}
            running = bot(folder, "run", **{**load.settings, **common, **settings})
        process = await stack.enter_async_context(running)
        await polled(load, process, folder)
        yield load, process
