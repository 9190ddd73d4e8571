"""Work in processes of its own: the engine's libraries take more memory than all the bot, and a whole core."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a line that the engine prints: a whole table may stand in one."""
NICENESS = 10
"""How far the engine stands back behind the bot where both want the same core."""
TERMINATED_SECONDS = 2.0

_ONE_THREAD = dict.fromkeys(
    # the last one keeps joblib from processes of its own, which would outlive the one that is stopped
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"),
    "1",
)
_BELOW_NORMAL = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows


@asynccontextmanager
async def engine(
    *command: str, survey: Path, versions: Path, quiet: bool = True
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command of the engine beside the bot; whoever leaves the block early stops it.

    Parameters
    ----------
    command : str
        What stands behind ``python -m engine``.
    survey : Path
        The survey's folder.
    versions : Path
        Where the trained versions are.
    quiet : bool, default True
        See `background`; otherwise it writes to the console, and takes what it needs.
    """
    words = (sys.executable, "-m", "engine", *command, "--survey", str(survey))
    environment = {**os.environ, "MODELS_DIR": str(versions)}
    if quiet:
        async with background(*words, environment=environment) as process:
            yield process
    else:
        process = await asyncio.create_subprocess_exec(*words, env=environment)
        try:
            yield process
        finally:
            await asyncio.shield(_stop(process))


@asynccontextmanager
async def background(
    *command: str,
    environment: Mapping[str, str],
    stdout: int | IO[bytes] = asyncio.subprocess.PIPE,
    stderr: int | IO[bytes] = asyncio.subprocess.PIPE,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program in one thread and behind everything else; its output is the caller's to read."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**environment, **_ONE_THREAD},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        limit=LONGEST_LINE,
        creationflags=_BELOW_NORMAL,
    )
    _stand_back(process.pid)
    try:
        yield process
    finally:
        await asyncio.shield(_stop(process))


class Told(NamedTuple):
    """What a command of the engine told in the end.

    Attributes
    ----------
    last : mapping
        Its last line.
    trouble : str
        Where it broke off and on what kind of error, if it did: its message might hold what somebody answered.
    """

    last: Mapping[str, Any]
    trouble: str


async def follow(process: asyncio.subprocess.Process, note: Callable[[int, int], Awaitable[None]]) -> Told:
    """Read the JSON lines of a command until it ends.

    Parameters
    ----------
    process : asyncio.subprocess.Process
    note : callable
        Awaited with what each line ``{"progress": [done, of]}`` says.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    said: Mapping[str, Any] = {}
    async for line in process.stdout:
        said = json.loads(line)
        if "progress" in said:
            await note(*said["progress"])
    await process.wait()
    return Told(said, _where((await errors).decode(errors="replace").strip()))


def _where(trouble: str) -> str:
    lines = trouble.splitlines()
    places = [line.strip() for line in lines if line.startswith('  File "')]
    kind = lines[-1].partition(":")[0] if places else "an error that it told"
    return f"{kind} at {places[-1]}" if places else kind


def _stand_back(process: int) -> None:
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, process, NICENESS)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), TERMINATED_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
