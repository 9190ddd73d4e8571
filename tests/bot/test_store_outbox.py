from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from bot.conversation.effects import Button, Freeze, Redraw, Say
from bot.store import outbox, people, schema, workers
from bot.store.database import Store
from bot.store.letters import Address, Fate, Held, Letter, Message, Parked, Picture, Postponed, Removal, Result, Sent

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SOKHA = Address("telegram", "7")
DARA = Address("telegram", "8")


US, THEM = "this worker", "another worker"


class Box:
    """The outbox in a store, as sentences."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, address: Address, *messages: Message, bulk: bool = False) -> None:
        await self.do(partial(outbox.put, address=address, messages=messages, now=NOON, bulk=bulk))

    async def post(self, mail: Mapping[Address, Sequence[Message]], worker: str = US) -> list[Letter]:
        return await self._store.step(partial(outbox.post, mail=mail, worker=worker, now=NOON))

    async def claim(self, *addresses: Address, worker: str = US) -> list[Letter]:
        return await self._store.step(partial(outbox.reclaim, addresses=addresses, worker=worker))

    async def claim_bulk(self, now: datetime = NOON) -> Letter | None:
        return await self._store.step(partial(outbox.claim_bulk, worker=US, now=now))

    async def nudge(self) -> Letter:
        letter = await self.claim_bulk()
        assert letter is not None
        return letter

    async def first(self, address: Address) -> Letter:
        [letter] = await self.claim(address)
        return letter

    async def next_text(self, address: Address) -> str | None:
        letters = await self.claim(address)
        return letters[0].message.text if letters and isinstance(letters[0].message, Say | Redraw) else None

    async def settle(self, *fates: Fate, worker: str = US) -> list[Letter]:
        return await self._store.step(partial(outbox.settle, fates=fates, worker=worker, now=NOON))

    async def sent(self, letter: Letter, message_id: str | None = None) -> list[Letter]:
        return await self.settle(Sent(letter, message_id))

    async def do(self, work: Callable[[Connection], object]) -> None:
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

    assert await store.step(outbox.abandoned) == [SOKHA]


async def test_a_postponed_message_keeps_its_place(box: Box) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))
    later = NOON + timedelta(seconds=30)

    [letter] = await box.settle(Postponed(await box.first(SOKHA), later))

    assert (letter.message, letter.due_at, letter.attempts) == (Say("one"), later, 1)


async def test_a_message_given_up_lets_the_next_one_through(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("one"), Say("two"))

    await box.settle(Parked(await box.first(SOKHA), "Bad Request: " + 300 * "x"))

    assert await box.next_text(SOKHA) == "two"
    reason = await store.step(lambda connection: connection.scalar(select(schema.outbox.c.error)))
    assert reason is not None
    assert reason.startswith("Bad Request: ")


async def test_a_message_held_back_lets_the_next_one_through_until_it_is_released(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("result"), Say("later words"))
    await box.settle(Held(await box.first(SOKHA), "model"))

    assert await box.next_text(SOKHA) == "later words"
    await box.sent(await box.first(SOKHA))
    await box.do(partial(outbox.release, reason="model"))

    assert await box.next_text(SOKHA) == "result"


async def test_an_edit_finds_the_message_that_its_card_became(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3))
    await box.sent(await box.first(SOKHA), "100")
    await box.put(SOKHA, Redraw(3, "next question"))

    assert (await box.first(SOKHA)).edits == "100"


async def test_a_card_sent_anew_is_edited_where_it_is_now(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3), Redraw(3, "next question"))
    await box.sent(await box.first(SOKHA), "100")
    await box.sent(await box.first(SOKHA), "101")
    await box.put(SOKHA, Redraw(3, "the one after"))

    assert (await box.first(SOKHA)).edits == "101"


async def test_an_edit_of_a_card_that_was_never_sent_finds_nothing(box: Box) -> None:
    await box.put(SOKHA, Redraw(3, "question"))

    assert (await box.first(SOKHA)).edits is None


async def test_a_frozen_card_is_forgotten(box: Box) -> None:
    await box.put(SOKHA, Say("question", card=3), Freeze(3), Freeze(3))
    await box.sent(await box.first(SOKHA), "100")
    await box.sent(await box.first(SOKHA))

    assert (await box.first(SOKHA)).edits is None


@pytest.mark.parametrize("refused", [True, False])
async def test_of_somebody_erased_no_card_is_left_that_could_not_be_frozen(
    refused: bool, box: Box, store: Store
) -> None:
    await box.put(SOKHA, Say("question", card=3))
    await box.sent(await box.first(SOKHA), "100")
    await box.do(partial(people.forget, address=SOKHA, spared={3}))
    await box.put(SOKHA, Freeze(3))
    freezing = await box.first(SOKHA)

    if refused:
        await box.settle(Parked(freezing, "message is too old"))
    else:
        await box.do(partial(people.mark_gone, address=SOKHA, at=NOON))

    assert await store.step(lambda connection: connection.scalar(select(schema.cards.c.card))) is None


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

    await box.do(partial(outbox.purge, now=NOON + timedelta(hours=47), most=9))
    assert len(await store.step(lambda connection: connection.execute(select(schema.outbox.c.id)).all())) == 2

    await box.do(partial(outbox.purge, now=NOON + timedelta(hours=49), most=9))
    assert await store.step(lambda connection: connection.scalars(select(schema.outbox.c.id)).all()) == [2]


async def test_messages_given_up_are_purged_after_two_days_as_well(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("refused"), Say("not sent"))
    await box.settle(Parked(await box.first(SOKHA), "too strange"))

    for hours, left in ((47, [1, 2]), (49, [2])):
        await box.do(partial(outbox.purge_given_up, now=NOON + timedelta(hours=hours), most=9))
        assert await store.step(lambda connection: connection.scalars(select(schema.outbox.c.id)).all()) == left


# -- claims ---------------------------------------------------------------------------------------------------


async def test_whoever_posts_to_a_free_chat_has_claimed_it(box: Box) -> None:
    letters = await box.post({SOKHA: [Say("one"), Say("two")], DARA: [Say("three")]})

    assert [letter.message for letter in letters] == [Say("one"), Say("three")]
    assert await box.claim(SOKHA, DARA, worker=THEM) == []


async def test_whoever_posts_to_a_chat_in_other_hands_leaves_it_there(box: Box) -> None:
    [first] = await box.post({SOKHA: [Say("one")]}, worker=THEM)

    assert await box.post({SOKHA: [Say("two")]}) == []

    [second] = await box.settle(Sent(first), worker=THEM)
    assert second.message == Say("two")


async def test_a_claim_ends_when_the_chats_last_message_is_sent(box: Box) -> None:
    [letter] = await box.post({SOKHA: [Say("one")]}, worker=THEM)
    assert await box.settle(Sent(letter), worker=THEM) == []

    [letter] = await box.post({SOKHA: [Say("two")]})

    assert letter.message == Say("two")


async def test_what_is_put_in_beside_a_message_in_hand_disturbs_nobody(box: Box, store: Store) -> None:
    await box.put(SOKHA, Redraw(3, "one box"))
    in_hand = await box.first(SOKHA)
    await box.put(SOKHA, Redraw(3, "two boxes"))

    assert await store.step(partial(outbox.claim, addresses=[SOKHA], worker=US)) == []

    [letter] = await box.settle(Postponed(in_hand, NOON + timedelta(seconds=30)))
    assert letter.due_at == NOON + timedelta(seconds=30)


async def test_what_a_dead_worker_had_claimed_is_claimed_by_another(box: Box, store: Store) -> None:
    await box.post({SOKHA: [Say("one"), Say("two")]}, worker=THEM)
    assert await store.step(outbox.abandoned) == []

    await box.do(partial(outbox.give_up_claims, worker=THEM))

    assert await store.step(outbox.abandoned) == [SOKHA]
    assert await box.next_text(SOKHA) == "one"


async def test_claims_of_workers_that_nobody_knows_do_not_hold_a_chat_for_ever(box: Box, store: Store) -> None:
    """One stopped while the database was away, and its last transaction came through after it had left."""
    await box.do(partial(workers.join, name=US, now=NOON, alone=False))
    await box.post({SOKHA: [Say("one")]}, worker=US)
    await box.post({DARA: [Say("two")]}, worker="left before")

    await box.do(outbox.give_up_unknown_claims)

    assert await store.step(outbox.abandoned) == [DARA]


async def test_what_a_newer_program_put_in_is_given_up_and_holds_up_nobody(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("from tomorrow"), Say("one"))
    await box.put(DARA, Say("two"))
    first = select(schema.outbox.c.id).order_by(schema.outbox.c.id).limit(1).scalar_subquery()
    stranger = update(schema.outbox).where(schema.outbox.c.id == first).values(kind="hologram")
    await box.do(lambda connection: connection.execute(stranger))

    letters = await box.claim(SOKHA, DARA)

    assert {letter.message for letter in letters} == {Say("one"), Say("two")}
    reason = await store.step(lambda c: c.scalar(select(schema.outbox.c.error).where(schema.outbox.c.id == first)))
    assert reason is not None
    assert reason.startswith("this program cannot read it: KeyError")


async def test_a_worker_knows_what_of_its_own_is_late(box: Box, store: Store) -> None:
    await box.post({SOKHA: [Say("one")]})

    late, early = (partial(outbox.claimed_before, worker=US, moment=NOON + timedelta(seconds=s)) for s in (1, 0))

    assert await store.step(late) == [SOKHA]
    assert await store.step(early) == []


async def test_of_several_edits_of_a_card_the_last_wins(box: Box) -> None:
    await box.put(SOKHA, Redraw(3, "one box"), Redraw(3, "two boxes"), Say("words"), Redraw(3, "three boxes"))

    assert await box.next_text(SOKHA) == "words"
    await box.sent(await box.first(SOKHA))
    assert await box.next_text(SOKHA) == "three boxes"


async def test_an_edit_is_pointless_once_another_text_replaces_it_but_not_when_its_buttons_go(box: Box) -> None:
    await box.put(SOKHA, Redraw(3, "question"), Freeze(3, "answered"))
    await box.put(DARA, Redraw(3, "question"), Freeze(3))

    assert (await box.first(SOKHA)).message == Freeze(3, "answered")
    assert (await box.first(DARA)).message == Redraw(3, "question")


async def test_a_view_of_a_result_is_edited_in_place_and_only_the_last_one_asked_for_is_made(box: Box) -> None:
    listed = Result("r", "what_if", "en", card=3)
    tried = replace(listed, view="outcome", in_place=True, changes={"Had_Issues": "No"})
    anew = replace(listed, in_place=True)
    await box.put(SOKHA, listed)
    await box.sent(await box.first(SOKHA), "100")

    await box.put(SOKHA, tried, anew, tried)
    letter = await box.first(SOKHA)

    assert (letter.message, letter.edits) == (tried, "100")
    assert await box.sent(letter, "100") == []


async def test_an_edit_that_replaces_a_postponed_one_waits_as_long(box: Box) -> None:
    await box.put(SOKHA, Redraw(3, "one box"))
    later = NOON + timedelta(seconds=30)
    first = await box.first(SOKHA)
    await box.put(SOKHA, Redraw(3, "two boxes"))

    [letter] = await box.settle(Postponed(first, later))

    assert (letter.message, letter.due_at) == (Redraw(3, "two boxes"), later)


# -- bulk -----------------------------------------------------------------------------------------------------


async def test_bulk_is_claimed_apart_the_oldest_first_and_only_when_due(box: Box) -> None:
    await box.put(SOKHA, Say("nudge"), bulk=True)
    await box.put(DARA, Say("nudge"), bulk=True)

    assert await box.claim(SOKHA, DARA) == []
    assert await box.claim_bulk(now=NOON - timedelta(seconds=1)) is None
    letters = [await box.nudge(), await box.nudge()]
    assert {letter.address for letter in letters} == {SOKHA, DARA}
    assert all(letter.bulk for letter in letters)
    assert await box.claim_bulk() is None


async def test_an_answer_goes_before_the_bulk_that_waits_for_its_chat(box: Box) -> None:
    await box.put(SOKHA, Say("nudge"), bulk=True)

    [letter] = await box.post({SOKHA: [Say("answer")]})

    assert letter.message == Say("answer")
    assert await box.claim_bulk() is None
    assert await box.sent(letter) == []
    assert (await box.nudge()).message == Say("nudge")


async def test_an_answer_follows_the_bulk_that_is_on_its_way(box: Box) -> None:
    await box.put(SOKHA, Say("nudge"), bulk=True)
    nudge = await box.nudge()

    assert await box.post({SOKHA: [Say("answer")]}) == []

    [letter] = await box.sent(nudge)
    assert letter.message == Say("answer")


async def test_postponed_bulk_keeps_nobody_waiting(box: Box) -> None:
    await box.put(SOKHA, Say("nudge"), bulk=True)
    nudge = await box.nudge()

    await box.settle(Postponed(nudge, NOON + timedelta(hours=1)))

    [letter] = await box.post({SOKHA: [Say("answer")]})
    assert letter.message == Say("answer")


# -- people ---------------------------------------------------------------------------------------------------


async def test_forgetting_a_person_erases_all_of_theirs_and_nothing_of_others(box: Box, store: Store) -> None:
    for address in (SOKHA, DARA):
        ids = await store.step(partial(people.add, addresses=[address], now=NOON))
        await store.step(partial(people.save_sessions, data={ids[address]: {}}, survey_hash="", now=NOON))
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
    ids = await store.step(partial(people.add, addresses=[SOKHA], now=NOON))
    await box.put(SOKHA, Say("one"), Say("two"))

    await store.step(partial(people.mark_gone, address=SOKHA, at=NOON))

    def gone_at(connection: Connection) -> datetime | None:
        return connection.scalar(select(schema.people.c.gone_at))

    assert await box.next_text(SOKHA) is None
    assert await store.step(gone_at) == NOON
    await store.step(partial(people.mark_back, gone=ids.values()))
    assert await store.step(gone_at) is None


async def test_a_result_that_is_held_back_waits_for_a_person_who_was_gone_meanwhile(box: Box, store: Store) -> None:
    await box.put(SOKHA, Say("your result"))
    await box.settle(Held(await box.first(SOKHA), "model"))

    await store.step(partial(people.mark_gone, address=SOKHA, at=NOON))
    await store.step(partial(outbox.release, reason="model"))

    assert await box.next_text(SOKHA) == "your result"


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
    st.builds(Removal, texts),
)


@given(message=messages)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_every_message_comes_back_as_it_was_put_in(message: Message, box: Box) -> None:
    await box.do(partial(people.forget, address=SOKHA, spared=()))

    await box.put(SOKHA, message)

    assert (await box.first(SOKHA)).message == message


async def test_a_response_is_stored_once_per_run(store: Store) -> None:
    def twice(connection: Connection) -> int:
        [person] = people.add(connection, [SOKHA], NOON).values()
        values = {"run": "r", "person_id": person, "answers": {}, "outcome": "complete", "finished_at": NOON}
        connection.execute(insert(schema.responses).values(values))
        connection.execute(insert(schema.responses).values(values))
        return 0

    with pytest.raises(Exception, match=r"UNIQUE constraint failed: responses\.run|uq_responses_run"):
        await store.step(twice)
