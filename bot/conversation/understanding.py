"""What a typed answer means: a label, an alias, a text, the number of a choice, several of them, an amount.

Only what is certain is understood. What comes close to an answer is a matter of `bot.conversation.near`, and is asked
back. A number names a place; two with a dash between them ("1-3") do not, since that may be the first three or the
first and the third.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from bot.conversation.amounts import read_amount
from bot.conversation.folding import bare, means, number_word, plain, speaks_of_numbers
from bot.conversation.near import nearest
from bot.conversation.session import Answer
from bot.conversation.texts import vocabulary
from engine.survey import Choice, Grade, Option, Question, Target

Item = TypeVar("Item", Choice, Grade, Option)
LabelledItem = TypeVar("LabelledItem", Choice, Grade)
Reason: TypeAlias = Literal["not_understood", "not_a_number", "out_of_range"]


@dataclass(frozen=True, slots=True)
class Understood:
    """The text answers the question."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Partly:
    """The text lists boxes and something else: the columns of those, and the parts that are no box for certain."""

    columns: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The text does not answer the question for certain."""

    reason: Reason


Reading: TypeAlias = Understood | Partly | Refused

_PLACE = re.compile(r"#?(\d{1,3})")
_LIST = re.compile(r"[,;/&+\n]")
_PLACES = re.compile(r"\d+(?:\s+\d+)+")


def labels(item: Choice | Grade | Option) -> tuple[str, ...]:
    """Return everything that names a choice, grade or box."""
    if isinstance(item, Option):
        return (*item.name.all(), *item.text.all(), *item.aliases)
    return (item.value, *item.aliases, *item.text.all())


def read(question: Question, text: str, language: str) -> Reading:
    """Return what a typed text answers to a question."""
    if question.kind == "number":
        return _read_number(question, text, language)
    if question.kind == "multi":
        return _read_options(question, text, language)
    choice = question.find(text) or question.find(plain(text)) or _only_named(question.choices, text, language)
    if choice is None and not _speaks_of_numbers(question):
        choice = _at_place(question.choices, text, language)
    return Understood(choice.value) if choice else Refused("not_understood")


def read_grade(target: Target, text: str, language: str) -> Grade | None:
    """Return the grade that a typed text names, by label or by its place in the list."""
    grade = target.find(text) or target.find(plain(text)) or _only_named(target.grades, text, language)
    return grade or _at_place(target.grades, text, language)


def place(text: str) -> int:
    """Return the place in a list that a text is the number of, or 0."""
    match = _PLACE.fullmatch(plain(text))
    return int(match[1]) if match else 0


def _only_named(items: Sequence[LabelledItem], text: str, language: str) -> LabelledItem | None:
    """Return the item that one of its labels names word for word, unless another one's would too.

    Where an item is called "yes" or "no", every other word for that names it as well.
    """
    named = [item for item in items if bare(text) in map(bare, labels(item))]
    for meaning in ("yes", "no"):
        if not named and means(text, meaning, language):
            named = [item for item in items if any(means(label, meaning, language) for label in labels(item))]
    return named[0] if len(named) == 1 else None


def _speaks_of_numbers(question: Question) -> bool:
    """Whether a bare number could also be an amount, so that it is no choice's place for certain."""
    return any(character.isdigit() for choice in question.choices for text in choice.text.all() for character in text)


def _at_place(items: Sequence[Item], text: str, language: str) -> Item | None:
    """Return the item whose number was typed, in figures or, where no item speaks of numbers itself, as a word."""
    number = place(text)
    if not number and not any(speaks_of_numbers(label, language) for item in items for label in labels(item)):
        number = number_word(text, language) or 0
    return items[number - 1] if 1 <= number <= len(items) else None


def _read_options(question: Question, text: str, language: str) -> Reading:
    if means(text, "none", language):
        return Understood(())
    parts = _parts(question.options, text, language, (_LIST, _conjunction(language)))
    ticked = {part.column for part in parts if isinstance(part, Option)}
    columns = tuple(column for column in question.columns if column in ticked)
    rest = tuple(part for part in parts if isinstance(part, str))
    if columns and not rest:
        return Understood(columns)
    return Partly(columns, rest) if len(parts) > 1 else Refused("not_understood")


def _conjunction(language: str) -> re.Pattern[str]:
    """Return what parts "1 and 3"; scripts without spaces have none around it."""
    words = sorted(vocabulary("and", language), key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if word.isascii())
    unspaced = "".join(rf"|\s*{re.escape(word)}\s*" for word in words if not word.isascii())
    return re.compile(rf"\s(?:{spaced})\s{unspaced}", re.IGNORECASE)


def _parts(
    options: Sequence[Option], text: str, language: str, separators: Sequence[re.Pattern[str]]
) -> list[Option | str]:
    """Return the options listed, and as it was typed whatever else stands among them.

    The whole is tried before its parts, so that a label may itself hold a comma or an "and", with slips in it too.
    """
    if option := _option(options, text, language):
        return [option]
    if _PLACES.fullmatch(plain(text)):
        pieces = plain(text).split()
    elif separators:
        (separator, *separators) = separators
        pieces = [piece for piece in separator.split(text) if piece.strip()]
    else:
        return [text.strip()]
    parts = [part for piece in pieces for part in _parts(options, piece, language, separators)]
    names = {option.column: labels(option) for option in options}
    unknown = any(isinstance(part, str) and not nearest(part, names) for part in parts)
    if unknown and len(parts) > 1 and not any(isinstance(part, Option) for part in parts):
        return [text.strip()]
    return parts


def _option(options: Sequence[Option], text: str, language: str) -> Option | None:
    for option in options:
        if any(_names(text, label) for label in labels(option)):
            return option
    return _at_place(options, text, language)


def _names(text: str, label: str) -> bool:
    """Whether a text is the label of a box; its commas count, since they also part one box from the next."""
    return plain(text) == plain(label) or ("," not in text and bare(text) == bare(label))


def _read_number(question: Question, text: str, language: str) -> Reading:
    amount = read_amount(question, text, language)
    if amount is None:
        return Refused("not_a_number")
    too_low = question.minimum is not None and amount < question.minimum
    too_high = question.maximum is not None and amount > question.maximum
    return Refused("out_of_range") if too_low or too_high or math.isinf(amount) else Understood(amount)
