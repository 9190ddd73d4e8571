"""A whole table in, the same rows with grade, probabilities, segment and impacts out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from engine import files, scored_file
from engine.assessment import Model
from engine.encoding import codes_of_table
from engine.errors import InputError
from engine.evaluation import Progress
from engine.table import ID_COLUMN, Table, read

Cell: TypeAlias = str | float | None

BATCH = 1_000
"""Rows that are predicted at once: enough for numpy to be quick, few enough for memory not to grow with the table."""


def score_table(model: Model, source: Path, out: Path, *, progress: Progress = lambda done, of: None) -> int:
    """Assess every row of a table and write the results to an .xlsx or .csv file.

    Parameters
    ----------
    model : Model
    source : Path
        The table; it needs no target column.
    out : Path
        Its ending says what is written. It appears, or takes the place of an older one, only once every row is in it.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    TableError, InputError
        Where the table has faults, or ``out`` cannot be written.
    """
    write = scored_file.writer(out)
    if out.exists() and source.exists() and out.samefile(source):
        raise InputError(str(out), ["that is the table itself; name another file for the scores"])
    table = read(model.survey, source, need_target=False)
    try:
        with files.replacing(out) as aside:
            write(aside, header(model), score_rows(model, table, progress=progress))
    except OSError as error:
        hint = "; is it open in Excel?" if isinstance(error, PermissionError) else ""
        raise InputError(str(out), [f"cannot be written: {error.strerror or error}{hint}"]) from None
    return len(table.answers)


def header(model: Model) -> list[str]:
    """Return the names of the columns of `score_rows`."""
    letters = [grade.grade for grade in model.survey.target.grades]
    return [
        ID_COLUMN,
        "Grade",
        "Most likely",
        *(f"P({letter})" for letter in letters),
        "Score",
        "Base",
        "Segment",
        "Segment strength",
        *(f"Impact {feature.column}" for feature in model.survey.features),
        "Model version",
        "Synthetic model",
    ]


def score_rows(model: Model, table: Table, *, progress: Progress = lambda done, of: None) -> Iterator[list[Cell]]:
    """Yield what the model says of each row, in the table's order; without advice, which is for a person to read.

    Parameters
    ----------
    model : Model
    table : Table
    progress : callable
        Called with (done, of) after each row.
    """
    codes = codes_of_table(model.survey, table.answers)
    letters = [grade.grade for grade in model.survey.target.grades]
    segments = [segment.name[model.survey.languages[0]] for segment in model.learnt.segmentation.segments]
    about_model = [model.version, "yes" if model.synthetic else "no"]
    for start in range(0, len(codes), BATCH):
        batch = codes[start : start + BATCH]
        probabilities, scores, classes = model.predict(batch)
        places, strengths = model.learnt.segmentation.place(batch)
        for i, row in enumerate(batch):
            base, impacts = model.explain(row)
            yield [
                _identity(table, start + i),
                letters[classes[i]],
                letters[probabilities[i].argmax()],
                *probabilities[i].tolist(),
                float(scores[i]),
                base,
                segments[places[i]],
                float(strengths[i]),
                *impacts.tolist(),
                *about_model,
            ]
            progress(start + i + 1, len(codes))


def _identity(table: Table, i: int) -> Cell:
    """Return the row's own ID, or else its place among the rows that are not blank, from 1."""
    return i + 1 if table.ids is None else table.ids.iloc[i]
