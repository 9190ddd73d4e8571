"""Tables of answers: what is forgiven, what is refused, and what a person is told."""

from __future__ import annotations

import datetime
import math
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from engine import printing, survey, table
from engine.errors import TableError
from engine.tables import sheet_reader
from engine.tables.decoding import Repair

LAUNDRY = survey.parse("""
id = "laundry"
languages = ["en"]
title = { en = "Laundry" }

[about]
organisation = "The launderette"

[[question]]
id = "Loads"
kind = "single"
text = { en = "How many loads a week?" }
choices = [
    { value = "1", code = 1, aliases = ["one"] },
    { value = "2 - 3", code = 2 },
    { value = "None", code = 0 },
    { value = "I hand-wash", ends = { en = "Thank you!" } },
]

[[question]]
id = "Soap"
kind = "single"
scale = "nominal"
text = { en = "Which soap?" }
choices = [{ value = "Bar" }, { value = "Powder" }, { value = "NA" }]

[[question]]
id = "Minutes"
kind = "number"
text = { en = "How long does it take?" }
min = 5
max = 120

[[question]]
id = "Extras"
kind = "multi"
text = { en = "What else?" }
choices = [{ column = "Ex_Dryer", name = { en = "Dryer" } }, { column = "Ex_Iron", name = { en = "Iron" } }]

[target]
column = "Return"
text = { en = "Will you come back?" }
grades = [{ grade = "A", value = "Yes" }, { grade = "B", value = "No" }]
""")

HEADER = ("ID", "Loads", "Soap", "Minutes", "Ex_Dryer", "Ex_Iron", "Return", "Remarks")
ROW = ("L1", "1", "Bar", 30, 1, 0, "Yes", "nice")

Rows = Sequence[Sequence[object]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes rows (header first) as the first sheet of a workbook."""

    def write_workbook(*rows: Sequence[object], sheet: str = "Answers") -> Path:
        workbook = Workbook()
        first = workbook.worksheets[0]
        first.title = sheet
        for number, row in enumerate(rows):
            another = number > 1 and row[:1] == ROW[:1]  # ROW again is another person who answered alike
            first.append([f"L{number}", *row[1:]] if another else list(row))
        path = tmp_path / "laundry.xlsx"
        workbook.save(path)
        return path

    return write_workbook


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Return a function that writes a .csv file."""

    def write_csv(content: str | bytes) -> Path:
        path = tmp_path / "laundry.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_csv


def with_cell(column: str, value: object) -> tuple[object, ...]:
    return tuple(value if name == column else cell for name, cell in zip(HEADER, ROW, strict=True))


def faults_of(path: Path, *, need_target: bool = True) -> tuple[str, ...]:
    with pytest.raises(TableError) as caught:
        table.read(LAUNDRY, path, need_target=need_target)
    assert caught.value.subject == str(path)
    return caught.value.faults


# -- what is read -------------------------------------------------------------------------------------------


def test_a_tidy_table_is_read_as_it_stands(write: Write) -> None:
    path = write(HEADER, ROW, ("L2", "2 - 3", "NA", 12.5, 0, 1, "No", None))

    found = table.read(LAUNDRY, path)

    assert found.answers.to_dict("list") == {
        "Loads": ["1", "2 - 3"],
        "Soap": ["Bar", "NA"],
        "Minutes": [30.0, 12.5],
        "Ex_Dryer": [1.0, 0.0],
        "Ex_Iron": [0.0, 1.0],
    }
    assert [str(dtype) for dtype in found.answers.dtypes] == ["object", "object", "float64", "float64", "float64"]
    assert found.target is not None
    assert found.target.tolist() == ["Yes", "No"]
    assert found.ids is not None
    assert found.ids.tolist() == ["L1", "L2"]
    assert found.ignored == ("Remarks",)
    assert found.columns["Minutes"] == 'column D "Minutes"'
    assert (found.repaired, found.unlabelled, found.source, found.synthetic) == ((), 0, "laundry.xlsx", False)
    assert found.unseen == (("Loads", "None"), ("Soap", "Powder"))


def test_blank_cells_are_missing_and_labels_that_look_blank_are_not(write: Write) -> None:
    path = write(HEADER, ("L1", "None", "NA", None, None, 0, "No"), ("L2", None, " \u00a0\u200b ", 5, 0, None, "Yes"))

    answers = table.read(LAUNDRY, path).answers

    assert answers["Loads"].tolist() == ["None", None]
    assert answers["Soap"].tolist() == ["NA", None]
    assert answers.isna().sum().to_dict() == {"Loads": 1, "Soap": 1, "Minutes": 1, "Ex_Dryer": 1, "Ex_Iron": 1}


NAN = math.nan


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["x -", "x x", "- x"], [(1, 0), (1, 1), (0, 1)]),
        (["x -", "- -"], [(1, 0), (0, 0)]),
        (["Dryer -", "- Iron"], [(1, 0), (0, 1)]),
        (["1 0", "- -"], [(1, 0), (NAN, NAN)]),
        (["1 0", "1 -"], [(1, 0), (1, 0)]),
        (["1 0", "0 -"], [(1, 0), (0, NAN)]),
        (["- -", "- -"], [(NAN, NAN), (NAN, NAN)]),
    ],
    ids=[
        "only ticks are written: a blank is not ticked",
        "only ticks are written: nothing is ticked",
        "a tick may be written as the choice's name",
        "0 is written: a blank question was not answered",
        "0 is written, but not by this person, who ticked",
        "0 is written, by this person: a blank is missing",
        "nobody ticked anything: nobody was asked",
    ],
)
def test_a_blank_box_was_not_ticked_or_not_answered(
    write: Write, cells: list[str], read: list[tuple[float, float]]
) -> None:
    boxes = [[None if box == "-" else box for box in row.split()] for row in cells]
    path = write(HEADER, *[(f"P{i}", "1", "Bar", 30, *ticks, "Yes", None) for i, ticks in enumerate(boxes)])

    found = table.read(LAUNDRY, path)

    assert np.array_equal(found.answers[["Ex_Dryer", "Ex_Iron"]], read, equal_nan=True)


