"""Parts of a running bot, each the real one: a database file, the home survey, the local Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store.database import Store
from engine import survey as surveys
from engine.survey import Survey
from tests.bot.running import RunningBot
from tests.engine.people import HOME


@pytest.fixture(scope="session")
def home() -> Survey:
    return surveys.load(HOME)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'answers.db'}"


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
