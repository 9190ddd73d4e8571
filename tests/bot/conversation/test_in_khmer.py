"""The home survey in Khmer: every label and every alias is understood, however a phone sets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversation.understanding import Understood, read, read_grade
from engine.survey import Choice, Grade, Option
from tests.bot.conversation.respondent import HOME, Respondent

BREAK = "\u200b"
DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def as_shown(text: str) -> str:
    return text


def without_breaks(text: str) -> str:
    return text.replace(BREAK, "")


def with_blanks(text: str) -> str:
    return text.replace(BREAK, " ")


def in_khmer_digits(text: str) -> str:
    return text.translate(DIGITS)


def with_the_other_subscript(text: str) -> str:
    """Write the letter below that looks the same."""
    return text.replace("្ត", "្ដ")


spelled = pytest.mark.parametrize(
    "spell", [as_shown, without_breaks, with_blanks, in_khmer_digits, with_the_other_subscript]
)


def names(item: Choice | Option | Grade) -> tuple[str, ...]:
    return item.text.to("km"), *item.aliases


@spelled
@pytest.mark.parametrize("name", [question.id for question in HOME.asked if question.choices])
def test_a_choice_is_understood_by_its_khmer_label_and_by_every_alias(name: str, spell: Callable[[str], str]) -> None:
    question = HOME.by_id[name]

    for choice in question.choices:
        for text in names(choice):
            assert read(question, spell(text), "km") == Understood(choice.value), text


@spelled
@pytest.mark.parametrize("name", ["Use", "Motive"])
def test_a_box_is_understood_by_its_khmer_label_and_by_every_alias(name: str, spell: Callable[[str], str]) -> None:
    question = HOME.by_id[name]

    for option in question.options:
        for text in (*names(option), option.name.to("km")):
            assert read(question, spell(text), "km") == Understood((option.column,)), text


@spelled
def test_the_own_answer_is_understood_by_its_khmer_label_and_by_every_alias(spell: Callable[[str], str]) -> None:
    for grade in HOME.target.grades:
        for text in names(grade):
            assert read_grade(HOME.target, spell(text), "km") is grade, text


@pytest.mark.parametrize("text", ["១, ៣, ៥", "១ ៣ ៥", "ផ្ញើលុយ, បញ្ចូល លុយ ទូរស័ព្ទ, ៥"])
def test_boxes_are_named_by_khmer_numbers_too(text: str) -> None:
    assert read(HOME.by_id["Use"], text, "km") == Understood(("Use_Send", "Use_TopUp", "Use_DailyNeeds"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ក្រោម ១០ម៉ឺនរៀល", "Below 25"),
        ("ក្រោម ១០០,០០០៛", "Below 25"),
        ("below 100 000 riel", "Below 25"),
        ("១០–៤០ម៉ឺន", "25 - 100"),
        ("100,000 – 400,000 riel", "25 - 100"),
        ("៤០ ម៉ឺន ដល់ ១ លាន ២ សែន", "100–300"),
        ("លើស ១២០ម៉ឺន", "Over 300"),
    ],
)
def test_amounts_are_understood_in_riel(text: str, value: str) -> None:
    assert read(HOME.by_id["Weekly_Amt"], text, "km") == Understood(value)


def test_a_whole_conversation_in_khmer_shows_every_label_in_full() -> None:
    person = Respondent()
    person.start(language="km-KH")
    person.say("yes")

    for question in HOME.asked:
        items = question.choices or question.options
        assert question.text.to("km") in person.last.text
        assert person.last.labels[: len(items)] == [item.text.to("km") for item in items]
        person.say(without_breaks(items[0].text.to("km")))
    assert HOME.target.text.to("km") in person.last.text
    assert person.last.labels[:4] == [grade.text.to("km") for grade in HOME.target.grades]
    person.say(without_breaks(HOME.target.grades[1].text.to("km")))

    assert person.stored[0].stated == "Maybe"
    assert person.stored[0].answers["Weekly_Amt"] == "Below 25"


def test_who_can_help_is_said_in_khmer() -> None:
    person = Respondent()
    person.start(language="km")

    text = person.command("help").text

    assert "លេខ\u200bជំនួយ" in text
    assert "hotline" not in text
