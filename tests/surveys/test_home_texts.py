"""The home survey's own words: whole in each of its languages, of one vocabulary, and promising nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from engine.survey import Choice, Grade, Option, Question, Text, load, normalise
from tests.engine.people import HOME

SURVEY = load(HOME)
BREAK = "\u200b"
SCRIPTS = {"en": re.compile("[A-Za-z]"), "km": re.compile("[\u1780-\u17b3]")}
MEANING = "a24c844a7ff9aa307ae9adcdd73a8a4c16564c403f79e2ccfef72e0df4d7c489"

ASKED = [pytest.param(question, id=question.id) for question in SURVEY.questions]


def texts(part: object, place: str = "") -> Iterator[tuple[str, Text]]:
    """Yield every text of a definition with its place."""
    if isinstance(part, Text):
        yield place, part
    elif isinstance(part, tuple):
        for number, item in enumerate(part, 1):
            yield from texts(item, f"{place} {number}")
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts(getattr(part, field.name), f"{place} {field.name}")


def labels(item: Choice | Grade | Option) -> list[str]:
    """Return what names an answer: its texts, its aliases, and what the table calls it."""
    own = item.name.all() if isinstance(item, Option) else (item.value,)
    return [*own, *item.text.all(), *item.aliases]


def answers(question: Question) -> tuple[Choice | Option, ...]:
    return question.choices or question.options


def test_wording_and_languages_kept_the_meaning_that_models_rest_on() -> None:
    assert SURVEY.meaning_hash == MEANING


@pytest.mark.parametrize("language", SURVEY.languages)
def test_every_text_is_there_in_every_language(language: str) -> None:
    found = dict(texts(SURVEY))

    assert len(found) > 110
    assert [place for place, text in found.items() if not SCRIPTS[language].search(text.to(language))] == []


def test_no_english_text_is_khmer() -> None:
    assert [place for place, text in texts(SURVEY) if SCRIPTS["km"].search(text.to("en"))] == []


def test_mobile_money_has_one_name_in_khmer() -> None:
    named = [text.to("km").replace(BREAK, "") for _, text in texts(SURVEY) if "mobile money" in text.to("en").lower()]

    assert len(named) > 15
    assert [text for text in named if "លុយតាមទូរស័ព្ទ" not in text] == []


def test_khmer_lines_can_break_and_no_mark_of_that_is_seen() -> None:
    khmer = [text.to("km") for _, text in texts(SURVEY)]

    runs = [run for text in khmer for run in re.split(f"[ {BREAK}]", text)]

    assert [text for text in khmer if "|" in text] == []
    assert [run for run in runs if len(run) > 16] == []


@pytest.mark.parametrize("language", SURVEY.languages)
@pytest.mark.parametrize("question", ASKED)
def test_the_labels_of_a_question_differ(question: Question, language: str) -> None:
    words = [normalise(item.text.to(language)) for item in answers(question)]
    names = [normalise(item.name.to(language)) for item in question.options]

    assert len(set(words)) == len(words)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "items", [pytest.param(answers(each), id=each.id) for each in SURVEY.questions] + [SURVEY.target.grades]
)
def test_no_label_and_no_alias_means_two_answers(items: tuple[Choice | Option | Grade, ...]) -> None:
    owners = Counter(label for item in items for label in {normalise(label) for label in labels(item)})

    assert [label for label, count in owners.items() if count > 1] == []


def test_an_amount_on_the_border_of_two_answers_names_neither() -> None:
    amounts = SURVEY.by_id["Weekly_Amt"]

    assert [amounts.find(text) for text in ("100000 riel", "100,000៛", "១០ម៉ឺនរៀល", "400000 riel", "$100")] == [None] * 5


@pytest.mark.parametrize(
    ("language", "opening"), [("en", "people who tend to "), ("km", f"អ្នក{BREAK}ដែល{BREAK}ច្រើនតែ{BREAK}")]
)
def test_a_group_is_told_by_what_its_people_tend_to_do(language: str, opening: str) -> None:
    assert [
        one.person.to(language) for one in SURVEY.archetypes if not one.person.to(language).startswith(opening)
    ] == []


def test_nobody_is_told_to_trust_or_spend_more() -> None:
    told = [one.text.to("en") for one in SURVEY.suggestions if one.by == "person"]

    assert [text for text in told if re.search(r"\b(trust|spend|use)\b[^.]*\bmore\b", text, re.IGNORECASE)] == []
