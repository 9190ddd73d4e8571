"""What is wrong with a table -> what is said: nothing is trained, and nobody sees a traceback."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from engine.__main__ import main
from tests.surveys.broken.tables import (
    COFFEE,
    LAUGHS,
    Write,
    archive,
    changed,
    column,
    content,
    inserted,
    sound,
    text,
    workbook,
)

Catalogue: TypeAlias = dict[str, tuple[Write, *tuple[str, ...]]]
"""What is wrong -> what writes such a file, and the faults that are told."""

RESAVE = "; open it in Excel and save it anew as .xlsx"
COPY = "Copy the columns of the survey into a new workbook"
UNMERGE = (
    "they are merged, and only the first of merged cells holds a value; "
    "unmerge them (Home > Merge & Center) and fill in each"
)
UTF_8 = 'in Excel, save it as "CSV UTF-8 (comma delimited)"'
A_SECOND_HEADER = "it looks like a second header row: next to nothing in it is an answer, such as"
SURVEYMONKEY = ["", *["Response"] * 5, "Sugar", "Cinnamon and clove", "A good book", *["Response"] * 3, ""]
QUALTRICS = [["", *[f"Question {i}?" for i in range(11)], ""], ["", *[f"{{ImportId: QID{i}}}" for i in range(11)], ""]]

CELLS: Catalogue = {
    "a label that the survey does not have": (
        text(changed({"B3": "Dayly"})),
        'row 3, column B "Often": "Dayly" is none of the labels (did you mean "Daily"?); '
        'allowed: "Daily", "Weekly", "Rarely"',
    ),
    "a target value that is none": (
        text(changed({"L2": "Perhaps"})),
        'row 2, column L "Lover": "Perhaps" is none of the labels; allowed: "Yes", "A little", "No"',
    ),
    "an answer that ends the chat": (
        text(changed({"B2": "Never"})),
        'row 2, column B "Often": "Never" ends the survey in the chat and is never scored; delete the row',
    ),
    "a number out of range": (
        text(changed({"C2": 200})),
        'row 2, column C "Cups": "200" is out of range; allowed: at least 0 and at most 20',
    ),
    "a comma that may group thousands or part decimals": (
        text(changed({"C2": "1,000"}), separator=";"),
        'row 2, column C "Cups": "1,000" is not a number; write digits, with a point before decimals, such as 12.5',
    ),
    "a date": (
        workbook(changed({"C2": datetime.date(2026, 3, 2)})),
        'sheet "Answers", row 2, column C "Cups": "2026-03-02" is a date: Excel took a label for one; '
        "format the column as text and type the label again",
    ),
    "a formula": (
        workbook(changed({"C2": "=1+1"})),
        'sheet "Answers", row 2, column C "Cups": "=1+1" is a formula; copy the column and paste it as values',
    ),
    "an error of the spreadsheet": (
        workbook(changed({"C2": "#DIV/0!"})),
        'sheet "Answers", row 2, column C "Cups": "#DIV/0!" is an error of the spreadsheet; type the answer',
    ),
    "a person who stands twice": (
        text(changed({"A3": "C001"})),
        'row 3, column A "ID": "C001" stands in row 2 already; keep one of the two',
    ),
}

SHAPES: Catalogue = {
    "nothing": (text([]), "row 1: the table is empty; its first row must hold the column names"),
    "names without answers": (text(sound(people=0)), "row 2: there are no answers below the column names"),
    "a column that is missing": (
        text(changed({"B1": "Oftn"})),
        'row 1: the column "Often" is missing; is it column B "Oftn"? Then rename that one',
    ),
    "a column that stands twice": (
        text(changed({"M1": "Brew"})),
        'row 1: the column "Brew" stands more than once (D and M); keep one of them',
    ),
    "another table": (
        text([["Name", "Price"], ["Bean", 4]]),
        "row 1: none of the survey's columns is here; it must hold their names: Often, Cups, Brew, Milk, Milk_Kind, "
        "With_Sugar, With_Spice, With_Book, Roast, Region, Lover",
    ),
    "far too many columns": (
        text([[*row, *["more"] * 20_000] for row in sound(people=2)]),
        "row 1: it has 20,013 columns, at most 16,384 are read; delete those that the survey does not name, "
        "or is a line end missing after the column names?",
    ),
    "a comma inside a cell, without quotation marks": (
        text(changed({"K4": "South, by the sea", "M4": "yes"})),
        'row 4 has 14 cells, but row 1 names 13 columns; a cell that holds a "," must stand in quotation marks',
    ),
    "a second header row, as SurveyMonkey writes it": (
        text(inserted(2, SURVEYMONKEY)),
        f'row 2: {A_SECOND_HEADER} "Response" in column B "Often"; delete it',
    ),
    "two more header rows, as Qualtrics writes them": (
        text(inserted(2, *QUALTRICS)),
        f'row 2: {A_SECOND_HEADER} "Question 0?" in column B "Often"; delete it',
        f'row 3: {A_SECOND_HEADER} "{{ImportId: QID0}}" in column B "Often"; delete it',
    ),
    "answers that are merged": (
        workbook(sound(), merge=["B2:B5", "D7:E7"]),
        f'sheet "Answers", cells B2:B5, D7:E7: {UNMERGE}',
    ),
    "column names that are merged": (
        workbook(sound(), merge=["G1:I1"]),
        'sheet "Answers", row 1: the column "With_Spice" is missing',
        'sheet "Answers", row 1: the column "With_Book" is missing',
        f'sheet "Answers", cells G1:I1: {UNMERGE}',
    ),
}

FILES: Catalogue = {
    "text that is called .xlsx": (
        content(b"ID,Often\n"),
        "it is not an Excel workbook, whatever its name says; if it holds text, name it .csv",
    ),
    "a web page that is called .xlsx": (
        content(b"<html><table><tr><td>Often"),
        "it is a web page, whatever its name says; open it in Excel and save it as .xlsx",
    ),
    "an archive without a workbook": (
        archive(absent="xl/workbook.xml"),
        "it is damaged or no Excel workbook (\"There is no item named 'xl/workbook.xml' in the archive\")" + RESAVE,
    ),
    "an archive without its sheet": (
        archive(absent="xl/sheet.xml"),
        "no sheet of cells is found in it; save the table anew as an Excel workbook (.xlsx)",
    ),
    "XML that breaks off": (
        archive("<sheetData><row><c>"),
        "it is damaged or no Excel workbook (mismatched tag: line 1, column 98)" + RESAVE,
    ),
    "strings that unpack to far too much": (
        archive(strings="<si><t>" + "a" * 200_000_000 + "</t></si>"),
        f"its part xl/strings.xml unpacks to 200 MB, more than 100 times its size, as no table does. {COPY}",
    ),
    "a part that unpacks to more than it says": (
        archive("<sheetData>" + "<row><c><v>1</v></c></row>" * 1_000 + "</sheetData>", declared_size=1_000),
        "it is damaged or no Excel workbook (Bad CRC-32 for file 'xl/sheet.xml')" + RESAVE,
    ),
    "entities that unfold to gigabytes": (
        archive("<sheetData><row><c><v>&j;</v></c></row></sheetData>", declaration=LAUGHS),
        "its part xl/strings.xml declares a document type, which no workbook does" + RESAVE,
    ),
    "a row without end": (
        archive("<sheetData><row>" + "<c><v>1</v></c>" * 20_000 + "</row></sheetData>"),
        'sheet "Answers", row 1: it has 16,385 columns, at most 16,384 are read; delete those that the survey does not '
        "name, or is a line end missing after the column names?",
    ),
    "more rows than a sheet has": (
        archive('<sheetData><row r="2000000"><c><v>1</v></c></row></sheetData>'),
        "it is damaged or no Excel workbook (more than the 1,048,576 rows of a sheet)" + RESAVE,
    ),
    "a cell without end": (
        archive("<sheetData><row><c><v>" + "a" * 14_000_000 + "</v></c></row></sheetData>"),
        f"its part xl/sheet.xml has 12 MB and more in one row. {COPY}",
    ),
}

TEXT_FILES: Catalogue = {
    "a workbook that is called .csv": (
        workbook(sound()),
        "it is an Excel workbook, whatever its name says; name it .xlsx",
    ),
    "UTF-16": (content("ID,Often\n".encode("utf-16")), f"it is not UTF-8 text; {UTF_8}"),
    "zero bytes": (content(b"ID,Often\n\0,Daily\n"), f"line 2 is no text but holds zero bytes; {UTF_8}"),
    "one endless line": (
        content(b"ID,Often," * 1_200_000),
        "the row at line 1 does not end: is a quotation mark opened and never closed, or the file one long line?",
    ),
    "a quotation mark that is never closed": (
        content(b'ID,Often\nC001,"Daily\n' + b"C002,Daily\n" * 20_000),
        "it is not a CSV file: field larger than field limit (131072) at line 11918; "
        "is a quotation mark opened and never closed?",
    ),
}

NOTHING_TO_LEARN: Catalogue = {
    "too few people": (
        text(sound(people=12)),
        "12 labelled rows: training needs at least 30; collect more answers",
    ),
    "nobody gave a target": (
        text(column("L", "")),
        'column L "Lover": no row has a value here, so there is nothing to learn from',
    ),
    "one grade only": (
        text(column("L", "Yes")),
        'every row says "Yes" in Lover: with one grade there is nothing to predict; add people who answered otherwise',
    ),
    "one row copied": (
        text([sound()[0], *[["", *sound()[1][1:-2], lover, ""] for lover in ("Yes", "No") * 20]]),
        "every row holds the same answers to all questions: nothing tells people apart; "
        "is one row copied over the others?",
    ),
}


def cases() -> Iterator[object]:
    for kind in (CELLS, SHAPES, FILES, TEXT_FILES, NOTHING_TO_LEARN):
        for wrong, (write, *said) in kind.items():
            is_workbook = kind is FILES or said[0].startswith("sheet ")
            yield pytest.param(write, "coffee.xlsx" if is_workbook else "coffee.csv", said, id=wrong)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int | str | None, str, str]]:
    """Return a function that runs a command on a table; it returns the exit code, stdout and stderr."""
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "versions"))

    def run_command(command: str, name: str, *options: str) -> tuple[int | str | None, str, str]:
        data = ["--survey", str(COFFEE), "--data", str(tmp_path / name)]
        monkeypatch.setattr(sys, "argv", ["engine", command, *data, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err.replace(f"{tmp_path}/", "")

    return run_command


@pytest.mark.parametrize("command", ["check", "train"])
@pytest.mark.parametrize(("write", "name", "said"), [*cases()])
def test_a_broken_table_is_refused_in_words(
    tmp_path: Path,
    run: Callable[..., tuple[int | str | None, str, str]],
    command: str,
    write: Write,
    name: str,
    said: list[str],
) -> None:
    write(tmp_path / name)

    code, _, told = run(command, name)

    assert told.splitlines() == [f"{name}: {fault}" for fault in said]
    assert code == 2
    assert not (tmp_path / "versions").exists()


@pytest.mark.parametrize("command", [("check",), ("train", "--repeats", "1")], ids=["check", "train"])
def test_a_column_of_one_answer_is_told_and_does_not_stop_the_rest(
    tmp_path: Path, run: Callable[..., tuple[int | str | None, str, str]], command: tuple[str, ...]
) -> None:
    text(column("D", "Filter")[:41])(tmp_path / "coffee.csv")

    code, told, _ = run(command[0], "coffee.csv", *command[1:])

    assert "The same in every row, so nothing can be learnt from it: Brew" in told.splitlines()
    assert code == 0
