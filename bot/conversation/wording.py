"""Answers in words, as a person gave them: from the definition's texts, never from its codes."""

from __future__ import annotations

from bot.conversation.session import Answer
from bot.conversation.texts import phrase
from engine.survey import Feature, Question

_LISTED = 3
"""How many ticked boxes are named before they are only counted: more would push the question off the screen."""


def number_words(value: float, question: Question, language: str) -> str:
    """Return a number as people write it, with its unit where it has one."""
    words = f"{value:.10g}"
    return f"{words} {question.unit.to(language)}" if question.unit else words


def answer_words(question: Question, answer: Answer, language: str, *, listed: int = _LISTED) -> str:
    """Return a chat's answer to one question in a few words; of more boxes than are to be listed, only how many."""
    if answer is None:
        return phrase("skipped", language)
    if isinstance(answer, tuple):
        names = [option.text.to(language) for option in question.options if option.column in answer]
        if not names:
            return phrase("none_of_these", language)
        return ", ".join(names) if len(names) <= listed else phrase("chosen", language, count=len(names))
    if isinstance(answer, int | float):
        return number_words(answer, question, language)
    choice = question.by_value.get(answer)
    return choice.text.to(language) if choice else answer


def cell_words(feature: Feature, cell: str | None, language: str) -> str:
    """Return one column's answer, as the engine names it, in words."""
    if cell is None:
        return phrase("no_answer", language)
    if feature.kind == "binary":
        return phrase("yes" if float(cell) else "no", language)
    if feature.kind == "number":
        return number_words(float(cell), feature.question, language)
    return answer_words(feature.question, cell, language)
