"""A whole table in, the same rows with grade, probabilities, segment and impacts out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from engine.assessment import Assessment, Model
from engine.encoding import codes_of_table
from engine.errors import InputError
from engine.evaluation import Progress
from engine.table import ID_COLUMN, Table, read


def score_table(model: Model, source: Path, out: Path, *, progress: Progress = lambda done, of: None) -> int:
    """Assess every row of a table and write the results to an .xlsx file.

    Parameters
    ----------
    model : Model
    source : Path
        The table; it needs no target column.
    out : Path
        Written only once every row is scored.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    TableError, InputError
        Where the table has faults, or ``out`` cannot be written.
    """
    table = read(model.survey, source, need_target=False)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Scores")
    sheet.append(_header(model))
    codes = codes_of_table(model.survey, table.answers)
    for i, row in enumerate(codes):
        sheet.append([_identity(table, i), *_cells(model, model.assess_codes(row))])
        progress(i + 1, len(codes))
    about = book.create_sheet("About")
    about.append(["Model version", model.version])
    about.append(["Learnt from invented rows (demonstration only)", "yes" if model.synthetic else "no"])
    try:
        book.save(out)
    except OSError as error:
        raise InputError(str(out), [f"cannot be written: {error.strerror}; is it open in Excel?"]) from None
    return len(codes)


def _header(model: Model) -> list[str]:
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
    ]


def _identity(table: Table, i: int) -> Any:
    return i + 1 if table.ids is None else table.ids.iloc[i]


def _cells(model: Model, assessment: Assessment) -> list[Any]:
    impacts = {one.feature: one.impact for one in assessment.impacts}
    return [
        assessment.grade,
        assessment.most_likely,
        *assessment.probabilities.values(),
        assessment.score,
        assessment.base,
        assessment.segment.name[model.survey.languages[0]],
        assessment.segment.strength,
        *(impacts[feature.column] for feature in model.survey.features),
    ]
