"""What fits where: how wide a label is, and where a text must be cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate

LABEL_WIDTH = 30
"""Columns that a button shows on the narrowest phones: at 320 px about 250 px are left for its label, and a
letter of the usual 16 px interface fonts is about 8 px wide."""
MESSAGE_LENGTH = 4096
"""Telegram's limit for a message's text."""
CAPTION_LENGTH = 1024
"""Telegram's limit for a picture's caption."""


def width(label: str) -> int:
    """Estimate the columns that a label takes: marks take none, the scripts of East Asia two each."""
    return len(label) if label.isascii() else sum(map(_columns, label))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(label: str, columns: int) -> str:
    """Cut a label to a width, at the end of a word where one ends in its second half."""
    if width(label) <= columns:
        return label
    end = sum(taken < columns for taken in accumulate(map(_columns, label)))
    at_word = label.rfind(" ", 0, end + 1)
    return label[: at_word if at_word > end // 2 else end].rstrip() + "…"


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


def paragraphs(*texts: str | None) -> str:
    """Join what there is, with an empty line between."""
    return "\n\n".join(text for text in texts if text)
