"""The text of one cell -> the survey's own value, or the reason why it is none."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from engine.survey import Feature, Option, Question, Target, normalise

Value: TypeAlias = str | float
Decoder: TypeAlias = Callable[[str], Value]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,(\d{1,2}|\d{4,})|0,\d{3})", re.ASCII)
"""A comma that groups thousands has three digits behind it and no lone zero before."""

_TICKS = {
    **dict.fromkeys(("1", "yes", "y", "true", "x"), 1.0),
    **dict.fromkeys(("0", "no", "n", "false"), 0.0),
}
_LONGEST_SHOWN = 80


class RefusedError(ValueError):
    """Why a text is no answer to its question, and what would be one."""


def decoder_of(feature: Feature) -> Decoder:
    """Return the function that reads a cell of ``feature``'s column; it raises `RefusedError`."""
    if feature.option is not None:
        return partial(tick, feature.option)
    return partial(number if feature.kind == "number" else label, feature.question)


def label(question: Question, text: str) -> str:
    """Return the definition's spelling of a single choice."""
    levels = [choice.value for choice in question.choices if choice.ends is None]
    choice = question.find(text) or question.find(_same_number(text, levels))
    if choice is None:
        raise RefusedError(_unknown(text, levels))
    if choice.ends is not None:
        raise RefusedError(f"{shown(text)} ends the survey in the chat and is never scored; delete the row")
    return choice.value


def grade(target: Target, text: str) -> str:
    """Return the definition's spelling of a target value."""
    values = [grade.value for grade in target.grades]
    found = target.find(text) or target.find(_same_number(text, values))
    if found is None:
        raise RefusedError(_unknown(text, values))
    return found.value


def number(question: Question, text: str) -> float:
    """Return a number within the question's bounds; a comma is a decimal one where it can be nothing else."""
    plain = _ascii_digits(text)
    value = _float(plain.replace(",", ".") if _DECIMAL_COMMA.fullmatch(plain) else plain)
    low, high = question.minimum, question.maximum
    if not math.isfinite(value):
        raise RefusedError(f"{shown(text)} is not a number; write digits, with a point before decimals, such as 12.5")
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = [f"at least {low:g}"] if low is not None else []
        bounds += [f"at most {high:g}"] if high is not None else []
        raise RefusedError(f"{shown(text)} is out of range; allowed: {' and '.join(bounds)}")
    return value


def tick(option: Option, text: str) -> float:
    """Return 1.0 for a chosen box of a select-all question, 0.0 for one that was not chosen.

    A box that holds its own choice's name was chosen: so SurveyMonkey and Qualtrics export one.
    """
    value = _TICKS.get(text.casefold(), _float(_ascii_digits(text)))
    names = (*option.name.all(), *option.text.all(), *option.aliases)
    if math.isnan(value) and normalise(text) in map(normalise, names):
        return 1.0
    if value not in (0, 1):
        raise RefusedError(
            f"{shown(text)} is neither 1 (chosen) nor 0 (not chosen); allowed: 1, 0, yes, no, true, false, x"
        )
    return value


def understands(decoder: Decoder, text: str) -> bool:
    """Whether a text is an answer."""
    try:
        decoder(text)
    except RefusedError:
        return False
    return True


def is_plain_number(text: str) -> bool:
    """Whether a text is a number as computers write it."""
    return _NUMBER.fullmatch(text) is not None


def shown(text: str) -> str:
    """Quote a cell's text for a message of one line."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _LONGEST_SHOWN else f'"{line[: _LONGEST_SHOWN - 1]}…"'


def _unknown(text: str, allowed: Sequence[str]) -> str:
    spellings = {normalise(value): value for value in allowed}
    close = difflib.get_close_matches(normalise(text), spellings, n=1)
    meant = f' (did you mean "{spellings[close[0]]}"?)' if close else ""
    listed = ", ".join(f'"{value}"' for value in allowed)
    return f"{shown(text)} is none of the labels{meant}; allowed: {listed}"


def _same_number(text: str, labels: Sequence[str]) -> str:
    """Spell a number as a label spells it: spreadsheets write the label "1" as 1.0, and "1.50" as 1.5."""
    value = _float(_ascii_digits(text))
    return next((label for label in labels if _float(label) == value), text)


def _float(text: str) -> float:
    return float(text) if is_plain_number(text) else math.nan


def _ascii_digits(text: str) -> str:
    """Write the digits of any script (full-width, Khmer) as 0 to 9."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(character, character)) for character in plain)
