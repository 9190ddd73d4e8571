"""Steps per CPU second of the whole durable path, beside a bare bot's and the floor.

``python -m tests.benchmarks.steps``. A step is a tap answered by the next card: two Bot API calls. The same people tap
in every row, as soon as they see a card; the rows take turns, and each shows the median of its rounds. It needs a
trained version of the home survey (MODELS_DIR, or what the first ``python -m bot`` makes) and the extras test and
benchmark.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import typer

from tests.benchmarks.plain_table import aligned
from tests.benchmarks.processes import CannotRunError, Figures, measured, poller, postgresql, workers
from tests.postgres import Postgres

BAR = 3.0
"""How many times the bare bot's steps per CPU second ours must make, on SQLite by polling."""

QUESTIONS = ("--turn", "your own answer")
"""People turn round at the last question, so that every step is a question as it is in the bare bot."""


@dataclass(frozen=True)
class Plan:
    """How long and with how many people each row is measured."""

    people: int
    seconds: float
    warm_up: float
    server: Postgres | None

    async def polling(self, *options: str, command: Sequence[str] = ()) -> Figures:
        """Measure a bot that polls: ours, or the command's."""
        async with poller(("--people", str(self.people), *options), *command) as (load, process):
            return await measured(load, [process.pid], self.warm_up, self.seconds)

    async def posted_to(self, server: Postgres | None, **settings: str) -> Figures:
        """Measure ours with a webhook."""
        async with workers(("--people", str(self.people), *QUESTIONS), 1, **settings) as (load, processes):
            return await measured(load, [processes[0].pid], self.warm_up, self.seconds, server)

    async def on_postgresql(self) -> Figures:
        """Measure ours with a webhook on PostgreSQL."""
        if self.server is None:
            raise CannotRunError("there is no PostgreSQL server")
        return await self.posted_to(self.server, DATABASE_URL=self.server.new_database())


BARE = "bare bot, default"
BARE_CONCURRENT = "bare bot, concurrent_updates"
POLLING = "ours: SQLite, polling"
WHOLE = "ours: the same, with results"
FLOOR = "the floor: SQLite, polling"

Measure: TypeAlias = Callable[[Plan], Awaitable[Figures]]
ROWS: Mapping[str, Measure] = {
    BARE: lambda plan: plan.polling(*QUESTIONS, command=("-m", "tests.benchmarks.bare_bot")),
    BARE_CONCURRENT: lambda plan: plan.polling(*QUESTIONS, command=("-m", "tests.benchmarks.bare_bot", "--concurrent")),
    POLLING: lambda plan: plan.polling(*QUESTIONS),
    "ours: SQLite, webhook": lambda plan: plan.posted_to(None),
    "ours: PostgreSQL, webhook": Plan.on_postgresql,
    WHOLE: lambda plan: plan.polling(),
    FLOOR: lambda plan: plan.polling(*QUESTIONS, command=("-m", "tests.benchmarks.floor")),
}

HEADER = (
    "",
    "steps/CPU s",
    "CPU ms/step",
    "+ server's",
    "steps/s",
    "p50 ms",
    "p99 ms",
    "calls/step",
    "stuck",
    "load's CPU",
    "strangers'",
    "x bare bot",
)


async def rounds(plan: Plan, names: Sequence[str], count: int) -> dict[str, Figures]:
    """Measure every row ``count`` times, in turns, and return each one's median; what cannot run says so and is out."""
    found: dict[str, list[Figures]] = {name: [] for name in names}
    for _ in range(count):
        for name in tuple(found):
            try:
                found[name].append(await ROWS[name](plan))
            except CannotRunError as error:
                print(f"{name}: cannot run: {error}", flush=True)
                del found[name]
    return {name: sorted(all_, key=lambda one: one.cpu_per_step)[len(all_) // 2] for name, all_ in found.items()}


def printed(found: Mapping[str, Figures]) -> str:
    """Return the table, and how ours compares with the better of the bare bots."""
    bare = max((found[name].per_cpu_second for name in (BARE, BARE_CONCURRENT) if name in found), default=None)
    lines = [aligned(HEADER, [row(name, figures, bare) for name, figures in found.items()])]
    if bare is not None and POLLING in found:
        times = found[POLLING].per_cpu_second / bare
        lines.append(f"{POLLING}: {times:.2f} x the better bare bot (bar: {BAR:g} x)")
    return "\n\n".join(lines)


def row(name: str, figures: Figures, bare: float | None) -> tuple[str, ...]:
    """Return a row of the table; ``bare`` is the bare bot's steps per CPU second."""
    server = 1000 * figures.server_cpu / figures.steps
    calls = sum(count for method, count in figures.calls.items() if method != "getUpdates")
    return (
        name,
        f"{figures.per_cpu_second:,.0f}",
        f"{figures.cpu_per_step:.3f}",
        f"{server:.3f}" if server else "",
        f"{figures.steps / figures.seconds:,.0f}",
        f"{figures.p50:,.0f}",
        f"{figures.p99:,.0f}",
        f"{calls / figures.steps:.2f}",
        str(figures.stuck),
        f"{figures.load_cpu / figures.seconds:.0%}",
        f"{figures.strangers_cpu / figures.seconds:.0%}",
        f"{figures.per_cpu_second / bare:.2f}" if bare else "",
    )


def main(
    people: Annotated[int, typer.Option(min=1, help="How many tap at once.")] = 200,
    seconds: Annotated[float, typer.Option(min=1, help="How long each row is measured in a round.")] = 10.0,
    warm_up: Annotated[float, typer.Option(min=0, help="How long people tap before that.")] = 5.0,
    count: Annotated[int, typer.Option("--rounds", min=1, help="How often, in turns.")] = 3,
    only: Annotated[list[str] | None, typer.Option(help="Rows with this in their name; may be repeated.")] = None,
) -> None:
    """Print the table."""
    names = [name for name in ROWS if only is None or any(each in name for each in only)]
    with ExitStack() as held:
        server = None
        if any("PostgreSQL" in name for name in names):
            try:
                server = held.enter_context(postgresql())
            except CannotRunError as error:
                print(error, flush=True)
        found = asyncio.run(rounds(Plan(people, seconds, warm_up, server), names, count))
    print(printed(found))
    print(
        f"\n{people} people tapping at once, {count} x {seconds:g} s each after {warm_up:g} s that do not count, median"
        " of the rounds. CPU of the bot's process alone: the load generator and PostgreSQL's server have their own, and"
        " strangers' is what other programs used meanwhile."
    )


if __name__ == "__main__":
    typer.run(main)
