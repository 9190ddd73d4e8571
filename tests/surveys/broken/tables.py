"""Makes broken tables of the coffee survey; each function returns what writes one file."""

from __future__ import annotations

import csv
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_to_tuple

COFFEE = Path(__file__).parents[1] / "coffee"
PEOPLE = 60

Write: TypeAlias = Callable[[Path], None]
Rows: TypeAlias = list[list[Any]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_SIZE_IN_ENTRY = 24

LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
"""Ten lines that unfold to two gigabytes, by the name of j."""


def sound(people: int = PEOPLE) -> Rows:
    """Return a table without a fault: the column names, and a row a person."""
    with (COFFEE / "sample.csv").open(encoding="utf-8", newline="") as lines:
        return [[*row] for row in csv.reader(lines)][: people + 1]


def text(rows: Rows, separator: str = ",") -> Write:
    """Write rows as a .csv file, as they are."""
    return content("".join(separator.join(map(str, row)) + "\n" for row in rows).encode())


def content(written: bytes) -> Write:
    """Write these bytes, whatever the file is called."""

    def write(path: Path) -> None:
        path.write_bytes(written)

    return write


def changed(cells: Mapping[str, object], rows: Rows | None = None) -> Rows:
    """Return rows in which some cells ("B2") hold something else."""
    table = sound() if rows is None else rows
    for place, value in cells.items():
        row, column = coordinate_to_tuple(place)
        table[row - 1][column - 1] = value
    return table


def column(letter: str, value: object) -> Rows:
    """Return rows in which a whole column holds the same."""
    return changed({f"{letter}{number}": value for number in range(2, PEOPLE + 2)})


def inserted(at: int, *rows: Sequence[object]) -> Rows:
    """Return rows with others put before row ``at``."""
    table = sound()
    table[at - 1 : at - 1] = map(list, rows)
    return table


def workbook(rows: Rows, merge: Sequence[str] = ()) -> Write:
    """Write rows as Excel does, with merged cells."""

    def write(path: Path) -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Answers"
        for row in rows:
            sheet.append(row)
        for block in merge:
            sheet.merge_cells(block)
        book.save(path)

    return write


def archive(
    sheet: str = "",
    strings: str = "",
    *,
    declaration: str = "",
    encoding: str = "utf-8",
    absent: str = "",
    declared_size: int | None = None,
) -> Write:
    """Write the parts of an .xlsx file by hand.

    Parameters
    ----------
    sheet, strings : str
        XML within the worksheet and within the shared strings.
    declaration, encoding : str
        What both begin with, and are written in.
    absent : str
        A part that is left out.
    declared_size : int, optional
        What the archive's directory says that its last part, the worksheet, unpacks to.
    """
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in (("worksheet", "sheet.xml"), ("sharedStrings", "strings.xml"))
    )
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for part, kind in (("workbook", "sheet.main"), ("sheet", "worksheet"), ("strings", "sharedStrings"))
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{kinds}</Types>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Answers" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/strings.xml": f'{declaration}<sst xmlns="{MAIN}">{strings}</sst>'.encode(encoding),
        "xl/sheet.xml": f'{declaration}<worksheet xmlns="{MAIN}">{sheet}</worksheet>'.encode(encoding),
    }

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for name, part in parts.items():
                if name != absent:
                    file.writestr(name, part)
        if declared_size is not None:
            _declare_size(path, declared_size)

    return write


def _declare_size(path: Path, size: int) -> None:
    """Make the archive's directory lie about its last part."""
    written = bytearray(path.read_bytes())
    struct.pack_into("<I", written, written.rindex(_DIRECTORY_ENTRY) + _SIZE_IN_ENTRY, size)
    path.write_bytes(written)
