"""The report as one HTML page that needs nothing but itself: no server, no network, and no script to be read."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from engine.drawing import fonts
from engine.drawing.theme import BLUE, MIST, NIGHT, ORANGE, SLATE
from engine.reporting import interactive
from engine.reporting.numbers import written
from engine.reporting.parts import Drawn, LeftOut, Part, Picture, Section, Table
from engine.reporting.texts import TEXTS
from engine.tables.formulas import guarded

MOST_ROWS = 40
"""Rows of a table that stand on the page: who wants more has the CSV file."""
MOST_OPEN = 12
"""Rows of a table that stands open: of a longer one the title, which a tap opens."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the sections.

    Attributes
    ----------
    title : str
    about : str
        What the report is of: the table, its rows, when it was made.
    warning : str
        What must be known before anything is read, such as that the rows are invented; empty where there is nothing.
    summary : Section
        In plain language.
    """

    title: str
    about: str
    warning: str
    summary: Section


def page(head: Head, sections: Sequence[Section], pictures: Mapping[str, bytes], language: str) -> str:
    """Return the page.

    Parameters
    ----------
    head : Head
    sections : sequence of Section
    pictures : mapping of str to bytes
        PNG files by the name of their picture.
    language : str
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    figures = _figures([head.summary, *sections])
    shown = [_section(section, pictures, figures) for section in (head.summary, *sections)]
    return environment.get_template("report.html").render(
        language=language,
        words=TEXTS.all(language),
        head=head,
        sections=shown,
        style=_style(str(shown)),
        script=_text("report.js"),
        plotly=_plotly() if figures else "",
        figures=_inlined(figures),
        locale=_inlined(_locale()),
    )


def csv_of(table: Table) -> str:
    """Return a table as the text of a CSV file, with every digit; texts that a spreadsheet would run are guarded."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([guarded(column.title) for column in table.columns])
    rows.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return file.getvalue()


# -- parts as the template takes them ---------------------------------------------------------------------------------


def _section(section: Section, pictures: Mapping[str, bytes], figures: Mapping[str, Any]) -> dict[str, Any]:
    parts = [_part(part, pictures, figures) for part in section.parts]
    return {"name": section.name, "title": section.title, "parts": parts}


def _part(part: Part, pictures: Mapping[str, bytes], figures: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(part, str):
        return {"kind": "text", "text": part}
    if isinstance(part, LeftOut):
        return {"kind": "left_out", "title": part.title, "reason": part.reason}
    if isinstance(part, Table):
        return _table(part)
    return _picture(part, pictures[part.name], can_explore=part.name in figures)


def _table(table: Table) -> dict[str, Any]:
    columns = [{"title": column.title, "is_text": column.format == "text"} for column in table.columns]
    rows = [
        [written(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows[:MOST_ROWS]
    ]
    return {
        "kind": "table",
        "name": table.name,
        "title": table.title,
        "note": table.note,
        "columns": columns,
        "rows": rows,
        "of": len(table.rows),
        "is_long": len(table.rows) > MOST_OPEN,
        "csv": "data:text/csv;base64," + base64.b64encode(("\ufeff" + csv_of(table)).encode()).decode(),
    }


def _picture(picture: Picture | Drawn, png: bytes, *, can_explore: bool) -> dict[str, Any]:
    width, height = size_of(png)
    return {
        "kind": "picture",
        "name": picture.name,
        "title": picture.title,
        "alt": picture.alt,
        "note": picture.note,
        "width": width,
        "height": height,
        "png": "data:image/png;base64," + base64.b64encode(png).decode(),
        "is_interactive": can_explore,
    }


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG file in pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return image.size


def _figures(sections: Sequence[Section]) -> dict[str, Any]:
    asked = [part for section in sections for part in section.parts if isinstance(part, Picture) and part.interactive]
    found = {picture.name: interactive.figure(picture.chart) for picture in asked}
    return {name: figure for name, figure in found.items() if figure is not None}


# -- what is put into the page ----------------------------------------------------------------------------------------


def _inlined(value: object) -> str:
    """Return JSON that may stand in a script element: nothing in it ends that element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _style(text: str) -> str:
    """Return the page's style, with the fonts that this text may need."""
    colours = {"night": NIGHT, "slate": SLATE, "mist": MIST, "blue": BLUE, "orange": ORANGE}
    variables = "".join(f"--{name}:{value};" for name, value in colours.items())
    return f":root{{{variables}}}\nbody{{font-family:{interactive.FONTS}}}\n{_carried(text)}\n{_text('report.css')}"


def _carried(text: str) -> str:
    """Return the fonts of scripts that not every device has, each with what of the text it is for.

    matplotlib's own font is for letters that every device has.
    """
    common, *others = fonts.coverage(bold=False)
    faces = []
    for path, known in zip(fonts.files()[1:], others, strict=True):
        used = sorted((known - common).intersection(map(ord, text)))
        if used:
            data = base64.b64encode(path.read_bytes()).decode()
            span = f"U+{used[0]:X}-{used[-1]:X}"
            source = f"src:url(data:font/ttf;base64,{data})"
            faces.append(f'@font-face{{font-family:"Carried along";unicode-range:{span};{source}}}')
    return "\n".join(faces)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    """Return the library that draws in the browser, from the package that ships it, packed: a third of its size."""
    script = (resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return base64.b64encode(gzip.compress(script, mtime=0)).decode()


def _locale() -> dict[str, Any]:
    """Return how the library's own buttons behave: none but those that a finger can use."""
    return {
        "responsive": True,
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage", "sendDataToCloud"],
    }
