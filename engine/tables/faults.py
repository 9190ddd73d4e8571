"""Faults of a table as they are found: all told at once, each with its place."""

from __future__ import annotations

from engine.errors import TableError

MOST_SPELLED_OUT = 50
"""Faults that are spelled out; a table with more has one cause that the first ones already show."""

MOST_COUNTED = 10_000
"""Faults after which reading on would only take time."""


class Faults:
    """Collects what is wrong with a table.

    Parameters
    ----------
    subject : str
        The file's name.
    sheet : str or None
        Its sheet's name, which every fault then begins with.
    most : int, default 50
        Faults that are spelled out.
    """

    def __init__(self, subject: str, sheet: str | None, most: int = MOST_SPELLED_OUT) -> None:
        self._subject = subject
        self._sheet = "" if sheet is None else f'sheet "{sheet}", '
        self._most = most
        self._kept: list[str] = []
        self._count = 0

    def add(self, place: str, message: str) -> None:
        """Note a fault; only the first ``most`` are kept, the rest are counted."""
        self._count += 1
        if len(self._kept) < self._most:
            self._kept.append(f"{self._sheet}{place}: {message}")

    @property
    def too_many(self) -> bool:
        """Whether nothing is gained by looking for more."""
        return self._count >= MOST_COUNTED

    def error(self) -> TableError:
        """Return all that was found as an error to raise."""
        more = self._count - len(self._kept)
        least = "at least " if self.too_many else ""
        return TableError(self._subject, [*self._kept, *([f"... and {least}{more:,} more"] if more else [])])

    def raise_any(self) -> None:
        """Raise a `TableError` if there is any fault."""
        if self._count:
            raise self.error()
