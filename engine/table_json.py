"""A checked table as one JSON object: how the bot, which loads no pandas, takes answers in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from engine.survey import Survey
from engine.table import Table

MOST_FAULTS = 2_000
"""That are spelled out: for a file that a person works through."""


def pieces(survey: Survey, table: Table) -> Iterator[str]:
    """Yield the object as text, a row at a time: a hundred thousand rows as one text would fill the memory.

    Notes
    -----
    ``{"rows": [{"id", "answers", "stated"}], "columns", "ignored", "repaired", "unlabelled", "fingerprint",
    "synthetic", "source"}``. Answers are labels, numbers, or 0 and 1 of select-all columns; a missing one is absent.
    ``stated`` is the target's value, or null.
    """
    about = {
        "columns": dict(table.columns),
        "ignored": list(table.ignored),
        "repaired": [asdict(repair) for repair in table.repaired],
        "unlabelled": table.unlabelled,
        "fingerprint": table.fingerprint,
        "synthetic": table.synthetic,
        "source": table.source,
    }
    yield '{"rows": ['
    for number, row in enumerate(_rows(survey, table)):
        yield f"{', ' if number else ''}{json.dumps(row)}"
    yield f"], {json.dumps(about)[1:]}"


def _rows(survey: Survey, table: Table) -> Iterator[dict[str, Any]]:
    columns = {
        feature.column: _cells(table.answers[feature.column].tolist(), whole=feature.kind == "binary")
        for feature in survey.features
    }
    nothing = [None] * len(table.answers)
    ids = nothing if table.ids is None else table.ids.tolist()
    stated = nothing if table.target is None else table.target.tolist()
    for identity, label, *cells in zip(ids, stated, *columns.values(), strict=True):
        answers = {column: cell for column, cell in zip(columns, cells, strict=True) if cell is not None}
        yield {"id": identity, "answers": answers, "stated": label}


def _cells(values: Sequence[Any], *, whole: bool) -> list[Any]:
    """Return a column's values; None for a missing one (NaN, which equals nothing, itself included)."""
    known = (None if value is None or value != value else value for value in values)  # noqa: PLR0124
    return [int(value) if whole and value is not None else value for value in known]
