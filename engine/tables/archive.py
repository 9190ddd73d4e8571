"""The archive of an .xlsx file, bounded: what parses its parts into trees cannot be made to fill the memory."""

from __future__ import annotations

import io
import re
from typing import IO, Literal, cast
from zipfile import ZipFile, ZipInfo

from engine.tables.rows import UnreadableError

MAX_UNPACKED = 2_000_000_000
MAX_STRINGS = 200_000_000
"""Bytes: of all parts, which stream by, and of the strings that cells share, which are kept."""

MAX_AT_ONCE = 12_000_000
"""Bytes of a part that may be in memory at once: a row of a sheet, or all of a part that has no rows. The 65,530 links
that Excel writes at most take nearly as many."""

MOST_ROWS = 5_000_000
"""Rows of a part, or strings in it: openpyxl keeps an empty element of each. A sheet of Excel has 1,048,576 rows."""

MOST_PARTS = 10_000
MOST_TIMES = 100
"""How many times its packed size a part may unpack to, above `MAX_AT_ONCE`: Apache POI draws the same line."""

_MACROS = "vbaProject.bin"
_COPY = "Copy the columns of the survey into a new workbook"
_ROW = re.compile(rb"<(?:\w+:)?(?:row|si)\b")
"""A row of a sheet, or one of the strings that cells share: openpyxl clears each when it has read it."""


class BoundedArchive(ZipFile):
    """An archive that is refused where it, or a part as it is read, takes far more than a survey needs.

    The sizes in its directory can be relied on: zipfile hands out no more of a part than they declare.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        _refuse_bomb(self.infolist())
        if any(part.filename.endswith(_MACROS) for part in self.infolist()):
            raise UnreadableError("it holds macros, which no table needs; save it in Excel as .xlsx, without them")

    def refuse_long_strings(self, name: str) -> None:
        """Refuse the part with the strings that cells share, which are kept all at once, if it is too large."""
        _refuse_above(MAX_STRINGS, self.getinfo(name))

    def open(
        self, name: str | ZipInfo, mode: Literal["r", "w"] = "r", pwd: bytes | None = None, *, force_zip64: bool = False
    ) -> IO[bytes]:
        """Open a part as `zipfile.ZipFile.open` does."""
        part = super().open(name, mode, pwd, force_zip64=force_zip64)
        return cast("IO[bytes]", _Part(part, name if isinstance(name, ZipInfo) else self.getinfo(name)))


class _Part(io.BufferedIOBase):
    """A part that is read in whole if it is small, else row by row."""

    def __init__(self, part: IO[bytes], info: ZipInfo) -> None:
        self._part = part
        self._info = info
        self._at_once = self._rows = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            _refuse_above(MAX_AT_ONCE, self._info)
        chunk = self._part.read(-1 if size is None else size)
        if b"<!DOCTYPE" in chunk:  # whose entities could unfold to gigabytes
            raise UnreadableError(
                f"its part {self._info.filename} declares a document type, which no workbook does; "
                "open it in Excel and save it anew as .xlsx"
            )
        begun = len(_ROW.findall(chunk))
        self._rows += begun
        self._at_once = 0 if begun else self._at_once + len(chunk)
        if self._at_once > MAX_AT_ONCE:
            raise UnreadableError(
                f"its part {self._info.filename} has {MAX_AT_ONCE / 1e6:,.0f} MB and more in one row. {_COPY}"
            )
        if self._rows > MOST_ROWS:
            raise UnreadableError(f"its part {self._info.filename} has more than {MOST_ROWS:,} rows or texts. {_COPY}")
        return chunk

    def close(self) -> None:
        self._part.close()
        super().close()


def _refuse_bomb(parts: list[ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise UnreadableError(f"it has {len(parts):,} parts; at most {MOST_PARTS:,} are read. {_COPY}")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise UnreadableError(
            f"it unpacks to {unpacked / 1e6:,.0f} MB; at most {MAX_UNPACKED / 1e6:,.0f} MB are read. {_COPY}"
        )
    for part in parts:
        if part.file_size > MAX_AT_ONCE + MOST_TIMES * part.compress_size:
            raise UnreadableError(
                f"its part {part.filename} unpacks to {part.file_size / 1e6:,.0f} MB, more than {MOST_TIMES} times "
                f"its size, as no table does. {_COPY}"
            )


def _refuse_above(limit: int, part: ZipInfo) -> None:
    if part.file_size > limit:
        raise UnreadableError(
            f"its part {part.filename} unpacks to {part.file_size / 1e6:,.0f} MB; "
            f"at most {limit / 1e6:,.0f} MB are read. {_COPY}"
        )
