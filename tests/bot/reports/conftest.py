"""The survey that reports of these tests are of: it has every kind of question."""

from __future__ import annotations

import pytest

from engine.survey import Survey
from tests.bot.conversation.respondent import COFFEE


@pytest.fixture(scope="session")
def coffee() -> Survey:
    return COFFEE
