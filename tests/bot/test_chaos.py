"""Whole crowds talk to a bot to which everything happens that does happen: nobody notices more than a delay.

The long form, some minutes for each way of running: ``python -m pytest -m soak tests/bot/test_chaos.py``
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.local.server import LocalServer
from engine.survey import Survey
from tests.bot.crowd import Outcome, Visitor, converse_all, converse_when_invited, judge, until_all_is_sent
from tests.bot.faults import TEN_PERCENT, Faults
from tests.bot.processes import KILLED, MODES, STOPPED, BotProcess, Mode, bot_and_server
from tests.engine.full_disk import needs_limits
from tests.postgres import Postgres

PATIENCE = 300.0
"""Seconds for all conversations of a test: several times what they need."""
NO_ANSWER = "the database does not answer"
"""What the log says while everybody waits for the database."""

pytestmark = pytest.mark.parametrize("mode", MODES)


@dataclass
class Scene:
    """A bot, its server and its database; every conversation in it begins anew."""

    server: LocalServer
    bots: Sequence[BotProcess]
    database: str
    survey: Survey

    def visitors(self, number: int) -> list[Visitor]:
        """Return so many people who have not yet begun."""
        return [Visitor(self.server.api, self.survey, seed) for seed in range(number)]

    async def judged(self, visitors: Sequence[Visitor], stuck: Sequence[Visitor]) -> Outcome:
        """Stop the bot once all is sent, and return what became of the conversations."""
        await until_all_is_sent(self.database)
        for bot in self.bots:
            code = await bot.stop()
            assert code == STOPPED, f"asked to stop, it ended with {code}:\n{bot.said()}"
        for visitor in stuck:
            print(visitor)  # shown where the test fails
        return judge(self.database, visitors, len(stuck))

    async def until_said(self, words: str) -> None:
        """Wait until one of the processes has said this."""
        async with asyncio.timeout(PATIENCE):
            while not any(words in bot.said() for bot in self.bots):  # noqa: ASYNC110  # a file rings no bell
                await asyncio.sleep(0.1)


Begin = Callable[..., Awaitable[Scene]]


@pytest.fixture
async def begin(database: str, mode: Mode, home: Survey, trained: Path, tmp_path: Path) -> AsyncIterator[Begin]:
    """Return what starts the bot: on PostgreSQL by webhook as two workers, else as one process."""
    stack = AsyncExitStack()

    async def begin(faults: Faults | None = None) -> Scene:
        workers = 2 if mode == "webhook" and database.startswith("postgresql") else 1
        server, bots = await stack.enter_async_context(
            bot_and_server(database, trained, mode, tmp_path, faults, workers)
        )
        for bot in bots:
            await bot.start()
        return Scene(server, bots, database, home)

    yield begin
    await stack.aclose()


# -- kill -9 ---------------------------------------------------------------------------------------------------


async def test_two_hundred_people_come_to_their_results_through_twenty_kills(begin: Begin) -> None:
    scene = await begin()
    visitors = scene.visitors(200)

    outcome = await talk_through_kills(scene, visitors, kills=20, seed=1)

    assert sum(bot.kills for bot in scene.bots) == 20
    assert outcome.flawless, outcome


async def talk_through_kills(scene: Scene, visitors: Sequence[Visitor], kills: int, seed: int) -> Outcome:
    """Let a part of the people begin before each kill, so that there is always something to lose."""
    killing = asyncio.create_task(kill_now_and_then(scene, visitors, kills, Random(seed)))
    stuck = await converse_when_invited(visitors, PATIENCE)
    await killing
    return await scene.judged(visitors, stuck)


async def kill_now_and_then(scene: Scene, visitors: Sequence[Visitor], kills: int, random: Random) -> None:
    for kill in range(kills):
        for visitor in visitors[kill::kills]:
            visitor.invited.set()
        await asyncio.sleep(random.uniform(0.2, 2.0))  # now and then it has not even started
        bot = random.choice(scene.bots)
        bot.kill()
        assert await bot.ended() == KILLED, f"it ended by itself:\n{bot.said()}"
        await bot.start()


# -- a bad network, a moody Telegram -------------------------------------------------------------------------------


async def test_two_hundred_people_come_to_their_results_through_ten_percent_faults(begin: Begin) -> None:
    faults = Faults(1, TEN_PERCENT)
    scene = await begin(faults)
    visitors = scene.visitors(200)

    stuck = await converse_all(visitors, PATIENCE)
    outcome = await scene.judged(visitors, stuck)

    assert outcome.flawless, outcome
    assert all(faults.counts[kind] > 0 for kind in ("internal_error", "bad_gateway", "reset", "lost_reply", "slow"))
    assert all(faults.counts[kind] > 0 for kind in ("throttled", "duplicated", "reordered"))
    assert faults.impatient == 0


async def test_updates_that_cannot_be_handled_hold_up_nobody(begin: Begin) -> None:
    scene = await begin()
    visitors = scene.visitors(10)

    for place, visitor in enumerate(visitors):
        visitor.invited.set()
        scene.server.api.updates.put("message", {"message_id": "none", "chat": place, "from": {"id": place}})
    stuck = await converse_when_invited(visitors, PATIENCE)
    outcome = await scene.judged(visitors, stuck)

    assert outcome == Outcome(lost=0, doubled=0, twice=0, stuck=0, parked=10, unsent=0)


# -- the database is away ----------------------------------------------------------------------------------------


async def test_while_the_database_is_away_people_wait_and_then_all_goes_on(
    begin: Begin, request: pytest.FixtureRequest
) -> None:
    scene = await begin()
    visitors = scene.visitors(20)

    talking = asyncio.create_task(converse_all(visitors, PATIENCE))
    await until_half_have_answered(visitors)
    async with database_away(scene.database, request):
        await scene.until_said(NO_ANSWER)
        await asyncio.sleep(1)
    outcome = await scene.judged(visitors, await talking)

    assert outcome.flawless, outcome


@needs_limits
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_while_the_disk_is_full_people_wait_and_then_all_goes_on(begin: Begin) -> None:
    scene = await begin()
    visitors = scene.visitors(20)

    talking = asyncio.create_task(converse_all(visitors, PATIENCE))
    await until_half_have_answered(visitors)
    with disk_full_for(scene.bots[0], scene.database):
        await scene.until_said(NO_ANSWER)
        await asyncio.sleep(1)
    outcome = await scene.judged(visitors, await talking)

    assert outcome.flawless, outcome


async def until_half_have_answered(visitors: Sequence[Visitor]) -> None:
    """Wait until half of the people are past the first question."""
    async with asyncio.timeout(PATIENCE):
        while sum(len(visitor.given) > 1 for visitor in visitors) < len(visitors) / 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def database_away(database: str, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Stop the server, as a crash does; or hold the file's lock, as a careless program does."""
    if database.startswith("postgresql"):
        server: Postgres = request.getfixturevalue("postgres")
        await asyncio.to_thread(server.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(server.start)
    else:
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")


@contextmanager
def disk_full_for(bot: BotProcess, database: str) -> Iterator[None]:
    """Let no file of the process grow beyond the size of the database's journal: see `tests.engine.full_disk`."""
    journal = Path(database.removeprefix("sqlite:///") + "-wal")
    before, most = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (journal.stat().st_size, most))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (before, most))


# -- all of it, for minutes ----------------------------------------------------------------------------------------


@pytest.mark.soak
async def test_a_thousand_people_come_to_their_results_through_faults_kills_and_an_outage_of_thirty_seconds(
    begin: Begin, request: pytest.FixtureRequest
) -> None:
    scene = await begin(Faults(1, TEN_PERCENT))
    visitors = scene.visitors(1000)

    killing = asyncio.create_task(kill_now_and_then(scene, visitors, 200, Random(1)))
    talking = asyncio.create_task(converse_when_invited(visitors, 1200))
    await until_half_have_answered(visitors)
    async with database_away(scene.database, request):
        await asyncio.sleep(30)
    stuck = await talking
    await killing
    outcome = await scene.judged(visitors, stuck)

    assert outcome.flawless, outcome
