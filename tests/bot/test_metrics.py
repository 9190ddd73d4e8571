from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Connection, insert

from bot.assessor import Assessor, example_answers
from bot.conversation.effects import Keyboard
from bot.metrics import STEPS, Fault, Metrics, Outcome
from bot.results import Results
from bot.store import schema
from bot.store.condition import Condition
from bot.store.database import Store
from bot.store.letters import Result
from engine.survey import Survey
from tests.bot.house import WithoutFiles

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_steps_are_counted_by_kind_and_timed_together() -> None:
    metrics = Metrics()

    metrics.step("Tapped", 0.004)
    metrics.step("Tapped", 0.3)
    metrics.step("Typed", 0.004)

    assert metrics.value("bot_steps_total", kind="Tapped") == 2
    assert metrics.value("bot_steps_total", kind="Typed") == 1
    assert metrics.value("bot_step_seconds_bucket", le="0.005") == 2
    assert metrics.value("bot_step_seconds_sum") == pytest.approx(0.308)


def test_a_kind_that_nobody_thought_of_makes_no_series_of_its_own() -> None:
    metrics = Metrics()

    metrics.step("whatever somebody sent", 0.1)

    assert metrics.value("bot_steps_total", kind="other") == 1
    assert b"whatever" not in metrics.render()


def test_every_kind_of_event_is_a_kind_of_step() -> None:
    from bot.conversation.events import Event

    assert {event.__name__ for event in get_args(Event)} < set(STEPS)


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_messages_are_counted_by_what_became_of_them(outcome: Outcome) -> None:
    metrics = Metrics()

    metrics.delivered(outcome)

    assert metrics.value("bot_messages_total", outcome=outcome) == 1
    assert metrics.value("bot_delivery_seconds_count") == 0


def test_delivery_is_timed_where_it_succeeded() -> None:
    metrics = Metrics()

    metrics.delivered("sent", 0.2)

    assert metrics.value("bot_delivery_seconds_sum") == pytest.approx(0.2)


@pytest.mark.parametrize("fault", get_args(Fault))
def test_faults_are_counted_by_kind(fault: Fault) -> None:
    metrics = Metrics()

    metrics.error(fault)

    assert metrics.value("bot_errors_total", kind=fault) == 1


def test_only_the_model_in_use_is_named() -> None:
    metrics = Metrics()

    metrics.model("first", synthetic=True)
    metrics.model("second")

    assert metrics.value("bot_model_info", version="second", synthetic="false") == 1
    assert metrics.value("bot_model_info", version="first", synthetic="true") is None


def test_what_the_database_said_is_shown_until_it_says_something_else() -> None:
    metrics = Metrics()
    waiting = {"waiting": 3, "bulk": 1000, "held": 2}

    metrics.observe(Condition(waiting, NOON - timedelta(seconds=7), 1, NOON), NOON)

    assert {state: metrics.value("bot_outbox_messages", state=state) for state in waiting} == waiting
    assert metrics.value("bot_outbox_oldest_seconds") == 7
    assert metrics.value("bot_outbox_stuck_chats") == 1
    assert metrics.value("bot_last_update_timestamp_seconds") == NOON.timestamp()
    assert metrics.value("bot_database_up") == 1


def test_a_database_that_does_not_answer_leaves_no_old_numbers_standing() -> None:
    metrics = Metrics()
    metrics.observe(Condition({"waiting": 3, "bulk": 0, "held": 0}, NOON, 0, NOON), NOON)

    metrics.observe(None, NOON)

    assert metrics.value("bot_database_up") == 0
    assert str(metrics.value("bot_outbox_messages", state="waiting")) == "nan"
    assert str(metrics.value("bot_last_update_timestamp_seconds")) == "nan"


def test_two_bots_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()

    one.step("Tapped", 0.1)

    assert other.value("bot_steps_total", kind="Tapped") == 0


class Wall(WithoutFiles):
    """A channel that takes whatever is put on it, once it was refused so many times."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    async def say(self, chat: str, text: str, keyboard: Keyboard) -> str:
        if self.refusals:
            self.refusals -= 1
            raise ConnectionError
        return "1"

    async def redraw(self, chat: str, message_id: str, text: str, keyboard: Keyboard) -> None:
        raise NotImplementedError

    async def strip(self, chat: str, message_id: str) -> None:
        raise NotImplementedError

    async def show(self, chat: str, picture: bytes, caption: str, keyboard: Keyboard) -> str:
        raise NotImplementedError


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_run_counts_as_one_prediction_however_often_it_is_told(
    home: Survey, trained: Path, store: Store
) -> None:
    metrics, assessor, wall = Metrics(), Assessor(home, trained), Wall(refusals=1)
    results = Results(home, store, assessor, metrics)
    answers = example_answers(home)

    def finish(connection: Connection) -> None:
        connection.execute(insert(schema.people).values(id=1, channel="wall", user_id="7", created_at=NOON))
        response = {"run": "r", "person_id": 1, "answers": answers, "outcome": "complete", "finished_at": NOON}
        connection.execute(insert(schema.responses).values(response))

    await store.step(finish)
    with pytest.raises(ConnectionError):
        await results.tell(wall, "7", Result("r", "result", "en"))
    await results.tell(wall, "7", Result("r", "result", "en"))
    await results.tell(wall, "7", Result("r", "details", "en"))
    await asyncio.to_thread(assessor.close)

    grades = [grade.grade for grade in home.target.grades]
    assert sum(metrics.value("bot_predictions_total", grade=grade) or 0 for grade in grades) == 1
