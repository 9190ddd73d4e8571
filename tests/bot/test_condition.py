from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, update

from bot.conversation.effects import Say
from bot.store import outbox, schema
from bot.store.condition import Condition, GivenUp, look, parked_messages, parked_of_late
from bot.store.database import Store
from bot.store.letters import Address

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
LONG_AGO, LATELY = NOON - timedelta(minutes=10), NOON - timedelta(minutes=1)


async def put(store: Store, chat: str, **values: Any) -> None:
    """Put a message into the outbox and change it as delivery, or time, would have."""

    def work(connection: Connection) -> None:
        bulk = values.pop("bulk", False)
        outbox.put(connection, Address("telegram", chat), [Say("hello")], LONG_AGO, bulk=bulk)
        if values:
            newest = outbox_table.c.id == connection.exec_driver_sql("SELECT max(id) FROM outbox").scalar_one()
            connection.execute(update(outbox_table).where(newest).values(**values))

    await store.step(work)


outbox_table = schema.outbox


async def condition(store: Store) -> Condition:
    return await store.step(partial(look, now=NOON))


async def test_an_idle_bot_has_nothing_waiting(store: Store) -> None:
    assert await condition(store) == Condition({"waiting": 0, "bulk": 0, "held": 0}, None, 0, None)


async def test_what_waits_is_told_apart_and_what_was_sent_or_given_up_is_not_counted(store: Store) -> None:
    await put(store, "1", created_at=LATELY, due_at=LATELY)
    await put(store, "2", bulk=True)
    await put(store, "3", held="model")
    await put(store, "4", sent_at=NOON)
    await put(store, "5", error="refused")

    found = await condition(store)

    assert found.messages == {"waiting": 1, "bulk": 1, "held": 1}
    assert found.oldest == LATELY
    assert found.oldest_seconds(NOON) == 60


async def test_a_message_that_nobody_sends_for_minutes_is_stuck(store: Store) -> None:
    await put(store, "1")
    await put(store, "1")
    await put(store, "2", created_at=LATELY, due_at=LATELY)

    assert (await condition(store)).stuck_chats == 1


async def test_a_message_that_the_channel_asked_to_wait_with_is_not_stuck(store: Store) -> None:
    await put(store, "1", attempts=1, due_at=NOON + timedelta(minutes=30))
    await put(store, "1")

    assert (await condition(store)).stuck_chats == 0


async def test_a_message_that_is_tried_again_and_again_is_stuck(store: Store) -> None:
    await put(store, "1", attempts=12, due_at=NOON + timedelta(seconds=40))

    assert (await condition(store)).stuck_chats == 1


async def test_bulk_that_waits_for_its_turn_is_not_stuck(store: Store) -> None:
    await put(store, "1", bulk=True)

    assert (await condition(store)).stuck_chats == 0


async def test_an_answer_behind_bulk_of_the_same_chat_may_be_stuck(store: Store) -> None:
    await put(store, "1", bulk=True)
    await put(store, "1")

    assert (await condition(store)).stuck_chats == 1


async def test_a_result_that_waits_for_a_model_is_not_stuck_and_lets_others_pass(store: Store) -> None:
    await put(store, "1", held="model")

    assert (await condition(store)).stuck_chats == 0


async def test_the_last_update_is_the_newest_that_was_taken_in(store: Store) -> None:
    rows = [{"channel": "telegram", "update_id": n, "seen_at": NOON - timedelta(hours=n)} for n in (3, 1, 2)]
    await store.step(lambda connection: connection.execute(insert(schema.seen_updates), rows))

    assert (await condition(store)).last_update == NOON - timedelta(hours=1)


async def test_what_was_given_up_in_the_last_day_is_counted_by_kind_and_reason(store: Store) -> None:
    await put(store, "1", error="can't parse")
    await put(store, "2", error="can't parse")
    await put(store, "3", error="too long")
    await put(store, "4", error="too long", created_at=NOON - timedelta(days=2))
    parked = {"channel": "telegram", "kind": "Typed", "error": "KeyError in a.py:1"}
    times = [{**parked, "parked_at": NOON - timedelta(hours=hours)} for hours in (1, 2, 30)]
    await store.step(lambda connection: connection.execute(insert(schema.parked_updates), times))

    messages = await store.step(partial(parked_messages, now=NOON))
    updates = await store.step(partial(parked_of_late, now=NOON))

    assert messages == [GivenUp("say", "can't parse", 2), GivenUp("say", "too long", 1)]
    assert updates == [GivenUp("Typed", "KeyError in a.py:1", 2)]
