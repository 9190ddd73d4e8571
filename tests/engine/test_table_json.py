"""python -m engine read: a table as JSON for the bot, and bad files answered quickly, in one line each."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine import table, table_json
from engine.errors import TableError
from engine.survey import load
from tests.engine.command_line import run_engine
from tests.engine.people import HOME, write_people

COFFEE = load(Path(__file__).parents[1] / "surveys" / "coffee")
SURVEY = load(HOME)


def read_home(path: Path, *, need_target: bool = True) -> dict[str, Any]:
    text = "".join(table_json.pieces(SURVEY, table.read(SURVEY, path, need_target=need_target)))
    found: dict[str, Any] = json.loads(text)
    return found


def test_rows_are_labels_numbers_and_ticks_and_missing_ones_are_absent() -> None:
    path = COFFEE.folder / "sample.csv"
    found = json.loads("".join(table_json.pieces(COFFEE, table.read(COFFEE, path))))

    written = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert [row["stated"] for row in found["rows"]] == written[COFFEE.target.column].tolist()
    assert [row["answers"]["Brew"] for row in found["rows"]] == written["Brew"].tolist()
    assert [row["answers"]["Cups"] for row in found["rows"]] == written["Cups"].astype(float).tolist()
    blank = (written["Milk_Kind"] == "").tolist()
    assert ["Milk_Kind" not in row["answers"] for row in found["rows"]] == blank
    assert any(blank)
    assert {str(row["answers"].get("With_Sugar")) for row in found["rows"]} <= {"0", "1", "None"}


def test_what_is_told_of_the_table(tmp_path: Path) -> None:
    data = write_people(tmp_path / "people.csv", rows=40)
    rows = pd.read_csv(data, keep_default_na=False)
    rows.loc[0, SURVEY.target.column] = ""
    rows.assign(ID=[f"P{i}" for i in range(40)], Remark="x").to_csv(data, index=False)

    labelled, everybody = read_home(data), read_home(data, need_target=False)

    assert (len(labelled["rows"]), labelled["unlabelled"], labelled["rows"][0]["id"]) == (39, 1, "P1")
    assert (len(everybody["rows"]), everybody["rows"][0]["stated"]) == (40, None)
    assert (labelled["ignored"], labelled["synthetic"], labelled["source"]) == (["Remark"], False, "people.csv")
    assert labelled["columns"]["ID"] == 'column U "ID"'
    assert len(labelled["fingerprint"]) == 64


def test_the_command_prints_one_object_and_nothing_else(tmp_path: Path) -> None:
    data = write_people(tmp_path / "people.csv", rows=40)

    done = run_engine("read", "--data", data, "--no-target")

    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)["rows"]) == 40


def test_all_faults_are_told_up_to_two_thousand(tmp_path: Path) -> None:
    data = write_people(tmp_path / "people.csv", rows=2_100)
    rows = pd.read_csv(data, keep_default_na=False)
    rows.assign(Freq_Use="hourly").to_csv(data, index=False)

    done = run_engine("read", "--data", data)

    faults = json.loads(done.stdout)["faults"]
    assert (done.returncode, len(faults), faults[-1]) == (2, 2_001, "... and 100 more")
    assert '"hourly" is none of the labels' in faults[0]
    assert "Traceback" not in done.stderr


# -- bad files ----------------------------------------------------------------------------------------------


def book(path: Path, change: Callable[[Worksheet], object] = lambda sheet: None) -> Path:
    """Write a workbook of 40 people with IDs, changed."""
    rows = pd.read_csv(write_people(path.with_suffix(".csv"), rows=40), keep_default_na=False)
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["ID", *rows.columns])
    for number, row in enumerate(rows.itertuples(index=False)):
        sheet.append([f"P{number}", *row])
    change(sheet)
    workbook.save(path)
    return path


def merge(sheet: Worksheet) -> None:
    sheet.merge_cells("B2:B4")


def formulas(sheet: Worksheet) -> None:
    for row in range(2, 42):
        sheet.cell(row, 2).value = '=IF(1, "Daily", "Rarely")'


def question_texts(sheet: Worksheet) -> None:
    sheet.insert_rows(2)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(2, column).value = f"What is your {sheet.cell(1, column).value}?"


def titles_of_groups(sheet: Worksheet) -> None:
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "Profile"
    sheet.cell(1, 4).value = "Usage"
    sheet.merge_cells("A1:C1")


def same_id(sheet: Worksheet) -> None:
    sheet.cell(5, 1).value = "P0"


def rewritten(path: Path, parts: dict[str, bytes]) -> None:
    """Put parts into a workbook."""
    with zipfile.ZipFile(path) as old:
        there = {name: old.read(name) for name in old.namelist()} | parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in there.items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (merge, 'sheet "Sheet", cells B2:B4: they are merged'),
        (
            formulas,
            """row 2, column B "Freq_Use": "=IF(1, "Daily", "Rarely")" is a formula; copy the column and paste it""",
        ),
        (question_texts, 'sheet "Sheet", row 2: it looks like a second header row'),
        (
            titles_of_groups,
            "row 2: it looks like a second header row: the survey's columns are named here",
        ),
        (same_id, 'row 5, column A "ID": "P0" stands in row 2 already; keep one of the two'),
    ],
)
def test_a_bad_sheet_is_one_line(tmp_path: Path, change: Callable[[Worksheet], None], fault: str) -> None:
    with pytest.raises(TableError) as caught:
        table.read(SURVEY, book(tmp_path / "people.xlsx", change))

    assert len(caught.value.faults) == 1
    assert fault in caught.value.faults[0]


def macros(path: Path) -> Path:
    rewritten(book(path), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    return path


def bomb(path: Path) -> Path:
    rewritten(book(path), {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 60_000_000})
    return path


def hundred_megabytes(path: Path) -> Path:
    with path.open("wb") as file:
        file.write(b"PK\x03\x04" + os.urandom(1_000))
        file.truncate(100_000_000)
    return path


def program(path: Path) -> Path:
    path.write_bytes(b"MZ\x90\x00" + bytes(range(256)))
    return path


@pytest.mark.parametrize(
    ("name", "make", "fault"),
    [
        ("people.xlsx", macros, "it holds macros, which no table needs; save it in Excel as .xlsx, without them"),
        ("people.xlsm", macros, '".xlsm" files are not read; save the table as .xlsx or .csv'),
        ("people.xlsx", bomb, "its part xl/worksheets/sheet1.xml unpacks to 60 MB, more than 100 times its size"),
        ("people.xlsx", hundred_megabytes, "it is damaged: the file breaks off; copy or download it again"),
        ("people.xlsx", program, "it is a program, whatever its name says; do not open it"),
        ("people.csv", program, "it is a program, whatever its name says; do not open it"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, name: str, make: Callable[[Path], Path], fault: str) -> None:
    with pytest.raises(TableError) as caught:
        table.read(SURVEY, make(tmp_path / name))

    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith(fault)
