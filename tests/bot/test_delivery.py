"""The sender against a channel of the test's own, which fails as it is told: no mock, a second channel."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot import delivery as deliveries
from bot.assessor import Assessor
from bot.channel import (
    Channel,
    DeliveryError,
    MessageGoneError,
    PersonGoneError,
    RefusedError,
    ThrottledError,
    UnreachableError,
)
from bot.clock import utc_now
from bot.conversation.effects import Freeze, Keyboard, Redraw, Say
from bot.delivery import Delivery
from bot.pacing import Pace
from bot.reports.dispatch import Reports
from bot.results import Results
from bot.store import dialects, outbox, people, schema
from bot.store.database import Store
from bot.store.letters import MESSAGES, Address, Letter, Message, Removal, Report, Sent
from engine.survey import Survey
from tests.bot.house import WithoutFiles

SOKHA = Address("post", "Sokha")
DARA = Address("post", "Dara")


@dataclass
class Post(WithoutFiles):
    """A channel that writes down what it delivers, failing first with the errors laid out for a chat."""

    delivered: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        await self._deliver(chat, text)
        return f"{chat}'s {len(self.delivered)}"

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        await self._deliver(chat, f"{message_id} becomes {text}")

    async def strip(self, chat: str, message_id: str) -> None:
        await self._deliver(chat, f"{message_id} loses its buttons")

    async def remove(self, chat: str, message_id: str) -> None:
        await self._deliver(chat, f"{message_id} is removed")

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError

    async def _deliver(self, chat: str, what: str) -> None:
        async with self.news:
            self.news.notify_all()
            if errors := self.errors.get(chat):
                raise errors.pop(0)
            self.delivered.append((chat, what))

    def to(self, chat: str) -> list[str]:
        return [what for whom, what in self.delivered if whom == chat]

    async def until(self, chat: str, *expected: str) -> None:
        async with asyncio.timeout(10), self.news:
            await self.news.wait_for(lambda: self.to(chat) == list(expected))


@dataclass
class Office:
    store: Store
    post: Post
    delivery: Delivery

    async def put(self, address: Address, *messages: Message) -> None:
        await self.store.step(partial(outbox.put, address=address, messages=messages, now=utc_now()))
        self.delivery.notify([address])

    async def parked(self) -> list[str | None]:
        return await self.store.step(
            lambda connection: list(
                connection.scalars(select(schema.outbox.c.error).where(schema.outbox.c.error.is_not(None)))
            )
        )


@pytest.fixture
async def office(home: Survey, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(deliveries, "FIRST_PAUSE", 0.01)
    async with open_office(home, store, tmp_path, Post()) as office:
        yield office


@asynccontextmanager
async def open_office(
    home: Survey,
    store: Store,
    versions: Path,
    post: Post,
    *,
    worker: str = "this",
    per_second: float = 0,
    reports: Reports | None = None,
) -> AsyncIterator[Office]:
    assessor = Assessor(home, versions)
    results = Results(home, store, assessor)
    pace = Pace(per_second)
    delivery = Delivery(store, {"post": post}, results, utc_now, worker=worker, pace=pace, reports=reports)
    yield Office(store, post, delivery)
    await delivery.stop(5)
    assessor.close()


async def test_messages_arrive_in_the_order_of_their_chat(office: Office) -> None:
    await office.put(SOKHA, Say("one"), Say("two"))
    await office.put(DARA, Say("another"))
    await office.put(SOKHA, Say("three"))

    await office.post.until("Sokha", "one", "two", "three")
    await office.post.until("Dara", "another")


async def test_an_edit_reaches_the_message_that_its_card_became(office: Office) -> None:
    await office.put(SOKHA, Say("question", card=1), Redraw(1, "next question"), Freeze(1))

    await office.post.until("Sokha", "question", "Sokha's 1 becomes next question", "Sokha's 1 loses its buttons")


async def test_an_edit_of_a_card_that_is_gone_becomes_a_new_message(office: Office) -> None:
    await office.put(SOKHA, Say("question", card=1))
    await office.post.until("Sokha", "question")
    office.post.errors["Sokha"] = [MessageGoneError()]

    await office.put(SOKHA, Redraw(1, "next question"))
    await office.post.until("Sokha", "question", "next question")
    await office.put(SOKHA, Redraw(1, "the one after"))

    await office.post.until("Sokha", "question", "next question", "Sokha's 2 becomes the one after")


async def test_freezing_a_card_that_nobody_knows_does_nothing(office: Office) -> None:
    await office.put(SOKHA, Freeze(1), Say("next question"))

    await office.post.until("Sokha", "next question")


async def test_what_cannot_be_delivered_now_is_tried_again_before_what_follows(office: Office) -> None:
    office.post.errors["Sokha"] = [UnreachableError("no network"), UnreachableError("no network")]

    await office.put(SOKHA, Say("one"), Say("two"))

    await office.post.until("Sokha", "one", "two")


async def test_a_chat_that_has_to_wait_holds_up_no_other(office: Office) -> None:
    office.post.errors["Sokha"] = [ThrottledError(3600)]

    await office.put(SOKHA, Say("one"))
    await office.put(DARA, Say("another"))

    await office.post.until("Dara", "another")
    assert office.post.to("Sokha") == []


async def test_a_chat_goes_on_once_it_has_waited(office: Office) -> None:
    office.post.errors["Sokha"] = [ThrottledError(0.05)]

    await office.put(SOKHA, Say("one"), Say("two"))

    await office.post.until("Sokha", "one", "two")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RefusedError("Bad Request: something of tomorrow"), "Bad Request: something of tomorrow"),
        (KeyError("what somebody wrote"), "KeyError in test_delivery.py:"),
    ],
)
async def test_a_message_that_never_will_be_taken_is_given_up_with_its_reason(
    error: Exception, reason: str, office: Office
) -> None:
    office.post.errors["Sokha"] = [error]

    await office.put(SOKHA, Say("one"), Say("two"))
    await office.post.until("Sokha", "two")

    [parked] = await office.parked()
    assert parked is not None
    assert parked.startswith(reason)


@pytest.mark.parametrize("error", [MessageGoneError(), RefusedError("message can't be touched")])
async def test_a_message_that_cannot_be_removed_keeps_nothing_waiting(office: Office, error: Exception) -> None:
    await office.put(SOKHA, Removal("17"), Say("one"))
    await office.post.until("Sokha", "17 is removed", "one")
    office.post.errors["Sokha"] = [error]

    await office.put(SOKHA, Removal("18"), Say("two"))
    await office.post.until("Sokha", "17 is removed", "one", "two")

    assert await office.parked() == []


async def test_nothing_more_is_sent_to_a_person_who_is_gone(office: Office) -> None:
    await office.store.step(partial(people.add, addresses=[SOKHA], now=utc_now()))
    office.post.errors["Sokha"] = [PersonGoneError()]

    await office.put(SOKHA, Say("one"), Say("two"))
    await office.put(DARA, Say("another"))
    await office.post.until("Dara", "another")
    await office.delivery.stop(5)

    assert office.post.to("Sokha") == []
    assert await office.store.step(outbox.abandoned) == []
    assert await office.store.step(lambda c: c.scalar(select(schema.people.c.gone_at))) is not None


async def test_what_waited_while_the_bot_was_down_is_delivered_at_the_next_start(
    home: Survey, store: Store, tmp_path: Path
) -> None:
    await store.step(partial(outbox.put, address=SOKHA, messages=[Say("one"), Say("two")], now=utc_now()))

    async with open_office(home, store, tmp_path, Post()) as office:
        await office.delivery.sweep()
        await office.post.until("Sokha", "one", "two")

    assert await store.step(outbox.abandoned) == []


async def test_stopping_finishes_the_message_in_hand_and_keeps_the_others(
    home: Survey, store: Store, tmp_path: Path
) -> None:
    in_hand, may_end = asyncio.Event(), asyncio.Event()

    class SlowPost(Post):
        async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
            in_hand.set()
            await may_end.wait()
            return await super().say(chat, text, keyboard)

    post = SlowPost()
    async with open_office(home, store, tmp_path, post) as office:
        await office.put(SOKHA, Say("one"), Say("two"))
        await in_hand.wait()
        stopping = asyncio.create_task(office.delivery.stop(5))
        await asyncio.sleep(0)
        may_end.set()
        await stopping

    assert post.to("Sokha") == ["one"]
    [letter] = await store.step(partial(outbox.reclaim, addresses=[SOKHA], worker="this"))
    assert letter.message == Say("two")


async def test_no_message_stands_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    errors: list[DeliveryError] = [UnreachableError("no network"), RefusedError("Bad Request")]
    office.post.errors["Sokha"] = [*errors]

    with caplog.at_level(logging.DEBUG):
        await office.put(SOKHA, Say("a secret"), Say("two"))
        await office.post.until("Sokha", "two")

    assert "trying again" in caplog.text
    assert "given up" in caplog.text
    assert "a secret" not in caplog.text


# -- several workers, and bulk --------------------------------------------------------------------------------


async def test_two_workers_deliver_every_chats_messages_once_and_in_order(
    home: Survey, store: Store, database: str, tmp_path: Path
) -> None:
    chats = [Address("post", f"chat {number}") for number in range(12)]
    post, other_store = Post(), Store.open(database)
    async with (
        open_office(home, store, tmp_path, post, worker="one") as one,
        open_office(home, other_store, tmp_path, post, worker="other") as other,
    ):

        async def write(number: int) -> None:
            office, name = ((one, "one"), (other, "other"))[number % 2]
            mail = {chat: [Say(f"{number}")] for chat in chats}
            letters = await office.store.step(partial(post_to, mail=mail, worker=name))
            office.delivery.take(letters)

        for number in range(10):
            await write(number)
        for chat in chats:
            await post.until(chat.chat, *(f"{number}" for number in range(10)))
    other_store.close()


def post_to(connection: Connection, mail: Mapping[Address, Sequence[Message]], worker: str) -> list[Letter]:
    dialects.lock(connection, mail)
    return outbox.post(connection, mail, worker, utc_now())


async def test_what_a_dead_worker_left_behind_is_delivered_with_the_next_look(office: Office) -> None:
    mail = {SOKHA: [Say("one"), Say("two")]}
    await office.store.step(partial(post_to, mail=mail, worker="dead"))
    await office.delivery.sweep()
    assert office.post.to("Sokha") == []

    await office.store.step(partial(outbox.give_up_claims, worker="dead"))
    await office.delivery.sweep()

    await office.post.until("Sokha", "one", "two")


async def test_what_slipped_from_a_transactions_answer_is_delivered_with_a_later_look(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke when the database had committed, but before it said so."""
    mail = {SOKHA: [Say("one")]}
    await office.store.step(partial(post_to, mail=mail, worker="this"))
    monkeypatch.setattr(deliveries, "FORGOTTEN_AFTER", timedelta(0))

    await office.delivery.sweep()

    await office.post.until("Sokha", "one")


