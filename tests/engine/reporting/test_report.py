"""The report as files: all of them, and every number that ``evaluate --json`` of the same seed has agrees with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.evaluation import as_json
from engine.metrics import METRICS
from engine.release import Release
from engine.reporting import confusions, models
from engine.reporting import report as reports
from engine.reporting.charts import Bars, Dots, Heatmap
from engine.reporting.parts import Column, Drawn, Picture, Section, Table
from engine.reporting.report import ALBUM, CONTENTS, Report
from engine.reporting.study import Study
from engine.survey import Survey
from tests.engine.reporting.undrawn import dot, undrawn


@pytest.fixture(scope="session")
def sections(coffee_study: Study) -> Mapping[str, Section]:
    """Return what is in the report, before it is drawn and written."""
    return {section.name: section for section in (topic.section(coffee_study, "en") for topic in CONTENTS)}


@pytest.fixture
def evaluation(coffee_release: Release) -> Any:
    """Return what ``evaluate --json`` prints of the same rows and seed: of a training of its own."""
    return json.loads(json.dumps(as_json(coffee_release.evaluation)))


def picture(sections: Mapping[str, Section], name: str) -> Picture:
    found = {one.name: one for section in sections.values() for one in section.pictures}[name]
    assert isinstance(found, Picture)
    return found


def rows_of(report: Report, name: str) -> list[dict[str, str]]:
    """Return the rows of a table as they stand in its file; of columns of one title the last."""
    with (report.html.parent / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- files ------------------------------------------------------------------------------------------------------------


def test_every_picture_and_every_table_is_a_file_and_there_are_no_others(
    coffee_report: Report, sections: Mapping[str, Section]
) -> None:
    folder = coffee_report.html.parent

    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    pictures = {f"pictures/{one.name}.png" for section in sections.values() for one in section.pictures}
    tables = {f"tables/{one.name}.csv" for section in sections.values() for one in section.tables}
    assert written == {"report.html", "evaluation.json", *pictures, *tables}
    assert {"pictures/drivers.png", "tables/drivers.csv", "tables/reach_provider.csv"} <= written
    assert all((folder / name).read_bytes() == dot() for name in pictures)


def test_tables_have_every_row_and_every_digit(coffee_report: Report, sections: Mapping[str, Section]) -> None:
    tables = [table for section in sections.values() for table in section.tables]

    for table in tables:
        path = coffee_report.html.parent / "tables" / f"{table.name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            titles, *rows = csv.reader(file)
        assert titles == [column.title for column in table.columns]
        assert len(rows) == len(table.rows)
        for row, cells in zip(rows, table.rows, strict=True):
            read = [
                float(text) if isinstance(cell, int | float) else text for text, cell in zip(row, cells, strict=True)
            ]
            assert read == ["" if cell is None else cell for cell in cells]


def test_the_album_is_the_main_pictures_with_what_they_show(
    coffee_report: Report, sections: Mapping[str, Section]
) -> None:
    assert [path.stem for path, _ in coffee_report.album] == list(ALBUM)
    assert len(ALBUM) <= 10
    assert [title for _, title in coffee_report.album] == [picture(sections, name).title for name in ALBUM]


def test_the_summary_says_what_the_rows_are_and_what_not_to_conclude(coffee_report: Report) -> None:
    assert coffee_report.summary[0].startswith("These are the answers of 150 people to 8 questions.")
    assert any("nothing here is a cause." in sentence for sentence in coffee_report.summary)


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_the_evaluation_in_the_folder_is_the_one_that_is_printed(coffee_report: Report, evaluation: Any) -> None:
    found = json.loads((coffee_report.html.parent / "evaluation.json").read_text(encoding="utf-8"))

    assert found == evaluation


def test_every_metric_of_every_protocol_agrees_with_the_evaluation(coffee_report: Report, evaluation: Any) -> None:
    words = models.ENGLISH
    theirs = {**evaluation["candidates"], **{name: evaluation[name] for name in ("nested", "nested_argmax", "leaky")}}
    del theirs["blend"]  # the whole procedure's

    rows = {row[words["protocol"]]: row for row in rows_of(coffee_report, "models")}

    assert set(rows) == {words[name] for name in theirs}
    for name, metrics in theirs.items():
        row = rows[words[name]]
        for metric in METRICS:
            title = words[metric]
            found = [row[title], row[f"{title}, 95% from"], row[f"{title}, to"]]
            assert list(map(float, found)) == [metrics[metric][end] for end in ("mean", "low", "high")]


def test_importances_agree_with_the_evaluation(coffee_report: Report, coffee_study: Study, evaluation: Any) -> None:
    rows = rows_of(coffee_report, "importances")

    names = coffee_study.survey.feature
    for row, theirs in zip(rows, evaluation["importances"], strict=True):
        numbers = list(map(float, list(row.values())[1:]))
        assert row["Answer"] == names[theirs["feature"]].name.to("en")
        assert numbers == [
            *(theirs["permutation"][end] for end in ("mean", "low", "high")),
            theirs["mean_impact"],
            theirs["gini"],
        ]


def test_what_is_found_of_each_grade_agrees_with_the_evaluations_confusion(
    coffee_report: Report, evaluation: Any
) -> None:
    confusion = np.array(evaluation["confusion"])

    for grade, row in enumerate(rows_of(coffee_report, "recall")):
        people, guessed, right = confusion[grade].sum(), confusion[:, grade].sum(), confusion[grade, grade]
        assert float(row["People"]) == pytest.approx(people)
        shares = [(row["Found, of those who say so"], people), (row["Right, of those guessed so"], guessed)]
        for said, of in shares:
            assert (said == "") == (of < confusions.FEWEST)
            assert said == "" or float(said) == pytest.approx(right / of)


def test_pictures_agree_with_the_evaluation(sections: Mapping[str, Section], evaluation: Any) -> None:
    matrix, losses = picture(sections, "confusion").chart, picture(sections, "log_loss").chart
    errors, loss_without = picture(sections, "calibration_errors").chart, picture(sections, "importances").chart
    assert isinstance(matrix, Heatmap)
    assert isinstance(losses, Dots)
    assert isinstance(errors, Bars)
    assert isinstance(loss_without, Dots)

    confusion = np.array(evaluation["confusion"])
    np.testing.assert_allclose(np.array(matrix.values, dtype=float), confusion / confusion.sum(axis=1, keepdims=True))
    shown = dict(zip(losses.categories, losses.series[0].values, strict=True))
    assert shown[models.ENGLISH["nested"]] == evaluation["nested"]["log_loss"]["mean"]
    assert losses.reference == evaluation["class_shares"]["log_loss"]["mean"]
    assert list(errors.series[0].values) == [*evaluation["calibration"].values(), evaluation["calibration_noise"]]
    theirs = [one["permutation"]["mean"] for one in evaluation["importances"]]
    assert list(loss_without.series[0].values) == theirs[: len(loss_without.categories)]


# -- what goes in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def quick(coffee_study: Study, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Return a study whose report needs no training and draws every picture as the same dot."""

    def told(*_: object, progress: Any, **__: object) -> Study:
        for done, of in ((1, 3), (2, 3), (1, 1)):  # as training tells it
            progress(done, of)
        return coffee_study

    monkeypatch.setattr(reports, "study", told)
    monkeypatch.setattr(reports, "_painted", undrawn)
    return coffee_study


