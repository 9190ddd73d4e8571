"""What is said of an import: what became of the rows, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.tables.importing import Imported
from bot.tables.reading import Faults

MOST_FAULTS = 10
"""Of those told at once; a chat's message has room for few more."""

_MOST_COLUMNS = 8
_LONGEST_FAULT = 300


def import_text(done: Imported) -> str:
    """Say what became of a table."""
    return "\n".join(_lines(done))


def _lines(done: Imported) -> Iterator[str]:
    outcome = done.outcome
    if outcome.changed:
        counts = [f"{outcome.new:,} new", f"{outcome.updated:,} updated", f"{outcome.unchanged:,} unchanged"]
        yield f"Imported {done.source}: {', '.join(counts)}."
    else:
        yield f"Nothing new in {done.source}: its {_rows(_all(done))} changed nothing."
    if outcome.updated:
        yield "Updated: their ID was here already, with other answers."
    if outcome.own:
        yield f"Left out: {_rows(outcome.own)} that are already here as chat answers."
    if outcome.erased:
        yield f"Left out: {_rows(outcome.erased)} of people who asked to be erased."
    if done.unlabelled:
        yield f'Left out: {_rows(done.unlabelled)} without an answer in "{done.target}".'
    if done.ignored:
        more = f" and {len(done.ignored) - _MOST_COLUMNS:,} more" if len(done.ignored) > _MOST_COLUMNS else ""
        named = ", ".join(f'"{name[:40]}"' for name in done.ignored[:_MOST_COLUMNS])
        yield f"Columns that are not the survey's, and were not read: {named}{more}."


def _all(done: Imported) -> int:
    outcome = done.outcome
    return outcome.changed + outcome.unchanged + outcome.own + outcome.erased


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def faults_text(faults: Faults, most: int = MOST_FAULTS) -> str:
    """Say what is wrong with a table: the first faults, and where the others are."""
    lines = [_shortened(line) for line in faults.lines[:most]]
    if len(faults.lines) > most:
        lines.append(f"… and {len(faults.lines) - most:,} more; the full list is in the file.")
    return "\n".join(["Nothing was imported. Please correct the table and try again:", *lines])


def write_faults(faults: Faults, path: Path) -> None:
    """Write all faults into a text file, a line each."""
    text = "".join(f"{line}\n" for line in faults.lines)
    path.write_text(text, encoding="utf-8-sig")  # Windows' editor of old takes UTF-8 for something else without


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_FAULT else f"{line[: _LONGEST_FAULT - 1]}…"
