"""The receipt for an erasure: what is gone, since when, and what lies where the bot cannot reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import layout
from bot.conversation.texts import phrase
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of a person.

    Attributes
    ----------
    at : datetime
        In the zone that it is told in.
    rounds, answers : int
        Finished rounds, and answers in them and in one that was not finished.
    pseudonym : str or None
        What they went by in exports; None where they never agreed to take part.
    in_files, learnt_from : bool
        Whether exported files hold their answers, and whether a model may have learnt from them.
    """

    at: datetime
    rounds: int = 0
    answers: int = 0
    pseudonym: str | None = None
    in_files: bool = False
    learnt_from: bool = False


def receipt_text(erased: Erased, language: str) -> str:
    """Return the receipt."""
    lines = [
        phrase("deleted", language),
        phrase("erased_at", language, moment=f"{erased.at:%Y-%m-%d %H:%M}", zone=erased.at.tzinfo),
        phrase("erased_rounds", language, number=erased.rounds),
        phrase("erased_answers", language, number=erased.answers),
    ]
    if erased.pseudonym is not None:
        lines.append(phrase("erased_number", language, pseudonym=erased.pseudonym))
    return layout.paragraphs(
        "\n".join(lines),
        phrase("erased_files", language) if erased.in_files else None,
        phrase("erased_model", language) if erased.learnt_from else None,
        phrase("erased_chat", language),
    )


def count_answers(survey: Survey, columns: Collection[str]) -> int:
    """Count the questions that these columns of a response answer; what the survey no longer has counts by itself."""
    questions = {feature.column: feature.question.id for feature in survey.features}
    return len({questions.get(column, column) for column in columns})
