"""What is left of a picture on its way to somebody's eyes: a messenger, a small screen, colour blindness."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# IEEE Transactions on Visualization and Computer Graphics 15(6), 2009: severity 1.0, on linear RGB.
_SEEN_BY = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_SEEN_BY["greyscale"] = np.tile(_LUMINANCE, (3, 1))

EYES = tuple(_SEEN_BY)


def on_a_phone(png: bytes) -> NDArray[np.uint8]:
    """Return a picture's RGB at half its size, 360 pixels wide, after a messenger's JPEG compression."""
    jpeg = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        half = (image.width // 2, image.height // 2)
        image.convert("RGB").resize(half, Image.Resampling.LANCZOS).save(jpeg, "JPEG", quality=70)
    with Image.open(jpeg) as image:
        return np.asarray(image)


def luminance(rgb: NDArray[np.uint8], eye: str = "normal") -> NDArray[np.float64]:
    """Return WCAG 2's relative luminance of sRGB colours (…, 3) as an eye sees them."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen: NDArray[np.float64] = np.clip(linear @ _SEEN_BY[eye].T, 0, 1) @ _LUMINANCE
    return seen


def contrast(one: float, other: float) -> float:
    """Return WCAG 2's contrast ratio of two luminances."""
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)


# Ottosson, "A perceptual color space for image processing", 2020: equal distances look about equally different.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def distance(one: tuple[int, int, int], other: tuple[int, int, int], eye: str) -> float:
    """Return how different two sRGB colours look to an eye: 0 the same, 1 black and white, 0.02 just noticeable."""
    share = np.array([one, other]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.cbrt(np.clip(linear @ _SEEN_BY[eye].T, 0, 1) @ _CONES.T) @ _OKLAB.T
    return float(np.linalg.norm(seen[0] - seen[1]))
