"""The bot is killed at every point of a step, on both databases, polling and by webhook; nobody notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from tests.bot.crash_table import CRASHES, VISITORS, crash_everywhere, markdown
from tests.bot.processes import MODES, Mode


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a maker of databases; those of the server go with it."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("postgres").new_database
        return make
    return partial(next, (f"sqlite:///{tmp_path}/{number}.db" for number in count()))


@pytest.mark.parametrize("mode", MODES)
async def test_a_bot_killed_at_any_point_loses_and_doubles_no_answer_and_leaves_nobody_waiting(
    mode: Mode, new_database: Callable[[], str], trained: Path, tmp_path: Path
) -> None:
    rows = await crash_everywhere(new_database, trained, mode, tmp_path)

    print(markdown({mode: rows}))  # shown where it fails
    assert [row.name for row in rows] == list(CRASHES)
    for row in rows:
        assert row.kills >= 1, f"{row.name}: it was never killed there"
        assert row.outcome.flawless, f"{row.name}: {row.outcome}\n{row.log}"


async def test_a_message_that_telegram_took_from_a_dying_bot_comes_twice_rather_than_never(
    trained: Path, tmp_path: Path
) -> None:
    taken = "message: taken by Telegram, the reply not read"
    database = f"sqlite:///{tmp_path / 'answers.db'}"

    [row] = await crash_everywhere(lambda: database, trained, "polling", tmp_path, [taken])

    assert row.kills > 0
    assert 0 < row.outcome.twice <= row.kills * VISITORS  # of each person, what was under way
