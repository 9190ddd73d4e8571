"""A DataFrame of answers -> the same validated table that a file gives."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from engine import table
from engine.errors import TableError
from engine.survey import Survey
from engine.table import Table

SUBJECT = "DataFrame (its first row counts as row 2)"
"""Faults are placed as in a spreadsheet, where row 1 holds the column names."""


def read(survey: Survey, frame: pd.DataFrame, *, need_target: bool = True) -> Table:
    """Check every cell of a DataFrame against the definition, as `engine.table.read` does with a file's.

    It goes through a temporary file, so that there is one set of rules: whoever checks a frame and whoever checks the
    file that it came from are told the same. The index is not looked at.

    Parameters
    ----------
    survey : Survey
    frame : DataFrame of shape (n_respondents, n_columns)
    need_target : bool, default True
        See `engine.table.read`.

    Raises
    ------
    TableError
        With every fault at once, each with its row, column, value and what would be right.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "frame.csv"
        frame.to_csv(path, index=False, encoding="utf-8", quoting=csv.QUOTE_ALL)  # a name may hold a semicolon
        try:
            return replace(table.read(survey, path, need_target=need_target), source="DataFrame")
        except TableError as error:
            raise TableError(SUBJECT, error.faults) from None
