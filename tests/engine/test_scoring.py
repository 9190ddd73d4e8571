"""A whole table is scored like its people one by one; its file is whole or not there, and runs nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from engine.assessment import Model
from engine.encoding import codes_of_table
from engine.errors import InputError, TableError
from engine.scoring import header, score_rows, score_table
from engine.table import read
from tests.engine.command_line import run_engine
from tests.engine.full_disk import needs_limits
from tests.engine.people import write_people

HOSTILE = ["=1+1", "=cmd|' /C calc'!A0", "+SUM(A1)", "-2+3", "@A1", "#N/A"]
HARMLESS = ["P001", "-7", "+85512345678", "ភ្នំពេញ", "a=b", "1.50"]


def people(path: Path, rows: int = 40, ids: list[str] | None = None) -> Path:
    """Write invented people, with IDs where some are given."""
    table = pd.read_csv(write_people(path, rows=rows, seed=9))
    if ids is not None:
        table.insert(3, "ID", ids)
    table.to_csv(path, index=False)
    return path


def written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_row_says_what_the_model_says_of_that_person(model: Model, tmp_path: Path) -> None:
    table = read(model.survey, people(tmp_path / "people.csv"), need_target=False)

    rows = [dict(zip(header(model), row, strict=True)) for row in score_rows(model, table)]

    assert len(rows) == 40
    for row, codes in zip(rows, codes_of_table(model.survey, table.answers), strict=True):
        alone = model.assess_codes(codes)
        assert (row["Grade"], row["Most likely"]) == (alone.grade, alone.most_likely)
        assert {letter: row[f"P({letter})"] for letter in alone.probabilities} == pytest.approx(alone.probabilities)
        assert row["Score"] == pytest.approx(alone.score)
        assert row["Segment"] == alone.segment.name["en"]
        assert row["Segment strength"] == pytest.approx(alone.segment.strength)
        assert {one.feature: row[f"Impact {one.feature}"] for one in alone.impacts} == pytest.approx(
            {one.feature: one.impact for one in alone.impacts}
        )
        assert (row["Model version"], row["Synthetic model"]) == (model.version, "no")


def test_the_impacts_of_a_row_add_up_to_its_score(model: Model, tmp_path: Path) -> None:
    table = read(model.survey, people(tmp_path / "people.csv"), need_target=False)

    rows = pd.DataFrame(score_rows(model, table), columns=header(model))

    total = rows["Base"] + rows.filter(like="Impact ").sum(axis=1)
    assert (total - rows["Score"]).abs().max() < 1e-6


def test_rows_beyond_one_batch_keep_their_order(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = read(model.survey, people(tmp_path / "people.csv"), need_target=False)
    at_once = list(score_rows(model, table))

    monkeypatch.setattr("engine.scoring.BATCH", 7)

    in_batches = list(score_rows(model, table))
    assert [row[0] for row in in_batches] == list(range(1, 41))
    assert [row[:3] for row in in_batches] == [row[:3] for row in at_once]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".CSV"])
def test_a_table_is_scored_into_the_file_that_is_named(trained: Path, tmp_path: Path, ending: str) -> None:
    ids = [f"P{number:03}" for number in range(40, 0, -1)]
    table, out = people(tmp_path / "people.csv", ids=ids), tmp_path / f"scored{ending}"

    done = run_engine("predict", "--data", table, "--out", out, versions=trained)

    assert (done.returncode, done.stdout) == (0, f"40 rows scored into {out}\n")
    scored = pd.read_excel(out) if ending == ".xlsx" else pd.read_csv(out)
    assert list(scored.columns[:4]) == ["ID", "Grade", "Most likely", "P(A)"]
    assert list(scored["ID"]) == ids
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["people.csv", out.name])


def test_an_id_that_looks_like_a_formula_stays_text_in_a_workbook(model: Model, tmp_path: Path) -> None:
    ids = HOSTILE + HARMLESS
    table, out = people(tmp_path / "people.csv", rows=len(ids), ids=ids), tmp_path / "scored.xlsx"

    score_table(model, table, out)

    _, *rows = load_workbook(out)["Scores"].iter_rows()
    assert [(row[0].value, row[0].data_type) for row in rows] == [(identity, "s") for identity in ids]
    assert [row[0].quotePrefix for row in rows] == [identity[0] in "=#" for identity in ids]
    assert not any(cell.quotePrefix for row in rows for cell in row[1:])


def test_an_id_that_looks_like_a_formula_is_disarmed_in_a_csv_file(model: Model, tmp_path: Path) -> None:
    hostile = [identity for identity in HOSTILE if identity != "#N/A"]
    table = people(tmp_path / "people.csv", rows=len(hostile + HARMLESS), ids=hostile + HARMLESS)

    score_table(model, table, tmp_path / "scored.csv")

    _, *rows = written(tmp_path / "scored.csv")
    assert [row[0] for row in rows] == [*(f"'{identity}" for identity in hostile), *HARMLESS]


def test_an_id_that_no_workbook_can_hold_says_which_file_can(model: Model, tmp_path: Path) -> None:
    table = people(tmp_path / "people.csv", rows=4, ids=["P1", "P\x012", "P3", "P4"])

    with pytest.raises(InputError, match=r"'P\\x012': an \.xlsx file cannot hold .* write a \.csv file"):
        score_table(model, table, tmp_path / "scored.xlsx")

    assert score_table(model, table, tmp_path / "scored.csv") == 4


@pytest.mark.parametrize("name", ["scored.ods", "scored", "scored.xlsx.bak"])
def test_another_kind_of_file_is_refused_before_any_work(model: Model, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"written as \.xlsx or \.csv; name a file that ends so"):
        score_table(model, tmp_path / "never read.csv", tmp_path / name)


def test_scores_never_take_the_place_of_the_table_itself(model: Model, tmp_path: Path) -> None:
    table = people(tmp_path / "people.csv")
    before = table.read_bytes()

    with pytest.raises(InputError, match="that is the table itself"):
        score_table(model, table, tmp_path / "." / "people.csv")

    assert table.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(model: Model, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"scored\.csv: cannot be written: No such file or directory"):
        score_table(model, people(tmp_path / "people.csv"), tmp_path / "nowhere" / "scored.csv")


def test_unknown_labels_are_named_and_an_older_file_stays(trained: Path, tmp_path: Path) -> None:
    table, out = people(tmp_path / "people.csv"), tmp_path / "scored.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("\nDaily,", "\nhourly,"), encoding="utf-8")
    out.write_text("last month's", encoding="utf-8")

    done = run_engine("predict", "--data", table, "--out", out, versions=trained)

    assert done.returncode == 2
    assert 'column A "Freq_Use": "hourly" is none of the labels' in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_text(encoding="utf-8") == "last month's"


def test_a_table_without_its_target_is_scored_and_one_with_faults_is_not(model: Model, tmp_path: Path) -> None:
    table = people(tmp_path / "people.csv")
    pd.read_csv(table).drop(columns="Recommend_MM").to_csv(table, index=False)
    assert score_table(model, table, tmp_path / "scored.csv") == 40

    pd.read_csv(table).drop(columns="Freq_Use").to_csv(table, index=False)
    with pytest.raises(TableError, match='the column "Freq_Use" is missing'):
        score_table(model, table, tmp_path / "scored.csv")


@needs_limits
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("room", [1_000, 18_000])
def test_a_full_disk_leaves_an_older_file_as_it_was_and_nothing_beside_it(
    trained: Path, tmp_path: Path, ending: str, room: int
) -> None:
    table, out = people(tmp_path / "people.csv"), tmp_path / f"scored{ending}"
    out.write_bytes(b"last month's")

    done = run_engine("predict", "--data", table, "--out", out, versions=trained, room=room)

    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if not line.startswith("Scoring: ")] == [
        f"{out}: cannot be written: File too large"
    ]
    assert out.read_bytes() == b"last month's"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([table.name, out.name])