async def test_a_box_ticked_while_the_chat_has_to_wait_is_shown_once_with_the_last_state(office: Office) -> None:
    await office.put(SOKHA, Say("boxes", card=1))
    await office.post.until("Sokha", "boxes")
    office.post.errors["Sokha"] = [ThrottledError(0.3)]

    for ticked in ("one box", "two boxes", "three boxes"):
        await office.put(SOKHA, Redraw(1, ticked))

    await office.post.until("Sokha", "boxes", "Sokha's 1 becomes three boxes")


async def test_bulk_reaches_everybody(office: Office) -> None:
    chats = [Address("post", f"chat {number}") for number in range(20)]
    for chat in chats:
        await office.store.step(partial(outbox.put, address=chat, messages=[Say("nudge")], now=utc_now(), bulk=True))

    await office.delivery.sweep()

    for chat in chats:
        await office.post.until(chat.chat, "nudge")


async def test_answers_to_people_go_before_bulk_that_has_waited_longer(
    home: Survey, store: Store, tmp_path: Path
) -> None:
    async with open_office(home, store, tmp_path, Post(), per_second=5) as office:
        for number in range(12):
            chat = Address("post", f"chat {number}")
            nudge = partial(outbox.put, address=chat, messages=[Say("nudge")], now=utc_now(), bulk=True)
            await office.store.step(nudge)
        await office.delivery.sweep()
        await office.post.until("chat 4", "nudge")

        await office.put(SOKHA, Say("answer"))
        await office.post.until("Sokha", "answer")

        assert len(office.post.delivered) < 12


