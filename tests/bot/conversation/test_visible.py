from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.visible import MOST_MARKS, visible
from engine.survey import normalise
from tests.bot.conversation.respondent import HOME


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Daily", "Daily"),
        ("\u202aDaily\u202c", "Daily"),
        ("Da\u200bi\u2060ly\ufeff", "Daily"),
        ("Dai\u00adly\x00\x07", "Daily"),
        ("\u2067every\u00a0day\u2069 ", "every day"),
        ("1\n3", "1\n3"),
        ("\u3164\u2800", ""),
        ("\ud83dDaily\udc00", "Daily"),
        ("👍🏽", "👍🏽"),
        ("ជា\u200bញឹកញាប់", "ជាញឹកញាប់"),
        ("z" + "\u0335\u0489" * 500, "z" + "\u0335\u0489" * (MOST_MARKS // 2)),
    ],
)
def test_a_text_is_what_is_seen_of_it(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_seen_stays_what_is_seen_and_can_be_written_down(text: str) -> None:
    seen = visible(text)

    assert visible(seen) == seen
    assert seen.encode().decode() == seen


def test_no_word_of_the_survey_is_seen_as_another() -> None:
    labels = [label for question in HOME.questions for choice in question.choices for label in choice.text.all()]

    assert [label for label in labels if normalise(visible(label)) != normalise(label)] == []
