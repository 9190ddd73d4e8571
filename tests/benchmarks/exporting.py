"""What an export costs beside writing its cells with the bare library: ``python -m tests.benchmarks.exporting``."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import Connection, insert

from bot.pseudonyms import Pseudonyms
from bot.store.database import Store
from bot.store.schema import people, responses
from bot.tables.export import export
from bot.tables.filters import Filters
from bot.tables.training_table import write_training_table
from engine.survey import Survey, load
from tests.benchmarks.plain_table import aligned

HOME = Path(__file__).parents[2] / "models" / "mobile_money"
ROWS = 100_000
AT_ONCE = 5_000
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
PSEUDONYMS = Pseudonyms("a key for benchmarks only")

Cell = str | float | datetime | None


# -- what is exported ---------------------------------------------------------------------------------------------


async def fill(database: str, survey: Survey, count: int) -> None:
    """Put as many people into a new database, each with a finished run and a result."""
    store, chance = Store.open(database), random.Random(1)
    try:
        for first in range(1, count + 1, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count + 1))
            await store.step(partial(_add, survey, chance, numbers))
    finally:
        store.close()


def _add(survey: Survey, chance: random.Random, numbers: range, connection: Connection) -> None:
    came = {"channel": "telegram", "created_at": BEGIN, "first_campaign": "market-day", "last_campaign": "market-day"}
    connection.execute(insert(people), [{**came, "id": n, "user_id": str(n)} for n in numbers])
    connection.execute(insert(responses), [_response(survey, chance, number) for number in numbers])


def _response(survey: Survey, chance: random.Random, number: int) -> dict[str, Any]:
    at = BEGIN + timedelta(seconds=number)
    return {
        "run": f"run-{number}",
        "person_id": number,
        "answers": {
            feature.column: chance.choice([c.value for c in feature.question.choices if c.ends is None] or [0, 1])
            for feature in survey.features
        },
        "stated": chance.choice(survey.target.grades).value,
        "outcome": "complete",
        "campaign": "market-day",
        "language": chance.choice(survey.languages),
        "consented_at": at,
        "finished_at": at + timedelta(minutes=2),
        "told_at": at + timedelta(minutes=3),
        "grade": chance.choice("ABCD"),
        "probabilities": {letter: chance.random() for letter in "ABCD"},
        "segment": "⭐ Convenience Seekers",
        "model_version": "20261001T000000Z-0123abcd",
    }


# -- what is measured, each in a process of its own -----------------------------------------------------------------


async def _export(folder: Path, format_: Literal["xlsx", "csv"]) -> None:
    store = Store.open(_database(folder))
    filters = Filters(ZoneInfo("Asia/Phnom_Penh"), format=format_)
    await export(store, load(HOME), PSEUDONYMS, filters, folder / f"exported.{format_}")
    store.close()


async def _training_table(folder: Path) -> None:
    store, path = Store.open(_database(folder)), folder / "training.csv"
    await store.look(lambda connection: write_training_table(connection, load(HOME), PSEUDONYMS, path))
    store.close()


async def _bare_xlsx(folder: Path) -> None:
    """Write the cells of the exported .csv file again, and nothing else."""
    book = xlsxwriter.Workbook(str(folder / "bare.xlsx"), {"constant_memory": True, "remove_timezone": True})
    sheet, moments = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for number, row in enumerate(_cells(folder)):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell, moments)
            elif cell is not None:
                sheet.write_number(number, place, cell)
    book.close()


async def _bare_csv(folder: Path) -> None:
    with (folder / "bare.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_cells(folder))


def _cells(folder: Path) -> Iterator[list[Cell]]:
    with (folder / "exported.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield [_cell(text) for text in row]


def _cell(text: str) -> Cell:
    if text[:1].isdigit():
        return datetime.fromisoformat(text) if text[4:5] == "-" and text[10:11] == "T" else _number(text)
    return text or None


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


WORK: Mapping[str, Callable[[Path], Any]] = {
    "export .csv": partial(_export, format_="csv"),
    "bare csv": _bare_csv,
    "export .xlsx": partial(_export, format_="xlsx"),
    "bare XlsxWriter": _bare_xlsx,
    "training table": _training_table,
}


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'answers.db'}"


def measured(name: str, folder: Path) -> tuple[float, float]:
    """Return the seconds and the megabytes that a piece of work takes in a new process."""
    command = [sys.executable, "-m", "tests.benchmarks.exporting", "--work", name, "--folder", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True).stdout
    found = json.loads(said)
    return found["seconds"], found["megabytes"]


def work(name: str, folder: Path) -> None:
    """Do a piece of work, and print what it took."""
    start = time.perf_counter()
    asyncio.run(WORK[name](folder))
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


def main(count: int) -> None:
    """Fill a database, measure, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(_database(Path(folder)), load(HOME), count))
        found = {name: measured(name, Path(folder)) for name in WORK}
    rows = [[name, f"{seconds:.1f} s", f"{megabytes:.0f} MB"] for name, (seconds, megabytes) in found.items()]
    print(aligned([f"{count:,} rows", "time", "peak memory"], rows))
    for ours, bare in (("export .csv", "bare csv"), ("export .xlsx", "bare XlsxWriter")):
        print(f"{ours} / {bare}: {found[ours][0] / found[bare][0]:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work is None:
        main(given.rows)
    else:
        work(given.work, given.folder)
