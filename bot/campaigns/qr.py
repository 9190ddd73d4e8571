"""A link as a QR code: PNG for a chat, SVG for a designer, outlines for a poster."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from bot.campaigns.wording import words
from engine.drawing.fonts import FULL
from engine.drawing.theme import Style
from engine.drawing.typesetting import line_height, typeset, wrap

Matrix: TypeAlias = tuple[tuple[bool, ...], ...]
"""Rows of modules, True where one is dark, without a quiet zone."""
Loop: TypeAlias = list[tuple[int, int]]
"""Corners (x, y) of an outline, y downwards."""

QUIET = 4
"""Modules of white around the code: what ISO/IEC 18004 asks for."""
MOST_LINES = 2
"""Of a label: with more a chat would shrink the picture."""

_PIXELS = 1000
_MARGIN = 24
_STRONG, _PLAIN = Style(38, bold=True), Style(30)
_INK = "#000000"  # nothing but black on white: scanners expect it, and it prints sharp


@lru_cache(maxsize=64)
def modules(link: str) -> Matrix:
    """Return a link's QR code with error correction H, the strongest.

    A t.me link of 47 bytes takes 41 modules a side, the longest of 100 takes 57; with Q these were 37 and 49. For
    modules a tenth smaller, two stains on 15 % of a code were forgiven in 100 of 100 places; by Q in 41.
    """
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_H, border=0)
    code.add_data(link)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def outlines(matrix: Matrix) -> list[Loop]:
    """Return the closed outlines of a code's dark areas, those of holes the other way round.

    Filled by the nonzero rule they are the code without seams, which squares drawn side by side show at some sizes.
    """
    edges = _edges(matrix)
    loops = []
    while edges:
        start = here = next(iter(edges))
        loop: Loop = []
        while True:
            there = edges[here].pop()
            if not edges[here]:
                del edges[here]
            if len(loop) > 1 and _straight(loop[-2], loop[-1], here):
                loop.pop()
            loop.append(here)
            here = there
            if here == start:
                break
        loops.append(loop)
    return loops


def _straight(first: tuple[int, int], second: tuple[int, int], third: tuple[int, int]) -> bool:
    return first[0] == second[0] == third[0] or first[1] == second[1] == third[1]


def _edges(matrix: Matrix) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return every edge between dark and light, from corner to corners, the dark module on its right."""
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    size = len(matrix)

    def dark(x: int, y: int) -> bool:
        return 0 <= x < size and 0 <= y < size and matrix[y][x]

    for y in range(size):
        for x in range(size):
            if not matrix[y][x]:
                continue
            sides = (
                (dark(x, y - 1), (x, y), (x + 1, y)),
                (dark(x + 1, y), (x + 1, y), (x + 1, y + 1)),
                (dark(x, y + 1), (x + 1, y + 1), (x, y + 1)),
                (dark(x - 1, y), (x, y + 1), (x, y)),
            )
            for neighbour, begin, end in sides:
                if not neighbour:
                    edges.setdefault(begin, []).append(end)
    return edges


def qr_svg(link: str, *, printable: bool = True) -> bytes:
    """Return a link's QR code as an SVG file, one unit a module; below it what is not for print says so."""
    matrix = modules(link)
    side = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{loop[0][0] + QUIET} {loop[0][1] + QUIET}" + "".join(f"L{x + QUIET} {y + QUIET}" for x, y in loop[1:]) + "Z"
        for loop in outlines(matrix)
    )
    height, note = side, ""
    if not printable:
        height += 4
        note = (
            f'<text x="{side / 2:g}" y="{side + 2}" text-anchor="middle" font-family="sans-serif" font-weight="bold" '
            f'font-size="3">{words("en").not_for_print}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {height}" width="{side * 20}" '
        f'height="{height * 20}"><rect width="{side}" height="{height}" fill="#FFFFFF"/>'
        f'<path fill="{_INK}" d="{path}"/>{note}</svg>\n'
    ).encode()


def qr_png(link: str, *, lines: Sequence[str] = (), printable: bool = True, language: str = "en") -> bytes:
    """Return a link's QR code as a PNG file at least 1,000 pixels wide, as a chat shows it unshrunk.

    Parameters
    ----------
    link : str
    lines : sequence of str
        Up to two that stand below the code, the first in bold: the campaign's name and the bot's, say.
    printable : bool, default True
        Where False, the picture says that it is not for print.
    language : str, default "en"
        Of what the picture says by itself.
    """
    import numpy as np
    from PIL import Image

    matrix = np.pad(np.array(modules(link)), QUIET)
    pixels = -(-_PIXELS // len(matrix))
    code = np.kron(~matrix, np.ones((pixels, pixels), bool)).astype(np.uint8) * 255
    side = len(code)
    label = list(_label(lines, printable, language, side - 2 * _MARGIN))
    height = side + sum(line_height(line, style) for line, style in label) + (_MARGIN if label else 0)
    picture = Image.new("L", (side, height), 255)
    picture.paste(Image.fromarray(code))
    top = side
    for line, style in label:
        raster = typeset(line, style)
        ink = Image.fromarray(raster.mask * np.uint8(255 // FULL))
        picture.paste(0, ((side - ink.width) // 2, top + style.baseline - raster.above), ink)
        top += line_height(line, style)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _label(lines: Sequence[str], printable: bool, language: str, width: int) -> Iterator[tuple[str, Style]]:
    """Yield what stands below the code, each line with its style."""
    texts = [(line, _PLAIN if place else _STRONG) for place, line in enumerate(lines[:MOST_LINES])]
    if not printable:
        texts.insert(0, (words(language).not_for_print.upper(), _STRONG))
    for text, style in texts:
        for line in wrap(text, style, width, 1):
            yield line, style
