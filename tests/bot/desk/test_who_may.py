"""Who runs the bot: invitations, roles, and what everybody else gets to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.clock import utc_now
from bot.store import schema
from bot.telegram.channel import NAME
from engine.survey import Survey
from tests.bot.desk.staff import admin_of, ask, heard, owner_of, payload_of
from tests.bot.running import RunningBot
from tests.postgres import engine_for

ADMINS_COMMANDS = (
    "campaign",
    "campaigns",
    "funnel",
    "stats",
    "report",
    "retrain",
    "models",
    "rollback",
    "export",
    "parked",
    "admins",
    "audit",
)


async def test_whoever_opens_the_consoles_link_owns_the_bot_and_is_told_what_to_do_next(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        await heard(owner, "You run this bot now, as an owner")
        checklist = await heard(owner, "What only @BotFather can do")

    assert "Allow Groups? → Turn off" in checklist.text


async def test_the_consoles_link_works_once(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as late:
        payload = next(seen.text for seen in owner.messages if seen.mine).partition(" ")[2]

        answer = await ask(late, f"/start {payload}", "has been used")

    assert "Ask for a new one" in answer.text
    assert len(running.stored(select(schema.admins))) == 1


async def test_an_invitation_that_is_too_old_makes_nobody_an_admin(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as late:
        await ask(owner, "/admins", "Those who run the bot")
        await owner.tap("Invite an admin")
        link = await heard(owner, "start=adm_")
        _let_invitations_expire(running.database)

        await ask(late, f"/start {payload_of(link)}", "too old")

    assert [row.role for row in running.stored(select(schema.admins))] == ["owner"]


@pytest.mark.parametrize("command", ADMINS_COMMANDS)
async def test_a_strangers_command_gets_the_same_answer_as_one_that_there_is_not(
    running: RunningBot, command: str
) -> None:
    async with running.person() as stranger:
        await stranger.start()
        await stranger.next_message()

        unknown = await ask(stranger, "/nonsense", "I don't know that command")
        answer = await ask(stranger, f"/{command} x", "I don't know that command")

    assert answer.text == unknown.text


async def test_a_strangers_help_tells_nothing_of_the_desk(running: RunningBot) -> None:
    async with running.person() as stranger:
        helped = await ask(stranger, "/help", "What I can do")

    assert not any(f"/{command}" in helped.text for command in ADMINS_COMMANDS)


async def test_a_stranger_who_forges_the_desks_buttons_changes_nothing(running: RunningBot) -> None:
    async with running.person() as stranger:
        await stranger.start()
        card = await stranger.next_message()

        for data in (
            "desk:invite:owner",
            "desk:archive:1",
            "desk:use:1",
            "desk:dismiss_yes:telegram:1",
            "desk:",
            "desk",
        ):
            await stranger.tap_data(card.id, data)
        await ask(stranger, "/help", "What I can do")

    assert running.stored(select(schema.audit)) == []
    assert running.stored(select(schema.invitations.c.role)) == [("owner",)]  # the console's


async def test_an_admin_may_all_but_say_who_may(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin:
        await ask(admin, "/campaign Market Day", "is ready")
        await ask(admin, "/admins", "Only an owner can do that")
        await ask(admin, "/audit", "Only an owner can do that")
        helped = await ask(admin, "/help", "You also run this bot")

    assert "/campaign" in helped.text
    assert "/admins" not in helped.text


async def test_everybody_has_the_menu_of_what_they_may(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin, running.person() as stranger:
        await heard(admin, "You run this bot now")
        await stranger.start()
        await stranger.next_message()
        await ask(admin, "/help", "You also run this bot")
        menus = {
            who: {one["command"] for one in await running.menu(person)}
            for who, person in (("owner", owner), ("admin", admin), ("stranger", stranger))
        }

    assert {"campaign", "admins", "audit", "start"} <= menus["owner"]
    assert "campaign" in menus["admin"]
    assert not {"admins", "audit"} & menus["admin"]
    assert not {*ADMINS_COMMANDS} & menus["stranger"]


async def test_an_admin_who_is_removed_is_a_respondent_again(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin:
        await ask(owner, "/admins", "Those who run the bot")
        await owner.tap(f"Remove {admin.chat_id}")
        await owner.tap("Yes, remove")
        await heard(owner, "no longer runs the bot")
        await heard(admin, "You no longer run this bot")

        await ask(admin, "/start", "To agree")
        await ask(admin, "/campaign Another", "I don't know that command")
        menu = {one["command"] for one in await running.menu(admin)}

    assert running.stored(select(schema.campaigns)) == []
    assert "campaign" not in menu


async def test_the_only_owner_stays(running: RunningBot) -> None:
    async with owner_of(running) as owner:
        card = await ask(owner, "/admins", "Those who run the bot")
        await owner.tap_data(card.id, f"desk:dismiss_yes:{NAME}:{owner.chat_id}")

        await heard(owner, "You are the only owner")

    assert [row.role for row in running.stored(select(schema.admins))] == ["owner"]


async def test_what_is_done_stands_in_the_audit_log(running: RunningBot) -> None:
    async with owner_of(running) as owner, admin_of(running, owner) as admin:
        await ask(admin, "/campaign Market Day", "is ready")
        await ask(admin, "/rollback 20200101T000000Z-00000000", "nothing has changed")

        log = await ask(owner, "/audit", "Who did what")

    assert f"{admin.chat_id}: campaign Market Day" in log.text
    assert f"{admin.chat_id}: rollback 20200101T000000Z-00000000" in log.text
    assert f"{owner.chat_id} (you): invite admin" in log.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_owner_by_the_settings_needs_no_link_and_is_greeted_once(
    home: Survey, trained: Path, database: str
) -> None:
    async with RunningBot(home, trained, database, owners=[7]) as bot, bot.person(chat_id=7) as owner:
        await owner.start()
        await heard(owner, "What only @BotFather can do")
        await ask(owner, "/campaign Market Day", "is ready")
        await owner.start()
        await ask(owner, "/help", "You also run this bot")

        assert bot.said.empty()
        assert sum("What only @BotFather can do" in seen.text for seen in owner.messages) == 1


def _let_invitations_expire(database: str) -> None:
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(update(schema.invitations).values(expires_at=utc_now()))
    engine.dispose()
