"""Exports: all answers, or those of some days or of a campaign, as .xlsx or .csv files."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock, utc_now
from bot.errors import UserError
from bot.pseudonyms import Pseudonyms
from bot.store import exports
from bot.store.database import Store, StoreError
from bot.store.labelled import Entry, entries
from bot.tables.codebook import Codebook, codebook_of
from bot.tables.csv_file import WriteRow, csv_writer
from bot.tables.filters import Filters
from bot.tables.layout import Layout
from bot.tables.workbook_file import workbook_writer
from engine.files import sync
from engine.survey import Survey

MOST_BYTES = 50_000_000
"""Of a file: what a bot may send in Telegram."""
MOST_ROWS = 250_000
"""Of a file: far below what a sheet of Excel holds, and of a short survey not quite `MOST_BYTES`."""

_ROOM = 0.9
"""How full a file is made when its size is reckoned from another's."""


class ExportError(UserError):
    """What cannot be exported; the message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was written."""

    path: Path
    rows: int

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.path.stat().st_size


async def export(
    store: Store,
    survey: Survey,
    pseudonyms: Pseudonyms,
    filters: Filters,
    path: Path,
    *,
    most_bytes: int = MOST_BYTES,
    clock: Clock = utc_now,
) -> list[Path]:
    """Write the answers that ``filters`` name to ``path``, or to numbered parts beside it; return what was written.

    The export is written down in the store before any file has its name. Answers are read beside the bot's steps, as
    they were at one moment.

    Parameters
    ----------
    store : Store
    survey : Survey
    pseudonyms : Pseudonyms
    filters : Filters
        Their format decides, whatever the path ends in.
    path : Path
    most_bytes : int, default 50,000,000
        Of a file: what has more is split into "…-1-of-3" and so on.
    clock : callable

    Raises
    ------
    ExportError
        Where there is nothing to export, a file is there already, or the folder cannot be written.
    StoreError
        Where the database does not answer.
    """
    _refuse_taken([path])
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as workshop:
            write = partial(_write, survey, pseudonyms, filters, Path(workshop), most_bytes, clock)
            parts = await store.look(write)
            if not parts:
                raise ExportError(_nothing(filters))
            targets = _names(path, len(parts))
            _refuse_taken(targets)
            rows, name = sum(part.rows for part in parts), _name(targets)
            await store.step(lambda connection: exports.add(connection, name, filters.extent, rows, clock()))
            for part, target in zip(parts, targets, strict=True):
                sync(part.path)
                part.path.rename(target)
    except SQLAlchemyError as error:
        raise StoreError(
            f"DATABASE_URL: the answers cannot be read: {getattr(error, 'orig', None) or error}"
        ) from error
    except OSError as error:
        raise ExportError(f"{path}: cannot be written: {error.strerror or error}; {_way_out(error)}") from None
    return targets


def _way_out(error: OSError) -> str:
    return "make room, or name another folder" if error.errno == errno.ENOSPC else "name another folder"


def _refuse_taken(paths: list[Path]) -> None:
    for path in paths:
        if path.exists():
            raise ExportError(f"{path}: exists already, and is never overwritten; name a new file")
        if not path.parent.is_dir():
            raise ExportError(f"{path}: there is no folder {path.parent}; make it, or name another one")


def _nothing(filters: Filters) -> str:
    if filters.extent.whole:
        return "Nothing to export: nobody has finished the survey yet, and nothing was imported."
    return f"Nothing to export: there is no complete run {filters}. Test runs and imported rows are left out."


def _names(path: Path, parts: int) -> list[Path]:
    if parts == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{number}-of-{parts}{path.suffix}") for number in range(1, parts + 1)]


def _name(targets: list[Path]) -> str:
    first, last = targets[0].name, targets[-1].name
    return first if first == last else f"{first} to {last}"


# -- writing ------------------------------------------------------------------------------------------------------


def _write(
    survey: Survey,
    pseudonyms: Pseudonyms,
    filters: Filters,
    folder: Path,
    most_bytes: int,
    clock: Clock,
    connection: Connection,
) -> list[Part]:
    """Write files of which none is too large; how large a workbook is shows only once it is packed."""
    layout = Layout(survey, filters.zone)
    codebook = codebook_of(survey, layout.columns, filters, clock())
    begin = partial(_begin, layout, codebook, filters)
    most_rows = MOST_ROWS
    while True:
        with closing(entries(connection, pseudonyms, filters.extent)) as found:
            parts = list(_parts(found, layout, begin, folder, most_rows))
        largest = max(parts, key=lambda part: part.bytes, default=None)
        if largest is None or largest.bytes <= most_bytes:
            return parts
        if largest.rows == 1:
            raise ExportError(f"A single row takes {largest.bytes:,} bytes; no file may have more than {most_bytes:,}.")
        most_rows = max(1, int(_ROOM * min(largest.rows, largest.rows * most_bytes / largest.bytes)))
        for part in parts:
            part.path.unlink()


def _begin(layout: Layout, codebook: Codebook, filters: Filters, path: Path) -> AbstractContextManager[WriteRow]:
    if filters.format == "xlsx":
        return workbook_writer(path, layout.columns, codebook)
    return _csv(path, [column.name for column in layout.columns])


@contextmanager
def _csv(path: Path, names: list[str]) -> Iterator[WriteRow]:
    with csv_writer(path) as write:
        write(names)
        yield write


def _parts(
    found: Iterator[Entry],
    layout: Layout,
    begin: Callable[[Path], AbstractContextManager[WriteRow]],
    folder: Path,
    most_rows: int,
) -> Iterator[Part]:
    """Write the entries into files of at most so many rows."""
    for number in count(1):
        some = islice(found, most_rows)
        first = next(some, None)
        if first is None:
            return
        path, rows = folder / f"part-{number}", 0
        with begin(path) as write:
            for entry in chain([first], some):
                write(layout.row(entry))
                rows += 1
        yield Part(path, rows)
