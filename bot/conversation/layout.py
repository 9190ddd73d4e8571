"""What fits where: how wide a label is, and where a text must be cut."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from engine.labels import ZERO_WIDTH_SPACE, clusters, label_width

LABEL_WIDTH = 250
"""Pixels that a button has for its label on the narrowest phones, which are 320 wide."""
_EDGES, _GAP = 26, 5
"""Pixels that a button's own edges take, and the gap to the next one."""
_HALF_LABEL = (LABEL_WIDTH + _EDGES - _GAP) // 2 - _EDGES
MESSAGE_LENGTH = 4096
"""Telegram's limit for a message's text."""
CAPTION_LENGTH = 1024
"""Telegram's limit for a picture's caption."""


def columns(text: str) -> int:
    """Count the columns that a text takes in a table: marks take none, the scripts of East Asia two each."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, room: int, size: Callable[[str], int] = label_width) -> str:
    """Cut a text to a size, in pixels unless told otherwise, at the end of a word where one ends in its second half.

    Letters keep all their signs.
    """
    if size(text) <= room:
        return text
    parts = list(accumulate(clusters(text)))
    fitting = bisect_right(parts, room, key=lambda part: size(part.rstrip() + "…"))
    kept = parts[fitting - 1] if fitting else ""
    at_word = max(text.rfind(gap, 0, len(kept) + 1) for gap in (" ", ZERO_WIDTH_SPACE))
    return text[: at_word if at_word > len(kept) // 2 else len(kept)].rstrip(f" {ZERO_WIDTH_SPACE}") + "…"


def fit_side_by_side(labels: Sequence[str]) -> bool:
    """Whether these labels, two of them, can be read on buttons that share a row."""
    return all(label_width(label) <= _HALF_LABEL for label in labels)


def length(text: str) -> int:
    """Count a text as Telegram does: in UTF-16 units, where an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int = MESSAGE_LENGTH) -> str:
    """Cut a text that is too long for a message; only a survey's own endless texts ever are."""
    if length(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return kept + "…"


def pages(sections: Sequence[str], limit: int = MESSAGE_LENGTH) -> list[str]:
    """Spread sections over as few messages as fit, each as whole as can be."""
    made: list[str] = []
    for section in sections:
        if made and length(joined := f"{made[-1]}\n\n{section}") <= limit:
            made[-1] = joined
        else:
            made += _broken(section, limit)
    return made


def _broken(section: str, limit: int) -> list[str]:
    """Break a section that no message holds between its lines."""
    made: list[str] = []
    for line in section.split("\n"):
        if made and length(joined := f"{made[-1]}\n{line}") <= limit:
            made[-1] = joined
        else:
            made.append(clip(line, limit))
    return made


def bullets(texts: list[str]) -> str:
    """Return a list, one line an item."""
    return "\n".join(f"• {text}" for text in texts)


def sentences(*texts: str | None) -> str:
    """Join what there is within one paragraph."""
    return " ".join(text for text in texts if text)


def paragraphs(*texts: str | None) -> str:
    """Join what there is, with an empty line between."""
    return "\n\n".join(text for text in texts if text)
