"""Everything that is kept about a person: whole, in words, in their own time, in the chat or as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.conversation.effects import Keyboard
from bot.desk.access import Access
from bot.desk.visit import Office
from bot.reports.mydata import MOST_MESSAGES, DataReports
from bot.reports.mydata_text import data_sections
from bot.store import imported, schema
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.store.kept import read_kept
from bot.store.letters import Address, Report
from engine.survey import Survey
from tests.bot.house import WithoutFiles
from tests.bot.tables.people import ANSWERS, MINUTE, NOON, PSEUDONYMS, campaign, name_of, person, response

ZONE = ZoneInfo("Asia/Phnom_Penh")


class Chat(WithoutFiles):
    """What somebody is sent."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.files: list[str] = []

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        self.messages.append(text)
        return "1"

    async def send_file(self, chat: str, file: Path, name: str, caption: str, keyboard: Keyboard) -> str:
        self.files.append(await asyncio.to_thread(file.read_text, encoding="utf-8"))
        return "1"

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        raise NotImplementedError

    async def strip(self, chat: str, message_id: str) -> None:
        raise NotImplementedError

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError


async def told(store: Store, survey: Survey, user: str, language: str = "en") -> str:
    kept = await store.look(partial(read_kept, pseudonyms=PSEUDONYMS, address=Address("telegram", user)))
    return "\n\n".join(data_sections(kept, survey, ZONE, language))


async def begin_round(store: Store, whose: int, run: str, **session: Any) -> None:
    def work(connection: Any) -> None:
        row = {"run": run, "person_id": whose, "language": "fr", "started_at": NOON + MINUTE, "test": True}
        connection.execute(insert(schema.runs).values(row))
        stages = ("consented", "answered:Often", "answered:Brew")
        connection.execute(
            insert(schema.reached), [{"run": run, "stage": stage, "at": NOON + 2 * MINUTE} for stage in stages]
        )
        data: Mapping[str, Any] = {"run": run, "language": "fr", **session}
        connection.execute(
            insert(schema.sessions).values(person_id=whose, data=data, survey_hash="", updated_at=NOON + 3 * MINUTE)
        )

    await store.step(work)


async def test_a_finished_round_is_told_whole(store: Store, coffee: Survey) -> None:
    await campaign(store, "Market Day", "market")
    ann = await person(store, "1", first_campaign="market", last_campaign="mistyped")
    guess = {
        "grade": "A",
        "probabilities": {"A": 0.6, "B": 0.3, "C": 0.1},
        "segment": "Regulars",
        "model_version": "v1",
    }
    answers = {**ANSWERS, "With_Spice": 1, "With_Book": 1}
    aside = {"Tea": ["Green"]}
    await response(store, ann, answers=answers, campaign="market", told_at=NOON + MINUTE, set_aside=aside, **guess)

    words = await told(store, coffee, "1")

    for line in (
        "Known since 2026-10-01 19:00; last message 2026-10-01 19:00",
        f"Your number in the survey team's tables: {name_of('1')}",
        "The link you first came by: Market Day; the latest: mistyped",
        "Finished 2026-10-01 19:00",
        "• Cups: 2.5 cups a day",
        "• With it: Sugar, Cinnamon and clove, A good book",
        "Your own answer: Yes, very much",
        "Answers to what the survey no longer asks: Tea: Green",
        "My guess, told 2026-10-01 19:01: A (Yes, very much)",
        "How likely each answer was: A 60%, B 30%, C 10%",
        "Your group: Regulars",
        "By the model v1",
    ):
        assert line in words.splitlines()


async def test_a_group_that_the_survey_names_is_named_in_the_persons_language(store: Store, home: Survey) -> None:
    group = home.archetypes[-1].name
    ann = await person(store, "1")
    await response(store, ann, answers={}, told_at=NOON, grade="A", segment=group.to("en"), model_version="v1")

    words = await told(store, home, "1", "km")

    assert f"ក្រុមរបស់អ្នក៖ {group.to('km')}" in words.splitlines()


async def test_an_unfinished_round_is_told_with_the_times_of_its_answers(store: Store, coffee: Survey) -> None:
    ann = await person(store, "1")
    answers = {"Often": "Daily", "Old": ["a", "b"]}
    await begin_round(store, ann, "two", answers=answers, ticked=["With_Sugar"])

    words = await told(store, coffee, "1")

    for line in (
        "Begun 2026-10-01 19:01",
        "Not finished",
        "In Français",
        "A test that counts nowhere",
        "• How often: Every day (19:02:00)",
        "• Old: a, b",
        "• ticked so far: Sugar",
        "• Brewing: answered 19:02:00, the answer is not kept",
    ):
        assert line in words.splitlines()


async def test_of_a_round_whose_survey_changed_what_was_given_before_is_told_as_well(
    store: Store, coffee: Survey
) -> None:
    ann = await person(store, "1")
    given = {"Brew": [["Siphon", "Turkish"]], "Gone": ["often", "never"]}
    await begin_round(store, ann, "two", answers={"Often": "Daily"}, given=given)

    words = await told(store, coffee, "1")

    assert "Answers to what the survey no longer asks: Brew: Siphon, Turkish; Gone: often, never" in words.splitlines()
    assert "the answer is not kept" not in words


async def test_answers_that_came_back_in_a_file_are_told(store: Store, coffee: Survey) -> None:
    row = ImportedRow(f"{name_of('1')}-2", ANSWERS, "No", "moved.xlsx")
    await store.step(partial(imported.put, rows=[row], now=NOON))

    words = await told(store, coffee, "1")

    assert "Answers under your number that came back in the file moved.xlsx" in words
    assert "• Milk: No" in words
    assert name_of("2") not in words


@pytest.mark.parametrize(("rounds", "as_file"), [(1, False), (1, True), (60, False)])
async def test_what_is_long_or_wanted_as_a_file_is_sent_as_one(
    store: Store, coffee: Survey, tmp_path: Path, rounds: int, as_file: bool
) -> None:
    ann = await person(store, "1")
    for _ in range(rounds):
        await response(store, ann)
    office, chat = Office(coffee, tmp_path, Access(), PSEUDONYMS, ZONE), Chat()

    await DataReports(office, store, "telegram").makers["mydata"](chat, "1", Report("mydata", "en", {"file": as_file}))

    if as_file or rounds == 60:
        assert chat.messages == []
        assert f"Round {rounds}\n" in chat.files[0]
    else:
        assert chat.files == []
        assert len(chat.messages) <= MOST_MESSAGES
        assert chat.messages[-1].endswith("/mydata_file")
