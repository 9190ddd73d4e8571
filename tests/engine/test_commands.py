"""python -m engine …, as it is typed: outcomes, words and exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from engine import printing, registry
from engine.assessment import Model
from tests.engine.command_line import run_engine
from tests.engine.people import HOME, write_people

ANSWERS = {
    "Freq_Use": "Daily",
    "Weekly_Amt": "100–300",
    "Trust_Level": "Strongly trust",
    "Had_Issues": "No",
    "Sec_Aware": "Yes",
    "Use_Send": 1,
    "Use_Bills": 1,
    "Motive_Security": 1,
}


def predict(versions: Path, answers: Any, *more: object) -> subprocess.CompletedProcess[str]:
    text = answers if isinstance(answers, str) else json.dumps(answers)
    return run_engine("predict", "--answers", text, *more, versions=versions)


def test_predict_prints_the_promised_json_and_draws_the_chart(trained: Path, tmp_path: Path) -> None:
    done = predict(trained, ANSWERS, "--chart", tmp_path / "out.png", "--json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(found) >= {
        "grade", "most_likely", "probabilities", "score", "base", "impacts",
        "segment", "suggestions", "what_if", "model_version", "synthetic",
    }  # fmt: skip
    assert abs(found["base"] + sum(one["impact"] for one in found["impacts"]) - found["score"]) < 1e-6
    assert list(found["probabilities"]) == ["A", "B", "C", "D"]
    assert set(found["segment"]) == {"name", "person", "strength"}
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_words_say_what_was_not_answered_and_what_the_guess_cannot_rest_on(model: Model) -> None:
    found = model.assess(ANSWERS)
    silent = replace(found.impacts[0], answer=None)

    words = printing.assessment_words(
        model.survey, replace(found, impacts=(silent,), informative=False, unseen=("Trust_Level",))
    )

    assert f"{silent.feature}: not answered" in words
    assert "No signal" in words
    assert "Nobody in the training rows answered so: Trust_Level." in words


def test_predict_names_every_fault_of_the_answers(trained: Path) -> None:
    done = predict(trained, {**ANSWERS, "Freq_Use": "hourly", "Colour": "red"})

    assert done.returncode == 2
    assert 'answers: Freq_Use: "hourly" is not among its answers' in done.stderr
    assert "answers: Colour: not a column of the survey" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("answers", ["{", "[1]"])
def test_predict_refuses_what_is_no_json_object(trained: Path, answers: str) -> None:
    done = predict(trained, answers)

    assert done.returncode == 2
    assert "JSON" in done.stderr


def test_predict_refuses_a_picture_under_another_name_and_the_target_as_an_answer(
    trained: Path, tmp_path: Path
) -> None:
    named, told = (
        predict(trained, ANSWERS, "--chart", tmp_path / "out.jpg"),
        predict(trained, {**ANSWERS, "Recommend_MM": "Yes"}),
    )

    assert (named.returncode, told.returncode) == (2, 2)
    assert "name a file that ends in .png" in named.stderr
    assert "Recommend_MM: that is what is predicted; leave it out" in told.stderr


def test_predict_without_a_version_says_how_to_make_one(tmp_path: Path) -> None:
    done = predict(tmp_path, ANSWERS)

    assert done.returncode == 2
    assert "`python -m engine train` makes one" in done.stderr


def test_check_says_how_the_table_is_read(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", rows=40)
    path.write_text(path.read_text(encoding="utf-8").replace("\nDaily,", "\nevery day,"), encoding="utf-8")

    done = run_engine("check", "--data", path)

    assert done.returncode == 0
    assert 'Freq_Use: "every day" is read as "Daily"' in done.stdout
    assert 'Trust_Level: nobody answered "Distrust"' in done.stdout
    assert "Grade A (Yes): 10 rows" in done.stdout


def test_check_points_out_leaks_repeated_rows_and_doubled_people(tmp_path: Path) -> None:
    table = write_people(tmp_path / "people.csv", rows=40)
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    grades = {"Yes": "Daily", "Maybe": "Once a week", "Not sure": "A few times a month", "No": "Rarely"}
    rows = [",".join([grades[row.split(",")[-1]], *row.split(",")[1:]]) for row in rows]
    table.write_text("\n".join([header, *rows, rows[0]]), encoding="utf-8")
    doubled = tmp_path / "doubled.csv"
    doubled.write_text("\n".join([f"ID,{header}", f"P1,{rows[0]}", f"P2,{rows[1]}", f"P1,{rows[2]}"]), encoding="utf-8")

    checked, refused = run_engine("check", "--data", table), run_engine("check", "--data", doubled)

    assert "Leak: Freq_Use alone all but gives Recommend_MM away" in checked.stdout
    assert "1 rows repeat another row in every answer" in checked.stdout
    assert refused.returncode == 2
    assert 'row 4, column A "ID": "P1" stands in row 2 already' in refused.stderr


def test_check_says_what_training_would_refuse(tmp_path: Path) -> None:
    done = run_engine("check", "--data", write_people(tmp_path / "few.csv", rows=12))

    assert done.returncode == 2
    assert "12 labelled rows: training needs at least 30" in done.stderr


def empty_sheet(path: Path) -> None:
    Workbook().save(path)


def text_file(path: Path) -> None:
    path.write_text("just some words", encoding="utf-8")


def unknown_label(path: Path) -> None:
    table = write_people(path.with_suffix(".csv"), rows=40)
    book = Workbook()
    assert book.active is not None
    for line in table.read_text(encoding="utf-8").splitlines():
        book.active.append(line.split(","))
    book.active["A2"] = "hourly"
    book.save(path)


def wrong_columns(path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Freq_Used", "Colour"])
    book.active.append(["Daily", "red"])
    book.save(path)


@pytest.mark.parametrize("command", ["check", "train", "evaluate"])
@pytest.mark.parametrize("make", [None, empty_sheet, text_file, unknown_label, wrong_columns])
def test_a_bad_table_ends_with_exit_code_2_and_changes_nothing(
    trained: Path, tmp_path: Path, command: str, make: Any
) -> None:
    path = tmp_path / "table.xlsx"
    if make:
        make(path)
    before = sorted(trained.iterdir())

    done = run_engine(command, "--data", path, versions=trained)

    assert done.returncode == 2
    assert "table.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(trained.iterdir()) == before


def test_too_few_rows_say_how_many_are_needed(tmp_path: Path) -> None:
    done = run_engine("train", "--data", write_people(tmp_path / "few.csv", rows=12), versions=tmp_path / "versions")

    assert done.returncode == 2
    assert "12 labelled rows: training needs at least 30" in done.stderr
    assert not (tmp_path / "versions").exists()


def test_the_registry_is_listed_verified_and_switched(trained: Path) -> None:
    identity = str(registry.active_version(trained))

    listed = run_engine("models", "list", versions=trained)
    verified = run_engine("models", "verify", versions=trained)
    switched = run_engine("models", "activate", identity, versions=trained)
    gone = run_engine("models", "activate", "yesterday", versions=trained)

    assert listed.stdout.startswith(f"* {identity}  120 rows")
    assert (verified.returncode, verified.stdout.strip()) == (0, f"{identity}  fits")
    assert switched.returncode == 0
    assert gone.returncode == 2
    assert "there is no version yesterday" in gone.stderr


def test_versions_are_listed_oldest_first_whatever_became_of_them(trained: Path, tmp_path: Path) -> None:
    versions = Path(shutil.copytree(trained, tmp_path / "versions"))
    active = str(registry.active_version(versions))
    older, newer, gone = "20200101T000000Z-00000000", "20990101T000000Z-00000000", "20980101T000000Z-00000000"
    shutil.copytree(versions / active, versions / older)
    shutil.copytree(versions / active, versions / newer)
    (versions / older / "manifest.json").write_text("[]", encoding="utf-8")
    (versions / newer / "model.joblib").write_bytes(b"half a mo")
    (versions / "active").write_text(gone, encoding="utf-8")

    listed = run_engine("models", "list", versions=versions)
    verified = run_engine("models", "verify", versions=versions)

    ids = (f"! {older}  ", f"  {active}  ", f"  {newer}  ", f"! {gone}  ")
    lines = listed.stdout.splitlines()
    assert [line.startswith(start) for line, start in zip(lines, ids, strict=True)] == [True] * 4
    assert (verified.returncode, verified.stdout) == (1, f"{active}  fits\n")
    assert [fault.split(":")[0] for fault in verified.stderr.splitlines()] == [
        f"version {older}",
        f"version {newer} is refused",
        f"there is no version {gone}; stored",
    ]


def test_an_empty_registry_says_how_to_fill_it(tmp_path: Path) -> None:
    for command in ("list", "verify"):
        done = run_engine("models", command, versions=tmp_path)

        assert done.returncode == 0
        assert "`python -m engine train` makes one" in done.stdout


def test_every_command_has_its_help() -> None:
    for command in ("check", "train", "evaluate", "predict", "sample", "models", "models list", "models activate"):
        done = run_engine(*command.split(), "--help")
        assert done.returncode == 0, command
        assert "Usage" in done.stdout


def test_the_survey_may_be_named_by_its_file(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    shutil.copy(HOME / "survey.toml", folder)
    shutil.copytree(trained, folder / "versions")

    done = run_engine("predict", "--survey", folder / "survey.toml", "--answers", json.dumps(ANSWERS))

    assert done.returncode == 0, done.stderr


def test_a_survey_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run_engine("check", "--survey", tmp_path)

    assert done.returncode == 2
    assert "survey.toml: there is no such file" in done.stderr


@pytest.mark.parametrize("command", ["check", "train", "evaluate"])
def test_a_survey_without_a_sample_asks_for_the_table(command: str, tmp_path: Path) -> None:
    shutil.copy(HOME / "survey.toml", tmp_path)

    done = run_engine(command, "--survey", tmp_path)

    assert done.returncode == 2
    assert done.stderr.endswith("sample.xlsx: there is no such file; name the table of answers with --data FILE\n")
