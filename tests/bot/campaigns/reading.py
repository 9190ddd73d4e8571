"""How a QR code meets its reader: rasterised, printed, worn, photographed; and what a real decoder makes of it."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from bot.campaigns.qr import QUIET, modules
from bot.campaigns.wording import words

SHORT = "https://t.me/market_survey_bot?start=market-day"
LONG = f"https://t.me/{'a' * 32}?start={'b' * 48}"
"""The longest that is made: a username of 32 characters and a slug of 48."""
LOCAL = "http://127.0.0.1:8080/?start=market-day"

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
SVG = "{http://www.w3.org/2000/svg}"
KHMER_WORDS = words("km")


def decoded(picture: Image.Image) -> list[str]:
    """Return what the QR codes in a picture say."""
    return [
        each.text for each in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def rasterised_svg(svg: bytes, pixels: int = 10) -> Image.Image:
    """Fill the path of a code's SVG by the even-odd rule; that of corners without curves equals the nonzero one."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = (int(each) for each in root.attrib["viewBox"].split())
    path = root.find(f"{SVG}path")
    assert path is not None
    picture = Image.new("1", (width * pixels, height * pixels), 1)
    for loop in path.attrib["d"].split("Z")[:-1]:
        corners = [(int(x) * pixels, int(y) * pixels) for x, y in re.findall(r"(\d+) (\d+)", loop)]
        picture = ImageChops.logical_xor(picture, _inside(corners, picture.size))
    return picture.convert("L")


def _inside(corners: list[tuple[int, int]], size: tuple[int, int]) -> Image.Image:
    """Return the pixels whose middle lies inside a rectilinear outline: PIL's own polygons count their edges in."""
    crossings = np.zeros((size[1], size[0] + 1), bool)
    for (x, y), (other_x, other_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if x == other_x:
            crossings[min(y, other_y) : max(y, other_y), x] ^= True
    return Image.fromarray(np.logical_xor.accumulate(crossings, axis=1)[:, :-1])


def rasterised_pdf(pdf: bytes, dpi: int = 100) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=dpi / 72).to_pil()
        return page


def words_of(pdf: bytes) -> str:
    """Return a page's text, its lines joined."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


# -- wear ---------------------------------------------------------------------------------------------------


def stained(link: str, share: float, stains: int, seed: int, pixels: int = 8) -> Image.Image:
    """Return a code with round stains over a share of its modules; the three corner marks stay clean."""
    matrix = np.array(modules(link))
    size = len(matrix)
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    dirty = np.zeros_like(matrix)
    radius = size * (share / stains / np.pi) ** 0.5
    while dirty.mean() < share:
        dirty[:] = False
        for centre_x, centre_y in random.uniform(radius, size - radius, (stains, 2)):
            dirty |= (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2
        dirty[:8, :8] = dirty[:8, -8:] = dirty[-8:, :8] = False
        radius *= 1.01
    return _printed(matrix | dirty, pixels)


def _printed(matrix: NDArray[np.bool_], pixels: int) -> Image.Image:
    light = np.kron(~np.pad(matrix, QUIET), np.ones((pixels, pixels), bool))
    return Image.fromarray(light.astype(np.uint8) * 255)


def photographed(picture: Image.Image, *, width: int = 300, degrees: float = 7, blur: float = 0.8) -> Image.Image:
    """Return a small, tilted, slightly blurred, noisy, low-contrast photograph of a picture, as a JPEG comes out."""
    tilted = picture.convert("L").rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    small = tilted.resize((width, round(width * tilted.height / tilted.width)), Image.Resampling.LANCZOS)
    grey = np.asarray(small.filter(ImageFilter.GaussianBlur(blur)), float) * 0.55 + 50
    noisy = grey + np.random.default_rng(7).normal(0, 6, grey.shape)
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=60)
    return Image.open(file)


def black_box(page: Image.Image) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is wholly black: the code, no text is."""
    black = np.asarray(page.convert("RGB")).max(axis=2) == 0
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def quiet_modules(page: Image.Image, link: str) -> int:
    """Return how many modules of pure white surround the code on every side."""
    left, top, right, bottom = black_box(page)
    pixels = np.asarray(page.convert("L"))
    unit = (right - left) / len(modules(link))

    def clean(count: int) -> bool:
        reach = round(count * unit)
        if min(left, top, len(pixels[0]) - right, len(pixels) - bottom) < reach:
            return False
        around = pixels[top - reach : bottom + reach, left - reach : right + reach].copy()
        around[reach - 1 : -reach + 1, reach - 1 : -reach + 1] = 255  # the code itself, and its soft edge
        return bool((around == 255).all())

    return max((count for count in range(2, 9) if clean(count)), default=0)
