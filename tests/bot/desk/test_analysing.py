"""The analysis report from the chat: whose answers it is of, what is sent, broken off, cut off, and left to whom."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.local.person import Person, Seen
from bot.store import schema
from engine import registry
from engine.survey import Survey
from tests.bot.desk.staff import admin_of, ask, heard, owner_of
from tests.bot.running import RunningBot, stored
from tests.engine.people import write_people
from tests.postgres import engine_for

MADE = 600.0
"""Seconds: a report stands back behind everything else that wants the core, other tests among it."""
UNDER_WAY = "Analysing the 120 rows that the model in use learnt from"


@pytest.fixture
async def running(home: Survey, trained: Path, database: str, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """Return a bot whose model says of itself that it learnt from invented answers."""
    versions = tmp_path / "versions"
    shutil.copytree(trained, versions)
    identity = registry.active_version(versions)
    assert identity is not None
    manifest = registry.get(versions, identity).manifest
    path = next(versions.rglob("manifest.json"))
    path.write_text(json.dumps({**manifest, "data": {**manifest["data"], "synthetic": True}}), encoding="utf-8")
    async with RunningBot(home, versions, database) as bot:
        yield bot


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a table of labelled answers, enough to learn from."""
    return write_people(tmp_path_factory.mktemp("answers") / "people.csv").read_bytes()


def states(database: str) -> list[tuple[str, str]]:
    query = select(schema.trainings.c.kind, schema.trainings.c.state).order_by(schema.trainings.c.id)
    return [(row.kind, row.state) for row in stored(database, query)]


def cancel(database: str) -> None:
    """Break off whatever is under way, as another program would."""
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(update(schema.trainings).values(state="cancelling"))
    engine.dispose()


async def begin(person: Person) -> None:
    await ask(person, "/report", UNDER_WAY)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_findings_the_pictures_and_the_page_are_sent_and_say_whose_answers_they_are_of(
    running: RunningBot,
) -> None:
    async with owner_of(running) as owner:
        card = await ask(owner, "/report", UNDER_WAY)
        assert [button.label for button in card.buttons] == ["Cancel"]
        page = await heard(owner, "open it in the browser", patience=MADE)
        html = (await owner.file(page)).decode()
        shown = [seen for seen in owner.messages if seen.id >= card.id and not seen.mine]

    told, summary, *album, last = shown
    assert told.id == card.id
    assert not told.buttons
    assert "It is about the 120 rows that the model in use learnt from" in told.text
    assert "50 more labelled answers are needed: there are 0 of 50" in told.text
    assert "Those rows are invented" in told.text
    assert "These are the answers of 120 people" in summary.text
    assert 2 <= len(album) <= 10
    assert {seen.album for seen in album} == {album[0].album} != {None}
    assert all(seen.text and seen.file_id for seen in album)
    assert last.id == page.id
    assert last.file_name is not None
    assert last.file_name.endswith(".html")
    assert "How far people come" in html
    assert "The model in use learnt from invented answers" in html
    assert states(running.database) == [("analysis", "done")]
    assert ("report",) in running.stored(select(schema.audit.c.act))


async def test_a_report_is_of_the_labelled_answers_where_there_are_enough(running: RunningBot, answers: bytes) -> None:
    async with owner_of(running) as owner:
        await owner.send_file("people.csv", answers, "/retrain")
        training = await heard(owner, "Training on 120 labelled answers")
        report = await ask(owner, "/report", "A training is under way; the report begins when that is over")
        await press(owner, training)
        await heard(owner, "Analysing 120 labelled answers")

        waiting = await ask(owner, "/retrain", "A report is being made; the training begins when that is over")
        await press(owner, waiting)
        await heard(owner, "The training is broken off", after=owner.messages.index(waiting))
        await press(owner, report)
        await heard(owner, "The report is broken off")

    assert states(running.database) == [
        ("training", "cancelled"),
        ("analysis", "cancelled"),
        ("training", "cancelled"),
    ]


async def press(person: Person, card: Seen) -> None:
    """Press a card's only button."""
    [button] = card.buttons
    await person.tap_data(card.id, button.data or "")


async def test_two_reports_at_once_are_one(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin:
        await begin(owner)

        await ask(owner, "/report", "A report is being made already")
        await ask(admin, "/report", "Somebody else's report is being made")
        await owner.tap("Cancel")
        await heard(owner, "The report is broken off")
        acts = running.stored(select(schema.audit.c.act))

    assert states(running.database) == [("analysis", "cancelled")]
    assert ("cancel report",) in acts


async def test_a_restart_of_the_bot_cuts_a_report_off_and_offers_it_again(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        await begin(owner)

        await running.stop()
        running.start(webhook=False)
        await heard(owner, "The report was cut off")
        seen = len(owner.messages)
        await owner.tap("Make it again")
        await heard(owner, UNDER_WAY, after=seen)

    assert states(running.database) == [("analysis", "cut off"), ("analysis", "running")]


async def test_what_an_admin_who_is_removed_had_asked_for_is_told_to_the_owners(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin:
        await begin(admin)
        await ask(owner, "/admins", "Those who run the bot")
        await owner.tap(f"Remove {admin.chat_id}")
        await owner.tap("Yes, remove")
        await heard(admin, "You no longer run this bot")
        seen = len(admin.messages)
        cancel(running.database)

        await heard(owner, "The report that")
        await heard(owner, "The report is broken off")

    assert len(admin.messages) == seen


async def test_without_a_model_too_few_labels_are_told_in_a_line(home: Survey, database: str, tmp_path: Path) -> None:
    async with RunningBot(home, tmp_path / "versions", database) as bot, owner_of(bot) as owner:
        told = await ask(owner, "/report", "There are too few labelled answers for a report")

    assert "50 more labelled answers are needed: there are 0 of 50" in told.text
    assert states(database) == [("analysis", "failed")]


async def test_where_answers_are_only_collected_a_report_is_never_of_the_models_rows(
    home: Survey, trained: Path, database: str
) -> None:
    async with RunningBot(home, trained, database, collect_only=True) as bot, owner_of(bot) as owner:
        await ask(owner, "/report", "There are too few labelled answers for a report")


async def test_people_are_answered_while_a_report_is_made(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as somebody:
        await begin(owner)

        await somebody.start()
        welcome = await somebody.next_message()

    assert welcome.buttons
    assert states(running.database) == [("analysis", "running")]
