"""Tables of answers, read by the engine in a process of its own: its libraries are never loaded into the bot."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.background import background
from bot.pseudonyms import person_in
from bot.store.imported import LONGEST_ID
from bot.tables.json_rows import ROWS, members
from bot.tables.layout import Layout
from engine.survey import Survey

SECONDS = 300.0
"""How long reading one table may take."""

_MOST_FAULTS = 2_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; ``answers`` are as a response's: column -> label, number or 0/1."""

    id: str | None
    answers: dict[str, Any]
    stated: str


@dataclass(frozen=True, slots=True)
class Faults:
    """Why a table cannot be taken in, a line for each fault with its place."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ReadTable:
    """A table without faults; its rows lie on the disk until the object is gone.

    Attributes
    ----------
    source : str
        The file's name.
    fingerprint : str
        Of all answers, without the IDs.
    synthetic : bool
        Whether the file says that nobody gave these answers.
    count, unlabelled : int
        The rows there are; those that were left out as they hold no answer of the target.
    anonymous : int
        Rows without an ID.
    people : frozenset of str
        The pseudonyms among the IDs.
    target : str
        The target's column.
    ignored : tuple of str
        Columns that neither the survey names nor an export has.
    """

    source: str
    fingerprint: str
    synthetic: bool
    count: int
    unlabelled: int
    anonymous: int
    people: frozenset[str]
    target: str
    ignored: tuple[str, ...]
    file: IO[bytes]

    def __post_init__(self) -> None:
        weakref.finalize(self, self.file.close)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows in the order of the table."""
        return _rows(self.file)


async def read_table(survey: Survey, path: Path, *, seconds: float = SECONDS) -> ReadTable | Faults:
    """Read a table of answers and check every cell.

    Parameters
    ----------
    survey : Survey
    path : Path
        An .xlsx or .csv file.
    seconds : float
        After which reading is broken off.
    """
    with ExitStack() as held:
        printed = held.enter_context(tempfile.TemporaryFile())
        with tempfile.TemporaryFile() as said:
            try:
                code = await _run(survey, path, printed, said, seconds)
            except TimeoutError:
                return Faults((f"reading it took more than {seconds / 60:.2g} minutes; import it in parts",))
            found = await asyncio.to_thread(_take, survey, printed, said, code)
        if isinstance(found, ReadTable):
            held.pop_all()  # the file is the table's from now on
        return found


async def _run(survey: Survey, path: Path, printed: IO[bytes], said: IO[bytes], seconds: float) -> int:
    command = (sys.executable, "-m", "engine", "read", "--survey", str(survey.folder), "--data", str(path))
    async with background(*command, environment=os.environ, stdout=printed, stderr=said) as process:
        return await asyncio.wait_for(process.wait(), seconds)


# -- what the engine printed --------------------------------------------------------------------------------------


def _take(survey: Survey, printed: IO[bytes], said: IO[bytes], code: int) -> ReadTable | Faults:
    try:
        return _table(survey, printed) if code == 0 else _faults(printed)
    except (ValueError, KeyError, TypeError):  # it ended without a word that a program could read
        said.seek(0)
        words = said.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(words) if line.strip()), "it said nothing")
        return Faults((f"reading it failed (exit code {code}): {last[:500]}",))


def _faults(printed: IO[bytes]) -> Faults:
    printed.seek(0)
    [lines] = [value for name, value in members(printed) if name == "faults"]
    return Faults(tuple(map(str, lines)))


def _table(survey: Survey, printed: IO[bytes]) -> ReadTable | Faults:
    printed.seek(0)
    facts: dict[str, Any] = {}
    wrong: list[str] = []
    people: set[str] = set()
    count = anonymous = 0
    for name, value in members(printed):
        if name != ROWS:
            facts[name] = value
            continue
        count += 1
        identity = value["id"]
        if identity is None:
            anonymous += 1
        elif (fault := _fault_of(identity)) is not None:
            wrong.append(fault)
        elif (person := person_in(identity)) is not None:
            people.add(person)
    if wrong:
        return Faults(tuple(_shortened(wrong)))
    known = {column.name for column in Layout(survey, ZoneInfo("UTC")).columns}
    return ReadTable(
        source=facts["source"],
        fingerprint=facts["fingerprint"],
        synthetic=facts["synthetic"],
        count=count,
        unlabelled=facts["unlabelled"],
        anonymous=anonymous,
        people=frozenset(people),
        target=survey.target.column,
        ignored=tuple(name for name in facts["ignored"] if name not in known),
        file=printed,
    )


def _fault_of(identity: str) -> str | None:
    """Return what keeps an ID from being stored, and from being written into a sheet again."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in identity)
    if len(identity) > LONGEST_ID:
        return f'the ID "{shown[:40]}…" has {len(identity):,} characters; shorten it to at most {LONGEST_ID}'
    if any(char < " " or "\ud800" <= char <= "\udfff" or char in "\x7f\ufffe\uffff" for char in identity):
        return f'the ID "{shown}" holds characters that are not text, shown here as \ufffd; type it anew'
    return None


def _shortened(faults: Sequence[str]) -> Iterator[str]:
    yield from faults[:_MOST_FAULTS]
    if len(faults) > _MOST_FAULTS:
        yield f"... and {len(faults) - _MOST_FAULTS:,} more"


def _rows(file: IO[bytes]) -> Iterator[TableRow]:
    file.seek(0)
    for name, value in members(file):
        if name == ROWS:
            yield TableRow(value["id"], value["answers"], value["stated"])
