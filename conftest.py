"""Examples in docstrings run as their readers run them: beside a survey that has a trained version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engine.release import Release

COFFEE = Path(__file__).parent / "tests" / "surveys" / "coffee"


@pytest.fixture(scope="session")
def coffee_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return what came of training on the coffee survey's sample, in a copy of the survey's folder."""
    import engine

    folder = Path(shutil.copytree(COFFEE, tmp_path_factory.mktemp("surveys") / "coffee"))
    return engine.train(folder, folder / "sample.csv", repeats=1)


@pytest.fixture
def beside_coffee(coffee_release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own in which "coffee" is the survey with its trained version; return that."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(coffee_release.model.survey.folder, tmp_path / "coffee"))


@pytest.fixture(autouse=True)
def _examples_about_coffee_run_beside_it(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem) and '"coffee' in (request.node.dtest.docstring or ""):
        request.getfixturevalue("beside_coffee")
