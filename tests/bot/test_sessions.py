"""Stored sessions that cannot be read: nobody is stuck, nothing is lost, and owners see it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.conversation.core import advance
from bot.conversation.effects import Freeze, Say
from bot.conversation.events import Commanded, Event, SentSomethingElse, Started, Tapped, Typed
from bot.conversation.session import FORMAT, Session
from bot.sessions import open_session
from bot.store import schema
from bot.store.database import Store
from engine.survey import Survey
from tests.bot.conversation.respondent import COFFEE, Respondent
from tests.bot.test_service import Desk

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LOST = "Sorry, I have lost track of where we were"
DAMAGED = {"format": 2, "phase": "asking", "answers": {"Freq_Use": "my secret"}, "card": 2, "language": "en"}
EVENTS: tuple[Event, ...] = (
    Started(),
    Typed("yes"),
    Typed("1"),
    Commanded("delete"),
    Commanded("back"),
    SentSomethingElse("sticker"),
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=5,
)


def in_the_middle() -> dict[str, Any]:
    person = Respondent(COFFEE)
    person.agree()
    person.answer("Daily", "3", "Filter", "No")
    person.tap("Sugar")
    stored: dict[str, Any] = json.loads(json.dumps(person.state.store()))
    return stored


@given(field=st.sampled_from(sorted(in_the_middle())), value=anything, event=st.sampled_from(EVENTS))
def test_whatever_stands_in_a_session_the_person_is_answered(field: str, value: Any, event: Event) -> None:
    opened = open_session({**in_the_middle(), field: value}, COFFEE)

    step = advance(COFFEE, opened.session, event, now=NOW, new_run="new")

    assert step.session is not None
    assert step.effects


@given(anything)
def test_whatever_is_stored_the_person_is_answered(data: Any) -> None:
    opened = open_session(data, COFFEE)

    step = advance(COFFEE, opened.session, Typed("hello"), now=NOW, new_run="new")

    assert step.session is not None
    assert (opened.fault is None) == (data is None)
    assert opened.keep == (data is not None)


def test_a_session_in_order_is_opened_as_it_is() -> None:
    opened = open_session(in_the_middle(), COFFEE)

    assert opened.session is not None
    assert json.loads(json.dumps(opened.session.store())) == {
        **in_the_middle(),
        "answers": {"Often": "Daily", "Cups": 3.0, "Brew": "Filter", "Milk": "No"},
        "ticked": ["With_Sugar"],
        "refused": [],
    }
    assert (opened.fault, opened.keep) == (None, False)


def test_the_time_of_the_consent_is_a_time_with_its_zone() -> None:
    for time in ("yesterday", "2026-03-01T09:30:00"):
        assert "consented_at" in str(open_session({**in_the_middle(), "consented_at": time}, COFFEE).fault)


def test_cards_go_on_counting_so_that_a_new_card_is_not_taken_for_an_old_one() -> None:
    opened = open_session({**in_the_middle(), "phase": None, "card": 17}, COFFEE)

    step = advance(COFFEE, opened.session, Typed("hello"), now=NOW, new_run="new")

    assert [effect.card for effect in step.effects if isinstance(effect, Freeze | Say)] == [17, 18]


# -- through the service --------------------------------------------------------------------------------------


@pytest.fixture
def desk(home: Survey, store: Store) -> Desk:
    return Desk(home, store)


async def put(desk: Desk, data: Any) -> None:
    """Let this stand where a person's session is stored."""
    await desk.store.step(lambda connection: connection.execute(update(schema.sessions).values(data=data)) and None)


async def says(desk: Desk) -> str:
    return "\n".join(message.text for message in await desk.waiting() if isinstance(message, Say))


async def kept(desk: Desk) -> Any:
    [(unreadable,)] = await desk.rows(schema.sessions.c.unreadable)
    return unreadable


async def test_somebody_whose_session_is_damaged_is_told_and_starts_again(desk: Desk) -> None:
    await desk.handle(Started())
    await put(desk, DAMAGED)
    await desk.waiting()

    await desk.handle(Typed("Daily"))

    told = await says(desk)
    assert told.startswith(LOST)
    assert "Seven short questions" in told
    await desk.handle(Typed("yes"))
    assert "How often do you use" in await says(desk)


async def test_what_could_not_be_read_is_kept_however_often_it_happens(desk: Desk) -> None:
    await desk.handle(Started())
    await put(desk, DAMAGED)
    await desk.handle(Typed("Daily"))
    assert await kept(desk) == [DAMAGED]

    await put(desk, {"format": FORMAT + 1})
    await desk.handle(Typed("Daily"))
    await desk.handle(Typed("Daily"))

    assert await kept(desk) == [DAMAGED, {"format": FORMAT + 1}]


async def test_owners_see_that_a_session_was_damaged_and_nothing_of_its_content(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.handle(Started())
    await put(desk, DAMAGED)

    await desk.handle(Typed("Daily"))

    [(kind, error)] = await desk.rows(schema.parked_updates.c.kind, schema.parked_updates.c.error)
    assert (kind, error) == ("session", 'the session\'s "run" is missing or makes no sense')
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "secret" not in record.getMessage()


async def test_somebody_whose_session_is_damaged_can_have_everything_erased(desk: Desk) -> None:
    await desk.handle(Started())
    await put(desk, DAMAGED)

    await desk.handle(Commanded("delete"))
    await desk.tap(lambda labels: next(label for label in labels if "erase" in label))

    assert await desk.rows(schema.people.c.id) == []
    assert await desk.rows(schema.sessions.c.unreadable) == []


async def test_a_tap_on_the_old_question_whether_to_erase_everything_is_not_passed_over(desk: Desk) -> None:
    await desk.handle(Started())
    await put(desk, DAMAGED)

    await desk.handle(Tapped("Ab_-1234:2:0:forget:"))

    assert LOST in await says(desk)
    assert len(await kept(desk)) == 1


async def test_a_run_of_another_survey_that_was_under_way_is_kept(desk: Desk) -> None:
    await desk.handle(Started())
    of_coffee = in_the_middle()
    await put(desk, of_coffee)
    await desk.waiting()

    await desk.handle(Typed("hello"))

    assert await kept(desk) == [of_coffee]
    assert LOST not in await says(desk)


async def test_a_finished_run_of_another_survey_needs_no_keeping(desk: Desk) -> None:
    await desk.handle(Started())
    await put(desk, json.loads(json.dumps(Session(run="r", survey="coffee", phase="finished").store())))

    await desk.handle(Typed("hello"))

    assert await kept(desk) is None
