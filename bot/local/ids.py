"""Identifiers: numbers that grow by one, and names that nobody guesses."""

from __future__ import annotations

import secrets

FIRST = 2**20
SPREAD = 2**30


class Sequence:
    """Numbers that grow by one from a random start within 32 bits.

    A bot keeps message and update ids in its database. Were they to start at 1 whenever this server starts,
    old cards would be confused with new messages, and new updates with ones seen before.
    """

    def __init__(self) -> None:
        self._last = random_id()

    def next(self) -> int:
        """Return the next number."""
        self._last += 1
        return self._last


def random_id() -> int:
    """Return a number that hardly occurs twice."""
    return FIRST + secrets.randbelow(SPREAD)


def may_be_random(number: int) -> bool:
    """Whether `random_id` may have returned a number."""
    return FIRST <= number < FIRST + SPREAD


def random_name() -> str:
    """Return a name that cannot be guessed."""
    return secrets.token_urlsafe(18)
