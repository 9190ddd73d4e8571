"""What can be seen of a text: phones also send marks of direction, characters without width, and piles of accents."""

from __future__ import annotations

import unicodedata

MOST_MARKS = 8
"""Marks kept on one letter: no script piles up as many."""

BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols to Unicode, and yet nothing is seen of them."""
_UNSEEN = ("Cc", "Cf", "Cs")


def visible(text: str) -> str:
    """Return what a person reads in a text: for whoever tries to understand it, not to be shown to anybody.

    Examples
    --------
    >>> visible("\u200f\u2067/help\u2069 ") + visible("D\u00ada\u200bily\x00")
    '/helpDaily'
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    seen, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if character.isspace() or character in BLANKS:
            seen.append("\n" if character == "\n" else " ")
        elif category not in _UNSEEN and marks <= MOST_MARKS:
            seen.append(character)
    return "".join(seen).strip()
