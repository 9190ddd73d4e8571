"""While answers are only collected: people are thanked, and the owners know what is missing."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from bot.clock import utc_now
from bot.collecting import Collecting, finding
from bot.desk.access import Access
from bot.desk.visit import Office
from bot.figures.labels import Labels
from bot.store import schema
from bot.store.database import Store
from engine.survey import Survey
from tests.bot.desk.staff import heard, owner_of
from tests.bot.house import PSEUDONYMS
from tests.bot.running import RunningBot, answer_until, begin


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_who_answers_is_thanked_and_told_no_result(home: Survey, trained: Path, database: str) -> None:
    async with RunningBot(home, trained, database, collect_only=True) as bot, bot.person() as person:
        await begin(person)
        await answer_until(person, lambda chat: "Thank you" in chat[-1].text)
        await person.say("/help")
        await heard(person, "What I can do")
        for more in ("Details", "What would change it"):
            await person.tap(more)
            await person.wait_for(lambda chat: chat[-1].text.startswith("There is no result to show yet"))

        assert not any("Your result" in seen.text for seen in person.messages)
        assert len(bot.stored(select(schema.responses).where(schema.responses.c.stated.is_not(None)))) == 1
        kinds = {row.kind for row in bot.stored(select(schema.outbox.c.kind))}
        assert not {"result", "picture"} & kinds  # nothing waits for a model either


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_owner_is_told_how_many_labels_are_missing(home: Survey, trained: Path, database: str) -> None:
    async with RunningBot(home, trained, database, collect_only=True) as bot, owner_of(bot) as owner:
        told = await heard(owner, "COLLECT_ONLY is set")

    assert "Labelled so far: 0. 50 more labelled answers are needed" in told.text


def office(survey: Survey, versions: Path, *, collect_only: bool = False) -> Office:
    return Office(survey, versions, Access(), PSEUDONYMS, ZoneInfo("UTC"), collect_only=collect_only)


async def test_labels_are_missing_only_while_there_is_no_model(
    home: Survey, trained: Path, store: Store, tmp_path: Path
) -> None:
    without = await Collecting(office(home, tmp_path), store).look()
    with_one = await Collecting(office(home, trained), store).look()
    wanted_so = await Collecting(office(home, trained, collect_only=True), store).look()

    assert without.trouble is not None
    assert "0 labelled so far. 50 more labelled answers are needed" in without.trouble
    assert (with_one.trouble, with_one.relief) == (None, None)
    assert wanted_so == without


async def test_enough_labels_are_told_as_such(home: Survey, store: Store, tmp_path: Path) -> None:
    rows = [
        {"row_id": f"P{number}", "answers": {}, "stated": stated, "source": "t.csv", "imported_at": utc_now()}
        for number, stated in enumerate(["Yes"] * 44 + ["Maybe"] * 6)
    ]
    await store.step(lambda connection: connection.execute(insert(schema.imported), rows))

    found = await Collecting(office(home, tmp_path), store).look()

    assert found.trouble is None
    assert found.relief is not None
    assert "enough labelled answers to learn from, 50: send /retrain" in found.relief


def test_fifty_of_one_kind_are_not_enough() -> None:
    assert finding(Labels({"A": 50, "B": 0})).trouble is not None
