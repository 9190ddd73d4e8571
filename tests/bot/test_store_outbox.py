from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from bot.conversation.effects import Button, Freeze, Redraw, Say
from bot.store import outbox, people, schema
from bot.store.database import Store
from bot.store.outbox import Address, Letter, Message, Picture, Result

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOKHA = Address("telegram", "7")
DARA = Address("telegram", "8")


class Box:
    """The outbox in a store, as sentences."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, address: Address, *messages: Message) -> None:
        await self.do(partial(outbox.put, address=address, messages=messages, now=NOON))

    async def first(self, address: Address) -> Letter:
        letter = await self._store.step(partial(outbox.first, address=address))
        assert letter is not None
        return letter

    async def next_text(self, address: Address) -> str | None:
        letter = await self._store.step(partial(outbox.first, address=address))
        if letter is None:
            return None
        assert isinstance(letter.message, Say)
        return letter.message.text

    async def sent(self, letter: Letter, message_id: str | None = None) -> None:
        await self.do(partial(outbox.sent, letter=letter, message_id=message_id, now=NOON))

    async def do(self, work: Callable[[Connection], None]) -> None:
        await self._store.step(work)


@pytest.fixture
def box(store: Store) -> Box:
    return Box(store)


async def test_messages_leave_in_the_order_they_came(box: Box) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))
    await box.put(DARA, Say("another chat's"))

    assert await box.next_text(SOKHA) == "one"
    await box.sent(await box.first(SOKHA), "100")
    assert await box.next_text(SOKHA) == "two"
    await box.sent(await box.first(SOKHA), "101")
    assert await box.next_text(SOKHA) is None


async def test_the_chats_that_wait_are_known_after_a_restart(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))
    await box.put(DARA, Say("three"))
    await box.sent(await box.first(DARA), "100")

    assert await store.step(outbox.waiting) == [SOKHA]


async def test_a_postponed_message_keeps_its_place(box: Box) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))
    later = NOON + timedelta(seconds=30)

    await box.do(partial(outbox.postpone, letter=await box.first(SOKHA), until=later))

    letter = await box.first(SOKHA)
    assert (letter.message, letter.due_at, letter.attempts) == (Say("one"), later, 1)


async def test_a_message_given_up_lets_the_next_one_through(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))

    await box.do(partial(outbox.park, letter=await box.first(SOKHA), error="Bad Request: " + 300 * "x"))

    assert await box.next_text(SOKHA) == "two"
    reason = await store.step(lambda connection: connection.scalar(select(schema.outbox.c.error)))
    assert reason is not None
    assert reason.startswith("Bad Request: ")


async def test_a_message_held_back_lets_the_next_one_through_until_it_is_released(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("result"), Say("later words"))
    await box.do(partial(outbox.hold, letter=await box.first(SOKHA), reason="model"))

    assert await box.next_text(SOKHA) == "later words"
    await box.do(partial(outbox.release, reason="model"))

    assert await box.next_text(SOKHA) == "result"


async def test_an_edit_finds_the_message_that_its_card_became(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3))
    await box.sent(await box.first(SOKHA), "100")
    await box.put(SOKHA, Redraw(3, "next question"))

    assert (await box.first(SOKHA)).edits == "100"


async def test_a_card_sent_anew_is_edited_where_it_is_now(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3), Redraw(3, "next question"), Redraw(3, "the one after"))
    await box.sent(await box.first(SOKHA), "100")
    await box.sent(await box.first(SOKHA), "101")

    assert (await box.first(SOKHA)).edits == "101"


async def test_an_edit_of_a_card_that_was_never_sent_finds_nothing(box: Box) -> None:
    await box.put(SOKHA, Redraw(3, "question"))

    assert (await box.first(SOKHA)).edits is None


async def test_a_frozen_card_is_forgotten(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3), Freeze(3), Freeze(3))
    await box.sent(await box.first(SOKHA), "100")
    await box.sent(await box.first(SOKHA))

    assert (await box.first(SOKHA)).edits is None


async def test_a_message_erased_on_its_way_is_not_taken_for_a_newer_one(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("on its way", card=3))
    on_its_way = await box.first(SOKHA)
    await box.do(partial(people.forget, address=SOKHA, spared=()))
    await box.put(SOKHA, Say("receipt"))

    await box.sent(on_its_way, "100")

    assert await box.next_text(SOKHA) == "receipt"
    assert await store.step(lambda connection: connection.scalar(select(schema.cards.c.card))) is None


async def test_messages_sent_two_days_ago_are_purged_and_no_others(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("sent"), Say("not sent"))
    await box.sent(await box.first(SOKHA), "100")

    await box.do(partial(outbox.purge, now=NOON + timedelta(hours=47)))
    assert len(await store.step(lambda connection: connection.execute(select(schema.outbox.c.id)).all())) == 2

    await box.do(partial(outbox.purge, now=NOON + timedelta(hours=49)))
    assert await store.step(lambda connection: connection.scalars(select(schema.outbox.c.id)).all()) == [2]


# -- people ---------------------------------------------------------------------------------------------------


async def test_forgetting_a_person_erases_all_of_theirs_and_nothing_of_others(box: Box, store: Store) -> None:
    for address in (SOKHA, DARA):
        person = await store.step(partial(people.add, address=address, now=NOON))
        await store.step(partial(people.save_session, person=person, data={}, survey_hash="", now=NOON))
        await box.put(address, Say("question", card=1), Say("unsent"))
        await box.sent(await box.first(address), "100")

    await store.step(partial(people.forget, address=SOKHA, spared=()))

    def left(connection: Connection) -> dict[str, int]:
        tables = (schema.people, schema.sessions, schema.cards, schema.outbox)
        return {table.name: len(connection.execute(select(table)).all()) for table in tables}

    assert await store.step(left) == {"people": 1, "sessions": 1, "cards": 1, "outbox": 2}
    assert await box.next_text(DARA) == "unsent"


async def test_a_card_about_to_be_frozen_is_spared_until_then(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("question", card=1))
    await box.sent(await box.first(SOKHA), "100")

    await store.step(partial(people.forget, address=SOKHA, spared={1}))
    await box.put(SOKHA, Freeze(1))

    assert (await box.first(SOKHA)).edits == "100"


async def test_nothing_waits_for_a_person_who_is_gone_until_they_are_back(box: Box, store: Store) -> None:
    person = await store.step(partial(people.add, address=SOKHA, now=NOON))
    await box.put(SOKHA, Say("one"), Say("two"))

    await store.step(partial(people.mark_gone, address=SOKHA, now=NOON))

    def gone_at(connection: Connection) -> datetime | None:
        return connection.scalar(select(schema.people.c.gone_at))

    assert await box.next_text(SOKHA) is None
    assert await store.step(gone_at) == NOON
    await store.step(partial(people.mark_back, person=person))
    assert await store.step(gone_at) is None


# -- what is stored comes back --------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]))
buttons = st.builds(Button, texts, data=st.none() | texts, url=st.none() | texts)
keyboards = st.lists(st.lists(buttons).map(tuple)).map(tuple)
card_numbers = st.integers(0, 10**6)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Say, texts, keyboard=keyboards, card=st.none() | card_numbers),
    st.builds(Redraw, card_numbers, texts, keyboard=keyboards),
    st.builds(Freeze, card_numbers, text=st.none() | texts),
    st.builds(Result, texts, texts, texts, card=st.none() | card_numbers),
    st.builds(Picture, texts, texts, card=st.none() | card_numbers),
)


@given(message=messages)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_every_message_comes_back_as_it_was_put_in(message: Message, box: Box) -> None:
    await box.do(partial(people.forget, address=SOKHA, spared=()))

    await box.put(SOKHA, message)

    assert (await box.first(SOKHA)).message == message


async def test_a_response_is_stored_once_per_run(store: Store) -> None:
    def twice(connection: Connection) -> int:
        values = {"run": "r", "person_id": 1, "answers": {}, "outcome": "complete", "finished_at": NOON}
        people.add(connection, SOKHA, NOON)
        connection.execute(insert(schema.responses).values(values))
        connection.execute(insert(schema.responses).values(values))
        return 0

    with pytest.raises(Exception, match=r"UNIQUE constraint failed: responses\.run"):
        await store.step(twice)
