"""Catalogues are whole, a further language is a file, and no text of any language has a letter that cannot be drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from bot.conversation import texts
from bot.conversation.texts import phrase
from bot.locales.texts import CATALOGUES
from engine.drawing.theme import Style
from engine.drawing.typesetting import drawable
from engine.translation import BREAK, Texts, closest, languages, translated, update
from tests.bot.conversation.respondent import HOME, Respondent

FILES = [
    (folder / f"{language}.po", all_texts) for folder, all_texts in CATALOGUES.items() for language in languages(folder)
]


@pytest.mark.parametrize(("file", "texts_of_file"), FILES, ids=lambda value: getattr(value, "stem", ""))
def test_a_catalogue_lacks_nothing_and_holds_nothing_else(file: Path, texts_of_file: tuple[Texts, ...]) -> None:
    expected = {key for each in texts_of_file for key in each.entries()}

    assert translated(file).keys() ^ expected == set(), "python -m bot.locales brings it up to date; then translate"


def test_every_language_of_the_home_survey_has_the_bots_words_too() -> None:
    for folder in CATALOGUES:
        assert set(HOME.languages) - {"en"} <= set(languages(folder))


@pytest.mark.parametrize("file", [file for file, _ in FILES], ids=lambda file: file.stem)
def test_a_translation_takes_the_values_of_its_text_and_keeps_its_indent(file: Path) -> None:
    assert [
        (name, english, text)
        for (name, english), text in translated(file).items()
        if _fields(text) != _fields(english) or _outer_blanks(text) != _outer_blanks(english)
    ] == []


@pytest.mark.parametrize("file", [file for file, _ in FILES], ids=lambda file: file.stem)
def test_every_letter_of_a_translation_can_be_drawn(file: Path) -> None:
    assert [(name, text) for (name, _), text in translated(file).items() if not _can_be_drawn(text)] == []


@pytest.mark.parametrize("language", HOME.languages)
def test_every_letter_of_the_home_survey_can_be_drawn(language: str) -> None:
    said = [HOME.title, HOME.target.text, HOME.target.name, *(grade.text for grade in HOME.target.grades)]
    said += [text for question in HOME.questions for text in (question.name, question.text)]
    said += [choice.text for question in HOME.questions for choice in question.choices]
    said += [option.text for question in HOME.questions for option in question.options]

    assert [text.to(language) for text in said if not _can_be_drawn(text.to(language))] == []


@pytest.fixture
def pseudo(tmp_path: Path) -> Texts:
    """The conversation's texts beside a catalogue of one language more, in which every text is itself, in brackets."""
    file = tmp_path / "eo.po"
    update(file, [texts.TEXTS])
    file.write_text(
        re.sub(r'(?m)^msgid ((?:".*"\n)+)msgstr ""$', _bracketed, file.read_text(encoding="utf-8")), encoding="utf-8"
    )
    return Texts(tmp_path, texts.TEXTS.domain, texts.ENGLISH)


def test_a_further_language_is_a_file(pseudo: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "TEXTS", pseudo)
    survey = replace(HOME, languages=("en", "eo"))
    person = Respondent(survey)

    person.start(language="eo-XX")
    assert "[How often" not in person.last.text
    assert person.last.labels[0] == "[I'm 15 or older: start]"
    assert "Esperanto" in person.tap("English").labels
    person.tap("Esperanto")
    person.tap("[I'm 15 or older: start]")
    assert person.last.text.startswith("[Question 1 of 7]")
    assert person.answer("Daily").labels[-1] == "[Back]"
    assert person.command("help").text.startswith("[I ask a few questions")


def test_what_a_catalogue_lacks_stays_english(tmp_path: Path) -> None:
    update(tmp_path / "eo.po", [texts.TEXTS])

    assert Texts(tmp_path, texts.TEXTS.domain, texts.ENGLISH).text("done", "eo") == "Done"
    assert phrase("done", "xx") == "Done"


def test_a_translation_of_another_english_waits_for_somebody_to_look_at_it(tmp_path: Path) -> None:
    file = tmp_path / "eo.po"
    before = Texts(tmp_path, "conversation", {"done": "Ready", "gone": "Gone"})
    update(file, [before])
    file.write_text(file.read_text().replace('msgid "Ready"\nmsgstr ""', 'msgid "Ready"\nmsgstr "Preta"'))

    update(file, [Texts(tmp_path, "conversation", {"done": "Done"})])

    assert "#, fuzzy" in file.read_text()
    assert "Preta" in file.read_text()
    assert "Gone" not in file.read_text()
    assert translated(file) == {}


@pytest.mark.parametrize(
    ("wanted", "found"), [("km", "km"), ("km-KH", "km"), ("EN-us", "en"), ("fr", None), ("", None)]
)
def test_a_regional_language_is_its_language(wanted: str, found: str | None) -> None:
    assert closest(wanted, ("en", "km")) == found


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def _outer_blanks(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text) - len(text.rstrip())


def _can_be_drawn(text: str) -> bool:
    letters = re.sub(r"[^\w\s]|\d", "", text.replace(BREAK, ""))
    return drawable(letters, Style(24)) == " ".join(letters.split())


def _bracketed(entry: re.Match[str]) -> str:
    lines = entry[1].strip().split("\n")
    text = "".join(line[1:-1] for line in lines)
    return f'msgid {entry[1]}msgstr "[{text}]"' if text else entry[0]
