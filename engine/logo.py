"""An organisation's logo: a picture file beside survey.toml, checked when that is read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 4000
"""Along a side: four times what any print of it shows."""


class LogoError(ValueError):
    """A logo that cannot be used; the message says why."""


def open_logo(path: Path) -> Image:
    """Return the logo as it is to be looked at, in colours with transparency.

    Raises
    ------
    LogoError
        Where there is no such file, or it is no whole PNG or JPEG picture of at most 4,000 x 4,000 pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is judged here, unread
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                _check_size(path, image.width, image.height)
                return ImageOps.exif_transpose(image).convert("RGBA")
    except FileNotFoundError:
        raise LogoError(f'there is no file "{path.name}" beside survey.toml') from None
    except UnidentifiedImageError:
        raise LogoError(f'"{path.name}" is no PNG or JPEG picture; export it as PNG') from None
    except Image.DecompressionBombError:
        raise LogoError(f'"{path.name}" is far too large; export it smaller') from None
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, LogoError):
            raise
        raise LogoError(f'"{path.name}" is damaged or cannot be read; export it anew as PNG') from None


def _check_size(path: Path, width: int, height: int) -> None:
    if max(width, height) > MOST_PIXELS:
        raise LogoError(f'"{path.name}" has {width} x {height} pixels; {MOST_PIXELS} along each side are the most')
