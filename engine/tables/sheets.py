"""Opens a table's file, whatever its kind, and says in words why one cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from engine.errors import TableError
from engine.tables import text_file, workbook
from engine.tables.rows import Sheet, UnreadableError
from engine.tables.workbook import ABOUT_SHEET, SYNTHETIC

__all__ = ["ABOUT_SHEET", "MAX_BYTES", "SYNTHETIC", "opened"]

Opener: TypeAlias = Callable[[Path], AbstractContextManager[Sheet]]

MAX_BYTES = 2_000_000_000
"""Of the file: far above any survey, and read row by row; it bounds the time."""

_OPEN_ELSEWHERE = "it is open in Excel (or another program); close it there and try again"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an .xlsx with a password
_PROGRAM = b"MZ"
_ZIP = b"PK\x03\x04"


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open an .xlsx file's first visible sheet, or a .csv file.

    Parameters
    ----------
    path : Path
        ``.xlsx``, or ``.csv``: UTF-8 with or without a byte order mark; commas, semicolons or tabs between cells.

    Yields
    ------
    Sheet
        Its rows are read as they are asked for, within bounded memory. Cells are text, stripped; whole numbers carry
        no decimals ("1", never "1.0").

    Raises
    ------
    TableError
        If there is no such file, or it cannot be read as what its name says, also while its rows are asked for; the
        message says the way out.
    """
    try:
        open_kind = _kind(path)
        with open_kind(path) as sheet:
            yield sheet
    except UnreadableError as error:
        raise TableError(str(path), [str(error)]) from None
    except FileNotFoundError:
        raise TableError(str(path), ["there is no such file"]) from None
    except IsADirectoryError:
        raise TableError(str(path), ["this is a folder; name the .xlsx or .csv file in it"]) from None
    except PermissionError:
        raise TableError(str(path), [f"it may not be read; perhaps {_OPEN_ELSEWHERE}"]) from None
    except OSError as error:
        raise TableError(str(path), [f"it cannot be read: {error.strerror or error}"]) from None


_KINDS: dict[str, Opener] = {".xlsx": workbook.opened, ".csv": text_file.opened}


def _kind(path: Path) -> Opener:
    """Return what opens the file, if its content is what its name says."""
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise UnreadableError(f'"{path.suffix}" files are not read; save the table as .xlsx or .csv')
    if path.with_name(f"~${path.name}").exists():
        raise UnreadableError(_OPEN_ELSEWHERE)
    with path.open("rb") as stream:
        start = stream.read(512)
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError(f"it has {path.stat().st_size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read")
    if start.startswith(_PROGRAM) and b"\0" in start:
        raise UnreadableError("it is a program, whatever its name says; do not open it")
    if start.startswith(_OLD_EXCEL):
        raise UnreadableError("it has a password, or is an old .xls file; save it as .xlsx without a password")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise UnreadableError("it is a web page, whatever its name says; open it in Excel and save it as .xlsx")
    if kind == ".xlsx" and not start.startswith(_ZIP):
        raise UnreadableError("it is not an Excel workbook, whatever its name says; if it holds text, name it .csv")
    if kind == ".csv" and start.startswith(_ZIP):
        raise UnreadableError("it is an Excel workbook, whatever its name says; name it .xlsx")
    return _KINDS[kind]
