"""What tests of all parts share: a trained version, a PostgreSQL, an environment free of the machine's own settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.files import locked
from tests.engine.people import train

if TYPE_CHECKING:
    from tests.postgres import Postgres

SETTINGS = (
    "ADMIN_IDS",
    "BACKUP_DIR",
    "BOT_",
    "COLLECT_ONLY",
    "DATABASE_URL",
    "DATA_KEY",
    "HOST",
    "LOG_",
    "MESSAGES_PER_SECOND",
    "MODELS_DIR",
    "NUDGE_AFTER_HOURS",
    "PORT",
    "RETENTION_DAYS",
    "SURVEY_DIR",
    "TELEGRAM_API_URL",
    "TIMEZONE",
    "WEBHOOK_",
)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith(SETTINGS):
            monkeypatch.delenv(variable)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a models folder with one active version, trained on invented people; a copy of this process's own."""
    own = tmp_path_factory.mktemp("trained")
    return Path(shutil.copytree(_once(tmp_path_factory, "versions", train), own, dirs_exist_ok=True)) / "versions"


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that is filled once for all processes of a run: the others wait, and none does the work again."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    with locked(shared.with_suffix(".lock")):
        if not shared.exists():
            aside = shared.with_suffix(".new")
            aside.mkdir()
            make(aside)
            aside.rename(shared)
    return shared


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL server, the same one for all tests."""
    from tests.postgres import Postgres

    with Postgres() as server:
        yield server
