"""Counts of few people: that there are some is told, and nothing more."""

from __future__ import annotations

TOLD_FROM = 5
"""People of whom a number is told: fewer could be known by it, and say little."""


def is_small(count: int) -> bool:
    """Whether so few are counted that only this is told."""
    return 0 < count < TOLD_FROM
