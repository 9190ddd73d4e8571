"""What a typed answer means: a label, an alias, a text, the number of a choice, several of them, an amount.

Only what is certain is understood. A near miss would be a third kind of `Reading`, to be asked back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from bot.conversation.session import Answer
from bot.conversation.texts import vocabulary
from engine.survey import Choice, Grade, Option, Question, Target, normalise

Item = TypeVar("Item")
LabelledItem = TypeVar("LabelledItem", Choice, Grade)
Reason: TypeAlias = Literal["not_understood", "not_a_number", "out_of_range"]


@dataclass(frozen=True, slots=True)
class Understood:
    """The text answers the question."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Refused:
    """The text does not answer the question; ``reason`` is the id of the phrase that says so."""

    reason: Reason


Reading: TypeAlias = Understood | Refused

_EDGES = " .!?,;:\"'“”‘’«»()*•←✓☐☑"
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'"))
_PLACE = re.compile(r"#?(\d{1,3})[.)]?")
_LIST = re.compile(r"[,;/&+\n]")
_PLACES = re.compile(r"\d+(?:\s+\d+)+")
_AMOUNT = re.compile(r"-?\d+(?:[ ']\d{3})*(?:[.,]\d+)*")
_ENGLISH = re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?")
_CONTINENTAL = re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?")
_AMOUNT_EDGES = " .~≈=:!?"


def plain(text: str) -> str:
    """Fold a typed text as labels are folded, its apostrophes too, and drop the punctuation around it."""
    return normalise(text).translate(_APOSTROPHES).strip(_EDGES)


def bare(text: str) -> str:
    """Reduce a text to its words: a phone sets other apostrophes than a keyboard, and many people set no comma."""
    return " ".join(plain(text).replace(",", " ").replace("'", "").split())


def read(question: Question, text: str, language: str) -> Reading:
    """Return what a typed text answers to a question."""
    if question.kind == "number":
        return _read_amount(question, text)
    if question.kind == "multi":
        return _read_options(question, text, language)
    choice = question.find(text) or question.find(plain(text)) or _only_named(question.choices, text)
    if choice is None and not _speaks_of_numbers(question):
        choice = _at_place(question.choices, text)
    return Understood(choice.value) if choice else Refused("not_understood")


def read_grade(target: Target, text: str) -> Grade | None:
    """Return the grade that a typed text names, by label or by its place in the list."""
    grade = target.find(text) or target.find(plain(text)) or _only_named(target.grades, text)
    return grade or _at_place(target.grades, text)


def _only_named(items: Sequence[LabelledItem], text: str) -> LabelledItem | None:
    """Return the item that one of its labels names word for word, unless another one's would too."""
    named = [item for item in items if bare(text) in map(bare, _labels(item))]
    return named[0] if len(named) == 1 else None


def _labels(item: Choice | Grade) -> tuple[str, ...]:
    return item.value, *item.aliases, *item.text.all()


def _speaks_of_numbers(question: Question) -> bool:
    """Whether a bare number could also be an amount, so that it is no choice's place for certain."""
    return any(character.isdigit() for choice in question.choices for text in choice.text.all() for character in text)


def _at_place(items: Sequence[Item], text: str) -> Item | None:
    match = _PLACE.fullmatch(text.strip())
    place = int(match[1]) if match else 0
    return items[place - 1] if 1 <= place <= len(items) else None


def _read_options(question: Question, text: str, language: str) -> Reading:
    if plain(text) in vocabulary("none", language):
        return Understood(())
    conjunction = "|".join(re.escape(word) for word in vocabulary("and", language))
    columns = _columns(question.options, text, (_LIST, re.compile(rf"\s(?:{conjunction})\s", re.IGNORECASE)))
    if columns is None:
        return Refused("not_understood")
    return Understood(tuple(option.column for option in question.options if option.column in columns))


def _columns(options: Sequence[Option], text: str, separators: Sequence[re.Pattern[str]]) -> set[str] | None:
    """Return the columns of the options listed, or None where a part of the list is no option.

    The whole is tried before its parts, so that a label may itself hold a comma or an "and".
    """
    if option := _option(options, text):
        return {option.column}
    if _PLACES.fullmatch(text.strip()):
        parts = text.split()
    elif separators:
        (separator, *separators) = separators
        parts = [part for part in separator.split(text) if part.strip()]
    else:
        return None
    columns: set[str] = set()
    for part in parts:
        found = _columns(options, part, separators)
        if found is None:
            return None
        columns |= found
    return columns or None


def _option(options: Sequence[Option], text: str) -> Option | None:
    for option in options:
        labels = (*option.name.all(), *option.text.all(), *option.aliases)
        if any(_names(text, label) for label in labels):
            return option
    return _at_place(options, text)


def _names(text: str, label: str) -> bool:
    """Whether a text is the label of a box; its commas count, since they also part one box from the next."""
    return plain(text) == plain(label) or ("," not in text and bare(text) == bare(label))


def _read_amount(question: Question, text: str) -> Reading:
    """Read exactly one number, with nothing beside it but the question's unit."""
    folded = normalise(text)
    tokens = _AMOUNT.findall(folded)
    beside = _AMOUNT.sub("", folded).strip(_AMOUNT_EDGES)
    units = [normalise(unit) for unit in question.unit.all()] if question.unit else []
    amount = _amount(tokens[0]) if len(tokens) == 1 else None
    if amount is None or not (beside == "" or any(unit.startswith(beside) for unit in units)):
        return Refused("not_a_number")
    too_low = question.minimum is not None and amount < question.minimum
    too_high = question.maximum is not None and amount > question.maximum
    return Refused("out_of_range") if too_low or too_high or math.isinf(amount) else Understood(amount)


def _amount(token: str) -> float | None:
    """Read a number whose marks may be English or continental; "1,000" is taken for a thousand."""
    token = re.sub("[ ']", "", token)
    if _ENGLISH.fullmatch(token):
        return float(token.replace(",", ""))
    if _CONTINENTAL.fullmatch(token):
        return float(token.replace(".", "").replace(",", "."))
    return None
