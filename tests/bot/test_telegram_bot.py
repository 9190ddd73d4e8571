"""Whole conversations over real HTTP: the bot in this process, Telegram played by the local Bot API server."""

from __future__ import annotations

import asyncio
import io
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import Connection, func, select, text

from bot.local.bot_side import Proceed
from bot.local.call import Call
from bot.local.errors import bad_request
from bot.local.person import Person
from bot.logs import SILENCED
from bot.store import schema
from engine import registry
from engine.survey import Survey
from tests.bot.running import RunningBot, answer_everything, answer_until, begin, tap_first
from tests.postgres import engine_for


async def test_a_conversation_ends_with_a_result_in_words_and_a_picture(running: RunningBot) -> None:
    async with running.person() as person:
        await person.start("market-day")
        picture = await answer_everything(person)

        words = person.messages[-2].text
        assert words.startswith("Your result is ready.")
        assert "not a mark for you" in words
        with Image.open(io.BytesIO(await person.picture(picture))) as image:
            assert image.width <= 1280
        columns = schema.responses.c
        [stored] = running.stored(select(columns.grade, columns.campaign, columns.model_version))
        assert stored.campaign == "market-day"
        assert stored.grade is not None
        assert stored.model_version is not None


async def test_a_result_tells_more_when_asked(running: RunningBot) -> None:
    async with running.person() as person:
        await person.start()
        await answer_everything(person)

        await person.tap("What would change it")
        await person.wait_for(lambda chat: chat[-1].text.startswith("What would change my guess"))
        await person.tap("Details")
        await person.wait_for(lambda chat: chat[-1].text.startswith("How each answer moved my guess"))


async def test_two_people_talk_at_the_same_time_and_get_their_own_results(running: RunningBot) -> None:
    async with running.person() as sokha, running.person() as dara:
        await asyncio.gather(sokha.start(), dara.start())
        await asyncio.gather(answer_everything(sokha), answer_everything(dara))

    assert running.stored(select(func.count(schema.responses.c.id))) == [(2,)]


async def test_a_doubled_tap_changes_nothing_twice(running: RunningBot) -> None:
    async with running.person() as person:
        card = await begin(person)
        data = card.buttons[0].data or ""

        await asyncio.gather(*(person.tap_data(card.id, data) for _ in range(5)))
        await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)
        await tap_first(person)

        assert "Question 3 of 7" in person.messages[-1].text


async def test_every_tap_is_acknowledged(running: RunningBot) -> None:
    async with running.person() as person:
        card = await begin(person)
        await person.tap_data(card.id, "forged")
        await person.say("/help")
        await person.wait_for(lambda chat: "/privacy" in chat[-1].text)

    assert len(person.answers) == 2


async def test_deleting_leaves_nothing_of_the_person(running: RunningBot) -> None:
    async with running.person() as person:
        await person.start()
        await answer_everything(person)

        await person.say("/delete")
        await person.tap("Yes, erase everything")
        await person.wait_for(lambda chat: "is erased" in chat[-1].text)

    for table in (schema.people, schema.sessions, schema.responses):
        assert running.stored(select(table)) == []


# -- commit, then send; commit, then confirm -------------------------------------------------------------------


async def test_a_message_is_committed_before_it_is_sent_and_no_transaction_is_open_meanwhile(
    home: Survey, trained: Path, database: str
) -> None:
    waiting: list[int] = []
    outside = engine_for(database)

    async def probe(call: Call, proceed: Proceed) -> object:
        if call.method in ("sendMessage", "editMessageText", "sendPhoto"):
            with outside.connect() as other:
                lock_everything(other)
                unsent = select(func.count()).where(schema.outbox.c.sent_at.is_(None))
                waiting.append(other.execute(unsent).scalar_one())
        return await proceed()

    async with RunningBot(home, trained, database, probe) as running, running.person() as person:
        await person.start()
        await answer_everything(person)
    outside.dispose()

    assert len(waiting) > 8
    assert min(waiting) >= 1


