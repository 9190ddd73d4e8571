"""What is said of a table before anything is computed from it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.reporting.parts import Section
from engine.reporting.quality import duplicates, quality, section
from engine.reporting.study import Study
from engine.table import Repair, read
from tests.engine.reporting.by_hand import SURVEY, paragraphs, picture, survey, table
from tests.engine.reporting.tables import bars, study_of_table, table_of

ANSWERS = pd.DataFrame(
    {
        "Often": ["Daily", "Daily", "Never", None],
        "Place": ["Wood", "Wood", "Wood", None],
        "Dog": [1.0, 1.0, 0.0, 0.0],
        "Stick": [0.0, 0.0, 0.0, 0.0],
        "Miles": [np.nan, np.nan, 3.0, np.nan],
    }
)


def _study(leaks: tuple[str, ...] = (), **found: object) -> Study:
    return study_of_table(survey(), table_of(survey(), ANSWERS, ["Yes", "Yes", "No", "Maybe"], **found), leaks)


def _found(section: Section) -> dict[str, object]:
    return {str(name): found for name, found, _ in table(section, "data_quality").rows}


def test_rows_gaps_repetitions_and_grades_are_counted() -> None:
    found = quality(_study(unlabelled=2))

    assert (found.rows, found.unlabelled, found.complete, found.duplicates) == (4, 2, 1, 1)
    assert found.missing.tolist() == [1, 1, 0, 0, 3]
    assert found.grades.tolist() == [2, 1, 1]


def test_shares_of_rows_left_out_are_of_the_file_and_the_others_of_the_rows_kept() -> None:
    rows = {row[0]: row[1:] for row in table(section(_study(unlabelled=4), "en"), "data_quality").rows}

    assert rows["Rows without one, left out"] == (4, 0.5)
    assert rows["Rows that repeat an earlier one in every answer and in the target"] == (1, 0.25)


def test_rows_that_differ_in_the_target_or_in_a_gap_are_no_repetition() -> None:
    codes = np.array([[1, np.nan], [1, np.nan], [1, 0], [1, 0]])

    assert duplicates(codes, np.array([0, 0, 1, 2])) == 1


def test_repetitions_are_found_quickly_among_a_hundred_thousand_rows() -> None:
    codes = np.arange(3_000_000.0).reshape(100_000, 30)
    codes[-1] = codes[0]

    assert duplicates(codes, np.zeros(100_000, dtype=np.intp)) == 1


def test_a_table_without_ids_is_said_not_to_tell_who_is_in_it_twice() -> None:
    with_ids = section(_study(ids=pd.Series(["a", "b", "a", None], dtype=object)), "en")
    without = section(_study(), "en")

    assert _found(with_ids)["Rows with the ID of an earlier one"] == 1
    assert _found(without)["Rows with the ID of an earlier one"] is None
    assert "The table has no IDs" in paragraphs(without)
    assert "The table has no IDs" not in paragraphs(with_ids)


def test_blank_boxes_are_no_repaired_spelling() -> None:
    repaired = (Repair("Dog", "", "0", 3), Repair("Often", "dayly", "Daily", 2))

    told = section(_study(repaired=repaired), "en")

    assert _found(told)["Cells whose spelling was repaired"] == 2
    assert _found(told)["Boxes left blank, read as not ticked"] == 3
    assert table(told, "repairs").rows == (("Dog", "(a box left blank)", "0", 3), ("Often", "dayly", "Daily", 2))


def test_columns_and_answers_that_stand_out_are_named_in_words() -> None:
    told = section(
        _study(
            leaks=("Miles",),
            ignored=tuple(f"Extra{place}" for place in range(14)),
            unseen=(("Often", "Weekly"), ("Dog", "1"), ("Stick", "0")),
            constant=("Stick",),
        ),
        "en",
    )

    words = paragraphs(told)
    assert "Extra11 … (+2)." in words
    assert "Stands in no row: How often: Weekly, A dog, ticked, A stick, not ticked." in words
    assert "so that nothing can be learnt from it: A stick." in words
    assert "All but gives the target away: Miles." in words


def test_nothing_is_said_of_what_there_is_not() -> None:
    words = paragraphs(section(_study(), "en"))

    assert not any(
        start in words for start in ("Ignored", "Stands in no row", "All but gives", "The same in every row")
    )


@pytest.mark.parametrize(("synthetic", "words"), [(True, "nobody gave these answers"), (False, "Nothing in the file")])
def test_it_is_said_whether_the_file_says_that_it_is_synthetic(synthetic: bool, words: str) -> None:
    assert words in paragraphs(section(_study(synthetic=synthetic), "en"))


def test_grades_of_few_rows_are_named() -> None:
    assert "Of A (Yes), B (Maybe), C (No) there are fewer than 20 rows" in paragraphs(section(_study(), "en"))


def test_missing_answers_are_drawn_most_first_and_only_where_there_are_any() -> None:
    told = section(_study(), "en")

    chart = bars(told, "missing")
    assert chart.categories == ("Miles", "How often", "Place")
    assert chart.series[0].values == (0.75, 0.25, 0.25)
    assert [row[:2] for row in table(told, "missing").rows] == [("Miles", 3), ("How often", 1), ("Place", 1)]

    whole = ANSWERS.fillna({"Often": "Daily", "Place": "Wood", "Miles": 1.0})
    full = section(study_of_table(survey(), table_of(survey(), whole, ["Yes", "Yes", "No", "Maybe"])), "en")
    assert not full.pictures
    assert "No answer is missing." in paragraphs(full)


def test_questions_that_only_some_are_asked_are_no_fault() -> None:
    from engine.survey import parse

    asked = parse(SURVEY.replace('text = { en = "How many miles?" }', 'text = { en = "?" }\nwhen = { Often = ">= 2" }'))
    told = section(study_of_table(asked, table_of(asked, ANSWERS, ["Yes", "Yes", "No", "Maybe"])), "en")

    assert "only some people are asked" in picture(told, "missing").note
    assert "only some people are asked" not in picture(section(_study(), "en"), "missing").note


def test_a_table_as_it_was_read_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "walks.csv"
    file.write_text("ID,Often,Place,Dog,Stick,Miles,Again,Mood\n1,daily,Wood,1,,3,Yes,x\n2,Never,Town,0,1,,,y\n")

    told = _found(section(study_of_table(survey(), read(survey(), file)), "en"))

    assert told["Rows with an answer to “Would you walk again?”"] == 1
    assert told["Rows without one, left out"] == 1
    assert told["Boxes left blank, read as not ticked"] == 1
    assert told["Columns that the survey does not name, ignored"] == 1
