"""The coffee survey's sample is what its maker makes, and agrees with the definition."""

from __future__ import annotations

from engine import table
from engine.survey import load
from tests.surveys import make


def test_the_sample_is_what_its_maker_makes() -> None:
    assert make.SAMPLE.read_text(encoding="utf-8") == make.table()


def test_the_sample_agrees_with_the_definition() -> None:
    survey = load(make.SAMPLE.parent)

    answers = table.read(survey, make.SAMPLE)

    assert len(answers.answers) == make.ROWS
    assert answers.ignored == ("Remarks",)
    assert answers.repaired == ()
