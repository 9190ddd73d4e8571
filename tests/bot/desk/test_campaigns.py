"""Campaigns in the chat: their links and files, who comes by them, and what is only tried out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.local.person import Person
from bot.store import schema
from tests.bot.campaigns.reading import decoded, opened, rasterised_pdf, rasterised_svg
from tests.bot.desk.staff import ask, heard, owner_of
from tests.bot.house import address_of
from tests.bot.running import RunningBot, answer_everything, tap_first


async def make_campaign(owner: Person, name: str = "Market Day") -> dict[str, str]:
    """Make a campaign and return what it tells: its link, its test link and its code."""
    told = await ask(owner, f"/campaign {name}", "Its link")
    links = [line for line in told.text.splitlines() if "start=" in line]
    code = told.text.partition("types ")[2].split()[0]
    return {"link": links[0], "test": links[1], "code": code}


async def test_a_campaign_comes_with_its_link_a_post_its_code_and_a_poster(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        campaign = await make_campaign(owner)
        await owner.wait_for(lambda chat: sum(seen.file_id is not None for seen in chat) == 3)
        picture, drawing, poster = [seen for seen in owner.messages if seen.file_id]
        post = next(seen for seen in owner.messages if seen.text.endswith(campaign["link"]) and not seen.file_id)

        assert decoded(opened(await owner.picture(picture))) == [campaign["link"]]
        assert decoded(rasterised_svg(await owner.picture(drawing))) == [campaign["link"]]
        assert decoded(rasterised_pdf(await owner.picture(poster))) == [campaign["link"]]

    assert campaign["link"].endswith("?start=market-day")
    assert "mobile money" in post.text


async def test_the_same_name_again_shows_the_campaign_that_is_there(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        first = await make_campaign(owner, "Market Day")
        await ask(owner, "/campaign  market   DAY ", "is there already")
        await heard(owner, "Its link")

    assert [row.slug for row in running.stored(select(schema.campaigns))] == [first["link"].rpartition("=")[2]]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/campaign", "Tell me its name"),
        (f"/campaign {'x' * 300}", "this one has 300"),
        ("/campaign \u200b", "Tell me its name"),
        ("/funnel nowhere", 'There is no campaign "nowhere"'),
        ("/campaigns", "There is no campaign yet"),
    ],
)
async def test_what_cannot_be_is_said_in_one_line_and_changes_nothing(
    running: RunningBot, command: str, answer: str
) -> None:
    async with owner_of(running) as owner:
        await ask(owner, command, answer)

    assert running.stored(select(schema.campaigns)) == []


async def test_the_link_a_campaign_began_with_and_the_last_one_are_kept(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as person:
        await make_campaign(owner, "First")
        await make_campaign(owner, "Second")
        await person.start("first")
        await tap_first(person)
        await ask(person, "/start second", "Welcome back")
        await answer_everything(person)

    [came] = running.stored(
        select(schema.people.c.first_campaign, schema.people.c.last_campaign).where(
            schema.people.c.user_id == address_of(person.chat_id).chat
        )
    )
    assert tuple(came) == ("first", "second")
    assert running.stored(select(schema.responses.c.campaign)) == [("first",)]


@pytest.mark.parametrize("after_start", [False, True])
async def test_a_short_code_leads_where_the_link_does(running: RunningBot, after_start: bool) -> None:
    async with owner_of(running) as owner, running.person() as person:
        campaign = await make_campaign(owner)
        if after_start:
            await person.start()
            await person.next_message()
        await ask(person, f" {campaign['code'].lower()} ", "To agree")

    runs = running.stored(select(schema.runs.c.campaign).where(schema.runs.c.person_id.is_not(None)))
    assert ("market-day",) in runs
    assert (None,) not in runs


@pytest.mark.parametrize("slug", ["nowhere", "market-daz"])
async def test_an_unknown_link_starts_the_survey_all_the_same_and_is_counted_as_what_it_is(
    running: RunningBot, slug: str
) -> None:
    async with running.person() as person:
        await person.start(slug)
        await answer_everything(person)

    assert running.stored(select(schema.runs.c.campaign, schema.runs.c.test)) == [(slug, False)]


async def test_an_archived_campaign_still_starts_the_survey(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as person:
        await make_campaign(owner)
        await owner.tap("Archive it")
        await heard(owner, "is archived")
        await person.start("market-day")
        await answer_everything(person)
        shown = await ask(owner, "/campaign Market Day", "Its link")
        assert shown.buttons[-1].label == "Open it again"
        await owner.tap("Open it again")
        await heard(owner, "is open again")

    assert running.stored(select(schema.campaigns.c.archived_at)) == [(None,)]


async def test_what_comes_by_a_test_link_and_what_its_owner_answers_is_a_test(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as colleague, running.person() as person:
        campaign = await make_campaign(owner)
        test_link = campaign["test"].rpartition("=")[2]
        await owner.wait_for(lambda chat: sum(seen.file_id is not None for seen in chat) == 3)
        for who, link in ((colleague, test_link), (person, "market-day")):
            await who.start(link)
            await answer_everything(who)
        await owner.start("market-day")
        await heard(owner, "To agree")
        told = [
            any("TEST: what you answer" in seen.text for seen in who.messages) for who in (owner, colleague, person)
        ]

    responses = running.stored(select(schema.responses.c.campaign, schema.responses.c.test))
    assert sorted(responses) == sorted([("market-day", False), (test_link, True)])
    assert told == [True, True, False]
    owners = (
        select(schema.runs.c.test).join(schema.people).where(schema.people.c.user_id == address_of(owner.chat_id).chat)
    )
    assert running.stored(owners) == [(True,)]
