"""A version trained once for all tests, loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import registry, survey
from engine.assessment import Model
from tests.engine.people import HOME


@pytest.fixture(scope="session")
def model(trained: Path) -> Model:
    """Return the version of `trained`, loaded."""
    return registry.load_active(trained, survey.load(HOME))
