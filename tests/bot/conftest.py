"""Parts of a running bot, each the real one: a database file, the home survey, the local Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.store.database import Store
from engine import survey as surveys
from engine.survey import Survey
from tests.bot.running import RunningBot
from tests.engine.people import HOME

if TYPE_CHECKING:
    from tests.postgres import Postgres


@pytest.fixture(scope="session")
def home() -> Survey:
    return surveys.load(HOME)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables: a file that does not exist yet, then one of a real server.

    What concerns one kind alone says so: ``@pytest.mark.parametrize("database", ["sqlite"], indirect=True)``.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'answers.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
        yield url
        postgres.drop(url)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    store = Store.open(database)
    yield store
    store.close()


@pytest.fixture
async def running(home: Survey, trained: Path, database: str) -> AsyncIterator[RunningBot]:
    """Return a bot with a trained model, at work on a local Bot API server of its own."""
    async with RunningBot(home, trained, database) as bot:
        yield bot
