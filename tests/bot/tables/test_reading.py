from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tables import json_rows
from bot.tables.import_texts import faults_text, write_faults
from bot.tables.json_rows import members
from bot.tables.reading import Faults, ReadTable, TableRow, read_table
from engine.survey import Survey
from tests.bot.tables.people import name_of

HEADER = "ID,Often,Cups,Brew,Milk,Milk_Kind,With_Sugar,With_Spice,With_Book,Roast,Region,Lover"


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


# -- through the engine -------------------------------------------------------------------------------------------


async def test_a_table_is_read_row_by_row_as_a_response_holds_it(coffee: Survey, tmp_path: Path) -> None:
    ours = name_of("1")
    path = write(
        tmp_path / "answers.csv",
        f"{ours}-2,daily,2.5,Filter,No,,1,0,0,,,Yes",
        ",Weekly,,Espresso,Yes,Oat,0,0,0,Dark,North,No",
        "9,Weekly,,Espresso,Yes,Oat,0,0,0,Dark,North,",
        header=f"{HEADER},Comment".replace("Comment", "Source"),
    )

    found = await read_table(coffee, path)

    assert isinstance(found, ReadTable)
    assert list(found.rows()) == [
        TableRow(
            f"{ours}-2",
            {
                "Often": "Daily",
                "Cups": 2.5,
                "Brew": "Filter",
                "Milk": "No",
                "With_Sugar": 1,
                "With_Spice": 0,
                "With_Book": 0,
            },
            "Yes",
        ),
        TableRow(
            None,
            {
                "Often": "Weekly",
                "Brew": "Espresso",
                "Milk": "Yes",
                "Milk_Kind": "Oat",
                "With_Sugar": 0,
                "With_Spice": 0,
                "With_Book": 0,
                "Roast": "Dark",
                "Region": "North",
            },
            "No",
        ),
    ]
    assert list(found.rows()) == list(found.rows()), "the rows can be read again"
    assert (found.source, found.count, found.unlabelled, found.anonymous) == ("answers.csv", 2, 1, 1)
    assert (found.people, found.ignored, found.synthetic) == (frozenset({ours}), (), False)


async def test_every_fault_of_a_table_comes_with_its_place(coffee: Survey, tmp_path: Path) -> None:
    path = write(tmp_path / "answers.csv", *["1,Hourly,2.5,Filter,No,,1,0,0,,,Yes"] * 80)

    found = await read_table(coffee, path)

    assert isinstance(found, Faults)
    hourly = [line for line in found.lines if "Hourly" in line]
    assert len(hourly) == 80
    assert hourly[0].startswith('row 2, column B "Often": "Hourly" is none of the labels')


@pytest.mark.parametrize(
    ("identity", "said"), [("x" * 129, "has 129 characters; shorten it to at most 128"), ("a\x01b", "not text")]
)
async def test_an_id_that_cannot_be_kept_is_a_fault(coffee: Survey, tmp_path: Path, identity: str, said: str) -> None:
    path = write(tmp_path / "answers.csv", f"{identity},Daily,2.5,Filter,No,,1,0,0,,,Yes")

    found = await read_table(coffee, path)

    assert isinstance(found, Faults)
    assert said in found.lines[0]


async def test_a_file_that_is_no_table_or_not_there_is_one_line(coffee: Survey, tmp_path: Path) -> None:
    (tmp_path / "program.xlsx").write_bytes(b"MZ" + bytes(100))

    for name in ("program.xlsx", "nowhere.csv"):
        found = await read_table(coffee, tmp_path / name)

        assert isinstance(found, Faults)
        assert len(found.lines) == 1


async def test_reading_that_takes_too_long_is_broken_off(coffee: Survey, tmp_path: Path) -> None:
    path = write(tmp_path / "answers.csv", "1,Daily,2.5,Filter,No,,1,0,0,,,Yes")

    async with asyncio.timeout(30):
        found = await read_table(coffee, path, seconds=0.01)

    assert found == Faults(("reading it took more than 0.00017 minutes; import it in parts",))


async def test_a_reader_that_breaks_down_is_told_by_its_last_words(
    coffee: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "engine.py").write_text('import sys; print("out of memory", file=sys.stderr); sys.exit(9)')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    found = await read_table(coffee, tmp_path / "answers.csv")

    assert found == Faults(("reading it failed (exit code 9): out of memory",))


# -- what the engine prints ---------------------------------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=8), values, max_size=4)


@given(st.lists(values, max_size=6), objects, objects, st.sampled_from([None, 1]), st.integers(1, 40))
def test_an_object_read_piece_by_piece_says_the_same(
    rows: list[Any], before: dict[str, Any], after: dict[str, Any], indent: int | None, chunk: int
) -> None:
    whole = {**before, "rows": rows, **{name: value for name, value in after.items() if name not in before}}
    whole["rows"] = rows
    text = json.dumps(whole, indent=indent, ensure_ascii=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_CHUNK", chunk)
        found = list(members(io.BytesIO(f" {text}\n".encode())))

    assert [value for name, value in found if name == "rows"] == rows
    assert {name: value for name, value in found if name != "rows"} == {k: v for k, v in whole.items() if k != "rows"}


@pytest.mark.parametrize("text", ["", "nothing", '{"rows": [{"id": 1}', '{"rows": 1}', '{"a" 1}', "[1]"])
def test_what_breaks_off_is_noticed(text: str) -> None:
    with pytest.raises(ValueError, match=r"breaks off|is missing"):
        list(members(io.BytesIO(text.encode())))


# -- what is said of faults ---------------------------------------------------------------------------------------


def test_the_first_faults_are_told_and_the_others_are_in_a_file(tmp_path: Path) -> None:
    faults = Faults(tuple(f"row {number}: {'wrong ' * 100}" for number in range(1, 31)))

    text = faults_text(faults)
    write_faults(faults, tmp_path / "faults.txt")

    assert text.splitlines()[0] == "Nothing was imported. Please correct the table and try again:"
    assert text.splitlines()[-1] == "… and 20 more; the full list is in the file."
    assert len(text.splitlines()) == 12
    assert len(text) < 4096
    assert (tmp_path / "faults.txt").read_text(encoding="utf-8-sig").splitlines() == list(faults.lines)
    assert faults_text(Faults(("row 2: wrong",))).splitlines()[1:] == ["row 2: wrong"]
