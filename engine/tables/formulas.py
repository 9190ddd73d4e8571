"""Texts of a .csv file that a spreadsheet would run as formulas: guarded on the way out, bared on the way in."""

from __future__ import annotations

import re

GUARD = "'"
"""What Excel's users type before a text that is no formula; .csv has no other way to say so."""

_RUN = re.compile(f"{GUARD}*[=+\\-@\\t\\r]")
_GUARDED = re.compile(f"{GUARD}+[=+\\-@\\t\\r]")


def guarded(text: str) -> str:
    """Put an apostrophe before what would be run, or would be taken for guarded already.

    Examples
    --------
    >>> guarded("=1+1"), guarded("100"), guarded("'=1+1")
    ("'=1+1", '100', "''=1+1")
    """
    return f"{GUARD}{text}" if _RUN.match(text) else text


def bared(text: str) -> str:
    """Take the apostrophe off again that `guarded` put there.

    Examples
    --------
    >>> bared("'=1+1"), bared("100"), bared("''=1+1"), bared("'tis")
    ('=1+1', '100', "'=1+1", "'tis")
    """
    return text.removeprefix(GUARD) if _GUARDED.match(text) else text
