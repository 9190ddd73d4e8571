"""What is lost when the bot is killed, point by point: `python -m tests.bot.crash_table` prints it for the README.

For every point, database and way of receiving a few people talk to a bot that is killed there again and again.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from bot.local.bot_side import OtherReplyError, Proceed
from bot.local.call import Call
from engine import survey as surveys
from tests.bot.crowd import Outcome, Visitor, converse_all, judge, until_all_is_sent
from tests.bot.faults import BrokenOff
from tests.bot.processes import KILLED, MODES, STOPPED, BotProcess, Mode, bot_and_server
from tests.engine.people import HOME, train
from tests.postgres import Postgres

VISITORS = 3
"""People in each conversation."""
PATIENCE = 150.0
"""Seconds for all of them to come to a result, most of which the restarts take: far more than they need."""
AT_ONCE = 4
"""Points under test side by side: enough for both cores to have work while some wait."""
SENDS = frozenset({"sendMessage", "sendPhoto", "editMessageText", "editMessageReplyMarkup"})


@dataclass(frozen=True, slots=True)
class Inside:
    """A point of `tests.bot.crashing`, and the passing at which the process dies."""

    point: str
    number: int


@dataclass(frozen=True, slots=True)
class Outside:
    """The ``number``-th call of these methods: the bot is killed before, or once, it is carried out."""

    methods: frozenset[str]
    number: int
    carried_out: bool


Life: TypeAlias = Inside | Outside
"""How one run of the process ends."""

ACKNOWLEDGE = frozenset({"answerCallbackQuery"})
CRASHES: Mapping[str, Sequence[Life]] = {
    "start: the tables are made, not committed": [Inside("while_tables_are_made", 1)],
    "start: at the first call to Telegram": [Outside(frozenset({"getMe"}), 1, False)] * 2,
    "start: at the first of the messages that waited": [
        Inside("after_an_update_commits", 2),
        Inside("before_a_message_is_sent", 1),
        Inside("before_a_message_is_sent", 1),
    ],
    "update: handled, not committed": [Inside("before_an_update_commits", n) for n in (1, 6)],
    "update: committed, nobody told": [Inside("after_an_update_commits", n) for n in (1, 6)],
    "update: committed, not confirmed": [Inside("before_an_update_is_confirmed", n) for n in (1, 6)],
    "tap: before it is acknowledged": [Outside(ACKNOWLEDGE, n, False) for n in (1, 6)],
    "tap: acknowledged, the reply not read": [Outside(ACKNOWLEDGE, n, True) for n in (1, 6)],
    "message: before it is sent": [Inside("before_a_message_is_sent", n) for n in (1, 7)],
    "message: taken by Telegram, the reply not read": [Outside(SENDS, n, True) for n in (1, 7)],
    "message: sent, not noted as sent": [Inside("before_a_message_is_noted_as_sent", n) for n in (1, 7)],
    "result: between its words and its picture": [Inside("between_words_and_picture", n) for n in (1, 2)],
    "result: while the picture is drawn": [Inside("while_drawing", n) for n in (1, 2)],
    "result: the picture drawn, not sent": [Inside("before_a_picture_is_sent", n) for n in (1, 2)],
}
"""Where the process is killed: one run after the other, and then it runs on."""


class Killer:
    """An `Intercept` that kills the process at a call which it makes."""

    def __init__(self) -> None:
        self.victim: BotProcess | None = None
        self._life: Outside | None = None
        self._calls = 0
        self._heard = asyncio.Event()

    def arm(self, life: Life | None) -> None:
        """Be there for the process's next run, where its end comes from outside."""
        self._life = life if isinstance(life, Outside) else None
        self._calls = 0
        self._heard.clear()

    async def heard(self) -> None:
        """Wait for the process's first call since its end was armed: from then on it minds signals."""
        await self._heard.wait()

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Carry the call out, or the process off."""
        self._heard.set()
        if self._life is None or call.method not in self._life.methods:
            return await proceed()
        self._calls += 1
        if self._calls < self._life.number:
            return await proceed()
        if self._life.carried_out:
            await proceed()
        if self.victim is not None:
            self.victim.kill()
        raise OtherReplyError(BrokenOff())  # to nobody: the process is dead


@dataclass(frozen=True, slots=True)
class Row:
    """What became of the conversations around one point."""

    name: str
    kills: int
    outcome: Outcome
    log: str


async def crash(name: str, database: str, versions: Path, mode: Mode, folder: Path) -> Row:
    """Let people talk to a bot that is killed at the point of that name."""
    lives, killer = CRASHES[name], Killer()
    async with bot_and_server(database, versions, mode, folder, killer) as (server, [bot]):
        killer.victim = bot
        home = surveys.load(HOME)
        visitors = [Visitor(server.api, home, seed) for seed in range(VISITORS)]
        keeping = asyncio.create_task(_live(bot, lives, killer))
        stuck = await converse_all(visitors, PATIENCE)
        await _end_well(bot, keeping, killer, database)
        return Row(name, bot.kills, judge(database, visitors, len(stuck)), bot.said())


async def _live(bot: BotProcess, lives: Sequence[Life], killer: Killer) -> None:
    """Start the bot once for each of the lives, and then once more."""
    for life in lives:
        killer.arm(life)
        await bot.start(*((life.point, str(life.number)) if isinstance(life, Inside) else ()))
        code = await bot.ended()
        assert code == KILLED, f"it should have been killed, and ended with {code}:\n{bot.said()}"
    killer.arm(None)
    await bot.start()


async def _end_well(bot: BotProcess, keeping: asyncio.Task[None], killer: Killer, database: str) -> None:
    """Let a bot that nobody kills any more send what is left, and stop."""
    if keeping.done():
        keeping.result()
    else:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await bot.cut_short()
        killer.arm(None)
        await bot.start()
    await killer.heard()
    await until_all_is_sent(database)
    code = await bot.stop()
    assert code == STOPPED, f"asked to stop, it ended with {code}:\n{bot.said()}"


async def crash_everywhere(
    database: Callable[[], str], versions: Path, mode: Mode, folder: Path, names: Iterable[str] = CRASHES
) -> list[Row]:
    """Crash at every point, some of them side by side; each bot has a database and a folder of its own."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, name: str) -> Row:
        place = folder / str(number)
        place.mkdir()
        async with free:
            return await crash(name, database(), versions, mode, place)

    return await asyncio.gather(*(one(number, name) for number, name in enumerate(names)))


