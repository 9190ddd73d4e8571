from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.conversation.effects import Redraw, Say
from bot.conversation.events import Commanded, Event, Started, Tapped, Typed
from bot.conversation.texts import phrase
from bot.incoming import Incoming, Presence, Unreadable
from bot.service import Service
from bot.store import database as databases
from bot.store import outbox, schema
from bot.store.database import Store
from bot.store.letters import Address, Letter, Message, Picture, Removal, Report, Result, Sent
from engine.survey import Survey
from tests.bot.house import nobodys_house
from tests.postgres import engine_for

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOKHA = Address("telegram", "7")
DARA = Address("telegram", "8")


class Desk:
    """A service with its store; updates are numbered as they come, and messages count as shown at once."""

    def __init__(self, survey: Survey, store: Store) -> None:
        self.store = store
        self.given: list[list[Letter]] = []
        self.service = Service(survey, store, self._give, worker="this", house=nobodys_house(), clock=lambda: NOON)
        self._update = 1000

    def _give(self, letters: Iterable[Letter]) -> None:
        self.given.append(list(letters))

    def update(self, event: Event, address: Address = SOKHA, language: str | None = None) -> Incoming:
        self._update += 1
        return Incoming(address, self._update, event, None, language)

    async def handle(self, *events: Event, address: Address = SOKHA) -> None:
        await self.service.handle([self.update(event, address) for event in events])

    async def waiting(self, address: Address = SOKHA) -> list[Message]:
        """Return the messages that wait for the chat, oldest first, and take them out."""

        def take_all(connection: Connection) -> list[Message]:
            messages, letters = [], outbox.reclaim(connection, [address], "this")
            while letters:
                messages += [letter.message for letter in letters]
                letters = outbox.settle(connection, [Sent(letter) for letter in letters], "this", NOON)
            return messages

        return await self.store.step(take_all)

    async def tap(self, choose: Callable[[list[str]], str] = lambda labels: labels[0]) -> list[Message]:
        """Tap a button of the newest card and return what that leads to."""
        card = next(m for m in reversed(await self.waiting_or_last()) if isinstance(m, Say | Redraw) and m.keyboard)
        buttons = {button.label: button.data for row in card.keyboard for button in row}
        await self.handle(Tapped(buttons[choose(list(buttons))] or ""))
        self._last = await self.waiting()
        return self._last

    async def waiting_or_last(self) -> list[Message]:
        waiting = await self.waiting()
        return waiting or self._last

    async def finish(self) -> list[Message]:
        """Answer everything, the first choice or "Done" each time; return the last step's messages."""
        await self.handle(Started("market-day"))
        last: list[Message] = []
        while not any(isinstance(message, Result) for message in last):
            last = await self.tap(lambda labels: "Done" if "Done" in labels else labels[0])
        return last

    async def rows(self, *columns: Any) -> list[Any]:
        return await self.store.step(lambda connection: list(connection.execute(select(*columns)).all()))


@pytest.fixture
def desk(home: Survey, store: Store) -> Desk:
    return Desk(home, store)


# -- one update, once -----------------------------------------------------------------------------------------


async def test_an_update_delivered_twice_counts_once(desk: Desk) -> None:
    update = desk.update(Started())

    await desk.service.handle([update, update])
    await desk.service.handle([update])

    assert len(await desk.waiting()) == 1


async def test_the_same_number_from_another_channel_is_another_update(desk: Desk) -> None:
    other_channel = Address("elsewhere", "7")

    await desk.service.handle([Incoming(SOKHA, 1, Started()), Incoming(other_channel, 1, Started())])

    assert len(await desk.waiting(SOKHA)) == len(await desk.waiting(other_channel)) == 1


async def test_everything_is_committed_before_the_sender_hears_of_it(home: Survey, store: Store, database: str) -> None:
    seen: list[int] = []
    tables = (schema.seen_updates, schema.sessions, schema.outbox)
    outside = engine_for(database)

    def look_from_outside(_: object) -> None:
        with outside.connect() as other:
            seen.extend(other.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)

    service = Service(home, store, look_from_outside, worker="this", house=nobodys_house())

    await service.handle([Incoming(SOKHA, 1, Started())])

    assert seen == [1, 1, 1]
    outside.dispose()


