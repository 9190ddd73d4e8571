"""The codebook of an export: what each column is, and what everybody should know who opens the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.tables.filters import Filters
from bot.tables.layout import Column
from engine.survey import Survey

FIELDS = ("Column", "What it is", "Question", "Answers", "Unit")


@dataclass(frozen=True, slots=True)
class Codebook:
    """A codebook.

    Attributes
    ----------
    notes : sequence of (str, str)
        What each is about, and what it says.
    lines : sequence of sequence of str
        One a column, with the `FIELDS`.
    """

    notes: Sequence[tuple[str, str]]
    lines: Sequence[Sequence[str | None]]


def codebook_of(survey: Survey, columns: Sequence[Column], filters: Filters, made_at: datetime) -> Codebook:
    """Write the codebook of an export."""
    notes = [
        ("Survey", f"{survey.title.to('')}, by {survey.about.organisation.to('')}"),
        ("Made", f"{made_at.astimezone(filters.zone):%Y-%m-%d %H:%M} ({filters.zone.key})"),
        ("Filters", str(filters)),
        (
            "Who may see this",
            "Only those who run the survey: these are people's answers. Keep the file where nobody else can open it, "
            "and delete it when it is no longer needed.",
        ),
        (
            "Pseudonyms",
            "IDs stand for people without naming them. Only DATA_KEY, which never leaves the bot's host, says whose "
            "they are. Somebody who asks the bot to be erased is not erased from this file: the bot then names it to "
            "the owners, who delete the row of that ID.",
        ),
        (
            "What is in it",
            "Every complete run that is no test, but for those of people who refuse to be in statistics; and without "
            "filters the imported rows too: those have neither a date nor a campaign.",
        ),
        ("Feeding it back", "python -m bot import FILE, or python -m engine train --data FILE: they read it as it is."),
    ]
    lines = [
        [column.name, column.about, column.asked or None, column.answers or None, column.unit or None]
        for column in columns
    ]
    return Codebook(notes, lines)
