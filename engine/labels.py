"""How wide a label is on a phone, measured with the fonts that pictures are drawn with."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from engine.drawing.fonts import measure
from engine.drawing.theme import Style
from engine.drawing.typesetting import ZERO_WIDTH_SPACE, clusters, drawable

STYLE = Style(16)
"""The usual size of interface fonts; DejaVu, which measures here, is an eighth wider than those of phones."""

__all__ = ["STYLE", "ZERO_WIDTH_SPACE", "clusters", "label_width"]


@lru_cache(maxsize=4096)
def label_width(label: str) -> int:
    """Return a label's width in pixels; what no font here can draw, such as emoji, is as wide as it is high."""
    shown = drawable(label, STYLE)
    missing = max(0, _letters(label) - _letters(shown))
    return measure(shown, STYLE) + missing * STYLE.size


def _letters(text: str) -> int:
    return sum(unicodedata.category(character)[0] not in "MCZ" for character in text)
