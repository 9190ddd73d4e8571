"""What the analysis report costs in time, memory and megabytes of page.

Run ``python -m tests.benchmarks.report_cost [ROWS ...]``. Each is ``python -m engine report`` in a process of its own.
Needs the extra ``benchmark``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.benchmarks import invented
from tests.benchmarks.training_cost import SEED, work_of
from tests.engine.people import HOME

ROWS = (100_000,)


def cost_of_report(what: str, survey: Path, data: Path) -> str:
    """Write a report and return a line of what it cost."""
    with tempfile.TemporaryDirectory() as out:
        work = work_of("engine", "report", "--survey", str(survey), "--data", str(data), "--out", out)
        page = (Path(out) / "report.html").stat().st_size / 1e6
    return f"{what:<28}{work}{page:8.2f} MB of page"


def main(
    rows: Annotated[list[int] | None, typer.Argument(help="Rows to invent.")] = None,
) -> None:
    """Write the report of the home sample and of invented tables of 30 columns, and print what each cost."""
    print(cost_of_report("the home sample", HOME, HOME / "sample.xlsx"))
    with tempfile.TemporaryDirectory() as directory:
        for size in rows or ROWS:
            folder = Path(directory) / str(size)
            invented.write(folder, invented.WIDE, size, SEED)
            print(cost_of_report(f"{size:,} rows x 30 columns", folder, folder / "sample.csv"))


if __name__ == "__main__":
    typer.run(main)
