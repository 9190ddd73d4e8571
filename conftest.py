"""What holds for all tests: the long ones come first, and examples in docstrings run as their readers run them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from engine.release import Release

COFFEE = Path(__file__).parent / "tests" / "surveys" / "coffee"


if "PYTEST_XDIST_WORKER" in os.environ:
    # Every process has its share of the cores already: threads of several only wait for each other's.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

LONG = ("test_chaos.py", "test_crashes.py", "test_retraining.py", "test_whole_log.py", "test_commands.py")
"""Files whose tests wait for processes again and again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to record the conversations in tests/bot/dialogues anew."""
    parser.addoption("--update-dialogues", action="store_true", help="record the conversations anew")


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: many tests wait for processes, and leave a core to others."""
    return (os.cpu_count() or 1) + 1


CROSSED = ("sqlite-webhook", "postgresql-polling")
"""Ways of running that few use: the long tests try them with ``-m soak`` only, the quick ones always."""


@pytest.hookimpl(tryfirst=True)  # before pytest takes out what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or at the end one core would wait for the other; leave out its crossed ways."""
    for item in items:
        if item.path.name in ("test_chaos.py", "test_crashes.py") and any(way in item.name for way in CROSSED):
            item.add_marker("soak")
    items.sort(key=lambda item: item.path.name not in LONG)


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
