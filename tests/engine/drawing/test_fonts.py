"""Fonts come as packages and are found by themselves; shaping needs nothing of the system."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import fontpkg
import numpy as np
import pytest

from engine.drawing.fonts import Mask, measure
from engine.drawing.theme import BODY
from engine.drawing.typesetting import drawable, typeset
from tests.engine.pictures import ROOT, khmer_chart


def run(program: str, **environment: str) -> str:
    """Run a Python program in a process of its own, in which no font has been opened yet."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


# -- shaping ------------------------------------------------------------------------------------------------


def test_khmer_letters_joined_by_coeng_stand_below_each_other() -> None:
    joined, alone = typeset("ក្ក", BODY), typeset("ក", BODY)

    assert joined.below > alone.below + 5
    assert measure("ក្ក", BODY) == measure("ក", BODY)


def unlikeness(part: Mask, other: Mask) -> float:
    """The mean difference of two masks of one shape; small for one letter at two fractions of a pixel."""
    return float(np.abs(part.astype(int) - other).mean())


@pytest.mark.parametrize(("word", "first"), [("កេ", "ក"), ("שא", "ש")], ids=["Khmer vowel", "Hebrew"])
def test_what_is_first_in_memory_may_stand_on_the_right(word: str, first: str) -> None:
    drawn, letter = typeset(word, BODY).mask, typeset(first, BODY).mask
    rows, columns = letter.shape

    right, left = drawn[-rows:, -columns:], drawn[-rows:, :columns]

    assert unlikeness(right, letter) < unlikeness(left, letter)


@pytest.mark.parametrize("text", ["ខ្មែរ 12 → ABC", "លុយ 100–300 USD", "(ទេ/yes) m² ភាព"])
def test_scripts_mix_in_one_line(text: str) -> None:
    assert drawable(text, BODY) == text
    assert measure(text, BODY) == pytest.approx(sum(measure(word, BODY) for word in split(text)), abs=len(text))


def split(text: str) -> list[str]:
    """Part a text into runs of Khmer and of anything else."""
    runs = [""]
    for before, char in zip(f"{text[0]}{text}", text, strict=False):
        if ("\u1780" <= before <= "\u17ff") != ("\u1780" <= char <= "\u17ff"):
            runs.append("")
        runs[-1] += char
    return runs


@pytest.mark.parametrize("text", ["مرحبا 25 – 100", "שלום (abc)", "ABC עולם 5"])
def test_writing_from_the_right_is_drawn_whole(text: str) -> None:
    assert drawable(text, BODY) == text
    assert measure(text, BODY) > 0


def test_khmer_is_drawn_the_same_where_the_system_has_no_libfribidi(tmp_path: Path) -> None:
    for name in ("libfribidi.so", "libfribidi.so.0", "libfribidi.so.1"):
        (tmp_path / name).touch()  # found first, and not loadable
    program = """
import hashlib
from PIL import features
from tests.engine.pictures import khmer_chart
print(features.check("raqm"), hashlib.sha256(khmer_chart().png()).hexdigest())
"""
    raqm_of_pillow, digest = run(program, LD_LIBRARY_PATH=str(tmp_path)).split()

    assert raqm_of_pillow == "False", "libfribidi was not hidden: this test would prove nothing"
    assert digest == hashlib.sha256(khmer_chart().png()).hexdigest()


# -- packages -----------------------------------------------------------------------------------------------

LETTER = "\u1950"
"""Tai Le Ka, which no font of the tests has."""


def install_font(folder: Path, letter: str) -> None:
    """Lay a font package for one letter down where Python finds it, as pip would."""
    from fontTools.ttLib import TTFont  # comes with matplotlib

    package = folder / "fontpkg_test"
    (package / "files").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "metadata.json").write_text("""{
        "family": "Test", "slug": "test", "version": "1", "license": "OFL-1.1",
        "files": [{"path": "files/test.ttf", "style": "normal", "weight": 400, "variable": false}]
    }""")
    with TTFont(fontpkg.path("Noto Sans Khmer")) as font:
        glyph = font.getBestCmap()[ord("ក")]
        for table in font["cmap"].tables:
            table.cmap = {ord(letter): glyph}
        font.save(package / "files" / "test.ttf")
    information = folder / "fontpkg_test-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: fontpkg-test\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[fontpkg.family]\ntest = fontpkg_test\n")


def test_a_font_package_joins_by_being_installed(tmp_path: Path) -> None:
    program = f"""
from engine.drawing.fonts import measure
from engine.drawing.theme import BODY, STRONG
from engine.drawing.typesetting import drawable
for style in (BODY, STRONG):
    line = drawable("Clay {LETTER}", style)
    print(len(line), measure(line, style) > measure("Clay ", style))
"""
    without = run(program).splitlines()
    install_font(tmp_path, LETTER)

    joined = run(program, PYTHONPATH=str(tmp_path)).splitlines()

    assert without == ["4 False", "4 False"]
    assert joined == ["6 True", "6 True"]
