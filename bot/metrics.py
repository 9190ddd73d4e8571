"""What the bot counts and measures, for Prometheus; no label ever names a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

from bot.store.condition import Condition

Outcome: TypeAlias = Literal["sent", "retried", "throttled", "parked", "gone"]
"""What became of an attempt to deliver a message."""
Fault: TypeAlias = Literal["database", "parked_update", "parked_message"]
"""What went wrong: the database did not answer, an update or a message was given up."""

STEPS = ("Started", "Tapped", "Typed", "Edited", "Commanded", "SentSomethingElse", "Presence", "Unreadable")
"""The kinds of update: the conversation's events by name, and what was none."""
OTHER = "other"
STEP_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
DELIVERY_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
UNKNOWN = float("nan")


class Metrics:
    """Counts for one process, in a registry of its own.

    Recording costs a few microseconds: the children for all labels are made once. What only the database knows is
    told by whoever looked (`observe`), at the time somebody asks.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        steps = self._counter("bot_steps", "Updates handled and committed.", "kind")
        self._steps = {kind: steps.labels(kind) for kind in (*STEPS, OTHER)}
        self._step_seconds = self._histogram(
            "bot_step_seconds", "From an update handed in to its commit.", STEP_SECONDS
        )
        messages = self._counter("bot_messages", "Attempts to deliver a message, by what became of it.", "outcome")
        outcomes: tuple[Outcome, ...] = ("sent", "retried", "throttled", "parked", "gone")
        self._messages = {outcome: messages.labels(outcome) for outcome in outcomes}
        self._delivery_seconds = self._histogram(
            "bot_delivery_seconds", "From a message put into the outbox to its delivery.", DELIVERY_SECONDS
        )
        self._predictions = self._counter("bot_predictions", "Results told for the first time.", "grade")
        errors = self._counter("bot_errors", "What went wrong.", "kind")
        faults: tuple[Fault, ...] = ("database", "parked_update", "parked_message")
        self._errors = {fault: errors.labels(fault) for fault in faults}
        self._model = Info("bot_model", "The version that makes predictions.", registry=self._registry)
        self.model(None)
        self._database = self._gauge("bot_database_up", "Whether the database answered just now.")
        outbox = Gauge("bot_outbox_messages", "Messages that wait in the outbox.", ["state"], registry=self._registry)
        self._outbox = {state: outbox.labels(state) for state in ("waiting", "bulk", "held")}
        self._oldest = self._gauge("bot_outbox_oldest_seconds", "Age of the oldest waiting message that is not bulk.")
        self._stuck = self._gauge("bot_outbox_stuck_chats", "Chats whose next message is late without a reason.")
        self._last_update = self._gauge(
            "bot_last_update_timestamp_seconds", "When any worker last took an update in, in seconds since 1970."
        )

    # -- what happened ------------------------------------------------------------------------------------------

    def step(self, kind: str, seconds: float) -> None:
        """Count an update that was committed, ``seconds`` after it was handed in."""
        self._steps.get(kind, self._steps[OTHER]).inc()
        self._step_seconds.observe(seconds)

    def delivered(self, outcome: Outcome, seconds: float | None = None) -> None:
        """Count an attempt to deliver; for "sent" with the seconds since the message was put into the outbox."""
        self._messages[outcome].inc()
        if seconds is not None:
            self._delivery_seconds.observe(seconds)

    def predicted(self, grade: str) -> None:
        """Count a result told for the first time; a survey has few grades."""
        self._predictions.labels(grade).inc()

    def error(self, fault: Fault) -> None:
        """Count something that went wrong."""
        self._errors[fault].inc()

    def model(self, version: str | None, *, synthetic: bool = False) -> None:
        """Note which version makes predictions from now on, if any, and whether it learnt from invented data."""
        self._model.info({"version": version or "", "synthetic": str(synthetic).lower()})

    # -- what somebody asks -------------------------------------------------------------------------------------

    def observe(self, condition: Condition | None, now: datetime) -> None:
        """Take over what the database said just now; None where it did not answer."""
        self._database.set(condition is not None)
        values: Mapping[str, float] = {} if condition is None else condition.messages
        for state, gauge in self._outbox.items():
            gauge.set(values.get(state, UNKNOWN))
        self._oldest.set(UNKNOWN if condition is None else condition.oldest_seconds(now))
        self._stuck.set(UNKNOWN if condition is None else condition.stuck_chats)
        last = None if condition is None else condition.last_update
        self._last_update.set(UNKNOWN if last is None else last.timestamp())

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def value(self, name: str, **labels: str) -> float | None:
        """Return what one series stands at, or None where there is no such series."""
        return self._registry.get_sample_value(name, labels)

    def _counter(self, name: str, what: str, label: str) -> Counter:
        return Counter(name, what, [label], registry=self._registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(name, what, registry=self._registry)

    def _histogram(self, name: str, what: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, what, buckets=buckets, registry=self._registry)