def markdown(tables: Mapping[str, Sequence[Row]]) -> str:
    """Return the table for the README: one row a point, all databases and modes together."""
    lines = [
        "| the process is killed | times | answers lost | answers doubled | people stuck | messages that came twice |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for rows in zip(*tables.values(), strict=True):
        outcomes = [row.outcome for row in rows]
        numbers = (
            sum(row.kills for row in rows),
            *(sum(getattr(each, what) for each in outcomes) for what in ("lost", "doubled", "stuck", "twice")),
        )
        lines.append(f"| {rows[0].name} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines)


async def _all_tables(versions: Path, postgres: Postgres, folder: Path) -> dict[str, list[Row]]:
    tables = {}
    for mode in MODES:
        for kind in ("sqlite", "postgresql"):
            place = folder / f"{kind}-{mode}"
            place.mkdir()
            files = (f"sqlite:///{place}/{number}.db" for number in count())
            new = postgres.new_database if kind == "postgresql" else partial(next, files)
            tables[f"{kind}, {mode}"] = await crash_everywhere(new, versions, mode, place)
    return tables


def main() -> None:
    """Print the table."""
    logging.getLogger("uvicorn.error").disabled = True  # it tells of every connection that a dying process breaks off
    with tempfile.TemporaryDirectory() as folder, Postgres() as postgres:
        versions = train(Path(folder))
        tables = asyncio.run(_all_tables(versions, postgres, Path(folder)))
    print(markdown(tables))
    print(f"\n{VISITORS} people in each conversation; {', '.join(tables)}.")


if __name__ == "__main__":
    main()
