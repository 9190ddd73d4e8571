"""Below a result: the dialogue that the very model answers, and the link that is passed on."""

from __future__ import annotations

import io
import re
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot.local.person import Person
from bot.store import campaigns, schema
from bot.store.campaigns import Campaign
from bot.store.database import Store
from engine import registry
from engine.survey import Survey
from tests.bot.running import RunningBot, answer_everything

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What one kind of database stores the other does, too: that is tested where the store is."""
MOST_BYTES = 20_000
"""Of the picture that is passed on."""


async def with_a_result(person: Person, link: str = "") -> None:
    await person.start(link)
    await answer_everything(person)


def answers_of(running: RunningBot) -> dict[str, str]:
    [row] = running.stored(select(schema.responses.c.answers))
    return dict(row.answers)


@only_sqlite
async def test_the_dialogue_tells_what_the_model_says_of_such_answers_and_edits_one_message(
    running: RunningBot, home: Survey, trained: Path
) -> None:
    model = registry.load_active(trained, home)
    async with running.person() as person:
        await with_a_result(person)  # the first answers: daily, with problems
        before = len(person.messages)

        await person.tap("What would change it")
        await person.wait_for(lambda chat: "Tap an answer" in chat[-1].text)
        await person.tap("Problems met: Yes, I have")
        await person.wait_for(lambda chat: chat[-1].text.startswith("If you had answered"))
        outcome = person.messages[-1].text
        await person.tap("Change one more")
        await person.tap("✓ Problems met: No, never")
        await person.wait_for(lambda chat: "Problems met: Yes, I have" in [b.label for b in chat[-1].buttons])
        await person.tap("← My result")
        await person.wait_for(lambda chat: chat[-1].text.startswith("Your result is ready."))

        assert len(person.messages) == before + 1
    said = model.assess({**answers_of(running), "Had_Issues": "No"})
    now = model.assess(answers_of(running))
    chances = re.search(r"would be (\d+)% \(now (\d+)%\)", outcome)
    assert chances is not None
    assert float(chances[1]) == pytest.approx(100 * said.probabilities["A"], abs=1)
    assert float(chances[2]) == pytest.approx(100 * now.probabilities["A"], abs=1)
    assert f"my guess {said.grade}" in outcome


@only_sqlite
async def test_days_later_and_with_another_model_the_old_buttons_work_and_say_who_guesses(
    home: Survey, trained: Path, database: str, tmp_path: Path
) -> None:
    versions = Path(shutil.copytree(trained, tmp_path / "versions"))
    old = registry.load_active(versions, home)
    manifest = registry.get(versions, old.version).manifest
    async with RunningBot(home, versions, database) as running, running.person() as person:
        await with_a_result(person)
        await person.tap("What would change it")
        await person.wait_for(lambda chat: "Tap an answer" in chat[-1].text)
        assert "a newer one" not in person.messages[-1].text

        parts = {"survey": manifest["survey"], "data": manifest["data"]}
        newer = registry.save(versions, old.learnt, parts, "", "", datetime.now(UTC) + timedelta(days=9))
        registry.activate(versions, newer, home)
        shutil.rmtree(versions / old.version)
        await person.tap("Problems met: Yes, I have")

        await person.wait_for(lambda chat: "a newer one makes this guess" in chat[-1].text)
        assert "Problems met: No, never (not: Yes, I have)" in person.messages[-1].text


@only_sqlite
async def test_who_comes_by_a_link_that_was_passed_on_belongs_to_its_campaign_and_is_counted_so(
    running: RunningBot, database: str
) -> None:
    store = Store.open(database)
    fair = Campaign(0, "Fair", "fair", "t_secret", "K7M3P", datetime.now(UTC), None)
    await store.step(partial(campaigns.add, campaign=fair, name_key="fair"))
    store.close()

    async with running.person() as sokha, running.person() as dara:
        await with_a_result(sokha, "fair")
        await sokha.tap("Share")
        await sokha.wait_for(lambda chat: "?start=s_fair" in chat[-1].text)
        passed_on = sokha.messages[-1]
        picture = await sokha.picture(passed_on)
        await dara.start(passed_on.text.rpartition("?start=")[2])
        await dara.wait_for(lambda chat: bool(chat and chat[-1].buttons))

    assert passed_on.text.startswith("Two minutes, seven questions")
    assert len(picture) < MOST_BYTES
    with Image.open(io.BytesIO(picture)) as image:
        assert image.width >= 1000
    columns = schema.runs.c
    came = running.stored(select(columns.campaign, columns.shared).order_by(columns.started_at))
    assert came == [("fair", False), ("fair", True)]
    first = running.stored(select(schema.people.c.first_campaign).order_by(schema.people.c.id))
    assert first == [("fair",), ("fair",)]
