"""Text made fit to draw: what the fonts can show, broken into lines where a reader expects it, rasterised once."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from engine.drawing.fonts import Raster, Run, coverage, measure, rasterise, run
from engine.drawing.theme import Style

ELLIPSIS = "…"
ZERO_WIDTH_SPACE = "\u200b"
"""Where a line may break in scripts that put no blanks between words: Khmer, Thai, Lao, Burmese."""

_GAPS = " " + ZERO_WIDTH_SPACE
_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset(map(ord, ZERO_WIDTH_SPACE + _JOINERS))
_SARA_AM = "\u0e33\u0eb3"
"""Thai and Lao vowels that are letters to Unicode, and yet stand on the one before."""
_VIRAMA = 9
"""The canonical combining class of the signs that put the next letter below or beside the last one."""
# Emoji are left out even where a font has them: in one colour they are blots, and each phone has its own.
_EMOJI = re.compile("(?:\u200d?[\u20e3\u2600-\u27bf\ufe0e\ufe0f\U0001f000-\U0001faff])+")
_TALLEST_ABOVE, _TALLEST_BELOW = 1.3, 0.7
"""In sizes: real words stay inside; whoever piles up more signs than that does not get to draw over others."""


def clusters(text: str) -> Iterator[str]:
    """Part a text into what a reader takes for one letter: a base with all the signs that stand on it.

    Parameters
    ----------
    text : str

    Yields
    ------
    str
        Together they are the text.

    Notes
    -----
    The rules of Unicode's UAX #29 for extended grapheme clusters that matter where emoji, control characters and
    Hangul's separate jamo are not drawn; letters joined by a virama are kept together in every script.

    Examples
    --------
    >>> list(clusters("ខ្មែរ"))
    ['ខ្មែ', 'រ']
    """
    start = 0
    for place in range(1, len(text)):
        if not _belongs_to(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _belongs_to(before: str, char: str) -> bool:
    if before.isspace() or before == ZERO_WIDTH_SPACE:
        return False
    category = unicodedata.category(char)
    joined = before == "\u200d" or unicodedata.combining(before) == _VIRAMA
    return category[0] == "M" or char in _JOINERS or char in _SARA_AM or (joined and category[0] == "L")


def drawable(text: str, style: Style) -> str:
    """Leave out emoji and what the fonts have no glyph for (no empty boxes), and fold blanks into one space."""
    text = _EMOJI.sub(" ", text)
    fonts = coverage(style.bold)
    if not fonts[0].issuperset(map(ord, text)):
        text = "".join(_shown(cluster, fonts) for cluster in clusters(text))
    words = (word.strip(ZERO_WIDTH_SPACE) for word in text.split())
    return " ".join(word for word in words if word)


def _shown(cluster: str, fonts: tuple[frozenset[int], ...]) -> str:
    """Return what is left of a cluster in the first font that has all of it, or else its base."""
    if cluster.isspace():
        return cluster
    needed = set(map(ord, cluster)) - _INVISIBLE
    if any(needed <= known for known in fonts):
        return cluster
    known = next((known for known in fonts if ord(cluster[0]) in known), frozenset[int]())
    return "".join(char for char in cluster if ord(char) in known)


@lru_cache(maxsize=512)
def typeset(text: str, style: Style) -> Raster:
    """Return a line's ink; of signs piled up beyond any real word's the farthest are cut off."""
    raster = rasterise(drawable(text, style), style)
    above = min(raster.above, round(style.size * _TALLEST_ABOVE))
    below = min(raster.below, round(style.size * _TALLEST_BELOW))
    return Raster(raster.mask[raster.above - above : raster.above + below], above)


def runs(text: str, style: Style) -> list[Run]:
    """Part a line into what each font draws of it: whole letters with all their signs.

    Parameters
    ----------
    text : str
        What `drawable` takes out is left out.
    style : Style
        Its size is taken for points.
    """
    known = coverage(style.bold)
    parts: list[tuple[int, str]] = []
    for cluster in clusters(drawable(text, style)):
        number, before = parts[-1] if parts else (0, "")
        needed = set(map(ord, cluster)) - _INVISIBLE
        if not (cluster in _GAPS and needed <= known[number]):  # a blank between two words is of their font
            number = next(number for number, characters in enumerate(known) if needed <= characters)
        if parts and parts[-1][0] == number:
            parts[-1] = (number, before + cluster)
        else:
            parts.append((number, cluster))
    return [run(part, number, style) for number, part in parts]


def line_height(text: str, style: Style) -> int:
    """Return the distance from a line's top to the next one's: more where signs hang far below the letters."""
    return max(style.leading, style.baseline + typeset(text, style).below + 1)


def _prefix(parts: Iterable[str], style: Style, width: int) -> str:
    """Join as many of the leading parts as fit into ``width``."""
    candidates = list(islice(parts, 4 * width // style.size))  # an "i" is wider than that, and measuring takes time
    if measure("".join(candidates), style) > width:
        counts = range(1, len(candidates))
        del candidates[bisect_right(counts, width, key=lambda count: measure("".join(candidates[:count]), style)) :]
    return "".join(candidates)


def _break(text: str, style: Style, width: int) -> tuple[str, str]:
    """Part a text into its first line and the rest: between words or, if it must be, between letters."""
    fitting = _prefix(clusters(text), style, width) or _prefix(text, style, width)  # signs may pile up sideways, too
    end = len(fitting) or 1
    if end < len(text):
        gap = max(text.rfind(gap, 1, end + 1) for gap in _GAPS)
        end = gap if gap > 0 else end
    return text[:end].rstrip(_GAPS), text[end:].lstrip(_GAPS)


@lru_cache(maxsize=1024)
def wrap(text: str, style: Style, width: int, most: int) -> tuple[str, ...]:
    """Break a text into at most ``most`` lines; one that is longer ends in an ellipsis.

    Parameters
    ----------
    text : str
        What `drawable` takes out is left out.
    style : Style
    width : int
        Of the column, in pixels.
    most : int
        Lines at most.

    Returns
    -------
    tuple of str
        None of them wider than the column; empty if nothing of the text can be drawn.

    Examples
    --------
    >>> from engine.drawing.theme import BODY
    >>> wrap("How often do you use it? 🙂", BODY, 200, 2)
    ('How often do', 'you use it?')
    >>> wrap("How often do you use it?", BODY, 200, 1)
    ('How often do…',)
    """
    lines: list[str] = []
    rest = drawable(text, style)
    while rest and len(lines) < most:
        line, rest = _break(rest, style, width)
        lines.append(line)
    if rest:
        shortened = _prefix(clusters(lines[-1]), style, width - measure(ELLIPSIS, style))
        lines[-1] = shortened.rstrip(_GAPS) + ELLIPSIS
    return tuple(lines)
