"""People lie on principal components where scikit-learn puts them, and in the model's own plane."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from engine import clustering
from engine.encoding import codes_of_table, fit_encoding
from engine.grading import points_of
from engine.reporting import components
from engine.reporting.charts import Bars, Cloud, Heatmap
from engine.reporting.study import Study
from engine.segmentation import answer_columns, fit_segmentation
from engine.training import classes_of
from tests.engine.reporting.by_hand import (
    DOG,
    STICK,
    answers_of,
    left_out,
    picture,
    study_around,
    study_of,
    table,
)
from tests.surveys.test_samples import sample_of


def columns_of(study: Study) -> np.ndarray:
    """Return what segments rest on."""
    return answer_columns(study.segmentation.encoding, study.segmentation.weights, study.codes)


@pytest.fixture(scope="module")
def study() -> Study:
    """Return 60 people in two segments."""
    halves = np.arange(60) % 2
    return study_of(answers_of(60), np.arange(60) % 3, halves)


def test_components_are_those_of_scikit_learn(study: Study) -> None:
    found = components.components(study)

    columns = columns_of(study)
    reference = PCA().fit(columns)
    signs = np.sign((found.loadings * reference.components_[:3]).sum(axis=1))
    np.testing.assert_allclose(found.loadings * signs[:, None], reference.components_[:3], atol=1e-9)
    np.testing.assert_allclose(found.places * signs, reference.transform(columns)[:, :3], atol=1e-9)
    known = len(found.explained)
    np.testing.assert_allclose(found.explained, reference.explained_variance_ratio_[:known], atol=1e-9)


def test_the_largest_loading_of_each_component_points_up(study: Study) -> None:
    loadings = components.components(study).loadings

    assert (np.take_along_axis(loadings, np.abs(loadings).argmax(axis=1)[:, None], axis=1) > 0).all()


def test_the_first_two_are_the_models_own_plane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "K_RANGE", range(2, 3))  # the plane does not depend on it
    coffee, answers = sample_of("coffee")
    codes, y = codes_of_table(coffee, answers.answers), classes_of(coffee, answers)
    fitted = fit_segmentation(
        coffee, codes, points_of(len(coffee.target.grades))[y], fit_encoding(coffee.features, codes), seed=0
    )

    found = components.components(study_around(coffee, codes, y, fitted, fitted.place(codes)[0]))

    np.testing.assert_allclose(found.places[:, :2], fitted.project(codes), atol=1e-9)
    np.testing.assert_allclose(found.explained[:2], fitted.plane.explained, atol=1e-9)


def test_a_nominal_question_has_a_column_for_each_of_its_answers(study: Study) -> None:
    names = components.column_names(study, "en")

    assert names == (
        "How often",
        "Place: In the wood",
        "Place: In town",
        "Place: At the shore",
        "A dog",
        "A stick",
        "Miles",
    )


@pytest.mark.parametrize(("name", "dimensions"), [("components", 2), ("components_3d", 3)])
def test_everybody_is_a_point_of_whom_segment_and_grade_are_told(study: Study, name: str, dimensions: int) -> None:
    drawn = picture(components.section(study, "en"), name)

    chart = drawn.chart
    assert isinstance(chart, Cloud)
    np.testing.assert_allclose(chart.points, components.components(study).places[:, :dimensions], atol=5e-4)
    assert chart.groups == tuple(study.segments)
    assert chart.labels[:3] == ("Walkers · grade A", "Fans · grade B", "Walkers · grade C")
    assert len(chart.axes) == dimensions
    assert drawn.interactive
    assert "No point was moved" in drawn.note
    assert "drawn at random" not in drawn.note


def test_of_many_people_some_are_drawn_and_it_is_said() -> None:
    many = components.MOST_POINTS + 1
    study = study_of(answers_of(many), np.zeros(many), np.arange(many) % 2)

    first, second = (picture(components.section(study, "en"), "components") for _ in range(2))

    assert isinstance(first.chart, Cloud)
    assert len(set(first.chart.labels)) == 2
    assert len(first.chart.points) == components.MOST_POINTS
    assert "1,500 people, drawn at random, are shown." in first.note
    assert first == second


def test_what_components_explain_is_drawn_and_summed_up(study: Study) -> None:
    section = components.section(study, "en")

    explained = components.components(study).explained
    drawn, rows = picture(section, "explained_variance"), table(section, "explained_variance").rows
    assert isinstance(drawn.chart, Bars)
    assert drawn.chart.series[0].values == tuple(explained)
    assert [row[0] for row in rows][:2] == ["Component 1", "Component 2"]
    assert tuple(row[2] for row in rows) == pytest.approx(tuple(np.cumsum(explained)))
    assert rows[-1][2] == pytest.approx(1)
    assert f"The first 3 together explain {explained[:3].sum():.0%}" in drawn.alt


def test_every_loading_is_in_the_table_the_strongest_first(study: Study) -> None:
    section = components.section(study, "en")

    loadings, names = components.components(study).loadings, components.column_names(study, "en")
    rows = table(section, "loadings").rows
    assert {row[0]: row[1:] for row in rows} == {name: tuple(loadings[:, place]) for place, name in enumerate(names)}
    strengths = [max(abs(float(value or 0)) for value in row[1:]) for row in rows]
    assert strengths == sorted(strengths, reverse=True)
    chart = picture(section, "loadings").chart
    assert isinstance(chart, Heatmap)
    assert chart.rows == tuple(row[0] for row in rows)
    assert chart.highest == -chart.lowest == pytest.approx(strengths[0])


def test_fewer_directions_than_dimensions_leave_their_picture_out() -> None:
    codes = np.zeros((40, 5))
    codes[:, DOG], codes[:, STICK] = np.arange(40) % 2, np.arange(40) // 2 % 2
    study = study_of(codes, np.zeros(40), np.arange(40) % 2)

    section = components.section(study, "en")

    assert components.components(study).count == 2
    assert picture(section, "components")
    assert left_out(section) == {
        "Everybody in three dimensions, by segment": "There are fewer than 3 directions in which people differ."
    }
    assert [column.title for column in table(section, "loadings").columns] == ["Answer", "Component 1", "Component 2"]
    assert "The first 2 together explain 100%" in picture(section, "explained_variance").alt


def test_where_all_answer_alike_there_is_nothing_to_draw() -> None:
    study = study_of(np.zeros((30, 5)), np.zeros(30), np.zeros(30))

    section = components.section(study, "en")

    assert section.pictures == []
    assert list(left_out(section).values()) == [
        "All gave the same answers: there is no direction in which people differ."
    ]