async def test_what_becomes_several_messages_takes_as_many_places_and_holds_up_nobody(
    home: Survey, store: Store, tmp_path: Path
) -> None:
    post, began = Post(), time.monotonic()

    async def show_album(channel: Channel, chat: str, report: Report) -> str:
        return await channel.say(chat, "album", ())

    async with open_office(home, store, tmp_path, post, per_second=5, reports=Reports({"album": show_album})) as office:
        await office.put(SOKHA, Report("album", "en", {MESSAGES: 8}))
        await office.put(DARA, Say("answer"))

        await post.until("Dara", "answer")
        assert post.to("Sokha") == []
        await post.until("Sokha", "album")

    assert time.monotonic() - began > 1.0


async def test_what_is_claimed_while_the_chats_last_message_is_just_settled_is_delivered_too(
    office: Office,
) -> None:
    """The next tap may be committed between the settling transaction and the end of the task that waits for it."""
    sending = asyncio.Event()
    may_end = asyncio.Event()

    async def slow(chat: str, text: str, keyboard: Keyboard) -> str:
        sending.set()
        await may_end.wait()
        return await Post.say(office.post, chat, text, keyboard)

    office.post.say = slow  # type: ignore[method-assign]
    mail = {SOKHA: [Say("one")]}
    office.delivery.take(await office.store.step(partial(post_to, mail=mail, worker="this")))
    await sending.wait()
    [one] = await office.store.step(partial(outbox.reclaim, addresses=[SOKHA], worker="this"))
    await office.store.step(partial(outbox.settle, fates=[Sent(one)], worker="this", now=utc_now()))

    office.delivery.take(await office.store.step(partial(post_to, mail={SOKHA: [Say("two")]}, worker="this")))
    may_end.set()

    await office.post.until("Sokha", "one", "two")


async def test_somebody_who_is_back_before_their_absence_is_noted_gets_the_answer(office: Office) -> None:
    await office.store.step(partial(people.add, addresses=[SOKHA], now=utc_now()))
    refused_at = utc_now()
    await office.store.step(partial(outbox.put, address=SOKHA, messages=[Say("welcome back")], now=utc_now()))

    await office.store.step(partial(people.mark_gone, address=SOKHA, at=refused_at))
    await office.delivery.sweep()

    await office.post.until("Sokha", "welcome back")
