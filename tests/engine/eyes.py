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
