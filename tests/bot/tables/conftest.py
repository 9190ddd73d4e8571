"""The survey that tables of these tests are of: it has every kind of question."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import survey as surveys
from engine.survey import Survey


@pytest.fixture(scope="session")
def coffee() -> Survey:
    return surveys.load(Path(__file__).parents[2] / "surveys" / "coffee")