async def test_the_sender_gets_the_first_message_of_every_chat_of_the_batch(desk: Desk) -> None:
    await desk.service.handle([desk.update(Started(), SOKHA), desk.update(Started(), DARA)])

    [letters] = desk.given
    assert {letter.address for letter in letters} == {SOKHA, DARA}


async def test_several_updates_of_one_chat_in_a_batch_are_handled_in_their_order(desk: Desk) -> None:
    await desk.handle(Started())
    await desk.tap()

    await desk.handle(Typed("Daily"), Typed("Below 25"), Typed("Neutral"))

    [(data,)] = await desk.rows(schema.sessions.c.data)
    assert data["answers"] == {"Freq_Use": "Daily", "Weekly_Amt": "Below 25", "Trust_Level": "Neutral"}


async def test_what_arrives_at_once_is_handled_once_whoever_brings_it(desk: Desk) -> None:
    updates = [desk.update(Started(), Address("telegram", str(number))) for number in range(30)]

    await asyncio.gather(*(desk.service.handle([update]) for update in [*updates, *updates]))

    assert len(await desk.rows(schema.people.c.id)) == 30
    assert len(await desk.rows(schema.outbox.c.id)) == 30
    assert len(desk.given) < 10  # in a few transactions, not in sixty


# -- what a step leaves behind --------------------------------------------------------------------------------


async def test_a_finished_conversation_is_stored_and_its_result_promised(desk: Desk) -> None:
    last = await desk.finish()

    columns = schema.responses.c
    [stored] = await desk.rows(columns.answers, columns.stated, columns.outcome, columns.campaign)
    assert (stored.stated, stored.outcome, stored.campaign) == ("Yes", "complete", "market-day")
    assert stored.answers["Freq_Use"] == "Daily"
    [consent] = await desk.rows(columns.consented_at)
    assert consent == (NOON,)
    result, picture = (message for message in last if isinstance(message, Result | Picture))
    assert isinstance(result, Result)
    assert isinstance(picture, Picture)
    assert result.run == picture.run
    assert result.card is None
    assert picture.card is not None


async def test_a_choice_that_ends_the_survey_is_stored_without_a_result(desk: Desk) -> None:
    await desk.handle(Started())
    await desk.tap()
    last = await desk.tap(lambda labels: next(label for label in labels if "don't use" in label))

    assert await desk.rows(schema.responses.c.outcome) == [("ended",)]
    assert not any(isinstance(message, Result) for message in last)


async def test_deleting_erases_everything_but_the_receipt(desk: Desk) -> None:
    await desk.finish()
    await desk.handle(Commanded("delete"))
    await desk.tap(lambda labels: next(label for label in labels if "erase" in label))

    for table in (schema.people, schema.sessions, schema.responses, schema.cards):
        assert await desk.rows(table) == [], table.name
    assert {row.chat_id for row in await desk.rows(schema.outbox.c.chat_id)} == {SOKHA.chat}
    assert all("Daily" not in str(row) for row in await desk.rows(schema.outbox.c.payload))


async def test_a_person_who_was_gone_and_writes_again_is_back(desk: Desk) -> None:
    await desk.handle(Started())
    await desk.store.step(lambda connection: connection.execute(update(schema.people).values(gone_at=NOON)) and None)

    await desk.handle(Started())

    assert await desk.rows(schema.people.c.gone_at) == [(None,)]


# -- what cannot be handled -----------------------------------------------------------------------------------


FAILS_ALWAYS = Typed(b"my secret")  # type: ignore[arg-type]
"""What no channel's adapter would give: bytes for a text."""