def written(study: Study, out: Path, **options: Any) -> Report:
    return reports.report(study.survey, study.table, out, **options)


def test_sections_of_somebody_else_come_last_with_their_files(quick: Study, tmp_path: Path) -> None:
    table = Table("funnel", "Steps", (Column("Step"), Column("People", "count")), (("Start", 100),))
    funnel = Section("funnel", "The way to the end", ("Few came.", Drawn("funnel", "Steps", "Bars.", dot()), table))

    made = written(quick, tmp_path, sections=(funnel,))

    assert (tmp_path / "pictures" / "funnel.png").read_bytes() == dot()
    assert (tmp_path / "tables" / "funnel.csv").read_text(encoding="utf-8-sig") == "Step,People\nStart,100\n"
    page = made.html.read_text(encoding="utf-8")
    assert page.index('id="reach"') < page.index('id="funnel"')
    assert "<p>Few came.</p>" in page


@pytest.mark.parametrize("name", ["drivers", "summary"])
def test_a_name_that_stands_twice_is_refused(quick: Study, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"two sections are named '{name}'"):
        written(quick, tmp_path, sections=(Section(name, "Mine", ()),))


def test_a_folder_that_cannot_be_made_is_told_before_any_work(survey: Survey, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="cannot be written"):
        reports.report(survey, None, tmp_path / "file")  # type: ignore[arg-type]


@pytest.fixture
def survey(coffee_release: Release) -> Survey:
    """Return the coffee survey."""
    return coffee_release.model.survey


def test_progress_never_goes_back_and_ends_at_the_end(quick: Study, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    written(quick, tmp_path, progress=lambda done, of: told.append((done, of)))

    parts = [done / of for done, of in told]
    assert parts == sorted(parts)
    assert parts[0] > 0
    assert told[-1][0] == told[-1][1] == len(told)
