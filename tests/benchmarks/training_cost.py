"""What a training costs in time and memory, and how that grows with the rows.

Run ``python -m tests.benchmarks.training_cost [ROWS ...]``. Each training is ``python -m engine train`` in a process of
its own, from a .csv file to a stored version. Needs the extra ``benchmark``.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import psutil
import typer

from tests.benchmarks import invented
from tests.engine.people import HOME

ROWS = (1_000, 10_000, 100_000)
BETWEEN_LOOKS = 0.1
"""Seconds between two looks at the memory."""
SEED = 0

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Work:
    """What a command cost.

    Attributes
    ----------
    seconds, cpu_seconds : float
        By the clock, and of all its processes together.
    megabytes : float
        Resident memory of all its processes together at its peak; pages that they share count for each.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:8.1f} s{self.cpu_seconds:9.1f} s CPU{self.megabytes:8,.0f} MB of memory at the peak"


def work_of(*command: str) -> Work:
    """Run ``python -m`` with a command and measure."""
    start, before = time.perf_counter(), _cpu_seconds_of_children()
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=_ROOT, stdout=subprocess.DEVNULL)
    peak = _watch(process)
    if process.returncode:
        raise SystemExit(process.returncode)
    return Work(time.perf_counter() - start, _cpu_seconds_of_children() - before, peak / 1e6)


@dataclass(frozen=True)
class Cost:
    """What one training cost, and the size of the model's file in megabytes."""

    work: Work
    model_megabytes: float


def cost_of_training(survey: Path, data: Path, *options: str) -> Cost:
    """Train on a table and measure."""
    with tempfile.TemporaryDirectory() as versions:
        where = ("--survey", str(survey), "--data", str(data), "--models-dir", versions)
        work = work_of("engine", "train", *where, *options)
        (model,) = Path(versions).glob("*/model.joblib")
        return Cost(work, model.stat().st_size / 1e6)


def _cpu_seconds_of_children() -> float:
    """Return the CPU time of children, and of theirs, that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _watch(training: subprocess.Popen[bytes]) -> int:
    """Wait for the end and return the most memory, in bytes, that was ever seen."""
    process = psutil.Process(training.pid)
    peak = 0
    while training.poll() is None:
        peak = max(peak, _resident_bytes(process))
        time.sleep(BETWEEN_LOOKS)
    return peak


def _resident_bytes(process: psutil.Process) -> int:
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:  # it ended while being looked at
        pass
    return total


def growth(rows: tuple[int, int], costs: tuple[float, float]) -> float:
    """Return the power of the rows that the cost grows with; 1 is linear."""
    return math.log(costs[1] / costs[0]) / math.log(rows[1] / rows[0])


def main(
    rows: Annotated[list[int] | None, typer.Argument(help="Rows to invent, ascending.")] = None,
) -> None:
    """Train on the home sample, and on invented tables of 30 columns once over, and print what each training cost."""
    print(_line("the home sample", cost_of_training(HOME, HOME / "sample.xlsx")))
    costs: dict[int, Cost] = {}
    with tempfile.TemporaryDirectory() as directory:
        for size in rows or ROWS:
            folder = Path(directory) / str(size)
            invented.write(folder, invented.WIDE, size, SEED)
            costs[size] = cost_of_training(folder, folder / "sample.csv", "--repeats", "1")
            print(_line(f"{size:,} rows x 30 columns", costs[size]))
    for fewer, more in pairwise(costs):
        power = growth((fewer, more), (costs[fewer].work.cpu_seconds, costs[more].work.cpu_seconds))
        print(f"from {fewer:,} to {more:,} rows the CPU time grows by their power of {power:.2f}")


def _line(what: str, cost: Cost) -> str:
    return f"{what:<28}{cost.work}{cost.model_megabytes:8.2f} MB of model"


if __name__ == "__main__":
    typer.run(main)
