"""The text of one cell -> the survey's own value, or the reason why it is none."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from engine.survey import Feature, Question, Target, normalise

Value: TypeAlias = str | float
Decoder: TypeAlias = Callable[[str], Value]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TICKS = {"1": 1.0, "yes": 1.0, "true": 1.0, "x": 1.0, "0": 0.0, "no": 0.0, "false": 0.0}


class RefusedError(Exception):
    """Why a text is no answer to its question, and what would be one."""


def decoder_of(feature: Feature) -> Decoder:
    """Return the function that reads a cell of ``feature``'s column; it raises `RefusedError`."""
    if feature.kind == "binary":
        return tick
    return partial(number if feature.kind == "number" else label, feature.question)


def label(question: Question, text: str) -> str:
    """Return the definition's spelling of a single choice."""
    levels = [choice.value for choice in question.choices if choice.ends is None]
    choice = question.find(text) or question.find(_same_number(text, levels))
    if choice is None:
        raise RefusedError(_unknown(text, levels))
    if choice.ends is not None:
        raise RefusedError(f'"{text}" ends the survey in the chat and is never scored; delete the row')
    return choice.value


def grade(target: Target, text: str) -> str:
    """Return the definition's spelling of a target value."""
    values = [grade.value for grade in target.grades]
    found = target.find(text) or target.find(_same_number(text, values))
    if found is None:
        raise RefusedError(_unknown(text, values))
    return found.value


def number(question: Question, text: str) -> float:
    """Return a number within the question's bounds."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    low, high = question.minimum, question.maximum
    if not math.isfinite(value):
        raise RefusedError(f'"{text}" is not a number; write digits, with a point before decimals, such as 12.5')
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = [f"at least {low:g}"] if low is not None else []
        bounds += [f"at most {high:g}"] if high is not None else []
        raise RefusedError(f'"{text}" is out of range; allowed: {" and ".join(bounds)}')
    return value


def tick(text: str) -> float:
    """Return 1.0 for a chosen box of a select-all question, 0.0 for one that was not chosen."""
    value = _TICKS.get(text.casefold(), float(text) if _NUMBER.fullmatch(text) else math.nan)
    if value not in (0, 1):
        raise RefusedError(f'"{text}" is neither 1 (chosen) nor 0 (not chosen); allowed: 1, 0, yes, no, true, false, x')
    return value


def _unknown(text: str, allowed: Sequence[str]) -> str:
    spellings = {normalise(value): value for value in allowed}
    close = difflib.get_close_matches(normalise(text), spellings, n=1)
    meant = f' (did you mean "{spellings[close[0]]}"?)' if close else ""
    listed = ", ".join(f'"{value}"' for value in allowed)
    return f'"{text}" is none of the labels{meant}; allowed: {listed}'


def _same_number(text: str, labels: Sequence[str]) -> str:
    """Spell a number as a label spells it: spreadsheets write the label "1" as 1.0, and "1.50" as 1.5."""
    if not _NUMBER.fullmatch(text):
        return text
    return next((label for label in labels if _NUMBER.fullmatch(label) and float(label) == float(text)), text)
