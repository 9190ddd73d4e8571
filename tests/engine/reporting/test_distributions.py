"""How often every answer was given, and what the statistics of its codes are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from engine.intervals import wilson
from engine.predictors import Floats
from engine.reporting.charts import Bars
from engine.reporting.distributions import MOST_PICTURES, distributions, section
from engine.reporting.distributions import bins as bins_of
from engine.reporting.parts import LeftOut
from engine.reporting.study import Study
from engine.survey import parse
from tests.engine.reporting.by_hand import SURVEY, left_out, paragraphs, picture, survey, table
from tests.engine.reporting.tables import bars, study_of_table, table_of


def _study(miles: Sequence[float] | Floats = ()) -> Study:
    answers = pd.DataFrame(
        {
            "Often": ["Daily", "Daily", "Never", None],
            "Place": ["Wood", "Wood", "Shore", None],
            "Dog": [0.0, 1.0, 0.0, np.nan],
            "Stick": [1.0, 1.0, 0.0, np.nan],
            "Miles": [2.0, 3.0, 3.0, np.nan],
        }
    )
    grades = ["Yes", "Yes", "No", "Maybe"]
    if len(miles):
        rows = [place % 4 for place in range(len(miles))]
        answers = answers.iloc[rows].reset_index(drop=True).assign(Miles=miles)
        grades = [grades[row] for row in rows]
    walks = survey()
    return study_of_table(walks, table_of(walks, answers, grades))


def _bars(study: Study, name: str) -> Bars:
    return bars(section(study, "en"), name)


def test_shares_are_of_those_who_answered_with_wilsons_intervals() -> None:
    chart = _bars(_study(), "answers_1_often")

    share = wilson(2, 3)
    assert chart.categories == ("Never", "Weekly", "Daily")
    assert chart.series[0].values == pytest.approx((1 / 3, 0, 2 / 3))
    assert chart.series[0].intervals[2] == (share.low, share.high)
    assert chart.axis == "Share of those who answered (3 people)"


def test_boxes_are_drawn_together_the_most_ticked_first() -> None:
    chart = _bars(_study(), "answers_3_takes")

    assert chart.categories == ("A stick", "A dog")
    assert chart.series[0].values == pytest.approx((2 / 3, 1 / 3))
    assert chart.axis == "Share who ticked it (3 people)"


def test_the_target_is_drawn_from_its_best_answer_on() -> None:
    chart = _bars(_study(), "target")

    assert chart.categories == ("Yes", "Maybe", "No")
    assert chart.series[0].values == (0.5, 0.25, 0.25)


def test_few_different_numbers_stand_for_themselves() -> None:
    assert _bars(_study(), "answers_4_miles").categories == ("2", "3")


def test_whole_numbers_are_binned_by_first_and_last() -> None:
    study = _study(np.arange(0.0, 40.0))

    chart = _bars(study, "answers_4_miles")

    assert chart.categories[:2] == ("0 – 3", "4 – 7")
    assert chart.series[0].values[0] == pytest.approx(0.1)
    assert picture(section(study, "en"), "answers_4_miles").note == ""


def test_other_numbers_are_binned_from_up_to_and_that_is_said() -> None:
    study = _study(np.arange(0.0, 4.0, 0.1))

    assert _bars(study, "answers_4_miles").categories[0] == "0 – 0.4"
    assert "without, its second" in picture(section(study, "en"), "answers_4_miles").note


def test_a_slip_of_the_keyboard_does_not_put_everybody_else_into_one_bin() -> None:
    study = _study(np.array([*range(1, 40), 5_000_000, -70], dtype=float))

    chart = _bars(study, "answers_4_miles")

    assert chart.categories[0].startswith("under ")
    assert chart.categories[-1].endswith(" and more")
    assert max(value for value in chart.series[0].values if value is not None) < 0.5
    assert sum(value for value in chart.series[0].values if value is not None) == pytest.approx(1)


@pytest.mark.parametrize(
    "numbers", [np.array([-5.5, 0.25, 3]), np.array([1.0] * 90 + [2, 1000]), np.linspace(1e-7, 2e-7, 30)]
)
def test_bins_hold_whatever_numbers_there_are(numbers: Floats) -> None:
    edges = bins_of(numbers)

    assert (np.diff(edges) > 0).all()
    assert edges[0] <= np.median(numbers) <= edges[-1]


def test_a_year_has_no_comma_and_a_negative_number_a_true_minus() -> None:
    assert _bars(_study([2021.0, 2021, -3, 2024]), "answers_4_miles").categories == ("−3", "2021", "2024")


def test_every_answer_stands_in_the_table_with_its_interval() -> None:
    rows = table(section(_study(), "en"), "answers").rows

    share = wilson(2, 3)
    assert ("How often do you walk?", "Daily", 2, share.value, share.low, share.high) in rows
    assert len(rows) == 3 + 3 + 3 + 2 + 2


def test_statistics_are_those_of_the_codes_of_those_who_answered() -> None:
    rows = {row[0]: row[1:] for row in table(section(_study(), "en"), "statistics").rows}

    assert rows["How often"][:2] == (3, 1)
    assert rows["How often"][2:7] == pytest.approx((8 / 3, np.std([4, 4, 0], ddof=1), 4, 0, 4))
    assert rows["How often"][-1] == "Daily"
    assert rows["Place"] == (3, 1, None, None, None, None, None, "In the wood")
    assert rows["A dog"][2:4] == pytest.approx((1 / 3, np.sqrt(1 / 3)))
    assert rows["A dog"][4:] == (None, None, None, "not ticked")
    assert rows["Miles"][-1] == "3"
    assert rows["Again"][2:7] == pytest.approx((1.25, np.std([2, 2, 0, 1], ddof=1), 1.5, 0, 2))
    assert rows["Again"][-1] == "Yes"


def test_numbers_of_which_none_was_given_twice_have_no_most_frequent_one() -> None:
    rows = {row[0]: row for row in table(section(_study([1.0, 2, 3, 4]), "en"), "statistics").rows}

    assert rows["Miles"][-1] is None


def test_a_question_that_nobody_answered_is_left_out_and_said_so() -> None:
    told = section(_study([np.nan] * 4), "en")

    assert left_out(told) == {"How many miles?": "Nobody answered it."}
    assert {row[0]: row[1] for row in table(told, "statistics").rows}["Miles"] == 0


def test_of_many_questions_the_first_are_drawn_and_all_are_in_the_tables() -> None:
    more = "".join(
        f'[[question]]\nid = "Q{place}"\nkind = "number"\nname = {{ en = "Q{place}" }}\ntext = {{ en = "Q{place}?" }}\n'
        for place in range(MOST_PICTURES)
    )
    long = parse(SURVEY.replace("[target]", f"{more}[target]"))
    answers = pd.DataFrame({feature.column: [1.0, 0.0] for feature in long.features})
    answers["Often"], answers["Place"] = "Never", "Wood"
    told = section(study_of_table(long, table_of(long, answers, ["Yes", "No"])), "en")

    assert len(told.pictures) == MOST_PICTURES + 1  # the target's, too
    assert f"Of {MOST_PICTURES + 4} questions the first {MOST_PICTURES} are drawn" in paragraphs(told)
    assert f"Q{MOST_PICTURES - 1}?" in {row[0] for row in table(told, "answers").rows}
    assert "are drawn" not in paragraphs(section(_study(), "en"))


def test_a_column_called_anything_still_names_a_file() -> None:
    odd = parse(SURVEY.replace('id = "Miles"', 'id = "../Miles / day?"'))
    answers = _study().table.answers.rename(columns={"Miles": "../Miles / day?"})

    found = distributions(study_of_table(odd, table_of(odd, answers, ["Yes", "Yes", "No", "No"])), "en")

    assert found[-1].name == "answers_4__miles_day_"


def test_a_picture_tells_its_shares_in_words() -> None:
    assert (
        picture(section(_study(), "en"), "answers_1_often").alt
        == "Bars of the shares: Never 33%, Weekly 0%, Daily 67%."
    )
    many = picture(section(_study(np.arange(9.0)), "en"), "answers_4_miles")
    assert many.alt.endswith("5 11%, and 3 more.")
    assert not any(isinstance(part, LeftOut) for part in section(_study(), "en").parts)
