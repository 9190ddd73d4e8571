"""Errors for people, and how to name any other without quoting it."""

from __future__ import annotations

import traceback
from pathlib import Path


class UserError(Exception):
    """Something a person can put right; its message names the place and says what would be right."""


def place(error: BaseException) -> str:
    """Return the kind of an error and where it arose; its message might hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
