"""Brings the catalogues up to date with the texts in the code: ``python -m bot.locales [LANGUAGE …]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.locales.texts import CATALOGUES
from engine.translation import languages, update


def main(arguments: Sequence[str]) -> None:
    """Update all catalogues, or begin one for each language named."""
    for folder, texts in CATALOGUES.items():
        for language in arguments or languages(folder):
            file = folder / f"{language}.po"
            update(file, texts)
            print(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


if __name__ == "__main__":
    main(sys.argv[1:])
