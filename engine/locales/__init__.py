"""The words on charts in other languages: a gettext catalogue (.po) each, named by the language's code."""

from __future__ import annotations

from pathlib import Path

LOCALES = Path(__file__).parent
