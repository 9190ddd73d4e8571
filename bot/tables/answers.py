"""Stored answers in the words of the survey as it is now: what a table may hold of them, and what it may not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.survey import Feature, Question, Survey, Target

Value: TypeAlias = str | float


@dataclass(frozen=True, slots=True)
class Sorted:
    """Answers as the survey's columns may hold them.

    Attributes
    ----------
    cells : mapping of str to str or float
        Column -> label, number or 0/1; a missing answer is absent.
    stated : str or None
        The target's value.
    rest : mapping of str to object
        Answers to questions, or in words, that the survey no longer has.
    """

    cells: Mapping[str, Value]
    stated: str | None
    rest: Mapping[str, Any]


class Sorter:
    """Sorts stored answers by whether the survey still knows them: one it does not would be a fault in every table."""

    def __init__(self, survey: Survey) -> None:
        self._target = survey.target
        self._read = {feature.column: _reader(feature) for feature in survey.features}

    def sort(self, answers: Mapping[str, Any], stated: str | None) -> Sorted:
        """Sort one run's answers."""
        cells: dict[str, Value] = {}
        rest: dict[str, Any] = {}
        for column, answer in answers.items():
            read = self._read.get(column)
            cell = None if read is None else read(answer)
            if cell is not None:
                cells[column] = cell
            elif answer is not None:
                rest[column] = answer
        value = None if stated is None else _grade(self._target, stated)
        if stated is not None and value is None:
            rest[self._target.column] = stated
        return Sorted(cells, value, rest)


def in_words(rest: Mapping[str, Any]) -> str:
    """Write answers that have no column into one cell.

    Examples
    --------
    >>> in_words({"Tea": "Green", "With": [["Milk", "Honey"]]})
    'Tea: Green; With: Milk, Honey'
    """
    return "; ".join(f"{name}: {', '.join(_flat(answer))}" for name, answer in rest.items())


def _flat(answer: Any) -> Iterator[str]:
    if isinstance(answer, list | tuple):
        for each in answer:
            yield from _flat(each)
    else:
        yield str(answer)


def _reader(feature: Feature) -> Callable[[Any], Value | None]:
    question = feature.question
    if feature.kind == "number":
        return lambda answer: _amount(question, answer)
    if feature.kind == "binary":
        return {0: 0, 1: 1}.get
    return _Labels(question).__getitem__


def _amount(question: Question, answer: Any) -> float | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return None
    low, high = question.minimum, question.maximum
    inside = (low is None or answer >= low) and (high is None or answer <= high)
    return answer if inside else None


class _Labels(dict[Any, str | None]):
    """Labels and their spelling of now, None of those that are none; they are few, and each is looked for once."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def __missing__(self, label: Any) -> str | None:
        found = None
        if isinstance(label, str):
            choice = self._question.by_value.get(label) or self._question.find(label)
            found = None if choice is None or choice.ends is not None else choice.value
        self[label] = found
        return found


def _grade(target: Target, stated: str) -> str | None:
    found = next((grade for grade in target.grades if grade.value == stated), None) or target.find(stated)
    return None if found is None else found.value
