"""A version trained once for all tests of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import registry, survey, table
from engine.assessment import Model
from engine.release import release
from tests.engine.people import HOME, write_people


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models folder with one active version, trained on invented people."""
    folder = tmp_path_factory.mktemp("trained")
    home = survey.load(HOME)
    release(home, table.read(home, write_people(folder / "people.csv")), folder / "versions", repeats=1)
    return folder / "versions"


@pytest.fixture(scope="session")
def model(trained: Path) -> Model:
    """Return the version of `trained`, loaded."""
    return registry.load_active(trained, survey.load(HOME))
