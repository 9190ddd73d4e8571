"""A thousand open conversations: how long people wait, with one of them throttled, and during a broadcast.

``python -m tests.benchmarks.conversations``. Everybody taps on average every ten seconds. Then: what ten thousand
half-finished conversations cost a bot that starts. It needs what `tests.benchmarks.steps` needs.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from tests.benchmarks.plain_table import aligned
from tests.benchmarks.processes import (
    CannotRunError,
    Figures,
    Load,
    bot,
    measured,
    polled,
    poller,
    resident_megabytes,
    sqlite,
)
from tests.benchmarks.stored import multiply, put_nudges, put_training
from tests.engine.people import HOME

BAR_P99, BAR_MEGABYTES, BAR_TRAINING = 250.0, 400.0, 2.0
THINK_SECONDS = 10.0
WARM_UP_SECONDS = 25.0
"""Everybody has begun after the mean time to think, and has a question after another."""
START_SECONDS = 10.0
"""At most from the command to the first poll: nudges are due once the warm-up is over."""

NUDGES = 1_000
TRAINED_ON = 20_000
"""Labelled answers of a training that goes on for longer than is measured."""
HALF_FINISHED, PLAYED = 10_000, 20
"""Conversations in the database, and those of them that were played; the others are copies."""
STARTS = 3
SETTLE_SECONDS = 6.0
"""After its first poll a bot still warms up what the first result needs."""


HEADER = (
    "",
    "taps/s",
    "p50 ms",
    "p99 ms",
    "result p50",
    "p99 ms",
    "left waiting",
    "MB",
    "nudges sent",
    "CPU",
    "strangers'",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One row: who is there, and what else goes on."""

    name: str
    people: int
    per_second: int = 0
    throttled: bool = False
    nudges: int = 0
    training: int = 0


def cases(people: int) -> tuple[Case, ...]:
    """Return what is measured; within 30 messages a second only a tenth of the people can tap that often."""
    few = people // 10
    return (
        Case(f"{people:,} people", people),
        Case(f"{people:,} people, one answered 429 always", people, throttled=True),
        Case(f"{people:,} people, a broadcast of {NUDGES:,}", people, nudges=NUDGES),
        Case(f"{people:,} people, training on {TRAINED_ON:,} answers", people, training=TRAINED_ON),
        Case(f"{few:,} people, 30 messages a second", few, per_second=30),
        Case(f"the same, a broadcast of {NUDGES:,}", few, per_second=30, nudges=NUDGES),
    )


async def waits(case: Case, seconds: float) -> tuple[Figures, float]:
    """Return how long people wait from a tap to the next card, and the bot's memory at the end."""
    options = [
        "--people",
        str(case.people),
        "--think",
        str(THINK_SECONDS),
        *(["--throttled"] if case.throttled else []),
    ]
    with tempfile.TemporaryDirectory() as folder:
        if case.nudges:
            due_at = utc_now() + timedelta(seconds=START_SECONDS + WARM_UP_SECONDS)
            await put_nudges(sqlite(folder), case.nudges, due_at)
        settings = {"MESSAGES_PER_SECOND": str(case.per_second)}
        if case.training:
            await put_training(sqlite(folder), case.training)
            settings["MODELS_DIR"] = _own_models(folder)
        async with poller(options, folder=folder, **settings) as (load, process):
            figures = await measured(load, [process.pid], WARM_UP_SECONDS, seconds)
            return figures, resident_megabytes(process.pid)


def _own_models(folder: str) -> str:
    """Copy the trained versions, since a training adds to them."""
    versions = Path(os.environ.get("MODELS_DIR", HOME / "versions"))
    return str(shutil.copytree(versions, Path(folder) / "versions"))


def row(case: Case, figures: Figures, megabytes: float) -> tuple[str, ...]:
    """Return a row of the table."""
    return (
        case.name,
        f"{figures.steps / figures.seconds:.0f}",
        f"{figures.p50:.0f}",
        f"{figures.p99:.0f}",
        *("" if wait is None else f"{wait:.0f}" for wait in (figures.result_p50, figures.result_p99)),
        str(figures.waiting + figures.stuck),
        f"{megabytes:.0f}",
        str(figures.readers),
        f"{figures.cpu / figures.seconds:.0%}",
        f"{figures.strangers_cpu / figures.seconds:.0%}",
    )


async def fill(folder: str) -> None:
    """Let a few people answer some questions and fall silent, and copy them until the database is full of them."""
    async with poller(("--people", str(PLAYED), "--taps", "5"), folder=folder) as (load, process):
        await measured(load, [process.pid], 0.0, SETTLE_SECONDS)
    multiply(sqlite(folder), HALF_FINISHED // PLAYED - 1)


async def start(folder: str) -> tuple[float, float]:
    """Start a bot; return the seconds to its first poll, and its memory when it has warmed up."""
    async with Load.running("--people", "0") as load:
        began = time.monotonic()
        settings = {**load.settings, "DATABASE_URL": sqlite(folder)}
        async with bot(folder, "run", **settings) as process:
            seconds = await polled(load, process, folder) - began
            await asyncio.sleep(SETTLE_SECONDS)
            return seconds, resident_megabytes(process.pid)


async def starts() -> str:
    """Return what a start costs with an empty database and with a full one, in turns."""
    with ExitStack() as held:
        empty, full = (held.enter_context(tempfile.TemporaryDirectory()) for _ in range(2))
        await start(empty)
        await fill(full)
        found = [(await start(empty), await start(full)) for _ in range(STARTS)]
    rows = []
    for name, measurements in zip(("empty", f"{HALF_FINISHED:,} half-finished"), zip(*found, strict=True), strict=True):
        seconds, megabytes = (statistics.median(column) for column in zip(*measurements, strict=True))
        rows.append((name, f"{seconds:.2f}", f"{megabytes:.0f}"))
    return aligned(("database", "seconds to the first poll", "MB"), rows)


def main(
    people: Annotated[int, typer.Option(min=10, help="How many open conversations.")] = 1_000,
    seconds: Annotated[float, typer.Option(min=1, help="How long each row is measured.")] = 60.0,
) -> None:
    """Print both tables."""
    try:
        asyncio.run(_print(people, seconds))
    except CannotRunError as error:
        raise SystemExit(f"cannot run: {error}") from None


async def _print(people: int, seconds: float) -> None:
    found = {case: await waits(case, seconds) for case in cases(people)}
    print(aligned(HEADER, [row(case, *figures) for case, figures in found.items()]))
    plain, training = (
        next(found[case][0].p99 for case in found if bool(case.training) is wanted) for wanted in (False, True)
    )
    print(f"\nWhile training, p99 is {training / plain:.2f} times that without (bar: {BAR_TRAINING:g}).")
    print(
        f"\n{seconds:g} s each; tap to next card, results apart; strangers' is what other programs used meanwhile."
        f"\nBars: p99 under {BAR_P99:g} ms, memory under {BAR_MEGABYTES:g} MB.\n",
        flush=True,
    )
    print(await starts())
    print(f"\nMedians of {STARTS} starts; memory once what the first result needs is warm.")


if __name__ == "__main__":
    typer.run(main)
