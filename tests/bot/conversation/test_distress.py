from __future__ import annotations

import pytest

from bot.conversation.distress import is_heard

PHRASES = ("my bike is gone", "cant find it", "stolen", "បាត់កង់")


@pytest.mark.parametrize(
    "text",
    [
        "My bike is GONE!!!",
        "help, my  bike\u200b is gone since monday",
        "I can’t find it",
        "I cant find it",
        "it was (stolen).",
        "ខ្ញុំបាត់កង់ហើយ",
        "ខ្ញុំ បាត់\u200bកង់ ហើយ",
    ],
)
def test_a_cry_for_help_is_heard_whatever_stands_around_it(text: str) -> None:
    assert is_heard(PHRASES, text)


@pytest.mark.parametrize("text", ["", "my bike is fine", "stolens", "gone is my bike", "កង់", "🙂"])
def test_other_words_are_no_cry_for_help(text: str) -> None:
    assert not is_heard(PHRASES, text)


def test_without_phrases_nothing_is_heard() -> None:
    assert not is_heard((), "my bike is gone")