async def test_an_update_that_always_fails_is_parked_and_answered(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await desk.handle(Started())
    await desk.waiting()

    await desk.handle(FAILS_ALWAYS)

    [(kind, error)] = await desk.rows(schema.parked_updates.c.kind, schema.parked_updates.c.error)
    assert kind == "Typed"
    assert error.startswith("TypeError in ")
    assert "my secret" not in caplog.text + error
    [apology] = await desk.waiting()
    assert isinstance(apology, Say)
    assert apology.text.startswith("Sorry, something went wrong")


async def test_the_apology_is_in_the_language_of_the_chat(home: Survey, store: Store) -> None:
    desk = Desk(home, store)
    await desk.handle(Started(None, "km"))
    await desk.waiting()

    await desk.handle(FAILS_ALWAYS)

    assert await desk.waiting() == [Say(phrase("fault", "km"))]


async def test_somebody_unknown_hears_what_is_kept_of_them_in_their_apps_language(home: Survey, store: Store) -> None:
    desk = Desk(home, store)

    await desk.service.handle([desk.update(Commanded("mydata"), language="km-KH")])
    await desk.service.handle([desk.update(Commanded("delete"), language="km-KH")])

    report, nothing = await desk.waiting()
    assert isinstance(report, Report)
    assert report.language == "km"
    assert nothing == Say(phrase("nothing_stored", "km"))


async def test_a_parked_update_does_not_come_again(desk: Desk) -> None:
    await desk.handle(Started())
    failing = desk.update(FAILS_ALWAYS)

    await desk.service.handle([failing])
    await desk.service.handle([failing])

    assert len(await desk.rows(schema.parked_updates.c.id)) == 1


async def test_an_update_that_fails_leaves_the_others_of_its_batch_alone(desk: Desk) -> None:
    await desk.handle(Started())

    await desk.service.handle([desk.update(FAILS_ALWAYS, SOKHA), desk.update(Started(), DARA)])

    [welcome] = await desk.waiting(DARA)
    assert isinstance(welcome, Say)
    assert "Seven short questions" in welcome.text


async def test_an_update_that_nobody_can_read_is_parked(desk: Desk) -> None:
    unreadable = Unreadable("telegram", 5, "message", "KeyError in message.py:1", None)

    await desk.service.handle([unreadable, unreadable])

    assert await desk.rows(schema.parked_updates.c.kind) == [("message",)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_database_that_fails_parks_nothing_and_is_waited_for(
    home: Survey, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(databases, "FIRST_PAUSE", 0.01)
    store = Store.open(database)
    desk = Desk(home, store)
    other = sqlite3.connect(tmp_path / "answers.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with caplog.at_level(logging.WARNING):
        handling = asyncio.create_task(desk.handle(Started()))
        async with asyncio.timeout(10):
            while not caplog.messages:  # noqa: ASYNC110  # the log is where people see it, too
                await asyncio.sleep(0.01)
    assert not handling.done()
    other.execute("ROLLBACK")
    await handling

    assert await desk.rows(schema.parked_updates.c.id) == []
    assert len(await desk.waiting()) == 1
    other.close()
    store.close()


# -- what leaves the chat, and who leaves it ------------------------------------------------------------------


async def test_a_secret_leaves_the_chat_before_the_warning_comes(desk: Desk) -> None:
    await desk.service.handle([replace(desk.update(Typed("my pin is 1234")), message="17")])

    removal, warning = await desk.waiting()
    assert removal == Removal("17")
    assert isinstance(warning, Say)
    assert warning.text.startswith("If that is a password, a PIN or a code")


async def test_where_a_channel_does_not_name_what_people_write_there_is_a_warning_all_the_same(desk: Desk) -> None:
    await desk.handle(Typed("my pin is 1234"))

    assert [type(message) for message in await desk.waiting()] == [Say]


async def test_who_blocks_the_bot_gets_nothing_that_waited_and_goes_on_later(desk: Desk) -> None:
    await desk.handle(Started())

    await desk.service.handle([Presence(SOKHA, 1, gone=True), Presence(DARA, 2, gone=True)])
    assert await desk.waiting() == []
    await desk.service.handle([Presence(SOKHA, 3, gone=False), Presence(DARA, 4, gone=False)])

    await desk.handle(Typed("yes"))
    [_, card] = await desk.waiting()
    assert isinstance(card, Say)
    assert "Question 1 of 7" in card.text
