"""The columns of an export: first what a table of answers has, then all else that is known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.store.labelled import ChatFacts, Entry
from bot.tables.answers import Sorted, Sorter, in_words
from bot.tables.csv_file import Cell
from engine.survey import Feature, Grade, Survey, Text, normalise

ID = "ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, with what the codebook says of it.

    Attributes
    ----------
    about, asked, answers, unit : str
        What it is; the question's text; the labels with their codes, or the bounds; the unit of its numbers.
    wide : int
        Characters that it shows of its cells.
    """

    name: str
    about: str
    asked: str = ""
    answers: str = ""
    unit: str = ""
    wide: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Column):
    """A column of something besides the answers; ``cell`` returns what it holds of an entry."""

    cell: Callable[[Entry, Sorted], Cell]


class Layout:
    """The columns of a survey's exports, and the rows under them."""

    def __init__(self, survey: Survey, zone: ZoneInfo) -> None:
        self._sorter = Sorter(survey)
        table = [_identity(), *map(_answer, survey.features), _target(survey)]
        self._answers = tuple(feature.column for feature in survey.features)
        self._facts = tuple(_renamed(_facts(survey, zone), {normalise(column.name) for column in table}))
        self.columns: tuple[Column, ...] = (*table, *self._facts)

    def row(self, entry: Entry) -> list[Cell]:
        """Return an entry's cells."""
        found = self._sorter.sort(entry.answers, entry.stated)
        facts = [fact.cell(entry, found) for fact in self._facts]
        return [entry.id, *map(found.cells.get, self._answers), found.stated, *facts]


def _renamed(facts: Iterator[Fact], taken: set[str]) -> Iterator[Fact]:
    """Give other names to columns that are called as one of the survey's own is."""
    for fact in facts:
        name = fact.name
        while normalise(name) in taken:
            name = f"{name} (export)"
        yield replace(fact, name=name)


# -- what a table of answers has ----------------------------------------------------------------------------------


def _identity() -> Column:
    return Column(
        name=ID,
        about="A pseudonym: the same person has the same one in every export, and nobody can say whose it is. "
        "A person's second complete run ends in -2, and so on. Imported rows keep their own IDs.",
        wide=22,
    )


def _answer(feature: Feature) -> Column:
    question = feature.question
    unit = _fallback(question.unit) if question.unit and feature.kind == "number" else ""
    return Column(
        name=feature.column,
        about=f"{_fallback(feature.name)}. {_KINDS[feature.kind]} Blank: not asked, or skipped.",
        asked=_fallback(question.text),
        answers=_answers(feature),
        unit=unit,
    )


_KINDS = {
    "ordinal": "One label; the codes are their places on the scale.",
    "nominal": "One label, without an order.",
    "number": "A number.",
    "binary": "One box of a question that may have several answers.",
}


def _answers(feature: Feature) -> str:
    question = feature.question
    if feature.kind == "binary":
        return "1 = chosen, 0 = not chosen"
    if feature.kind == "number":
        low, high = question.minimum, question.maximum
        bounds = [f"at least {low:g}"] if low is not None else []
        bounds += [f"at most {high:g}"] if high is not None else []
        return " and ".join(bounds)
    choices = [choice for choice in question.choices if choice.ends is None]
    return "; ".join(choice.value if choice.code is None else f"{choice.value} = {choice.code:g}" for choice in choices)


def _target(survey: Survey) -> Column:
    target = survey.target
    return Column(
        name=target.column,
        about=f"{_fallback(target.name)}. What the person stated. Blank: not stated.",
        asked=_fallback(target.text),
        answers="; ".join(f"{grade.value} = grade {grade.grade}" for grade in target.grades),
    )


def _fallback(text: Text) -> str:
    """Return a text in the survey's first language."""
    return text.to("")


# -- what is known besides ----------------------------------------------------------------------------------------


def _facts(survey: Survey, zone: ZoneInfo) -> Iterator[Fact]:
    grades = {grade.value: grade.grade for grade in survey.target.grades}
    yield Fact(
        name="Stated grade",
        about="The grade of the stated answer.",
        cell=lambda _, found: grades.get(found.stated or ""),
        wide=8,
    )
    yield _chat("Predicted grade", lambda chat: chat.grade, "What the person was told; blank: nothing yet.", wide=8)
    yield from map(_probability, survey.target.grades)
    yield _chat("Segment", lambda chat: chat.segment, "The group that the answers fell into, by the model.")
    yield _chat("Campaign", lambda chat: chat.campaign, "Whose link this run began with: its name, or the link's own.")
    yield _chat("First campaign", lambda chat: chat.first_campaign, "The first link that the person ever came by.")
    yield _chat("Last campaign", lambda chat: chat.last_campaign, "The last link that the person came by so far.")
    yield _chat("Language", lambda chat: chat.language, "The language that the questions were asked in.", wide=8)
    yield _moment("Consented", lambda chat: chat.consented_at, "When the person agreed to take part", zone)
    yield _moment("Finished", lambda chat: chat.finished_at, "When the last question was answered", zone)
    yield _chat("Model version", lambda chat: chat.model_version, "The model that made the guess.", wide=24)
    yield _chat("Attempt", lambda chat: chat.attempt, "Which of the person's complete runs this is: 1, 2 and so on.")
    yield Fact(
        name="Counts for training",
        about="Whether a model learns from this row. One person counts once, and only with an answer that was stated "
        "before any result was told, and only where the person allows it.",
        cell=_counts,
        wide=20,
    )
    yield Fact(
        name="Source",
        about='"chat", or "import: " with the name of the file that the row came in.',
        cell=_source,
        wide=16,
    )
    yield Fact(
        name="Set aside",
        about="Answers to questions, or in words, that the survey no longer has.",
        cell=_set_aside,
    )


def _chat(name: str, of: Callable[[ChatFacts], Cell], about: str, *, wide: int = 14) -> Fact:
    return Fact(name=name, about=about, cell=lambda entry, _: None if entry.chat is None else of(entry.chat), wide=wide)


def _probability(grade: Grade) -> Fact:
    letter = grade.grade

    def probability(chat: ChatFacts) -> float | None:
        return None if chat.probabilities is None else chat.probabilities.get(letter)

    return _chat(
        f"Probability of {letter}", probability, f'How likely "{grade.value}" was, by the model: 0 to 1.', wide=8
    )


def _moment(name: str, of: Callable[[ChatFacts], datetime | None], about: str, zone: ZoneInfo) -> Fact:
    def local(chat: ChatFacts) -> datetime | None:
        moment = of(chat)
        return None if moment is None else moment.astimezone(zone)

    return _chat(name, local, f"{about} ({zone.key}).", wide=19)


def _counts(entry: Entry, found: Sorted) -> str:
    if entry.why_not is None and found.stated is None:
        return "no: the survey no longer has the stated answer"
    return "yes" if entry.why_not is None else f"no: {entry.why_not}"


def _source(entry: Entry, _: Sorted) -> str:
    return "chat" if entry.chat is not None else f"import: {entry.imported_from}"


def _set_aside(entry: Entry, found: Sorted) -> str | None:
    aside = entry.chat.set_aside if entry.chat is not None else None
    return in_words({**(aside or {}), **found.rest}) if aside or found.rest else None