def test_boxes_read_as_not_ticked_are_told(write: Write) -> None:
    path = write(HEADER, ("L1", "1", "Bar", 30, "x", None, "Yes"), ("L2", "1", "Bar", 30, "x", None, "Yes"))

    assert table.read(LAUNDRY, path).repaired == (Repair("Ex_Iron", "", "0", 2),)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("12,5", 12.5), ("12,50", 12.5), ("30,1234", 30.1234), ("\uff11\uff12.5", 12.5), ("១២", 12), (12.5, 12.5)],
    ids=["decimal comma", "two decimals", "four decimals", "full width", "Khmer", "a number"],
)
def test_numbers_are_written_in_many_ways(write: Write, cell: object, minutes: float) -> None:
    assert table.read(LAUNDRY, write(HEADER, with_cell("Minutes", cell))).answers["Minutes"].tolist() == [minutes]


def test_decimal_commas_are_told_once(csv_file: Callable[[str], Path]) -> None:
    lines = [f";1;Bar;{minutes};1;0;Yes;" for minutes in ("12,5", "13,5", "14")]

    found = table.read(LAUNDRY, csv_file("\n".join([";".join(HEADER), *lines])))

    assert found.repaired == (Repair("Minutes", "12,5", "12.5", 2),)


@given(st.lists(st.tuples(*[st.sampled_from(["x", "0", ""])] * 2), min_size=1, max_size=6))
def test_boxes_once_read_are_read_alike_again(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("tables") / "laundry.csv"
    header = "Loads,Soap,Minutes,Ex_Dryer,Ex_Iron,Return"
    path.write_text("\n".join([header, *(f"1,Bar,30,{dryer},{iron},Yes" for dryer, iron in people)]), encoding="utf-8")
    found = table.read(LAUNDRY, path)
    found.answers.assign(Return=found.target).to_csv(path, index=False)

    again = table.read(LAUNDRY, path)

    assert (again.fingerprint, again.repaired) == (found.fingerprint, ())


def test_columns_that_tell_nobody_apart_are_told(write: Write) -> None:
    found = table.read(LAUNDRY, write(HEADER, with_cell("Minutes", None), with_cell("Minutes", 7)))

    assert found.constant == ("Loads", "Soap", "Ex_Dryer", "Ex_Iron")
    assert (
        "The same in every row, so nothing can be learnt from it: Loads, Soap, Ex_Dryer, Ex_Iron"
        in printing.table_lines(LAUNDRY, found)
    )


def test_a_label_that_looks_like_a_number_stays_a_label(write: Write) -> None:
    spellings = [1, 1.0, "1.0", "01", " 1\u00a0", "\uff11", "១"]
    path = write(HEADER, *[with_cell("Loads", spelling) for spelling in spellings])

    assert table.read(LAUNDRY, path).answers["Loads"].tolist() == ["1"] * len(spellings)


def test_ids_are_text_however_they_are_stored(write: Write) -> None:
    path = write(HEADER, (7, *ROW[1:]), ("007", *ROW[1:]), (85512345678, *ROW[1:]))

    found = table.read(LAUNDRY, path)

    assert found.ids is not None
    assert found.ids.tolist() == ["7", "007", "85512345678"]


def test_an_id_is_the_same_as_a_number_and_as_text(write: Write) -> None:
    assert faults_of(write(HEADER, (7, *ROW[1:]), ("7 ", *ROW[1:]))) == (
        'sheet "Answers", row 3, column A "ID": "7" stands in row 2 already; keep one of the two',
    )


def test_spelling_is_forgiven_and_told(write: Write) -> None:
    path = write(
        HEADER,
        with_cell("Loads", "2–3"),
        with_cell("Loads", "2–3"),
        with_cell("Loads", " ONE "),
        with_cell("Return", "yes"),
    )

    found = table.read(LAUNDRY, path)

    assert found.answers["Loads"].tolist() == ["2 - 3", "2 - 3", "1", "1"]
    assert found.repaired == (
        Repair("Loads", "2–3", "2 - 3", 2),
        Repair("Loads", "ONE", "1", 1),
        Repair("Return", "yes", "Yes", 1),
    )


@pytest.mark.parametrize(("cell", "tick"), [(1, 1), (1.0, 1), ("yes", 1), ("TRUE", 1), (True, 1), ("x", 1)])
def test_boxes_are_ticked_in_many_ways(write: Write, cell: object, tick: int) -> None:
    assert table.read(LAUNDRY, write(HEADER, with_cell("Ex_Iron", cell))).answers["Ex_Iron"].tolist() == [tick]


@pytest.mark.parametrize("cell", [0, 0.0, "0.0", "no", "False", False])
def test_boxes_are_left_empty_in_many_ways(write: Write, cell: object) -> None:
    assert table.read(LAUNDRY, write(HEADER, with_cell("Ex_Dryer", cell))).answers["Ex_Dryer"].tolist() == [0]


def test_column_names_may_differ_in_case_and_blank_rows_are_passed_over(write: Write) -> None:
    path = write((), tuple(str(name).upper() for name in HEADER), (), ROW, (None,) * len(ROW))

    found = table.read(LAUNDRY, path)

    assert found.answers["Soap"].tolist() == ["Bar"]
    assert found.columns["Soap"] == 'column C "SOAP"'


def test_rows_without_a_label_are_left_out_of_training_and_kept_for_scoring(write: Write) -> None:
    path = write(HEADER, ROW, with_cell("Return", None))

    assert len(table.read(LAUNDRY, path).answers) == 1
    assert table.read(LAUNDRY, path).unlabelled == 1
    kept = table.read(LAUNDRY, path, need_target=False)
    assert kept.target is not None
    assert (kept.target.tolist(), kept.unlabelled) == (["Yes", None], 0)


def test_for_scoring_the_target_column_may_be_absent(write: Write) -> None:
    path = write(HEADER[:6], ROW[:6])

    found = table.read(LAUNDRY, path, need_target=False)

    assert found.target is None
    assert len(found.answers) == 1


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_tables_are_read_like_workbooks(
    csv_file: Callable[[str], Path], write: Write, mark: str, delimiter: str
) -> None:
    lines = [delimiter.join(HEADER), delimiter.join(map(str, ROW))]

    found = table.read(LAUNDRY, csv_file(mark + "\r\n".join(lines)))

    assert found.fingerprint == table.read(LAUNDRY, write(HEADER, ROW)).fingerprint


def test_the_fingerprint_tells_order_and_values_apart(write: Write) -> None:
    other = with_cell("Minutes", 31)
    prints = [
        table.read(LAUNDRY, write(HEADER, *rows)).fingerprint
        for rows in ([ROW, other], [other, ROW], [ROW, ROW], [ROW, with_cell("Minutes", None)])
    ]

    assert len(set(prints)) == 4
    assert table.read(LAUNDRY, write(HEADER, ROW, other)).fingerprint == prints[0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2 - 3", "None", ""]),
            st.floats(5, 120).map(lambda value: round(value, 3)),
            st.sampled_from(["0", "1", ""]),
            st.sampled_from(["Yes", "No"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, float, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("tables") / "laundry.csv"
    lines = [f"{loads},Bar,{minutes},{dryer},0,{back}" for loads, minutes, dryer, back in people]
    path.write_text("\n".join(["Loads,Soap,Minutes,Ex_Dryer,Ex_Iron,Return", *lines]), encoding="utf-8")

    found = table.read(LAUNDRY, path)

    assert found.answers["Loads"].tolist() == [loads or None for loads, *_ in people]
    assert found.answers["Minutes"].tolist() == [minutes for _, minutes, *_ in people]
    ticks = found.answers["Ex_Dryer"].astype(object).where(found.answers["Ex_Dryer"].notna(), "")
    assert ticks.tolist() == [float(dryer) if dryer else "" for *_, dryer, _ in people]
    assert found.target is not None
    assert found.target.tolist() == [back for *_, back in people]


# -- what is refused: cells ---------------------------------------------------------------------------------


LOADS = '"1", "2 - 3", "None"'
NOT_A_NUMBER = "is not a number; write digits, with a point before decimals, such as 12.5"
NOT_A_TICK = "is neither 1 (chosen) nor 0 (not chosen); allowed: 1, 0, yes, no, true, false, x"
A_DATE = "is a date: Excel took a label for one; format the column as text and type the label again"


@pytest.mark.parametrize(
    ("column", "value", "place", "why"),
    [
        ("Loads", "2 - 4", "B", f'"2 - 4" is none of the labels (did you mean "2 - 3"?); allowed: {LOADS}'),
        ("Loads", 7, "B", f'"7" is none of the labels; allowed: {LOADS}'),
        ("Loads", "I hand-wash", "B", '"I hand-wash" ends the survey in the chat and is never scored; delete the row'),
        ("Soap", "Foam", "C", '"Foam" is none of the labels; allowed: "Bar", "Powder", "NA"'),
        ("Minutes", "half an hour", "D", f'"half an hour" {NOT_A_NUMBER}'),
        ("Minutes", "nan", "D", f'"nan" {NOT_A_NUMBER}'),
        ("Minutes", 121, "D", '"121" is out of range; allowed: at least 5 and at most 120'),
        ("Ex_Iron", 2, "F", f'"2" {NOT_A_TICK}'),
        ("Ex_Iron", "maybe", "F", f'"maybe" {NOT_A_TICK}'),
        ("Return", "Perhaps", "G", '"Perhaps" is none of the labels; allowed: "Yes", "No"'),
        ("Loads", datetime.date(2026, 3, 2), "B", f'"2026-03-02" {A_DATE}'),
        ("Loads", "=1+1", "B", '"=1+1" is a formula; copy the column and paste it as values'),
        ("Soap", "#REF!", "C", '"#REF!" is an error of the spreadsheet; type the answer'),
    ],
)
def test_a_wrong_cell_is_told_with_its_place_and_what_is_allowed(
    write: Write, column: str, value: object, place: str, why: str
) -> None:
    path = write(HEADER, ROW, with_cell(column, value))

    assert faults_of(path) == (f'sheet "Answers", row 3, column {place} "{column}": {why}',)


def test_columns_that_the_survey_does_not_name_may_hold_anything(write: Write) -> None:
    path = write(HEADER, with_cell("Remarks", "=1/0"), with_cell("Remarks", datetime.date(2026, 3, 2)))

    assert len(table.read(LAUNDRY, path).answers) == 2


def test_a_person_who_stands_twice_is_refused(write: Write) -> None:
    path = write(HEADER, ROW, ("L9", *ROW[1:]), ("L9", *ROW[1:]))

    assert faults_of(path) == (
        'sheet "Answers", row 4, column A "ID": "L9" stands in row 3 already; keep one of the two',
    )


def test_all_faults_are_told_at_once(write: Write) -> None:
    path = write(HEADER, with_cell("Soap", "Foam"), with_cell("Minutes", 3), with_cell("Return", "?"))

    assert [fault.split(": ")[0] for fault in faults_of(path)] == [
        'sheet "Answers", row 2, column C "Soap"',
        'sheet "Answers", row 3, column D "Minutes"',
        'sheet "Answers", row 4, column G "Return"',
    ]


def test_a_row_of_few_questions_that_are_all_misspelled_is_no_header(write: Write) -> None:
    misspelled = ("L1", "many", "Foam", "long", 1, 0, "Perhaps")

    assert [fault.split(": ")[0] for fault in faults_of(write(HEADER, misspelled, ROW))] == [
        f'sheet "Answers", row 2, column {place}' for place in ('B "Loads"', 'C "Soap"', 'D "Minutes"', 'G "Return"')
    ]


def test_after_fifty_faults_the_rest_is_counted(write: Write) -> None:
    faults = faults_of(write(HEADER, *[with_cell("Soap", "Foam")] * 1_060))

    assert len(faults) == 51
    assert faults[-1] == "... and 1,010 more"


def test_after_ten_thousand_faults_nobody_reads_on(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(",".join(HEADER) + "\n,1,Foam,30,1,0,Yes," * 12_000)

    assert faults_of(path)[-1] == "... and at least 9,950 more"


def test_a_cell_of_many_words_is_told_in_short(write: Write) -> None:
    (fault,) = faults_of(write(HEADER, with_cell("Minutes", "as long as\nit takes, " * 100)))

    assert fault.count("as long as it takes") < 5
    assert fault.endswith(f'…" {NOT_A_NUMBER}')


def test_more_answers_than_memory_is_meant_for(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reader, "MAX_ANSWERS", 14)

    assert faults_of(write(HEADER, ROW, ROW, ROW)) == (
        'sheet "Answers", row 4: at most 2 rows are read of 7 columns; delete the others',
    )


def test_a_csv_fault_names_row_and_column(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(",".join(HEADER) + '\n,1,Bar,30,1,0,Yes,"two\nlines"\n,1,Foam,30,1,0,Yes,\n')

    assert faults_of(path) == ('row 3, column C "Soap": "Foam" is none of the labels; allowed: "Bar", "Powder", "NA"',)


# -- what is refused: tables --------------------------------------------------------------------------------


def test_missing_columns_are_named_with_the_one_that_is_probably_meant(write: Write) -> None:
    path = write(("Load", "Soap", "Minutes", "Ex_Dryer", "Return"), ("1", "Bar", 30, 1, "Yes"))

    assert faults_of(path) == (
        'sheet "Answers", row 1: the column "Loads" is missing; is it column A "Load"? Then rename that one',
        'sheet "Answers", row 1: the column "Ex_Iron" is missing',
    )


def test_training_needs_the_target_column(write: Write) -> None:
    assert faults_of(write(HEADER[:6], ROW[:6])) == ('sheet "Answers", row 1: the column "Return" is missing',)


def test_a_table_of_something_else_is_one_fault(write: Write) -> None:
    assert faults_of(write(("Name", "Price"), ("Soap", 2))) == (
        'sheet "Answers", row 1: none of the survey\'s columns is here; it must hold their names: '
        "Loads, Soap, Minutes, Ex_Dryer, Ex_Iron, Return",
    )


def test_a_column_that_stands_twice_is_refused(write: Write) -> None:
    assert faults_of(write((*HEADER, "Soap"), (*ROW, "Bar"))) == (
        'sheet "Answers", row 1: the column "Soap" stands more than once (C and I); keep one of them',
    )


def test_an_empty_sheet_is_refused(write: Write) -> None:
    assert faults_of(write(sheet="Sheet 1")) == (
        'sheet "Sheet 1", row 1: the table is empty; its first row must hold the column names',
    )


def test_a_header_alone_is_refused(write: Write) -> None:
    assert faults_of(write(HEADER)) == ('sheet "Answers", row 2: there are no answers below the column names',)


def test_a_table_without_any_label_cannot_train(write: Write) -> None:
    assert faults_of(write(HEADER, with_cell("Return", None))) == (
        'sheet "Answers", column G "Return": no row has a value here, so there is nothing to learn from',
    )


# -- what is refused: files ---------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none.xlsx") == ("there is no such file",)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    folder = tmp_path / "answers.csv"
    folder.mkdir()

    assert faults_of(folder) == ("this is a folder; name the .xlsx or .csv file in it",)


def test_other_kinds_of_file(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "answers.ods") == ('".ods" files are not read; save the table as .xlsx or .csv',)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Loads,Soap\n1,Bar\n", "it is not an Excel workbook, whatever its name says; if it holds text, name it .csv"),
        (b"", "it is not an Excel workbook, whatever its name says; if it holds text, name it .csv"),
        (b"\xd0\xcf\x11\xe0 old", "it has a password, or is an old .xls file; save it as .xlsx without a password"),
        (b"PK\x03\x04 torn", "it is damaged: the file breaks off; copy or download it again"),
    ],
    ids=["text", "nothing", "old or protected", "torn archive"],
)
def test_what_is_only_called_xlsx(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "laundry.xlsx"
    path.write_bytes(content)

    assert faults_of(path) == (message,)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "no workbook")

    (fault,) = faults_of(path)

    assert fault.startswith("it is damaged or no Excel workbook (")
    assert fault.endswith("open it in Excel and save it anew as .xlsx")


def test_a_workbook_whose_sheet_is_broken(write: Write, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(write(HEADER, ROW)) as whole, zipfile.ZipFile(broken, "w") as archive:
        for part in whole.namelist():
            content = whole.read(part)
            archive.writestr(part, content[: len(content) // 2] if part.startswith("xl/worksheets/") else content)

    assert faults_of(broken)[0].startswith("it is damaged or no Excel workbook (")


def test_a_file_that_is_open_in_excel(write: Write) -> None:
    path = write(HEADER, ROW)
    path.with_name("~$laundry.xlsx").touch()

    assert faults_of(path) == ("it is open in Excel (or another program); close it there and try again",)


def test_a_csv_that_is_not_utf_8(csv_file: Callable[[bytes], Path]) -> None:
    path = csv_file("Loads,Soap\nné,Bar\n".encode("latin-1"))

    assert faults_of(path) == ('it is not UTF-8 text; in Excel, save it as "CSV UTF-8 (comma delimited)"',)


def test_a_csv_whose_quotes_never_close(csv_file: Callable[[str], Path]) -> None:
    assert faults_of(csv_file('Loads,Soap\n"1,Bar\n')) == (
        "it is not a CSV file: unexpected end of data at line 3; is a quotation mark opened and never closed?",
    )


def test_a_workbook_that_is_called_csv(csv_file: Callable[[bytes], Path], write: Write) -> None:
    path = csv_file(write(HEADER, ROW).read_bytes())

    assert faults_of(path) == ("it is an Excel workbook, whatever its name says; name it .xlsx",)


# -- what says that it is synthetic -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "words", "synthetic"),
    [
        ("About", "Synthetic: nobody gave these answers.", True),
        ("About", "Kept by Ann", False),
        ("Notes", "Synthetic", False),
    ],
)
def test_a_table_says_by_its_about_sheet_that_it_is_synthetic(
    tmp_path: Path, sheet: str, words: str, synthetic: bool
) -> None:
    workbook = Workbook()
    for row in (HEADER, ROW):
        workbook.worksheets[0].append(list(row))
    workbook.create_sheet(sheet).append([words])
    path = tmp_path / "laundry.xlsx"
    workbook.save(path)

    assert table.read(LAUNDRY, path).synthetic is synthetic
