"""Two workers on one PostgreSQL against one: ``python -m tests.benchmarks.workers``.

Webhook, the same people tapping as soon as they see a card. It needs what `tests.benchmarks.steps` needs.
"""

from __future__ import annotations

import asyncio
import statistics
from typing import Annotated

import typer

from tests.benchmarks.plain_table import aligned
from tests.benchmarks.processes import CannotRunError, Figures, measured, postgresql, workers
from tests.benchmarks.steps import HEADER, QUESTIONS, row
from tests.postgres import Postgres

BAR = 0.85
"""Of one worker's steps per CPU second, what two must make together."""


async def figures(server: Postgres, count: int, people: int, seconds: float, warm_up: float) -> Figures:
    """Measure ``count`` workers on a new database."""
    options = ("--people", str(people), *QUESTIONS)
    async with workers(options, count, DATABASE_URL=server.new_database()) as (load, processes):
        return await measured(load, [process.pid for process in processes], warm_up, seconds, server)


ONE, TWO, BUSY = "one worker", "two, the same people", "two, as many people each"


async def _print(server: Postgres, people: int, seconds: float, warm_up: float, rounds: int) -> None:
    """Measure in turns; the less there is to do, the less shares a transaction, so both readings of "two" are shown."""
    plans = {ONE: (1, people), TWO: (2, people), BUSY: (2, 2 * people)}
    found: dict[str, list[Figures]] = {name: [] for name in plans}
    for _ in range(rounds):
        for name, (count, crowd) in plans.items():
            found[name].append(await figures(server, count, crowd, seconds, warm_up))
    medians = {name: sorted(all_, key=lambda each: each.cpu_per_step)[rounds // 2] for name, all_ in found.items()}
    print(aligned(HEADER, [row(name, each, None) for name, each in medians.items()]))
    for name in (TWO, BUSY):
        ratio = statistics.median(
            b.per_cpu_second / a.per_cpu_second for a, b in zip(found[ONE], found[name], strict=True)
        )
        print(f"\n{name}: {ratio:.2f} x one's steps per CPU second (bar: {BAR:g} x)")


def main(
    people: Annotated[int, typer.Option(min=1, help="How many tap at once.")] = 200,
    seconds: Annotated[float, typer.Option(min=1, help="How long each is measured in a round.")] = 10.0,
    warm_up: Annotated[float, typer.Option(min=0, help="How long people tap before that.")] = 5.0,
    rounds: Annotated[int, typer.Option(min=1, help="How often, in turns.")] = 3,
) -> None:
    """Print the table and the ratio."""
    try:
        with postgresql() as server:
            asyncio.run(_print(server, people, seconds, warm_up, rounds))
    except CannotRunError as error:
        raise SystemExit(f"cannot run: {error}") from None


if __name__ == "__main__":
    typer.run(main)
