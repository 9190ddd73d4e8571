"""Which answers hardly vary, and by which cut."""

import numpy as np
import pytest

from engine.predictors import Floats
from engine.reporting.spread import section, variations
from engine.reporting.study import Study
from tests.engine.reporting.by_hand import (
    DOG,
    MILES,
    OFTEN,
    PLACE,
    STICK,
    answers_of,
    left_out,
    paragraphs,
    picture,
    study_of,
    table,
)
from tests.engine.reporting.tables import bars


def _study(codes: Floats) -> Study:
    return study_of(codes, np.arange(len(codes)) % 3, np.arange(len(codes)) % 2)


def test_variances_are_those_of_the_codes_given_largest_first() -> None:
    codes = answers_of(60)

    found = {one.feature.column: one for one in variations(_study(codes))}

    for place, column in ((OFTEN, "Often"), (DOG, "Dog"), (STICK, "Stick"), (MILES, "Miles")):
        assert found[column].variance == pytest.approx(np.nanvar(codes[:, place], ddof=1))
    values = [one.variance for one in found.values() if one.variance is not None]
    assert values == sorted(values, reverse=True)
    assert found["Place"].variance is None
    assert found["Place"].top == pytest.approx(np.bincount(codes[:, PLACE].astype(int)).max() / 60)


@pytest.mark.parametrize(("ticks", "is_low"), [(2, True), (3, False), (198, True), (197, False)])
def test_a_box_is_low_where_about_one_in_a_hundred_ticked_it_or_left_it(ticks: int, is_low: bool) -> None:
    codes = answers_of(200)
    codes[:, DOG] = np.arange(200) < ticks

    found = {one.feature.column: one for one in variations(_study(codes))}

    assert found["Dog"].is_low == is_low


def test_numbers_are_judged_by_who_gave_the_same_and_not_in_their_unit() -> None:
    small, alike = answers_of(200), answers_of(200)
    small[:, MILES] = np.linspace(0.1, 0.2, 200)
    alike[:, MILES] = np.where(np.arange(200) == 0, 1_000_000.0, 5.0)

    assert not next(one for one in variations(_study(small)) if one.feature.column == "Miles").is_low
    assert next(one for one in variations(_study(alike)) if one.feature.column == "Miles").is_low


def test_names_that_nearly_everybody_gives_are_low() -> None:
    codes = answers_of(200)
    codes[:, PLACE] = np.arange(200) == 0

    told = section(_study(codes), "en")

    assert "Below that cut: Place." in paragraphs(told)
    assert {row[0]: row[-1] for row in table(told, "variances").rows}["Place"] == "yes"


def test_where_every_answer_varies_that_is_said() -> None:
    assert "No answer is below that cut" in paragraphs(section(_study(answers_of(60)), "en"))


def test_numbers_and_names_are_in_the_table_and_not_in_the_picture() -> None:
    told = section(_study(answers_of(60)), "en")

    assert set(bars(told, "variances").categories) == {"How often", "A dog", "A stick"}
    assert "Not drawn are numbers" in picture(told, "variances").note
    assert {row[0] for row in table(told, "variances").rows} == {"How often", "A dog", "A stick", "Miles", "Place"}


def test_what_hardly_anybody_answered_is_left_out_by_name() -> None:
    codes = answers_of(60)
    codes[1:, MILES] = np.nan

    assert "Given by fewer than two people, and left out: Miles." in paragraphs(section(_study(codes), "en"))


def test_without_a_scale_there_is_no_picture() -> None:
    codes = answers_of(60)
    codes[:, [OFTEN, DOG, STICK]] = np.nan

    assert left_out(section(_study(codes), "en")) == {
        "Variance of the answers": "No answer here has codes in an order."
    }
