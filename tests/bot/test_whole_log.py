"""A whole run's log, at its most talkative, holds nothing of what people said, are called, or can be reached by."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import ApiError, bad_request
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.settings import REPOSITORY
from bot.store import schema
from tests.bot.running import answer_everything, begin, stored, tap_first
from tests.postgres import engine_for

CRASHING = """
import asyncio, logging, sqlalchemy
import bot.app, bot.service
from bot.__main__ import main

original = bot.service.advance

def crashing(survey, session, event, **given):
    text = getattr(event, "text", "")
    if text.startswith("Crash"):
        raise ValueError(f"cannot handle {text!r}")
    if text.startswith("Forget"):
        async def forgotten():
            raise KeyError(text)
        loop.call_soon_threadsafe(lambda: loop.create_task(forgotten()))
        loop.call_soon_threadsafe(lambda words: 1 / 0, text)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n%s", text)
        logging.getLogger("sqlalchemy.engine.Engine").info("INSERT INTO responses %r", (text,))
        logging.getLogger("aiohttp.client").warning("strange answer: %s", text)
    return original(survey, session, event, **given)

run = bot.app.TelegramBot.run

async def noting_the_loop(self, stop):
    global loop
    loop = asyncio.get_running_loop()
    await run(self, stop)

bot.service.advance = crashing
bot.app.TelegramBot.run = noting_the_loop
main()
"""
"""The bot with faults of its own: a handler that crashes, tasks that nobody awaits, libraries that quote."""


class Trouble:
    """Telegram as it is on a bad day, for those whom it concerns."""

    def __init__(self) -> None:
        self.refused: set[int] = set()
        self.failing: dict[int, int] = {}

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        chat = call.integer("chat_id")
        if call.method == "sendMessage" and chat in self.refused:
            self.refused.discard(chat)
            raise bad_request("text must be non-empty")
        if self.failing.get(chat, 0):
            self.failing[chat] -= 1
            raise ApiError(502, "Bad Gateway")
        return await proceed()


@asynccontextmanager
async def at_work(folder: Path, **settings: str) -> AsyncIterator[Path]:
    """Run the bot until the block ends; yield the file with all that it writes."""
    log = folder / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CRASHING, "run"),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "LOG_LEVEL": "DEBUG", "LOG_JSON": "true", **settings},
            stdout=output,
            stderr=output,
        )
        try:
            yield log
        finally:
            process.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(process.wait(), 60)
    assert code == 0


async def take_the_database_away(database: str, tmp_path: Path) -> None:
    """Keep SQLite's file to ourselves for longer than it waits; end all of PostgreSQL's connections."""
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "answers.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(2.5)
    else:
        engine = engine_for(database)
        with engine.connect() as connection:
            ours = "pid <> pg_backend_pid() AND datname = current_database()"
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}").all()
        engine.dispose()


def texts(value: object) -> Iterable[str]:
    """Yield every text within stored JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


async def test_a_whole_run_writes_no_answer_name_chat_or_token(database: str, trained: Path, tmp_path: Path) -> None:
    trouble = Trouble()
    names = {"Chantrea": Person, "Bopha": Person, "Vibol": Person, "Kosal": Person, "Maly": Person}
    typed = ["Every day", "Weekly", "Crash: my PIN is 8842", "Forget what I said about my brother-in-law"]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(LocalServer(intercept=trouble))
        settings = {"BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "MODELS_DIR": str(trained)}
        log = await stack.enter_async_context(
            at_work(tmp_path, **settings, DATABASE_URL=database, MESSAGES_PER_SECOND="0")
        )
        people = [await stack.enter_async_context(Person(server.url, name=name)) for name in names]
        finisher, leaver, crasher, refused, unlucky = people

        await begin(finisher)
        await finisher.say(typed[0])
        await finisher.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)
        await answer_everything(finisher)
        await begin(leaver)
        await leaver.say(typed[1])
        await leaver.block()
        await begin(crasher)
        await crasher.say(typed[2])
        await crasher.wait_for(lambda chat: "something went wrong on my side" in chat[-1].text)
        await crasher.say(typed[3])
        await crasher.wait_for(lambda chat: "I can't match that" in chat[-1].text or "Question" in chat[-1].text)
        trouble.refused.add(refused.chat_id)
        await refused.start()
        await refused.say("/help")
        await refused.wait_for(lambda chat: "/privacy" in chat[-1].text)
        await begin(unlucky)
        trouble.failing[unlucky.chat_id] = 2
        await tap_first(unlucky)
        away = asyncio.create_task(take_the_database_away(database, tmp_path))
        await asyncio.sleep(0.1)
        await tap_first(unlucky)
        await away
        await answer_everything(unlucky)

    written = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert all(list(line)[:4] == ["time", "level", "logger", "message"] for line in lines)
    for happened in ("is set aside", "is given up", "was not delivered", "the database does not answer", "is running"):
        assert any(happened in line["message"] for line in lines), f"{happened}: this run should have had that"
    assert {"asyncio", "uvicorn.error", "aiohttp.client"} <= {line["logger"] for line in lines}

    given = [value for (value,) in stored(database, select(schema.responses.c.answers))]
    given += [
        data[key] for (data,) in stored(database, select(schema.sessions.c.data)) for key in ("answers", "stated")
    ]
    answers = set(texts(given))
    assert {"Daily", "Strongly trust"} & answers, "the answers should be those that were given"
    secrets = {*answers, *names, *typed, *(str(person.chat_id) for person in people), server.token}
    secrets |= {"8842", "brother-in-law", server.token.partition(":")[2]}
    found = {secret for secret in secrets if secret and re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", written)}
    assert found == set()
