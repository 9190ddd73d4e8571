"""A campaign in a language of its own: chosen at the desk, and met by those who first come by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.local.person import Person
from bot.store import schema
from engine.survey import load
from tests.bot.conversation.respondent import COFFEE, ROOT
from tests.bot.desk.staff import ask, heard, owner_of
from tests.bot.desk.test_campaigns import make_campaign
from tests.bot.running import RunningBot

ENGLISH, FRENCH = COFFEE.title.to("en"), COFFEE.title.to("fr")


@pytest.fixture
async def bilingual(database: str, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """Return a bot that speaks English and French, whose results would follow."""
    async with RunningBot(COFFEE, tmp_path / "versions", database) as bot:
        yield bot


async def choose(owner: Person, label: str, expected: str) -> list[str]:
    """Choose a campaign's language, and return the buttons of the answer."""
    seen = len(owner.messages)
    await owner.tap(label)
    return [button.label for button in (await heard(owner, expected, after=seen)).buttons]


async def test_who_comes_by_its_link_its_code_or_its_test_link_is_met_in_its_language(bilingual: RunningBot) -> None:
    async with owner_of(bilingual) as owner:
        campaign = await make_campaign(owner)
        kit = next(seen for seen in owner.messages if "Its link" in seen.text)
        assert "meets the bot in the language of their app" in kit.text
        assert [button.label for button in kit.buttons][:3] == ["✓ As their app", "English", "Français"]
        buttons = await choose(owner, "Français", "meets the bot in this language: Français")
        assert buttons == ["As their app", "English", "✓ Français"]

        for words in (campaign["link"], campaign["test"], campaign["code"]):
            async with bilingual.person() as person:
                await person.say(words if words == campaign["code"] else f"/start {words.rpartition('=')[2]}")
                await heard(person, FRENCH)

        buttons = await choose(owner, "As their app", "meets the bot in the language of their app")
        assert buttons[0] == "✓ As their app"
        async with bilingual.person() as person:
            await person.start("market-day")
            await heard(person, ENGLISH)

    assert bilingual.stored(select(schema.campaigns.c.language)) == [(None,)]
    acts = bilingual.stored(select(schema.audit.c.detail).where(schema.audit.c.act == "language"))
    assert [act.detail for act in acts] == ["Market Day: fr", "Market Day: as their app"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_who_chose_a_language_keeps_it_and_its_answers_however_they_come(bilingual: RunningBot) -> None:
    async with owner_of(bilingual) as owner, bilingual.person() as person:
        await make_campaign(owner)
        await choose(owner, "Français", "meets the bot in this language")
        await person.start("market-day")
        await heard(person, FRENCH)
        await person.tap("English")
        await heard(person, ENGLISH)
        await ask(person, "yes", "Question 1 of 6")
        await ask(person, "Every day", "Question 2 of")
        await ask(person, "/start market-day", "Question 2 of")
        await ask(person, "/language", "Which language")
        await person.tap("Français")
        await person.wait_for(lambda chat: "Which language" not in chat[-1].text)

    [session] = bilingual.stored(select(schema.sessions.c.data))  # whoever owns the bot only came by the owner's link
    assert session.data["answers"] == {"Often": "Daily"}
    assert session.data["language"] == "fr"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_survey_of_one_language_leaves_no_choice(database: str, tmp_path: Path) -> None:
    survey = load(ROOT / "tests" / "surveys" / "binary")
    async with RunningBot(survey, tmp_path / "versions", database) as bot, owner_of(bot) as owner:
        await make_campaign(owner)
        kit = next(seen for seen in owner.messages if "Its link" in seen.text)

    assert "language" not in kit.text
    assert "As their app" not in [button.label for button in kit.buttons]
