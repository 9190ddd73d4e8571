"""What is said to a text that answers nothing: what would be right there, and soon that there is help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import layout
from bot.conversation.path import locate
from bot.conversation.session import Session
from bot.conversation.texts import phrase
from bot.conversation.wording import number_words
from engine.survey import Question, Survey, Text

_EXAMPLES = 2
_EXAMPLE_NUMBER = 3
_PATIENCE = 2
"""How many texts in a row are not understood before help is offered."""


def not_understood(survey: Survey, session: Session, reason: str) -> str:
    """Return what is said; ``reason`` is the id of a phrase."""
    words = phrase(reason, session.language, **_values(survey, session, reason))
    return f"{words} {phrase('offer_help', session.language)}" if session.misses >= _PATIENCE else words


def _values(survey: Survey, session: Session, reason: str) -> dict[str, str]:
    question = locate(survey, session).current
    if reason == "not_a_number" and question is not None:
        return {"example": number_words(_number(question), question, session.language)}
    if reason not in ("not_understood", "not_understood_list"):
        return {}
    texts = [each.text for each in (question.choices or question.options if question else survey.target.grades)]
    return {"examples": _examples(texts, session.language)}


def _number(question: Question) -> float:
    """Return a number that the question takes."""
    lowest, highest = question.minimum, question.maximum
    number = _EXAMPLE_NUMBER if lowest is None else max(lowest, _EXAMPLE_NUMBER)
    return number if highest is None else min(highest, number)


def _examples(texts: Sequence[Text], language: str) -> str:
    shown = (layout.shorten(text.to(language), layout.LABEL_WIDTH) for text in texts[:_EXAMPLES])
    return ", ".join(phrase("quoted", language, words=words) for words in shown)
