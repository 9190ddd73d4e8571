"""Answers out of the chat, as an admin gets them."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

from bot.store import schema
from engine.survey import Survey
from tests.bot.desk.staff import ask, heard, owner_of
from tests.bot.desk.test_campaigns import make_campaign
from tests.bot.house import KEY
from tests.bot.running import RunningBot, answer_everything


@pytest.fixture(autouse=True)
def _a_key_for_the_process_that_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEY", KEY)


async def test_an_export_holds_who_came_by_a_campaign_under_a_pseudonym(running: RunningBot, home: Survey) -> None:
    async with owner_of(running) as owner, running.person() as person, running.person() as other:
        await make_campaign(owner)
        await person.start("market-day")
        await answer_everything(person)
        await other.start()
        await answer_everything(other)

        await owner.say("/export csv Market Day")
        sent = await heard(owner, "It holds people's answers under pseudonyms")
        content = (await owner.file(sent)).decode("utf-8-sig")

    [row] = csv.DictReader(io.StringIO(content))
    assert row["ID"].startswith("R-")
    assert str(person.chat_id) not in content
    assert row[home.target.column] in {grade.value for grade in home.target.grades}
    assert row["Campaign"] == "Market Day"
    assert sent.file_name is not None
    assert sent.file_name.endswith(".csv")
    assert [(row.campaign, row.rows) for row in running.stored(select(schema.exports))] == [("market-day", 1)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_workbook_has_a_codebook(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as person:
        await person.start()
        await answer_everything(person)
        await owner.say("/export")
        sent = await heard(owner, "The sheet Codebook explains the columns")
        book = openpyxl.load_workbook(io.BytesIO(await owner.file(sent)))

    assert book.sheetnames[-1] == "Codebook"
    assert book.worksheets[0].max_row == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/export", "Nothing to export: nobody has finished"),
        ("/export 2026-02-30", "There is no day 2026-02-30"),
        ("/export nowhere", 'There is no campaign "nowhere"'),
    ],
)
async def test_what_cannot_be_exported_is_said_in_a_line(running: RunningBot, asked: str, answer: str) -> None:
    async with owner_of(running) as owner:
        told = await ask(owner, asked, answer)

    assert "Traceback" not in told.text
    assert running.stored(select(schema.exports)) == []
