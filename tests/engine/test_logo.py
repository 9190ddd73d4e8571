"""Logos: pictures that print, and every other file refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engine.logo import LogoError, open_logo


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logo.png"


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("RGB", "JPEG"), ("CMYK", "JPEG")]
)
def test_a_png_or_jpeg_of_any_mode_is_opened_in_colours(path: Path, mode: str, kind: str) -> None:
    Image.new(mode, (30, 20)).save(path, kind)

    logo = open_logo(path)

    assert logo.mode == "RGBA"
    assert logo.size == (30, 20)


def test_a_photograph_held_upright_stands_upright(path: Path) -> None:
    turned = Image.new("RGB", (30, 20))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(path, "JPEG", exif=exif)

    assert open_logo(path).size == (20, 30)


def test_a_file_that_is_missing_is_named(path: Path) -> None:
    with pytest.raises(LogoError, match=r'^there is no file "logo\.png" beside survey\.toml$'):
        open_logo(path)


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_what_is_no_picture_is_refused_whatever_its_name(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(LogoError, match=r'^"logo\.png" is no PNG or JPEG picture; export it as PNG$'):
        open_logo(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_is_cut_off_is_damaged(path: Path, kind: str) -> None:
    Image.effect_noise((200, 200), 90).save(path, kind)
    path.write_bytes(path.read_bytes()[:-5000])

    with pytest.raises(LogoError, match=r'^"logo\.png" is damaged or cannot be read'):
        open_logo(path)


def test_a_folder_is_no_logo(path: Path) -> None:
    path.mkdir()

    with pytest.raises(LogoError, match="cannot be read"):
        open_logo(path)


@pytest.mark.parametrize("side", [4001, 10_000, 20_000])
def test_a_picture_for_a_wall_is_refused_before_it_is_unpacked(path: Path, side: int) -> None:
    Image.new("1", (side, side)).save(path)

    with pytest.raises(LogoError, match=rf'^"logo\.png" (has {side} x {side} pixels; 4000|is far too large)'):
        open_logo(path)
