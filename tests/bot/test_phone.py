"""What else a phone sends, over real HTTP to a running bot: answered kindly, and some of it kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.local.person import Person, Seen
from bot.store import schema
from tests.bot.house import address_of
from tests.bot.running import RunningBot, begin, tap_first

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CARD = "4111 1111 1111 1111"


async def answered(person: Person, beginning: str) -> Seen:
    """Wait until the chat's last message begins like this, above the open card."""
    await person.wait_for(lambda chat: bool(chat) and chat[-1].text.startswith(beginning) and bool(chat[-1].buttons))
    return person.messages[-1]


@sqlite_only
async def test_voices_albums_places_and_contacts_are_answered_once_each(running: RunningBot) -> None:
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
    async with running.person() as person:
        await begin(person)
        await person.send(voice=voice)
        await answered(person, "Sorry, I can't listen to voice messages.")
        await person.send(location={"latitude": 11.5, "longitude": 104.9})
        await answered(person, "I don't need to know where you are")
        await person.send(contact={"phone_number": "+85512345678", "first_name": "Dara"})
        await answered(person, "I don't need anybody's phone number")

        await asyncio.gather(*(person.send(photo=photo, media_group_id="12") for _ in range(10)))
        await person.wait_for(lambda chat: any("can't look at pictures" in seen.text for seen in chat))
        await tap_first(person)

        assert len([seen for seen in person.messages if "can't look at pictures" in seen.text]) == 1
    assert running.stored(select(func.count()).select_from(schema.parked_updates)) == [(0,)]


@sqlite_only
async def test_a_changed_message_is_explained_on_the_open_card(running: RunningBot) -> None:
    async with running.person() as person:
        await begin(person)
        await person.say("Daily")
        await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)
        mine = next(seen for seen in person.messages if seen.text == "Daily")

        running.server.api.updates.put("edited_message", {**mine.raw, "text": "Rarely", "edit_date": 2})

        card = await answered(person, "I don't read changes to earlier messages")
        assert "Question 2 of 7" in card.text


@sqlite_only
async def test_what_nobody_should_send_leaves_the_chat_and_is_kept_nowhere(running: RunningBot, database: str) -> None:
    secrets = (f"my card is {CARD}", "my pin is 9071", "code 830461", "012 999 871")
    async with running.person() as sokha, running.person() as dara:
        await dara.say(secrets[0])  # the first thing that somebody ever says
        await answered(dara, "That looks like the number of a card.")
        await begin(sokha)
        for secret in secrets:
            await sokha.say(secret)
        await sokha.say(f"/start {CARD.replace(' ', '')}")
        await sokha.send(photo=[{"file_id": "p"}], caption=f"look: {CARD}")
        await answered(sokha, "That looks like the number of a card.")

        def is_withdrawn(chat: Sequence[Seen]) -> bool:
            return not any(seen.mine and any(secret in seen.text for secret in secrets[:3]) for seen in chat)

        await sokha.wait_for(is_withdrawn)
        await dara.wait_for(is_withdrawn)
        for file in written_by(database):
            for digits in ("4111", "9071", "830461", "999 871", "999871"):
                assert digits.encode() not in file.read_bytes()


def written_by(database: str) -> list[Path]:
    """Return the database's files: the log of what is not yet in it holds what was erased as well."""
    path = Path(database.removeprefix("sqlite:///"))
    files = sorted(path.parent.glob(f"{path.name}*"))
    assert len(files) >= 2
    return files


async def test_who_blocks_the_bot_is_gone_and_who_unblocks_it_is_back(running: RunningBot) -> None:
    async with running.person() as sokha, running.person() as dara:

        async def is_gone() -> bool:
            await tap_first(dara)  # what came before that is committed when it is answered
            at = schema.people.c.gone_at
            [(gone_at,)] = running.stored(select(at).where(schema.people.c.user_id == address_of(sokha.chat_id).chat))
            return gone_at is not None

        await begin(sokha)
        await begin(dara)
        await sokha.block()
        assert await is_gone()
        await sokha.unblock()
        assert not await is_gone()

        await sokha.start()
        await answered(sokha, "Welcome back!")


@sqlite_only
async def test_a_group_leaves_nothing_behind(running: RunningBot) -> None:
    group = {"id": -5, "type": "group", "title": "Market"}
    speaker: dict[str, Any] = {"id": 8, "is_bot": False, "first_name": "Dara"}
    message = {"message_id": 1, "date": 1, "chat": group, "from": speaker, "text": "/start@local_survey_bot"}
    running.server.api.updates.put("message", message)

    async with running.person() as person:
        await begin(person)

    assert running.stored(select(schema.people.c.user_id)) == [(address_of(person.chat_id).chat,)]
    assert running.stored(select(schema.outbox.c.chat_id).distinct()) == [(address_of(person.chat_id).chat,)]
