"""Edits of a survey definition, as somebody might deploy them in the middle of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.survey import Choice, Question, Survey, Text


def words(text: str) -> Text:
    return Text({"en": text}, "en")


def without(survey: Survey, *ids: str) -> Survey:
    return replace(survey, questions=tuple(question for question in survey.questions if question.id not in ids))


def adding(survey: Survey, question: Question, *, before: str) -> Survey:
    place = [question.id for question in survey.questions].index(before)
    return replace(survey, questions=(*survey.questions[:place], question, *survey.questions[place:]))


def changing(survey: Survey, name: str, **fields: Any) -> Survey:
    questions = (replace(each, **fields) if each.id == name else each for each in survey.questions)
    return replace(survey, questions=tuple(questions))


def offering(survey: Survey, name: str, *values: str) -> Survey:
    """Let a single-choice question offer only these choices, in this order."""
    return changing(survey, name, choices=tuple(survey.by_id[name].by_value[value] for value in values))


def boxes(survey: Survey, name: str, *columns: str) -> Survey:
    """Let a multi-select offer only these boxes, in this order."""
    by_column = {option.column: option for option in survey.by_id[name].options}
    return changing(survey, name, options=tuple(by_column[column] for column in columns))


def renaming(survey: Survey, name: str, old: str, new: str, aliases: Sequence[str]) -> Survey:
    """Give a choice another value, under its old text."""
    choices = survey.by_id[name].choices
    renamed = (replace(c, value=new, aliases=tuple(aliases)) if c.value == old else c for c in choices)
    return changing(survey, name, choices=tuple(renamed))


def yes_or_no(name: str) -> Question:
    """Return a question that no survey had so far."""
    choices = tuple(Choice(value, code, words(value)) for code, value in enumerate(("No", "Yes")))
    return Question(name, "single", "ordinal", words(name), words(f"Is it {name}?"), choices=choices)
