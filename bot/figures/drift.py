"""Drift: which questions people in the chat answer otherwise than those whom the model learnt from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.figures.small_cells import is_small
from engine.drift import compare_boxes, compare_choices, compare_numbers, holm
from engine.survey import Question, Survey

FEWEST = 20
"""Answers in the chat below which nothing is said of drift."""
SIGNIFICANT = 0.05

Counts = Mapping[str, Mapping[str, int]]
"""Of each column how often it holds each label, number or box."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that is answered otherwise than before.

    Attributes
    ----------
    question : Question
    level : str
        The answer, or the column of the box, whose share changed most.
    before, now : float
        Its share.
    people_before, people : int
        Who gave it, before and now.
    p : float
        The chance of a difference as large if nothing had changed, corrected for the number of questions.
    """

    question: Question
    level: str
    before: float
    now: float
    people_before: int
    people: int
    p: float


def changes(survey: Survey, before: Counts, now: Counts) -> tuple[Change, ...]:
    """Return the questions that drift, the surest first: permutation tests, corrected by Holm's method."""
    asked = [question for question in survey.asked if all(_answered(question, table) for table in (before, now))]
    adjusted = holm([_test(question, before, now) for question in asked])
    found = [_change(one, before, now, p) for one, p in zip(asked, adjusted, strict=True) if p < SIGNIFICANT]
    return tuple(sorted(found, key=lambda change: change.p))


def _answered(question: Question, table: Counts) -> bool:
    return all(any(table.get(column, {}).values()) for column in question.columns)


def _test(question: Question, before: Counts, now: Counts) -> float:
    if question.kind == "multi":
        return compare_boxes(*([_box(table[column]) for column in question.columns] for table in (before, now)))
    levels = _levels(question, before, now)
    one, other = ([table[question.id].get(level, 0) for level in levels] for table in (before, now))
    return compare_numbers(one, other) if question.kind == "number" else compare_choices(one, other)


def _levels(question: Question, *tables: Counts) -> list[str]:
    """Return what was answered in either table, numbers ascending."""
    levels = {level for table in tables for level in table[question.id]}
    return sorted(levels, key=float) if question.kind == "number" else sorted(levels)


def _box(counts: Mapping[str, int]) -> tuple[int, int]:
    ticked = sum(number for cell, number in counts.items() if float(cell) == 1)
    return sum(counts.values()) - ticked, ticked


def _change(question: Question, before: Counts, now: Counts, p: float) -> Change:
    """Name the level whose share changed most, but for those that so few took that it could tell who they are."""
    if question.kind == "multi":
        shares = {column: (_ticked(before[column]), _ticked(now[column])) for column in question.columns}
        people = {column: (_box(before[column])[1], _box(now[column])[1]) for column in question.columns}
    else:
        levels = _levels(question, before, now)
        shares = {level: (_share(before[question.id], level), _share(now[question.id], level)) for level in levels}
        people = {level: (before[question.id].get(level, 0), now[question.id].get(level, 0)) for level in levels}
    telling = [level for level in shares if not is_small(people[level][1])] or list(shares)
    level = max(telling, key=lambda name: abs(shares[name][1] - shares[name][0]))
    return Change(question, level, *shares[level], *people[level], p)


def _ticked(counts: Mapping[str, int]) -> float:
    left, ticked = _box(counts)
    return ticked / max(left + ticked, 1)


def _share(counts: Mapping[str, int], level: str) -> float:
    return counts.get(level, 0) / max(sum(counts.values()), 1)


def no_answers(survey: Survey) -> dict[str, Counter[str]]:
    """Return counts of nobody's answers, to be added to."""
    return {feature.column: Counter() for feature in survey.features}


def add(counts: Mapping[str, Counter[str]], cells: Mapping[str, str | float]) -> None:
    """Count one person's answers more, in the words of the survey as it is now."""
    for column, cell in cells.items():
        counts[column][cell_name(cell)] += 1


def cell_name(cell: str | float) -> str:
    """Return what a cell is counted as: a number is the same however it is written."""
    return cell if isinstance(cell, str) else f"{float(cell):.15g}"
