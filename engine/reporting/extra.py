"""Sections that somebody else has made: read from a JSON file, with the pictures that lie beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from engine.errors import InputError
from engine.reporting.parts import Column, Drawn, Format, Part, Section, Table

_FORMATS: tuple[Format, ...] = get_args(Format)
_NAME = re.compile("[a-z0-9_]+")
_PNG = b"\x89PNG\r\n\x1a\n"


def read_sections(path: Path) -> tuple[Section, ...]:
    """Read sections.

    Parameters
    ----------
    path : Path
        A JSON list of ``{"name", "title", "paragraphs": [str], "table", "figure"}``; a table is ``{"title", "columns":
        [{"title", "format", "digits"}], "rows"}``, a figure ``{"file", "title", "alt"}``, its PNG file named from the
        folder of ``path``; either may be missing or null. A name is lower-case letters, digits and underscores.

    Raises
    ------
    InputError
        Where the file or a picture cannot be read, or says something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_section(one, path.parent) for one in found)
    except OSError as error:
        raise InputError(str(error.filename), [f"cannot be read: {error.strerror}"]) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        raise InputError(str(path), [f"is no list of sections ({kind}: {error})"]) from None


def _section(found: Mapping[str, Any], folder: Path) -> Section:
    name, paragraphs = str(found["name"]), found.get("paragraphs", [])
    if not _NAME.fullmatch(name):  # it becomes a file's
        raise ValueError(f"name {name!r}: lower-case letters, digits and underscores")
    if not isinstance(paragraphs, list):
        raise TypeError(f"the paragraphs of {name} are no list")
    parts: list[Part] = [str(paragraph) for paragraph in paragraphs]
    if figure := found.get("figure"):
        png = (folder / str(figure["file"])).read_bytes()
        if not png.startswith(_PNG):
            raise ValueError(f"the figure of {name} is no PNG file")
        parts.append(Drawn(name, str(figure["title"]), str(figure["alt"]), png))
    if table := found.get("table"):
        parts.append(_table(name, table))
    return Section(name, str(found["title"]), tuple(parts))


def _table(name: str, found: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(str(column["title"]), _format(column.get("format", "text")), int(column.get("digits", 2)))
        for column in found["columns"]
    )
    rows = tuple(tuple(row) for row in found["rows"])
    if any(len(row) != len(columns) for row in rows):
        raise ValueError(f"a row of the table in {name} has not {len(columns)} cells")
    if any(isinstance(cell, list | dict) for row in rows for cell in row):
        raise ValueError(f"a cell of the table in {name} is neither a text nor a number")
    return Table(name, str(found["title"]), columns, rows)


def _format(word: str) -> Format:
    for known in _FORMATS:
        if word == known:
            return known
    raise ValueError(f"format {word!r}: one of {', '.join(_FORMATS)}")
