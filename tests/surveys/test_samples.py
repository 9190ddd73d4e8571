"""Every sample is what its maker makes, agrees with its definition, and is the kind of table that it was made to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import table
from engine.survey import Survey, load
from engine.table import Table
from tests.surveys import make


def sample_of(name: str) -> tuple[Survey, Table]:
    survey = load(make.FOLDER / name)
    return survey, table.read(survey, make.FOLDER / name / "sample.csv")


@pytest.mark.parametrize("path", make.files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_what_its_maker_makes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == make.files()[path]


@pytest.mark.parametrize("name", make.MAKERS)
def test_a_sample_agrees_with_its_definition(name: str) -> None:
    _, found = sample_of(name)

    assert found.repaired == ()
    assert found.unlabelled == 0
    assert found.ignored == (("Remarks",) if name == "coffee" else ())


def test_the_surveys_have_every_possible_number_of_grades() -> None:
    assert {len(load(make.FOLDER / name).target.grades) for name in make.MAKERS} == {2, 3, 4, 5, 6}


def test_nominal_heavy_has_few_scales_and_columns_that_most_left_out() -> None:
    survey, found = sample_of("nominal_heavy")

    missing = found.answers.isna().mean()
    assert [feature.column for feature in survey.features if feature.kind != "nominal"] == ["Distance"]
    assert len(found.answers) >= 250
    assert missing["Rain"] > 0.3
    assert missing["Parking"] > 0.7
    assert 0.85 < missing["Complaint"] < 0.95


def test_number_labels_stay_the_labels_that_they_are() -> None:
    _, found = sample_of("number_labels")

    assert len(found.answers) >= 250
    assert set(found.answers["Mark"]) == {"1", "2", "3", "4", "5"}
    assert set(found.answers["Room"]) == {"01", "02", "03", "10"}
    assert set(found.answers["Version"].dropna()) == {"1.0", "1.5", "1.10", "2.0"}
    assert found.answers["Hours"].dtype == float


def test_one_row_classes_is_wide_and_has_two_people_alone_in_their_class() -> None:
    survey, found = sample_of("one_row_classes")

    assert found.target is not None
    assert len(survey.features) == 100
    assert sorted(found.target.value_counts())[:3] == [1, 1, 21]
