"""People who tap: each looks at the newest keyboard in their chat, thinks, and taps one of its buttons."""

from __future__ import annotations

import asyncio
import random
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

FIRST_CHAT = 700_000_001
"""The first person's chat; the others follow. Any other chat is somebody who only reads."""

WAYS_ON = ("Done", "Start again", "Start over")
"""Labels that are tapped before any first button."""
PATIENCE_SECONDS = 15.0
"""After this long without a next card a person counts as stuck and writes /start."""
LONG_SECONDS = 1.0
"""Who has waited longer than this when the figures are asked for counts with the wait so far: it is at least that."""

Markup: TypeAlias = Mapping[str, Any]
Send: TypeAlias = Callable[[str, dict[str, Any]], None]
"""Takes an update's kind and content."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How people behave.

    Attributes
    ----------
    think_seconds : float
        Mean of the exponential time between a card and the tap on it; 0 is at once.
    turn : str or None
        On a card with this text in it, instead of tapping on, a person writes /start and then starts over.
    taps : int or None
        After so many cards a person falls silent.
    """

    think_seconds: float = 0.0
    turn: str | None = None
    taps: int | None = None


@dataclass(slots=True)
class Person:
    """One chat, as the person sees it."""

    chat: int
    last_id: int = 0
    card: dict[str, Any] | None = None
    asked_at: float | None = None
    cards: int = 0
    throttled: bool = False

    @property
    def buttons(self) -> Sequence[tuple[str, str]]:
        """Label and data of the newest card's buttons."""
        rows = self.card["reply_markup"]["inline_keyboard"] if self.card else ()
        return [(b["text"], b["callback_data"]) for row in rows for b in row if "callback_data" in b]


@dataclass
class Tally:
    """What was seen since the last reset; a result is a picture, every other card with buttons a step's end."""

    since: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=time.process_time)
    waits: array[float] = field(default_factory=lambda: array("d"))
    results: array[float] = field(default_factory=lambda: array("d"))
    stuck: int = 0
    readers: int = 0

    def report(self, still_waiting: Sequence[float]) -> dict[str, Any]:
        """Return the figures; times in milliseconds."""
        waits, results = sorted((*self.waits, *still_waiting)), sorted(self.results)
        return {
            "seconds": time.monotonic() - self.since,
            "steps": len(self.waits) + len(self.results),
            "p50": _quantile(waits, 50),
            "p99": _quantile(waits, 99),
            "result_p50": _quantile(results, 50),
            "result_p99": _quantile(results, 99),
            "waiting": len(still_waiting),
            "stuck": self.stuck,
            "readers": self.readers,
            "load_cpu": time.process_time() - self.cpu,
        }


def _quantile(ordered: Sequence[float], percent: int) -> float | None:
    """Return a percentile in milliseconds, or None of nothing."""
    return 1000 * ordered[len(ordered) * percent // 100] if ordered else None


class Crowd:
    """Everybody in a closed loop: the next tap comes only after the next card."""

    def __init__(self, count: int, habits: Habits, send: Send, *, throttled: bool, seed: int = 1) -> None:
        self._habits = habits
        self._send = send
        self._random = random.Random(seed)
        self.people = {chat: Person(chat) for chat in range(FIRST_CHAT, FIRST_CHAT + count)}
        if throttled:
            self.people[FIRST_CHAT].throttled = True
        self.tally = Tally()
        self._taps = self._others = 0

    def begin(self) -> None:
        """Let everybody write /start, spread over the time that they think."""
        loop = asyncio.get_running_loop()
        for person in self.people.values():
            loop.call_later(self._random.random() * self._habits.think_seconds, self._start, person)
        loop.call_later(1.0, self._look_for_stuck)

    def reset(self) -> None:
        """Count from now on."""
        self.tally = Tally()

    def report(self) -> dict[str, Any]:
        """Return what was counted."""
        now = time.monotonic()
        waiting = (now - one.asked_at for one in self.people.values() if one.asked_at is not None and not one.throttled)
        return self.tally.report([wait for wait in waiting if wait > LONG_SECONDS])

    def is_throttled(self, chat: int) -> bool:
        """Whether the Bot API refuses messages to this chat for now."""
        person = self.people.get(chat)
        return person is not None and person.throttled

    def new_message(self, chat: int) -> int:
        """Return the number of a new message of the bot in a chat."""
        person = self.people.get(chat)
        if person is None:
            self.tally.readers += 1
            self._others += 1
            return self._others
        person.last_id += 1
        return person.last_id

    def text_of(self, chat: int) -> str:
        """Return the newest card's text: what a message whose keyboard alone is edited still says."""
        person = self.people.get(chat)
        return person.card["text"] if person and person.card and "text" in person.card else "…"

    def see(self, chat: int, message: dict[str, Any]) -> None:
        """Show a message; its keyboard, if any, is the one to tap from now on."""
        person = self.people.get(chat)
        if person is None:
            return
        if "reply_markup" in message:
            person.card = message
            self._got_card(person)
        elif person.card is not None and person.card["message_id"] == message["message_id"]:
            person.card = None

    def _got_card(self, person: Person) -> None:
        if person.asked_at is None:
            return
        is_result = person.card is not None and "photo" in person.card
        (self.tally.results if is_result else self.tally.waits).append(time.monotonic() - person.asked_at)
        person.asked_at = None
        person.cards += 1
        if person.cards == self._habits.taps:
            return
        if self._habits.think_seconds:
            pause = self._random.expovariate(1 / self._habits.think_seconds)
            asyncio.get_running_loop().call_later(pause, self._go_on, person)
        else:
            self._go_on(person)

    def _go_on(self, person: Person) -> None:
        buttons = person.buttons
        way_on = next((data for label, data in buttons if label in WAYS_ON), None)
        if way_on is not None:
            self._tap(person, way_on)
        elif not buttons or self._turns_round(person):
            self._start(person)
        else:
            self._tap(person, buttons[0][1])

    def _turns_round(self, person: Person) -> bool:
        turn = self._habits.turn
        return turn is not None and person.card is not None and turn in person.card.get("text", "")

    def _tap(self, person: Person, data: str) -> None:
        self._taps += 1
        person.asked_at = time.monotonic()
        content = {
            "id": str(4_382_000_000_000_000_000 + self._taps),
            "from": _who(person.chat),
            "message": person.card,
            "chat_instance": str(-3_141_592_653_589_793 - person.chat),
            "data": data,
        }
        self._send("callback_query", content)

    def _start(self, person: Person) -> None:
        person.last_id += 1
        person.asked_at = time.monotonic()
        message = {
            "message_id": person.last_id,
            "from": _who(person.chat),
            "chat": chat_of(person.chat),
            "date": int(time.time()),
            "text": "/start",
            "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
        }
        self._send("message", message)

    def _look_for_stuck(self) -> None:
        too_long = time.monotonic() - PATIENCE_SECONDS
        for person in self.people.values():
            if person.asked_at is not None and person.asked_at < too_long and not person.throttled:
                self.tally.stuck += 1
                self._start(person)
        asyncio.get_running_loop().call_later(1.0, self._look_for_stuck)


def chat_of(chat: int) -> dict[str, Any]:
    """Return a private chat as the Bot API describes it."""
    return {"id": chat, "first_name": "Sophea", "last_name": "Chan", "username": f"sophea{chat}", "type": "private"}


def _who(chat: int) -> dict[str, Any]:
    name = {"first_name": "Sophea", "last_name": "Chan", "username": f"sophea{chat}"}
    return {"id": chat, "is_bot": False, **name, "language_code": "en"}
