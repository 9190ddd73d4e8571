"""One JSON object with very many rows in it, read a row at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO, Any

ROWS = "rows"

_CHUNK = 1 << 16
_BLANKS = " \t\r\n"
_BEHIND_A_VALUE = tuple(f"{_BLANKS},:]}}")


def members(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """Yield ("rows", row) for each row of that array, and (name, value) for each other member, as they stand there.

    Raises
    ------
    ValueError
        Where the file holds no such object, or breaks off.
    """
    text = _Text(file)
    text.take("{")
    while not text.took("}"):
        name = text.value()
        text.take(":")
        if name == ROWS:
            yield from ((name, row) for row in _elements(text))
        else:
            yield name, text.value()
        text.took(",")


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    while not text.took("]"):
        yield text.value()
        text.took(",")


class _Text:
    """A text of which only the part at hand is in memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._parse = json.JSONDecoder().raw_decode
        self._held = ""
        self._at = 0

    def took(self, mark: str) -> bool:
        """Pass over a mark, if it comes next."""
        self._skip_blanks()
        found = self._held.startswith(mark, self._at)
        self._at += found
        return found

    def take(self, mark: str) -> None:
        """Pass over a mark that must come next."""
        if not self.took(mark):
            raise ValueError(f"{mark} is missing")

    def value(self) -> Any:
        """Return the value that comes next; of a number, more digits may follow."""
        self._skip_blanks()
        while True:
            try:
                value, end = self._parse(self._held, self._at)
                if self._held[end : end + 1] in _BEHIND_A_VALUE:
                    self._at = end
                    return value
            except json.JSONDecodeError:
                pass
            if not self._read_on():
                raise ValueError("it breaks off")

    def _skip_blanks(self) -> None:
        while True:
            while self._at < len(self._held) and self._held[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._held) or not self._read_on():
                return

    def _read_on(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self._held, self._at = self._held[self._at :] + self._decode(chunk, final=not chunk), 0
        return bool(chunk)
