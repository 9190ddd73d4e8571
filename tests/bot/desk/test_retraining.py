"""Training from the chat: with and without a table, broken off, cut off, left to a person, and what is no table."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, update

from bot.local.person import Person
from bot.store import schema
from engine import registry
from engine.survey import Survey
from tests.bot.desk.staff import admin_of, ask, heard, owner_of
from tests.bot.running import RunningBot
from tests.engine.people import HOME, write_people

DONE = "Trained on"
TRAINED = 300.0
"""Seconds: a training stands back behind everything else that wants the core, other tests among it."""


@pytest.fixture
async def learning(home: Survey, trained: Path, database: str, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """Return a bot whose models may change."""
    shutil.copytree(trained, tmp_path / "versions")
    async with RunningBot(home, tmp_path / "versions", database) as bot:
        yield bot


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a table of the answers that the model in use learnt from."""
    return write_people(tmp_path_factory.mktemp("answers") / "people.csv").read_bytes()


def workbook(*rows: Sequence[object]) -> bytes:
    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(content)
    return content.getvalue()


async def send(person: Person, name: str, content: bytes, caption: str, expected: str) -> str:
    """Send a file and return the answer that holds the expected words."""
    seen = len(person.messages)
    await person.send_file(name, content, caption)
    return (await heard(person, expected, after=seen)).text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_table_sent_along_is_imported_trained_on_judged_and_told_of(
    learning: RunningBot, answers: bytes, tmp_path: Path
) -> None:
    before = registry.active_version(tmp_path / "versions")
    async with owner_of(learning) as owner:
        await owner.send_file("people.csv", answers, "/retrain")
        card = await heard(owner, "Training on 120 labelled answers")
        assert [button.label for button in card.buttons] == ["Cancel"]
        told = await heard(owner, "The new model is in use from now on", patience=TRAINED)
        await heard(owner, DONE)
        picture = await heard(owner, "What people said, and what the new model would have guessed")
        listed = await ask(owner, "/models", "The trained models")

    assert "120 new" in next(seen.text for seen in owner.messages if "Imported people.csv" in seen.text)
    assert "new | in use (95 % intervals)" in told.text
    assert "• import: people.csv: 120" in told.text
    assert picture.file_id is not None
    assert registry.active_version(tmp_path / "versions") != before
    assert f"✅ {registry.active_version(tmp_path / 'versions')}" in listed.text
    assert [row.state for row in learning.stored(select(schema.trainings.c.state))] == ["done"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_where_the_gate_cannot_tell_the_admin_chooses(learning: RunningBot, tmp_path: Path) -> None:
    before = registry.active_version(tmp_path / "versions")
    others = write_people(tmp_path / "others.csv", seed=7).read_bytes()
    async with owner_of(learning) as owner:
        await owner.send_file("others.csv", others, "/retrain")
        told = await heard(owner, "The choice is yours", patience=TRAINED)
        await heard(owner, DONE)
        assert [button.label for button in told.buttons] == ["Use the new one anyway", "Keep the one in use"]
        assert registry.active_version(tmp_path / "versions") == before

        await owner.tap("Use the new one anyway")
        await heard(owner, "is the model in use from now on")

    assert registry.active_version(tmp_path / "versions") != before


async def test_too_few_labelled_answers_are_told_at_once_with_how_many_are_missing(learning: RunningBot) -> None:
    async with owner_of(learning) as owner:
        told = await ask(owner, "/retrain", "Nothing was trained")

    assert "50 more labelled answers are needed: there are 0 of 50" in told.text


async def test_two_trainings_at_once_are_one(learning: RunningBot, answers: bytes) -> None:
    async with owner_of(learning) as owner, admin_of(learning, owner) as admin:
        await owner.send_file("people.csv", answers, "/retrain")
        await heard(owner, "Training on")

        await ask(owner, "/retrain", "under way already")
        await ask(admin, "/retrain", "Somebody else's training is under way")
        await owner.tap("Cancel")
        await heard(owner, "The training is broken off; nothing has changed")

    assert learning.stored(select(schema.trainings.c.state)) == [("cancelled",)]


async def test_a_restart_of_the_bot_cuts_a_training_off_and_says_so(learning: RunningBot, answers: bytes) -> None:
    async with owner_of(learning) as owner:
        await owner.send_file("people.csv", answers, "/retrain")
        await heard(owner, "Training on")

        await learning.stop()
        learning.start(webhook=False)
        told = await heard(owner, "The training was cut off")

    assert [button.label for button in told.buttons] == ["Train again"]
    assert learning.stored(select(schema.trainings.c.state)) == [("cut off",)]
    assert len(learning.stored(select(schema.imported))) == 120


async def test_what_an_admin_who_is_removed_had_asked_for_is_told_to_the_owners(
    learning: RunningBot, answers: bytes
) -> None:
    async with owner_of(learning) as owner, admin_of(learning, owner) as admin:
        await admin.send_file("people.csv", answers, "/retrain")
        await heard(admin, "Training on")
        await ask(owner, "/admins", "Those who run the bot")
        await owner.tap(f"Remove {admin.chat_id}")
        await owner.tap("Yes, remove")
        await heard(admin, "You no longer run this bot")
        seen = len(admin.messages)
        _cancel(learning.database)

        await heard(owner, "had asked for is over")
        await heard(owner, "The training is broken off")

    assert len(admin.messages) == seen


def _cancel(database: str) -> None:
    from tests.postgres import engine_for

    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(update(schema.trainings).values(state="cancelling"))
    engine.dispose()


async def test_a_table_without_a_word_is_asked_about(learning: RunningBot, answers: bytes) -> None:
    async with owner_of(learning) as owner:
        await send(owner, "people.csv", answers, "", "Shall I add the rows of people.csv")
        await owner.tap("No")
        await heard(owner, "nothing has changed")

    assert learning.stored(select(schema.imported)) == []


async def test_a_table_sent_after_the_command_belongs_to_it(learning: RunningBot, answers: bytes) -> None:
    async with owner_of(learning) as owner:
        await ask(owner, "/retrain", "Nothing was trained")
        await owner.send_file("people.csv", answers)
        await heard(owner, "Training on 120 labelled answers")
        await owner.tap("Cancel")
        await heard(owner, "broken off")

    assert len(learning.stored(select(schema.imported))) == 120


async def test_a_strangers_table_is_nothing_but_something_else(learning: RunningBot, answers: bytes) -> None:
    async with learning.person() as stranger:
        await stranger.start()
        await stranger.next_message()
        told = await send(stranger, "people.csv", answers, "/retrain", "I can't open files")

    assert "This is where we are" in told
    assert learning.stored(select(schema.trainings)) == []


async def test_a_bad_table_is_answered_with_its_faults_and_changes_nothing(learning: RunningBot) -> None:
    header = _header()
    rows = [[f"X{number}", *["Sometimes"] * (len(header) - 1)] for number in range(60)]
    async with owner_of(learning) as owner:
        told = await send(owner, "bad.xlsx", workbook(header, *rows), "/retrain", "Nothing was imported")
        everything = await heard(owner, "faults")
        listed = (await owner.file(everything)).decode("utf-8-sig")

    assert '"Sometimes"' in told
    assert "row 2" in told
    assert "the full list is in the file" in told
    assert len(listed.splitlines()) > 60
    assert learning.stored(select(schema.imported)) == []
    assert learning.stored(select(schema.trainings.c.state)) == [("failed",)]


def _header() -> list[object]:
    sheet = openpyxl.load_workbook(HOME / "sample.xlsx").worksheets[0]
    return [cell.value for cell in sheet[1]]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("answers.exe", b"MZ\x90\x00", "is no table that I can read"),
        ("answers.xlsx", b"MZ\x90\x00" * 100, "Nothing was imported"),
        ("answers.xlsm", b"PK\x03\x04", "is no table that I can read"),
    ],
)
async def test_what_is_no_table_is_said_in_a_line(learning: RunningBot, name: str, content: bytes, words: str) -> None:
    async with owner_of(learning) as owner:
        await send(owner, name, content, "/retrain", words)

    assert learning.stored(select(schema.imported)) == []


async def test_a_file_larger_than_a_bot_may_download_is_refused_before_that(
    learning: RunningBot,
) -> None:
    async with owner_of(learning) as owner:
        told = await send(owner, "answers.xlsx", b"\0" * (21 * 1024 * 1024), "/retrain", "20 MB at most")

    assert "python -m bot import" in told
    assert learning.stored(select(schema.trainings)) == []


async def test_going_back_to_a_model_that_is_gone_changes_nothing(learning: RunningBot, tmp_path: Path) -> None:
    before = registry.active_version(tmp_path / "versions")
    async with owner_of(learning) as owner:
        await ask(owner, "/rollback 20200101T000000Z-00000000", "There is no model 20200101T000000Z-00000000")
        await ask(owner, f"/rollback {before}", "is the model in use already")

    assert registry.active_version(tmp_path / "versions") == before
