"""What a report is made of: sections of paragraphs, tables and pictures, in words and numbers, nothing drawn yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.reporting.charts import Chart

Cell: TypeAlias = str | int | float | None
"""A table's value, unrounded; None where there is none."""

Format: TypeAlias = Literal["text", "count", "number", "signed", "share", "p"]
"""How a column's values are written: see `engine.reporting.numbers.written`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column.

    Attributes
    ----------
    title : str
    format : {"text", "count", "number", "signed", "share", "p"}, default "text"
    digits : int, default 2
        Decimals of "number" and "signed"; those of "share" are two fewer, of its percentage.
    """

    title: str
    format: Format = "text"
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values: written for people on the page, and with all their digits into a CSV file.

    Attributes
    ----------
    name : str
        Of its file, unique in a report: "data_quality" becomes tables/data_quality.csv.
    title : str
        What it shows, in a phrase.
    columns : tuple of Column
    rows : tuple of tuple of (str, int, float or None)
    note : str, default ""
        What has to be known to read it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its words.

    Attributes
    ----------
    name : str
        Of its file, unique in a report: "silhouettes" becomes pictures/silhouettes.png.
    title : str
        What it shows, in a phrase; stands in the picture, too.
    alt : str
        What is to be seen in it, in a sentence or two with the numbers that matter: for who cannot see it.
    chart : Chart
    note : str, default ""
        How to read it.
    interactive : bool, default False
        Whether pointing at its parts tells more than the picture does.
    """

    name: str
    title: str
    alt: str
    chart: Chart
    note: str = ""
    interactive: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that somebody else has drawn: a PNG file."""

    name: str
    title: str
    alt: str
    png: bytes
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A table or picture that would mislead, and why it is not there."""

    title: str
    reason: str


Part: TypeAlias = str | Table | Picture | Drawn | LeftOut
"""A string is a paragraph."""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter.

    Attributes
    ----------
    name : str
        Of its anchor, unique in a report: lower-case letters, digits and underscores.
    title : str
    parts : tuple of (str, Table, Picture, Drawn or LeftOut)
        In reading order.
    """

    name: str
    title: str
    parts: tuple[Part, ...]

    @property
    def tables(self) -> Sequence[Table]:
        """Its tables, in reading order."""
        return [part for part in self.parts if isinstance(part, Table)]

    @property
    def pictures(self) -> Sequence[Picture | Drawn]:
        """Its pictures, in reading order."""
        return [part for part in self.parts if isinstance(part, Picture | Drawn)]
