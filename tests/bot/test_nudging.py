"""Reminders: to whom, when, once, and behind everything that people wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.clock import utc_now
from bot.conversation.effects import Say
from bot.conversation.events import Commanded, Event, Started, Tapped, Typed
from bot.desk.access import Access
from bot.house import House
from bot.incoming import Incoming
from bot.nudging import LATEST, MOST_WAITING, Nudging, next_morning
from bot.service import Service
from bot.store import outbox, people, schema
from bot.store.database import Store
from bot.store.letters import Address, Letter, Sent
from engine.survey import Survey
from tests.bot.desk.staff import heard
from tests.bot.house import PSEUDONYMS
from tests.bot.running import RunningBot, begin, tap_first
from tests.postgres import engine_for

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
SOKHA, DARA, OWNER = Address("telegram", "7"), Address("telegram", "8"), Address("telegram", "9")
DAY = timedelta(hours=24)


class Town:
    """People who talk to a bot with a clock of its own, and who are reminded after a day."""

    def __init__(self, survey: Survey, store: Store, zone: ZoneInfo) -> None:
        self.now = NOON
        self.store = store
        self._survey = survey
        self._access = Access([OWNER])
        self._zone = zone
        self._service = Service(
            survey,
            store,
            lambda letters: None,
            worker="this",
            house=House(self._access, PSEUDONYMS),
            clock=lambda: self.now,
        )
        self.nudging = self.worker(store)
        self._update = 0

    def worker(self, store: Store) -> Nudging:
        return Nudging(self._survey, store, self._access, after=DAY, zone=self._zone, clock=lambda: self.now)

    async def do(self, *events: Event, by: Address = SOKHA) -> None:
        for event in events:
            self._update += 1
            await self._service.handle([Incoming(by, self._update, event)])

    async def begin(self, *those: Address, link: str | None = None) -> None:
        """Let people agree, and stop at the first question."""
        for each in those:
            await self.do(Started(link), Typed("yes"), by=each)
        await self.read_everything()

    async def silence(self, pause: timedelta = DAY) -> None:
        """Let time pass, and the bot look for people to remind until there are no more."""
        self.now += pause
        while await self.nudging.look():
            await self.read_everything()

    async def read_everything(self) -> None:
        def send(connection: Connection) -> None:
            connection.execute(update(schema.outbox).where(~schema.outbox.c.bulk).values(sent_at=self.now, worker=None))

        await self.store.step(send)

    async def next_reminder(self) -> Letter | None:
        return await self.store.step(lambda connection: outbox.claim_bulk(connection, "this", self.now))

    async def deliver(self, letter: Letter) -> None:
        await self.store.step(lambda connection: outbox.settle(connection, [Sent(letter, "1")], "this", self.now))

    async def reminders(self, *columns: object) -> list[str]:
        """Return whose chats have a reminder, delivered or not."""
        bulk = select(schema.outbox.c.chat_id).where(schema.outbox.c.bulk, schema.outbox.c.kind == "say")
        return await self.store.step(lambda connection: sorted(connection.scalars(bulk)))

    async def change(self, *statements: object) -> None:
        def execute(connection: Connection) -> None:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

        await self.store.step(execute)


@pytest.fixture
def town(home: Survey, store: Store) -> Town:
    return Town(home, store, ZoneInfo("UTC"))


# -- when -----------------------------------------------------------------------------------------------------


async def test_who_stopped_is_reminded_after_that_much_silence_and_once(town: Town) -> None:
    await town.begin(SOKHA)

    await town.silence(DAY - timedelta(minutes=1))
    assert await town.reminders() == []
    await town.silence(timedelta(minutes=1))
    assert await town.reminders() == ["7"]
    for _ in range(3):
        await town.silence()
    assert await town.reminders() == ["7"]


async def test_a_reminder_is_no_activity_of_the_person(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()

    [at] = await town.store.step(lambda connection: list(connection.scalars(select(schema.sessions.c.updated_at))))
    assert at == NOON


async def test_everybody_is_reminded_however_many_stopped_at_the_same_moment(town: Town) -> None:
    crowd = [Address("telegram", str(number)) for number in range(100, 145)]
    await town.begin(*crowd)

    await town.silence()

    assert await town.reminders() == [each.chat for each in crowd]


async def test_no_more_wait_than_can_be_sent_before_evening(town: Town) -> None:
    waiting = [Say("something for many")] * MOST_WAITING
    await town.begin(SOKHA)
    await town.store.step(lambda connection: outbox.put(connection, DARA, waiting, NOON, bulk=True))
    town.now += DAY

    assert await town.nudging.look()  # there is more to do

    assert "7" not in await town.reminders()


async def test_long_after_its_time_nobody_is_reminded_out_of_the_blue(town: Town) -> None:
    await town.begin(SOKHA)

    await town.silence(DAY + LATEST + timedelta(seconds=1))

    assert await town.reminders() == []


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2026-03-01T08:59:59", "2026-03-01T09:00:00"),
        ("2026-03-01T09:00:00", None),
        ("2026-03-01T19:59:59", None),
        ("2026-03-01T20:00:00", "2026-03-02T09:00:00"),
        ("2026-12-31T23:59:59", "2027-01-01T09:00:00"),
    ],
)
def test_people_are_left_in_peace_at_night_by_the_clocks_where_they_are(at: str, morning: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=PHNOM_PENH).astimezone(UTC)

    then = next_morning(now, PHNOM_PENH)

    assert then == (None if morning is None else datetime.fromisoformat(morning).replace(tzinfo=PHNOM_PENH))


async def test_at_night_a_reminder_waits_for_the_morning(home: Survey, store: Store) -> None:
    town = Town(home, store, PHNOM_PENH)  # where it is 19:00 at noon in UTC
    await town.begin(SOKHA)

    await town.silence(DAY + timedelta(hours=1))
    assert await town.reminders() == []
    await town.silence(timedelta(hours=13))
    assert await town.reminders() == ["7"]


async def test_a_reminder_that_could_not_be_sent_by_evening_waits_for_the_morning(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()
    town.now += timedelta(hours=9)

    assert not await town.nudging.look()

    assert await town.next_reminder() is None
    town.now += timedelta(hours=12)
    assert await town.next_reminder() is not None


# -- to whom --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events",
    [
        (Started(),),
        (Started(), Typed("no")),
        (Started(), Typed("yes"), Commanded("cancel")),
        (Started(), Typed("yes"), Commanded("stop")),
        (Started(), Typed("yes"), Typed("stop")),
        (Started(), Typed("yes"), Typed("I don't use mobile money")),
    ],
    ids=["not agreed", "declined", "cancelled", "/stop", "stop", "ended"],
)
async def test_who_did_not_stop_in_the_middle_or_said_stop_is_not_reminded(town: Town, events: Sequence[Event]) -> None:
    await town.do(*events)
    await town.begin(DARA)

    await town.silence()

    assert await town.reminders() == ["8"]


async def test_who_is_erased_leaves_no_reminder(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()

    await town.do(Commanded("delete"), Typed("Yes, erase everything"))

    assert await town.reminders() == []


async def test_who_blocked_the_bot_runs_it_or_tries_it_out_is_not_reminded(town: Town) -> None:
    colleague = Address("telegram", "10")
    campaign = {"name": "A", "name_key": "a", "slug": "a", "test_slug": "a-test", "code": "AAAA", "created_at": NOON}
    await town.change(insert(schema.campaigns).values(campaign))
    await town.begin(SOKHA, DARA, OWNER)
    await town.begin(colleague, link="a-test")
    await town.store.step(lambda connection: people.mark_gone(connection, DARA, NOON))

    await town.silence()

    assert await town.reminders() == ["7"]


async def test_a_session_that_cannot_be_read_keeps_nobody_else_from_being_reminded(town: Town) -> None:
    await town.begin(SOKHA, DARA)
    first = select(schema.people.c.id).where(schema.people.c.user_id == "7").scalar_subquery()
    damaged = update(schema.sessions).where(schema.sessions.c.person_id == first)
    await town.change(damaged.values(data={"phase": "asking", "format": 99}))

    await town.silence()

    assert await town.reminders() == ["8"]


async def test_who_went_on_and_stops_again_in_a_new_run_is_reminded_again(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()
    await town.do(Commanded("cancel"))
    await town.begin(SOKHA)

    await town.silence()

    assert await town.reminders() == ["7"]  # the first one, not delivered, went with the answer


# -- exactly once, and behind answers -------------------------------------------------------------------------


async def test_a_crash_while_reminding_leaves_everything_for_the_next_look(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.begin(SOKHA)
    town.now += DAY
    with monkeypatch.context() as patch:
        patch.setattr("bot.nudging.people.mark_looked_at", _crash)
        with pytest.raises(ZeroDivisionError):
            await town.nudging.look()
    with monkeypatch.context() as patch:
        patch.setattr("bot.nudging.outbox.put", _crash)
        with pytest.raises(ZeroDivisionError):
            await town.nudging.look()
    assert await town.reminders() == []

    await town.silence(timedelta(0))

    assert await town.reminders() == ["7"]


def _crash(*_: object, **__: object) -> None:
    raise ZeroDivisionError


@pytest.fixture
def other_store(database: str, store: Store) -> Iterator[Store]:
    other = Store.open(database)
    yield other
    other.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_of_several_workers_one_reminds(town: Town, other_store: Store) -> None:
    crowd = [Address("telegram", str(number)) for number in range(100, 130)]
    await town.begin(*crowd)
    other = town.worker(other_store)
    town.now += DAY

    for _ in range(6):
        await asyncio.gather(*(worker.look() for worker in (town.nudging, other, town.nudging, other)))

    assert await town.reminders() == [each.chat for each in crowd]


async def test_who_goes_on_before_the_reminder_has_left_gets_only_the_next_question(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()

    await town.do(Typed("Every day"))

    assert await town.next_reminder() is None
    assert await town.reminders() == []


async def test_a_tap_on_the_card_before_counts_while_the_reminder_is_half_delivered(town: Town) -> None:
    await town.begin(SOKHA)
    await town.silence()
    freeze = await town.next_reminder()
    assert freeze is not None
    await town.deliver(freeze)
    say = await town.next_reminder()
    assert say is not None
    assert isinstance(say.message, Say)

    await town.do(Tapped(say.message.keyboard[0][0].data or ""))  # while that one is on its way

    waiting = await town.store.step(
        lambda connection: [
            row.kind for row in connection.execute(select(schema.outbox).where(schema.outbox.c.sent_at.is_(None)))
        ]
    )
    assert waiting == ["say", "redraw"]


async def test_a_reminder_is_bulk_and_every_answer_goes_first(town: Town) -> None:
    await town.begin(SOKHA, DARA)
    await town.silence()

    await town.do(Commanded("help"), by=DARA)

    reminder = await town.next_reminder()
    assert reminder is not None
    assert (reminder.address, reminder.bulk) == (SOKHA, True)


# -- the whole bot --------------------------------------------------------------------------------------------


def by_day() -> ZoneInfo:
    """Return a zone in which it is about noon just now."""
    return next(
        zone
        for hours in range(-12, 13)
        if (zone := ZoneInfo(f"Etc/GMT{hours:+d}")) and utc_now().astimezone(zone).hour in (11, 12)
    )


async def test_a_running_bot_reminds_and_one_tap_goes_on(home: Survey, trained: object, database: str) -> None:
    async with RunningBot(home, trained, database, nudge_after_hours=24, zone=by_day()) as bot:  # type: ignore[arg-type]
        async with bot.person() as person:
            first = await begin(person)
            await bot.stop()
            _let_a_day_pass(database)
            bot.start(webhook=False)
            reminder = await heard(person, "Hello again! You were at question 1 of 7")
            assert not next(seen for seen in person.messages if seen.id == first.id).buttons

            following = await tap_first(person)

        assert "Question 2 of 7" in following.text
        assert following.id == reminder.id


def _let_a_day_pass(database: str) -> None:
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(update(schema.sessions).values(updated_at=utc_now() - timedelta(hours=25)))
    engine.dispose()