def lock_everything(connection: Connection) -> None:
    """Fail where somebody else keeps a transaction open: a look around passes within that time, a call does not."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        connection.execute(text("LOCK TABLE outbox, sessions, seen_updates, people IN ACCESS EXCLUSIVE MODE"))
    else:
        connection.execute(text("PRAGMA busy_timeout = 2000"))
        connection.execute(text("BEGIN IMMEDIATE"))


async def test_an_update_is_committed_before_it_is_confirmed(home: Survey, trained: Path, database: str) -> None:
    confirmed: list[int] = []
    outside = engine_for(database)

    async def probe(call: Call, proceed: Proceed) -> object:
        if call.method == "getUpdates" and (offset := call.integer("offset")):
            with outside.connect() as other:
                last = other.execute(select(func.max(schema.seen_updates.c.update_id))).scalar_one()
            assert last == offset - 1
            confirmed.append(offset)
        return await proceed()

    async with RunningBot(home, trained, database, probe) as running, running.person() as person:
        await begin(person)
        await tap_first(person)
    outside.dispose()

    assert len(confirmed) >= 3


# -- without a model ------------------------------------------------------------------------------------------


async def test_without_a_model_the_result_follows_once_there_is_one(
    home: Survey, trained: Path, database: str, tmp_path: Path
) -> None:
    versions = tmp_path / "versions"
    async with RunningBot(home, versions, database) as running, running.person() as person:
        await finish_without_result(person)
        await person.say("/help")
        await person.wait_for(lambda chat: "/privacy" in chat[-1].text)

        shutil.copytree(trained, versions)

        await person.wait_for(lambda chat: chat[-1].file_id is not None)
        told = [message.text for message in person.messages if "Your result will follow" in message.text]
        assert len(told) == 1


async def test_a_damaged_model_is_refused_by_name_and_a_sound_one_taken_up(
    home: Survey, trained: Path, database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    versions = tmp_path / "versions"
    shutil.copytree(trained, versions)
    name = registry.active_version(versions)
    assert name is not None
    model = versions / name / "model.joblib"
    sound = model.read_bytes()
    model.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))

    async with RunningBot(home, versions, database) as running, running.person() as person:
        await finish_without_result(person)
        assert f"version {name} is refused: model.joblib is damaged" in caplog.text

        model.write_bytes(sound)
        registry.activate(versions, name, home)

        await person.wait_for(lambda chat: chat[-1].file_id is not None)


async def test_what_a_person_was_told_is_explained_by_the_model_that_told_it(
    home: Survey, trained: Path, database: str, tmp_path: Path
) -> None:
    versions = tmp_path / "versions"
    shutil.copytree(trained, versions)
    old = registry.load_active(versions, home)
    manifest = registry.get(versions, old.version).manifest
    async with RunningBot(home, versions, database) as running, running.person() as person:
        await person.start()
        await answer_everything(person)

        parts = {"survey": manifest["survey"], "data": manifest["data"]}
        newer = registry.save(versions, old.learnt, parts, "", "", datetime(2100, 1, 1, tzinfo=UTC))
        registry.activate(versions, newer, home)
        await person.tap("Details")

        await person.wait_for(lambda chat: old.version in chat[-1].text)
        assert newer != old.version


async def finish_without_result(person: Person) -> None:
    await person.start()
    await answer_until(person, lambda chat: "Your result will follow" in chat[-1].text)


# -- what the bot says about itself ------------------------------------------------------------------------------


async def test_an_empty_chat_says_what_awaits_the_person(running: RunningBot) -> None:
    async with running.person() as person:
        await begin(person)

    profile = running.server.api.profile
    assert profile.text("description").startswith("Your mobile money\n\nSeven short questions")
    assert profile.text("short_description").startswith("Two minutes")


async def test_a_bot_that_may_not_describe_itself_runs_all_the_same(
    home: Survey, trained: Path, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse_the_descriptions(call: Call, proceed: Proceed) -> object:
        if call.method in ("setMyDescription", "setMyShortDescription", "setMyCommands"):
            raise bad_request("something of tomorrow")
        return await proceed()

    async with RunningBot(home, trained, database, refuse_the_descriptions) as running, running.person() as person:
        await begin(person)

    for what in ("menu of commands", "description", "short description"):
        assert f"the {what} is not published" in caplog.text


# -- trouble with Telegram ------------------------------------------------------------------------------------


async def test_a_second_receiver_is_reported_and_outlived(
    running: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with running.person() as person:
        await begin(person)

        await receive_elsewhere(running, until=lambda: "another program" in caplog.text)
        await tap_first(person)

    assert caplog.text.count("another program receives this bot's messages (same BOT_TOKEN): stop one") == 1


async def receive_elsewhere(running: RunningBot, until: Callable[[], bool]) -> None:
    """Ask for the bot's updates too, as a second program would."""
    url = f"{running.server.url}/bot{running.server.token}/getUpdates?timeout=1"
    async with aiohttp.ClientSession() as http, asyncio.timeout(10):
        while not until():
            async with http.get(url) as response:
                assert response.status in {200, 409}


async def test_a_message_that_telegram_refuses_holds_up_nothing(home: Survey, trained: Path, database: str) -> None:
    async def refuse_the_help(call: Call, proceed: Proceed) -> object:
        if "/privacy" in call.text("text") and "/cancel" in call.text("text"):
            raise bad_request("something of tomorrow")
        return await proceed()

    async with RunningBot(home, trained, database, refuse_the_help) as running, running.person() as person:
        await begin(person)
        await person.say("/help")
        await person.say("/start")
        await person.wait_for(lambda chat: "Welcome back" in chat[-1].text)

    errors = running.stored(select(schema.outbox.c.error).where(schema.outbox.c.error.is_not(None)))
    assert [error.lower() for (error,) in errors] == ["something of tomorrow"]


async def test_a_person_who_blocks_the_bot_holds_up_nobody(running: RunningBot) -> None:
    async with running.person() as sokha, running.person() as dara:
        card = await begin(sokha)
        await sokha.block()
        await sokha.tap_data(card.id, card.buttons[0].data or "")
        await begin(dara)
        await tap_first(dara)

        await sokha.unblock()
        await sokha.say("/start")
        await sokha.wait_for(lambda chat: "Welcome back" in chat[-1].text)

    assert running.stored(select(schema.people.c.gone_at)) == [(None,), (None,)]


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_the_log_of_a_conversation_holds_no_answer_no_name_and_no_token(
    home: Survey, trained: Path, database: str, webhook: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with RunningBot(home, trained, database, webhook=webhook) as running, running.person() as person:
            await begin(person)
            await person.say("Daily")
            await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)
            await answer_everything(person)

    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "is running" in ours
    for secret in ("Daily", "Sokha", str(person.chat_id)):
        assert secret not in ours
    everybodys = "\n".join(
        record.getMessage() for record in caplog.records if record.name.split(".")[0] not in SILENCED
    )
    for secret in (running.server.token, running.hook.secret):
        assert secret not in everybodys
