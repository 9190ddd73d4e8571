"""Groups are found where they are, everybody is placed, and every group has a name of its own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from engine import segmentation, survey, table
from engine.card import stability_words
from engine.encoding import codes_of_table, fit_encoding
from engine.grading import points_of
from engine.predictors import Floats, Ints
from engine.segmentation import Segmentation
from engine.training import classes_of
from tests.engine.people import HOME, invented_people
from tests.surveys import make


def segments_of(codes: Floats) -> Segmentation:
    """Return the segments of home-survey codes, everybody having answered "Maybe"."""
    home = survey.load(HOME)
    return segmentation.fit_segmentation(
        home, codes, np.full(len(codes), 2.0), fit_encoding(home.features, codes), seed=0
    )


def planted(groups: int, each: int = 60) -> tuple[Floats, Ints]:
    """Return codes of clearly different groups and who belongs where."""
    rng = np.random.default_rng(0)
    _, codes, _ = invented_people(groups * each, seed=1)
    member = np.repeat(np.arange(groups), each)
    pattern = rng.integers(0, 2, (groups, 19))
    codes[:, 5:] = pattern[member][:, 5:]
    noisy = rng.random(codes[:, 5:].shape) < 0.05
    codes[:, 5:] = np.where(noisy, 1 - codes[:, 5:], codes[:, 5:])
    return codes, member


def answer_columns(found: Segmentation, codes: Floats) -> Floats:
    """Return what the groups rest on: standardised answers, weighted by how many answered, none wilder than 3."""
    standardised = found.encoding.transform(codes)[:, found.encoding.answers_only]
    columns: Floats = np.clip(standardised * found.weights, -3, 3)
    return columns


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_planted_groups_are_found(groups: int) -> None:
    home = survey.load(HOME)
    codes, member = planted(groups)
    encoding = fit_encoding(home.features, codes)

    found = segmentation.fit_segmentation(home, codes, np.full(len(codes), 2.0), encoding, seed=0)

    index, strength = found.place(codes)
    assert len(found.segments) == groups
    assert adjusted_rand_score(member, index) > 0.95
    assert [segment.size for segment in found.segments] == np.bincount(index).tolist()
    assert ((strength >= 0) & (strength <= 1)).all()


def test_every_group_has_a_distinct_name_even_where_the_rules_run_out() -> None:
    home = survey.load(HOME)
    codes, _ = planted(5)

    found = segmentation.fit_segmentation(home, codes, np.zeros(len(codes)), fit_encoding(home.features, codes), seed=0)

    names = [segment.name["en"] for segment in found.segments]
    assert len(set(names)) == len(names)
    assert "Moderate Users" in names, "the rule without conditions goes to one group only"
    assert sum("↑" in name or "↓" in name for name in names) == len(names) - 1


def test_people_who_all_answered_the_same_are_one_group() -> None:
    home = survey.load(HOME)
    codes = np.tile(invented_people(1, seed=0)[1], (40, 1))

    found = segmentation.fit_segmentation(home, codes, np.zeros(40), fit_encoding(home.features, codes), seed=0)

    assert [segment.size for segment in found.segments] == [40]
    assert found.place(codes)[1].tolist() == [1.0] * 40


def test_the_target_names_a_group_but_never_moves_anybody() -> None:
    home = survey.load(HOME)
    codes, _ = planted(2)
    encoding = fit_encoding(home.features, codes)

    low = segmentation.fit_segmentation(home, codes, np.zeros(len(codes)), encoding, seed=0)
    high = segmentation.fit_segmentation(home, codes, np.full(len(codes), 3.0), encoding, seed=0)

    assert np.array_equal(low.place(codes)[0], high.place(codes)[0])
    assert "Enthusiastic Recommenders" in {segment.name["en"] for segment in high.segments}
    assert "Enthusiastic Recommenders" not in {segment.name["en"] for segment in low.segments}


def test_the_planted_five_group_table_gives_all_five_archetypes() -> None:
    folder = make.FOLDER / "five_groups"
    home = survey.load(folder)
    rows = table.read(home, folder / "sample.csv")
    codes = codes_of_table(home, rows.answers)

    found = segmentation.fit_segmentation(
        home, codes, points_of(4)[classes_of(home, rows)], fit_encoding(home.features, codes), seed=0
    )

    assert {segment.name["en"] for segment in found.segments} == {
        "Power Users",
        "Trusted & Secure Users",
        "Cautious & Problematic Users",
        "Enthusiastic Recommenders",
        "Moderate Users",
    }
    assert max(found.silhouettes, key=lambda k: found.silhouettes[k]) == 5
    assert found.stability[5] > 0.95


def test_planted_groups_are_stable_and_chance_is_not() -> None:
    planted_codes, _ = planted(3)
    _, chance, _ = invented_people(200, seed=5)

    sure, unsure = segments_of(planted_codes), segments_of(chance)

    assert sure.stability[3] > 0.95
    assert sure.reseeded > 0.95
    assert unsure.stability[len(unsure.segments)] < 0.5


def test_inertia_falls_with_every_further_group() -> None:
    found = segments_of(planted(3)[0])

    elbow = [found.inertias[k] for k in sorted(found.inertias)]
    assert sorted(found.inertias) == sorted(found.silhouettes) == list(range(2, 9))
    assert elbow == sorted(elbow, reverse=True)


def test_a_person_at_the_centre_belongs_and_one_on_the_border_does_not() -> None:
    codes, _ = planted(2)
    found = segments_of(codes)

    index, strength = found.place(codes)

    columns = answer_columns(found, codes)
    distances = np.linalg.norm(columns[:, None, :] - found.centres, axis=2)
    assert np.array_equal(index, distances.argmin(axis=1))
    assert np.allclose(strength, 1 - distances.min(axis=1) / distances.max(axis=1))


def test_one_person_is_placed_as_in_the_table() -> None:
    codes, _ = planted(3)
    found = segments_of(codes)
    index, strength = found.place(codes)

    for person in (0, 70, 150):
        alone, sure = found.place(codes[person : person + 1])
        assert alone.tolist() == [index[person]]
        assert sure == pytest.approx([strength[person]])


def test_thirty_people_are_grouped() -> None:
    found = segments_of(invented_people(30, seed=3)[1])

    assert sum(segment.size for segment in found.segments) == 30
    assert len(found.segments) >= 2


def test_there_are_never_more_groups_than_different_people() -> None:
    codes = np.repeat(invented_people(3, seed=0)[1], 20, axis=0)

    found = segments_of(codes)

    assert [segment.size for segment in found.segments] == [20, 20, 20]
    assert max(found.silhouettes) == 3
    assert found.place(codes)[1] == pytest.approx(np.ones(60), abs=1e-6)


def test_a_column_that_nobody_answered_moves_nobody() -> None:
    codes, member = planted(3)
    codes[:, :2] = np.nan

    found = segments_of(codes)

    assert adjusted_rand_score(member, found.place(codes)[0]) > 0.95
    assert np.isfinite(found.project(codes)).all()


def test_questions_that_nine_in_ten_left_out_do_not_pull_groups_apart() -> None:
    codes, member = planted(3, each=100)
    rng = np.random.default_rng(0)
    for column in range(5):
        codes[rng.random(len(codes)) < 0.9, column] = np.nan

    found = segments_of(codes)

    assert adjusted_rand_score(member, found.place(codes)[0]) > 0.95


def test_one_wild_number_is_no_group_of_its_own() -> None:
    definition = survey.load(make.FOLDER / "number_labels")
    codes = codes_of_table(definition, table.read(definition, make.FOLDER / "number_labels" / "sample.csv").answers)
    hours = [feature.column for feature in definition.features].index("Hours")
    codes[0, hours] = 1e6

    found = segmentation.fit_segmentation(
        definition, codes, np.zeros(len(codes)), fit_encoding(definition.features, codes), seed=0
    )

    assert min(segment.size for segment in found.segments) > 0.05 * len(codes)


def test_a_large_table_is_grouped_by_all_its_rows() -> None:
    codes, member = planted(3, each=1_000)

    found = segments_of(codes)

    index, _ = found.place(codes)
    assert adjusted_rand_score(member, index) > 0.95
    assert sum(segment.size for segment in found.segments) == len(codes)
    assert np.bincount(index).tolist() == [segment.size for segment in found.segments]


def test_the_plane_holds_the_two_principal_components() -> None:
    codes, _ = planted(3)
    found = segments_of(codes)

    spread = found.project(codes).var(axis=0)

    columns = answer_columns(found, codes)
    variances = np.linalg.svd(columns - columns.mean(axis=0), compute_uv=False) ** 2 / len(codes)
    assert spread == pytest.approx(variances[:2])
    assert found.plane.explained == pytest.approx(variances[:2] / variances.sum())
    assert np.allclose(found.plane.loadings @ found.plane.loadings.T, np.eye(2))


@pytest.mark.parametrize(("agreement", "verdict"), [(0.93, "Stable:"), (0.7, "Fairly stable:"), (0.4, "Unstable:")])
def test_the_card_says_whether_the_groups_would_come_out_again(agreement: float, verdict: str) -> None:
    said = stability_words(3, {"resampled": {"2": 0.1, "3": agreement}, "reseeded": 0.98})

    assert said.startswith(verdict)
    assert f"index {agreement:.2f} over other samples of the respondents, 0.98 over other seeds" in said


def test_a_survey_that_nobody_answered_is_one_group() -> None:
    definition = survey.load(make.FOLDER / "nominal_heavy")
    codes = np.full((40, len(definition.features)), np.nan)

    found = segmentation.fit_segmentation(
        definition, codes, np.zeros(40), fit_encoding(definition.features, codes), seed=0
    )

    assert [segment.name["en"] for segment in found.segments] == ["#1"]
    assert found.place(codes)[1].tolist() == [1.0] * 40
    assert found.project(codes).shape == (40, 2)
